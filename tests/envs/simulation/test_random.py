"""Random numbers inside kernels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.envs.simulation.random import (
    COUNTER,
    KEY,
    ODDS_BITS,
    odds,
    random_below,
    random_bits,
    random_odds,
    random_unit,
    stream_keys,
)

SPLITMIX64_FROM_ZERO = (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F)
"""First outputs of the published SplitMix64 generator started at 0."""


@driver
def draw_bits(streams: NDArray[np.uint64], out: NDArray[np.uint64]) -> None:
    for index in range(out.shape[0]):
        out[index] = random_bits(streams, 0)


@driver
def draw_below(streams: NDArray[np.uint64], bound: int, out: NDArray[np.int64]) -> None:
    for index in range(out.shape[0]):
        out[index] = random_below(streams, 0, bound)


@driver
def draw_units(streams: NDArray[np.uint64], out: NDArray[np.float64]) -> None:
    for index in range(out.shape[0]):
        out[index] = random_unit(streams, 0)


@driver
def draw_odds(streams: NDArray[np.uint64], out: NDArray[np.int64]) -> None:
    for index in range(out.shape[0]):
        out[index] = random_odds(streams, 0)


def stream_of(key: int) -> NDArray[np.uint64]:
    stream = np.zeros((1, 2), dtype=np.uint64)
    stream[0, KEY] = key
    return stream


def bits(stream: NDArray[np.uint64], count: int) -> list[int]:
    drawn = np.zeros(count, dtype=np.uint64)
    draw_bits(stream, drawn)
    return [int(number) for number in drawn]


def test_matches_published_outputs() -> None:
    stream = stream_of(0)
    assert tuple(bits(stream, 3)) == SPLITMIX64_FROM_ZERO
    assert stream[0, COUNTER] == 3


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32))
def test_a_draw_is_a_function_of_key_and_counter(key: int, counter: int) -> None:
    first, second = stream_of(key), stream_of(key)
    bits(first, 1)
    first[0, COUNTER] = second[0, COUNTER] = counter
    assert bits(first, 2) == bits(second, 2)


def test_integers_and_units_are_uniform() -> None:
    stream = stream_of(123)
    numbers = np.zeros(14_000, dtype=np.int64)
    draw_below(stream, 7, numbers)
    counts = np.bincount(numbers, minlength=7)
    assert len(counts) == 7
    # 2,000 expected in each; the standard deviation is 41.
    assert abs(counts - 2000).max() < 5 * 41
    units = np.zeros(20_000)
    draw_units(stream, units)
    assert units.min() >= 0 and units.max() < 1
    assert abs(units.mean() - 0.5) < 0.01 and abs(units.var() - 1 / 12) < 0.005


def test_every_draw_is_made_of_the_highest_bits() -> None:
    bound, count = 1000, 50
    drawn = bits(stream_of(9), count)
    below, units, numbers = np.zeros(count, dtype=np.int64), np.zeros(count), np.zeros(count, dtype=np.int64)
    draw_below(stream_of(9), bound, below)
    draw_units(stream_of(9), units)
    draw_odds(stream_of(9), numbers)
    assert below.tolist() == [(number >> 32) * bound >> 32 for number in drawn]
    assert units.tolist() == [(number >> 11) / 2**53 for number in drawn]
    assert numbers.tolist() == [number >> (64 - ODDS_BITS) for number in drawn]


@pytest.mark.parametrize(
    ("probability", "units"), [(0, 0), (1, 2**21), (0.5, 2**20), (1e-9, 1), (2**-21, 1), (0.001, 2097)]
)
def test_odds_are_probabilities_in_small_units(probability: float, units: int) -> None:
    assert odds(probability) == units and isinstance(odds(probability), int)


@given(st.floats(0, 1))
def test_odds_are_close_and_never_zero_by_rounding(probability: float) -> None:
    assert abs(odds(probability) - probability * 2**21) <= (0.5 if odds(probability) > 1 else 1)
    assert (odds(probability) > 0) == (probability > 0) and odds(probability) <= 2**21


@pytest.mark.parametrize("probability", [0.0, 0.002, 0.3, 1.0])
def test_what_has_odds_happens_so_often(probability: float) -> None:
    numbers = np.zeros(200_000, dtype=np.int64)
    draw_odds(stream_of(77), numbers)
    assert numbers.min() >= 0 and numbers.max() < 2**ODDS_BITS
    happened = int((numbers < odds(probability)).sum())
    deviation = (200_000 * probability * (1 - probability)) ** 0.5
    assert abs(happened - 200_000 * probability) <= 5 * deviation


def test_neighbouring_seeds_and_branches_give_distant_keys() -> None:
    seeds = np.arange(10_000, dtype=np.uint64)
    keys = np.concatenate([stream_keys(seeds), stream_keys(seeds, branch=1)])
    assert len(np.unique(keys)) == 20_000
    spread = np.unpackbits(keys.view(np.uint8)).reshape(-1, 64)
    assert abs(spread.mean(axis=0) - 0.5).max() < 0.02
