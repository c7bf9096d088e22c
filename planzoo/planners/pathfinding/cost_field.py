"""Cheapest ways on a grid whose cells cost differently (Dijkstra, "A note on two problems", 1959)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.planners.pathfinding.binary_heap import push, remove_first

CLOSED = 0
"""The cost of a cell that nobody enters."""
FAR = 2**62
"""The cost of getting where no way leads."""
NOWHERE = -1


class CostField:
    """The cheapest ways from one cell to all others.

    Args:
        costs: int64 (C,), what entering each cell costs, ``CLOSED`` where it is not possible. The outermost
            rows and columns of the grid are closed.
        across: cells in a row of the grid.
        start: the cell from which the ways lead; it may itself be closed.

    Attributes:
        totals: int64 (C,), cost of the cheapest way to each cell, ``FAR`` where none leads.
        before: int32 (C,), the cell before each on that way, ``NOWHERE`` at the start and where none leads.
    """

    def __init__(self, costs: NDArray[np.int64], across: int, start: int) -> None:
        count = len(costs)
        self.start = start
        self.totals = np.full(count, FAR, dtype=np.int64)
        self.before = np.full(count, NOWHERE, dtype=np.int32)
        keys, items = np.empty(4 * count + 4, dtype=np.int64), np.empty(4 * count + 4, dtype=np.int32)
        spread_costs(costs, (across, start), self.totals, self.before, (keys, items))

    def reaches(self, cell: int) -> bool:
        """Tells whether a way leads to a cell."""
        return bool(self.totals[cell] < FAR)

    def path(self, cell: int) -> list[int]:
        """Gives the cells of the way to a cell in order, without the start; empty where there is none."""
        cells: list[int] = []
        while self.reaches(cell) and cell != self.start:
            cells.append(cell)
            cell = int(self.before[cell])
        return cells[::-1]


@driver
def spread_costs(
    costs: NDArray[np.int64],
    shape: tuple[int, int],
    totals: NDArray[np.int64],
    before: NDArray[np.int32],
    heap: tuple[NDArray[np.int64], NDArray[np.int32]],
) -> int:
    """Computes a :class:`CostField`.

    Of equally cheap ways it takes the one found first; neighbours are looked at up, down, left, right.

    Args:
        costs: int64 (C,).
        shape: cells in a row, and the start.
        totals: int64 (C,), filled with ``FAR``.
        before: int32 (C,), filled with ``NOWHERE``.
        heap: int64 and int32 (4 C + 4,), room to work in.

    Returns:
        How many cells were settled.
    """
    across, start = shape
    keys, items = heap
    totals[start] = 0
    size = push(keys, items, 0, 0, start)
    settled = 0
    while size > 0:
        total, cell = keys[0], items[0]
        size = remove_first(keys, items, size)
        if total > totals[cell]:
            continue
        settled += 1
        for direction in range(4):
            step = across if direction < 2 else 1
            beside = cell + (step if direction % 2 else -step)
            if costs[beside] == CLOSED or total + costs[beside] >= totals[beside]:
                continue
            totals[beside] = total + costs[beside]
            before[beside] = cell
            size = push(keys, items, size, totals[beside], beside)
    return settled
