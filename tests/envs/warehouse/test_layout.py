"""Text layouts: read, or refused with the place and the fix."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.warehouse.generator import RWARE_SIZES, rware_instance, toy_instance
from planzoo.envs.warehouse.layout import (
    AISLE,
    CHARGER,
    CRIB,
    STORAGE,
    WALL,
    WORKSTATION,
    Layout,
    parse_layout,
    read_layout,
    rware_layout,
)
from planzoo.errors import InputError
from planzoo.planners.pathfinding import UNREACHABLE, cell_distances

FIELDS = ("kinds", "shelves", "starts")


@st.composite
def rectangles(draw: st.DrawFn, alphabet: str) -> str:
    """Layouts of up to 8 × 8 cells that begin with a shelf and a workstation."""
    height, width = draw(st.integers(1, 8)), draw(st.integers(2, 8))
    cells = draw(st.text(alphabet, min_size=height * width, max_size=height * width))
    rows = [cells[row * width : (row + 1) * width] for row in range(height)]
    return "\n".join(["xg" + rows[0][2:], *rows[1:]])


def test_reads_every_character_and_skips_comments() -> None:
    layout = parse_layout("; a small one\n\n.xGo\n#XcT\n;\nSs.#\n")
    assert layout.kinds.tolist() == [
        [AISLE, STORAGE, WORKSTATION, STORAGE],
        [WALL, STORAGE, CHARGER, CRIB],
        [AISLE, AISLE, AISLE, WALL],
    ]
    assert layout.kinds.dtype == np.uint8
    assert (layout.height, layout.width) == (3, 4)
    assert layout.cells(STORAGE) == [(0, 1), (0, 3), (1, 1)]
    assert layout.shelf_cells == [(0, 1), (1, 1)]
    assert np.argwhere(layout.starts).tolist() == [[2, 0], [2, 1]]


def test_robots_start_anywhere_in_the_hall_unless_starts_are_marked() -> None:
    layout = parse_layout("xg.#.\n..o#.\n")
    assert layout.starts.tolist() == [[True, True, True, False, False]] * 2
    marked = parse_layout("xg.\ns.o")
    assert np.argwhere(marked.starts).tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (".x?\n..g", r"map, line 1, column 3: unknown character '\?'; use"),
        (".xg\n....", r"map, line 2 has 4 cells where the first row has 3"),
        (".x.\n...", r"map has no workstation: mark at least one cell with 'g'"),
        ("..g\n...", r"map has no storage cell: mark at least one cell with 'x'"),
        (".og\n...", r"map has no shelf: mark at least one cell with 'x'"),
        ("", r"map has no cells"),
        ("; only words\n", r"map has no cells"),
        ("type octile\nheight 1\nwidth 1\nmap\n.\n", r"map is a map in MovingAI's format, not a layout"),
    ],
)
def test_refuses_bad_layouts(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        parse_layout(text, "map")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("..xg\n###.\nx.#.", "line 3, column 1: no robot reaches this shelf from the rest of the hall"),
        ("..xg\n###.\no.#.", "line 3, column 1: no robot reaches this storage cell from the rest"),
        ("c#xg\n;\n#xx.", "line 1, column 1: no robot reaches this charger from the rest of the hall"),
        ("x.xg\n.###\n.#t.", "line 3, column 3: no robot reaches this tool crib from the rest of the hall"),
        ("g#x.\n.#sg", "line 1, column 1: no robot reaches this workstation from the start cells"),
        ("s#x.\n.#xg", "line 1, column 3: no robot reaches this shelf from the start cells"),
        ("s#x.\n.#sg\n;\ns#..", "line 1, column 1: no robot reaches the rest of the hall from this start"),
        ("x.#.g\n..#..\nx.#..", "line 1, column 5: no robot reaches this workstation from the rest"),
    ],
)
def test_refuses_what_no_robot_reaches(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=f"hall.txt, {complaint}.*: open a way through the walls"):
        parse_layout(text, "hall.txt")


def test_shelves_part_nothing() -> None:
    layout = parse_layout("xxxxg\nxxxxx\nsxxxx")
    assert len(layout.shelf_cells) == 13, "robots without a load drive under shelves"


@given(st.text(alphabet=".xogcts#;? \n", max_size=60) | rectangles("...xogcts###"))
def test_any_text_is_read_or_refused(text: str) -> None:
    from scipy.ndimage import label

    try:
        layout = parse_layout(text)
    except InputError as error:
        assert len(str(error).splitlines()) == 1
    else:
        parts = label(layout.kinds != WALL)[0]
        assert layout.cells(WORKSTATION) and layout.shelf_cells
        assert len(np.unique(parts[(layout.kinds > AISLE) | layout.starts])) == 1
        assert (layout.kinds[layout.shelves] == STORAGE).all()
        assert_equal_layouts(parse_layout(layout.text()), layout)


@given(rectangles(".xXogGcCtTsS"))
def test_what_is_written_is_read_as_the_same(text: str) -> None:
    layout = parse_layout(text)
    assert_equal_layouts(parse_layout(layout.text()), layout)
    assert layout.text() == text.lower()


def assert_equal_layouts(one: Layout, other: Layout) -> None:
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))


def test_files_are_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "hall.txt"
    path.write_text(toy_instance())
    assert read_layout(path) == toy_instance()
    with pytest.raises(InputError, match=r"Cannot read the layout file .*missing\.txt"):
        read_layout(tmp_path / "missing.txt")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="Cannot read"):
        read_layout(path)


def test_a_hall_of_161_by_63_is_read_quickly() -> None:
    row = "x." * 80 + "x"
    text = "\n".join([row] * 62 + ["g" + "." * 160])
    seconds = []
    for _ in range(5):
        start = time.process_time()
        parse_layout(text)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.06, "20 ms, and a margin for a slow machine"


@pytest.mark.parametrize("size", ["tiny", "small", "medium", "large"])
def test_rware_layouts_equal_the_package_s(size: str) -> None:
    import gymnasium
    import rware  # noqa: F401, registers its environments

    peer = gymnasium.make(f"rware-{size}-2ag-v2", disable_env_checker=True).unwrapped
    layout = parse_layout(rware_instance(size))
    np.testing.assert_array_equal(layout.kinds != STORAGE, peer.highways.astype(bool))
    assert layout.cells(WORKSTATION) == sorted((row, column) for column, row in peer.goals)


@pytest.mark.parametrize("size", RWARE_SIZES)
def test_rware_docks_stand_in_a_wall_of_their_own(size: str) -> None:
    wall, *rows = rware_instance(size, chargers=3, crib=True).split("\n")
    assert "\n".join(rows) == rware_instance(size)
    assert (wall.count("c"), wall.count("t"), set(wall)) == (3, 2, set("#ct"))


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 9), st.integers(0, 3), st.booleans())
def test_rware_shelves_can_be_served(
    half_columns: int, rows: int, height: int, chargers: int, crib: bool
) -> None:
    layout = parse_layout(rware_layout(2 * half_columns + 1, rows, height, chargers, crib))
    assert len(layout.cells(CHARGER)) == chargers and len(layout.cells(CRIB)) == 2 * crib
    aisles = cell_distances(
        (layout.kinds == AISLE) | (layout.kinds == WORKSTATION), layout.cells(WORKSTATION)[0]
    )
    for row, column in layout.shelf_cells:
        around = [(row, column - 1), (row, column + 1)]
        assert any(aisles[cell] != UNREACHABLE for cell in around), "a loaded robot gets out of every place"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((1, 1), "the queue takes the place of the only shelf block"),
        ((0, 1), "rware_layout: shelf_columns must be a positive integer, got 0"),
        ((3, 1, 0), "rware_layout: column_height must be a positive integer, got 0"),
        ((3, 1, 8, 11), "room for 10 chargers, not for 11"),
    ],
)
def test_impossible_rware_layouts_are_refused(arguments: tuple[int, int], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        rware_layout(*arguments)
