"""Observations, against a plain reading of the state; what a fleet manager knows, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.warehouse.dynamics import FORWARD, NOOP, TOGGLE_LOAD, TURN_RIGHT
from planzoo.envs.warehouse.generator import random_instance
from planzoo.envs.warehouse.observations import (
    MAP_AISLE,
    MAP_BLOCKED,
    MAP_CHARGER,
    MAP_CRIB,
    MAP_FREE_STORAGE,
    MAP_SHELF,
    MAP_WALL,
    MAP_WORKSTATION,
)
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.sizes import fleet_size, local_size
from planzoo.envs.warehouse.state import DOWN, LEFT, RIGHT, UP
from tests.envs.warehouse.placements import HALL, block, in_hall, situation
from tests.envs.warehouse.reading import Reading, assert_observations, option_sets, play

KINDS = ["local", "compact", "image", "fleet"]


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    robots=st.integers(1, 6),
    queue=st.integers(1, 4),
    reach=st.integers(1, 3),
    kind=st.sampled_from(KINDS),
)
def test_observations_say_what_is(seed: int, robots: int, queue: int, reach: int, kind: str) -> None:
    params = WarehouseParams(
        random_instance(seed).replace(".", "#", 1), robots, queue, observation=kind, sensor_range=reach
    )
    simulator = WarehouseSimulator(params)
    simulator.reset(seed)
    random = np.random.default_rng(seed)
    for _ in range(25):
        assert_observations(simulator)
        play(simulator, random)


@pytest.mark.parametrize("kind", KINDS)
def test_with_any_options_too(kind: str) -> None:
    @settings(max_examples=40)
    @given(params=option_sets(observation=kind), seed=st.integers(0, 10**6))
    def compare(params: WarehouseParams, seed: int) -> None:
        simulator = WarehouseSimulator(params, 2)
        simulator.reset(seed)
        random = np.random.default_rng(seed)
        for _ in range(25):
            assert_observations(simulator, world=1)
            play(simulator, random)

    compare()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("movement", ["turn", "cardinal"])
def test_a_busy_hall_shows_everything_there_is(kind: str, movement: str) -> None:
    simulator = busy_hall(kind, movement)
    random = np.random.default_rng(3)
    seen: set[str] = set()
    for _ in range(300):
        assert_observations(simulator)
        seen |= sights(Reading(simulator))
        play(simulator, random)
    assert seen == set(SIGHTS)


def busy_hall(kind: str, movement: str) -> WarehouseSimulator:
    kinds = (
        RobotKind(4, capacity=3),
        RobotKind(1, steps_per_move=3, sensor_range=1),
        RobotKind(1, tool=True),
    )
    params = WarehouseParams(
        "#c#t#.\n.xxxx.\n.xxxo.\n..g.g.", observation=kind, movement=movement, robots=6, robot_kinds=kinds,
        request_queue_size=2, max_steps=80, sensor_range=2, items_per_order=2, priorities=3, deadline=(5, 60),
        orders="stream", arrival_rate=0.2, heavy_share=0.15, battery=60, tools=1, tool_share=0.3, packages=1,
        package_period=20, budget=6.0, move_cost=0.04, turn_cost=0.02, breakdown=0.02, repair_steps=4,
        blocked_aisle=0.3, blocked_steps=6, sensor_dropout=0.1, message_bits=2, message_range=1,
    )  # fmt: skip
    simulator = WarehouseSimulator(params)
    simulator.reset(1)
    return simulator


SIGHTS = {
    "heavy load": lambda world: any(world.heavy[shelf] for robot in world.robots for shelf in robot.loads),
    "partners": lambda world: any(robot.partner is not None for robot in world.robots),
    "two loads": lambda world: any(len(robot.loads) == 2 for robot in world.robots),
    "load under a shelf": lambda world: any(r.loads and r.place in world.standing for r in world.robots),
    "wanted load": lambda world: bool(world.carried & set(world.requests)),
    "blind": lambda world: any(robot.blind for robot in world.robots),
    "broken": lambda world: any(robot.broken for robot in world.robots),
    "dry": lambda world: any(robot.charge == 0 for robot in world.robots),
    "waiting": lambda world: any(robot.wait for robot in world.robots),
    "borrowed tool": lambda world: any(robot.tool for robot in world.robots),
    "blocked": lambda world: bool(world.blocked),
    "message": lambda world: any(robot.message for robot in world.robots),
    "no order": lambda world: all(shelf is None for shelf in world.requests),
    "half an order": lambda world: any(o and o.left < o.size for o in map(world.order_of, range(7))),
    "no package": lambda world: 0.0 in world.packages_left(),
    "no tool left": lambda world: world.tools_left() == 0,
    "money spent": lambda world: world.money_left() < 0.1,
}


def sights(world: Reading) -> set[str]:
    return {name for name, shows in SIGHTS.items() if shows(world)}  # type: ignore[no-untyped-call]


def cells_around(observation: NDArray[Any]) -> NDArray[Any]:
    """The sensed part of a local observation of range 1, float32 (3, 3, 7)."""
    cells: NDArray[Any] = observation[8:71].reshape(3, 3, 7)
    return cells


@pytest.mark.parametrize("kind", ["local", "fleet"])
def test_a_carried_shelf_is_sensed_but_no_obstacle(kind: str) -> None:
    simulator = situation((1, 1, RIGHT), (4, 4, UP), observation=kind)
    model_cell = local_size(simulator.params) + fleet_size(simulator.params) - 25 + 1 * 5 + 1
    if kind == "fleet":
        assert simulator.buffers.observations[0, 0, model_cell] == MAP_SHELF
    simulator.step([[TOGGLE_LOAD, NOOP]])
    seen = simulator.buffers.observations[0, 0]
    assert seen[2] == 1 and cells_around(seen)[1, 1].tolist() == [1, 0, 0, 0, 1, 1, 1]
    if kind == "fleet":
        assert seen[model_cell] == MAP_FREE_STORAGE
    simulator.step([[FORWARD, TURN_RIGHT]])
    seen = simulator.buffers.observations[0, 0]
    assert cells_around(seen)[1, 0].tolist() == [0, 1, 0, 0, 0, 0, 0], "it went along"
    assert cells_around(seen)[1, 1, 5:].tolist() == [1, 1]
    if kind == "fleet":
        assert seen[model_cell + 1] == MAP_AISLE
        robots_end = local_size(simulator.params) + 16
        assert seen[robots_end - 10 : robots_end - 8].tolist() == [1, 1], "carries a requested shelf"
        assert seen[robots_end : robots_end + 3].tolist() == [0.25, 0.5, 1]


def test_everybody_sees_oneself_first() -> None:
    simulator = situation((0, 0, UP), (0, 4, DOWN), (4, 4, LEFT), observation="fleet")
    start = local_size(simulator.params)
    robots = simulator.buffers.observations[0, :, start : start + 24].reshape(3, 3, 8)
    order = [[0, 1, 2], [1, 0, 2], [2, 0, 1]]
    for robot in range(3):
        np.testing.assert_array_equal(robots[robot], robots[0][order[robot]])


def fleet_part(simulator: WarehouseSimulator, robot: int = 0) -> list[float]:
    """What a fleet manager knows, rounded to read well."""
    part = simulator.buffers.observations[0, robot, local_size(simulator.params) :]
    return [round(float(number), 4) for number in part]


def test_the_map_by_hand() -> None:
    for battery in (0, 20):
        simulator = situation((1, 0, UP), layout=HALL, observation="fleet", battery=battery)
        cells = fleet_part(simulator)[8 + 3 :] if not battery else fleet_part(simulator)[14 + 10 :][:25]
        wall, aisle = MAP_WALL, MAP_AISLE
        assert np.reshape(cells, (5, 5)).tolist() == [
            [wall, MAP_CHARGER, wall, MAP_CRIB, wall],
            [aisle] * 5,
            [aisle, MAP_SHELF, MAP_SHELF, MAP_FREE_STORAGE, aisle],
            [aisle] * 5,
            [aisle, aisle, MAP_WORKSTATION, aisle, MAP_WORKSTATION],
        ]


def test_blocked_cells_are_on_the_map() -> None:
    simulator = situation((1, 0, UP), layout=HALL, observation="fleet", blocked_aisle=1e-6)
    block(simulator, 3, 2)
    cells = np.reshape(fleet_part(simulator)[24:49], (5, 5))
    assert cells[3].tolist() == [MAP_AISLE, MAP_AISLE, MAP_BLOCKED, MAP_AISLE, MAP_AISLE]


def test_robots_with_options_by_hand() -> None:
    kinds = (RobotKind(1, capacity=2, steps_per_move=4), RobotKind(1))
    simulator = situation(
        (1, 0, LEFT), (3, 4, UP), layout=HALL, observation="fleet", robot_kinds=kinds,
        battery=40, tools=2, breakdown=1e-6, repair_steps=10,
    )  # fmt: skip
    robots = simulator.state.robots[0]
    robots.battery, robots.broken, robots.wait = [10, 40], [0, 5], [3, 0]
    robots.tool, robots.partner = [False, True], [1, 0]
    simulator.refresh()
    first = [0.25, 0, 0, 0, 1, 0, 0, 0, 0.25, 0, 0.75, 0, 0, 1]
    second = [0.75, 1, 1, 0, 0, 0, 0, 0, 1, 0.5, 0, 1, 0, 0.5]
    assert fleet_part(simulator)[:28] == first + second
    assert fleet_part(simulator, 1)[:28] == second + first


def test_requests_with_options_by_hand() -> None:
    orders = (Order((1, 0), priority=3, deadline=25), Order((2,), priority=6), Order((3,), release=99))
    layout = HALL.replace("o", "x").replace(".xxx.", ".xxxx")
    params = in_hall(
        layout, observation="fleet", orders="list", order_list=orders, request_queue_size=1, tools=1,
        heavy_share=0.0, tool_share=0.01,
    )  # fmt: skip
    simulator = WarehouseSimulator(params)
    simulator.reset(0)
    assert simulator.constants.shelves.tool.sum() == 1
    needs = simulator.constants.shelves.tool.astype(float).tolist()
    simulator.place_robots(0, np.array([[2, 2]]), np.array([UP]))
    requests = np.reshape(fleet_part(simulator)[14:34], (2, 10)).tolist()
    assert requests == [
        [0.5, 0.5, 0, 1, 0.5, 0.25, 0, needs[1], 1, 1],
        [0.5, 0.25, 0, 1, 0.5, 0.25, 0, needs[0], 1, 1],
    ]
    for action in (TOGGLE_LOAD, NOOP):
        simulator.step([[action]])
    requests = np.reshape(fleet_part(simulator)[14:34], (2, 10)).tolist()
    assert requests[0][2] == 1.0 - needs[1] and requests[0][5] == 0.23, "carried, and later"


def test_a_place_without_a_request_is_all_zeros() -> None:
    simulator = WarehouseSimulator(in_hall(observation="fleet", orders="stream", arrival_rate=1e-9))
    simulator.reset(0)
    assert fleet_part(simulator)[14:24] == [0.0] * 10
    state = np.empty(simulator.global_state_size, dtype=np.float32)
    simulator.write_global_state(0, state)
    assert state[14:24].tolist() == [0.0] * 10


def test_what_is_shared_by_hand() -> None:
    simulator = situation(
        (1, 0, UP), layout=HALL, observation="fleet", tools=4, packages=5, budget=8.0, move_cost=1.0
    )
    assert fleet_part(simulator)[-4:] == [1, 1, 1, 1]
    worlds = simulator.state.worlds
    worlds.tools_left[0], worlds.money[0] = 1, 6.0
    simulator.state.packages[0] = [2, 0]
    simulator.refresh()
    assert fleet_part(simulator)[-4:] == [0.25, 0.75, 0.4, 0.0]
    assert WarehouseSimulator(in_hall(observation="fleet")).observation_size == 71 + 8 + 3 + 25


def test_what_is_free_is_full() -> None:
    simulator = situation((1, 0, UP), layout=HALL, observation="fleet", priorities=2)
    tools, money, *packages = fleet_part(simulator)[-4:]
    assert (tools, money, packages) == (0, 1, [1, 1]), "no tools, no limit, no packages needed"


def test_the_global_state_is_the_first_robot_s_view_whatever_robots_see() -> None:
    states = []
    for kind in KINDS:
        simulator = busy_hall(kind, "turn")
        random = np.random.default_rng(0)
        for _ in range(20):
            play(simulator, random)
        state = np.empty(simulator.global_state_size, dtype=np.float32)
        simulator.write_global_state(0, state)
        states.append(state)
    assert simulator.params.observation == "fleet"
    np.testing.assert_array_equal(
        states[3], simulator.buffers.observations[0, 0, local_size(simulator.params) :]
    )
    for state in states:
        np.testing.assert_array_equal(state, states[3])
    assert fleet_size(simulator.params) == len(states[0])
