"""The hall and its shelves: walls, storage, workstations, chargers, cribs, blocked cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planzoo.envs.simulation.scene import Circle, Colour, Label, Line, Palette, Rectangle, Shape
from planzoo.envs.simulation.scene_parts import rules
from planzoo.envs.warehouse import scene_marks
from planzoo.envs.warehouse.layout import CHARGER, CRIB, STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.scene_style import REQUESTED, SHELF, STATION, URGENT_REQUEST, Style
from planzoo.envs.warehouse.scene_things import Shelf
from planzoo.envs.warehouse.scene_view import View

HOME = Palette.FLOOR.mixed(Palette.SHELF, 0.34)
"""Storage cells whose shelf is away."""
POWER, TOOLS = Palette.YELLOW, Palette.PURPLE
BOARDS = {colour: colour.mixed(Palette.INK, 0.18) for colour in (SHELF, REQUESTED)}
"""Edges of the shelves of each colour."""
MOST_DOTS = 4
"""An order's worth is shown in so many dots at most, then in digits."""


def floor(view: View, style: Style) -> Iterator[Shape]:
    """Draws every cell, whatever stands on it."""
    width, height = view.constants.width, view.constants.height
    yield Rectangle(0, 0, width, height, Palette.FLOOR)
    yield from rules(width, height)
    covered = {(shelf.row, shelf.column) for shelf in view.shelves if shelf.carrier is None}
    for row, column, kind in view.cells:
        if kind in _CELLS and kind not in view.idle_kinds and (row, column) not in covered:
            yield from _CELLS[kind](row, column)
    for row, column in view.blocked:
        yield from scene_marks.barrier(row, column)
    if style.near:
        yield from _packages(view)


def _wall(row: int, column: int) -> Iterator[Shape]:
    yield Rectangle(column, row, 1, 1, Palette.WALL)


def _storage(row: int, column: int) -> Iterator[Shape]:
    yield Rectangle(column + 0.1, row + 0.1, 0.8, 0.8, HOME, corner=0.1)


def _bay(row: int, column: int, colour: Colour) -> Rectangle:
    tint = Palette.FLOOR.mixed(colour, 0.22)
    return Rectangle(column + 0.04, row + 0.04, 0.92, 0.92, tint, 0.06, colour, 0.06)


def workstation(row: int, column: int) -> Iterator[Shape]:
    """Draws a workstation."""
    yield _bay(row, column, STATION)


def charger(row: int, column: int) -> Iterator[Shape]:
    """Draws a charger."""
    yield _bay(row, column, POWER)
    yield from scene_marks.bolt((column + 0.22, row + 0.18), 0.6)


def crib(row: int, column: int) -> Iterator[Shape]:
    """Draws a tool crib."""
    bay = _bay(row, column, TOOLS)
    yield bay
    yield from scene_marks.wrench((column + 0.22, row + 0.22), 0.56, bay.colour)


_CELLS: dict[int, Callable[[int, int], Iterator[Shape]]] = {
    WALL: _wall,
    STORAGE: _storage,
    WORKSTATION: workstation,
    CHARGER: charger,
    CRIB: crib,
}


def _packages(view: View) -> Iterator[Shape]:
    taken = {(robot.row, robot.column) for robot in view.robots}
    for (row, column), count in view.packages.items():
        if (row, column) not in taken:
            yield from packages(row, column, count)


def packages(row: int, column: int, count: int) -> Iterator[Shape]:
    """Draws how many packages a workstation has left."""
    yield Rectangle(column + 0.2, row + 0.24, 0.6, 0.52, Palette.CARD, 0.04, STATION, 0.05)
    yield Line(((column + 0.5, row + 0.24), (column + 0.5, row + 0.34)), STATION, 0.1)
    yield Label(column + 0.5, row + 0.53, str(count), 0.36, Palette.INK, strong=True)


def standing_shelves(view: View, style: Style) -> Iterator[Shape]:
    """Draws every shelf that is on no robot."""
    for shelf in view.shelves:
        if shelf.carrier is None:
            yield from standing_shelf(shelf, style)


def standing_shelf(shelf: Shelf, style: Style) -> Iterator[Shape]:
    """Draws a shelf in its place, with its number where it is requested."""
    row, column, colour = shelf.row, shelf.column, shelf_colour(shelf)
    urgent = colour == URGENT_REQUEST
    edge = Palette.INK if urgent else BOARDS[colour]
    thickness = 0.09 if urgent else 0.035
    yield Rectangle(column + 0.1, row + 0.1, 0.8, 0.8, colour, 0.1 if style.near else 0.0, edge, thickness)
    if not style.near:
        return
    if shelf.heavy:
        yield from scene_marks.weight((column + 0.04, row + 0.04), 0.32)
    if shelf.tool:
        yield from scene_marks.wrench((column + 0.64, row + 0.04), 0.32, colour)
    if shelf.order is not None:
        yield from _request(shelf, style)


def shelf_colour(shelf: Shelf) -> Colour:
    """Tells requested shelves from others, and those that are due soon from both."""
    if shelf.order is None:
        return SHELF
    return URGENT_REQUEST if shelf.order.urgent else REQUESTED


def _request(shelf: Shelf, style: Style) -> Iterator[Shape]:
    """Draws the number of a requested shelf, its worth in dots, and its time as a ring."""
    order, x, y = shelf.order, shelf.column + 0.5, shelf.row + 0.5
    if order is None:
        return
    size = style.shelf_number
    if order.time_left is not None:
        yield from scene_marks.clock((x, y), 0.31, order.fraction_left)
        size = min(size, 0.32)
    if not shelf.hidden and size > 0:
        number = str(shelf.number)
        yield Label(x, y, number, min(size, 1.4 / len(number)), Palette.INK, strong=True)
    yield from _worth((x, y + 0.43), order.priority)


def _worth(centre: tuple[float, float], priority: int) -> Iterator[Shape]:
    if priority > MOST_DOTS:
        yield Rectangle(centre[0] - 0.2, centre[1] - 0.11, 0.4, 0.22, Palette.INK, 0.08)
        yield Label(*centre, str(priority), 0.22, Palette.CARD, strong=True)
    elif priority > 1:
        first = centre[0] - 0.09 * (priority - 1)
        for dot in range(priority):
            yield Circle(first + 0.18 * dot, centre[1], 0.075, Palette.INK, Palette.CARD, 0.02)
