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
from planzoo.envs.warehouse.state import DOWN, LEFT, NO_SHELF, RIGHT, UP

Robot = tuple[int, int, int]


def situation(*robots: Robot, layout: str | None = None, **changes: object) -> WarehouseSimulator:
    """Places robots (row, column, direction) in the toy warehouse; shelf 0 is requested."""
    changes = {"robots": len(robots), **changes}
    params = WarehouseParams.toy(**changes) if layout is None else WarehouseParams(layout, **changes)  # type: ignore[arg-type]
    simulator = WarehouseSimulator(params)
    simulator.reset(0)
    simulator.place_robots(
        0, np.array([robot[:2] for robot in robots]), np.array([robot[2] for robot in robots])
    )
    simulator.set_requests(0, list(range(params.request_queue_size)))
    return simulator


def where(simulator: WarehouseSimulator) -> list[tuple[int, int]]:
    width = simulator.constants.width + 2 * simulator.constants.padding
    cells = simulator.state.robot_cell[0]
    return [(int(cell) // width - 1, int(cell) % width - 1) for cell in cells]


def act(simulator: WarehouseSimulator, *actions: int) -> np.ndarray:
    return simulator.step(np.array([actions])).rewards[0].copy()


@pytest.mark.parametrize(
    ("turn", "directions"), [(TURN_LEFT, [LEFT, DOWN, RIGHT, UP]), (TURN_RIGHT, [RIGHT, DOWN, LEFT, UP])]
)
def test_four_turns_come_round(turn: int, directions: Sequence[int]) -> None:
    simulator = situation((0, 0, UP))
    for direction in directions:
        act(simulator, turn)
        assert simulator.state.robot_direction[0, 0] == direction


def test_a_shelf_is_fetched_delivered_and_put_back() -> None:
    simulator = situation((1, 1, DOWN), reward="two_stage")
    assert act(simulator, TOGGLE_LOAD) == 0 and simulator.state.robot_load[0, 0] == 0
    act(simulator, FORWARD)
    assert where(simulator) == [(1, 1)], "a robot with a load keeps off standing shelves"
    path = [TURN_LEFT, FORWARD, TURN_RIGHT, FORWARD, FORWARD]
    rewards = [act(simulator, action)[0] for action in path]
    assert rewards == [0] * len(path) and where(simulator) == [(3, 2)]
    assert act(simulator, FORWARD) == 0.5, "half of the two-stage reward comes at the workstation"
    assert simulator.state.deliveries[0, 0] == 1 and not simulator.state.requested[0, 0]
    assert simulator.buffers.action_masks[0, 0].tolist() == [True, False, True, True, False]
    act(simulator, TOGGLE_LOAD)
    assert simulator.state.robot_load[0, 0] == 0, "shelves are not put down on aisles and workstations"
    for action in (TURN_LEFT, TURN_LEFT, FORWARD, FORWARD, FORWARD, TURN_LEFT, FORWARD):
        act(simulator, action)
    assert where(simulator) == [(1, 1)]
    assert act(simulator, TOGGLE_LOAD) == 0.5 and simulator.state.robot_load[0, 0] == NO_SHELF
    assert simulator.episode_info(0) == {"success": True, "deliveries": 1}


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
    np.testing.assert_array_equal(total, simulator.state.deliveries.sum(axis=1) * per_delivery)


def check_invariants(simulator: WarehouseSimulator) -> None:
    state, kinds = simulator.state, simulator.constants.kinds
    shelves = len(simulator.constants.storage_cells)
    for world in range(simulator.num_worlds):
        cells, loads = state.robot_cell[world], state.robot_load[world]
        assert len(set(cells.tolist())) == len(cells), "no two robots in a cell"
        assert (kinds[cells] != WALL).all()
        assert len(set(state.shelf_cell[world].tolist())) == shelves, "no shelf lost or doubled"
        carried = loads[loads != NO_SHELF]
        np.testing.assert_array_equal(state.shelf_cell[world, carried], cells[loads != NO_SHELF])
        standing = np.setdiff1d(np.arange(shelves), carried)
        assert (kinds[state.shelf_cell[world, standing]] == STORAGE).all()
        assert sorted(state.requests[world].tolist()) == np.flatnonzero(state.requested[world]).tolist()
        np.testing.assert_array_equal(np.flatnonzero(state.robot_at[world] >= 0), np.sort(cells))
        shelf_at = state.shelf_at[world]
        np.testing.assert_array_equal(shelf_at[state.shelf_cell[world]], np.arange(shelves))
        assert (shelf_at >= 0).sum() == shelves
        direction_codes = state.codes[world][cells] % 8
        np.testing.assert_array_equal(direction_codes, state.robot_direction[world] + 1)
        np.testing.assert_array_equal(state.codes[world] // 8 % 2, shelf_at >= 0)
