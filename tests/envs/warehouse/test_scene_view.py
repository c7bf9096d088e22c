"""The view says in rows and columns what the state's arrays say."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.warehouse.layout import CHARGER, CRIB
from planzoo.envs.warehouse.orders import Order as ListedOrder
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.scene_things import Kind, Order
from planzoo.envs.warehouse.scene_view import View
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import BLOCKED_CELL, RIGHT
from tests.envs.warehouse.stage import cell, load, order, staged, view


@pytest.mark.parametrize("sensor_range", [1, 3])
def test_the_map_is_that_of_the_params(sensor_range: int) -> None:
    simulator = staged(sensor_range=sensor_range)
    kinds = np.zeros((5, 5), dtype=int)
    for row, column, kind in view(simulator).cells:
        kinds[row, column] = kind
    assert np.array_equal(kinds, simulator.params.map.kinds)


def test_robots_stand_where_they_were_put() -> None:
    robots = view(staged([(0, 1), (3, 3)])).robots
    assert [(robot.number, robot.row, robot.column, robot.direction) for robot in robots] == [
        (0, 0, 1, RIGHT),
        (1, 3, 3, RIGHT),
    ]
    assert robots[1].centre == (3.5, 3.5)


def test_a_robot_without_options_has_nothing_special() -> None:
    robot = view(staged()).robots[0]
    assert (robot.charge, robot.charging, robot.broken, robot.wait) == (None, False, 0, 0)
    assert (robot.blind, robot.stuck, robot.tool, robot.partner, robot.message) == (False,) * 3 + (None, "")
    assert not robot.dry
    assert robot.kind == Kind()


def test_battery_and_charging() -> None:
    simulator = staged([(3, 0), (1, 1)], battery=200)
    simulator.state.robots.battery[0] = [50, 0]
    charged, dry = view(simulator).robots
    assert (charged.charge, charged.charging, charged.dry) == (0.25, True, False)
    assert (dry.charge, dry.charging, dry.dry) == (0.0, False, True)
    simulator.state.robots.battery[0, 0] = 200
    assert not view(simulator).robots[0].charging


def test_ailments_are_read() -> None:
    simulator = staged(stuck_after=5)
    robots = simulator.state.robots
    robots.broken[0, 0], robots.wait[0, 0], robots.blind[0, 0], robots.still[0, 0] = 3, 2, True, 4
    robot = view(simulator).robots[0]
    assert (robot.broken, robot.wait, robot.blind, robot.stuck) == (3, 2, True, False)
    robots.still[0, 0] = 5
    assert view(simulator).robots[0].stuck


def test_a_message_is_read_lowest_bit_first() -> None:
    simulator = staged(message_bits=3)
    for number, bits in ((0, ""), (1, "100"), (6, "011")):
        simulator.state.robots.message[0, 0] = number
        assert view(simulator).robots[0].message == bits


def test_tools_are_borrowed_or_own() -> None:
    kinds = (RobotKind(1), RobotKind(1, tool=True))
    simulator = staged([(0, 1), (0, 2)], robot_kinds=kinds, tools=1, tool_share=0.5)
    assert [robot.tool for robot in view(simulator).robots] == [False, True]
    simulator.state.robots.tool[0, 0] = True
    assert [robot.tool for robot in view(simulator).robots] == [True, True]


def test_loads_and_partners() -> None:
    kinds = (RobotKind(2, capacity=2),)
    simulator = staged([(0, 1), (0, 2)], robot_kinds=kinds, heavy_share=0.5)
    load(simulator, 0, 1, 3)
    order(simulator, 0, [3])
    simulator.state.robots.partner[0] = [1, 0]
    carrier, helper = view(simulator).robots
    assert (carrier.loads, carrier.requested, carrier.partner) == ((1, 3), True, 1)
    assert (helper.loads, helper.requested, helper.partner) == ((), False, 0)
    shelves = view(simulator).shelves
    assert [shelf.carrier for shelf in shelves] == [None, 0, None, 0, None, None]
    assert (shelves[3].row, shelves[3].column, shelves[3].hidden) == (0, 1, True)
    assert [shelf.heavy for shelf in shelves] == (simulator.constants.shelves.weight > 1).tolist()


def test_a_robot_under_a_standing_shelf_carries_nothing() -> None:
    shelf = view(staged([(1, 2)])).shelves[0]
    assert (shelf.carrier, shelf.hidden) == (None, True)


def test_orders_know_their_shelves_and_time() -> None:
    simulator = staged(request_queue_size=2, items_per_order=2, priorities=3, deadline=(50, 200))
    order(simulator, 1, [2, 0], deadline=150, asked=2, priority=3)
    simulator.state.steps[0] = 100
    (opened,) = view(simulator).orders
    assert opened == Order(1, (2, 0), 2, 3, 50, 0.25)
    assert not opened.urgent
    assert view(simulator).shelves[2].order == opened
    simulator.state.steps[0] = 101
    assert view(simulator).orders[0].urgent
    simulator.state.steps[0] = 160
    assert view(simulator).orders[0].time_left == 0


def test_orders_without_a_deadline_are_never_urgent() -> None:
    simulator = staged()
    order(simulator, 0, [3])
    (opened,) = view(simulator).orders
    assert (opened.time_left, opened.fraction_left, opened.urgent) == (None, 1.0, False)
    assert view(simulator).longest_time == 0


def test_the_longest_time_of_a_list_is_that_of_its_orders() -> None:
    listed = (ListedOrder((0,), release=10, deadline=90), ListedOrder((1,)))
    simulator = staged(orders="list", arrival_rate=0.0, order_list=listed)
    assert view(simulator).longest_time == 80


def test_blocked_cells_and_packages() -> None:
    simulator = staged(blocked_aisle=0.1, packages=8)
    assert view(simulator).blocked == ()
    simulator.state.blocked[0, 2, BLOCKED_CELL] = cell(simulator, 0, 3)
    simulator.state.packages[0] = 5
    assert view(simulator).blocked == ((0, 3),)
    assert view(simulator).packages == {(3, 4): 5}
    assert view(staged()).packages == {}


def test_cells_that_no_rule_uses_are_idle() -> None:
    assert view(staged()).idle_kinds == {CHARGER, CRIB}
    assert view(staged(battery=10)).idle_kinds == {CRIB}
    assert view(staged(battery=10, tools=1, tool_share=0.5)).idle_kinds == frozenset()


def test_each_world_has_its_own_view() -> None:
    simulator = WarehouseSimulator(WarehouseParams.rware("tiny", 2), num_worlds=2)
    simulator.reset(3)
    worlds = [View(simulator.constants, simulator.state, world) for world in range(2)]
    for world, seen in enumerate(worlds):
        assert seen.orders[0].shelves == (simulator.state.requests[world, 0],)
    assert worlds[0].robots != worlds[1].robots
