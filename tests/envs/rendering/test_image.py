"""Pictures show every shape in its place and colour, keep their size, and are the same each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.rendering.canvas import Frame
from planzoo.envs.rendering.image import render_image
from planzoo.envs.simulation.scene import Colour, Label, Palette, Panel, Rectangle, Scene, Text
from planzoo.errors import InputError
from tests.envs.rendering.samples import grid_scene, panel_scene

CELL = 40


def grid_corner(frame: Frame) -> tuple[int, int]:
    """Gives the first pixel (row, column) of the grid in a picture without a title."""
    rows, columns = np.nonzero((frame != Palette.PAPER).any(axis=2))
    return int(rows.min()), int(columns.min())


def pixel(frame: Frame, x: float, y: float) -> Colour:
    """Gives the colour at a place of the grid in cells."""
    top, left = grid_corner(frame)
    return Colour(*(int(channel) for channel in frame[top + round(y * CELL), left + round(x * CELL)]))


@pytest.fixture(scope="module")
def frame() -> Frame:
    return render_image(replace(grid_scene(), title=""), CELL)


def test_pictures_are_bytes_in_three_channels(frame: Frame) -> None:
    assert frame.dtype == np.uint8
    assert frame.ndim == 3 and frame.shape[2] == 3
    assert frame.flags.c_contiguous and frame.flags.writeable


@pytest.mark.parametrize(
    ("x", "y", "colour"),
    [
        (0.5, 0.03, Palette.INK),  # frame of the shelf
        (0.2, 0.5, Palette.ORANGE),
        (1.5, 1.5, Palette.BLUE),  # centre of the robot
        (1.5, 1.14, Palette.BLACK),  # its outline
        (1.05, 1.05, Palette.FLOOR),  # outside the disc
        (2.5, 1.5, Palette.GREEN),
        (2.0, 0.5, Palette.VERMILLION),
        (2.0, 0.75, Palette.FLOOR),
    ],
)
def test_shapes_stand_where_the_scene_says(frame: Frame, x: float, y: float, colour: Colour) -> None:
    assert pixel(frame, x, y) == colour


def test_labels_lie_above_shapes(frame: Frame) -> None:
    top, left = grid_corner(frame)
    middle = frame[top + CELL // 4 : top + 3 * CELL // 4, left + CELL // 4 : left + 3 * CELL // 4]
    assert (middle == Palette.INK).all(axis=2).any()
    shapes = tuple(shape for shape in grid_scene().shapes if not isinstance(shape, Label))
    plain = render_image(replace(grid_scene(), title="", shapes=shapes), CELL)
    assert not (
        plain[top + CELL // 4 : top + CELL // 2, left + CELL // 4 : left + CELL // 2] == Palette.INK
    ).any()


def test_the_title_stands_above_the_grid(frame: Frame) -> None:
    titled = render_image(grid_scene(), CELL)
    added = titled.shape[0] - frame.shape[0]
    assert added > 0
    assert (titled[:added] == Palette.INK).all(axis=2).any()
    top = grid_corner(frame)[0]
    assert np.array_equal(titled[top + added :], frame[top:])


def test_later_shapes_cover_earlier_ones() -> None:
    lower, upper = Rectangle(0, 0, 1, 1, Palette.BLUE), Rectangle(0, 0, 1, 1, Palette.ORANGE)
    frame = render_image(Scene("", 1, 1, (lower, upper)), CELL)
    assert (frame == Palette.ORANGE).all(axis=2).sum() == CELL * CELL
    assert not (frame == Palette.BLUE).all(axis=2).any()


def test_edges_are_smooth(frame: Frame) -> None:
    top, left = grid_corner(frame)
    robot = frame[top + CELL : top + 2 * CELL, left + CELL : left + 2 * CELL].reshape(-1, 3)
    pure = [Palette.BLUE, Palette.BLACK, Palette.FLOOR]
    blends = {tuple(colour) for colour in robot.tolist()} - {tuple(colour) for colour in pure}
    assert len(blends) >= 8


def test_the_same_scene_gives_the_same_bytes() -> None:
    assert render_image(grid_scene()).tobytes() == render_image(grid_scene()).tobytes()
    assert render_image(grid_scene(0)).tobytes() != render_image(grid_scene(1)).tobytes()


def test_larger_cells_make_a_larger_picture() -> None:
    small, large = render_image(grid_scene(), 20), render_image(grid_scene(), 40)
    assert large.shape[1] - small.shape[1] == 3 * 20


def test_the_default_cell_fits_a_screen() -> None:
    assert green_pixels(10, 20) == 360 * 720
    assert green_pixels(2, 2) == 128 * 128


def green_pixels(columns: int, rows: int, legible_cell: int = 24) -> int:
    """Counts the pixels of a grid that is green all over."""
    green = Rectangle(0, 0, columns, rows, Palette.GREEN)
    frame = render_image(Scene("", columns, rows, (green,), legible_cell=legible_cell))
    return int((frame == Palette.GREEN).all(axis=2).sum())


def test_cells_that_would_be_illegible_take_up_more_of_the_screen() -> None:
    assert green_pixels(60, 20) == 60 * 24 * 20 * 24
    assert green_pixels(60, 20, legible_cell=10) == 60 * 18 * 20 * 18
    assert green_pixels(10, 21, legible_cell=40) == 10 * 40 * 21 * 40


def test_no_grid_is_larger_than_a_large_screen() -> None:
    assert green_pixels(200, 30) == 200 * 8 * 30 * 8
    assert green_pixels(3000, 10) == 3000 * 10


def test_panels_for_terminals_are_left_out() -> None:
    one, other = Panel("One", (Text("a"),)), Panel("Other", (Text("b"),), medium="text")
    alone, both = (render_image(Scene("", 4, 4, panels=panels)) for panels in ((one,), (one, other)))
    assert np.array_equal(alone, both)
    picture = Panel("Other", (Text("b"),), medium="picture")
    assert render_image(Scene("", 4, 4, panels=(one, picture))).tobytes() != alone.tobytes()


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=300), st.floats(-1, 2))
def test_texts_and_bars_never_change_the_size(text: str, fraction: float) -> None:
    assert render_image(panel_scene(fraction, text)).shape == render_image(panel_scene()).shape


def filled(fraction: float) -> int:
    frame = render_image(panel_scene(fraction))
    return int((frame == Palette.BLUE).all(axis=2).sum())


def test_bars_are_as_long_as_their_fraction() -> None:
    full = filled(1.0)
    assert filled(0.5) == pytest.approx(full / 2, rel=0.05)
    assert filled(0.0) == 0
    assert filled(1.7) == full
    assert filled(-1.0) == 0


def test_a_highlighted_bar_stands_on_a_band() -> None:
    band = Palette.CARD.mixed(Palette.BLUE, 0.13)
    assert (render_image(panel_scene()) == band).all(axis=2).sum() > 1000


def test_panels_stand_beside_each_other_where_there_is_no_grid() -> None:
    one = Panel("One", (Text("a", lines=3),))
    single = render_image(Scene("", panels=(one,)))
    double = render_image(Scene("", panels=(one, one)))
    assert double.shape[0] == single.shape[0]
    assert double.shape[1] > 1.8 * single.shape[1]


def test_panels_without_a_grid_stand_in_two_columns() -> None:
    heights = {"tall": 8, "short": 2}
    tall, short = (Panel(name, (Text("a", lines=lines),)) for name, lines in heights.items())
    pair = render_image(Scene("", panels=(tall, short)))
    four = render_image(Scene("", panels=(tall, short, short, short)))
    assert four.shape[1] == pair.shape[1]
    assert four.shape[0] > pair.shape[0]


def test_panels_that_two_columns_cannot_hold_stand_in_more() -> None:
    tall = Panel("Tall", (Text("a", lines=12),))
    pair, six, nine = (render_image(Scene("", panels=(tall,) * count)).shape for count in (2, 4, 9))
    column = pair[1] / 2
    assert round(six[1] / column) == 2
    assert round(nine[1] / column) == 5
    assert nine[0] == six[0] < 1080
    huge = Panel("Huge", (Text("a", lines=60),))
    row = render_image(Scene("", panels=(huge, tall, huge, tall)))
    assert round(row.shape[1] / column) == 4


def test_panels_stand_under_each_other_beside_a_tall_grid() -> None:
    one = Panel("One", (Text("a", lines=3),))
    single = render_image(Scene("", 4, 9, panels=(one,)), 64)
    double = render_image(Scene("", 4, 9, panels=(one, one)), 64)
    assert double.shape == single.shape


def test_panels_beside_a_low_grid_stand_in_two_columns_while_they_fit_a_screen() -> None:
    one = Panel("One", (Text("a", lines=6),))
    widths = [render_image(Scene("", 9, 2, panels=(one,) * count), 64).shape[1] for count in (1, 2, 4, 8, 10)]
    column = widths[1] - widths[0]
    assert column > 200
    assert widths[2] == widths[3] == widths[1]
    assert widths[4] > widths[3] + column


@pytest.mark.parametrize("sizes", [(0, 16), (-3, 16), (10, 0)])
def test_sizes_are_positive(sizes: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="at least one pixel"):
        render_image(grid_scene(), *sizes)
