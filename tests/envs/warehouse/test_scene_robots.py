"""A robot's picture says which it is, where it looks, what it carries and what ails it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planzoo.envs.simulation.scene import Circle, Label, Line, Palette, Polygon, Rectangle, Shape
from planzoo.envs.warehouse import scene_marks
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.scene_robots import coupling, fleet, single
from planzoo.envs.warehouse.scene_style import OUT_OF_ORDER, REQUESTED, ROBOT, SHELF, STATION, Style
from planzoo.envs.warehouse.scene_things import Kind, Robot
from planzoo.envs.warehouse.state import DOWN, LEFT, RIGHT, UP
from tests.envs.warehouse.stage import load, of_type, order, staged, view

NEAR, FAR = Style(), Style(near=False, robot=0.42, number=0.66, scale=1.5)
PLAIN = Robot(4, 1, 2, RIGHT)


def added(style: Style = NEAR, **facts: Any) -> tuple[Shape, ...]:
    """Gives the shapes that a robot with these facts has and a plain one lacks."""
    plain = single(PLAIN, style)
    return tuple(shape for shape in single(replace(PLAIN, **facts), style) if shape not in plain)


def test_a_plain_robot_is_a_body_with_a_number() -> None:
    rim_nose, rim, nose, disc, number = single(PLAIN, NEAR)
    assert isinstance(rim_nose, Polygon) and isinstance(nose, Polygon)
    assert rim == Circle(2.5, 1.5, 0.36, Palette.CARD)
    assert disc == Circle(2.5, 1.5, 0.31, ROBOT)
    assert number == Label(2.5, 1.5, "4", 0.38, Palette.CARD, strong=True)


@pytest.mark.parametrize(
    ("direction", "step"), [(UP, (0, -1)), (DOWN, (0, 1)), (LEFT, (-1, 0)), (RIGHT, (1, 0))]
)
@pytest.mark.parametrize("lift", [1, 2])
def test_the_nose_points_ahead(direction: int, step: tuple[int, int], lift: int) -> None:
    robot = replace(PLAIN, direction=direction, kind=Kind(lift=lift))
    nose = of_type(single(robot, NEAR), Polygon)[-1]
    assert np.array_equal(np.sign(np.round(np.subtract(nose.points[0], (2.5, 1.5)), 6)), step)


def test_strong_robots_are_square() -> None:
    shapes = single(replace(PLAIN, kind=Kind(lift=2)), NEAR)
    assert of_type(shapes, Circle) == []
    assert [square.colour for square in of_type(shapes, Rectangle)] == [Palette.CARD, ROBOT]


@pytest.mark.parametrize(("requested", "colour"), [(True, REQUESTED), (False, SHELF)])
def test_a_load_is_framed(requested: bool, colour: object) -> None:
    (frame,) = added(loads=(7,), requested=requested)
    assert isinstance(frame, Rectangle)
    assert (frame.colour, frame.outline) == (colour, Palette.INK)
    assert (frame.x, frame.width) == pytest.approx((2.03, 0.94))


def test_a_stack_shows_its_count() -> None:
    shapes = added(loads=(7, 8, 9))
    assert [label.text for label in of_type(shapes, Label)] == ["×3"]
    assert len([frame for frame in of_type(shapes, Rectangle) if frame.outline == Palette.INK]) == 2


def test_the_battery_is_a_gauge_under_the_robot() -> None:
    assert added(charge=0.6) == scene_marks.gauge((2.1, 1.83), 0.8, 0.6)
    assert added(charge=None) == ()


@pytest.mark.parametrize(
    ("facts", "symbol"),
    [
        ({"broken": 3}, scene_marks.broken),
        ({"stuck": True}, scene_marks.stuck),
        ({"blind": True}, scene_marks.blind),
        ({"wait": 1}, scene_marks.waiting),
    ],
)
def test_ailments_have_symbols(facts: dict[str, Any], symbol: Any) -> None:
    shapes = added(**facts)
    assert shapes[-len(symbol((0, 0), 1)) :] == symbol((1.98, 0.98), 0.34)


def test_a_dry_robot_is_grey_with_a_crossed_flash() -> None:
    shapes = added(charge=0.0)
    assert set(scene_marks.dry((1.98, 0.98), 0.34)) <= set(shapes)
    assert Circle(2.5, 1.5, 0.31, OUT_OF_ORDER) in shapes


def test_a_broken_robot_is_grey() -> None:
    assert Circle(2.5, 1.5, 0.31, OUT_OF_ORDER) in added(broken=1)


def test_several_ailments_stand_side_by_side() -> None:
    shapes = added(stuck=True, blind=True)
    expected = (*scene_marks.stuck((1.98, 0.98), 0.34), *scene_marks.blind((2.31, 0.98), 0.34))
    assert shapes == expected


def test_charging_tool_message_and_delivery_are_marked() -> None:
    assert added(charging=True) == scene_marks.charging((2.7, 1.44), 0.34)
    assert added(message="01") == scene_marks.speech((2.6, 1.2), 0.28, "01")
    assert set(scene_marks.wrench((2.02, 1.6), 0.2, Palette.CARD)) <= set(added(tool=True))
    assert added(delivered=1) == (Circle(2.5, 1.5, 0.5, STATION),)


def test_numbers_with_three_digits_shrink() -> None:
    sizes = [of_type(single(replace(PLAIN, number=n), NEAR), Label)[0].size for n in (9, 99, 100)]
    assert sizes == pytest.approx([0.38, 0.38, 0.38 * 2 / 3])


def test_from_afar_robots_are_larger_and_their_marks_few() -> None:
    assert Circle(2.5, 1.5, 0.42 * 1.5, ROBOT) in single(PLAIN, FAR)
    for facts in ({"tool": True}, {"message": "1"}, {"blind": True}, {"wait": 2}, {"charge": 0.9}):
        assert added(FAR, **facts) == ()


def test_from_afar_a_cross_looks_out_behind_a_broken_robot() -> None:
    strokes = [shape for shape in added(FAR, broken=2) if isinstance(shape, Line)]
    assert [stroke.colour for stroke in strokes] == [Palette.CARD, Palette.VERMILLION] * 2
    assert all(abs(x - 2.5) == pytest.approx(0.9) for stroke in strokes for x, _ in stroke.points)
    shapes = single(replace(PLAIN, broken=2), FAR)
    assert shapes.index(strokes[-1]) < shapes.index(Circle(2.5, 1.5, 0.42 * 1.5, OUT_OF_ORDER))


def test_from_afar_low_batteries_and_stuck_robots_are_still_seen() -> None:
    assert added(FAR, charge=0.1) == scene_marks.gauge((2.5 - 0.6 * 1.5, 1.5 + 0.42 * 1.5), 1.2 * 1.5, 0.1)
    warning = added(FAR, stuck=True)
    assert [type(shape) for shape in warning] == [Polygon, Polygon]
    assert added(FAR, stuck=True, broken=1)[-1:] != warning[-1:]


def test_a_bar_joins_robots_that_carry_together() -> None:
    outer, inner = coupling((1.5, 1.5), (2.5, 1.5))
    assert np.allclose(outer.points, ((1.78, 1.5), (2.22, 1.5)))
    assert inner.points == outer.points
    assert inner.width < outer.width


def test_the_fleet_draws_one_bar_for_a_pair() -> None:
    simulator = staged([(0, 1), (0, 2)], heavy_share=0.5, robot_kinds=(RobotKind(2),))
    assert of_type(list(fleet(view(simulator), NEAR)), Line) == []
    load(simulator, 1, 0)
    order(simulator, 0, [0])
    simulator.state.robots.partner[0] = [1, 0]
    shapes = list(fleet(view(simulator), NEAR))
    assert of_type(shapes, Line) == list(coupling((2.5, 0.5), (1.5, 0.5)))
    assert [label.text for label in of_type(shapes, Label)] == ["0", "1"]
    frames = [square for square in of_type(shapes, Rectangle) if square.outline == Palette.INK]
    assert [frame.colour for frame in frames] == [REQUESTED]
