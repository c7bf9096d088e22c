"""The hall shows each kind of cell, and shelves what is asked of them."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.simulation.scene import Circle, Label, Line, Palette, Polygon, Rectangle, Shape
from planzoo.envs.warehouse import scene_marks
from planzoo.envs.warehouse.scene_floor import HOME, floor, standing_shelf, standing_shelves
from planzoo.envs.warehouse.scene_style import REQUESTED, SHELF, STATION, URGENT_REQUEST, Style
from planzoo.envs.warehouse.scene_things import Order, Shelf
from planzoo.envs.warehouse.state import BLOCKED_CELL
from tests.envs.warehouse.stage import cell, load, of_type, order, staged, view

NEAR, FAR = Style(), Style(near=False, shelf_number=0.0)


def squares(shapes: list[Shape], colour: object) -> list[tuple[int, int]]:
    """Gives the (row, column) of the rectangles of a colour, or outlined in it."""
    found = [shape for shape in of_type(shapes, Rectangle) if colour in (shape.colour, shape.outline)]
    return [(int(shape.y), int(shape.x)) for shape in found]


def test_walls_and_workstations_stand_in_their_cells() -> None:
    shapes = list(floor(view(staged()), NEAR))
    assert squares(shapes, Palette.WALL) == [(0, 0)]
    assert squares(shapes, STATION) == [(3, 4)]


def test_storage_shows_where_its_shelf_is_away() -> None:
    simulator = staged()
    assert squares(list(floor(view(simulator), NEAR)), HOME) == []
    load(simulator, 0, 2)
    assert squares(list(floor(view(simulator), NEAR)), HOME) == [(2, 2)]
    assert len(list(standing_shelves(view(simulator), NEAR))) == 5


def test_chargers_and_cribs_are_marked_only_where_they_are_used() -> None:
    plain = list(floor(view(staged()), NEAR))
    assert of_type(plain, Polygon) == []
    charged = list(floor(view(staged(battery=50)), NEAR))
    assert squares(charged, Palette.YELLOW) == [(3, 0)]
    assert of_type(charged, Polygon) == list(scene_marks.bolt((0.22, 3.18), 0.6))
    tooled = list(floor(view(staged(tools=1, tool_share=0.5)), NEAR))
    assert squares(tooled, Palette.PURPLE) == [(3, 1)]
    assert len(of_type(tooled, Circle)) == 1


def test_blocked_cells_are_hatched() -> None:
    simulator = staged(blocked_aisle=0.1)
    before = list(floor(view(simulator), NEAR))
    simulator.state.blocked[0, 0, BLOCKED_CELL] = cell(simulator, 0, 2)
    after = list(floor(view(simulator), NEAR))
    assert [shape for shape in after if shape not in before] == list(scene_marks.barrier(0, 2))


def test_packages_are_counted_where_no_robot_hides_them() -> None:
    simulator = staged(packages=6)
    assert [label.text for label in of_type(list(floor(view(simulator), NEAR)), Label)] == ["6"]
    assert of_type(list(floor(view(simulator), FAR)), Label) == []
    simulator.place_robots(0, np.array([(3, 4)]), np.array([0]))
    assert of_type(list(floor(view(simulator), NEAR)), Label) == []
    assert of_type(list(floor(view(staged()), NEAR)), Label) == []


def test_an_ordinary_shelf_is_one_grey_square() -> None:
    (square,) = standing_shelf(Shelf(5, 1, 2), NEAR)
    assert isinstance(square, Rectangle)
    assert (square.x, square.y, square.colour) == (2.1, 1.1, SHELF)


def test_a_requested_shelf_shows_its_number() -> None:
    square, label = standing_shelf(Shelf(5, 1, 2, order=Order(0, (5,))), NEAR)
    assert isinstance(square, Rectangle) and square.colour == REQUESTED
    assert label == Label(2.5, 1.5, "5", 0.36, Palette.INK, strong=True)


def test_a_robot_hides_the_number() -> None:
    shapes = list(standing_shelf(Shelf(5, 1, 2, order=Order(0, (5,)), hidden=True), NEAR))
    assert of_type(shapes, Label) == []


def test_long_numbers_shrink_to_their_shelf() -> None:
    numbers = (Shelf(number, 0, 0, order=Order(0, (number,))) for number in (5, 1234, 123456))
    sizes = [of_type(list(standing_shelf(shelf, NEAR)), Label)[0].size for shelf in numbers]
    assert sizes == pytest.approx([0.36, 0.35, 1.4 / 6])


@pytest.mark.parametrize(("priority", "dots"), [(1, 0), (2, 2), (3, 3), (4, 4), (5, 0)])
def test_worth_is_shown_in_dots(priority: int, dots: int) -> None:
    shapes = list(standing_shelf(Shelf(0, 0, 0, order=Order(0, (0,), priority=priority)), NEAR))
    assert len(of_type(shapes, Circle)) == dots
    digits = [label.text for label in of_type(shapes, Label) if label.colour == Palette.CARD]
    assert digits == (["5"] if priority == 5 else [])


def test_time_left_is_a_ring_and_urgency_a_thick_frame() -> None:
    calm = Shelf(0, 0, 0, order=Order(0, (0,), time_left=90, fraction_left=0.9))
    urgent = Shelf(0, 0, 0, order=Order(0, (0,), time_left=9, fraction_left=0.09))
    shapes = [list(standing_shelf(shelf, NEAR)) for shelf in (calm, urgent)]
    rings = [of_type(drawn, Line)[0] for drawn in shapes]
    assert len(rings[0].points) > 5 * len(rings[1].points)
    frames = [of_type(drawn, Rectangle)[0] for drawn in shapes]
    assert [frame.colour for frame in frames] == [REQUESTED, URGENT_REQUEST]
    assert frames[1].outline == Palette.INK
    assert frames[1].outline_width > 2 * frames[0].outline_width


def test_heavy_shelves_and_those_that_need_a_tool_are_marked() -> None:
    _, *heavy = standing_shelf(Shelf(0, 0, 0, heavy=True), NEAR)
    assert tuple(heavy) == scene_marks.weight((0.04, 0.04), 0.32)
    _, *tool = standing_shelf(Shelf(0, 0, 0, tool=True), NEAR)
    assert tuple(tool) == scene_marks.wrench((0.64, 0.04), 0.32, SHELF)


def test_from_afar_a_shelf_is_one_square() -> None:
    busy = Shelf(3, 0, 0, heavy=True, tool=True, order=Order(0, (3,), 1, 3, 5, 0.1))
    (square,) = standing_shelf(busy, FAR)
    assert isinstance(square, Rectangle)
    assert (square.colour, square.outline, square.corner) == (URGENT_REQUEST, Palette.INK, 0.0)


def test_requests_are_drawn_where_they_stand() -> None:
    simulator = staged()
    order(simulator, 0, [3])
    assert squares(list(standing_shelves(view(simulator), NEAR)), REQUESTED) == [(2, 4)]
