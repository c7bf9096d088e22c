"""Scenes hold what they are given, and refuse what no renderer could draw."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.simulation.scene import Bar, Circle, Colour, Gauge, Glyph, Palette, Panel, Scene, Text, body

COLOURS = {name: value for name, value in vars(Palette).items() if isinstance(value, Colour)}
bytes_ = st.integers(0, 255)
colours = st.builds(Colour, bytes_, bytes_, bytes_)


def luminance(colour: Colour) -> float:
    """Relative luminance, WCAG 2.1."""
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("text", [Palette.INK, Palette.MUTED])
@pytest.mark.parametrize("ground", [Palette.PAPER, Palette.CARD, Palette.FLOOR])
def test_text_is_readable_on_every_ground(text: Colour, ground: Colour) -> None:
    assert contrast(text, ground) >= 4.5


def test_palette_colours_are_distinct_and_in_range() -> None:
    assert len(COLOURS) >= 16
    assert all(0 <= channel <= 255 for colour in COLOURS.values() for channel in colour)
    named = [colour for name, colour in COLOURS.items() if name not in ("CARD", "FLOOR")]
    assert len(set(named)) == len(named)


@given(colours, colours, st.floats(0, 1))
def test_a_mixture_lies_between_its_colours(one: Colour, other: Colour, share: float) -> None:
    mixed = one.mixed(other, share)
    assert all(min(a, b) <= c <= max(a, b) for a, b, c in zip(one, other, mixed, strict=True))


@given(colours, colours)
def test_mixing_nothing_or_everything(one: Colour, other: Colour) -> None:
    assert one.mixed(other, 0.0) == one
    assert one.mixed(other, 1.0) == other


@pytest.mark.parametrize(
    ("heading", "direction"),
    [(0.0, (0, -1)), (0.5 * math.pi, (1, 0)), (math.pi, (0, 1)), (1.5 * math.pi, (-1, 0))],
)
def test_the_nose_points_ahead(heading: float, direction: tuple[int, int]) -> None:
    nose, disc = body((2.5, 3.5), heading, 0.3, Palette.BLUE)
    tip = nose.points[0]
    assert tip == pytest.approx((2.5 + 0.435 * direction[0], 3.5 + 0.435 * direction[1]))
    assert disc == Circle(2.5, 3.5, 0.3, Palette.BLUE)


@given(st.floats(0, 2 * math.pi), st.floats(0.05, 2))
def test_the_sides_of_the_nose_touch_the_disc(heading: float, radius: float) -> None:
    nose, _ = body((0.0, 0.0), heading, radius, Palette.BLUE)
    tip, *touches = nose.points
    for x, y in touches:
        assert math.hypot(x, y) == pytest.approx(radius)
        # A tangent is perpendicular to the radius where it touches.
        assert x * (tip[0] - x) + y * (tip[1] - y) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("character", ["", "ab"])
def test_a_glyph_is_one_character(character: str) -> None:
    with pytest.raises(ValueError, match="one character"):
        Glyph(0, 0, character)


@pytest.mark.parametrize("fraction", [math.nan, math.inf, -math.inf])
def test_a_bar_needs_a_finite_fraction(fraction: float) -> None:
    with pytest.raises(ValueError, match="'battery' needs a finite fraction"):
        Bar("battery", fraction, "?")


def test_a_text_takes_up_at_least_one_line() -> None:
    with pytest.raises(ValueError, match="at least one line, not 0"):
        Text("nothing", lines=0)


def test_scenes_are_values() -> None:
    def scene() -> Scene:
        return Scene("t", 2, 1, (Circle(0.5, 0.5, 0.4, Palette.BLUE),), panels=(Panel("p", (Text("x"),)),))

    assert scene() == scene()
    assert hash(scene()) == hash(scene())
    with pytest.raises(AttributeError):
        scene().title = "other"  # type: ignore[misc]


def test_a_scene_without_cells_has_no_grid() -> None:
    assert not Scene("panels only").has_grid
    assert Scene("grid", 1, 1).has_grid


@pytest.mark.parametrize("fraction", [float("nan"), float("inf")])
def test_gauges_need_finite_fractions(fraction: float) -> None:
    assert Gauge("no fraction").fraction is None
    with pytest.raises(ValueError, match="finite fraction"):
        Gauge("health", fraction)
