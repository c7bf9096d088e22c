"""Small symbols, each in a square with its upper left corner at a place.

Every symbol has a shape of its own, so that none depends on its colour.
"""

from __future__ import annotations

import math

from planzoo.envs.simulation.scene import (
    Circle,
    Colour,
    Label,
    Line,
    Palette,
    Point,
    Polygon,
    Rectangle,
)
from planzoo.envs.simulation.scene_parts import Shapes, scaled

_BOLT = ((0.62, 0.0), (0.14, 0.58), (0.46, 0.58), (0.36, 1.0), (0.86, 0.38), (0.54, 0.38))
_WEIGHT = ((0.24, 0.38), (0.76, 0.38), (0.96, 0.95), (0.04, 0.95))
_LENS = ((0.12, 0.5), (0.32, 0.3), (0.68, 0.3), (0.88, 0.5), (0.68, 0.7), (0.32, 0.7))
_CLOCK_CORNERS = 24
_STRIPES = (
    ((0.2, 0.0), (0.45, 0.0), (0.0, 0.45), (0.0, 0.2)),
    ((0.7, 0.0), (0.95, 0.0), (0.0, 0.95), (0.0, 0.7)),
    ((1.0, 0.2), (1.0, 0.45), (0.45, 1.0), (0.2, 1.0)),
    ((1.0, 0.7), (1.0, 0.95), (0.95, 1.0), (0.7, 1.0)),
)


def bolt(place: Point, size: float, colour: Colour = Palette.INK) -> Shapes:
    """Draws a flash of lightning: charge."""
    return (Polygon(scaled(_BOLT, place, size), colour),)


def wrench(place: Point, size: float, ground: Colour, colour: Colour = Palette.INK) -> Shapes:
    """Draws a wrench, its jaw open to the ground's colour: a tool."""
    handle = scaled(((0.16, 0.84), (0.6, 0.4)), place, size)
    (head,) = scaled(((0.66, 0.34),), place, size)
    jaw = scaled(((0.66, 0.34), (0.78, -0.02), (1.02, 0.22)), place, size)
    return (
        Line(handle, colour, 0.24 * size),
        Circle(*head, 0.3 * size, colour),
        Polygon(jaw, ground),
    )


def weight(place: Point, size: float, colour: Colour = Palette.INK) -> Shapes:
    """Draws a weight with a ring: heavy."""
    (ring,) = scaled(((0.5, 0.26),), place, size)
    return (
        Circle(*ring, 0.24 * size, colour),
        Circle(*ring, 0.1 * size, Palette.CARD),
        Polygon(scaled(_WEIGHT, place, size), colour),
    )


def badge(place: Point, size: float, colour: Colour) -> Circle:
    """Draws the disc that a symbol of state stands on."""
    return Circle(place[0] + 0.5 * size, place[1] + 0.5 * size, 0.5 * size, colour, Palette.CARD, 0.07 * size)


def _strokes(
    place: Point, size: float, strokes: tuple[tuple[Point, ...], ...], width: float = 0.13
) -> Shapes:
    return tuple(Line(scaled(stroke, place, size), Palette.CARD, width * size) for stroke in strokes)


def broken(place: Point, size: float) -> Shapes:
    """Draws a cross."""
    cross = (((0.3, 0.3), (0.7, 0.7)), ((0.3, 0.7), (0.7, 0.3)))
    return (badge(place, size, Palette.VERMILLION), *_strokes(place, size, cross, 0.17))


def dry(place: Point, size: float) -> Shapes:
    """Draws a flash that is crossed out."""
    flash = bolt((place[0] + 0.2 * size, place[1] + 0.14 * size), 0.68 * size, Palette.YELLOW)
    return (
        badge(place, size, Palette.INK),
        *flash,
        *_strokes(place, size, (((0.18, 0.3), (0.82, 0.7)),), 0.1),
    )


def blind(place: Point, size: float) -> Shapes:
    """Draws an eye that is crossed out."""
    (pupil,) = scaled(((0.5, 0.5),), place, size)
    return (
        badge(place, size, Palette.INK),
        Polygon(scaled(_LENS, place, size), Palette.CARD),
        Circle(*pupil, 0.13 * size, Palette.INK),
        *_strokes(place, size, (((0.24, 0.8), (0.76, 0.2)),)),
    )


def waiting(place: Point, size: float) -> Shapes:
    """Draws an hourglass."""
    glass = ((0.28, 0.22), (0.72, 0.22), (0.28, 0.78), (0.72, 0.78))
    return (badge(place, size, Palette.SKY), Polygon(scaled(glass, place, size), Palette.INK))


def stuck(place: Point, size: float) -> Shapes:
    """Draws a warning triangle with an exclamation mark."""
    outer, inner = ((0.5, -0.06), (1.08, 1.0), (-0.08, 1.0)), ((0.5, 0.16), (0.9, 0.9), (0.1, 0.9))
    (dot,) = scaled(((0.5, 0.79),), place, size)
    return (
        Polygon(scaled(outer, place, size), Palette.INK),
        Polygon(scaled(inner, place, size), Palette.YELLOW),
        Line(scaled(((0.5, 0.42), (0.5, 0.61)), place, size), Palette.INK, 0.13 * size),
        Circle(*dot, 0.075 * size, Palette.INK),
    )


def speech(place: Point, size: float, message: str) -> Shapes:
    """Draws a speech bubble from the left end of its lower edge, with letters ``size`` high."""
    width, height = (0.62 * len(message) + 0.5) * size, 1.15 * size
    left, bottom = place
    tail = (
        (left + 0.1 * size, bottom + 0.45 * size),
        (left + 0.2 * size, bottom - 0.2 * size),
        (left + 0.8 * size, bottom - 0.1 * size),
    )
    return (
        Polygon(tail, Palette.INK),
        Rectangle(left, bottom - height, width, height, Palette.CARD, 0.35 * size, Palette.INK, 0.1 * size),
        Label(left + 0.5 * width, bottom - 0.5 * height, message, size, Palette.INK, strong=True),
    )


def gauge(place: Point, size: float, fraction: float, height: float = 0.17) -> Shapes:
    """Draws a bar as long as the fraction: a battery; ``height`` is a share of its size."""
    (x, y), height, line = place, height * size, 0.035 * size
    colour = Palette.GREEN if fraction > 0.5 else Palette.ORANGE if fraction > 0.2 else Palette.VERMILLION
    inner = size - 2 * line
    return (
        Rectangle(x, y, size, height, Palette.CARD, 0.05 * size, Palette.INK, line),
        Rectangle(x + line, y + line, inner * min(1.0, max(0.0, fraction)), height - 2 * line, colour),
    )


def clock(centre: Point, radius: float, fraction: float, colour: Colour = Palette.INK) -> Shapes:
    """Draws the part of a ring that is left of the time, from the top clockwise."""
    corners = round(_CLOCK_CORNERS * min(1.0, max(0.0, fraction)))
    if corners == 0:
        return ()
    turns = (2 * math.pi * corner / _CLOCK_CORNERS for corner in range(corners + 1))
    points = tuple(
        (centre[0] + radius * math.sin(turn), centre[1] - radius * math.cos(turn)) for turn in turns
    )
    return (Line(points, colour, 0.22 * radius),)


def charging(place: Point, size: float) -> Shapes:
    """Draws a flash."""
    disc = Circle(
        place[0] + 0.5 * size, place[1] + 0.5 * size, 0.5 * size, Palette.YELLOW, Palette.INK, 0.07 * size
    )
    return (disc, *bolt((place[0] + 0.2 * size, place[1] + 0.14 * size), 0.68 * size))


def barrier(row: int, column: int) -> Shapes:
    """Draws a hatched cell that is closed."""
    place, size = (column + 0.06, row + 0.06), 0.88
    return (
        Rectangle(*place, size, size, Palette.YELLOW, 0.0, Palette.INK, 0.05),
        *(Polygon(scaled(stripe, place, size), Palette.INK) for stripe in _STRIPES),
    )


def square_body(place: Point, heading: float, radius: float, colour: Colour) -> tuple[Polygon, Rectangle]:
    """Draws a square with a nose, a robot that lifts more; the parameters are those of ``body``.

    The heading is a multiple of a right angle.
    """
    (x, y), side = place, 0.94 * radius
    along, across = (math.sin(heading), -math.cos(heading)), (math.cos(heading), math.sin(heading))
    corners = ((1.45 * radius, 0.0), (0.9 * side, 0.85 * side), (0.9 * side, -0.85 * side))
    nose = tuple(
        (x + ahead * along[0] + aside * across[0], y + ahead * along[1] + aside * across[1])
        for ahead, aside in corners
    )
    return Polygon(nose, colour), Rectangle(x - side, y - side, 2 * side, 2 * side, colour, 0.3 * radius)
