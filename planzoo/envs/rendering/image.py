"""Draws scenes as pictures: the grid on the left, panels in columns beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from planzoo.envs.rendering.canvas import Canvas, Frame, Type, shortened
from planzoo.envs.rendering.panel_image import PanelPainter
from planzoo.envs.rendering.shapes import paint_shape
from planzoo.envs.simulation.scene import Palette, Scene
from planzoo.errors import InputError

GRID_SPACE, LARGE_SPACE = (1080, 720), (1600, 960)
"""Pixels that a grid should not exceed, and those that it may take up where its cells would be illegible."""
LARGEST_CELL = 64
"""Pixels of the largest cell chosen by default."""
OVERHANG = 1.25
"""A column of panels may be so much higher than the grid before another column begins."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand, in pixels: the panels' left upper corners, and the size of the whole picture."""

    cell: int
    margin: int
    top: int
    corners: tuple[tuple[int, int], ...]
    width: int
    height: int


def render_image(scene: Scene, cell_pixels: int | None = None, text_pixels: int = 16) -> Frame:
    """Draws a scene; the same scene always gives the same bytes.

    Args:
        scene: what to draw.
        cell_pixels: side of a grid cell; None chooses one so that the picture fits a common screen.
        text_pixels: height of the text in panels.

    Returns:
        uint8 (height, width, 3).

    Raises:
        InputError: a size is not positive.
    """
    cell = _default_cell(scene) if cell_pixels is None else cell_pixels
    if cell < 1 or text_pixels < 1:
        raise InputError(
            f"A picture needs cells and text of at least one pixel, not cell_pixels={cell} and "
            f"text_pixels={text_pixels}; leave them out for a size that fits the screen."
        )
    scene = replace(scene, panels=tuple(panel for panel in scene.panels if panel.medium != "text"))
    painter = PanelPainter(text_pixels)
    layout = _layout(scene, cell, text_pixels, painter)
    canvas = Canvas(layout.width, layout.height, Palette.PAPER)
    size = 1.3 * text_pixels
    title = shortened(scene.title, size, layout.width - 2 * layout.margin)
    canvas.text((layout.margin, layout.margin + 0.6 * size), title, Type(size, Palette.INK, strong=True))
    for shape in scene.shapes if scene.has_grid else ():
        paint_shape(canvas, shape, (layout.margin, layout.top), layout.cell)
    for panel, corner in zip(scene.panels, layout.corners, strict=True):
        painter.paint(canvas, panel, corner)
    return canvas.finished()


def _default_cell(scene: Scene) -> int:
    if not scene.has_grid:
        return LARGEST_CELL
    comfortable, largest = (
        min(space[0] // scene.width, space[1] // scene.height) for space in (GRID_SPACE, LARGE_SPACE)
    )
    return max(1, min(LARGEST_CELL, max(comfortable, min(scene.legible_cell, largest))))


def _layout(scene: Scene, cell: int, text_pixels: int, painter: PanelPainter) -> _Layout:
    margin, gap = round(1.4 * text_pixels), text_pixels
    top = margin + (round(2.4 * text_pixels) if scene.title else 0)
    grid_width, grid_height = (scene.width * cell, scene.height * cell) if scene.has_grid else (0, 0)
    heights = [painter.height(panel) for panel in scene.panels]
    room = _room(heights, gap, grid_height)
    left = margin + (grid_width + round(1.4 * text_pixels) if scene.has_grid else 0)
    corners: list[tuple[int, int]] = []
    right, bottom, column_width, y = margin + grid_width, top + grid_height, 0, top
    for panel, height in zip(scene.panels, heights, strict=True):
        if y > top and y + height > top + room:
            left, y, column_width = left + column_width + gap, top, 0
        corners.append((left, y))
        column_width = max(column_width, painter.width(panel))
        right, bottom = max(right, left + column_width), max(bottom, y + height)
        y += height + gap
    return _Layout(cell, margin, top, tuple(corners), right + margin, bottom + margin)


def _room(heights: list[int], gap: int, grid_height: int) -> float:
    """Gives how high a column of panels may be: as the grid, or as two columns need if a screen has room."""
    if grid_height == 0:
        return _screenful(heights, gap)
    room = max([OVERHANG * grid_height, *heights])
    two_columns = _least_height(heights, gap, columns=2)
    return max(room, two_columns) if two_columns <= LARGE_SPACE[1] else room


def _screenful(heights: list[int], gap: int) -> int:
    """Gives the height of panels in two columns, or in as many as it takes for them to fit a screen."""
    for columns in range(2, len(heights)):
        height = _least_height(heights, gap, columns)
        if height <= LARGE_SPACE[1]:
            return height
    return max(heights, default=0)


def _least_height(heights: list[int], gap: int, columns: int) -> int:
    """Gives the least height in which panels, kept in order, stand in so many columns."""
    count = len(heights)
    runs = {sum(heights[a:b]) + gap * (b - a - 1) for a in range(count) for b in range(a + 1, count + 1)}
    enough = (run for run in sorted(runs) if _columns_needed(heights, gap, run) <= columns)
    return next(enough, 0)


def _columns_needed(heights: list[int], gap: int, room: int) -> float:
    if max(heights) > room:
        return math.inf
    columns, left = 1, room
    for height in heights:
        if height > left:
            columns, left = columns + 1, room
        left -= height + gap
    return columns
