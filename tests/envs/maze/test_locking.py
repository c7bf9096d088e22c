"""Doors stand in passages on the way out, keys where no door is in the way."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import DOOR, EXIT, KEY
from tests.envs.maze.drawn_mazes import KINDS, Drawn, beside, draw, reached


def is_locked_in(maze: Drawn) -> bool:
    """Whether nobody gets out without a key."""
    closed = maze.walkable - maze.of(DOOR)
    ways = reached(maze.starts, closed.__contains__)
    return not any(other in ways for cell in maze.of(EXIT) for other in beside(cell))


def test_doors_of_a_perfect_maze_lock_the_way_out() -> None:
    mazes = draw(MazeParams.locked(), range(60))
    assert all(map(is_locked_in, mazes))
    for maze in mazes:
        assert len(maze.of(DOOR)) == len(maze.items(KEY)) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_reached_before_doors(kind: Any) -> None:
    for maze in draw(MazeParams(kind=kind, doors=3, agents=2), range(40)):
        closed = maze.walkable - maze.of(DOOR)
        for start in maze.starts:
            ways = reached([start], closed.__contains__)
            assert maze.items(KEY) <= ways.keys()
            assert set(maze.starts) <= ways.keys()


def test_doors_stand_in_passages() -> None:
    """With room enough, a door has two open sides: behind one is the way out."""
    for maze in draw(MazeParams(kind="rooms", height=31, width=31, doors=2), range(30)):
        is_open = maze.walkable | maze.of(EXIT)
        for door in maze.of(DOOR):
            assert sum(cell in is_open for cell in beside(door)) == 2


def test_without_doors_there_are_no_keys() -> None:
    assert not any(maze.items(KEY) for maze in draw(MazeParams(doors=0), range(10)))


def test_the_ways_between_starts_keys_and_doors_are_free_of_hazards() -> None:
    params = MazeParams(kind="perfect", doors=2, hazards=25, height=21, width=21)
    for maze in draw(params, range(40)):
        safe = maze.walkable - maze.hazards
        ways = reached(maze.starts[:1], safe.__contains__)
        assert maze.items(KEY) | set(maze.starts) <= ways.keys()
        assert any(other in ways for cell in maze.of(EXIT) for other in beside(cell))
