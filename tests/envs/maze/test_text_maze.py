"""Texts are read, written again as they were, and refused with line and column."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import DOOR, EXIT, FLOOR, FOOD, HAZARD_CODE, ITEM_SHIFT, KEY, SAFE_ROOM, WALL
from planzoo.envs.maze.text_maze import TextMaze, maze_text, parse_maze, read_maze, world_codes
from planzoo.errors import InputError
from tests.envs.maze.drawn_mazes import draw, full_params

HALL = """
; a hall with everything
#########
#@.f w m#
#.#S#!#k#

#..D...E#
; the end
#########
"""


def test_every_sign_is_read() -> None:
    maze = parse_maze(HALL)
    assert maze.codes.shape == (5, 9)
    assert maze.codes[1].tolist() == [WALL, FLOOR, FLOOR, 17, FLOOR, 33, FLOOR, 49, WALL]
    assert maze.codes[2].tolist()[3:] == [SAFE_ROOM, WALL, FLOOR | HAZARD_CODE, WALL, 65, WALL]
    assert (maze.codes[3, 3], maze.codes[3, 7]) == (DOOR, EXIT)
    assert maze.codes[1, 3] == FLOOR | (FOOD + 1) << ITEM_SHIFT
    assert maze.codes[2, 7] == FLOOR | (KEY + 1) << ITEM_SHIFT
    assert maze.starts == ((1, 1),)
    assert maze.lines == (3, 4, 5, 7, 9)
    assert maze.amounts == {
        **{"exits": 1, "safe_rooms": 1, "hazards": 1, "food": 1},
        **{"water": 1, "medicine": 1, "doors": 1},
    }


def test_the_text_is_written_as_it_was_read() -> None:
    maze = parse_maze(HALL)
    assert maze.text() == "#########\n#@.f.w.m#\n#.#S#!#k#\n#..D...E#\n#########\n"
    again = parse_maze(maze.text())
    assert again == maze
    assert hash(again) == hash(maze)
    assert again != parse_maze(maze.text().replace("f", "w"))
    assert maze != maze.text()


def test_lines_may_end_as_windows_ends_them() -> None:
    assert parse_maze(HALL.replace("\n", "\r\n")) == parse_maze(HALL)


@given(full_params(most_side=15), st.integers(0, 2**40))
@settings(max_examples=40, deadline=None)
def test_generated_mazes_are_read_as_they_were_written(params: MazeParams, seed: int) -> None:
    (drawn,) = draw(params, [seed])
    bare = {start for start in drawn.starts if drawn.codes[start] == FLOOR}
    maze = parse_maze(maze_text(drawn.codes, starts=bare))
    np.testing.assert_array_equal(maze.codes, drawn.codes)
    assert set(maze.starts) == bare
    assert maze.amounts == {name: getattr(params, name) for name in maze.amounts}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1, begins a maze without any cells"),
        ("\n ;x\n;y\n...\n", "line 2, column 2, has the sign ';', which is unknown"),
        ("##\n#x\n", "line 2, column 2, has the sign 'x', which is unknown"),
        (";\n##\n\n#\t\n", "line 4, column 2, has the sign '\\t', which is unknown"),
        (
            "###\n####\n",
            "line 2, column 4, is where lines begin to differ in length, 4 cells after 3 in line 1",
        ),
        ("###\n##\n", "line 2, column 3, is where lines begin to differ in length"),
        ("@E\n", "line 1, column 2, ends a maze of 1 x 2 cells: make it at least 2 x 2"),
        ("@.\n..\n", "line 2, column 2, ends a maze without an exit: put an 'E'"),
        ("@#E\n...\n@#.\n#@#\n", "line 4, column 2, has a start ('@') from which no exit can be reached"),
        ("@.#\nkDD\n##E\n", "line 1, column 1, has a start"),
        ("#E#\n###\n#.#\n", "line 1, column 2, has the first exit, but no exit can be reached"),
        ("." * 201 + "\n" + "." * 201, "line 1, column 201, is beyond the 200 x 200 cells"),
        ("..\n" * 201, "line 201, column 1, is beyond the 200 x 200 cells"),
    ],
)
def test_a_text_that_is_no_maze_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        parse_maze(text, source="hall.txt")
    assert str(error.value).startswith("hall.txt, line ")
    assert message in str(error.value)
    assert str(error.value).endswith(".")


def test_more_doors_than_can_be_thought_through_are_refused() -> None:
    rows = ["k" * 9 + "@" + "." * 26, "D#D" * 12, "#." * 18, "E" + "#" * 35]
    with pytest.raises(InputError, match=r"line 1, column 1, begins a maze with 24 doors, too many to tell"):
        parse_maze("\n".join(rows))


def test_agents_start_where_the_text_says() -> None:
    maze = parse_maze("@.@E\n..@.\n")
    assert maze.start_cells(2) == [(0, 0), (0, 2)]
    with pytest.raises(
        InputError, match=r"line 2, column 3, has the last of 3 starts \('@'\), but there are 4"
    ):
        maze.start_cells(4)


def test_whoever_needs_help_needs_the_helper() -> None:
    """Two get out together, as the second opens the door for the first; the first alone does not."""
    maze = parse_maze("@.D.k@E\n#######\n")
    assert maze.start_cells(2) == [(0, 0), (0, 5)]
    with pytest.raises(InputError, match=r"line 1, column 1, has a start"):
        maze.start_cells(1)


def test_without_starts_all_free_floor_from_which_one_gets_out_will_do() -> None:
    maze = parse_maze(".!f#.\n#.D#D\nE.#k#\nSS#.#\n")
    assert maze.start_cells(5) == [(0, 0), (0, 2), (1, 1), (2, 1)]


def test_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "hall.txt"
    path.write_text(HALL, encoding="utf-8")
    assert read_maze(path) == parse_maze(HALL)
    with pytest.raises(InputError, match=r"cannot be read .* give a text file in UTF-8"):
        read_maze(tmp_path / "nowhere.txt")
    path.write_bytes(b"\xff\xfe#")
    with pytest.raises(InputError, match=r"hall\.txt cannot be read"):
        read_maze(path)
    path.write_text("##\n#?", encoding="utf-8")
    with pytest.raises(InputError, match=r"hall\.txt, line 2, column 2"):
        read_maze(str(path))


def test_a_running_world_is_written() -> None:
    simulator = MazeSimulator(MazeParams.from_text(HALL, agents=1, coordination="none", max_steps=50), 2)
    simulator.reset(0)
    assert maze_text(simulator, 1) == parse_maze(HALL).text()
    np.testing.assert_array_equal(world_codes(simulator, 1), parse_maze(HALL).codes)
    simulator.state.codes[1, simulator.state.agents["cell"][1, 0] + 2] = FLOOR
    simulator.state.agents["status"][1] = 2
    assert maze_text(simulator, 1) == parse_maze(HALL).text().replace("@.f", "...")


def test_of_several_things_in_a_cell_one_is_written() -> None:
    codes = np.array(
        [[0, FLOOR | HAZARD_CODE | 16, EXIT | 16, FLOOR | 16, SAFE_ROOM | HAZARD_CODE]], dtype=np.uint8
    )
    assert maze_text(codes, starts=[(0, 2), (0, 3)]) == "?!E@S\n"


SIGNS = "#.ESD!fwmk@; \n"


def parses_or_names_a_place(text: str) -> TextMaze | None:
    """Reads a text; whatever is wrong with it must be told with line and column."""
    try:
        return parse_maze(text)
    except InputError as error:
        place = re.match(r"maze, line (\d+), column (\d+), .*\.$", str(error), flags=re.DOTALL)
        assert place is not None
        assert 1 <= int(place[1]) <= text.count("\n") + 1
        assert int(place[2]) >= 1
        return None


def rectangles() -> st.SearchStrategy[str]:
    """Texts of equally long lines, most of which are mazes."""
    return (
        st.integers(1, 7)
        .flatmap(
            lambda width: st.lists(
                st.text(alphabet="##....ESDDkk!fwm@", min_size=width, max_size=width), max_size=7
            )
        )
        .map("\n".join)
    )


FUZZ = st.one_of(
    rectangles(),
    st.text(alphabet=SIGNS, max_size=60),
    st.text(max_size=40),
    rectangles().map(lambda text: text + "x"),
)


@given(FUZZ)
@settings(max_examples=2000, deadline=None)
def test_any_text_is_a_maze_or_refused(text: str) -> None:
    maze = parses_or_names_a_place(text)
    if maze is not None:
        assert parse_maze(maze.text()) == maze


@pytest.mark.long
@given(FUZZ)
@settings(max_examples=100_000, deadline=None)
def test_very_many_texts_are_mazes_or_refused(text: str) -> None:
    maze = parses_or_names_a_place(text)
    if maze is not None:
        assert parse_maze(maze.text()) == maze
