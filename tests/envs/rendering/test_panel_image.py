"""Panels measure what they paint, and wrap text at their width."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.rendering.canvas import Canvas, Frame, text_width
from planzoo.envs.rendering.panel_image import FILLING, PanelPainter, wrapped
from planzoo.envs.simulation.scene import (
    Bar,
    Circle,
    Field,
    Gauge,
    Gauges,
    Icon,
    Palette,
    Panel,
    Rectangle,
    Text,
)

ROWS = (Text("a text", lines=2), Field("label", "value", mark=Palette.GREEN), Bar("bar", 0.3, "30 %"))


def test_a_panel_paints_within_its_measure() -> None:
    painter, panel = PanelPainter(16), Panel("Title", ROWS)
    width, height = painter.width(panel), painter.height(panel)
    canvas = Canvas(width + 40, height + 40, Palette.YELLOW)
    painter.paint(canvas, panel, (20, 20))
    frame = canvas.finished()
    frame[20 : 20 + height, 20 : 20 + width] = Palette.YELLOW
    assert (frame == Palette.YELLOW).all()


def test_every_row_adds_its_height() -> None:
    painter = PanelPainter(20)
    heights = [painter.height(Panel("Title", ROWS[:count])) for count in range(4)]
    assert [after - before for before, after in pairwise(heights)] == [62, 31, 31]
    assert painter.height(Panel("", ())) == 2 * painter.padding


def test_a_mark_is_painted_in_its_colour() -> None:
    painter, panel = PanelPainter(16), Panel("", (Field("robot", mark=Palette.GREEN),))
    canvas = Canvas(painter.width(panel), painter.height(panel), Palette.PAPER)
    painter.paint(canvas, panel, (0, 0))
    marked = (canvas.finished() == Palette.GREEN).all(axis=2).sum()
    assert marked == pytest.approx((0.8 * 16) ** 2, rel=0.2)


def test_an_icon_is_drawn_in_its_square() -> None:
    icon = Icon((Rectangle(0, 0, 1, 1, Palette.GREEN), Circle(0.5, 0.5, 0.25, Palette.BLUE)))
    painter, panel = PanelPainter(20), Panel("", (Field("robot", mark=icon),))
    canvas = Canvas(painter.width(panel), painter.height(panel), Palette.PAPER)
    painter.paint(canvas, panel, (0, 0))
    frame = canvas.finished()
    green, blue = ((frame == colour).all(axis=2) for colour in (Palette.GREEN, Palette.BLUE))
    assert (green | blue).sum() == pytest.approx(28**2, rel=0.1)
    assert blue.sum() == pytest.approx(math.pi * 7**2, rel=0.2)
    rows, columns = np.nonzero(green)
    assert (columns.min(), rows.min()) == (18, 20)
    assert np.abs(np.array([np.ptp(rows), np.ptp(columns)]) - 27).max() <= 1


WORDS = st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=12), max_size=20).map(" ".join)


@given(WORDS, st.integers(1, 4), st.floats(40, 400))
def test_wrapped_lines_fit(text: str, lines: int, width: float) -> None:
    result = wrapped(text, lines, 16, width)
    assert len(result) <= lines
    assert all(text_width(line, 16) <= width for line in result)
    if not any(line.endswith("…") for line in result):
        assert " ".join(result) == text


def test_text_breaks_between_words() -> None:
    assert wrapped("one two three", 3, 16, text_width("one two", 16) + 1) == ["one two", "three"]
    assert wrapped("", 2, 16, 100) == []


def painted(row: Gauges) -> Frame:
    """A panel of one row."""
    painter, panel = PanelPainter(20), Panel("", (row,))
    canvas = Canvas(painter.width(panel), painter.height(panel), Palette.PAPER)
    painter.paint(canvas, panel, (0, 0))
    return canvas.finished()


@pytest.mark.parametrize(("fraction", "filled"), [(0.0, 0.0), (0.25, 0.25), (1.0, 1.0), (1.7, 1.0)])
def test_a_gauge_is_filled_so_far(fraction: float, filled: float) -> None:
    fill, ground = Palette.CARD.mixed(Palette.GREEN, FILLING), Palette.RULE.mixed(Palette.CARD, 0.4)
    frame = painted(Gauges("needs", (Gauge("", fraction, Palette.GREEN), Gauge("", 0.0))))
    row = frame[frame.shape[0] // 2]
    green, grey = ((row == colour).all(axis=1) for colour in (fill, ground))
    half = (green | grey).sum() / 2
    assert green.sum() / half == pytest.approx(filled, abs=0.05)


def test_headings_of_gauges_are_text_alone() -> None:
    shapes = painted(Gauges("", (Gauge("health"),)))
    assert not (shapes == Palette.RULE.mixed(Palette.CARD, 0.4)).all(axis=2).any()
    assert (shapes == Palette.MUTED).all(axis=2).any()
