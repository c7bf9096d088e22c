"""The canvas draws in pixels; its text fits and keeps to the font's characters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.rendering.canvas import Canvas, Type, drawable, shortened, text_width
from planzoo.envs.simulation.scene import Palette


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Robot 1 · 3 ± 1 …", "Robot 1 · 3 ± 1 …"),
        ("café über", "cafe uber"),
        ("a → b", "a > b"),
        ("x ≥ 2 × −1", "x >= 2 x -1"),
        ("病", "?"),
        ("two\nlines\t\x00", "two lines  "),
    ],
)
def test_text_is_rewritten_for_the_built_in_font(text: str, expected: str) -> None:
    assert drawable(text) == expected


@given(st.text(max_size=60))
def test_rewritten_text_needs_no_second_pass(text: str) -> None:
    assert drawable(drawable(text)) == drawable(text)


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=60), st.floats(0, 300))
def test_shortened_text_fits_or_is_an_ellipsis(text: str, width: float) -> None:
    short = shortened(text, 16, width)
    assert text_width(short, 16) <= width or short == "…"
    if text_width(text, 16) <= width:
        assert short == text
    else:
        assert short.endswith("…") and text.startswith(short[:-1])


def test_a_rectangle_fills_exactly_its_pixels() -> None:
    canvas = Canvas(20, 10, Palette.CARD)
    canvas.rectangle((3, 2), (5, 4), Palette.BLUE)
    frame = canvas.finished()
    assert frame.shape == (10, 20, 3)
    assert (frame[2:6, 3:8] == Palette.BLUE).all()
    assert (frame == Palette.BLUE).all(axis=2).sum() == 20


def test_shapes_without_extent_leave_no_mark() -> None:
    canvas = Canvas(9, 9, Palette.CARD)
    canvas.rectangle((3, 3), (0, 4), Palette.BLUE)
    canvas.rectangle((3, 3), (4, -1), Palette.BLUE)
    canvas.circle((4, 4), 0.0, Palette.BLUE)
    assert (canvas.finished() == Palette.CARD).all()


@pytest.mark.parametrize(
    ("anchor", "first", "last"), [("left", 50, 99), ("centre", 30, 70), ("right", 0, 50)]
)
def test_text_keeps_to_the_side_of_its_anchor(anchor: str, first: int, last: int) -> None:
    canvas = Canvas(100, 30, Palette.CARD)
    canvas.text((50, 15), "HHH", Type(16, Palette.INK, anchor=anchor))  # type: ignore[arg-type]
    columns = np.nonzero((canvas.finished() != Palette.CARD).any(axis=(0, 2)))[0]
    assert columns.min() >= first - 1 and columns.max() <= last + 1


@pytest.mark.parametrize("height", [15, 15.25, 15.5, 15.75])
def test_plain_and_strong_text_keep_one_baseline(height: float) -> None:
    def lowest(strong: bool) -> int:
        canvas = Canvas(60, 30, Palette.CARD)
        canvas.text((5, height), "HHH", Type(16, Palette.BLACK, strong))
        return int(np.nonzero((canvas.finished() < 128).any(axis=(1, 2)))[0].max())

    assert lowest(True) == lowest(False)


def test_strong_type_is_darker() -> None:
    def darkness(strong: bool) -> int:
        canvas = Canvas(100, 30, Palette.CARD)
        canvas.text((5, 15), "Deliveries", Type(16, Palette.INK, strong))
        return int((255 - canvas.finished().astype(int)).sum())

    assert darkness(True) > 1.15 * darkness(False)
