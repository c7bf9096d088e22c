"""The substrate, shown with the warehouse."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import EVENTS, ROBOT_EVENTS
from tests.envs.simulation.mortals import WORK, mortals


def make(worlds: int = 4, threads: int | None = None, **changes: int) -> WarehouseSimulator:
    return WarehouseSimulator(WarehouseParams.rware(**changes), worlds, threads)


def test_seeds_are_counted_up_from_one_integer() -> None:
    together, listed = make(), make()
    together.reset(7)
    listed.reset([7, 8, 9, 10])
    for mine, theirs in zip(together.state, listed.state, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    listed.reset([8], worlds=[0])
    np.testing.assert_array_equal(listed.state.robots.cell[0], together.state.robots.cell[1])
    np.testing.assert_array_equal(listed.state.robots.cell[2], together.state.robots.cell[2])


def test_reset_without_a_seed_goes_on_with_the_stream() -> None:
    simulator = make(1)
    simulator.reset(3)
    first = simulator.state.robots.cell.copy()
    simulator.reset()
    second = simulator.state.robots.cell.copy()
    simulator.reset(3)
    np.testing.assert_array_equal(simulator.state.robots.cell, first)
    simulator.reset()
    np.testing.assert_array_equal(simulator.state.robots.cell, second)
    assert (first != second).any()


@pytest.mark.parametrize("seeds", [[1, 2], [-1, 0, 0, 0], -5])
def test_wrong_seeds_are_refused(seeds: object) -> None:
    with pytest.raises(ValueError, match="4 seeds"):
        make().reset(seeds)  # type: ignore[arg-type]


def test_wrong_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        make(0)
    with pytest.raises(ValueError, match="positive"):
        make(1, threads=0)


def test_ended_worlds_stand_still_until_reset() -> None:
    simulator = make(3, max_steps=2)
    simulator.reset(0)
    forward = np.ones((3, 2), dtype=int)
    for _ in range(2):
        simulator.step(forward)
    assert simulator.buffers.truncated.all()
    before = simulator.snapshot()
    buffers = simulator.step(np.full((3, 2), 2))
    assert (buffers.rewards == 0).all() and buffers.truncated.all()
    for array, kept in zip(simulator.state, before.state, strict=True):
        np.testing.assert_array_equal(array, kept)
    simulator.reset(worlds=[1])
    assert simulator.state.ended.tolist() == [True, False, True]
    assert simulator.step(forward, autoreset=True).truncated.tolist() == [False, False, False]
    assert simulator.state.steps.tolist() == [0, 1, 0]


def test_threads_do_not_change_anything() -> None:
    alone, shared = make(130, threads=1), make(130, threads=4)
    random = np.random.default_rng(0)
    for simulator in (alone, shared):
        simulator.reset(5)
    for _ in range(60):
        actions = random.integers(5, size=(130, 2))
        for mine, theirs in zip(alone.step(actions, True), shared.step(actions, True), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_a_pickled_simulator_goes_on_equally() -> None:
    simulator = make(200, threads=2)
    simulator.reset(5)
    simulator.step(np.ones((200, 2), dtype=int))
    twin = pickle.loads(pickle.dumps(simulator))
    actions = np.full((200, 2), 1)
    np.testing.assert_array_equal(simulator.step(actions).observations, twin.step(actions).observations)


def test_state_is_small() -> None:
    assert WarehouseSimulator(WarehouseParams.rware("tiny", 4), 64).state_bytes_per_world <= 2048


@pytest.mark.parametrize("worlds", [[4], [-1], [0, 99]])
def test_worlds_that_there_are_not_are_refused(worlds: list[int]) -> None:
    simulator = make()
    for seeds in (None, list(range(len(worlds)))):
        with pytest.raises(ValueError, match="numbered from 0 to 3, but got"):
            simulator.reset(seeds, worlds)
    simulator.reset(None, [])


def test_agents_that_have_ended_act_no_more() -> None:
    simulator = mortals(lifetimes=(1, 5), max_steps=4)
    simulator.reset(0)
    rewards = [simulator.step([WORK, WORK]).rewards[0].tolist() for _ in range(4)]
    assert np.array(rewards).astype(bool).tolist() == [[True, True]] + 3 * [[False, True]]
    assert simulator.state.shifts.tolist() == [[1, 4]] and not simulator.buffers.invalid_actions.any()
    assert simulator.buffers.terminated.tolist() == [[True, False]] and simulator.buffers.truncated[0]


def test_forks_and_snapshots_know_who_has_ended() -> None:
    simulator = mortals(2, lifetimes=(1, 5))
    simulator.reset(0)
    moment = simulator.snapshot()
    simulator.step([[WORK, WORK], [WORK, WORK]])
    fork = simulator.fork(1, copies=3)
    assert fork.buffers.terminated.tolist() == 3 * [[True, False]]
    fork.step(np.full((3, 2), WORK))
    assert fork.state.shifts.tolist() == 3 * [[1, 2]]
    simulator.restore(moment)
    assert not simulator.buffers.terminated.any() and (simulator.buffers.rewards == 0).all()


def restless(worlds: int = 2) -> WarehouseSimulator:
    """Who stands still is reported at once, and every step an order is cancelled."""
    params = WarehouseParams.toy(robots=2, stuck_after=1, order_cancelled=1.0)
    simulator = WarehouseSimulator(params, worlds)
    simulator.reset(0)
    for world in range(worlds):
        simulator.place_robots(world, np.array([[0, 0], [0, 4]]), np.array([3, 3]))
    return simulator


def test_events_are_named_for_each_agent() -> None:
    simulator = restless()
    assert simulator.event_names == EVENTS and simulator.num_agent_events == ROBOT_EVENTS
    assert simulator.events(0) == [[], []] and simulator.listed_events(0) == []
    simulator.step([[1, 0], [0, 0]])
    orders = ["order_arrived", "order_cancelled"]
    assert simulator.events(0) == [orders, ["stuck", *orders]]
    assert simulator.events(1) == [["stuck", *orders]] * 2
    assert simulator.listed_events(0) == [
        {"event": "order_arrived", "agent": None},
        {"event": "order_cancelled", "agent": None},
        {"event": "stuck", "agent": "robot_1"},
    ]
    assert [each["agent"] for each in simulator.listed_events(1)] == [None, None, "robot_0", "robot_1"]
    simulator.step([[0, 0], [0, 0]])
    assert simulator.events(1) == [orders] * 2, "a robot that still stands is reported once"


def test_event_bits_are_the_names_in_order() -> None:
    simulator = restless()
    simulator.step([[1, 0], [0, 0]])
    bits = simulator.event_bits
    assert bits.shape == (2, 2) and bits.dtype == np.int32
    numbers = [EVENTS.index(name) for name in ("stuck", "order_arrived", "order_cancelled")]
    assert bits[0].tolist() == [sum(1 << number for number in each) for each in (numbers[1:], numbers)]


def test_a_scenario_may_have_no_events() -> None:
    simulator = mortals()
    assert simulator.event_names == () and simulator.observation_shape == (2,)
    with pytest.raises(NotImplementedError, match="MortalSimulator reports no events"):
        simulator.events(0)


@pytest.mark.parametrize(
    "worlds", [[0, 2, 4], (0, 2, 4), np.arange(6)[::2], np.array([0, 2, 4], dtype=np.uint8), range(0, 6, 2)]
)
def test_worlds_to_reset_may_be_any_row_of_integers(worlds: Any) -> None:
    simulator, expected = make(6), make(6)
    for each in (simulator, expected):
        each.reset(3)
        each.step(np.ones((6, 2), dtype=int))
    simulator.reset(None, worlds)
    expected.reset(None, [0, 2, 4])
    assert simulator.state.steps.tolist() == [0, 1] * 3
    for mine, theirs in zip(simulator.state, expected.state, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    "form",
    [
        np.ndarray.tolist,
        np.asfortranarray,
        read_only,
        lambda actions: actions.astype(np.int8),
        lambda actions: actions.astype(">i4"),
        lambda actions: np.repeat(actions, 3, axis=1)[:, ::3],
        lambda actions: actions[::-1].copy()[::-1],
        np.ravel,
    ],
)
def test_actions_may_lie_in_memory_as_they_like(form: Any) -> None:
    plain, other = make(7), make(7)
    random = np.random.default_rng(1)
    for simulator in (plain, other):
        simulator.reset(9)
    for _ in range(12):
        actions = random.integers(5, size=(7, 2))
        for mine, theirs in zip(plain.step(actions), other.step(form(actions.copy())), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_every_thread_has_a_room_and_a_fork_rooms_of_its_own() -> None:
    simulator = make()
    room = simulator._room((0, 2))
    assert simulator._room((0, 2)) is room is simulator.buffers
    fork = simulator.fork()
    assert fork._room((0, 2)) is fork.buffers is not simulator.buffers
    assert simulator._room((0, 2)) is room
