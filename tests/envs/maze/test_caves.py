"""Caves are smooth and connected, whatever they grew from."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import WALL
from tests.envs.maze.drawn_mazes import Drawn, draw, reached


def open_share(maze: Drawn) -> float:
    return float((maze.ground[1:-1, 1:-1] != WALL).mean())


@pytest.mark.parametrize("openness", [0.0, 0.2, 0.45, 0.55, 0.9, 1.0])
def test_caves_are_connected(openness: float) -> None:
    for maze in draw(MazeParams(kind="caves", height=45, width=38, openness=openness), range(15)):
        walkable = maze.walkable
        assert reached([min(walkable)], walkable.__contains__).keys() == walkable


def test_caves_that_begin_more_open_are_wider() -> None:
    shares = [
        np.mean([open_share(maze) for maze in draw(MazeParams(kind="caves", openness=openness), range(40))])
        for openness in (0.3, 0.45, 0.6, 0.8)
    ]
    assert shares == sorted(shares)
    assert shares[0] < 0.35
    assert shares[-1] > 0.8


def test_caves_are_smoother_than_what_they_grew_from() -> None:
    """Of cells drawn at random, one in two neighbours differs; in caves few do."""
    different = total = 0
    for maze in draw(MazeParams(kind="caves", height=60, width=60, openness=0.5), range(5)):
        is_open = maze.ground[1:-1, 1:-1] != WALL
        different += int((is_open[1:] != is_open[:-1]).sum())
        total += is_open[1:].size
    assert different < 0.25 * total


def test_tunnels_are_few() -> None:
    """Joining parts digs no more than it needs: most open cells were open before, in wide caves."""
    for maze in draw(MazeParams(kind="caves", height=60, width=60, openness=0.5), range(5)):
        is_open = np.pad(maze.ground != WALL, 1)
        across = is_open[:, 2:] & is_open[:, :-2] & is_open[:, 1:-1]
        down = is_open[2:] & is_open[:-2] & is_open[1:-1]
        wide = across[1:-1] & down[:, 1:-1]
        assert wide.sum() > 0.4 * is_open.sum()


def test_a_cave_that_would_be_too_small_is_widened() -> None:
    params = MazeParams(kind="caves", openness=0.0, hazards=20, food=20, water=20, medicine=10)
    for maze in draw(params, range(10)):
        assert len(maze.walkable) >= 72
