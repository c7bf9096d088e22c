"""The warehouse's arrays: placing by hand, sizes, bounds, facts of an episode."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.warehouse.dynamics import FORWARD, NOOP, TOGGLE_LOAD, TURN_LEFT, TURN_RIGHT
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.sizes import fleet_size, observation_shape
from planzoo.envs.warehouse.state import (
    DOWN,
    EVENTS,
    LEFT,
    NO_SHELF,
    RIGHT,
    ROBOT_CODES,
    STANDING_CODE,
    UP,
)
from tests.envs.warehouse.placements import in_hall

QUIET = dict.fromkeys(EVENTS, 0)
"""Counts of an episode in which nothing happened."""


def toy(worlds: int = 1, **changes: object) -> WarehouseSimulator:
    simulator = WarehouseSimulator(WarehouseParams.toy(**changes), worlds)
    simulator.reset(0)
    return simulator


def test_robots_have_names_and_actions() -> None:
    simulator = toy(robots=3)
    assert simulator.agents == ("robot_0", "robot_1", "robot_2") and simulator.num_actions == 5


@pytest.mark.parametrize("observation", ["local", "compact", "image", "fleet"])
def test_buffers_have_the_observation_s_size(observation: str) -> None:
    params = WarehouseParams.rware("small", 3, observation=observation)
    simulator = WarehouseSimulator(params, 4)
    assert simulator.global_state_size == fleet_size(params)
    assert simulator.observation_shape == observation_shape(params)
    assert simulator.observation_size == np.prod(simulator.observation_shape)
    assert simulator.buffers.observations.shape == (4, 3, simulator.observation_size)


OF_A_STEP = ("still", "command", "moves", "target", "ahead", "depth")
"""What a step writes about every robot, even if it waits."""


def test_placing_puts_everything_where_one_wants_it() -> None:
    simulator = toy(2, robots=2, request_queue_size=2)
    other = [array[1].copy() for array in simulator.state]
    before = simulator.state.shelves.cell[0].copy()
    simulator.place_robots(0, np.array([[1, 1], [0, 4]]), np.array([RIGHT, DOWN]))
    simulator.set_requests(0, [3, 0])
    simulator.step([[TOGGLE_LOAD, NOOP], [NOOP, NOOP]])
    simulator.step([[FORWARD, FORWARD], [NOOP, NOOP]])
    assert simulator.state.robot_load[0].tolist() == [[0], [NO_SHELF]]
    simulator.place_robots(0, np.array([[2, 2], [4, 0]]), np.array([LEFT, UP]))
    state, width = simulator.state, 7
    assert state.robots.cell[0].tolist() == [3 * width + 3, 5 * width + 1]
    assert state.robots.direction[0].tolist() == [LEFT, UP]
    assert (state.robot_load[0] == NO_SHELF).all(), "nothing is left on the robots"
    np.testing.assert_array_equal(state.shelves.cell[0], before)
    assert state.standing[0].tolist() == [0, 1, 2, 3] and not state.robots.loads[0].any()
    assert np.flatnonzero(state.codes[0] & ROBOT_CODES).tolist() == state.robots.cell[0].tolist()
    assert np.flatnonzero(state.codes[0] & STANDING_CODE).tolist() == before.tolist()
    assert simulator.buffers.observations[0, :, :2].tolist() == [[2, 2], [0, 4]]
    simulator.step([[NOOP, NOOP], [NOOP, NOOP]])
    for name, kept in zip(state._fields, other, strict=True):
        now = getattr(state, name)[1].copy()
        for field in OF_A_STEP if name == "robots" else ():
            now[field] = kept[field]
        if name != "steps":
            np.testing.assert_array_equal(now, kept)


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
        assert np.flatnonzero(simulator.state.shelves.requested[0]).tolist() == sorted(shelves)
        sensed = simulator.buffers.observations[0, 0, 8:].reshape(3, 3, 7)[:, :, 6]
        assert [bool(sensed[1, 0]), bool(sensed[1, 2])] == [0 in shelves, 1 in shelves]


@pytest.mark.parametrize("cells", [[[0, 0], [0, 0]], [[0, 0], [5, 5]], [[0, 0]], [[0, 0], [-1, 0]]])
def test_wrong_placements_change_nothing(cells: list[list[int]]) -> None:
    simulator = toy(robots=2)
    before = simulator.state.robots.cell.copy()
    with pytest.raises(ValueError, match="Robots need 2 different free cells"):
        simulator.place_robots(0, np.array(cells), np.array([UP] * len(cells)))
    np.testing.assert_array_equal(simulator.state.robots.cell, before)


def test_facts_of_an_episode() -> None:
    simulator = toy()
    simulator.place_robots(0, np.array([[3, 2]]), np.array([DOWN]))
    assert simulator.episode_info(0) == {"success": False, "deliveries": 0, **QUIET}
    simulator.place_robots(0, np.array([[2, 1]]), np.array([DOWN]))
    simulator.set_requests(0, [2])
    for action in (TOGGLE_LOAD, FORWARD, TURN_LEFT, FORWARD, TURN_RIGHT):
        simulator.step([[action]])
    assert simulator.step([[FORWARD]]).rewards.tolist() == [[1.0]]
    orders = {"order_arrived": 1, "order_completed": 1}
    assert simulator.episode_info(0) == {"success": True, "deliveries": 1, **QUIET, **orders}
    simulator.step([[NOOP]])
    assert simulator.buffers.rewards.tolist() == [[0.0]], "a delivery is paid once"
    simulator.reset()
    assert simulator.episode_info(0) == {"success": False, "deliveries": 0, **QUIET}


def test_editing_by_hand_needs_a_refresh() -> None:
    simulator = toy()
    simulator.place_robots(0, np.array([[0, 0]]), np.array([DOWN]))
    simulator.state.robots.direction[0, 0] = UP
    assert simulator.buffers.action_masks[0, 0, FORWARD]
    simulator.refresh()
    assert not simulator.buffers.action_masks[0, 0, FORWARD], "the wall is ahead"
    assert simulator.buffers.observations[0, 0, 3:7].tolist() == [1, 0, 0, 0]


def test_requests_by_hand_are_for_one_shelf_each() -> None:
    simulator = WarehouseSimulator(WarehouseParams.rware(items_per_order=2))
    simulator.reset(0)
    with pytest.raises(ValueError, match="Orders ask for several shelves here"):
        simulator.set_requests(0, [0, 1])


def test_requests_by_hand_replace_all_orders() -> None:
    simulator = WarehouseSimulator(
        in_hall(layout="#c#t#\n.....\n.xxx.\n..g..", request_queue_size=2, priorities=3, deadline=(5, 9))
    )
    simulator.reset(0)
    simulator.set_requests(0, [2, 0])
    state = simulator.state
    assert state.orders.left[0].tolist() == state.orders.priority[0].tolist() == [1, 1]
    assert (state.worlds.orders_open[0], state.worlds.requested_shelves[0]) == (2, 2)
    assert state.shelves.slot[0][[2, 0]].tolist() == [0, 1]
    for _ in range(20):
        simulator.step([[NOOP]])
    assert state.requests[0].tolist() == [2, 0], "they have no deadline"


def test_placing_frees_partners_and_keeps_blocked_cells() -> None:
    simulator = WarehouseSimulator(in_hall(robots=2, heavy_share=1.0, blocked_aisle=1.0, blocked_steps=90))
    simulator.reset(3)
    for cells in ([[2, 1], [2, 2]], [[1, 0], [1, 4]]):
        simulator.place_robots(0, np.array(cells), np.array([RIGHT, LEFT]))
        blocked = simulator.state.codes[0] & 32
        simulator.step([[TOGGLE_LOAD, TOGGLE_LOAD]])
        coupled = simulator.state.robots.partner[0].tolist()
        assert coupled == ([1, 0] if cells[0] == [2, 1] else [-1, -1])
    assert (simulator.state.codes[0] & 32).sum() >= blocked.sum() > 0


def test_a_list_is_a_success_when_every_order_is_completed() -> None:
    simulator = WarehouseSimulator(in_hall(orders="list", order_count=2))
    simulator.reset(0)
    assert not simulator.episode_info(0)["success"]
    for completed, success in ((1, False), (2, True)):
        simulator.state.event_counts[0, EVENTS.index("order_completed")] = completed
        assert simulator.episode_info(0)["success"] is success
        assert simulator.episode_info(0)["order_completed"] == completed


def test_blocks_of_worlds_are_shown_as_single_ones() -> None:
    params = WarehouseParams.rware("tiny", 2, stuck_after=3)
    together, alone = WarehouseSimulator(params, 131, threads=1), WarehouseSimulator(params)
    together.reset(40)
    random = np.random.default_rng(0)
    alone.reset(40 + 130)
    for _ in range(30):
        actions = random.integers(5, size=(131, 2))
        shown, single = together.step(actions), alone.step(actions[130:])
        for many, one in zip(shown, single, strict=True):
            np.testing.assert_array_equal(many[130:], one)
        np.testing.assert_array_equal(together.event_bits[130], alone.event_bits[0])
