"""Rooms take about the share of the floor that was asked for, and corridors join them."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.room_mazes import LONGEST_ROOM
from planzoo.envs.maze.state import WALL
from tests.envs.maze.drawn_mazes import Drawn, draw, reached


def open_share(maze: Drawn) -> float:
    """Share of the cells within the rim that are open."""
    return float((maze.ground[1:-1, 1:-1] != WALL).mean())


def squares(maze: Drawn) -> int:
    """How many places have two by two open cells: there are none in corridors that do not touch."""
    is_open = maze.ground != WALL
    return int((is_open[1:, 1:] & is_open[:-1, 1:] & is_open[1:, :-1] & is_open[:-1, :-1]).sum())


@pytest.mark.parametrize("openness", [0.1, 0.25, 0.4])
def test_rooms_have_the_share_of_floor_that_was_asked_for(openness: float) -> None:
    mazes = draw(MazeParams(kind="rooms", height=60, width=60, openness=openness), range(20))
    shares = [open_share(maze) for maze in mazes]
    # Corridors come on top of the rooms.
    assert openness < float(np.mean(shares)) < openness + 0.25


def test_more_room_is_asked_for_and_given() -> None:
    few, many = (draw(MazeParams(kind="rooms", openness=share), range(50)) for share in (0.1, 0.6))
    assert sum(map(squares, few)) < 0.75 * sum(map(squares, many))
    assert min(map(squares, few)) > 0


def test_no_room_is_longer_than_it_may_be() -> None:
    """A block of open cells larger than the largest room only comes from corridors that pass it."""
    for maze in draw(MazeParams(kind="rooms", height=80, width=80, openness=0.3), range(5)):
        is_open = maze.ground != WALL
        side = LONGEST_ROOM + 3
        blocks = np.lib.stride_tricks.sliding_window_view(is_open, (side, side))
        assert not blocks.all(axis=(2, 3)).any()


def test_some_mazes_of_rooms_have_loops() -> None:
    """Closing a corridor cell cuts some mazes in two, but not at every cell."""
    cut = kept = 0
    for maze in draw(MazeParams(kind="rooms", height=41, width=41, openness=0.2), range(6)):
        walkable = maze.walkable
        for cell in sorted(walkable)[::9]:
            rest = walkable - {cell}
            whole = len(reached([min(rest)], rest.__contains__)) == len(rest)
            kept, cut = kept + whole, cut + (not whole)
    assert cut > 5
    assert kept > 20
