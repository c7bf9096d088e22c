"""Text layouts of warehouses: one character a cell.

===========  ====================================================================
character    cell
===========  ====================================================================
``.``        aisle: robots drive here, shelves can't be put down
``s`` ``S``  aisle where robots start; without any they start anywhere in the hall
``x`` ``X``  storage: holds a shelf at the beginning, shelves go back here
``o`` ``O``  storage without a shelf at the beginning
``g`` ``G``  workstation: requested shelves are delivered here
``c`` ``C``  charger: one bay a cell
``t`` ``T``  tool crib: robots borrow tools here
``#``        wall
===========  ====================================================================

Blank lines and lines that begin with ``;`` are ignored. All lines are equally long.

A layout is refused unless all its storage, workstations, chargers, tool cribs and start cells hang together.
Robots without a load drive under shelves, so only walls part them. Aisles that walls cut off from all of
these are no part of the hall: no robot starts there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.docks import wall_with_docks
from planzoo.envs.warehouse.reachability import connected_parts
from planzoo.envs.warehouse.robots import check_whole
from planzoo.errors import InputError

WALL, AISLE, STORAGE, WORKSTATION, CHARGER, CRIB = 0, 1, 2, 3, 4, 5
LEGEND = {
    "#": WALL,
    ".": AISLE,
    "s": AISLE,
    "x": STORAGE,
    "o": STORAGE,
    "g": WORKSTATION,
    "c": CHARGER,
    "t": CRIB,
}
"""The kind of cell that each character stands for; capital letters mean the same."""
KIND_NAMES = ("wall", "aisle", "storage cell", "workstation", "charger", "tool crib")
"""What each kind of cell is called, in the order of the kinds."""


@dataclass(frozen=True, eq=False)
class Layout:
    """A parsed layout.

    Attributes:
        kinds: uint8 (H, W), one of WALL, AISLE, STORAGE, WORKSTATION, CHARGER, CRIB.
        shelves: bool (H, W), where a shelf stands at the beginning.
        starts: bool (H, W), where robots may start: the marked aisles, or all cells of the hall.
    """

    kinds: NDArray[np.uint8]
    shelves: NDArray[np.bool_]
    starts: NDArray[np.bool_]

    @property
    def height(self) -> int:
        """H, in cells."""
        return int(self.kinds.shape[0])

    @property
    def width(self) -> int:
        """W, in cells."""
        return int(self.kinds.shape[1])

    @property
    def shelf_cells(self) -> list[tuple[int, int]]:
        """The (row, column) of every shelf at the beginning, row by row."""
        return _places(self.shelves)

    def cells(self, kind: int) -> list[tuple[int, int]]:
        """Gives the (row, column) of every cell of a kind, row by row."""
        return _places(self.kinds == kind)

    def text(self) -> str:
        """Writes the layout in the legend of this module; parsing that gives the same layout."""
        characters = np.array(list("#.ogct"))[self.kinds]
        characters[self.shelves] = "x"
        if (self.kinds[self.starts] == AISLE).all():  # else they are all cells of the hall, its storage too
            characters[self.starts] = "s"
        return "\n".join("".join(row) for row in characters)


def _places(chosen: NDArray[np.bool_]) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in np.argwhere(chosen)]


def parse_layout(text: str, source: str = "layout") -> Layout:
    """Reads a text layout.

    Args:
        text: the layout in the legend of this module.
        source: what to call the text in an error, such as its file name.

    Raises:
        InputError: unknown character, ragged rows, no workstation, no shelf, or a place no robot reaches.
    """
    rows = {
        number: line.strip()
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith(";")
    }
    _check_rows(rows, source)
    characters = np.array([list(line.lower()) for line in rows.values()])
    kinds = np.zeros(characters.shape, dtype=np.uint8)
    for character, kind in LEGEND.items():
        kinds[characters == character] = kind
    layout = Layout(kinds, shelves=characters == "x", starts=characters == "s")
    _check_contents(layout, source)
    hall = _check_reach(layout, source, list(rows))
    return layout if layout.starts.any() else Layout(kinds, layout.shelves, starts=hall)


def _check_rows(rows: dict[int, str], source: str) -> None:
    if not rows:
        raise InputError(f"{source} has no cells: draw it with the characters . x o g c t s and #.")
    width = len(next(iter(rows.values())))
    if next(iter(rows.values())).startswith("type "):
        raise InputError(
            f"{source} is a map in MovingAI's format, not a layout: put shelves on it (map_layout)."
        )
    for number, line in rows.items():
        unknown = [column for column, character in enumerate(line, 1) if character.lower() not in LEGEND]
        if unknown:
            raise InputError(
                f"{source}, line {number}, column {unknown[0]}: unknown character {line[unknown[0] - 1]!r}; "
                "use . (aisle), x or o (storage with or without a shelf), g (workstation), c (charger), "
                "t (tool crib), s (start) or # (wall)."
            )
        if len(line) != width:
            raise InputError(
                f"{source}, line {number} has {len(line)} cells where the first row has {width}: "
                "make all rows equal."
            )


def _check_contents(layout: Layout, source: str) -> None:
    for present, name, character in (
        ((layout.kinds == WORKSTATION).any(), "workstation", "g"),
        ((layout.kinds == STORAGE).any(), "storage cell", "x"),
        (layout.shelves.any(), "shelf", "x"),
    ):
        if not present:
            raise InputError(f"{source} has no {name}: mark at least one cell with '{character}'.")


def _check_reach(layout: Layout, source: str, lines: list[int]) -> NDArray[np.bool_]:
    """Makes sure that robots can reach all they work at, and gives the cells (H, W) that they can reach.

    Then a way also leads from every shelf to a workstation, were all other shelves away.
    """
    parts = connected_parts(layout.kinds != WALL)
    marked = bool(layout.starts.any())
    needed = (layout.kinds > AISLE) | layout.starts
    counts = np.bincount(parts[needed], minlength=int(parts.max()) + 1)
    if marked:
        counts[np.setdiff1d(parts, parts[layout.starts])] = 0
    hall: NDArray[np.bool_] = parts == np.argmax(counts)
    if (needed & ~hall).any():
        row, column = _places(needed & ~hall)[0]
        name = "shelf" if layout.shelves[row, column] else KIND_NAMES[layout.kinds[row, column]]
        complaint = f"no robot reaches this {name} from the {'start cells' if marked else 'rest of the hall'}"
        if layout.starts[row, column]:
            complaint = "no robot reaches the rest of the hall from this start cell"
        raise InputError(
            f"{source}, line {lines[row]}, column {column + 1}: {complaint}: open a way through the walls."
        )
    return hall


def read_layout(path: str | Path) -> str:
    """Reads a layout file and checks it.

    Raises:
        InputError: the file can't be read, or :func:`parse_layout` refuses it.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read the layout file {path}: {error}.") from error
    parse_layout(text, str(path))
    return text


def rware_layout(
    shelf_columns: int, shelf_rows: int, column_height: int = 8, chargers: int = 0, crib: bool = False
) -> str:
    """Draws the layout of the ``rware`` package: double shelf columns between one-wide aisles.

    The two bottom middle cells are workstations, with a queue two cells wide above them. Chargers and a tool
    crib, which rware lacks, stand in a wall that is added along the upper side.

    Args:
        shelf_columns: odd number of double columns.
        shelf_rows: number of shelf blocks from top to bottom.
        column_height: cells of a block from top to bottom.
        chargers: charger cells.
        crib: whether there is a tool crib.

    Raises:
        InputError: a number is out of range, the queue leaves no shelf, or the wall is too short.
    """
    for name, value in (("shelf_columns", shelf_columns), ("shelf_rows", shelf_rows)):
        check_whole(f"rware_layout: {name}", value, least=1)
    check_whole("rware_layout: column_height", column_height, least=1)
    if shelf_columns == shelf_rows == 1:
        raise InputError(
            "rware_layout: the queue takes the place of the only shelf block: draw more of them."
        )
    height, width = (column_height + 1) * shelf_rows + 2, 3 * shelf_columns + 1
    middle = (width // 2 - 1, width // 2)

    def character(row: int, column: int) -> str:
        if row == height - 1:
            return "g" if column in middle else "."
        in_queue = row > height - (column_height + 3) and column in middle
        return "." if column % 3 == 0 or row % (column_height + 1) == 0 or in_queue else "x"

    rows = ["".join(character(row, column) for column in range(width)) for row in range(height)]
    return "\n".join([wall_with_docks(width, chargers, crib), *rows] if chargers or crib else rows)
