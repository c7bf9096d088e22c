"""Scenes: what to draw of a state, without how; every renderer reads the same scene.

A scene has a grid of cells on which shapes lie in paint order, glyphs for terminals, and panels of text,
values and bars beside it. Positions and sizes are in cells: x runs right over the columns, y down over the
rows, and the cell at row r and column c covers [c, c + 1) × [r, r + 1). A scene without a grid has width and
height 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

Point = tuple[float, float]
"""(x, y) in cells."""


class Colour(NamedTuple):
    """An opaque colour: red, green and blue, each 0 to 255."""

    red: int
    green: int
    blue: int

    def mixed(self, other: Colour, share: float) -> Colour:
        """Gives the colour that lies ``share`` (0 to 1) of the way towards another."""
        return Colour(*(round(a + (b - a) * share) for a, b in zip(self, other, strict=True)))


class Palette:
    """Every colour that scenes use: neutral greys and the eight colours of Okabe and Ito (2008).

    The eight keep their differences for all common kinds of colour blindness.
    """

    PAPER = Colour(243, 245, 248)
    CARD = Colour(255, 255, 255)
    INK = Colour(28, 37, 51)
    MUTED = Colour(101, 111, 126)
    RULE = Colour(221, 226, 233)
    FLOOR = Colour(255, 255, 255)
    WALL = Colour(70, 80, 96)
    SHELF = Colour(173, 184, 199)

    BLACK = Colour(0, 0, 0)
    ORANGE = Colour(230, 159, 0)
    SKY = Colour(86, 180, 233)
    GREEN = Colour(0, 158, 115)
    YELLOW = Colour(240, 228, 66)
    BLUE = Colour(0, 114, 178)
    VERMILLION = Colour(213, 94, 0)
    PURPLE = Colour(204, 121, 167)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A filled rectangle with its upper left corner at (x, y).

    Attributes:
        x, y, width, height: place and size in cells.
        colour: of the inside.
        corner: radius of the rounded corners in cells.
        outline: colour of the line around it, drawn inside the rectangle; None for no line.
        outline_width: width of that line in cells.
    """

    x: float
    y: float
    width: float
    height: float
    colour: Colour
    corner: float = 0.0
    outline: Colour | None = None
    outline_width: float = 0.05


@dataclass(frozen=True, slots=True)
class Circle:
    """A filled circle around (x, y); the attributes read as those of :class:`Rectangle`."""

    x: float
    y: float
    radius: float
    colour: Colour
    outline: Colour | None = None
    outline_width: float = 0.05


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon through three or more points in cells."""

    points: tuple[Point, ...]
    colour: Colour


@dataclass(frozen=True, slots=True)
class Line:
    """A line through two or more points, ``width`` cells wide, with round joints: a path, a border."""

    points: tuple[Point, ...]
    colour: Colour
    width: float = 0.06


@dataclass(frozen=True, slots=True)
class Label:
    """Text centred on (x, y) with letters ``size`` cells high; labels are painted above all other shapes."""

    x: float
    y: float
    text: str
    size: float = 0.4
    colour: Colour = Palette.INK
    strong: bool = False


Shape = Rectangle | Circle | Polygon | Line | Label


def body(place: Point, heading: float, radius: float, colour: Colour) -> tuple[Polygon, Circle]:
    """Gives a disc with a nose that points where something faces: a robot seen from above.

    Args:
        place: (x, y) of the disc's centre in cells.
        heading: clockwise angle from "up the page" in radians: 0 up, π/2 right, π down, 3π/2 left.
        radius: of the disc in cells; the tip of the nose is 1.45 radii from the centre.
        colour: of both.
    """
    (x, y), tip = place, 1.45 * radius
    # The nose's sides touch the disc without a corner.
    touch = math.acos(radius / tip)
    corners = ((tip, heading), (radius, heading + touch), (radius, heading - touch))
    points = ((x + distance * math.sin(turn), y - distance * math.cos(turn)) for distance, turn in corners)
    return Polygon(tuple(points), colour), Circle(x, y, radius, colour)


@dataclass(frozen=True, slots=True)
class Glyph:
    """The character that stands for a cell in a terminal; a later glyph covers an earlier one.

    Attributes:
        row, column: the cell.
        character: one character.
        colour: None for the terminal's own text colour.
        strong: whether it is printed in bold type.
    """

    row: int
    column: int
    character: str
    colour: Colour | None = None
    strong: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for anything but one character."""
        if len(self.character) != 1:
            raise ValueError(f"A glyph is one character, not {self.character!r}.")


@dataclass(frozen=True, slots=True)
class Text:
    """A panel row of running text.

    Attributes:
        text: wrapped at the panel's width and cut with an ellipsis after ``lines`` lines.
        lines: that the row takes up, one or more, however short the text: frames of a film keep their size.
        colour: of the text; Palette.INK is a terminal's own text colour.
        strong: whether it is set in bold type.
    """

    text: str
    lines: int = 1
    colour: Colour = Palette.INK
    strong: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for less than one line."""
        if self.lines < 1:
            raise ValueError(f"A row of text takes up at least one line, not {self.lines}.")


@dataclass(frozen=True, slots=True)
class Icon:
    """A small drawing before a panel row, its shapes on the cell [0, 1) × [0, 1); terminals leave it out."""

    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A panel row with a label on the left and a value on the right.

    Attributes:
        label: what it is.
        value: how it stands; may be empty, as in a legend.
        mark: before the label: an icon, a small square of a colour, or nothing.
        colour: of the value.
        strong: whether the value is set in bold type.
    """

    label: str
    value: str = ""
    mark: Colour | Icon | None = None
    colour: Colour = Palette.INK
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A panel row with a label, a bar and a value: a probability, a battery.

    Attributes:
        label: what is measured.
        fraction: filled part of the bar, finite, drawn clipped to [0, 1].
        value: the same in words or digits.
        colour: of the filled part.
        highlighted: whether the row stands out from its neighbours.
    """

    label: str
    fraction: float
    value: str
    colour: Colour = Palette.BLUE
    highlighted: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError when the fraction is not finite."""
        if not math.isfinite(self.fraction):
            raise ValueError(f"The bar {self.label!r} needs a finite fraction, not {self.fraction}.")


@dataclass(frozen=True, slots=True)
class Gauge:
    """One cell of a row of gauges.

    Attributes:
        value: in words or digits.
        fraction: finite, the cell is filled so far, clipped to [0, 1]; None for text alone, as in a heading.
        colour: of the filled part.
    """

    value: str
    fraction: float | None = None
    colour: Colour = Palette.BLUE

    def __post_init__(self) -> None:
        """Raises ValueError when the fraction is not finite."""
        if self.fraction is not None and not math.isfinite(self.fraction):
            raise ValueError(f"The gauge {self.value!r} needs a finite fraction, not {self.fraction}.")


@dataclass(frozen=True, slots=True)
class Gauges:
    """A panel row with a label and several gauges of equal width: a line of a table.

    Attributes:
        label: what is measured.
        gauges: from left to right.
        mark: before the label: an icon, a small square of a colour, or nothing.
        colour: of the label.
    """

    label: str
    gauges: tuple[Gauge, ...]
    mark: Colour | Icon | None = None
    colour: Colour = Palette.INK


Row = Text | Field | Bar | Gauges
Medium = Literal["any", "picture", "text"]
"""What a panel is for: a legend of shapes says nothing beside characters."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows under a title.

    Attributes:
        title: may be empty.
        rows: from top to bottom.
        columns: its width in characters of average width.
        medium: whether only pictures, or only terminals, show it.
    """

    title: str
    rows: tuple[Row, ...]
    columns: int = 34
    medium: Medium = "any"


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture of one state, free of any drawing library.

    Attributes:
        title: one line above all.
        width, height: cells of the grid, 0 and 0 for a scene of panels only.
        shapes: what lies on the grid, in paint order.
        glyphs: the grid for terminals; a cell without a glyph is blank.
        panels: what stands beside the grid.
        legible_cell: pixels of a cell in which its smallest marks are readable; large grids may have less.
    """

    title: str
    width: int = 0
    height: int = 0
    shapes: tuple[Shape, ...] = ()
    glyphs: tuple[Glyph, ...] = ()
    panels: tuple[Panel, ...] = ()
    legible_cell: int = 24

    @property
    def has_grid(self) -> bool:
        """Whether the scene has cells at all."""
        return self.width > 0 and self.height > 0
