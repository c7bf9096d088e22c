"""Every generated maze can be left and holds what was asked for, whatever that was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.checks import least_floor
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import DOOR, EXIT, FOOD, KEY, MEDICINE, SAFE_ROOM, WATER
from tests.envs.maze.drawn_mazes import KINDS, Drawn, beside, draw, full_params, is_solvable_by_one, reached

SEEDS = st.integers(0, 2**63)


def check_maze(params: MazeParams, maze: Drawn) -> None:
    """Checks all that holds for every generated maze."""
    check_amounts(params, maze)
    walkable = maze.walkable
    assert reached(maze.starts[:1], walkable.__contains__).keys() == walkable
    assert len(maze.starts) == params.agents
    for start in set(maze.starts):
        assert is_solvable_by_one(maze, start)
    for cell in maze.of(EXIT):
        assert sum(other in walkable for other in beside(cell)) == 1


def check_amounts(params: MazeParams, maze: Drawn) -> None:
    """Checks that there are as many of everything as was asked for."""
    assert len(maze.of(EXIT)) == params.exits
    assert len(maze.of(SAFE_ROOM)) == params.safe_rooms
    assert len(maze.of(DOOR)) == len(maze.items(KEY)) == params.doors
    assert len(maze.hazards) == params.hazards
    supplies = (FOOD, params.food), (WATER, params.water), (MEDICINE, params.medicine)
    assert all(len(maze.items(item)) == count for item, count in supplies)
    items = set().union(*(maze.items(item) for item in range(4)))
    assert not items & (maze.hazards | maze.of(EXIT) | maze.of(SAFE_ROOM) | maze.of(DOOR))
    assert not maze.hazards & (set(maze.starts) | maze.of(EXIT) | maze.of(SAFE_ROOM) | maze.of(DOOR))


@given(full_params(), SEEDS)
@settings(max_examples=150, deadline=None)
def test_every_maze_can_be_left_and_holds_what_was_asked_for(params: MazeParams, seed: int) -> None:
    for maze in draw(params, [seed, seed + 1]):
        check_maze(params, maze)


@pytest.mark.long
@given(full_params(most_side=60), SEEDS)
@settings(max_examples=10_000, deadline=None)
def test_many_mazes_can_be_left_and_hold_what_was_asked_for(params: MazeParams, seed: int) -> None:
    for maze in draw(params, [seed]):
        check_maze(params, maze)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(5, 5), (5, 200), (6, 8), (200, 200)])
def test_the_smallest_and_largest_mazes_can_be_left(kind: Any, size: tuple[int, int]) -> None:
    amounts = {"hazards": 1, "food": 1, "water": 1, "medicine": 0, "safe_rooms": 1}
    params = MazeParams(kind=kind, height=size[0], width=size[1], **amounts)
    for maze in draw(params, range(3)):
        check_maze(params, maze)


@given(full_params(most_side=11), SEEDS)
@settings(max_examples=15, deadline=None)
def test_as_much_as_fits_is_placed(params: MazeParams, seed: int) -> None:
    """Not one cell more could be asked for, and still everything is there."""
    placed = (
        params.exits + params.safe_rooms + params.food + params.water + params.medicine + 2 * params.doors
    )
    full = replace(params, hazards=least_floor(params.height, params.width) - 1 - placed)
    (maze,) = draw(full, [seed])
    check_maze(full, maze)
