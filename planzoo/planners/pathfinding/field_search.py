"""Distance fields on graphs as kernels: filling them, and mending them when a cell opens or closes.

Filling is breadth-first search backwards from the goal (Moore, "The Shortest Path Through a Maze", 1959). A
cell that opens can only shorten ways: the search goes on from there as far as ways get shorter. A cell that
closes changes nothing else when every state that leads into it has another way that is as short; only where
one has not is the field filled anew (the two cases of Ramalingam and Reps, "An Incremental Algorithm for a
Generalization of the Shortest-Path Problem", Journal of Algorithms 21, 1996, with the second cut short).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.planners.pathfinding.graph import NO_STATE, GraphArrays, state_before, state_behind


@kernel
def states_per_vertex(graph: GraphArrays) -> int:
    """Gives 4 for turn-and-move robots, whose states have a direction, 1 for cardinal ones."""
    return 4 if graph.turning else 1


@driver
def fill_field(
    graph: GraphArrays, layer: int, goal: int, field: NDArray[Any], queue: NDArray[np.int32]
) -> None:
    """Writes the steps to a goal, any direction, from every state.

    Args:
        graph: the map.
        layer: the robots' layer.
        goal: the goal's vertex.
        field: uint16 or int32 (S,), written; its type's largest number where no path leads to the goal.
        queue: int32 (S,), scratch.
    """
    unreachable = np.iinfo(field.dtype).max
    field[:] = unreachable
    if not graph.passable[layer, goal]:
        return
    headings = states_per_vertex(graph)
    for heading in range(headings):
        field[headings * goal + heading] = 0
        queue[heading] = headings * goal + heading
    passable, ways, first, count = graph.passable[layer], 3 if graph.turning else 4, 0, headings
    while first < count:
        state = queue[first]
        first += 1
        after = field[state] + 1
        for way in range(ways):
            before = state_before(graph, state, way)
            if before != NO_STATE and field[before] > after and passable[before // headings]:
                field[before] = after
                queue[count] = before
                count += 1


@driver
def fill_fields(
    graph: GraphArrays,
    layer: int,
    goals: NDArray[np.int64],
    fields: NDArray[Any],
    queue: NDArray[np.int32],
) -> None:
    """Fills a field for each of G goals; ``fields`` is (G, S), the rest as for :func:`fill_field`."""
    for index in range(goals.size):
        fill_field(graph, layer, goals[index], fields[index], queue)


@driver
def is_unaffected_by_closing(graph: GraphArrays, layer: int, vertex: int, field: NDArray[Any]) -> bool:
    """Takes a vertex that has just closed out of a field, if no other distance depends on it.

    Args:
        graph: the map, the vertex closed already.
        layer: the field's layer.
        vertex: what closed; not the field's goal.
        field: uint16 or int32 (S,), changed where the answer is True.

    Returns:
        Whether the field is right again; if not, it must be filled anew.
    """
    unreachable = np.iinfo(field.dtype).max
    headings, ways = states_per_vertex(graph), 3 if graph.turning else 4
    for state in range(headings * vertex, headings * (vertex + 1)):
        for way in range(ways):
            before = state_before(graph, state, way)
            if before == NO_STATE or before // headings == vertex or field[before] == unreachable:
                continue
            if field[before] == field[state] + 1 and not _has_way_around(graph, layer, vertex, before, field):
                return False
    field[headings * vertex : headings * (vertex + 1)] = unreachable
    return True


@kernel
def _has_way_around(graph: GraphArrays, layer: int, vertex: int, state: int, field: NDArray[Any]) -> bool:
    headings = states_per_vertex(graph)
    for way in range(3 if graph.turning else 4):
        after = state_behind(graph, state, way)
        if after == NO_STATE or after // headings == vertex or not graph.passable[layer, after // headings]:
            continue
        if field[after] + 1 == field[state]:
            return True
    return False


@driver
def mend_after_opening(
    graph: GraphArrays, layer: int, vertex: int, field: NDArray[Any], queue: NDArray[np.int32]
) -> None:
    """Shortens the ways of a field through a vertex that has just opened.

    Args:
        graph: the map, the vertex open already.
        layer: the field's layer.
        vertex: what opened; not the field's goal.
        field: uint16 or int32 (S,), changed.
        queue: int32 (S,), scratch.
    """
    unreachable = np.iinfo(field.dtype).max
    headings = states_per_vertex(graph)
    first_state, least = headings * vertex, _enter_field(graph, layer, vertex, field)
    if least == unreachable:
        return
    # The states of the vertex differ by up to two quarter turns: each joins the queue when its turn comes.
    first, count, level = 0, 0, least
    while first < count or level <= least + 2:
        for state in range(first_state, first_state + headings):
            if field[state] == level:
                queue[count] = state
                count += 1
        end = count
        while first < end:
            count = _shorten_ways_into(graph, layer, queue[first], field, queue, count)
            first += 1
        level += 1


@kernel
def _shorten_ways_into(
    graph: GraphArrays, layer: int, state: int, field: NDArray[Any], queue: NDArray[np.int32], count: int
) -> int:
    """Adds the states to the queue whose way gets shorter through a state; gives the queue's length."""
    headings = states_per_vertex(graph)
    for way in range(3 if graph.turning else 4):
        before = state_before(graph, state, way)
        shorter = before != NO_STATE and field[before] > field[state] + 1
        if shorter and graph.passable[layer, before // headings]:
            field[before] = field[state] + 1
            queue[count] = before
            count += 1
    return count


@kernel
def _enter_field(graph: GraphArrays, layer: int, vertex: int, field: NDArray[Any]) -> int:
    """Writes the distances of a vertex from those around it, and gives the least."""
    unreachable = np.iinfo(field.dtype).max
    headings, least = states_per_vertex(graph), unreachable
    field[headings * vertex : headings * (vertex + 1)] = unreachable
    # One pass reads the neighbours, two more carry what they gave through the quarter turns.
    for _ in range(3):
        for state in range(headings * vertex, headings * (vertex + 1)):
            for way in range(3 if graph.turning else 4):
                after = state_behind(graph, state, way)
                if after == NO_STATE or field[after] == unreachable:
                    continue
                if graph.passable[layer, after // headings] and field[after] + 1 < field[state]:
                    field[state] = field[after] + 1
            least = min(least, field[state])
    return int(least)
