"""Distance fields: how many steps every cell, or every cell and direction, is away from a goal.

Breadth-first search backwards from the goal (Moore, "The Shortest Path Through a Maze", 1959). A field serves
all robots with the same goal, and is the exact heuristic of a lone robot for the searches in
:mod:`planzoo.planners.pathfinding.space_time`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.planners.pathfinding.motion import (
    DIRECTION_LEFT_OF,
    DIRECTION_RIGHT_OF,
    PaddedGrid,
    checked_direction,
    padded_cell,
    padded_grid,
)

UNREACHABLE = np.int32(np.iinfo(np.int32).max)
"""The distance of a cell or state from which no path leads to the goal."""

ANY_DIRECTION = -1
"""Says that the robot may face any way at its goal."""


def cell_distances(passable: NDArray[np.bool_], goal: tuple[int, int]) -> NDArray[np.int32]:
    """Counts the steps from every cell to a goal for a robot that moves to any of the four neighbours.

    Args:
        passable: bool (H, W), True where the robot may stand.
        goal: row and column of the goal.

    Returns:
        int32 (H, W); ``UNREACHABLE`` where no path leads to the goal, everywhere if the goal is closed.

    Raises:
        InputError: the map is empty or the goal outside it.
    """
    grid = padded_grid(passable)
    height, width = np.shape(passable)
    distances = np.empty(grid.passable.size, dtype=np.int32)
    queue = np.empty(grid.passable.size, dtype=np.int32)
    fill_cell_distances(grid, padded_cell(goal, (height, width), "goal"), distances, queue)
    return distances.reshape(height + 2, width + 2)[1:-1, 1:-1].copy()


def oriented_distances(
    passable: NDArray[np.bool_], goal: tuple[int, int], final_direction: int | None = None
) -> NDArray[np.int32]:
    """Counts the actions (steps and quarter turns) from every cell and direction to a goal.

    Args:
        passable: bool (H, W), True where the robot may stand.
        goal: row and column of the goal.
        final_direction: the direction to face at the goal; None = any.

    Returns:
        int32 (H, W, 4); ``UNREACHABLE`` where no path leads to the goal, everywhere if the goal is closed.

    Raises:
        InputError: the map is empty, the goal outside it, or the direction unknown.
    """
    grid = padded_grid(passable)
    height, width = np.shape(passable)
    direction = ANY_DIRECTION if final_direction is None else checked_direction(final_direction)
    distances = np.empty(4 * grid.passable.size, dtype=np.int32)
    queue = np.empty(4 * grid.passable.size, dtype=np.int32)
    fill_oriented_distances(grid, padded_cell(goal, (height, width), "goal"), direction, distances, queue)
    return distances.reshape(height + 2, width + 2, 4)[1:-1, 1:-1].copy()


@driver
def fill_cell_distances(
    grid: PaddedGrid, goal: int, distances: NDArray[np.int32], queue: NDArray[np.int32]
) -> None:
    """Writes the steps to a goal for every cell of a padded grid.

    Args:
        grid: the map, C cells.
        goal: the goal's cell.
        distances: int32 (C,), written.
        queue: int32 (C,), scratch.
    """
    distances[:] = UNREACHABLE
    if not grid.passable[goal]:
        return
    distances[goal] = 0
    queue[0] = goal
    first, count = 0, 1
    while first < count:
        cell = queue[first]
        first += 1
        for direction in range(4):
            neighbour = cell + grid.forward[direction]
            if grid.passable[neighbour] and distances[neighbour] == UNREACHABLE:
                distances[neighbour] = distances[cell] + 1
                queue[count] = neighbour
                count += 1


@driver
def fill_oriented_distances(
    grid: PaddedGrid, goal: int, final_direction: int, distances: NDArray[np.int32], queue: NDArray[np.int32]
) -> None:
    """Writes the actions to a goal for every oriented state (4 · cell + direction) of a padded grid.

    Args:
        grid: the map, C cells.
        goal: the goal's cell.
        final_direction: the direction to face at the goal, or ``ANY_DIRECTION``.
        distances: int32 (4 · C,), written.
        queue: int32 (4 · C,), scratch.
    """
    distances[:] = UNREACHABLE
    if not grid.passable[goal]:
        return
    first, count = 0, 0
    for direction in range(4):
        if final_direction in (ANY_DIRECTION, direction):
            distances[4 * goal + direction] = 0
            queue[count] = 4 * goal + direction
            count += 1
    while first < count:
        state = queue[first]
        first += 1
        for way in range(3):
            before = _state_before(state, way, grid)
            if distances[before] == UNREACHABLE and grid.passable[before >> 2]:
                distances[before] = distances[state] + 1
                queue[count] = before
                count += 1


@driver
def _state_before(state: int, way: int, grid: PaddedGrid) -> int:
    direction = state & 3
    if way == 0:
        return int(state - 4 * grid.forward[direction])
    if way == 1:
        return state - direction + DIRECTION_RIGHT_OF[direction]
    return state - direction + DIRECTION_LEFT_OF[direction]
