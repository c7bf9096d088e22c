"""The numbers that options add, by hand: what a robot knows of itself, and of the cells around."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse.dynamics import FORWARD, NOOP, TOGGLE_LOAD
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import DOWN, RIGHT, UP
from tests.envs.warehouse.placements import HALL, block, in_hall, situation

NAMES = (
    "battery", "broken", "waiting", "tool", "load", "together", "lift", "pace", "blind",
    "tools left", "packages left", "money left",
)  # fmt: skip
USUAL = dict(zip(NAMES, [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1], strict=True))


def knows(simulator: WarehouseSimulator, robot: int = 0) -> dict[str, float]:
    """What a robot knows of itself, by name."""
    numbers = simulator.buffers.observations[0, robot, 8:20]
    return {name: round(float(number), 4) for name, number in zip(NAMES, numbers, strict=True)}


def cell_extras(simulator: WarehouseSimulator, down: int, right: int, robot: int = 0) -> list[float]:
    """Blocked, heavy, needs a tool, worth, time left of a cell near a robot."""
    side = 2 * simulator.params.sensor_range + 1
    cells = simulator.buffers.observations[0, robot, 20 : 20 + 12 * side**2].reshape(side, side, 12)
    reach = simulator.params.sensor_range
    return [round(float(number), 4) for number in cells[reach + down, reach + right, 7:]]


def hall(*robots: tuple[int, int, int], **options: Any) -> WarehouseSimulator:
    return situation(*robots, layout=HALL, **options)


def test_a_robot_without_any_trouble() -> None:
    assert knows(hall((1, 0, UP), priorities=2)) == USUAL


@pytest.mark.parametrize(
    ("options", "fields", "told"),
    [
        ({"battery": 50}, {"battery": 20}, {"battery": 0.4}),
        ({"battery": 50}, {"battery": 0}, {"battery": 0}),
        ({"breakdown": 1e-6, "repair_steps": 5}, {"broken": 2}, {"broken": 0.4}),
        ({"robot_kinds": (RobotKind(steps_per_move=4),)}, {"wait": 3}, {"waiting": 0.75, "pace": 0.25}),
        ({"robot_kinds": (RobotKind(lift_class=5),)}, {}, {"lift": 0.8}),
        ({"robot_kinds": (RobotKind(tool=True),)}, {}, {"tool": 1}),
        ({"tools": 1}, {"tool": True}, {"tool": 1, "tools left": 1}),
        ({"robot_kinds": (RobotKind(capacity=4),)}, {"loads": 3}, {"load": 0.75}),
        ({"priorities": 2}, {"partner": 0}, {"together": 1}),
        ({"sensor_dropout": 0.5}, {"blind": True}, {"blind": 1}),
    ],
)
def test_each_number_of_oneself(
    options: dict[str, Any], fields: dict[str, Any], told: dict[str, float]
) -> None:
    simulator = hall((1, 0, UP), **options)
    simulator.state.robot_load[0, 0] = 0
    for name, value in fields.items():
        getattr(simulator.state.robots, name)[0, 0] = value
    simulator.refresh()
    assert knows(simulator) == {**USUAL, **({"tools left": 1} if "tools" in options else {}), **told}


def test_shared_resources_are_known_to_everybody() -> None:
    simulator = hall((1, 0, UP), (1, 4, UP), tools=4, packages=10, budget=200.0, turn_cost=1.0)
    for robot in range(2):
        assert knows(simulator, robot) == {**USUAL, "tools left": 1}
    simulator.state.worlds.tools_left[0] = 3
    simulator.state.worlds.money[0] = 50
    simulator.state.packages[0] = [1, 8]
    simulator.refresh()
    for robot in range(2):
        assert knows(simulator, robot) == {
            **USUAL, "tools left": 0.75, "packages left": 0.45, "money left": 0.25
        }  # fmt: skip


def test_no_money_at_all() -> None:
    simulator = hall((1, 0, UP), budget=1.0, move_cost=1.0)
    simulator.state.worlds.money[0] = 0
    simulator.refresh()
    assert knows(simulator)["money left"] == 0
    assert simulator.buffers.action_masks[0, 0].tolist() == [True, False, True, True, False]


def test_playing_changes_what_one_knows() -> None:
    simulator = hall((1, 3, UP), tools=2, battery=20, budget=10.0, move_cost=0.5, load_cost=1.0)
    simulator.step([[FORWARD]])
    assert knows(simulator) == {**USUAL, "battery": 0.95, "tools left": 1, "money left": 0.95}
    simulator.step([[TOGGLE_LOAD]])
    told = {"battery": 0.9, "tools left": 0.5, "money left": 0.85, "tool": 1}
    assert knows(simulator) == {**USUAL, **told}
    simulator.step([[TOGGLE_LOAD]])
    told = {"battery": 0.85, "tools left": 1, "money left": 0.75}
    assert knows(simulator) == {**USUAL, **told}


def test_two_robots_carry_together() -> None:
    simulator = hall((2, 1, RIGHT), (2, 0, RIGHT), heavy_share=1.0)
    assert cell_extras(simulator, 0, 0) == [0, 1, 0, 1, 1]
    simulator.step([[TOGGLE_LOAD, TOGGLE_LOAD]])
    assert knows(simulator) == {**USUAL, "load": 1, "together": 1}
    assert knows(simulator, 1) == {**USUAL, "together": 1}, "the other one holds on to it"
    assert cell_extras(simulator, 0, 0) == [0, 1, 0, 1, 1], "a carried shelf is heavy as well"
    assert cell_extras(simulator, 0, 1, robot=1) == [0, 1, 0, 1, 1]
    assert cell_extras(simulator, 0, 0, robot=1) == [0] * 5


def test_what_a_sensor_sees_on_cells() -> None:
    simulator = hall((1, 1, DOWN), blocked_aisle=1e-6, tools=1, tool_share=1.0)
    block(simulator, 1, 2)
    assert cell_extras(simulator, 0, 1) == [1, 0, 0, 0, 0]
    assert cell_extras(simulator, 1, 0) == [0, 0, 1, 1, 1]
    assert cell_extras(simulator, 1, 1) == [0, 0, 1, 0, 0], "nobody asks for this one"
    assert cell_extras(simulator, 0, 0) == [0] * 5 == cell_extras(simulator, -1, 0)


def test_worth_and_time_left_of_an_order() -> None:
    orders = (
        Order((0,), priority=2, deadline=30),
        Order((1,), priority=8),
        Order((0,), deadline=1000, release=50),
    )
    simulator = WarehouseSimulator(
        in_hall(orders="list", order_list=orders, request_queue_size=1, sensor_range=2)
    )
    simulator.reset(0)
    simulator.place_robots(0, np.array([[1, 1]]), np.array([UP]))
    assert cell_extras(simulator, 1, 0) == [0, 0, 0, 0.25, 0.3]
    for step in range(29):
        simulator.step([[NOOP]])
        assert cell_extras(simulator, 1, 0)[4] == pytest.approx((29 - step) / 100)
    simulator.step([[NOOP]])
    assert cell_extras(simulator, 1, 0) == [0] * 5, "it has expired"
    assert cell_extras(simulator, 1, 1) == [0, 0, 0, 1, 1], "and another came"


def test_the_shelf_that_stands_comes_before_those_on_the_robot() -> None:
    simulator = hall((2, 1, RIGHT), robot_kinds=(RobotKind(capacity=2, lift_class=2),), heavy_share=0.5)
    heavy = simulator.constants.shelves.weight > 1
    assert heavy.tolist() == [True, False]
    simulator.step([[TOGGLE_LOAD]])
    assert cell_extras(simulator, 0, 0) == [0, 1, 0, 1, 1]
    simulator.step([[FORWARD]])
    assert cell_extras(simulator, 0, 0) == [0, 0, 0, 0, 0], "the ordinary one, which stands"
    simulator.step([[TOGGLE_LOAD]])
    assert knows(simulator)["load"] == 1
    assert cell_extras(simulator, 0, 0) == [0, 0, 0, 0, 0], "which now lies on top"
