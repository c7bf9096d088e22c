"""Text layouts of warehouses: one character a cell.

===========  ==============================================================
character    cell
===========  ==============================================================
``.``        aisle: robots drive here, shelves can't be put down
``x`` ``X``  storage: holds a shelf at the beginning, shelves go back here
``g`` ``G``  workstation: requested shelves are delivered here
``#``        wall
===========  ==============================================================

Blank lines and lines that begin with ``;`` are ignored. All lines are equally long.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planzoo.errors import InputError

WALL, AISLE, STORAGE, WORKSTATION = 0, 1, 2, 3
LEGEND = {"#": WALL, ".": AISLE, "x": STORAGE, "g": WORKSTATION}


@dataclass(frozen=True)
class Layout:
    """A parsed layout.

    Attributes:
        kinds: uint8 (H, W), one of WALL, AISLE, STORAGE, WORKSTATION.
    """

    kinds: NDArray[np.uint8]

    @property
    def height(self) -> int:
        """H, in cells."""
        return int(self.kinds.shape[0])

    @property
    def width(self) -> int:
        """W, in cells."""
        return int(self.kinds.shape[1])

    def cells(self, kind: int) -> list[tuple[int, int]]:
        """Gives the (row, column) of every cell of a kind, row by row."""
        rows, columns = np.nonzero(self.kinds == kind)
        return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True)]


def parse_layout(text: str, source: str = "layout") -> Layout:
    """Reads a text layout.

    Args:
        text: the layout in the legend of this module.
        source: what to call the text in an error, such as its file name.

    Raises:
        InputError: unknown character, ragged rows, no workstation or no storage cell.
    """
    lines = [
        (number, line.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith(";")
    ]
    if not lines:
        raise InputError(f"{source} has no cells: draw it with the characters . x g and #.")
    width = len(lines[0][1])
    rows = [_parse_row(line, width, f"{source}, line {number}") for number, line in lines]
    layout = Layout(np.array(rows, dtype=np.uint8))
    for kind, name, character in ((WORKSTATION, "workstation", "g"), (STORAGE, "storage cell", "x")):
        if not layout.cells(kind):
            raise InputError(f"{source} has no {name}: mark at least one cell with '{character}'.")
    return layout


def _parse_row(line: str, width: int, where: str) -> list[int]:
    for column, character in enumerate(line, start=1):
        if character.lower() not in LEGEND:
            raise InputError(
                f"{where}, column {column}: unknown character {character!r}; "
                "use . (aisle), x (storage), g (workstation) or # (wall)."
            )
    if len(line) != width:
        raise InputError(
            f"{where} has {len(line)} cells where the first row has {width}: make all rows equal."
        )
    return [LEGEND[character.lower()] for character in line]


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


def rware_layout(shelf_columns: int, shelf_rows: int, column_height: int = 8) -> str:
    """Draws the layout of the ``rware`` package: double shelf columns between one-wide aisles.

    The two bottom middle cells are workstations, with a queue two cells wide above them.

    Args:
        shelf_columns: odd number of double columns.
        shelf_rows: number of shelf blocks from top to bottom.
        column_height: cells of a block from top to bottom.
    """
    height, width = (column_height + 1) * shelf_rows + 2, 3 * shelf_columns + 1
    middle = (width // 2 - 1, width // 2)

    def character(row: int, column: int) -> str:
        if row == height - 1:
            return "g" if column in middle else "."
        in_queue = row > height - (column_height + 3) and column in middle
        return "." if column % 3 == 0 or row % (column_height + 1) == 0 or in_queue else "x"

    return "\n".join("".join(character(row, column) for column in range(width)) for row in range(height))
