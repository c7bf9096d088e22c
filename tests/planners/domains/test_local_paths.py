"""Ways of a lone robot: exactly the shortest, and of those the one that sees most."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.planners.domains.local_paths import (
    NOWHERE,
    PathArrays,
    best_lookout,
    best_state,
    first_move,
    first_off_line,
    first_step,
    path_arrays,
    search_paths,
)
from planzoo.planners.pathfinding import UNREACHABLE, cell_distances, oriented_distances

UP, DOWN, LEFT, RIGHT = range(4)


def padded(rows: list[str]) -> NDArray[np.bool_]:
    return np.pad(np.array([[letter == "." for letter in row] for row in rows]), 1)


def searched(
    rows: list[str],
    start: tuple[int, int],
    direction: int,
    cardinal: bool = False,
    values: NDArray[np.float64] | None = None,
    goal: tuple[int, int] | None = None,
) -> tuple[PathArrays, int, int]:
    """Gives the arrays after a search, how many states it reached, and the stride."""
    passable = padded(rows)
    stride = passable.shape[1]
    arrays = path_arrays(passable.size, stride, cardinal, 1)
    worth = np.zeros(passable.size) if values is None else np.pad(values, 1).reshape(-1)
    state = 4 * number(start, stride) + direction
    stop = NOWHERE if goal is None else number(goal, stride)
    return arrays, search_paths(arrays, passable.reshape(-1), worth, state, stop), stride


def number(cell: tuple[int, int], stride: int) -> int:
    return (cell[0] + 1) * stride + cell[1] + 1


def place(state: int, stride: int) -> tuple[int, int, int]:
    return state // 4 // stride - 1, state // 4 % stride - 1, state % 4


mazes = st.lists(st.text("..#", min_size=5, max_size=5), min_size=4, max_size=4)


@given(rows=mazes, direction=st.integers(0, 3))
def test_lengths_are_those_of_the_distance_fields(rows: list[str], direction: int) -> None:
    rows = ["." + rows[0][1:], *rows[1:]]
    passable = np.array([[letter == "." for letter in row] for row in rows])
    turning, _, stride = searched(rows, (0, 0), direction)
    stepping, _, _ = searched(rows, (0, 0), direction, cardinal=True)
    for cell in np.ndindex(passable.shape):
        goal = (int(cell[0]), int(cell[1]))
        expected = {
            "turning": oriented_distances(passable, goal)[0, 0, direction],
            "stepping": cell_distances(passable, goal)[0, 0],
        }
        for name, arrays in (("turning", turning), ("stepping", stepping)):
            state = best_state(arrays, number(goal, stride))
            if expected[name] == UNREACHABLE:
                assert state == NOWHERE
            else:
                assert arrays.distances[state] == expected[name]


@given(rows=mazes, direction=st.integers(0, 3), goal=st.tuples(st.integers(0, 3), st.integers(0, 4)))
def test_stopping_at_a_goal_changes_no_way_to_it(
    rows: list[str], direction: int, goal: tuple[int, int]
) -> None:
    rows = ["." + rows[0][1:], *rows[1:]]
    values = np.random.default_rng(0).random((4, 5))
    whole, total, stride = searched(rows, (0, 0), direction, values=values)
    short, count, _ = searched(rows, (0, 0), direction, values=values, goal=goal)
    state = best_state(whole, number(goal, stride))
    assert best_state(short, number(goal, stride)) == state and count <= total
    if state != NOWHERE:
        assert short.gains[state] == pytest.approx(whole.gains[state])
        assert first_step(short, state) == first_step(whole, state)


def test_of_equally_long_ways_the_one_that_sees_most_is_kept() -> None:
    values = np.zeros((3, 5))
    values[0, 2] = 1.0
    rows = [".....", ".###.", "....."]
    for direction, worth in ((UP, 1.0), (DOWN, 0.0)):
        arrays, _, stride = searched(rows, (1, 0), direction, values=values)
        assert arrays.gains[best_state(arrays, number((1, 4), stride))] == worth
    # A step to any neighbour makes both ways equally long: the upper one is kept.
    arrays, _, stride = searched(rows, (1, 0), RIGHT, cardinal=True, values=values)
    goal = best_state(arrays, number((1, 4), stride))
    assert arrays.gains[goal] == 1.0
    assert place(first_step(arrays, goal), stride) == (0, 0, UP)


def test_a_step_shows_the_row_of_cells_ahead() -> None:
    values = np.array([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0], [8.0, 16.0, 32.0]])
    arrays, _, stride = searched(["...", "...", "..."], (2, 1), UP, values=values)
    assert arrays.gains[4 * number((1, 1), stride) + UP] == 7.0
    assert arrays.gains[4 * number((2, 1), stride) + RIGHT] == 0.0, "a turn shows nothing new"


def test_first_step_and_first_move() -> None:
    arrays, _, stride = searched(["...", ".#."], (0, 1), UP)
    goal = best_state(arrays, number((1, 2), stride))
    assert place(first_step(arrays, goal), stride) == (0, 1, RIGHT)
    assert place(first_move(arrays, goal), stride) == (0, 2, RIGHT)
    start = 4 * number((0, 1), stride) + UP
    assert first_step(arrays, start) == start == first_move(arrays, start)


def test_the_lookout_shows_most_for_its_length() -> None:
    values = np.zeros((1, 12))
    values[0, 2], values[0, 11] = 0.5, 9.0
    row = "............"
    arrays, count, stride = searched([row], (0, 0), RIGHT, values=values)
    assert place(best_lookout(arrays, count, 4.0), stride)[1] == 10, "one step before: it is in sight there"
    values[0, 11] = 0.6
    arrays, count, stride = searched([row], (0, 0), RIGHT, values=values)
    assert place(best_lookout(arrays, count, 4.0), stride)[1] == 1, "a little nearby beats a little far away"
    arrays, count, _ = searched([row], (0, 0), RIGHT)
    assert best_lookout(arrays, count, 4.0) == arrays.queue[0], "nothing to see"


def test_off_the_line_is_another_column_or_row() -> None:
    arrays, count, stride = searched(["..", ".#", ".#"], (2, 0), DOWN)
    assert place(first_off_line(arrays, count, stride, True), stride)[:2] == (0, 1)
    assert place(first_off_line(arrays, count, stride, False), stride)[:2] == (1, 0)
    arrays, count, stride = searched([".", "."], (0, 0), DOWN)
    assert first_off_line(arrays, count, stride, True) == NOWHERE
