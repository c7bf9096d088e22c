"""Random numbers inside kernels."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.simulation.random import COUNTER, KEY, random_below, random_bits, random_unit, stream_keys

SPLITMIX64_FROM_ZERO = (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F)
"""First outputs of the published SplitMix64 generator started at 0."""


def streams(key: int) -> np.ndarray:
    array = np.zeros((1, 2), dtype=np.uint64)
    array[0, KEY] = key
    return array


def test_matches_published_outputs() -> None:
    stream = streams(0)
    assert tuple(int(random_bits(stream, 0)) for _ in range(3)) == SPLITMIX64_FROM_ZERO
    assert stream[0, COUNTER] == 3


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32))
def test_a_draw_is_a_function_of_key_and_counter(key: int, counter: int) -> None:
    first, second = streams(key), streams(key)
    first[0, COUNTER] = second[0, COUNTER] = counter
    assert random_bits(first, 0) == random_bits(second, 0)


def test_integers_and_units_are_uniform() -> None:
    stream = streams(123)
    counts = np.bincount([random_below(stream, 0, 7) for _ in range(14_000)], minlength=7)
    assert len(counts) == 7
    # 2,000 expected in each; the standard deviation is 41.
    assert abs(counts - 2000).max() < 5 * 41
    units = np.array([random_unit(stream, 0) for _ in range(20_000)])
    assert units.min() >= 0 and units.max() < 1
    assert abs(units.mean() - 0.5) < 0.01 and abs(units.var() - 1 / 12) < 0.005


def test_neighbouring_seeds_and_branches_give_distant_keys() -> None:
    seeds = np.arange(10_000, dtype=np.uint64)
    keys = np.concatenate([stream_keys(seeds), stream_keys(seeds, branch=1)])
    assert len(np.unique(keys)) == 20_000
    bits = np.unpackbits(keys.view(np.uint8)).reshape(-1, 64)
    assert abs(bits.mean(axis=0) - 0.5).max() < 0.02
