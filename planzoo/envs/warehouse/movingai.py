"""Maps in the MovingAI benchmark format, and warehouses put on such maps.

A ``.map`` file begins with four lines, ``type octile``, ``height H``, ``width W``, ``map``; then come H rows
of W characters: ``.``, ``G`` and ``S`` are passable, ``@``, ``O``, ``T`` and ``W`` are not.

Source: Sturtevant, "Benchmarks for Grid-Based Pathfinding", IEEE Transactions on Computational Intelligence
and AI in Games 2012. Robots move between the four neighbours here, so diagonal steps join nothing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.layout import AISLE, CHARGER, CRIB, STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.reachability import largest_part
from planzoo.envs.warehouse.robots import check_whole
from planzoo.errors import InputError

PASSABLE = ".GS"
"""Characters of cells where a robot can be."""
BLOCKED = "@OTW"
"""Characters of cells where it cannot."""

_HEADER = ("type octile", "height H", "width W", "map")
_MAX_SIDE = 99_999
_CHARACTERS = "#.xgct"
_BLOCK_ROWS, _BLOCK_COLUMNS = 3, 6


def parse_map(text: str, source: str = "map") -> NDArray[np.bool_]:
    """Reads a map.

    Args:
        text: the map in the format of this module.
        source: what to call it in an error, such as its file name.

    Returns:
        bool (H, W), where a robot can be. Only the largest connected part is kept, all else becomes wall: a
        robot that starts elsewhere would never get to the rest of the map.

    Raises:
        InputError: the header or a row is malformed, or nothing is passable.
    """
    lines = [line.rstrip() for line in text.rstrip().splitlines()]
    if not lines:
        raise InputError(f"{source} is empty: a map begins with the lines {', '.join(_HEADER)}.")
    height, width = _read_header(lines, source)
    rows = lines[len(_HEADER) :]
    if len(rows) != height:
        raise InputError(
            f"{source} has {len(rows)} rows, but its line 2 says height {height}: make them agree."
        )
    for number, row in enumerate(rows, start=len(_HEADER) + 1):
        _check_row(row, width, f"{source}, line {number}")
    passable = np.isin(np.array([list(row) for row in rows]), list(PASSABLE))
    if not passable.any():
        raise InputError(f"{source} has no passable cell: mark at least one with '.'.")
    return largest_part(passable)


def _read_header(lines: list[str], source: str) -> tuple[int, int]:
    for number, wanted in enumerate(_HEADER, start=1):
        keyword = wanted.split()[0]
        found = lines[number - 1] if number <= len(lines) else "the end of the file"
        if found.split()[:1] != [keyword] or (keyword in ("type", "map") and found.split() != wanted.split()):
            raise InputError(
                f"{source}, line {number} must be '{wanted}', but is {found[:40]!r}: "
                f"a map begins with the lines {', '.join(_HEADER)}."
            )
    return _read_side(lines[1], f"{source}, line 2"), _read_side(lines[2], f"{source}, line 3")


def _read_side(line: str, where: str) -> int:
    keyword, *values = line.split()
    digits = values[0] if len(values) == 1 else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9 and 1 <= int(digits) <= _MAX_SIDE):
        raise InputError(
            f"{where}: {keyword} must be one whole number from 1 to {_MAX_SIDE}, got {line[:40]!r}."
        )
    return int(digits)


def _check_row(row: str, width: int, where: str) -> None:
    if len(row) != width:
        raise InputError(f"{where} has {len(row)} cells, but line 3 says width {width}: make them agree.")
    for column, character in enumerate(row, start=1):
        if character not in PASSABLE and character not in BLOCKED:
            raise InputError(
                f"{where}, column {column}: unknown character {character!r}; "
                "use . G S (passable) or @ O T W (blocked)."
            )


def read_map(path: str | Path) -> NDArray[np.bool_]:
    """Reads a map file, see :func:`parse_map`.

    Raises:
        InputError: the file can't be read, or is no such map.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read the map file {path}: {error}.") from error
    return parse_map(text, str(path))


def map_layout(
    passable: NDArray[np.bool_],
    shelves: int = 50,
    workstations: int = 4,
    chargers: int = 0,
    crib: bool = False,
    seed: int = 0,
) -> str:
    """Puts a warehouse on a bare map, so that whatever stands there cuts no way.

    Workstations, chargers and the tool crib lie as far from each other as the map allows. Shelves stand in
    blocks of 2 × 5 where the map is open, then anywhere. While all shelves stand and all other places are
    taken, the aisles left still hang together, and every place touches them: a loaded robot gets from any
    shelf to any workstation.

    Args:
        passable: bool (H, W), such as :func:`parse_map` gives; its largest connected part is used.
        shelves: storage cells, each with a shelf.
        workstations: how many.
        chargers: how many.
        crib: whether there is a tool crib, of one cell.
        seed: draws which blocks are used.

    Returns:
        A layout in the legend of :mod:`planzoo.envs.warehouse.layout`.

    Raises:
        InputError: a number is out of range, or the map cannot hold so much.
    """
    check_whole("map_layout: shelves", shelves, least=1)
    check_whole("map_layout: workstations", workstations, least=1)
    check_whole("map_layout: chargers", chargers)
    if passable.ndim != 2:
        raise InputError(f"map_layout: passable must be an array (H, W), got {passable.ndim} axes.")
    floor = _Floor(largest_part(passable.astype(np.bool_)))
    generator = np.random.default_rng(seed)
    for kind, count in ((WORKSTATION, workstations), (CHARGER, chargers), (CRIB, int(crib))):
        floor.place_apart(kind, count, generator)
    floor.place_in_blocks(shelves, generator)
    return floor.text()


class _Floor:
    """The cells of a map while places are put on it.

    Attributes:
        kinds: what lies in each cell of the map padded by walls, flat.
    """

    def __init__(self, passable: NDArray[np.bool_]) -> None:
        self.shape = passable.shape
        self.width = passable.shape[1] + 2
        self.kinds = bytearray(np.pad(np.where(passable, AISLE, WALL).astype(np.uint8), 1).tobytes())
        self.rows, self.columns = np.nonzero(passable)
        self.distance = np.full(self.rows.size, np.inf)

    def place_apart(self, kind: int, count: int, generator: np.random.Generator) -> None:
        """Places each of ``count`` cells as far as can be from those placed before, ties at random."""
        for placed in range(count):
            order = np.lexsort((generator.random(self.rows.size), -self.distance))
            index = next((index for index in order.tolist() if self._place(kind, index)), None)
            if index is None:
                name = {WORKSTATION: "workstations", CHARGER: "chargers", CRIB: "tool cribs"}[kind]
                raise _no_room(name, placed, count)
            away = np.abs(self.rows - self.rows[index]) + np.abs(self.columns - self.columns[index])
            self.distance = np.minimum(self.distance, away)

    def place_in_blocks(self, count: int, generator: np.random.Generator) -> None:
        """Places shelves, block by block in random order, then wherever one can stand."""
        blocks = self.rows // _BLOCK_ROWS * self.width + self.columns // _BLOCK_COLUMNS
        turn = generator.random(int(blocks.max(initial=0)) + 1)[blocks]
        beside = (self.rows % _BLOCK_ROWS == 0) | (self.columns % _BLOCK_COLUMNS == 0)
        waiting: list[int] = np.lexsort((turn, beside)).tolist()
        placed, progress = 0, True
        while progress and placed < count:  # a cell that cut a way may cut none once others are taken
            refused = []
            for index in waiting:
                if placed < count and self._place(STORAGE, index):
                    placed += 1
                else:
                    refused.append(index)
            progress, waiting = len(refused) < len(waiting), refused
        if placed < count:
            raise _no_room("shelves", placed, count)

    def text(self) -> str:
        """Draws the layout."""
        kinds = np.frombuffer(self.kinds, dtype=np.uint8).reshape(-1, self.width)[1:-1, 1:-1]
        return "\n".join("".join(_CHARACTERS[kind] for kind in row) for row in kinds.tolist())

    def _place(self, kind: int, index: int) -> bool:
        """Takes an aisle cell away if the other aisles still hang together and all places touch them."""
        cell = (int(self.rows[index]) + 1) * self.width + int(self.columns[index]) + 1
        if self.kinds[cell] != AISLE or self._cuts(cell):
            return False
        self.kinds[cell] = kind
        around = (cell, *(neighbour for neighbour in self._neighbours(cell) if self.kinds[neighbour] > AISLE))
        if all(any(self.kinds[beside] == AISLE for beside in self._neighbours(place)) for place in around):
            return True
        self.kinds[cell] = AISLE
        return False

    def _neighbours(self, cell: int) -> tuple[int, int, int, int]:
        return cell - self.width, cell + 1, cell + self.width, cell - 1

    def _cuts(self, cell: int) -> bool:
        """Whether the aisles around a cell would no longer hang together among its eight neighbours.

        The number of their parts, by Yokoi, Toriwaki and Fukumura, "An analysis of topological properties of
        digitized binary pictures using local features", Computer Graphics and Image Processing 1975: of the
        four sides, an open one counts unless the way round the next corner to the next side is open too.
        """
        up, right, down, left = self._neighbours(cell)
        ring = (up, up + 1, right, down + 1, down, down - 1, left, up - 1, up)
        aisle = [self.kinds[neighbour] == AISLE for neighbour in ring]
        return sum(aisle[i] and not (aisle[i + 1] and aisle[i + 2]) for i in (0, 2, 4, 6)) > 1


def _no_room(name: str, placed: int, wanted: int) -> InputError:
    return InputError(
        f"The map has room for {placed} {name} that cut no way, not for {wanted}: "
        "ask for fewer or use a larger map."
    )
