"""Distances of two robots that carry one shelf."""

from __future__ import annotations

from collections import deque

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planzoo.planners.domains.warehouse_pair_paths import NO_WAY, pair_distances
from planzoo.planners.pathfinding.graph import grid_graph

STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))
Place = tuple[tuple[int, int], tuple[int, int]]


def drives(place: Place, open_cells: np.ndarray) -> list[Place]:
    """Where a pair can be after one step: either robot leads, the other takes its cell."""
    carrier, partner = place
    found = []
    for leader in place:
        for step in STEPS:
            ahead = leader[0] + step[0], leader[1] + step[1]
            inside = all(0 <= ahead[axis] < open_cells.shape[axis] for axis in (0, 1))
            if inside and open_cells[ahead] and ahead not in place:
                found.append((ahead, carrier) if leader == carrier else (partner, ahead))
    return found


def forward_distance(start: Place, goal: tuple[int, int], open_cells: np.ndarray) -> int:
    """The steps of a search forwards from the start."""
    steps, queue = {start: 0}, deque([start])
    while queue:
        place = queue.popleft()
        if place[0] == goal:
            return steps[place]
        for after in drives(place, open_cells):
            if after not in steps:
                steps[after] = steps[place] + 1
                queue.append(after)
    return int(NO_WAY)


@given(arrays(bool, (4, 5), elements=st.booleans()), st.integers(0, 3), st.integers(0, 4))
def test_the_search_backwards_agrees_with_a_search_forwards(
    open_cells: np.ndarray, row: int, column: int
) -> None:
    open_cells[row, column] = True
    everywhere = np.ones_like(open_cells)
    graph = grid_graph(everywhere)
    goal = int(graph.vertex_at[row, column])
    found = pair_distances(graph.arrays, open_cells[graph.cells[:, 0], graph.cells[:, 1]], goal)
    for carrier in map(tuple, np.argwhere(open_cells).tolist()):
        for side, step in enumerate(STEPS):
            partner = carrier[0] + step[0], carrier[1] + step[1]
            inside = all(0 <= partner[axis] < open_cells.shape[axis] for axis in (0, 1))
            if inside and open_cells[partner]:
                expected = forward_distance((carrier, partner), (row, column), open_cells)
                assert found[graph.vertex_at[carrier], side] == expected


def test_a_pair_turns_round_where_it_has_room_only() -> None:
    corridor = grid_graph(np.ones((1, 4), dtype=bool))
    steps = pair_distances(corridor.arrays, np.ones(4, dtype=bool), 3)
    # The partner on the right leads to the end; the carrier can't get past it.
    assert steps[1, 3] == NO_WAY and steps[1, 2] == 2
