"""Small symbols, each in a square with its upper left corner at a place.

Every symbol has a shape of its own, so that none depends on its colour.
"""

from __future__ import annotations

from collections.abc import Callable

from planzoo.envs.maze.state import GENERALIST, ROLES
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

Mark = Callable[[Point, float], Shapes]
"""Draws a symbol at a place in a size."""

EXIT_COLOUR, SAFE_COLOUR, DOOR_COLOUR = Palette.GREEN, Palette.SKY, Palette.ORANGE
HAZARD_COLOUR = Palette.VERMILLION
ITEM_COLOURS = (Palette.ORANGE, Palette.BLUE, Palette.VERMILLION, Palette.INK)
"""Of food, water, medicine and keys, where only their colour is seen."""
_DROP = ((0.5, 0.0), (0.76, 0.44), (0.24, 0.44))
_ARROW = ((0.52, 0.2), (0.86, 0.5), (0.52, 0.8), (0.52, 0.61), (0.14, 0.61), (0.14, 0.39), (0.52, 0.39))
_HOUSE = ((0.5, 0.08), (0.95, 0.5), (0.82, 0.5), (0.82, 0.92), (0.18, 0.92), (0.18, 0.5), (0.05, 0.5))
_HOUSE_DOOR = ((0.4, 0.92), (0.4, 0.6), (0.6, 0.6), (0.6, 0.92))
_TRIANGLE = ((0.5, 0.04), (1.0, 0.94), (0.0, 0.94))
_TICK = ((0.26, 0.52), (0.44, 0.7), (0.76, 0.32))


def food(place: Point, size: float) -> Shapes:
    """Draws an apple with a leaf."""
    left, right, leaf = scaled(((0.36, 0.6), (0.64, 0.6), (0.62, 0.16)), place, size)
    stalk = scaled(((0.5, 0.42), (0.5, 0.12)), place, size)
    return (
        Circle(*left, 0.33 * size, Palette.ORANGE),
        Circle(*right, 0.33 * size, Palette.ORANGE),
        Line(stalk, Palette.INK, 0.09 * size),
        Circle(*leaf, 0.13 * size, Palette.GREEN),
    )


def water(place: Point, size: float) -> Shapes:
    """Draws a drop."""
    (belly,) = scaled(((0.5, 0.62),), place, size)
    return (Polygon(scaled(_DROP, place, size), Palette.BLUE), Circle(*belly, 0.32 * size, Palette.BLUE))


def medicine(place: Point, size: float) -> Shapes:
    """Draws a box with a cross."""
    x, y = place
    box = Rectangle(
        x + 0.06 * size,
        y + 0.14 * size,
        0.88 * size,
        0.76 * size,
        Palette.CARD,
        0.14 * size,
        Palette.VERMILLION,
        0.08 * size,
    )
    strokes = (((0.5, 0.32), (0.5, 0.72)), ((0.3, 0.52), (0.7, 0.52)))
    return (box, *(Line(scaled(stroke, place, size), Palette.VERMILLION, 0.16 * size) for stroke in strokes))


def key(place: Point, size: float) -> Shapes:
    """Draws a key."""
    (ring,) = scaled(((0.28, 0.34),), place, size)
    strokes = (((0.42, 0.46), (0.92, 0.9)), ((0.74, 0.76), (0.9, 0.6)), ((0.58, 0.61), (0.71, 0.48)))
    return (
        *(Line(scaled(stroke, place, size), Palette.INK, 0.12 * size) for stroke in strokes),
        Circle(*ring, 0.27 * size, Palette.INK),
        Circle(*ring, 0.14 * size, Palette.YELLOW),
    )


ITEM_MARKS: tuple[Mark, ...] = (food, water, medicine, key)
"""In the order of ITEMS."""


def hazard(place: Point, size: float) -> Shapes:
    """Draws a warning triangle."""
    (dot,) = scaled(((0.5, 0.8),), place, size)
    return (
        Polygon(scaled(_TRIANGLE, place, size), HAZARD_COLOUR),
        Line(scaled(((0.5, 0.4), (0.5, 0.62)), place, size), Palette.CARD, 0.11 * size),
        Circle(*dot, 0.07 * size, Palette.CARD),
    )


def _bay(place: Point, size: float, colour: Colour, share: float) -> Rectangle:
    x, y = place
    inside = Palette.FLOOR.mixed(colour, share)
    return Rectangle(
        x + 0.04 * size, y + 0.04 * size, 0.92 * size, 0.92 * size, inside, 0.08 * size, colour, 0.06 * size
    )


def exit_door(place: Point, size: float) -> Shapes:
    """Draws a way out: a full cell with an arrow."""
    return (_bay(place, size, EXIT_COLOUR, 1.0), Polygon(scaled(_ARROW, place, size), Palette.CARD))


def safe_room(place: Point, size: float) -> Shapes:
    """Draws a framed cell with a house."""
    bay = _bay(place, size, SAFE_COLOUR, 0.25)
    inner = place[0] + 0.16 * size, place[1] + 0.14 * size
    house = Palette.SKY.mixed(Palette.INK, 0.35)
    return (
        bay,
        Polygon(scaled(_HOUSE, inner, 0.68 * size), house),
        Polygon(scaled(_HOUSE_DOOR, inner, 0.68 * size), bay.colour),
    )


def door(place: Point, size: float) -> Shapes:
    """Draws a locked door with its keyhole."""
    x, y = place
    (hole,) = scaled(((0.5, 0.42),), place, size)
    return (
        Rectangle(x, y, size, size, DOOR_COLOUR, 0.0, Palette.INK, 0.08 * size),
        Circle(*hole, 0.13 * size, Palette.INK),
        Line(scaled(((0.5, 0.45), (0.5, 0.7)), place, size), Palette.INK, 0.12 * size),
    )


def _badge(place: Point, size: float, colour: Colour) -> Circle:
    return Circle(place[0] + 0.5 * size, place[1] + 0.5 * size, 0.5 * size, colour, Palette.CARD, 0.08 * size)


def dead(place: Point, size: float) -> Shapes:
    """Draws a cross on a dark disc."""
    strokes = (((0.32, 0.32), (0.68, 0.68)), ((0.32, 0.68), (0.68, 0.32)))
    lines = (Line(scaled(stroke, place, size), Palette.CARD, 0.16 * size) for stroke in strokes)
    return (_badge(place, size, Palette.INK), *lines)


def escaped(place: Point, size: float) -> Shapes:
    """Draws a tick on a green disc."""
    return (
        _badge(place, size, Palette.GREEN),
        Line(scaled(_TICK, place, size), Palette.CARD, 0.15 * size),
    )


def role_badge(place: Point, size: float, role: int) -> Shapes:
    """Draws the first letter of a role on a dark square; generalists have none."""
    if role == GENERALIST:
        return ()
    x, y = place
    square = Rectangle(x, y, size, size, Palette.INK, 0.22 * size, Palette.CARD, 0.08 * size)
    return (square, Label(x + 0.5 * size, y + 0.5 * size, ROLES[role][0], 0.8 * size, Palette.CARD, True))


def pin(tip: Point, size: float, number: int, colour: Colour) -> Shapes:
    """Draws a pin with a plan's number, its tip at a place and its head above it."""
    x, y = tip
    text = str(number)
    width = max(1.0, 0.34 + 0.5 * len(text)) * size
    left, top = x - 0.5 * width, y - 1.3 * size
    point = ((x - 0.26 * size, y - 0.34 * size), (x + 0.26 * size, y - 0.34 * size), tip)
    return (
        Polygon(point, Palette.INK),
        Rectangle(left, top, width, size, Palette.CARD, 0.3 * size, Palette.INK, 0.05 * size),
        Rectangle(
            left + 0.05 * size,
            top + 0.05 * size,
            width - 0.1 * size,
            0.9 * size,
            Palette.CARD,
            0.25 * size,
            colour,
            0.12 * size,
        ),
        Label(x, top + 0.5 * size, text, 0.66 * size, Palette.INK, True),
    )


def brackets(row: int, column: int, margin: float, width: float) -> Shapes:
    """Draws the four corners of a frame around a cell, a plan's target."""
    low, high, arm = -margin, 1 + margin, 0.3
    corners = (
        ((low, low + arm), (low, low), (low + arm, low)),
        ((high - arm, low), (high, low), (high, low + arm)),
        ((high, high - arm), (high, high), (high - arm, high)),
        ((low + arm, high), (low, high), (low, high - arm)),
    )
    lines = [scaled(corner, (column, row), 1.0) for corner in corners]
    under = tuple(Line(line, Palette.CARD, 2.2 * width) for line in lines)
    return (*under, *(Line(line, Palette.INK, width) for line in lines))
