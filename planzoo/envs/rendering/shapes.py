"""Paints the shapes of a scene on a canvas."""

from __future__ import annotations

from planzoo.envs.rendering.canvas import Canvas, Type
from planzoo.envs.simulation.scene import Circle, Label, Line, Point, Polygon, Rectangle, Shape


def paint_shape(canvas: Canvas, shape: Shape, origin: Point, cell: float) -> None:
    """Paints a shape.

    Args:
        canvas: what to paint on.
        shape: in cells.
        origin: the pixel at which the first cell's upper left corner lies.
        cell: pixels of a cell.
    """

    def at(x: float, y: float) -> Point:
        return origin[0] + x * cell, origin[1] + y * cell

    match shape:
        case Rectangle():
            _paint_rectangle(canvas, shape, at(shape.x, shape.y), cell)
        case Circle():
            inner = shape.radius
            if shape.outline is not None:
                canvas.circle(at(shape.x, shape.y), shape.radius * cell, shape.outline)
                inner -= shape.outline_width
            canvas.circle(at(shape.x, shape.y), inner * cell, shape.colour)
        case Polygon():
            canvas.polygon([at(x, y) for x, y in shape.points], shape.colour)
        case Line():
            canvas.line([at(x, y) for x, y in shape.points], shape.colour, shape.width * cell)
        case Label():
            style = Type(shape.size * cell, shape.colour, shape.strong, "centre")
            canvas.text(at(shape.x, shape.y), shape.text, style)


def _paint_rectangle(canvas: Canvas, shape: Rectangle, corner: Point, cell: float) -> None:
    size = (shape.width * cell, shape.height * cell)
    if shape.outline is None:
        canvas.rectangle(corner, size, shape.colour, shape.corner * cell)
        return
    canvas.rectangle(corner, size, shape.outline, shape.corner * cell)
    line = shape.outline_width * cell
    inner = (corner[0] + line, corner[1] + line)
    canvas.rectangle(
        inner, (size[0] - 2 * line, size[1] - 2 * line), shape.colour, max(0.0, shape.corner * cell - line)
    )
