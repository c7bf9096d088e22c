"""A canvas in pixels with smooth edges: shapes are drawn enlarged and then reduced, text is set last."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.rendering.extra import needs
from planzoo.envs.simulation.scene import Colour, Point

with needs("Pillow"):
    from PIL import Image, ImageDraw, ImageFont

Frame = NDArray[np.uint8]
"""A picture: uint8 (height, width, 3) in pixels, red green blue."""

Anchor = Literal["left", "centre", "right"]

ENLARGEMENT = 3
"""Shapes are drawn this many times larger in both directions, which gives ten shades to every edge."""
STRONG_STROKE = 0.018
"""Bold type is the regular face outlined by this share of its size: the built-in font has one weight."""

_ANCHORS = {"left": "lm", "centre": "mm", "right": "rm"}
_SUBSTITUTES = {"→": ">", "←": "<", "×": "x", "≥": ">=", "≤": "<=", "−": "-", "–": "-", "—": "-"}
_BEYOND_ASCII = "·±…"
"""Characters that the built-in font has besides those of ASCII."""


@lru_cache(maxsize=32)
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def drawable(text: str) -> str:
    """Rewrites text in the characters of the font that Pillow brings along: Latin letters without accents."""
    return "".join(_drawable_letter(letter) for letter in text)


def _drawable_letter(letter: str) -> str:
    if letter.isascii() or letter in _BEYOND_ASCII:
        return letter if letter.isprintable() else " "
    base = unicodedata.normalize("NFKD", letter)[0]
    return _SUBSTITUTES.get(letter, base if base.isascii() else "?")


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """Measures text in pixels."""
    return float(_font(size).getlength(drawable(text)))


def shortened(text: str, size: float, width: float) -> str:
    """Cuts text with an ellipsis so that it fits into ``width`` pixels."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1].rstrip()
    return text + "…"


@dataclass(frozen=True, slots=True)
class Type:
    """How text is set: its size in pixels, colour, weight, and the side of it that its position means."""

    size: float
    colour: Colour
    strong: bool = False
    anchor: Anchor = "left"


class Canvas:
    """Takes shapes and text in pixels and gives the finished picture.

    Args:
        width, height: size in pixels.
        colour: of the empty canvas.
    """

    def __init__(self, width: int, height: int, colour: Colour) -> None:
        self._image = Image.new("RGB", (width * ENLARGEMENT, height * ENLARGEMENT), colour)
        self._draw = ImageDraw.Draw(self._image)
        self._texts: list[tuple[Point, str, Type]] = []

    def rectangle(self, corner: Point, size: Point, colour: Colour, radius: float = 0.0) -> None:
        """Fills a rectangle, with rounded corners where ``radius`` is positive."""
        (x, y), (width, height) = corner, size
        if width <= 0 or height <= 0:
            return
        box = self._box(x, y, x + width, y + height)
        if radius <= 0:
            self._draw.rectangle(box, fill=colour)
        else:
            self._draw.rounded_rectangle(box, min(radius, width / 2, height / 2) * ENLARGEMENT, fill=colour)

    def circle(self, centre: Point, radius: float, colour: Colour) -> None:
        """Fills a circle."""
        (x, y) = centre
        if radius > 0:
            self._draw.ellipse(self._box(x - radius, y - radius, x + radius, y + radius), fill=colour)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Fills a polygon."""
        self._draw.polygon([(x * ENLARGEMENT, y * ENLARGEMENT) for x, y in points], fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draws a line with round joints and ends."""
        thickness = max(1, round(width * ENLARGEMENT))
        enlarged = [(x * ENLARGEMENT, y * ENLARGEMENT) for x, y in points]
        self._draw.line(enlarged, fill=colour, width=thickness)
        for x, y in points:
            self.circle((x, y), width / 2, colour)

    def text(self, position: Point, text: str, style: Type) -> None:
        """Sets one line of text, centred on the position's height, above all shapes."""
        # On whole pixels, halves always up: plain and strong text keep one baseline, and rows even distances.
        x, y = (math.floor(coordinate + 0.5) for coordinate in position)
        self._texts.append(((x, y), drawable(text), style))

    def finished(self) -> Frame:
        """Gives the picture."""
        image = self._image.reduce(ENLARGEMENT)
        draw = ImageDraw.Draw(image)
        for (x, y), text, style in self._texts:
            draw.text(
                (x, y),
                text,
                fill=style.colour,
                font=_font(style.size),
                anchor=_ANCHORS[style.anchor],
                stroke_width=STRONG_STROKE * style.size if style.strong else 0,
            )
        return np.array(image, dtype=np.uint8)

    @staticmethod
    def _box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
        # Pillow's boxes include their last pixel.
        return (
            round(left * ENLARGEMENT),
            round(top * ENLARGEMENT),
            max(round(left * ENLARGEMENT), round(right * ENLARGEMENT) - 1),
            max(round(top * ENLARGEMENT), round(bottom * ENLARGEMENT) - 1),
        )
