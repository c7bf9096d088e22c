"""The warehouse's arrays: placing by hand, sizes, bounds, facts of an episode."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.warehouse.dynamics import FORWARD, NOOP, TOGGLE_LOAD, TURN_LEFT, TURN_RIGHT
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import (
    WarehouseSimulator,
    cell_features,
    fleet_size,
    local_size,
    observation_bounds,
)
from planzoo.envs.warehouse.state import DOWN, LEFT, NO_ROBOT, NO_SHELF, RIGHT, UP


def toy(worlds: int = 1, **changes: object) -> WarehouseSimulator:
    simulator = WarehouseSimulator(WarehouseParams.toy(**changes), worlds)
    simulator.reset(0)
    return simulator


def test_robots_have_names_and_actions() -> None:
    simulator = toy(robots=3)
    assert simulator.agents == ("robot_0", "robot_1", "robot_2") and simulator.num_actions == 5


@pytest.mark.parametrize("reach", [1, 2])
@pytest.mark.parametrize("observation", ["local", "fleet"])
def test_sizes_and_bounds(reach: int, observation: str) -> None:
    params = WarehouseParams.rware("small", 3, observation=observation, sensor_range=reach)
    local, fleet = local_size(params), fleet_size(params)
    assert local == 8 + 7 * (2 * reach + 1) ** 2 and fleet == 3 * 8 + 3 * 3 + 20 * 10
    low, high = observation_bounds(params)
    assert len(low) == len(high) == local + (fleet if observation == "fleet" else 0)
    assert not low.any() and high[:3].tolist() == [9, 19, 1] and (high[2:] == 1).all()
    simulator = WarehouseSimulator(params)
    assert simulator.global_state_size == fleet and simulator.observation_size == len(low)


def test_what_a_cell_of_each_code_looks_like() -> None:
    features = cell_features()
    assert features.shape == (32, 7)
    nothing, up, right = [0, 1, 0, 0, 0], [1, 1, 0, 0, 0], [1, 0, 0, 0, 1]
    assert features[0].tolist() == [*nothing, 0, 0]
    assert features[1].tolist() == [*up, 0, 0]
    assert features[4].tolist() == [*right, 0, 0]
    assert features[8].tolist() == [*nothing, 1, 0]
    assert features[8 + 16 + 4].tolist() == [*right, 1, 1]


def test_placing_puts_everything_where_one_wants_it() -> None:
    simulator = toy(2, robots=2, request_queue_size=2)
    other = [array[1].copy() for array in simulator.state]
    before = simulator.state.shelf_cell[0].copy()
    simulator.place_robots(0, np.array([[1, 1], [0, 4]]), np.array([RIGHT, DOWN]))
    simulator.set_requests(0, [3, 0])
    simulator.step([[TOGGLE_LOAD, NOOP], [NOOP, NOOP]])
    simulator.step([[FORWARD, FORWARD], [NOOP, NOOP]])
    assert simulator.state.robot_load[0].tolist() == [0, NO_SHELF]
    simulator.place_robots(0, np.array([[2, 2], [4, 0]]), np.array([LEFT, UP]))
    state, width = simulator.state, 7
    assert state.robot_cell[0].tolist() == [3 * width + 3, 5 * width + 1]
    assert state.robot_direction[0].tolist() == [LEFT, UP]
    assert (state.robot_load[0] == NO_SHELF).all(), "nothing is left on the robots"
    np.testing.assert_array_equal(state.shelf_cell[0], before)
    assert (state.robot_at[0] != NO_ROBOT).sum() == 2 and (state.shelf_at[0] != NO_SHELF).sum() == 4
    assert simulator.buffers.observations[0, :, :2].tolist() == [[2, 2], [0, 4]]
    simulator.step([[NOOP, NOOP], [NOOP, NOOP]])
    for name, kept in zip(state._fields, other, strict=True):
        if name not in ("steps", "moves"):
            np.testing.assert_array_equal(getattr(state, name)[1], kept)


def test_placing_forgets_deliveries_that_await_their_return() -> None:
    simulator = toy(reward="two_stage")
    simulator.place_robots(0, np.array([[2, 1]]), np.array([DOWN]))
    simulator.set_requests(0, [2])
    for action in (TOGGLE_LOAD, FORWARD, TURN_LEFT, FORWARD, TURN_RIGHT):
        simulator.step([[action]])
    assert simulator.step([[FORWARD]]).rewards.tolist() == [[0.5]]
    simulator.place_robots(0, np.array([[1, 1]]), np.array([DOWN]))
    simulator.step([[TOGGLE_LOAD]])
    assert simulator.step([[TOGGLE_LOAD]]).rewards.tolist() == [[0.0]], "nothing was delivered since"


@pytest.mark.parametrize("shelves", [[0], [1, 1], [0, 4], [-1, 2], [0, 1, 2]])
def test_wrong_requests_change_nothing(shelves: list[int]) -> None:
    simulator = toy(request_queue_size=2)
    before = simulator.state.requests.copy()
    with pytest.raises(ValueError, match="Expected 2 different shelves from 0 to 3, but got"):
        simulator.set_requests(0, shelves)
    np.testing.assert_array_equal(simulator.state.requests, before)


def test_requests_are_seen_at_once() -> None:
    simulator = toy(robots=1, request_queue_size=2)
    simulator.place_robots(0, np.array([[1, 2]]), np.array([UP]))
    for shelves in ([0, 1], [3, 2], [1, 3]):
        simulator.set_requests(0, shelves)
        assert simulator.state.requests[0].tolist() == shelves
        assert np.flatnonzero(simulator.state.requested[0]).tolist() == sorted(shelves)
        sensed = simulator.buffers.observations[0, 0, 8:].reshape(3, 3, 7)[:, :, 6]
        assert [bool(sensed[1, 0]), bool(sensed[1, 2])] == [0 in shelves, 1 in shelves]


@pytest.mark.parametrize("cells", [[[0, 0], [0, 0]], [[0, 0], [5, 5]], [[0, 0]], [[0, 0], [-1, 0]]])
def test_wrong_placements_change_nothing(cells: list[list[int]]) -> None:
    simulator = toy(robots=2)
    before = simulator.state.robot_cell.copy()
    with pytest.raises(ValueError, match="Robots need 2 different free cells"):
        simulator.place_robots(0, np.array(cells), np.array([UP] * len(cells)))
    np.testing.assert_array_equal(simulator.state.robot_cell, before)


def test_facts_of_an_episode() -> None:
    simulator = toy()
    simulator.place_robots(0, np.array([[3, 2]]), np.array([DOWN]))
    assert simulator.episode_info(0) == {"success": False, "deliveries": 0}
    simulator.place_robots(0, np.array([[2, 1]]), np.array([DOWN]))
    simulator.set_requests(0, [2])
    for action in (TOGGLE_LOAD, FORWARD, TURN_LEFT, FORWARD, TURN_RIGHT):
        simulator.step([[action]])
    assert simulator.step([[FORWARD]]).rewards.tolist() == [[1.0]]
    assert simulator.episode_info(0) == {"success": True, "deliveries": 1}
    simulator.step([[NOOP]])
    assert simulator.buffers.rewards.tolist() == [[0.0]], "a delivery is paid once"
    simulator.reset()
    assert simulator.episode_info(0) == {"success": False, "deliveries": 0}


def test_editing_by_hand_needs_a_refresh() -> None:
    simulator = toy()
    simulator.place_robots(0, np.array([[0, 0]]), np.array([DOWN]))
    simulator.state.robot_direction[0, 0] = UP
    assert simulator.buffers.action_masks[0, 0, FORWARD]
    simulator.refresh()
    assert not simulator.buffers.action_masks[0, 0, FORWARD], "the wall is ahead"
    assert simulator.buffers.observations[0, 0, 3:7].tolist() == [1, 0, 0, 0]
