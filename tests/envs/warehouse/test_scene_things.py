"""Robots, orders and shelves answer for themselves."""

from __future__ import annotations

import pytest

from planzoo.envs.warehouse.scene_things import URGENT, Order, Robot, Shelf
from planzoo.envs.warehouse.state import UP


@pytest.mark.parametrize(("charge", "dry"), [(None, False), (0.0, True), (0.01, False), (1.0, False)])
def test_an_empty_battery_is_dry(charge: float | None, dry: bool) -> None:
    assert Robot(0, 0, 0, UP, charge=charge).dry is dry


def test_a_robot_knows_its_centre() -> None:
    assert Robot(7, 2, 5, UP).centre == (5.5, 2.5)


@pytest.mark.parametrize(
    ("left", "urgent"), [(1.0, False), (URGENT, False), (URGENT - 0.01, True), (0.0, True)]
)
def test_little_time_is_urgent(left: float, urgent: bool) -> None:
    assert Order(0, (1,), time_left=10, fraction_left=left).urgent is urgent


def test_things_are_values() -> None:
    assert Shelf(1, 2, 3) == Shelf(1, 2, 3)
    assert len({Order(0, (1, 2)), Order(0, (1, 2)), Order(1, (1, 2))}) == 2
