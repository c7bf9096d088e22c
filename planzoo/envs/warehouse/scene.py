"""What to draw of a warehouse: floor, shelves and robots; beside them requests, loads and a legend."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain

from planzoo.envs.simulation.scene import (
    Circle,
    Colour,
    Field,
    Glyph,
    Label,
    Line,
    Palette,
    Panel,
    Rectangle,
    Row,
    Scene,
    Shape,
    Text,
    body,
)
from planzoo.envs.warehouse.layout import STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import (
    DELIVERED,
    DOWN,
    LEFT,
    NO_ROBOT,
    NO_SHELF,
    RIGHT,
    UP,
    Constants,
    State,
)

ROBOT, REQUESTED, SHELF, STATION = Palette.BLUE, Palette.ORANGE, Palette.SHELF, Palette.GREEN
HOME = Palette.FLOOR.mixed(Palette.SHELF, 0.34)
"""Storage cells whose shelf is away."""
HEADINGS = {UP: 0.0, RIGHT: 0.5 * math.pi, DOWN: math.pi, LEFT: 1.5 * math.pi}
EMPTY_ARROWS = {UP: "^", RIGHT: ">", DOWN: "v", LEFT: "<"}
LOADED_ARROWS = {UP: "▲", RIGHT: "▶", DOWN: "▼", LEFT: "◀"}
BODY = 0.31
"""Radius of a robot in cells."""
LISTED_REQUESTS, LISTED_ROBOTS = 10, 20
"""Most rows of the lists beside the grid; longer lists end in "and … more"."""


class _View:
    """One world in rows and columns instead of padded cell numbers."""

    def __init__(self, constants: Constants, state: State, world: int) -> None:
        self.constants, self.state, self.world = constants, state, world
        self.num_robots = state.robot_cell.shape[1]
        self.num_shelves = state.shelf_cell.shape[1]
        self.requests = [int(shelf) for shelf in state.requests[world]]
        self.loads = [int(shelf) for shelf in state.robot_load[world]]
        self.carriers = {shelf: robot for robot, shelf in enumerate(self.loads) if shelf != NO_SHELF}

    def place(self, cell: int) -> tuple[int, int]:
        """Gives the (row, column) of a padded cell number."""
        constants = self.constants
        row, column = divmod(int(cell), constants.width + 2 * constants.padding)
        return row - constants.padding, column - constants.padding

    def robot_place(self, robot: int) -> tuple[int, int]:
        """Gives the (row, column) of a robot."""
        return self.place(int(self.state.robot_cell[self.world, robot]))

    def shelf_place(self, shelf: int) -> tuple[int, int]:
        """Gives the (row, column) of a shelf, standing or carried."""
        return self.place(int(self.state.shelf_cell[self.world, shelf]))

    def shelf_colour(self, shelf: int) -> Colour:
        """Tells requested shelves from others."""
        return REQUESTED if self.state.requested[self.world, shelf] else SHELF

    def hides_robot(self, shelf: int) -> bool:
        """Whether a robot stands on the shelf's cell."""
        return bool(self.state.robot_at[self.world, self.state.shelf_cell[self.world, shelf]] != NO_ROBOT)

    def cells(self) -> Iterator[tuple[int, int, int]]:
        """Gives (row, column, kind) of every cell of the map."""
        constants = self.constants
        padded_width = constants.width + 2 * constants.padding
        for row in range(constants.height):
            start = (row + constants.padding) * padded_width + constants.padding
            for column in range(constants.width):
                yield row, column, int(constants.kinds[start + column])


def scene(simulator: WarehouseSimulator, world: int = 0) -> Scene:
    """Says what to draw of one world.

    Robots are blue bodies with a nose, a number and, when loaded, the shelf under them; requested shelves are
    orange and carry their number; a ring marks the robot that has just delivered.

    Args:
        simulator: of B worlds.
        world: the one to draw.
    """
    view = _View(simulator.constants, simulator.state, world)
    robots = range(view.num_robots)
    standing = (shelf for shelf in range(view.num_shelves) if shelf not in view.carriers)
    return Scene(
        title=f"Warehouse · {view.num_robots} robot{'s' if view.num_robots > 1 else ''}",
        width=view.constants.width,
        height=view.constants.height,
        shapes=(
            *_floor(view),
            *chain.from_iterable(_standing_shelf(view, shelf) for shelf in standing),
            *chain.from_iterable(_robot(view, robot) for robot in robots),
        ),
        glyphs=(*_floor_glyphs(view), *_shelf_glyphs(view), *(_robot_glyph(view, robot) for robot in robots)),
        panels=(_episode_panel(view), _requests_panel(view), _robots_panel(view), _legend()),
    )


def _floor(view: _View) -> Iterator[Shape]:
    width, height = view.constants.width, view.constants.height
    yield Rectangle(0, 0, width, height, Palette.FLOOR)
    for column in range(width + 1):
        yield Line(((column, 0), (column, height)), Palette.RULE, 0.02)
    for row in range(height + 1):
        yield Line(((0, row), (width, row)), Palette.RULE, 0.02)
    for row, column, kind in view.cells():
        if kind == WALL:
            yield Rectangle(column, row, 1, 1, Palette.WALL)
        elif kind == STORAGE:
            yield Rectangle(column + 0.1, row + 0.1, 0.8, 0.8, HOME, corner=0.1)
        elif kind == WORKSTATION:
            tint = Palette.FLOOR.mixed(STATION, 0.22)
            yield Rectangle(column + 0.04, row + 0.04, 0.92, 0.92, tint, 0.06, STATION, 0.06)


def _shelf(row: int, column: int, colour: Colour) -> Iterator[Shape]:
    board = colour.mixed(Palette.INK, 0.18)
    yield Rectangle(column + 0.1, row + 0.1, 0.8, 0.8, colour, 0.1, board, 0.035)


def _standing_shelf(view: _View, shelf: int) -> Iterator[Shape]:
    row, column = view.shelf_place(shelf)
    colour = view.shelf_colour(shelf)
    yield from _shelf(row, column, colour)
    if colour == REQUESTED and not view.hides_robot(shelf):
        yield Label(column + 0.5, row + 0.5, str(shelf), 0.36, Palette.INK, strong=True)


def _robot(view: _View, robot: int) -> Iterator[Shape]:
    row, column = view.robot_place(robot)
    centre = (column + 0.5, row + 0.5)
    heading = HEADINGS[int(view.state.robot_direction[view.world, robot])]
    load = view.loads[robot]
    if load != NO_SHELF:
        # Larger than a standing shelf and framed, so that it differs from a robot that drives under one.
        frame = (column + 0.03, row + 0.03, 0.94, 0.94)
        yield Rectangle(*frame, view.shelf_colour(load), 0.12, Palette.INK, 0.05)
    if view.state.events[view.world, robot, DELIVERED]:
        yield Circle(*centre, 0.5, STATION)
    yield from body(centre, heading, BODY + 0.05, Palette.CARD)
    yield from body(centre, heading, BODY, ROBOT)
    yield Label(*centre, str(robot), 0.38, Palette.CARD, strong=True)


def _floor_glyphs(view: _View) -> Iterator[Glyph]:
    looks = {WALL: ("#", Palette.MUTED), STORAGE: ("▫", SHELF), WORKSTATION: ("G", STATION)}
    for row, column, kind in view.cells():
        character, colour = looks.get(kind, ("·", Palette.MUTED))
        yield Glyph(row, column, character, colour, strong=kind == WORKSTATION)


def _shelf_glyphs(view: _View) -> Iterator[Glyph]:
    for shelf in range(view.num_shelves):
        colour = view.shelf_colour(shelf)
        yield Glyph(*view.shelf_place(shelf), "■" if colour == REQUESTED else "□", colour)


def _robot_glyph(view: _View, robot: int) -> Glyph:
    direction, load = int(view.state.robot_direction[view.world, robot]), view.loads[robot]
    if load == NO_SHELF:
        return Glyph(*view.robot_place(robot), EMPTY_ARROWS[direction], ROBOT, strong=True)
    colour = REQUESTED if view.shelf_colour(load) == REQUESTED else ROBOT
    return Glyph(*view.robot_place(robot), LOADED_ARROWS[direction], colour, strong=True)


def _episode_panel(view: _View) -> Panel:
    steps, deliveries = int(view.state.steps[view.world]), int(view.state.deliveries[view.world].sum())
    return _panel(
        "Episode",
        [
            Field("Step", f"{steps} / {view.constants.max_steps}"),
            Field("Deliveries", str(deliveries), strong=True),
        ],
    )


def _requests_panel(view: _View) -> Panel:
    def row(shelf: int) -> Row:
        carrier = view.carriers.get(shelf)
        line, column = view.shelf_place(shelf)
        where = f"row {line}, column {column}" if carrier is None else f"on robot {carrier}"
        return Field(f"Shelf {shelf}", where, REQUESTED)

    return _panel("Requested", [row(shelf) for shelf in view.requests], LISTED_REQUESTS)


def _robots_panel(view: _View) -> Panel:
    def row(robot: int) -> Row:
        line, column = view.robot_place(robot)
        value, colour = _activity(view, robot)
        return Field(f"Robot {robot} at {line}, {column}", value, ROBOT, colour)

    return _panel("Robots", [row(robot) for robot in range(view.num_robots)], LISTED_ROBOTS)


def _activity(view: _View, robot: int) -> tuple[str, Colour]:
    load = view.loads[robot]
    if view.state.events[view.world, robot, DELIVERED]:
        return f"delivered shelf {load}", STATION
    if load == NO_SHELF:
        return "empty", Palette.MUTED
    if view.shelf_colour(load) == REQUESTED:
        return f"brings shelf {load}", Palette.INK
    return f"carries shelf {load}", Palette.INK


def _panel(title: str, rows: list[Row], most: int = 20) -> Panel:
    if len(rows) > most:
        rows = [*rows[: most - 1], Text(f"and {len(rows) - most + 1} more", colour=Palette.MUTED)]
    return Panel(title, tuple(rows), columns=36)


def _legend() -> Panel:
    return _panel(
        "Legend",
        [
            Field("robot, its nose ahead", mark=ROBOT),
            Field("requested shelf, with its number", mark=REQUESTED),
            Field("other shelf", mark=SHELF),
            Field("black frame: shelf on a robot", mark=Palette.INK),
            Field("workstation: deliver here", mark=STATION),
        ],
    )
