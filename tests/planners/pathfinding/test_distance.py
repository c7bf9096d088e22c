from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.pathfinding import UNREACHABLE, cell_distances, oriented_distances
from tests.planners.pathfinding.grid_world import Cell, ahead, parse, turned

maps = arrays(
    bool, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.sampled_from([True, True, False])
)


def is_open(passable: NDArray[np.bool_], cell: Cell) -> bool:
    inside = 0 <= cell[0] < passable.shape[0] and 0 <= cell[1] < passable.shape[1]
    return inside and bool(passable[cell])


def plain_actions(passable: NDArray[np.bool_], start: Cell, direction: int) -> dict[tuple[Cell, int], int]:
    """Counts the actions from one state to all others, forwards."""
    found = {(start, direction): 0} if is_open(passable, start) else {}
    queue = deque(found)
    while queue:
        cell, way = queue.popleft()
        nexts = [(cell, turned(way, 1)), (cell, turned(way, -1))]
        if is_open(passable, ahead(cell, way)):
            nexts.append((ahead(cell, way), way))
        for state in nexts:
            if state not in found:
                found[state] = found[cell, way] + 1
                queue.append(state)
    return found


@given(maps, st.data())
@settings(max_examples=60)
def test_cell_distances_are_those_of_a_plain_search(passable: NDArray[np.bool_], data: st.DataObject) -> None:
    cells = [(int(row), int(column)) for row, column in np.ndindex(passable.shape)]
    goal = data.draw(st.sampled_from(cells))
    distances = cell_distances(passable, goal)
    assert distances.shape == passable.shape and distances.dtype == np.int32
    reached, wave, steps = set(), {goal} if passable[goal] else set(), 0
    while wave:
        assert all(distances[cell] == steps for cell in wave)
        reached |= wave
        nexts = {ahead(cell, way) for cell in wave for way in range(4)}
        wave, steps = {cell for cell in nexts if is_open(passable, cell)} - reached, steps + 1
    assert all(distances[cell] == UNREACHABLE for cell in cells if cell not in reached)


@given(maps, st.data())
@settings(max_examples=60)
def test_oriented_distances_are_those_of_a_plain_search(
    passable: NDArray[np.bool_], data: st.DataObject
) -> None:
    cells = [(int(row), int(column)) for row, column in np.ndindex(passable.shape)]
    goal, start = data.draw(st.sampled_from(cells)), data.draw(st.sampled_from(cells))
    direction = data.draw(st.integers(0, 3))
    found = plain_actions(passable, start, direction)
    to_each_way = [found.get((goal, way), int(UNREACHABLE)) for way in range(4)]
    assert oriented_distances(passable, goal)[(*start, direction)] == min(to_each_way)
    for way in range(4):
        assert oriented_distances(passable, goal, way)[(*start, direction)] == to_each_way[way]


def test_a_turn_costs_a_step() -> None:
    corner = parse("..# #.#")
    assert cell_distances(corner, (1, 1))[0, 0] == 2
    # up, down, left, right from the far end: turn right, step, turn down, step
    assert oriented_distances(corner, (1, 1))[0, 0].tolist() == [4, 4, 5, 3]
    assert oriented_distances(corner, (1, 1), 0)[0, 0].tolist() == [6, 6, 7, 5]


def test_nothing_reaches_a_closed_goal_or_an_island() -> None:
    islands = parse(".#. .#.")
    assert (cell_distances(islands, (0, 1)) == UNREACHABLE).all()
    assert (oriented_distances(islands, (0, 0))[:, 2] == UNREACHABLE).all()
    assert (oriented_distances(islands, (0, 0))[:, 0] != UNREACHABLE).all()


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputError, match="outside the map"):
        cell_distances(parse("..."), (0, 3))
    with pytest.raises(InputError, match="direction 7 is unknown"):
        oriented_distances(parse("..."), (0, 0), 7)
