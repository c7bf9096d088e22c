"""Every symbol stays near its square and has a shape of its own."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.rendering.image import render_image
from planzoo.envs.simulation.scene import (
    Circle,
    Label,
    Line,
    Palette,
    Point,
    Polygon,
    Rectangle,
    Scene,
    Shape,
    body,
)
from planzoo.envs.warehouse import scene_marks
from planzoo.envs.warehouse.scene_marks import Shapes

SYMBOLS: dict[str, Callable[[Point, float], Shapes]] = {
    "bolt": scene_marks.bolt,
    "wrench": lambda place, size: scene_marks.wrench(place, size, Palette.CARD),
    "weight": scene_marks.weight,
    "broken": scene_marks.broken,
    "dry": scene_marks.dry,
    "blind": scene_marks.blind,
    "waiting": scene_marks.waiting,
    "stuck": scene_marks.stuck,
    "charging": scene_marks.charging,
    "gauge": lambda place, size: scene_marks.gauge(place, size, 0.5),
}


def corners(shape: Shape) -> list[Point]:
    """Gives points that enclose a shape, labels aside."""
    match shape:
        case Rectangle():
            return [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
        case Circle():
            return [
                (shape.x - shape.radius, shape.y - shape.radius),
                (shape.x + shape.radius, shape.y + shape.radius),
            ]
        case Polygon() | Line():
            return list(shape.points)
        case Label():
            return [(shape.x, shape.y)]


@pytest.mark.parametrize("name", SYMBOLS)
def test_symbols_stay_near_their_square(name: str) -> None:
    points = [point for shape in SYMBOLS[name]((3.0, 5.0), 0.5) for point in corners(shape)]
    assert all(2.95 <= x <= 3.55 and 4.95 <= y <= 5.55 for x, y in points)


@pytest.mark.parametrize("name", SYMBOLS)
def test_symbols_move_and_grow_with_their_place(name: str) -> None:
    at_origin = [point for shape in SYMBOLS[name]((0.0, 0.0), 1.0) for point in corners(shape)]
    moved = [point for shape in SYMBOLS[name]((2.0, 1.0), 0.5) for point in corners(shape)]
    assert np.allclose(0.5 * np.array(at_origin) + [2.0, 1.0], moved)


def test_no_two_symbols_are_alike_without_their_colours() -> None:
    def grey(name: str) -> NDArray[np.float64]:
        frame = render_image(Scene("", 1, 1, SYMBOLS[name]((0.0, 0.0), 1.0)), 24)
        return frame[22:46, 22:46].mean(axis=2)

    pictures = {name: grey(name) for name in SYMBOLS}
    for one, other in combinations(SYMBOLS, 2):
        assert np.abs(pictures[one] - pictures[other]).mean() > 20, (one, other)


@pytest.mark.parametrize(
    ("fraction", "colour"), [(1.0, Palette.GREEN), (0.4, Palette.ORANGE), (0.1, Palette.VERMILLION)]
)
def test_a_gauge_is_as_long_as_its_fraction(fraction: float, colour: object) -> None:
    frame, filled = scene_marks.gauge((0.0, 0.0), 1.0, fraction)
    assert isinstance(frame, Rectangle) and isinstance(filled, Rectangle)
    assert filled.width == pytest.approx(0.93 * fraction)
    assert filled.colour == colour
    assert frame.width == 1.0


@pytest.mark.parametrize(("fraction", "turn"), [(1.0, 2 * math.pi), (0.5, math.pi), (0.25, 0.5 * math.pi)])
def test_a_clock_shows_what_is_left(fraction: float, turn: float) -> None:
    (ring,) = scene_marks.clock((1.0, 1.0), 0.4, fraction)
    assert isinstance(ring, Line)
    assert ring.points[0] == pytest.approx((1.0, 0.6))
    assert ring.points[-1] == pytest.approx((1 + 0.4 * math.sin(turn), 1 - 0.4 * math.cos(turn)))
    assert all(math.hypot(x - 1, y - 1) == pytest.approx(0.4) for x, y in ring.points)


def test_a_clock_that_has_run_down_shows_nothing() -> None:
    assert scene_marks.clock((0.0, 0.0), 1.0, 0.0) == ()


def test_a_speech_bubble_holds_its_bits() -> None:
    short, long = (scene_marks.speech((0.0, 1.0), 0.3, text) for text in ("01", "011010"))
    assert [shape.text for shape in (*short, *long) if isinstance(shape, Label)] == ["01", "011010"]
    widths = [shape.width for shape in (*short, *long) if isinstance(shape, Rectangle)]
    assert widths[1] > 2 * widths[0]


def test_a_barrier_covers_its_cell_with_stripes() -> None:
    ground, *stripes = scene_marks.barrier(2, 3)
    assert isinstance(ground, Rectangle)
    assert (ground.x, ground.y, ground.colour) == (3.06, 2.06, Palette.YELLOW)
    assert len(stripes) == 4
    points = [point for stripe in stripes for point in corners(stripe)]
    assert all(3.06 - 1e-9 <= x <= 3.94 + 1e-9 and 2.06 - 1e-9 <= y <= 2.94 + 1e-9 for x, y in points)


@pytest.mark.parametrize("quarter", range(4))
def test_a_square_body_looks_where_a_round_one_does(quarter: int) -> None:
    heading = quarter * 0.5 * math.pi
    round_nose, _ = body((1.5, 2.5), heading, 0.3, Palette.BLUE)
    nose, block = scene_marks.square_body((1.5, 2.5), heading, 0.3, Palette.BLUE)
    assert nose.points[0] == pytest.approx(round_nose.points[0])
    assert block.width == block.height == pytest.approx(0.564)
    assert (block.x + 0.5 * block.width, block.y + 0.5 * block.height) == pytest.approx((1.5, 2.5))
