"""How large things are drawn, and in which colours."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.envs.simulation.scene import Palette

ROBOT, REQUESTED, SHELF, STATION = Palette.BLUE, Palette.ORANGE, Palette.SHELF, Palette.GREEN
URGENT_REQUEST = Palette.VERMILLION
"""Requested shelves whose order is due soon; a thick frame says the same without colour."""
OUT_OF_ORDER = Palette.MUTED
"""Robots that can't act: broken, or out of power."""

NEAR_COLUMNS, NEAR_ROWS = 66, 40
"""On larger maps cells are too small for numbers on shelves and for small marks."""
COMFORTABLE_COLUMNS, COMFORTABLE_ROWS = 30, 20
"""On larger maps robots and numbers take up more of their cells."""
MAGNIFIED_COLUMNS, MAGNIFIED_ROWS = 84, 50
"""On larger maps robots are drawn larger than their cells."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a map is drawn.

    Attributes:
        near: whether cells are large enough for small marks.
        robot: radius of a robot in cells.
        number: height of a robot's number in cells; 0 = it shows none.
        shelf_number: height of a requested shelf's number in cells; 0 = it shows none.
        scale: how much larger than its cell a robot is drawn.
    """

    near: bool = True
    robot: float = 0.31
    number: float = 0.38
    shelf_number: float = 0.36
    scale: float = 1.0


def style_of(columns: int, rows: int) -> Style:
    """Chooses what is readable on a map of so many cells."""
    near = columns <= NEAR_COLUMNS and rows <= NEAR_ROWS
    crowding = max(1.0, columns / COMFORTABLE_COLUMNS, rows / COMFORTABLE_ROWS)
    if not near:
        magnified = max(1.0, columns / MAGNIFIED_COLUMNS, rows / MAGNIFIED_ROWS)
        return Style(near=False, robot=0.42, number=0.66, shelf_number=0.0, scale=magnified)
    return Style(
        robot=min(0.36, 0.31 * crowding**0.3),
        number=min(0.52, 0.38 * crowding**0.6),
        shelf_number=min(0.52, 0.36 * crowding**0.7),
    )
