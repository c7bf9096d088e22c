"""Kinds of robots, and how plain data becomes records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind, as_records, check_whole, numpy_hint
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.errors import InputError
from tests.envs.warehouse.situations import HALL


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"count": 0}, "RobotKind.count must be a positive integer, got 0"),
        ({"count": True}, "RobotKind.count must be a positive integer, got True"),
        ({"lift_class": 0}, "RobotKind.lift_class must be a positive integer, got 0"),
        ({"capacity": 0}, "RobotKind.capacity must be a positive integer and at most 100, got 0"),
        ({"capacity": 101}, "RobotKind.capacity must be a positive integer and at most 100, got 101"),
        ({"steps_per_move": 2**15}, "RobotKind.steps_per_move must be a positive integer and at most 32767"),
        ({"sensor_range": -1}, "RobotKind.sensor_range must be a whole number, 0 or more, got -1"),
        ({"tool": 1}, "RobotKind.tool must be True or False, got 1"),
    ],
)
def test_kinds_are_checked(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        RobotKind(**fields)


def test_robots_are_numbered_kind_after_kind() -> None:
    kinds = [
        RobotKind(2, capacity=3),
        RobotKind(1, lift_class=2, steps_per_move=4, sensor_range=0, tool=True),
    ]
    params = WarehouseParams(HALL, robots=3, robot_kinds=kinds)
    assert params.kind_of_robot == (kinds[0], kinds[0], kinds[1])
    simulator = WarehouseSimulator(params)
    robots = simulator.constants.robots
    assert robots.capacity.tolist() == [3, 3, 1] and robots.lift.tolist() == [1, 1, 2]
    assert robots.pace.tolist() == [1, 1, 4] and robots.sensors.tolist() == [1, 1, 0]
    assert robots.tool.tolist() == [False, False, True]
    assert simulator.state.robot_load.shape == (1, 3, 3)


def test_a_robot_senses_as_far_as_its_own_sensors_reach() -> None:
    kinds = [RobotKind(1), RobotKind(1, sensor_range=0)]
    simulator = WarehouseSimulator(WarehouseParams(HALL, robots=2, robot_kinds=kinds))
    simulator.reset(0)
    simulator.place_robots(0, np.array([(2, 1), (1, 2)]), np.array([0, 0]))
    cells = simulator.buffers.observations[0, :, -9 * 12 :].reshape(2, 9, 12)
    assert cells[0].any(axis=1).all() and np.flatnonzero(cells[1, :, [0, 5]].any(axis=0)).tolist() == [4]


def test_whole_numbers_are_checked() -> None:
    check_whole("n", 0)
    check_whole("n", 2**30)
    for value, least, most, complaint in (
        (-1, 0, 2**30, "n must be a whole number, 0 or more, got -1"),
        (0, 1, 5, "n must be a positive integer and at most 5, got 0"),
        (2, 3, 2**30, "n must be 3 or more, got 2"),
        (2**30 + 1, 0, 2**30, "n must be a whole number, 0 or more"),
    ):
        with pytest.raises(InputError, match=complaint):
            check_whole("n", value, least, most)


def test_only_numpy_gets_a_hint() -> None:
    assert numpy_hint(np.int32(3)) == ", which is NumPy's: turn it into a plain number with .item()"
    assert numpy_hint(3) == numpy_hint("3") == numpy_hint(None) == ""


def test_plain_data_becomes_records() -> None:
    kind = RobotKind(2, capacity=3)
    assert as_records([kind, {"count": 2, "capacity": 3}], RobotKind, "kinds") == (kind, kind)
    assert as_records((), RobotKind, "kinds") == ()
    assert as_records([{"items": [1, 2]}], Order, "orders") == (Order((1, 2)),)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ("robots", "kinds must be a list of Order, got 'robots'"),
        (None, "kinds must be a list of Order, got None"),
        ([5], r"kinds\[0\] must be a Order or a dict, got 5"),
        ([{"items": [1]}, {"item": 2}], r"kinds\[1\] has no field item; it has items, priority, release"),
        ([{3: 1, "a": 2}], r"kinds\[0\] has no field 3"),
        ([{"priority": 1}], r"kinds\[0\] lacks its items"),
        ([{"items": "1"}], "Order.items must be a list of shelf numbers, got '1'"),
    ],
)
def test_other_data_is_refused(values: Any, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        as_records(values, Order, "kinds")
