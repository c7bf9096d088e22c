"""How large things are drawn, and in which colours."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.envs.simulation.scene import Colour, Palette

AGENT_COLOURS = (
    Palette.BLUE,
    Palette.VERMILLION,
    Palette.GREEN,
    Palette.PURPLE,
    Palette.ORANGE,
    Palette.SKY,
    Palette.YELLOW,
    Palette.BLACK,
)
"""Agents have a colour of their own, up to eight of them, and all of them a number."""
GONE = Palette.MUTED
"""Agents that died."""
GOOD, BAD, OPEN = Palette.GREEN, Palette.VERMILLION, Palette.ORANGE.mixed(Palette.INK, 0.2)
UNSEEN_FLOOR = Palette.PAPER.mixed(Palette.SHELF, 0.55)
UNSEEN_WALL = Palette.PAPER.mixed(Palette.WALL, 0.55)
"""What nobody has seen is dim."""
TINT, DIM = 0.24, 0.6
"""How much of an agent's colour the floor has that it knows, and how pale things are that nobody has seen."""

NEAR_COLUMNS, NEAR_ROWS = 40, 34
"""On larger maps cells are too small for badges."""
SYMBOL_ROWS, SYMBOL_COLUMNS = 80, 120
"""On larger maps cells are too small for symbols: things are squares of a colour."""
MAGNIFIED_COLUMNS, MAGNIFIED_ROWS = 50, 34
"""On larger maps agents are drawn larger than their cells."""
_DARK = 150.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a map is drawn.

    Attributes:
        near: whether cells are large enough for badges and lines between them.
        symbols: whether they are large enough for symbols.
        scale: how much larger than its cell an agent is drawn.
    """

    near: bool = True
    symbols: bool = True
    scale: float = 1.0


def style_of(columns: int, rows: int) -> Style:
    """Chooses what is readable on a map of so many cells."""
    return Style(
        near=columns <= NEAR_COLUMNS and rows <= NEAR_ROWS,
        symbols=columns <= SYMBOL_COLUMNS and rows <= SYMBOL_ROWS,
        scale=max(1.0, columns / MAGNIFIED_COLUMNS, rows / MAGNIFIED_ROWS),
    )


def agent_colour(number: int) -> Colour:
    """Gives an agent's colour."""
    return AGENT_COLOURS[number % len(AGENT_COLOURS)]


def text_colour(ground: Colour) -> Colour:
    """Gives the colour of text that is readable on a ground: by its luminance (ITU-R BT.601)."""
    light = 0.299 * ground.red + 0.587 * ground.green + 0.114 * ground.blue
    return Palette.INK if light > _DARK else Palette.CARD
