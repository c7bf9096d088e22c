"""MovingAI maps: read, or refused with the place and the fix; warehouses that cut no way on them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, label

from planzoo.envs.warehouse.layout import AISLE, CHARGER, CRIB, STORAGE, WALL, WORKSTATION, parse_layout
from planzoo.envs.warehouse.movingai import map_layout, parse_map, read_map
from planzoo.errors import InputError

MAP = "type octile\nheight 3\nwidth 5\nmap\n.G@TW\nS..O.\n@@.@.\n"


def written(passable: NDArray[np.bool_]) -> str:
    """A map file of these cells."""
    height, width = passable.shape
    rows = ["".join(".@"[not cell] for cell in row) for row in passable]
    return "\n".join(["type octile", f"height {height}", f"width {width}", "map", *rows]) + "\n"


def halls(height: int, width: int, walls: float, seed: int) -> NDArray[np.bool_]:
    """A grid with walls at random."""
    passable: NDArray[np.bool_] = np.random.default_rng(seed).random((height, width)) >= walls
    return passable


def corridors(height: int = 63, width: int = 161) -> NDArray[np.bool_]:
    """A hall like a warehouse seen from far: long racks between one-wide aisles, open at both ends."""
    passable = np.ones((height, width), dtype=bool)
    rows, columns = np.indices(passable.shape)
    racks = (rows % 3 != 1) & (columns % 11 != 4) & (columns > 25) & (columns < width - 26)
    edge = (rows == 0) | (columns == 0) | (rows == height - 1) | (columns == width - 1)
    open_cells: NDArray[np.bool_] = passable & ~racks & ~edge
    return open_cells


def test_reads_passable_cells_and_keeps_the_largest_part() -> None:
    kept = [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]
    assert parse_map(MAP).tolist() == np.array(kept, dtype=bool).tolist()
    assert parse_map(MAP.replace("\n", "\r\n") + "\n\n").tolist() == parse_map(MAP).tolist()


@given(st.integers(1, 12), st.integers(1, 12), st.floats(0.0, 0.6), st.integers(0, 99))
def test_what_is_written_is_read_but_for_cells_cut_off(
    height: int, width: int, walls: float, seed: int
) -> None:
    passable = halls(height, width, walls, seed)
    passable[0, 0] = True
    parts, _ = label(passable)
    kept = parse_map(written(passable))
    (part,) = np.unique(parts[kept])
    np.testing.assert_array_equal(kept, parts == part)
    assert kept.sum() == np.bincount(parts.ravel())[1:].max()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (MAP, "", r"hall.map is empty: a map begins with the lines type octile, height H, width W, map"),
        (MAP, "  \n\n", r"hall.map is empty"),
        ("type octile\n", "", r"line 1 must be 'type octile', but is 'height 3'"),
        ("octile", "hexagonal", r"line 1 must be 'type octile', but is 'type hexagonal'"),
        ("height 3\nwidth 5", "width 5\nheight 3", r"line 2 must be 'height H', but is 'width 5'"),
        ("height 3\n", "", r"line 2 must be 'height H', but is 'width 5'"),
        ("width 5\n", "", r"line 3 must be 'width W', but is 'map'"),
        ("map\n", "", r"line 4 must be 'map', but is '.G@TW'"),
        (MAP, "type octile\nheight 3", r"line 3 must be 'width W', but is 'the end of the file'"),
        ("height 3", "height three", r"line 2: height must be one whole number from 1 to 99999, got"),
        ("height 3", "height", r"line 2: height must be one whole number"),
        ("width 5", "width -5", r"line 3: width must be one whole number"),
        ("width 5", "width 5 6", r"line 3: width must be one whole number"),
        ("width 5", "width 0", r"line 3: width must be one whole number"),
        ("width 5", "width ٥", r"line 3: width must be one whole number"),
        ("width 5", "width " + "9" * 5000, r"line 3: width must be one whole number"),
        ("height 3", "height 4", r"hall.map has 3 rows, but its line 2 says height 4"),
        ("width 5", "width 6", r"line 5 has 5 cells, but line 3 says width 6"),
        ("S..O.", "S..O", r"line 6 has 4 cells, but line 3 says width 5"),
        ("@@.@.", "@@.x.", r"line 7, column 4: unknown character 'x'; use \. G S"),
        (".G@TW\nS..O.\n@@.@.", "@" * 5 + "\nTTTTT\nWWWWW", r"hall.map has no passable cell"),
    ],
)
def test_refuses_malformed_maps(old: str, new: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        parse_map(MAP.replace(old, new), "hall.map")
    assert len(str(caught.value).splitlines()) == 1


@given(st.text("typeoctileheightwidthmap .@GSTW019\n", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, "type octile\nheight 2\nwidth 2\nmap\n" + text):
        try:
            passable = parse_map(candidate)
        except InputError as error:
            assert len(str(error).splitlines()) == 1
        else:
            assert passable.any() and passable.dtype == np.bool_


def test_files_are_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "hall.map"
    path.write_text(MAP)
    assert read_map(path).sum() == 6
    path.write_text(MAP.replace("map\n", ""))
    with pytest.raises(InputError, match=r"hall\.map, line 4 must be 'map'"):
        read_map(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"Cannot read the map file .*hall\.map"):
        read_map(path)
    with pytest.raises(InputError, match=r"Cannot read the map file .*missing\.map"):
        read_map(tmp_path / "missing.map")


def assert_cuts_no_way(kinds: NDArray[np.uint8]) -> None:
    """Aisles hang together though all other places are taken, and every place touches them."""
    aisles = kinds == AISLE
    assert label(aisles)[1] == 1
    assert binary_dilation(aisles)[kinds != WALL].all()


@given(
    st.integers(4, 14),
    st.integers(4, 14),
    st.floats(0.0, 0.4),
    st.integers(0, 30),
    st.integers(0, 2),
    st.booleans(),
)
@settings(max_examples=150)
def test_warehouses_on_maps_can_be_served(
    height: int, width: int, walls: float, shelves: int, chargers: int, crib: bool
) -> None:
    seed = height * width + shelves
    passable = halls(height, width, walls, seed)
    try:
        text = map_layout(passable, shelves + 1, 2, chargers, crib, seed)
    except InputError as error:
        assert "The map has room for" in str(error)
        # Where a map is cut up, nearly every cell is on the way to some other one.
        assert walls > 0.25 or passable.sum() < 6 * (shelves + 3 + chargers + crib)
        return
    layout = parse_layout(text)
    assert_cuts_no_way(layout.kinds)
    assert not layout.starts[~passable].any()
    counts = [len(layout.cells(kind)) for kind in (STORAGE, WORKSTATION, CHARGER, CRIB)]
    assert counts == [shelves + 1, 2, chargers, int(crib)]


def test_on_a_large_map_with_one_wide_aisles() -> None:
    passable = parse_map(written(corridors()))
    start = time.process_time()
    text = map_layout(passable, shelves=200, workstations=8, chargers=6, crib=True)
    assert time.process_time() - start < 2
    kinds = parse_layout(text).kinds
    assert_cuts_no_way(kinds)
    storage = label(kinds == STORAGE)[0]
    sizes = np.bincount(storage.ravel())[1:]
    assert np.median(sizes) == 10, "most shelves stand in blocks of 2 × 5"


def test_workstations_lie_far_apart() -> None:
    layout = parse_layout(map_layout(np.ones((20, 20), dtype=bool), shelves=30, workstations=4))
    cells = np.array(layout.cells(WORKSTATION))
    distances = np.abs(cells[:, None] - cells[None]).sum(axis=2)
    assert distances[np.triu_indices(4, 1)].min() >= 15


def test_the_seed_draws_the_blocks() -> None:
    passable = np.ones((20, 20), dtype=bool)
    assert (
        map_layout(passable, 20, seed=1)
        == map_layout(passable, 20, seed=1)
        != map_layout(passable, 20, seed=2)
    )


@pytest.mark.parametrize(
    ("shape", "arguments", "complaint"),
    [
        ((5, 5), (40,), r"The map has room for \d+ shelves that cut no way, not for 40: ask for fewer"),
        ((1, 3), (1, 2), r"has room for 0 shelves"),
        ((2, 2), (1, 4), r"has room for 2 workstations that cut no way, not for 4"),
        ((2, 2), (1, 1, 3), r"has room for 1 chargers"),
        ((0, 0), (1,), r"has room for 0 workstations"),
        ((5, 5), (0,), r"map_layout: shelves must be a positive integer, got 0"),
        ((5, 5), (1, 0), r"map_layout: workstations must be a positive integer, got 0"),
        ((25,), (1,), r"passable must be an array \(H, W\), got 1 axes"),
    ],
)
def test_refuses_what_a_map_cannot_hold(
    shape: tuple[int, ...], arguments: tuple[int, int], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        map_layout(np.ones(shape, dtype=bool), *arguments)
