"""Robots: what they are, where they look, what they carry and what ails them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from planzoo.envs.simulation.scene import (
    Circle,
    Colour,
    Label,
    Line,
    Palette,
    Point,
    Rectangle,
    Shape,
    body,
)
from planzoo.envs.simulation.scene_parts import Shapes
from planzoo.envs.warehouse import scene_marks
from planzoo.envs.warehouse.scene_style import OUT_OF_ORDER, REQUESTED, ROBOT, SHELF, STATION, Style
from planzoo.envs.warehouse.scene_things import Robot
from planzoo.envs.warehouse.scene_view import View
from planzoo.envs.warehouse.state import DOWN, LEFT, RIGHT, UP

HEADINGS = {UP: 0.0, RIGHT: 0.5 * math.pi, DOWN: math.pi, LEFT: 1.5 * math.pi}
COUPLING = 0.28
"""Share of the way between two robots at which the bar between them begins and ends."""
LOW_CHARGE = 0.2
"""Below this share of a full battery, large maps show it too."""
_AILMENTS: tuple[tuple[Callable[[Robot], bool], Callable[[Point, float], Shapes]], ...] = (
    (lambda robot: robot.broken > 0, scene_marks.broken),
    (lambda robot: robot.dry, scene_marks.dry),
    (lambda robot: robot.stuck, scene_marks.stuck),
    (lambda robot: robot.blind, scene_marks.blind),
    (lambda robot: robot.wait > 0, scene_marks.waiting),
)


def fleet(view: View, style: Style) -> Iterator[Shape]:
    """Draws all robots, and the bars between those that carry a shelf together."""
    for robot in view.robots:
        yield from _load(robot, style)
    for robot in view.robots:
        yield from _body(robot, style)
    for robot in view.robots:
        if robot.partner is not None and robot.loads:
            yield from coupling(robot.centre, view.robots[robot.partner].centre)
    for robot in view.robots:
        yield from _marks(robot, style)


def coupling(one: Point, other: Point) -> tuple[Line, Line]:
    """Draws the bar that joins two robots, as far as it does not cover them."""
    ends = tuple((a + COUPLING * (b - a), b - COUPLING * (b - a)) for a, b in zip(one, other, strict=True))
    bar = (ends[0][0], ends[1][0]), (ends[0][1], ends[1][1])
    return Line(bar, Palette.INK, 0.3), Line(bar, Palette.YELLOW, 0.17)


def single(robot: Robot, style: Style) -> tuple[Shape, ...]:
    """Draws one robot."""
    return (*_load(robot, style), *_body(robot, style), *_marks(robot, style))


def _load(robot: Robot, style: Style) -> Iterator[Shape]:
    """Draws the shelf on a robot, larger than a standing one and framed; for a stack one more behind it."""
    if not robot.loads:
        return
    (x, y), size = robot.centre, (0.94 if style.near else 1.06) * style.scale
    colour = REQUESTED if robot.requested else SHELF
    if len(robot.loads) > 1:
        shift = 0.5 * size + 0.08 * style.scale
        yield Rectangle(x - shift, y - shift, size, size, colour, 0.12, Palette.INK, 0.05)
    yield Rectangle(x - 0.5 * size, y - 0.5 * size, size, size, colour, 0.12, Palette.INK, 0.05)


def _body(robot: Robot, style: Style) -> Iterator[Shape]:
    colour: Colour = OUT_OF_ORDER if robot.broken or robot.dry else ROBOT
    draw = scene_marks.square_body if robot.kind.lift > 1 else body
    heading, radius = HEADINGS[robot.direction], style.robot * style.scale
    if robot.broken and not style.near:
        yield from _cross(robot.centre, 0.6 * style.scale)
    if robot.delivered:
        yield Circle(*robot.centre, 0.5 * style.scale, STATION)
    yield from draw(robot.centre, heading, radius + 0.05, Palette.CARD)
    yield from draw(robot.centre, heading, radius, colour)
    number = str(robot.number)
    size = style.number * style.scale * min(1.0, 2.0 / len(number))
    if size > 0:
        yield Label(*robot.centre, number, size, Palette.CARD, strong=True)


def _cross(centre: Point, reach: float) -> Iterator[Shape]:
    """Draws a cross that looks out behind a broken robot, where its cell is too small for a symbol."""
    x, y = centre
    for side in (-1, 1):
        stroke = ((x - reach, y - side * reach), (x + reach, y + side * reach))
        yield Line(stroke, Palette.CARD, 0.6 * reach)
        yield Line(stroke, Palette.VERMILLION, 0.36 * reach)


def _marks(robot: Robot, style: Style) -> Iterator[Shape]:
    if style.near:
        yield from _near_marks(robot)
    else:
        yield from _far_marks(robot, style)


def _near_marks(robot: Robot) -> Iterator[Shape]:
    """Draws what ails a robot along the upper edge, its battery under it, its tool and load at its sides."""
    x, y = robot.column, robot.row
    ailments = [draw for ails, draw in _AILMENTS if ails(robot)]
    for index, draw in enumerate(ailments):
        yield from draw((x - 0.02 + 0.33 * index, y - 0.02), 0.34)
    if robot.charge is not None:
        yield from scene_marks.gauge((x + 0.1, y + 0.83), 0.8, robot.charge)
    if robot.charging:
        yield from scene_marks.charging((x + 0.7, y + 0.44), 0.34)
    if robot.tool:
        yield Circle(x + 0.12, y + 0.7, 0.16, Palette.CARD, Palette.INK, 0.03)
        yield from scene_marks.wrench((x + 0.02, y + 0.6), 0.2, Palette.CARD)
    if len(robot.loads) > 1:
        yield Rectangle(x + 0.68, y + 0.56, 0.34, 0.26, Palette.INK, 0.06)
        yield Label(x + 0.85, y + 0.69, f"×{len(robot.loads)}", 0.25, Palette.CARD, strong=True)
    if robot.message:
        yield from scene_marks.speech((x + 0.6, y + 0.2), 0.28, robot.message)


def _far_marks(robot: Robot, style: Style) -> Iterator[Shape]:
    """Draws what is seen in a small cell, besides the cross: a warning, an almost empty battery."""
    (x, y), scale = robot.centre, style.scale
    if robot.stuck and not robot.broken:
        yield from scene_marks.stuck((x + 0.1 * scale, y - 0.75 * scale), 0.6 * scale)[:2]
    if robot.charge is not None and robot.charge <= LOW_CHARGE:
        yield from scene_marks.gauge((x - 0.6 * scale, y + 0.42 * scale), 1.2 * scale, robot.charge)
