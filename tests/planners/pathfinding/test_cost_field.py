"""Cheapest ways against a naive search that relaxes every step until nothing changes."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.planners.pathfinding.cost_field import CLOSED, FAR, NOWHERE, CostField

SIDES = (0, 1, 2, 3)


def grid(seed: int, height: int = 9, width: int = 7) -> tuple[np.ndarray, int]:
    """Random costs with closed cells, and a wall around them."""
    random = np.random.default_rng(seed)
    inner = random.integers(1, 20, (height, width)) * (random.random((height, width)) < 0.75)
    return np.pad(inner, 1).astype(np.int64).reshape(-1), width + 2


def naive(costs: np.ndarray, across: int, start: int) -> np.ndarray:
    """Bellman and Ford: relax all steps as often as there are cells."""
    totals = np.full(len(costs), FAR, dtype=object)
    totals[start] = 0
    for _ in range(len(costs)):
        for cell in range(across, len(costs) - across):
            for beside in (cell - across, cell + across, cell - 1, cell + 1):
                if costs[beside] != CLOSED and totals[cell] < FAR:
                    totals[beside] = min(totals[beside], totals[cell] + costs[beside])
    return totals


@pytest.mark.parametrize("seed", range(12))
def test_totals_are_those_of_a_naive_search(seed: int) -> None:
    """And following the ways back costs just as much."""
    costs, across = grid(seed)
    start = int(np.random.default_rng(seed).choice(np.flatnonzero(costs)))
    field = CostField(costs, across, start)
    np.testing.assert_array_equal(field.totals.astype(object), naive(costs, across, start))
    for cell in np.flatnonzero(costs).tolist():
        path = field.path(cell)
        if field.reaches(cell):
            assert sum(costs[path]) == field.totals[cell] and (cell == start or path[-1] == cell)
            steps = np.abs(np.diff([start, *path]))
            assert set(steps.tolist()) <= {1, across}
        else:
            assert path == [] and field.before[cell] == NOWHERE


def test_ways_around_are_taken_when_they_are_cheaper() -> None:
    """A dear cell in the middle is gone around, or crossed where the way around is longer still."""
    costs = np.pad(np.ones((3, 5), dtype=np.int64), 1)
    across = costs.shape[1]
    costs[2, 3] = 10
    field = CostField(costs.reshape(-1), across, 2 * across + 1)
    assert field.totals[2 * across + 5] == 6 and 2 * across + 3 not in field.path(2 * across + 5)
    costs[1:4, 3] = (50, 10, 50)
    field = CostField(costs.reshape(-1), across, 2 * across + 1)
    assert field.totals[2 * across + 5] == 13 and 2 * across + 3 in field.path(2 * across + 5)
