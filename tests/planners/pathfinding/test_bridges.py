from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.pathfinding.graph import GridGraph, grid_graph
from tests.planners.pathfinding.pibt_world import LADDER, TREE, shelves


def reached_without(graph: GridGraph, start: int, end: int) -> bool:
    """Says whether a path leads from one vertex to the next but for the edge between them."""
    seen, waiting = {start}, [start]
    while waiting:
        vertex = waiting.pop()
        for neighbour in graph.arrays.neighbours[vertex]:
            crosses = {vertex, int(neighbour)} == {start, end}
            if neighbour >= 0 and not crosses and int(neighbour) not in seen:
                seen.add(int(neighbour))
                waiting.append(int(neighbour))
    return end in seen


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6), st.floats(0.5, 1.0))
def test_bridges_are_edges_that_nothing_leads_around(
    seed: int, height: int, width: int, share: float
) -> None:
    passable = np.random.default_rng(seed).random((height, width)) < share
    passable[0, 0] = True
    graph = grid_graph(passable)
    for vertex, neighbours in enumerate(graph.arrays.neighbours):
        for direction, neighbour in enumerate(neighbours):
            expected = neighbour >= 0 and not reached_without(graph, vertex, int(neighbour))
            assert graph.arrays.bridges[0, vertex, direction] == expected


def test_bridges_of_whole_maps() -> None:
    assert not grid_graph(shelves()).arrays.bridges.any()
    assert grid_graph(LADDER).arrays.bridges.sum() == 2 * 2
    tree = grid_graph(TREE).arrays
    assert (tree.bridges[0] == (tree.neighbours >= 0)).all()
