"""Observations, against a plain reading of the state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.warehouse.dynamics import FORWARD, NOOP, TOGGLE_LOAD, TURN_RIGHT
from planzoo.envs.warehouse.generator import random_instance
from planzoo.envs.warehouse.layout import AISLE, STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.observations import (
    MAP_AISLE,
    MAP_FREE_STORAGE,
    MAP_SHELF,
    MAP_WALL,
    MAP_WORKSTATION,
)
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator, fleet_size, local_size
from planzoo.envs.warehouse.state import DOWN, LEFT, NO_SHELF, RIGHT, UP

MAP_VALUES = {WALL: MAP_WALL, AISLE: MAP_AISLE, WORKSTATION: MAP_WORKSTATION, STORAGE: MAP_FREE_STORAGE}


class Reading:
    """One world's state, read into plain Python."""

    def __init__(self, simulator: WarehouseSimulator, world: int = 0) -> None:
        state, padding = simulator.state, simulator.constants.padding
        width = simulator.params.map.width + 2 * padding
        self.kinds, self.reach = simulator.params.map.kinds, simulator.params.sensor_range
        self.robots = [self.place(int(cell), width, padding) for cell in state.robot_cell[world]]
        self.directions = state.robot_direction[world].tolist()
        self.loads = state.robot_load[world].tolist()
        self.shelves = [self.place(int(cell), width, padding) for cell in state.shelf_cell[world]]
        self.requests = state.requests[world].tolist()

    @staticmethod
    def place(cell: int, width: int, padding: int) -> tuple[int, int]:
        return cell // width - padding, cell % width - padding

    def local(self, robot: int) -> list[float]:
        """The local observation: oneself, then every sensed cell row by row."""
        row, column = self.robots[robot]
        one_hot = [float(self.directions[robot] == direction) for direction in range(4)]
        carrying = float(self.loads[robot] != NO_SHELF)
        numbers = [column, row, carrying, *one_hot, float(self.kinds[row, column] != STORAGE)]
        around = range(-self.reach, self.reach + 1)
        return numbers + [
            n for down in around for right in around for n in self.sensed((row + down, column + right))
        ]

    def sensed(self, cell: tuple[int, int]) -> list[float]:
        robot = cell in self.robots
        direction = self.directions[self.robots.index(cell)] if robot else UP
        shelf = self.shelves.index(cell) if cell in self.shelves else None
        one_hot = [float(direction == other) for other in range(4)]
        return [float(robot), *one_hot, float(shelf is not None), float(shelf in self.requests)]

    def fleet(self, robot: int) -> list[float]:
        """What a fleet manager knows: robots, requests, map."""
        order = [robot, *(other for other in range(len(self.robots)) if other != robot)]
        numbers = [n for other in order for n in self.body(other)]
        numbers += [
            n for shelf in self.requests for n in (*self.scaled(self.shelves[shelf]), shelf in self.loads)
        ]
        standing = {place for shelf, place in enumerate(self.shelves) if shelf not in self.loads}
        return numbers + [
            MAP_SHELF if cell in standing else MAP_VALUES[int(self.kinds[cell])]
            for cell in np.ndindex(self.kinds.shape)
        ]

    def body(self, robot: int) -> list[float]:
        one_hot = [float(self.directions[robot] == direction) for direction in range(4)]
        load = self.loads[robot]
        return [*self.scaled(self.robots[robot]), *one_hot, load != NO_SHELF, load in self.requests]

    def scaled(self, cell: tuple[int, int]) -> tuple[float, float]:
        height, width = self.kinds.shape
        return cell[0] / max(1, height - 1), cell[1] / max(1, width - 1)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    robots=st.integers(1, 6),
    queue=st.integers(1, 4),
    reach=st.integers(1, 3),
    kind=st.sampled_from(["local", "fleet"]),
)
def test_observations_say_what_is(seed: int, robots: int, queue: int, reach: int, kind: str) -> None:
    params = WarehouseParams(
        random_instance(seed).replace(".", "#", 1), robots, queue, observation=kind, sensor_range=reach
    )
    simulator = WarehouseSimulator(params)
    simulator.reset(seed)
    random = np.random.default_rng(seed)
    for _ in range(25):
        reading = Reading(simulator)
        for robot in range(robots):
            expected = reading.local(robot) + (reading.fleet(robot) if kind == "fleet" else [])
            np.testing.assert_allclose(simulator.buffers.observations[0, robot], expected, rtol=1e-6)
        state = np.empty(simulator.global_state_size, dtype=np.float32)
        simulator.write_global_state(0, state)
        np.testing.assert_allclose(state, reading.fleet(0), rtol=1e-6)
        weights = random.random((1, robots, 5)) * simulator.buffers.action_masks * [0.2, 1, 0.7, 0.7, 1.5]
        simulator.step(weights.argmax(axis=2))


def situation(observation: str, *robots: tuple[int, int, int]) -> WarehouseSimulator:
    simulator = WarehouseSimulator(WarehouseParams.toy(robots=len(robots), observation=observation))
    simulator.reset(0)
    places = np.array(robots)
    simulator.place_robots(0, places[:, :2], places[:, 2])
    simulator.set_requests(0, [0])
    return simulator


def cells_around(observation: NDArray[Any]) -> NDArray[Any]:
    """The sensed part of a local observation of range 1, float32 (3, 3, 7)."""
    cells: NDArray[Any] = observation[8:71].reshape(3, 3, 7)
    return cells


def test_a_local_observation_by_hand() -> None:
    simulator = situation("local", (0, 1, DOWN), (0, 2, LEFT))
    mine = simulator.buffers.observations[0, 0]
    assert mine[:8].tolist() == [1, 0, 0, 0, 1, 0, 0, 1]
    cells = cells_around(mine)
    nothing, me, other = [0, 1, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0]
    requested = [0, 1, 0, 0, 0, 1, 1]
    assert cells.tolist() == [[nothing] * 3, [nothing, me, other], [nothing, requested, nothing]]


@pytest.mark.parametrize("kind", ["local", "fleet"])
def test_a_carried_shelf_is_sensed_but_no_obstacle(kind: str) -> None:
    simulator = situation(kind, (1, 1, RIGHT), (4, 4, UP))
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
    simulator = situation("fleet", (0, 0, UP), (0, 4, DOWN), (4, 4, LEFT))
    start = local_size(simulator.params)
    robots = simulator.buffers.observations[0, :, start : start + 24].reshape(3, 3, 8)
    order = [[0, 1, 2], [1, 0, 2], [2, 0, 1]]
    for robot in range(3):
        np.testing.assert_array_equal(robots[robot], robots[0][order[robot]])
