"""Warehouse instances: a hand-drawn toy, the published presets, centres of every size, random ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import numpy as np

from planzoo.envs.warehouse.docks import spread, wall_with_docks
from planzoo.envs.warehouse.layout import rware_layout
from planzoo.envs.warehouse.robots import check_whole
from planzoo.errors import InputError

Size = TypeVar("Size")


class FulfilmentSize(NamedTuple):
    """How large a fulfilment centre is.

    Attributes:
        blocks: shelf blocks from top to bottom and from left to right.
        block_length: cells of a block from left to right; it is two cells high.
        workstations: how many, along all sides together.
        sides: 1 (workstations at the left) or 2 (at the right as well).
    """

    blocks: tuple[int, int]
    block_length: int
    workstations: int
    sides: int


class SortingSize(NamedTuple):
    """How large a sorting centre is.

    Attributes:
        chutes: chutes from top to bottom and from left to right.
        lane_width: cells between two chutes.
        belt_length: parcels in a row on an induction belt.
        sides: 1 (belts at the left) or 2 (at the right as well).
    """

    chutes: tuple[int, int]
    lane_width: int
    belt_length: int
    sides: int


RWARE_SIZES = {"tiny": (3, 1), "small": (3, 2), "medium": (5, 2), "large": (5, 3), "xlarge": (7, 4)}
"""Shelf columns and shelf rows of each size of the ``rware`` package (version 2.0.0); xlarge is our own."""
REQUESTS_PER_ROBOT = {"easy": 2.0, "normal": 1.0, "hard": 0.5}
"""Length of the request queue in requests a robot, by difficulty (rware 2.0.0)."""
FULFILMENT_SIZES = {
    "tiny": FulfilmentSize((2, 2), 4, workstations=2, sides=1),
    "small": FulfilmentSize((4, 3), 4, workstations=4, sides=2),
    "medium": FulfilmentSize((6, 4), 5, workstations=6, sides=2),
    "large": FulfilmentSize((10, 6), 6, workstations=12, sides=2),
    "xlarge": FulfilmentSize((18, 10), 10, workstations=24, sides=2),
}
"""Fulfilment centres of each size."""
SORTING_SIZES = {
    "tiny": SortingSize((2, 3), 2, belt_length=1, sides=2),
    "small": SortingSize((3, 5), 2, belt_length=2, sides=2),
    "medium": SortingSize((5, 8), 2, belt_length=2, sides=2),
    "large": SortingSize((8, 14), 2, belt_length=3, sides=2),
    "xlarge": SortingSize((14, 30), 2, belt_length=4, sides=2),
}
"""Sorting centres of each size."""


def toy_instance() -> str:
    """Draws the smallest warehouse worth a plan: four shelves, one workstation."""
    return "\n".join([".....", ".x.x.", ".x.x.", ".....", "..g.."])


def rware_instance(size: str, chargers: int = 0, crib: bool = False) -> str:
    """Draws a layout of the ``rware`` package, see :func:`~planzoo.envs.warehouse.layout.rware_layout`.

    Raises:
        InputError: unknown size, or too many chargers for it.
    """
    columns, rows = _of_size(RWARE_SIZES, size)
    return rware_layout(columns, rows, chargers=chargers, crib=crib)


def fulfilment_instance(size: str, chargers: int = 0, crib: bool = False) -> str:
    """Draws a fulfilment centre, see :func:`fulfilment_layout`.

    Raises:
        InputError: unknown size, or too many chargers for it.
    """
    return fulfilment_layout(*_of_size(FULFILMENT_SIZES, size), chargers=chargers, crib=crib)


def sorting_instance(size: str, chargers: int = 0, crib: bool = False) -> str:
    """Draws a sorting centre, see :func:`sorting_layout`.

    Raises:
        InputError: unknown size, or too many chargers for it.
    """
    return sorting_layout(*_of_size(SORTING_SIZES, size), chargers=chargers, crib=crib)


def fulfilment_layout(
    blocks: tuple[int, int],
    block_length: int = 5,
    workstations: int = 2,
    sides: int = 1,
    chargers: int = 0,
    crib: bool = False,
) -> str:
    """Draws a fulfilment centre: shelf blocks between one-wide aisles, workstations along the sides.

    Workstations lie in niches of the wall. In front of each is a cell to queue in, and an aisle to pass by.
    Chargers and the tool crib lie in niches along the upper wall.

    Args:
        blocks: shelf blocks from top to bottom and from left to right; each is two cells high.
        block_length: cells of a block from left to right.
        workstations: how many, along all sides together.
        sides: 1 (workstations at the left) or 2 (at the right as well).
        chargers: charger cells.
        crib: whether there is a tool crib.

    Raises:
        InputError: a number is out of range, or the walls are too short.
    """
    rows, columns = blocks
    for name, value in (("blocks", rows), ("blocks", columns), ("block_length", block_length)):
        check_whole(f"fulfilment_layout: {name}", value, least=1)
    check_whole("fulfilment_layout: sides", sides, least=1, most=2)
    check_whole("fulfilment_layout: workstations", workstations, least=sides)
    height = 3 * rows + 1
    right_stations = workstations // 2 if sides == 2 else 0
    left = _wall_with_stations(height, workstations - right_stations)
    right = _wall_with_stations(height, right_stations)
    shelves = ".." + ".".join(["x" * block_length] * columns) + ("." * sides)
    aisle = "." * len(shelves)
    hall = [aisle if row % 3 == 0 else shelves for row in range(height)]
    return _walled(hall, left, right, wall_with_docks(len(aisle) + 2, chargers, crib, margin=1))


def _wall_with_stations(height: int, stations: int) -> str:
    """Draws the side wall of a fulfilment centre from top to bottom, evenly spread workstations in it."""
    most = (height + 1) // 2
    if stations > most:
        raise InputError(
            f"fulfilment_layout: a side wall of {height} cells has room for {most} workstations, "
            f"not for {stations}: ask for fewer workstations, more rows of blocks or more sides."
        )
    niches = spread(stations, height)
    return "".join("g" if row in niches else "#" for row in range(height))


def sorting_layout(
    chutes: tuple[int, int],
    lane_width: int = 2,
    belt_length: int = 2,
    sides: int = 2,
    chargers: int = 0,
    crib: bool = False,
) -> str:
    """Draws a sorting centre: parcels come in on belts along the sides, chutes stand between lanes.

    A chute is a workstation. A belt is two rows of storage, each beside a lane. Chargers and the tool crib
    lie in niches along the upper wall.

    Args:
        chutes: chutes from top to bottom and from left to right.
        lane_width: cells between two chutes.
        belt_length: parcels in a row on a belt.
        sides: 1 (belts at the left) or 2 (at the right as well).
        chargers: charger cells.
        crib: whether there is a tool crib.

    Raises:
        InputError: a number is out of range, or the wall is too short.
    """
    rows, columns = chutes
    for name, value in (("chutes", rows), ("chutes", columns), ("lane_width", lane_width)):
        check_whole(f"sorting_layout: {name}", value, least=1)
    check_whole("sorting_layout: belt_length", belt_length, least=1)
    check_whole("sorting_layout: sides", sides, least=1, most=2)
    lane = "." * lane_width
    chute_row = lane + "".join("g" + lane for _ in range(columns))
    lane_row = "." * len(chute_row)
    period = lane_width + 1
    height = period * rows + lane_width
    hall = []
    for row in range(height):
        belt = "x" * belt_length if _is_belt(row, height) else "." * belt_length
        floor = chute_row if row % period == lane_width else lane_row
        hall.append(belt + floor + (belt if sides == 2 else ""))
    wall = "#" * height
    return _walled(hall, wall, wall, wall_with_docks(len(hall[0]) + 2, chargers, crib, margin=1))


def _is_belt(row: int, height: int) -> bool:
    """Belts are two rows high, with a lane above and below, so that each parcel can be fetched."""
    return row % 3 == 1 or (row % 3 == 2 and row + 1 < height)


def _walled(hall: list[str], left: str, right: str, upper_wall: str) -> str:
    rows = [start + row + end for start, row, end in zip(left, hall, right, strict=True)]
    return "\n".join([upper_wall, *rows, "#" * len(upper_wall)])


def _of_size(sizes: Mapping[str, Size], size: str) -> Size:
    if size not in sizes:
        raise InputError(f"Layout size {size!r} is unknown; choose one of {', '.join(sizes)}.")
    return sizes[size]


def random_instance(
    seed: int, height: int = 12, width: int = 13, density: float = 0.5, chargers: int = 0, crib: bool = False
) -> str:
    """Draws pairs of storage cells at random between aisles, so that every cell can be reached.

    Chargers and a tool crib stand in a wall that is added along the upper side.

    Args:
        seed: draws the instance.
        height: H ≥ 5.
        width: W ≥ 4.
        density: share of the possible storage pairs that are used, in (0, 1].
        chargers: charger cells.
        crib: whether there is a tool crib.

    Raises:
        InputError: a number is out of range, or the wall is too short.
    """
    check_whole("random_instance: height", height, least=5)
    check_whole("random_instance: width", width, least=4)
    if not 0 < density <= 1:
        raise InputError(f"random_instance: density must be above 0 and at most 1, got {density!r}.")
    generator = np.random.default_rng(seed)
    cells = np.full((height, width), ".")
    pairs = [(row, column) for row in range(1, height - 2) for column in range(1, width - 2, 3)]
    count = max(1, round(density * len(pairs)))
    for index in generator.choice(len(pairs), size=count, replace=False):
        row, column = pairs[index]
        cells[row, column : column + 2] = "x"
    cells[height - 1, width // 2] = "g"
    rows = ["".join(row) for row in cells]
    return "\n".join([wall_with_docks(width, chargers, crib), *rows] if chargers or crib else rows)
