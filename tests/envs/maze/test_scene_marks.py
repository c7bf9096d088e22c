"""Symbols stay in their squares, and no two are alike."""

from __future__ import annotations

from itertools import combinations

import pytest

from planzoo.envs.maze import scene_marks
from planzoo.envs.maze.state import GENERALIST, ITEMS, ROLES
from planzoo.envs.simulation.scene import Circle, Label, Line, Palette, Polygon, Rectangle, Shape
from tests.envs.maze.scene_stage import of_type

MARKS = (
    *scene_marks.ITEM_MARKS,
    scene_marks.hazard,
    scene_marks.exit_door,
    scene_marks.safe_room,
    scene_marks.door,
    scene_marks.dead,
    scene_marks.escaped,
)


def extent(shape: Shape) -> tuple[float, float]:
    """The least and the greatest coordinate of a shape."""
    match shape:
        case Rectangle():
            parts = [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height]
        case Circle():
            parts = [centre + side * shape.radius for centre in (shape.x, shape.y) for side in (-1, 1)]
        case Polygon() | Line():
            parts = [part for point in shape.points for part in point]
        case Label():
            parts = [shape.x, shape.y]
    return min(parts), max(parts)


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.__name__)
def test_symbols_stay_in_their_squares(mark: scene_marks.Mark) -> None:
    for shape in mark((0.0, 0.0), 1.0):
        low, high = extent(shape)
        assert low >= -0.03 and high <= 1.03


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.__name__)
def test_symbols_move_and_grow_with_their_squares(mark: scene_marks.Mark) -> None:
    small, large = mark((0.0, 0.0), 1.0), mark((4.0, 4.0), 2.0)
    for one, other in zip(small, large, strict=True):
        assert extent(other) == pytest.approx([4 + 2 * part for part in extent(one)])


def test_no_two_symbols_are_alike() -> None:
    for one, other in combinations(MARKS, 2):
        assert one((0.0, 0.0), 1.0) != other((0.0, 0.0), 1.0)
    assert len(scene_marks.ITEM_MARKS) == len(scene_marks.ITEM_COLOURS) == len(ITEMS)


def test_every_role_has_a_letter_of_its_own() -> None:
    letters = [of_type(scene_marks.role_badge((0, 0), 1.0, role), Label) for role in range(len(ROLES))]
    assert letters[GENERALIST] == []
    texts = [label.text for labels in letters for label in labels]
    assert texts == [role[0] for role in ROLES[:GENERALIST]] and len(set(texts)) == 5


def test_a_pin_is_as_wide_as_its_number() -> None:
    widths = []
    for number in (1, 12, 123):
        shapes = scene_marks.pin((0.0, 0.0), 1.0, number, Palette.BLUE)
        assert of_type(shapes, Label)[0].text == str(number)
        widths.append(max(shape.width for shape in of_type(shapes, Rectangle)))
    assert widths == sorted(set(widths))


def test_brackets_frame_a_cell() -> None:
    lines = of_type(scene_marks.brackets(2, 5, 0.1, 0.07), Line)
    corners = {line.points[1] for line in lines}
    assert corners == {(4.9, 1.9), (6.1, 1.9), (6.1, 3.1), (4.9, 3.1)}
