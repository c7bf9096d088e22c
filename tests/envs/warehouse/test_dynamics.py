"""The rules of the warehouse: small situations by hand, and what must always hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.warehouse.dynamics import FORWARD, NOOP, TOGGLE_LOAD, TURN_LEFT, TURN_RIGHT
from planzoo.envs.warehouse.generator import random_instance
from planzoo.envs.warehouse.layout import STORAGE, WALL
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import (
    DOWN,
    EVENTS,
    LEFT,
    NO_SHELF,
    REQUEST_CODE,
    RIGHT,
    ROBOT_CODES,
    SHELF_CODE,
    STANDING_CODE,
    UP,
)
from tests.envs.warehouse.placements import HALL, act, block, situation, where


@pytest.mark.parametrize(
    ("turn", "directions"), [(TURN_LEFT, [LEFT, DOWN, RIGHT, UP]), (TURN_RIGHT, [RIGHT, DOWN, LEFT, UP])]
)
def test_four_turns_come_round(turn: int, directions: Sequence[int]) -> None:
    simulator = situation((0, 0, UP))
    for direction in directions:
        act(simulator, turn)
        assert simulator.state.robots.direction[0, 0] == direction


def test_a_shelf_is_fetched_delivered_and_put_back() -> None:
    simulator = situation((1, 1, DOWN), reward="two_stage")
    assert act(simulator, TOGGLE_LOAD) == 0 and simulator.state.robot_load[0, 0, 0] == 0
    act(simulator, FORWARD)
    assert where(simulator) == [(1, 1)], "a robot with a load keeps off standing shelves"
    path = [TURN_LEFT, FORWARD, TURN_RIGHT, FORWARD, FORWARD]
    rewards = [act(simulator, action)[0] for action in path]
    assert rewards == [0] * len(path) and where(simulator) == [(3, 2)]
    assert act(simulator, FORWARD) == 0.5, "half of the two-stage reward comes at the workstation"
    assert simulator.state.robots.deliveries[0, 0] == 1 and not simulator.state.shelves.requested[0, 0]
    assert simulator.buffers.action_masks[0, 0].tolist() == [True, False, True, True, False]
    act(simulator, TOGGLE_LOAD)
    assert simulator.state.robot_load[0, 0, 0] == 0, "shelves are not put down on aisles and workstations"
    for action in (TURN_LEFT, TURN_LEFT, FORWARD, FORWARD, FORWARD, TURN_LEFT, FORWARD):
        act(simulator, action)
    assert where(simulator) == [(1, 1)]
    assert act(simulator, TOGGLE_LOAD) == 0.5 and simulator.state.robot_load[0, 0, 0] == NO_SHELF
    orders = {"order_arrived": 1, "order_completed": 1}
    assert simulator.episode_info(0) == {
        "success": True, "deliveries": 1, **dict.fromkeys(EVENTS, 0), **orders
    }  # fmt: skip


def test_robots_never_swap() -> None:
    simulator = situation((0, 1, RIGHT), (0, 2, LEFT))
    act(simulator, FORWARD, FORWARD)
    assert where(simulator) == [(0, 1), (0, 2)]


def test_a_chain_moves_together_and_stops_together() -> None:
    simulator = situation((0, 0, RIGHT), (0, 1, RIGHT), (0, 2, RIGHT))
    act(simulator, FORWARD, FORWARD, FORWARD)
    assert where(simulator) == [(0, 1), (0, 2), (0, 3)]
    act(simulator, FORWARD, FORWARD, NOOP)
    assert where(simulator) == [(0, 1), (0, 2), (0, 3)]


def test_a_ring_turns_around() -> None:
    simulator = situation((0, 0, RIGHT), (0, 1, DOWN), (1, 1, LEFT), (1, 0, UP))
    act(simulator, *[FORWARD] * 4)
    assert where(simulator) == [(0, 1), (1, 1), (1, 0), (0, 0)]


def test_the_longer_chain_wins_and_the_lower_number_breaks_ties() -> None:
    simulator = situation((0, 3, LEFT), (0, 1, RIGHT))
    act(simulator, FORWARD, FORWARD)
    assert where(simulator) == [(0, 2), (0, 1)]
    simulator = situation((0, 3, LEFT), (0, 1, RIGHT), (0, 0, RIGHT))
    act(simulator, FORWARD, FORWARD, FORWARD)
    assert where(simulator) == [(0, 3), (0, 2), (0, 1)]


def test_the_global_reward_is_everybody_s() -> None:
    simulator = situation((1, 1, RIGHT), (0, 4, UP), reward="global")
    for action in (TOGGLE_LOAD, FORWARD, TURN_RIGHT, FORWARD, FORWARD):
        act(simulator, action, NOOP)
    assert act(simulator, FORWARD, NOOP).tolist() == [1, 1]


def test_time_runs_out_by_truncation() -> None:
    simulator = situation((0, 0, UP), max_steps=3)
    for _ in range(3):
        act(simulator, NOOP)
    assert simulator.buffers.truncated[0] and not simulator.buffers.terminated.any()


def test_wrong_placements_are_refused() -> None:
    simulator = situation((0, 0, UP), (0, 1, UP))
    for cells in ([[0, 0], [0, 0]], [[0, 0], [9, 9]]):
        with pytest.raises(ValueError, match="different free cells"):
            simulator.place_robots(0, np.array(cells), np.array([0, 0]))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    robots=st.integers(1, 12),
    queue=st.integers(1, 6),
    reward=st.sampled_from(["individual", "global"]),
)
def test_what_always_holds(seed: int, robots: int, queue: int, reward: str) -> None:
    params = WarehouseParams(random_instance(seed), robots, queue, reward=reward, max_steps=10_000)
    simulator = WarehouseSimulator(params, 2)
    simulator.reset(seed)
    random = np.random.default_rng(seed)
    total = np.zeros(2)
    for _ in range(120):
        weights = random.random((2, robots, 5)) * simulator.buffers.action_masks * [0.2, 1.0, 0.7, 0.7, 1.5]
        total += simulator.step(weights.argmax(axis=2)).rewards.sum(axis=1)
        check_invariants(simulator)
    per_delivery = robots if reward == "global" else 1
    np.testing.assert_array_equal(total, simulator.state.robots.deliveries.sum(axis=1) * per_delivery)


def check_invariants(simulator: WarehouseSimulator) -> None:
    state, constants = simulator.state, simulator.constants
    kinds, shelves = constants.kinds, len(constants.shelves)
    for world in range(simulator.num_worlds):
        cells, loads = state.robots.cell[world], state.robot_load[world, :, 0]
        assert len(set(cells.tolist())) == len(cells), "no two robots in a cell"
        assert (kinds[cells] != WALL).all()
        places, requested = state.shelves.cell[world], state.shelves.requested[world]
        assert len(set(places.tolist())) == shelves, "no shelf lost or doubled"
        carried = loads[loads != NO_SHELF]
        assert np.array_equal(state.robots.loads[world], loads != NO_SHELF)
        assert np.array_equal(places[carried], cells[loads != NO_SHELF])
        standing = np.setdiff1d(np.arange(shelves), carried)
        assert (kinds[places[standing]] == STORAGE).all()
        assert sorted(state.requests[world].tolist()) == np.flatnonzero(requested).tolist()
        assert state.worlds.requested_shelves[world] == requested.sum()
        on_map = state.standing[world]
        assert np.array_equal(on_map[constants.storage_numbers[places[standing]]], standing)
        assert (on_map != NO_SHELF).sum() == len(standing)
        codes = state.codes[world]
        assert np.array_equal(np.flatnonzero(codes & ROBOT_CODES), np.sort(cells))
        assert np.array_equal(codes[cells] & ROBOT_CODES, state.robots.direction[world] + 1)
        assert np.array_equal(np.flatnonzero(codes & SHELF_CODE), np.sort(places))
        assert np.array_equal(np.flatnonzero(codes & REQUEST_CODE), np.sort(places[requested]))
        assert np.array_equal(np.flatnonzero(codes & STANDING_CODE), np.sort(places[standing]))


def masks(simulator: WarehouseSimulator, robot: int = 0) -> list[int]:
    allowed: list[int] = simulator.buffers.action_masks[0, robot].astype(int).tolist()
    return allowed


def test_cardinal_masks_look_all_around() -> None:
    # Wait, up, down, left, right, load.
    assert masks(situation((0, 0, UP), movement="cardinal")) == [1, 0, 1, 0, 1, 0]
    assert masks(situation((1, 1, UP), movement="cardinal")) == [1, 1, 1, 1, 1, 1]
    loaded = situation((1, 1, UP), movement="cardinal")
    act(loaded, 5)
    assert masks(loaded) == [1, 1, 0, 1, 1, 1], "with a load it keeps off the shelf below"


@pytest.mark.parametrize(("field", "value"), [("wait", 1), ("broken", 3), ("battery", 0)])
@pytest.mark.parametrize("movement", ["turn", "cardinal"])
def test_who_cannot_act_may_only_wait(field: str, value: int, movement: str) -> None:
    simulator = situation(
        (1, 1, UP), layout=HALL, movement=movement, battery=20, breakdown=1e-6, message_bits=1
    )
    assert sum(masks(simulator)) > 2
    simulator.state.robots[field][0, 0] = value
    simulator.refresh()
    waits = [1] + [0] * (4 if movement == "turn" else 5)
    assert masks(simulator) == waits * 2, "but it may say what it likes"


def test_blocked_cells_are_masked() -> None:
    simulator = situation((1, 1, RIGHT), layout=HALL, blocked_aisle=1e-6)
    assert masks(simulator) == [1, 1, 1, 1, 0]
    block(simulator, 1, 2)
    assert masks(simulator) == [1, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("movement", "money", "allowed"),
    [
        ("turn", 3.0, [1, 1, 1, 1, 1]),
        ("turn", 2.5, [1, 1, 1, 1, 0]),
        ("turn", 1.5, [1, 0, 1, 1, 0]),
        ("turn", 0.5, [1, 0, 0, 0, 0]),
        ("cardinal", 2.5, [1, 1, 1, 1, 1, 0]),
        ("cardinal", 1.5, [1, 0, 0, 0, 0, 0]),
    ],
)
def test_what_the_money_does_not_pay_for_is_masked(movement: str, money: float, allowed: list[int]) -> None:
    simulator = situation(
        (2, 1, UP), layout=HALL, movement=movement, budget=9.0, turn_cost=1.0, move_cost=2.0, load_cost=3.0
    )
    simulator.state.worlds.money[0] = money
    simulator.refresh()
    assert masks(simulator) == allowed


def test_masks_are_the_same_for_every_message() -> None:
    simulator = situation((1, 1, DOWN), (1, 3, LEFT), message_bits=3)
    for robot in range(2):
        assert masks(simulator, robot) == masks(simulator, robot)[:5] * 8


def test_a_masked_action_still_sends_its_message() -> None:
    simulator = situation((0, 0, UP), (0, 4, UP), message_bits=2)
    act(simulator, FORWARD + 5 * 3, NOOP + 5 * 2)
    assert simulator.buffers.invalid_actions.tolist() == [[True, False]] and where(simulator)[0] == (0, 0)
    assert simulator.state.robots.message[0].tolist() == [3, 2]
    act(simulator, TURN_LEFT, NOOP)
    assert simulator.state.robots.message[0].tolist() == [0, 0], "a message lasts one step"
    act(simulator, 99, -1)
    assert simulator.state.robots.message[0].tolist() == [0, 0] and simulator.buffers.invalid_actions.all()


def test_costs_and_penalties_are_paid() -> None:
    costs = {"move_cost": 0.25, "turn_cost": 0.125, "load_cost": 0.5}
    simulator = situation((1, 1, RIGHT), (1, 4, UP), layout=HALL, **costs)
    assert act(simulator, FORWARD, NOOP).tolist() == [-0.25, 0]
    assert act(simulator, TURN_LEFT, FORWARD).tolist() == [-0.125, 0], "what is masked costs nothing"
    simulator = situation((2, 1, RIGHT), (1, 4, UP), layout=HALL, reward="global", **costs)
    assert act(simulator, TOGGLE_LOAD, TURN_LEFT).tolist() == [-0.625, -0.625]
    late = situation((1, 1, RIGHT), (1, 4, UP), layout=HALL, deadline=(5, 5), late_penalty=3.0)
    late.state.orders.deadline[0] = 2
    assert act(late, NOOP, NOOP).tolist() == [0, 0]
    assert act(late, NOOP, NOOP).tolist() == [-1.5, -1.5], "the fleet shares what it loses"


def test_a_list_ends_the_episode_when_all_its_orders_are_done() -> None:
    simulator = situation((1, 1, RIGHT), layout=HALL, orders="list", order_count=2, deadline=(3, 3))
    simulator.reset(0)
    ends = []
    for _ in range(7):
        ends.append(bool(simulator.buffers.terminated.any()))
        act(simulator, NOOP)
    assert ends == [False] * 6 + [True] and simulator.state.ended[0] and not simulator.buffers.truncated[0]
    assert simulator.state.steps[0] == 6, "the world then stands still"
    info = simulator.episode_info(0)
    assert (info["success"], info["order_expired"], info["deliveries"]) == (False, 2, 0)


def test_small_costs_count_in_a_large_budget() -> None:
    simulator = situation((1, 1, RIGHT), layout=HALL, budget=1e6, turn_cost=0.001)
    for step in range(1, 101):
        act(simulator, TURN_LEFT)
        assert simulator.state.worlds.money[0] == pytest.approx(1e6 - 0.001 * step, abs=1e-8)
