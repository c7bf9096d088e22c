"""Refuges: where a robot goes to make room for more urgent ones that it would otherwise block for ever.

A robot that rests at its goal in a dead end, or heads for a cell on another's route, gains nothing from
coming first: it would stand in the way again. It leaves for the nearest cell off the others' shortest routes
instead, even if they must back away to let it out. When that did not help and it must make room again soon,
it goes farther.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.planners.pathfinding.distance import UNREACHABLE, fill_cell_distances
from planzoo.planners.pathfinding.motion import BLOCKED, FORWARD, TURN_RIGHT, PaddedGrid, state_after

NO_REFUGE = -1
"""Says that a robot heads for its goal, or that no cell is off the others' routes."""


@driver
def mark_route(grid: PaddedGrid, distances: NDArray[np.int32], state: int, marks: NDArray[np.bool_]) -> None:
    """Marks the cells of a robot's shortest route on the empty map.

    Args:
        grid: the map, C padded cells.
        distances: int32 (4 · C,), the robot's actions to its goal.
        state: the robot's state, from which the goal can be reached.
        marks: bool (C,), set along the route, both ends included.
    """
    marks[state >> 2] = True
    while distances[state] > 0:
        for action in range(FORWARD, TURN_RIGHT + 1):
            after = state_after(state, action, grid)
            if after != BLOCKED and distances[after] < distances[state]:
                state = after
                break
        marks[state >> 2] = True


@driver
def nearest_refuge(
    grid: PaddedGrid,
    cell: int,
    clearance: float,
    marks: NDArray[np.bool_],
    scratch: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> int:
    """Finds the nearest unmarked cell that is far enough away.

    Args:
        grid: the map, C padded cells.
        cell: where the robot is.
        clearance: how many steps away the refuge must be at least.
        marks: bool (C,), the cells that will not do.
        scratch: int32 (C,) distances from the cell, written, and int32 (at least C,) working space.

    Returns:
        The cell, or ``NO_REFUGE``.
    """
    distances, queue = scratch
    fill_cell_distances(grid, cell, distances, queue)
    best = NO_REFUGE
    for candidate in range(marks.size):
        distance = distances[candidate]
        will_do = not marks[candidate] and distance != UNREACHABLE and distance >= clearance
        if will_do and (best == NO_REFUGE or distance < distances[best]):
            best = candidate
    return best
