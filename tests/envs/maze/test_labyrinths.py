"""Perfect mazes are spanning trees, braided ones have fewer dead ends; all are about as likely."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import FLOOR
from tests.envs.maze.drawn_mazes import Cell, Drawn, beside, draw, reached

NOTHING = {"hazards": 0, "safe_rooms": 0, "food": 0, "water": 0, "medicine": 0}


def edges(cells: set[Cell]) -> int:
    """Pairs of cells that are beside each other."""
    return sum((row + 1, column) in cells for row, column in cells) + sum(
        (row, column + 1) in cells for row, column in cells
    )


def dead_ends(maze: Drawn) -> int:
    """Rooms with one way in, exits not counted as ways."""
    floor = maze.of(FLOOR)
    rooms = [cell for cell in floor if cell[0] % 2 and cell[1] % 2]
    return sum(sum(other in floor for other in beside(cell)) == 1 for cell in rooms)


@given(st.integers(5, 40), st.integers(5, 40), st.integers(0, 2**63))
@settings(max_examples=60, deadline=None)
def test_a_perfect_maze_is_a_spanning_tree(height: int, width: int, seed: int) -> None:
    (maze,) = draw(MazeParams(kind="perfect", height=height, width=width, **NOTHING), [seed])
    cells = maze.walkable | set(reached(maze.starts, lambda cell: maze_has(maze, cell)))
    rooms = {(row, column) for row in range(1, height - 1, 2) for column in range(1, width - 1, 2)}
    assert rooms <= cells
    assert len(cells) in (2 * len(rooms) - 1, 2 * len(rooms))
    assert edges(cells) == len(cells) - 1


def maze_has(maze: Drawn, cell: Cell) -> bool:
    """Whether a cell is open, an exit or not."""
    inside = 0 <= cell[0] < maze.codes.shape[0] and 0 <= cell[1] < maze.codes.shape[1]
    return inside and maze.ground[cell] != 2


@pytest.mark.parametrize("size", [(6, 9), (10, 10), (7, 12)])
def test_an_even_size_has_a_thicker_wall(size: tuple[int, int]) -> None:
    for maze in draw(MazeParams(kind="perfect", height=size[0], width=size[1], **NOTHING), range(20)):
        floor = maze.of(FLOOR)
        assert max(row for row, _ in floor) == 2 * ((size[0] - 1) // 2) - 1
        assert max(column for _, column in floor) == 2 * ((size[1] - 1) // 2) - 1


def test_braiding_opens_the_share_of_dead_ends_that_was_asked_for() -> None:
    counts = {}
    for openness in (0.0, 0.5, 1.0):
        params = MazeParams(height=41, width=41, openness=openness, **NOTHING)
        counts[openness] = sum(dead_ends(maze) for maze in draw(params, range(40)))
    perfect = MazeParams(kind="perfect", height=41, width=41, **NOTHING)
    # Where nothing is opened, just the exits are drawn elsewhere.
    assert counts[0.0] == pytest.approx(sum(dead_ends(maze) for maze in draw(perfect, range(40))), abs=40)
    # An exit may have taken the place of one, or make one of a room with two ways.
    assert counts[1.0] <= 40
    # Opening one dead end may open another with it, so somewhat fewer than half are left.
    assert 0.35 * counts[0.0] < counts[0.5] < 0.52 * counts[0.0]


def test_all_perfect_mazes_of_four_rooms_are_equally_likely() -> None:
    """There are four: each lacks one of the four passages."""
    counts = Counter()
    for maze in draw(MazeParams(kind="perfect", height=5, width=5, **NOTHING), range(2000)):
        passages = ((1, 2), (2, 1), (2, 3), (3, 2))
        missing = [cell for cell in passages if maze.ground[cell] == 2]
        counts[tuple(missing)] += 1
    assert sorted(counts) == [((1, 2),), ((2, 1),), ((2, 3),), ((3, 2),)]
    # 500 each, with a standard deviation of 19.
    assert all(420 < count < 580 for count in counts.values())
