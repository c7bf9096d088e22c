"""Estimates are those of the textbooks, and honest about how little they know."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from planzoo.planners.replanning.estimates import LEVEL, RELIABLE, WEIGHT, Chance, Sample, credible

NUMBERS = st.lists(st.floats(0, 1e3), max_size=20)


@given(st.integers(0, 50), st.integers(0, 50))
def test_chances_are_beta_posteriors(successes: int, failures: int) -> None:
    first, second = WEIGHT * RELIABLE + successes, WEIGHT * (1 - RELIABLE) + failures
    found = Chance().seen(successes, failures)
    assert found.mean == pytest.approx(first / (first + second))
    estimate = found.estimate()
    assert estimate.low == pytest.approx(beta.ppf((1 - LEVEL) / 2, first, second), abs=1e-9)
    assert estimate.high == pytest.approx(beta.ppf((1 + LEVEL) / 2, first, second), abs=1e-9)
    assert estimate.count == successes + failures


def test_chances_seen_in_parts_are_those_seen_at_once() -> None:
    parts = Chance().seen(3, 1).seen(0, 2)
    assert parts.mean == pytest.approx(Chance().seen(3, 3).mean)
    assert (parts.weight, parts.count) == (WEIGHT + 6, 6)


def test_intervals_of_chances_hold_the_truth_as_often_as_they_say() -> None:
    """Where truths are spread as the prior has it."""
    random = np.random.default_rng(3)
    held = 0
    for _ in range(2000):
        truth = random.beta(WEIGHT * RELIABLE, WEIGHT * (1 - RELIABLE))
        successes = int(random.binomial(12, truth))
        estimate = Chance().seen(successes, 12 - successes).estimate()
        held += estimate.low <= truth <= estimate.high
    assert held / 2000 == pytest.approx(LEVEL, abs=0.025)


@given(NUMBERS, NUMBERS)
def test_samples_have_mean_and_squares_of_their_numbers(one: list[float], other: list[float]) -> None:
    samples = []
    for values in (one, other):
        sample = Sample()
        for value in values:
            sample = sample.add(value)
        samples.append(sample)
    together = samples[0].merged(samples[1])
    values = [*one, *other]
    assert together.count == len(values)
    if values:
        assert together.mean == pytest.approx(np.mean(values), abs=1e-6)
        assert together.squares == pytest.approx(np.var(values) * len(values), rel=1e-6, abs=1e-3)


def test_means_move_from_the_prior_to_the_numbers() -> None:
    sample, values = Sample(), []
    for _ in range(200):
        sample = sample.add(3.0)
        values.append(sample.estimate(1.0).value)
    assert Sample().estimate(1.0).value == 1
    assert values == sorted(values) and values[2] == pytest.approx(2) and values[-1] > 2.9
    assert sample.estimate().low > 2.5


def test_intervals_of_means_grow_narrower_and_hold_the_truth() -> None:
    random = np.random.default_rng(4)
    held, widths = 0, []
    for _ in range(1000):
        truth, sample = max(random.normal(1.0, 0.3), 0.1), Sample()
        for value in random.normal(truth, 0.4, size=15):
            sample = sample.add(max(value, 0.0))
        estimate = sample.estimate()
        held += estimate.low <= truth <= estimate.high
        widths.append(estimate.high - estimate.low)
    assert 0.85 <= held / 1000 <= 0.97
    assert max(widths) < Sample().estimate().high - Sample().estimate().low


def test_groups_count_by_what_they_have_seen_but_never_for_more_than_one() -> None:
    assert credible(0.9, []) == pytest.approx(0.9)
    assert credible(0.9, [(0, 0.1)]) == pytest.approx(0.9)
    few, many = credible(0.9, [(1, 0.1)]), credible(0.9, [(10**9, 0.1)])
    assert many < few < 0.9
    assert many == pytest.approx((WEIGHT * 0.9 + 0.1) / (WEIGHT + 1))
    assert credible(0.9, [(10**9, 0.1)] * 1000) == pytest.approx(0.1, abs=0.01)


def test_estimates_are_told() -> None:
    assert str(Chance().seen(1, 0).estimate()) == "0.93 (0.67 to 1.00, 1 times)"
