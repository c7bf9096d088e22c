"""Draws panels as cards: a title, and rows of text, values and bars under it."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.envs.rendering.canvas import Canvas, Type, shortened, text_width
from planzoo.envs.rendering.shapes import paint_shape
from planzoo.envs.simulation.scene import (
    Bar,
    Colour,
    Field,
    Gauge,
    Gauges,
    Icon,
    Palette,
    Panel,
    Point,
    Row,
    Text,
)

CHARACTER_WIDTH = 0.52
"""Average width of a character, as share of the text height."""
ICON_SIZE = 1.4
"""Side of an icon's cell, as share of the text height."""
LABEL_SHARE, VALUE_SHARE = 0.4, 0.17
"""Shares of a bar row that its label and its value take; the bar has the rest."""
GAUGES_SHARE = 0.66
"""Share of a row of gauges that the gauges take."""
FILLING = 0.45
"""How much of its colour the filled part of a gauge has, on which text stands."""


@dataclass(frozen=True, slots=True)
class PanelPainter:
    """Measures and paints panels whose text is ``text_pixels`` high."""

    text_pixels: int

    @property
    def padding(self) -> int:
        """Pixels between a card's edge and what it holds."""
        return round(0.9 * self.text_pixels)

    def width(self, panel: Panel) -> int:
        """Pixels that the panel is wide."""
        return round(panel.columns * CHARACTER_WIDTH * self.text_pixels) + 2 * self.padding

    def height(self, panel: Panel) -> int:
        """Pixels that the panel is high, whatever its texts say."""
        rows = sum(self._row_height(row) for row in panel.rows)
        return 2 * self.padding + self._title_height(panel) + rows

    def paint(self, canvas: Canvas, panel: Panel, corner: tuple[int, int]) -> None:
        """Paints the panel with its upper left corner at the given pixel."""
        (x, y), width, height = corner, self.width(panel), self.height(panel)
        radius = 0.5 * self.text_pixels
        canvas.rectangle((x, y), (width, height), Palette.RULE, radius)
        canvas.rectangle((x + 1, y + 1), (width - 2, height - 2), Palette.CARD, radius - 1)
        left, inner = x + self.padding, width - 2 * self.padding
        top = y + self.padding
        if panel.title:
            style = Type(0.95 * self.text_pixels, Palette.MUTED, strong=True)
            canvas.text((left, top + 0.5 * self.text_pixels), panel.title, style)
        top += self._title_height(panel)
        for row in panel.rows:
            self._paint_row(canvas, row, (left, top), inner)
            top += self._row_height(row)

    def _title_height(self, panel: Panel) -> int:
        return round(1.7 * self.text_pixels) if panel.title else 0

    def _row_height(self, row: Row) -> int:
        line = round(1.55 * self.text_pixels)
        return line * row.lines if isinstance(row, Text) else line

    def _paint_row(self, canvas: Canvas, row: Row, corner: Point, width: float) -> None:
        match row:
            case Text():
                self._paint_text(canvas, row, corner, width)
            case Field():
                self._paint_field(canvas, row, corner, width)
            case Bar():
                self._paint_bar(canvas, row, corner, width)
            case Gauges():
                self._paint_gauges(canvas, row, corner, width)

    def _type(self, colour: Colour, strong: bool = False) -> Type:
        return Type(self.text_pixels, colour, strong)

    def _paint_text(self, canvas: Canvas, row: Text, corner: Point, width: float) -> None:
        size, step = self.text_pixels, round(1.55 * self.text_pixels)
        for index, line in enumerate(wrapped(row.text, row.lines, size, width)):
            middle = corner[1] + (index + 0.5) * step
            canvas.text((corner[0], middle), line, self._type(row.colour, row.strong))

    def _paint_field(self, canvas: Canvas, row: Field, corner: Point, width: float) -> None:
        size, middle, x = self.text_pixels, corner[1] + 0.5 * self._row_height(row), corner[0]
        if row.mark is not None:
            indent = self._paint_mark(canvas, row.mark, (x, middle))
            x, width = x + indent, width - indent
        value = shortened(row.value, size, width)
        value_width = text_width(value, size)
        label = shortened(row.label, size, max(0.0, width - value_width - 0.6 * size))
        canvas.text((x, middle), label, self._type(Palette.INK if not row.value else Palette.MUTED))
        style = Type(size, row.colour, row.strong, "right")
        canvas.text((x + width, middle), value, style)

    def _paint_mark(self, canvas: Canvas, mark: Colour | Icon, place: Point) -> float:
        """Paints a mark right of a place, at its height, and gives how much room it takes."""
        size, (x, middle) = self.text_pixels, place
        if isinstance(mark, Colour):
            canvas.rectangle((x, middle - 0.4 * size), (0.8 * size, 0.8 * size), mark, 0.2 * size)
            return 1.25 * size
        cell = ICON_SIZE * size
        for shape in mark.shapes:
            paint_shape(canvas, shape, (x, middle - 0.5 * cell), cell)
        return cell + 0.5 * size

    def _paint_bar(self, canvas: Canvas, row: Bar, corner: Point, width: float) -> None:
        size, height = self.text_pixels, self._row_height(row)
        middle, x = corner[1] + 0.5 * height, corner[0]
        if row.highlighted:
            band = Palette.CARD.mixed(row.colour, 0.13)
            canvas.rectangle((x - 0.4 * size, corner[1]), (width + 0.8 * size, height), band, 0.3 * size)
        label_width, value_width = LABEL_SHARE * width, VALUE_SHARE * width
        label = shortened(row.label, size, label_width - 0.5 * size)
        canvas.text((x, middle), label, self._type(Palette.INK, row.highlighted))
        bar = (width - label_width - value_width, 0.6 * size)
        start = (x + label_width, middle - 0.3 * size)
        filled = bar[0] * min(1.0, max(0.0, row.fraction))
        canvas.rectangle(start, bar, Palette.RULE, 0.15 * size)
        canvas.rectangle(start, (filled, bar[1]), row.colour, 0.15 * size)
        style = Type(size, Palette.INK, row.highlighted, "right")
        canvas.text((x + width, middle), shortened(row.value, size, value_width), style)

    def _paint_gauges(self, canvas: Canvas, row: Gauges, corner: Point, width: float) -> None:
        size, x, room = self.text_pixels, corner[0], (1 - GAUGES_SHARE) * width
        middle, indent = corner[1] + 0.5 * self._row_height(row), 0.0
        if row.mark is not None:
            indent = self._paint_mark(canvas, row.mark, (x, middle))
        label = shortened(row.label, size, room - indent - 0.3 * size)
        canvas.text((x + indent, middle), label, self._type(row.colour))
        step = GAUGES_SHARE * width / max(1, len(row.gauges))
        for place, gauge in enumerate(row.gauges):
            self._paint_gauge(canvas, gauge, (x + room + place * step, middle), step - 0.3 * size)

    def _paint_gauge(self, canvas: Canvas, gauge: Gauge, place: Point, width: float) -> None:
        size, (x, middle) = self.text_pixels, place
        corner, height, letters = (x, middle - 0.6 * size), 1.2 * size, 0.85 * size
        if gauge.fraction is not None:
            filled = width * min(1.0, max(0.0, gauge.fraction))
            canvas.rectangle(corner, (width, height), Palette.RULE.mixed(Palette.CARD, 0.4))
            canvas.rectangle(corner, (filled, height), Palette.CARD.mixed(gauge.colour, FILLING))
        style = Type(letters, Palette.MUTED if gauge.fraction is None else Palette.INK, anchor="centre")
        canvas.text((x + 0.5 * width, middle), shortened(gauge.value, letters, width), style)


def wrapped(text: str, lines: int, size: float, width: float) -> list[str]:
    """Breaks text into at most ``lines`` lines of ``width`` pixels; what does not fit ends in an ellipsis."""
    result: list[str] = []
    words = text.split()
    while words and len(result) < lines - 1:
        count = 1
        while count < len(words) and text_width(" ".join(words[: count + 1]), size) <= width:
            count += 1
        result.append(shortened(" ".join(words[:count]), size, width))
        words = words[count:]
    return [*result, shortened(" ".join(words), size, width)] if words and lines > 0 else result
