"""Draws scenes in characters: the grid on the left, the panels one under another beside it."""

from __future__ import annotations

import textwrap
from itertools import zip_longest

from planzoo.envs.simulation.scene import (
    Bar,
    Colour,
    Field,
    Gauge,
    Gauges,
    Glyph,
    Palette,
    Panel,
    Row,
    Scene,
    Text,
)

BAR_COLUMNS, VALUE_COLUMNS = 12, 9
"""Widths of a bar and of the value behind it, in characters."""
GAUGES_LABEL, WIDEST_GAUGE = 8, 9
"""Columns that a row of gauges leaves for its label, and of a gauge, of which only the value is shown."""
FULL, EMPTY, MARK = "█", "░", "■"
_EIGHTHS = "▏▎▍▌▋▊▉"


def render_text(scene: Scene, colour: bool = False) -> str:
    """Draws a scene for a terminal.

    Args:
        scene: what to draw.
        colour: whether to use ANSI escape sequences (24-bit colours and bold type).

    Returns:
        Lines without trailing blanks, joined by newlines.
    """
    pen = _Pen(colour)
    shown = [panel for panel in scene.panels if panel.medium != "picture"]
    panels = [line for panel in shown for line in (*_panel_lines(panel, pen), "")]
    body = _beside(_grid_lines(scene, pen), 2 * scene.width - 1, panels) if scene.has_grid else panels
    head = [pen.write(scene.title, strong=True), ""] if scene.title else []
    return "\n".join(line.rstrip() for line in (*head, *body)).rstrip("\n")


class _Pen:
    """Writes text with or without colours."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def write(self, text: str, colour: Colour | None = None, strong: bool = False) -> str:
        """Wraps text into escape sequences; ink is left to the terminal, whose background may be dark."""
        codes = ["1"] if strong else []
        if colour is not None and colour != Palette.INK:
            codes.append(f"38;2;{colour.red};{colour.green};{colour.blue}")
        if not self.colour or not codes or not text:
            return text
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m"


def _grid_lines(scene: Scene, pen: _Pen) -> list[str]:
    cells: dict[tuple[int, int], Glyph] = {(glyph.row, glyph.column): glyph for glyph in scene.glyphs}
    return [
        " ".join(_cell(cells.get((row, column)), pen) for column in range(scene.width))
        for row in range(scene.height)
    ]


def _cell(glyph: Glyph | None, pen: _Pen) -> str:
    return " " if glyph is None else pen.write(glyph.character, glyph.colour, glyph.strong)


def _beside(left: list[str], width: int, right: list[str]) -> list[str]:
    """Puts lines beside lines that show ``width`` characters each, escape sequences not counted."""
    left = left + [" " * width] * (len(right) - len(left))
    return [f"{line}   {other}" for line, other in zip_longest(left, right, fillvalue="")]


def _panel_lines(panel: Panel, pen: _Pen) -> list[str]:
    head = [pen.write(panel.title, Palette.MUTED, strong=True)] if panel.title else []
    return [*head, *(line for row in panel.rows for line in _row_lines(row, panel.columns, pen))]


def _row_lines(row: Row, columns: int, pen: _Pen) -> list[str]:
    match row:
        case Text():
            lines = textwrap.wrap(row.text, columns, max_lines=row.lines, placeholder="…")
            lines += [""] * (row.lines - len(lines))
            return [pen.write(line, row.colour, row.strong) for line in lines]
        case Field():
            return [_field_line(row, columns, pen)]
        case Bar():
            return [_bar_line(row, columns, pen)]
        case Gauges():
            return [_gauges_line(row, columns, pen)]


def _field_line(row: Field, columns: int, pen: _Pen) -> str:
    mark = pen.write(MARK, row.mark) + " " if isinstance(row.mark, Colour) else ""
    room = columns - (2 if mark else 0)
    value = _shortened(row.value, room)
    label = _shortened(row.label, max(0, room - len(value) - 1)).ljust(room - len(value))
    return mark + label + pen.write(value, row.colour, row.strong)


def _bar_line(row: Bar, columns: int, pen: _Pen) -> str:
    room = max(1, columns - BAR_COLUMNS - VALUE_COLUMNS - 2)
    label = _shortened(row.label, room).ljust(room)
    eighths = round(8 * BAR_COLUMNS * min(1.0, max(0.0, row.fraction)))
    filled = FULL * (eighths // 8) + (_EIGHTHS[eighths % 8 - 1] if eighths % 8 else "")
    rest = EMPTY * (BAR_COLUMNS - len(filled))
    value = pen.write(_shortened(row.value, VALUE_COLUMNS).rjust(VALUE_COLUMNS), strong=row.highlighted)
    return f"{pen.write(label, strong=row.highlighted)} {pen.write(filled, row.colour)}{rest} {value}"


def _gauges_line(row: Gauges, columns: int, pen: _Pen) -> str:
    mark = pen.write(MARK, row.mark) + " " if isinstance(row.mark, Colour) else ""
    width = min(WIDEST_GAUGE, max(1, (columns - GAUGES_LABEL) // max(1, len(row.gauges)) - 1))
    cells = "".join(" " + _gauge_cell(gauge, width, pen) for gauge in row.gauges)
    room = max(0, columns - (width + 1) * len(row.gauges) - (2 if mark else 0))
    return mark + pen.write(_shortened(row.label, room).ljust(room), row.colour) + cells


def _gauge_cell(gauge: Gauge, width: int, pen: _Pen) -> str:
    value = _shortened(gauge.value, width).rjust(width)
    return pen.write(value, Palette.MUTED if gauge.fraction is None else gauge.colour)


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"[:width]
