"""Asking for memory changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.envs.simulation.prefetch import _nothing, prefetch_row
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import LARGE_BATCH, WarehouseSimulator


@driver
def fetch_all(array: NDArray[np.int16]) -> int:
    """Asks for every row, and gives the sum."""
    total = 0
    for row in range(array.shape[0]):
        prefetch_row(array, row)
        total += array[row].sum()
    return total


@pytest.mark.parametrize("shape", [(0, 3), (5, 0), (3, 7), (100, 333)])
def test_nothing_changes(shape: tuple[int, int]) -> None:
    array = np.arange(shape[0] * shape[1], dtype=np.int16).reshape(shape)
    before = array.copy()
    assert fetch_all(array) == array.sum(dtype=np.int64)
    np.testing.assert_array_equal(array, before)


def test_without_numba_nothing_is_done() -> None:
    array = np.ones((2, 2))
    _nothing(array, 1)
    assert (array == 1).all()


def test_large_batches_step_as_small_ones() -> None:
    params = WarehouseParams.everything("tiny", 2)
    large, small = WarehouseSimulator(params, LARGE_BATCH, threads=1), WarehouseSimulator(params, 8)
    worlds = np.linspace(0, LARGE_BATCH - 1, 8).astype(int)
    large.reset(0)
    small.reset(worlds)
    random = np.random.default_rng(0)
    for _ in range(40):
        actions = random.integers(large.num_actions, size=(LARGE_BATCH, 2))
        mine, theirs = large.step(actions, True), small.step(actions[worlds], True)
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(one[worlds], other)
