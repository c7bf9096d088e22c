"""The substrate, shown with the warehouse."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
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
    np.testing.assert_array_equal(listed.state.robot_cell[0], together.state.robot_cell[1])
    np.testing.assert_array_equal(listed.state.robot_cell[2], together.state.robot_cell[2])


def test_reset_without_a_seed_goes_on_with_the_stream() -> None:
    simulator = make(1)
    simulator.reset(3)
    first = simulator.state.robot_cell.copy()
    simulator.reset()
    second = simulator.state.robot_cell.copy()
    simulator.reset(3)
    np.testing.assert_array_equal(simulator.state.robot_cell, first)
    simulator.reset()
    np.testing.assert_array_equal(simulator.state.robot_cell, second)
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
