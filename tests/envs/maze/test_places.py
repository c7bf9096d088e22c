"""Distances and frontiers."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.places import frontier_within, in_message_range, is_frontier_cell, kings_distance
from planzoo.envs.maze.state import DOOR, WALL, Constants, State
from planzoo.envs.simulation.kernel import driver
from tests.envs.maze.plan_hall import FORGET, SIZE, Hall

DISTANCE, HEARD, FRONTIER, NEAR = range(4)


@driver
def ask(constants: Constants, state: State, what: int, cell: int, other: int) -> int:
    """Ask one of the kernels about agent 0, or two cells."""
    if what == DISTANCE:
        return int(kings_distance(constants, cell, other))
    if what == HEARD:
        return int(in_message_range(constants, state, 0, cell, other))
    if what == FRONTIER:
        return int(is_frontier_cell(constants, state, 0, 0, cell))
    return int(frontier_within(constants, state, 0, 0, (cell, other)))


def about(hall: Hall, what: int, cell: int, other: int = 0) -> int:
    """Ask about a hall."""
    return int(ask(hall.constants, hall.state, what, cell, other))


@pytest.mark.parametrize(
    ("place", "moves"), [((4, 4), 0), ((5, 5), 1), ((4, 0), 4), ((1, 8), 4), ((8, 3), 4)]
)
def test_distance_is_in_kings_moves(place: tuple[int, int], moves: int) -> None:
    hall = Hall()
    assert about(hall, DISTANCE, hall.cell(4, 4), hall.cell(*place)) == moves
    assert about(hall, DISTANCE, hall.cell(*place), hall.cell(4, 4)) == moves


@pytest.mark.parametrize(("reach", "place", "heard"), [(2, (6, 2), 1), (2, (7, 4), 0), (None, (0, 0), 1)])
def test_messages_reach_so_far(reach: int | None, place: tuple[int, int], heard: int) -> None:
    hall = Hall(message_range=reach)
    hall.put(1, *place)
    assert about(hall, HEARD, 0, 1) == heard


def test_frontier_cells_are_open_and_beside_the_unknown() -> None:
    hall = Hall()
    unknown = hall.cell(4, 4)
    assert not any(about(hall, FRONTIER, hall.cell(row, 4)) for row in range(SIZE))
    hall.do(FORGET, 0, unknown)
    beside = [hall.cell(3, 4), hall.cell(5, 4), hall.cell(4, 3), hall.cell(4, 5)]
    found = [
        c for c in range(len(hall.constants.rows)) if hall.constants.rows[c] >= 0 if about(hall, FRONTIER, c)
    ]
    assert sorted(found) == sorted(beside)
    hall.state.known[0, 0, beside[0]] = WALL
    hall.state.known[0, 0, beside[1]] = DOOR
    assert [about(hall, FRONTIER, cell) for cell in beside] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("middle", "moves", "near"),
    [((0, 0), 2, 0), ((0, 0), 3, 0), ((0, 0), 4, 1), ((8, 8), 3, 0), ((8, 8), 4, 1), ((8, 4), 3, 1)],
)
def test_frontier_near_a_place(middle: tuple[int, int], moves: int, near: int) -> None:
    hall = Hall()
    hall.do(FORGET, 0, hall.cell(4, 4))
    assert about(hall, NEAR, hall.cell(*middle), moves) == near
