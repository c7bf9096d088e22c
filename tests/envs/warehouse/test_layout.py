"""Text layouts: read, or refused with the place and the fix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.warehouse.generator import RWARE_SIZES, random_instance, rware_instance, toy_instance
from planzoo.envs.warehouse.layout import AISLE, STORAGE, WALL, WORKSTATION, parse_layout, read_layout
from planzoo.errors import InputError
from planzoo.planners.pathfinding import UNREACHABLE, cell_distances


def test_reads_every_character_and_skips_comments() -> None:
    layout = parse_layout("; a small one\n\n.xG\n#X.\n")
    assert layout.kinds.tolist() == [[AISLE, STORAGE, WORKSTATION], [WALL, STORAGE, AISLE]]
    assert (layout.height, layout.width) == (2, 3)
    assert layout.cells(STORAGE) == [(0, 1), (1, 1)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (".x?\n..g", r"map, line 1, column 3: unknown character '\?'; use"),
        (".xg\n....", r"map, line 2 has 4 cells where the first row has 3"),
        (".x.\n...", r"map has no workstation: mark at least one cell with 'g'"),
        ("..g\n...", r"map has no storage cell: mark at least one cell with 'x'"),
        ("", r"map has no cells"),
        ("; only words\n", r"map has no cells"),
    ],
)
def test_refuses_bad_layouts(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        parse_layout(text, "map")


@given(st.text(alphabet=".xg#;? \n", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        layout = parse_layout(text)
    except InputError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert layout.cells(WORKSTATION) and layout.cells(STORAGE)


def test_files_are_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "hall.txt"
    path.write_text(toy_instance())
    assert read_layout(path) == toy_instance()
    with pytest.raises(InputError, match=r"Cannot read the layout file .*missing\.txt"):
        read_layout(tmp_path / "missing.txt")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="Cannot read"):
        read_layout(path)


@pytest.mark.parametrize("size", RWARE_SIZES)
def test_rware_layouts_equal_the_package_s(size: str) -> None:
    import gymnasium
    import rware  # noqa: F401, registers its environments

    peer = gymnasium.make(f"rware-{size}-2ag-v2", disable_env_checker=True).unwrapped
    layout = parse_layout(rware_instance(size))
    np.testing.assert_array_equal(layout.kinds != STORAGE, peer.highways.astype(bool))
    assert layout.cells(WORKSTATION) == sorted((row, column) for column, row in peer.goals)


@given(st.integers(0, 10_000), st.floats(0.05, 1.0))
def test_random_instances_can_be_served(seed: int, density: float) -> None:
    text = random_instance(seed, density=density)
    assert text == random_instance(seed, density=density)
    layout = parse_layout(text)
    (station,) = layout.cells(WORKSTATION)
    aisles = cell_distances(layout.kinds != STORAGE, station)
    for row, column in layout.cells(STORAGE):
        around = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
        assert any(aisles[cell] != UNREACHABLE for cell in around), "a loaded robot gets out of every place"
