"""Exact distances of two robots that carry one shelf: a train of two cells that either end can lead.

Breadth-first search backwards from the goal (Moore, "The Shortest Path Through a Maze", 1959) over the
carrier's cell and the side on which its partner is. When one of them drives on, the other is pulled to where
the first was; so the two never stand still relative to each other, and cannot change places.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.planners.pathfinding.graph import NO_VERTEX, GraphArrays

NO_WAY = np.int32(np.iinfo(np.int32).max)
"""The distance of a place of the pair from which no way leads to the goal."""


class PairSearch(NamedTuple):
    """What the search reads and writes, for V vertices.

    Attributes:
        neighbours: int32 (V, 4), as :class:`~planzoo.planners.pathfinding.graph.GraphArrays` has them.
        open_vertices: bool (V,), where the two may stand.
        distances: int32 (V, 4), written: steps by the carrier's vertex and the partner's direction from it.
        queue: int32 (4 · V,), scratch.
    """

    neighbours: NDArray[np.int32]
    open_vertices: NDArray[np.bool_]
    distances: NDArray[np.int32]
    queue: NDArray[np.int32]


def pair_distances(graph: GraphArrays, open_vertices: NDArray[np.bool_], goal: int) -> NDArray[np.int32]:
    """Counts a pair's steps to a goal from all its places.

    Args:
        graph: the map, V vertices.
        open_vertices: bool (V,), where the two may stand.
        goal: the vertex that the carrier is to reach.

    Returns:
        int32 (V, 4): for the carrier's vertex and the direction in which its partner is; ``NO_WAY`` where no
        way leads to the goal.
    """
    distances = np.empty((len(open_vertices), 4), dtype=np.int32)
    queue = np.empty(distances.size, dtype=np.int32)
    fill_pair_distances(PairSearch(graph.neighbours, open_vertices, distances, queue), goal)
    return distances


@driver
def fill_pair_distances(search: PairSearch, goal: int) -> None:
    """Writes the distances to a goal."""
    search.distances[:] = NO_WAY
    count = 0
    for side in range(4):
        partner = search.neighbours[goal, side]
        if search.open_vertices[goal] and partner != NO_VERTEX and search.open_vertices[partner]:
            search.distances[goal, side] = 0
            search.queue[count] = 4 * goal + side
            count += 1
    first = 0
    while first < count:
        carrier, side = search.queue[first] // 4, search.queue[first] % 4
        partner, steps = search.neighbours[carrier, side], search.distances[carrier, side] + 1
        first += 1
        # The carrier led: it came from where the partner is now. Or the other way round.
        count = _reach_all(search, (partner, carrier, False), steps, count)
        count = _reach_all(search, (carrier, partner, True), steps, count)


@kernel
def _reach_all(search: PairSearch, drive: tuple[int, int, bool], steps: int, count: int) -> int:
    """Adds the places from which the leader drove from one vertex to another; gives the queue's length.

    Args:
        search: changed.
        drive: the leader's vertex before and after, and whether the partner led.
        steps: the distance of these places.
        count: length of the queue.
    """
    leader, entered, partner_led = drive
    for side in range(4):
        other = search.neighbours[leader, side]
        if other == NO_VERTEX or not search.open_vertices[other]:
            continue
        if other == entered:
            continue
        # Directions come in opposite pairs.
        carrier, towards = (other, side ^ 1) if partner_led else (leader, side)
        if search.distances[carrier, towards] == NO_WAY:
            search.distances[carrier, towards] = steps
            search.queue[count] = 4 * carrier + towards
            count += 1
    return count
