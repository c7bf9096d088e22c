"""The warehouse in characters, one a cell."""

from __future__ import annotations

from collections.abc import Iterator

from planzoo.envs.simulation.scene import Colour, Field, Glyph, Palette, Panel
from planzoo.envs.warehouse.layout import CHARGER, CRIB, STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.scene_style import OUT_OF_ORDER, REQUESTED, ROBOT, SHELF, STATION
from planzoo.envs.warehouse.scene_things import Robot, Shelf
from planzoo.envs.warehouse.scene_view import View
from planzoo.envs.warehouse.state import DOWN, LEFT, RIGHT, UP

EMPTY_ARROWS = {UP: "^", RIGHT: ">", DOWN: "v", LEFT: "<"}
LOADED_ARROWS = {UP: "▲", RIGHT: "▶", DOWN: "▼", LEFT: "◀"}
OUT_OF_ORDER_GLYPH, BLOCKED_GLYPH = "✗", "▒"
_FLOOR: dict[int, tuple[str, Colour]] = {
    WALL: ("#", Palette.MUTED),
    STORAGE: ("▫", SHELF),
    WORKSTATION: ("G", STATION),
    CHARGER: ("C", Palette.ORANGE),
    CRIB: ("T", Palette.PURPLE),
}
_ORDINARY, _HEAVY, _WITH_TOOL = ("□", "■"), ("◇", "◆"), ("○", "●")
"""How a shelf looks, and how it does when it is requested."""


def glyphs(view: View) -> tuple[Glyph, ...]:
    """Writes the map: floor, shelves, robots, blocked cells."""
    return (
        *_floor(view),
        *(_shelf(shelf) for shelf in view.shelves if shelf.carrier is None),
        *(Glyph(row, column, BLOCKED_GLYPH, Palette.VERMILLION) for row, column in view.blocked),
        *(_robot(robot) for robot in view.robots),
    )


def _floor(view: View) -> Iterator[Glyph]:
    for row, column, kind in view.cells:
        plain = ("·", Palette.MUTED)
        character, colour = plain if kind in view.idle_kinds else _FLOOR.get(kind, plain)
        yield Glyph(row, column, character, colour, strong=character.isalpha())


def _shelf(shelf: Shelf) -> Glyph:
    looks = _HEAVY if shelf.heavy else _WITH_TOOL if shelf.tool else _ORDINARY
    requested = shelf.order is not None
    return Glyph(shelf.row, shelf.column, looks[requested], REQUESTED if requested else SHELF)


def _robot(robot: Robot) -> Glyph:
    if robot.broken or robot.dry:
        return Glyph(robot.row, robot.column, OUT_OF_ORDER_GLYPH, OUT_OF_ORDER, strong=True)
    arrows = LOADED_ARROWS if robot.loads else EMPTY_ARROWS
    colour = REQUESTED if robot.requested else ROBOT
    return Glyph(robot.row, robot.column, arrows[robot.direction], colour, strong=True)


def text_legend(view: View, columns: int) -> Panel:
    """Says what the characters mean, as far as they occur."""
    constants = view.constants
    fails = view.has_batteries or constants.breakdown_odds > 0
    kinds = {kind for _, _, kind in view.cells} - view.idle_kinds
    rows = (
        ("^ > v <", "robot", True),
        ("▲ ▶ ▼ ◀", "robot with a load", True),
        (OUT_OF_ORDER_GLYPH, "robot that can't act", fails),
        ("■ □", "shelf, requested or not", True),
        ("◆ ◇", "the same, heavy", view.has_heavy_shelves),
        ("● ○", "the same, needs a tool", bool(constants.shelves.tool.any())),
        ("▫", "empty storage", True),
        ("G", "workstation", True),
        ("C", "charger", CHARGER in kinds),
        ("T", "tool crib", CRIB in kinds),
        (BLOCKED_GLYPH, "blocked for a while", constants.block_odds > 0),
        ("#", "wall", WALL in kinds),
    )
    return Panel("Legend", tuple(Field(sign, what) for sign, what, shown in rows if shown), columns, "text")
