from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.pomdp.particles import (
    effective_size,
    from_logarithms,
    gathered,
    joined,
    kept,
    merged,
    moved,
    normalized,
    scaled,
    systematic_choice,
    taken,
)

WEIGHTS = st.lists(st.floats(0, 100), min_size=1, max_size=12).filter(lambda numbers: max(numbers) > 1e-3)


@given(WEIGHTS, st.integers(1, 40), st.integers(0, 1000))
def test_systematic_choice_is_at_most_one_off(weights: list[float], count: int, seed: int) -> None:
    numbers = np.array(weights)
    chosen = systematic_choice(numbers, count, np.random.default_rng(seed))
    times = np.bincount(chosen, minlength=len(numbers))
    expected = count * numbers / numbers.sum()
    assert len(chosen) == count and (np.diff(chosen) >= 0).all()
    assert (times >= np.floor(expected - 1e-9)).all() and (times <= np.ceil(expected + 1e-9)).all()
    assert (numbers[chosen] > 0).all()


def test_systematic_choice_is_unbiased() -> None:
    random, weights = np.random.default_rng(0), np.array([0.17, 0.33, 0.5])
    times = sum(np.bincount(systematic_choice(weights, 5, random), minlength=3) for _ in range(4000))
    assert times / 4000 == pytest.approx(5 * weights, abs=0.03)
    with pytest.raises(InputError):
        systematic_choice(weights, 0, random)


def test_what_has_no_weight_is_never_drawn() -> None:
    class LowestDraw(np.random.Generator):
        def random(self, *arguments: Any, **named: Any) -> Any:
            return 0.0

    lowest = LowestDraw(np.random.PCG64(0))
    assert systematic_choice(np.array([0.0, 1.0, 0.0]), 3, lowest).tolist() == [1, 1, 1]


def test_effective_sizes() -> None:
    assert effective_size(np.ones(7) * 1e-200) == pytest.approx(7)
    assert effective_size(np.array([1.0, 0, 0])) == 1
    assert effective_size(np.zeros(3)) == 0
    assert effective_size(np.array([0.75, 0.25])) == pytest.approx(1 / (0.75**2 + 0.25**2))


def test_weights_are_scaled_without_loss() -> None:
    assert normalized(np.array([1e-320, 3e-320])).tolist() == pytest.approx([0.25, 0.75], abs=1e-3)
    assert scaled(np.array([0.0, 2.0, 1.0])).tolist() == [0, 1, 0.5]
    assert scaled(np.zeros(2)).tolist() == [0, 0]
    assert from_logarithms(np.array([-2000.0, -2000.0 - np.log(2)])).tolist() == pytest.approx([1, 0.5])
    assert from_logarithms(np.array([-np.inf, -np.inf])).tolist() == [0, 0]
    assert from_logarithms(np.empty(0)).tolist() == []


@pytest.mark.parametrize("array", [True, False])
def test_arrays_and_tuples_are_handled_alike(array: bool) -> None:
    particles = kept(np.array([3, 1, 4]) if array else [3, 1, 4])
    assert list(taken(particles, np.array([2, 0, 0]))) == [4, 3, 3]
    assert list(joined(particles, particles)) == [3, 1, 4, 3, 1, 4]
    assert list(moved(particles, lambda number, random: number + 1, np.random.default_rng(0))) == [4, 2, 5]
    others = kept(np.array([7, 8, 9]) if array else [7, 8, 9])
    assert list(merged(np.array([True, False, True]), others, particles)) == [7, 1, 9]


def test_rows_are_merged_whole_and_states_are_frozen() -> None:
    merged_rows = merged(np.array([True, False]), np.ones((2, 3)), np.zeros((2, 3)))
    assert np.asarray(merged_rows).tolist() == [[1, 1, 1], [0, 0, 0]]
    facts = {"at": [1]}
    particles = kept([facts])
    facts["at"].append(2)
    assert particles[0] == {"at": (1,)}
    assert isinstance(gathered([0.5, 1.5]), np.ndarray) and gathered(["a"]) == ["a"]
    assert gathered([np.zeros(2), np.ones(2)]).shape == (2, 2)
