"""Shapes are painted where their cells lie, in any size."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.rendering.canvas import Canvas, Frame
from planzoo.envs.rendering.shapes import paint_shape
from planzoo.envs.simulation.scene import Circle, Label, Line, Palette, Polygon, Rectangle, Shape


def painted(shape: Shape, origin: tuple[float, float] = (10, 20), cell: float = 30) -> Frame:
    canvas = Canvas(200, 200, Palette.CARD)
    paint_shape(canvas, shape, origin, cell)
    return canvas.finished()


def box(frame: Frame) -> tuple[int, int, int, int]:
    """Gives the left, top, right and bottom pixel that is not white."""
    rows, columns = np.nonzero((frame != Palette.CARD).any(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (Rectangle(1, 2, 3, 1, Palette.BLUE), (40, 80, 129, 109)),
        (Circle(2, 2, 1, Palette.BLUE), (40, 50, 99, 109)),
        (Polygon(((0, 0), (1, 0), (1, 1), (0, 1)), Palette.BLUE), (10, 20, 40, 50)),
        (Line(((1, 1), (3, 1)), Palette.BLUE, 0.2), (37, 47, 102, 52)),
    ],
)
def test_shapes_lie_where_their_cells_are(shape: Shape, expected: tuple[int, int, int, int]) -> None:
    assert np.abs(np.subtract(box(painted(shape)), expected)).max() <= 1


def test_outlines_lie_inside() -> None:
    plain = Rectangle(1, 1, 2, 2, Palette.BLUE)
    lined = Rectangle(1, 1, 2, 2, Palette.BLUE, outline=Palette.INK, outline_width=0.2)
    assert box(painted(plain)) == box(painted(lined))
    assert (painted(lined) == Palette.BLUE).all(axis=2).sum() == (60 - 12) ** 2
    ring = painted(Circle(2, 2, 1, Palette.BLUE, Palette.INK, 0.5))
    assert tuple(ring[80, 70]) == Palette.BLUE
    assert tuple(ring[80, 45]) == Palette.INK


def test_labels_are_centred() -> None:
    left, top, right, bottom = box(painted(Label(2, 2, "88", 1.0, Palette.INK)))
    assert (left + right) / 2 == pytest.approx(70, abs=1.5)
    assert (top + bottom) / 2 == pytest.approx(80, abs=2)


def test_larger_cells_make_larger_shapes() -> None:
    left, top, right, bottom = box(painted(Rectangle(0, 0, 2, 1, Palette.BLUE), (0, 0), 50))
    assert (left, top, right, bottom) == (0, 0, 99, 49)
