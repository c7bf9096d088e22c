"""A seed gives the same maze anywhere; a maze of all episodes is the same in each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.params import MazeParams
from tests.envs.maze.drawn_mazes import KINDS, draw, is_solvable_by_one


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_maze_in_any_batch(kind: Any) -> None:
    params = MazeParams(kind=kind, doors=1)
    batch = draw(params, [5, 6, 7])
    for seed, maze in zip((5, 6, 7), batch, strict=True):
        (alone,) = draw(params, [seed])
        np.testing.assert_array_equal(alone.codes, maze.codes)
        assert alone.starts == maze.starts
    assert len({maze.codes.tobytes() for maze in batch}) == 3


def test_a_maze_seed_gives_the_same_maze_in_all_episodes() -> None:
    first, second = draw(MazeParams(maze_seed=4), [1, 2])
    np.testing.assert_array_equal(first.codes, second.codes)
    assert first.starts == second.starts
    assert all(is_solvable_by_one(first, start) for start in first.starts)
    (other,) = draw(MazeParams(maze_seed=5), [1])
    assert (first.codes != other.codes).any()


def test_a_text_maze_is_what_was_written() -> None:
    text = "#######\n#@f.!E#\n#.#S#w#\n#kD..@#\n#######\n"
    params = MazeParams.from_text(text, agents=2)
    (maze,) = draw(params, [3])
    assert params.text_maze is not None
    np.testing.assert_array_equal(maze.codes, params.text_maze.codes)
    assert maze.starts == [(1, 1), (3, 5)]


@pytest.mark.parametrize("together", [False, True])
def test_agents_without_starts_of_their_own_draw_them(together: bool) -> None:
    text = "#########\n#..#.#.E#\n#..###.##\n#...!..f#\n#########\n"
    params = MazeParams.from_text(text, agents=3, together=together)
    places: set[tuple[int, int]] = set()
    for maze in draw(params, range(80)):
        assert len(set(maze.starts)) == 3
        places.update(maze.starts)
    # All floor but the hazard and the cell with no way out.
    left, right = (
        {(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3)},
        {(3, 5), (3, 6), (3, 7), (2, 6), (1, 6)},
    )
    assert places == left | right
