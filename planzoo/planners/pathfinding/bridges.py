"""Bridges: the pairs of neighbours of a map that lie on no cycle, such as those along a dead end.

Where there are none, PIBT is sure to get on; across them two robots can only change places at a junction.
Found by one depth-first search (Tarjan, "A Note on Finding the Bridges of a Graph", Information Processing
Letters 2, 1974), here with a stack of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel

NO_VERTEX = -1


@driver
def mark_bridges(
    neighbours: NDArray[np.int32],
    passable: NDArray[np.bool_],
    bridges: NDArray[np.bool_],
    scratch: NDArray[np.int32],
) -> None:
    """Marks the bridges of one layer.

    Args:
        neighbours: int32 (V, 4), vertices or -1.
        passable: bool (V,), which vertices are open.
        bridges: bool (V, 4), written: True where a step in a direction crosses a bridge.
        scratch: int32 (4, V), working space.
    """
    bridges[:] = False
    found, lowest, came_from, tried = scratch[0], scratch[1], scratch[2], scratch[3]
    found[:] = 0
    count = 0
    for root in range(passable.size):
        if not passable[root] or found[root] != 0:
            continue
        count += 1
        found[root] = lowest[root] = count
        came_from[root], tried[root] = -1, 0
        vertex = root
        while vertex != NO_VERTEX:
            child = _next_child(neighbours, passable, vertex, scratch)
            if child != NO_VERTEX:
                count += 1
                found[child] = lowest[child] = count
                vertex = child
            else:
                vertex = _step_back(neighbours, bridges, vertex, scratch)


@kernel
def _next_child(
    neighbours: NDArray[np.int32], passable: NDArray[np.bool_], vertex: int, scratch: NDArray[np.int32]
) -> int:
    """Looks at the neighbours not tried yet, up to one that was never seen."""
    found, lowest, came_from, tried = scratch[0], scratch[1], scratch[2], scratch[3]
    while tried[vertex] < 4:
        direction = tried[vertex]
        tried[vertex] += 1
        neighbour = neighbours[vertex, direction]
        # Directions come in opposite pairs; the way back to the parent is no other way.
        if neighbour == NO_VERTEX or not passable[neighbour] or came_from[vertex] == direction ^ 1:
            continue
        if found[neighbour] == 0:
            came_from[neighbour], tried[neighbour] = direction, 0
            return int(neighbour)
        lowest[vertex] = min(lowest[vertex], found[neighbour])
    return NO_VERTEX


@kernel
def _step_back(
    neighbours: NDArray[np.int32], bridges: NDArray[np.bool_], vertex: int, scratch: NDArray[np.int32]
) -> int:
    """Gives the parent of a finished vertex, and marks the edge between if nothing else leads around it."""
    found, lowest, came_from = scratch[0], scratch[1], scratch[2]
    if came_from[vertex] < 0:
        return NO_VERTEX
    backwards = came_from[vertex] ^ 1
    parent = neighbours[vertex, backwards]
    if lowest[vertex] > found[parent]:
        bridges[vertex, backwards] = True
        bridges[parent, came_from[vertex]] = True
    lowest[parent] = min(lowest[parent], lowest[vertex])
    return int(parent)
