"""Exits are at the rim or at dead ends, starts far from them, and all places are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import EXIT
from tests.envs.maze.drawn_mazes import KINDS, beside, draw, reached


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("together", [False, True])
def test_agents_start_far_from_exits(kind: Any, together: bool) -> None:
    params = MazeParams(kind=kind, together=together, exits=2)
    for maze in draw(params, range(30)):
        walkable = maze.walkable
        distances = reached(maze.of(EXIT), walkable.__contains__)
        starts = maze.starts[:1] if together else maze.starts
        assert all(2 * distances[start] >= max(distances.values()) for start in starts)


def test_agents_start_side_by_side_if_asked() -> None:
    for maze in draw(MazeParams(agents=6, together=True), range(30)):
        starts = set(maze.starts)
        assert len(starts) == 6
        assert reached(maze.starts[:1], starts.__contains__).keys() == starts


def test_agents_start_anywhere_else_apart() -> None:
    mazes = draw(MazeParams(agents=4), range(50))
    assert all(len(set(maze.starts)) == 4 for maze in mazes)
    apart = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b, *_ in (maze.starts for maze in mazes)]
    assert np.mean(apart) > 5


def test_agents_share_cells_where_there_are_few() -> None:
    nothing = {"hazards": 0, "safe_rooms": 0, "food": 0, "water": 0, "medicine": 0}
    for maze in draw(MazeParams(height=5, width=5, agents=64, together=True, **nothing), range(10)):
        assert set(maze.starts) == maze.walkable


def test_exits_are_drawn_all_along_the_rim() -> None:
    sides = np.zeros(4, dtype=int)
    inside = 0
    for maze in draw(MazeParams(height=15, width=15), range(400)):
        ((row, column),) = maze.of(EXIT)
        rim = np.array([row == 0, row == 14, column == 0, column == 14])
        sides += rim
        inside += not rim.any()
    assert (sides > 50).all()
    # A braided maze has a few dead ends.
    assert 5 < inside < 150


def test_hazards_and_supplies_lie_all_over_the_maze() -> None:
    hazards, food = np.zeros((15, 15)), np.zeros((15, 15))
    for maze in draw(MazeParams(kind="caves", openness=0.8, hazards=5, food=5), range(300)):
        for cell in maze.hazards:
            hazards[cell] += 1
        for cell in maze.items(0):
            food[cell] += 1
    assert (hazards[2:-2, 2:-2] > 0).mean() > 0.95
    assert (food[2:-2, 2:-2] > 0).mean() > 0.95
    assert food.max() < 30


def test_every_exit_is_beside_one_open_cell() -> None:
    for maze in draw(MazeParams(kind="rooms", exits=10), range(30)):
        walkable = maze.walkable
        for cell in maze.of(EXIT):
            assert sum(other in walkable for other in beside(cell)) == 1
