"""The simulator of mazes: threads, forks, resets, and where observations lie."""

from __future__ import annotations

import pickle
import time

import numpy as np
import pytest

from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import ALIVE, EVENTS
from tests.envs.maze.stage import random_actions


def test_names() -> None:
    simulator = maze_v0.simulator()
    assert simulator.agents == ("agent_0", "agent_1", "agent_2")
    assert simulator.event_names == EVENTS and simulator.num_agent_events == len(EVENTS)
    assert simulator.num_actions == 17 + 13 + 3 * 4
    assert simulator.observation_size == simulator.layout.size == 648
    assert maze_v0.simulator(coordination="none").num_actions == 17


@pytest.mark.parametrize("coordination", ["none", "enabled", "forced", "roles"])
def test_a_restored_moment_is_the_same_in_every_buffer(coordination: str) -> None:
    simulator = maze_v0.simulator(num_worlds=5, coordination=coordination, doors=2)
    simulator.reset(4)
    random = np.random.default_rng(1)
    for _ in range(30):
        simulator.step(random_actions(simulator, random))
    kept = [array.copy() for array in simulator.buffers]
    simulator.restore(simulator.snapshot())
    np.testing.assert_array_equal(simulator.buffers.observations, kept[0])
    np.testing.assert_array_equal(simulator.buffers.action_masks, kept[1])
    np.testing.assert_array_equal(simulator.buffers.terminated, kept[3])


def test_threads_make_no_difference_and_do_not_share_room() -> None:
    params = MazeParams(observation="guided", agents=10, message_range=5)
    one, three = MazeSimulator(params, 64, threads=1), MazeSimulator(params, 64, threads=3)
    random = np.random.default_rng(2)
    for simulator in (one, three):
        simulator.reset(7)
    for _ in range(40):
        actions = random_actions(one, random)
        for mine, theirs in zip(one.step(actions, True), three.step(actions, True), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_forks_work_in_rooms_of_their_own() -> None:
    simulator = maze_v0.simulator(observation="guided")
    simulator.reset(1)
    fork = simulator.fork(copies=3)
    before = simulator.buffers.observations.copy()
    fork.step(random_actions(fork, np.random.default_rng(0)))
    np.testing.assert_array_equal(simulator.buffers.observations, before)
    again = pickle.loads(pickle.dumps(simulator))
    actions = random_actions(simulator, np.random.default_rng(0))
    np.testing.assert_array_equal(again.step(actions).observations, simulator.step(actions).observations)


def test_an_episode_leaves_nothing_to_the_next() -> None:
    simulator = maze_v0.simulator(max_steps=40, agents=6, together=True)
    random = np.random.default_rng(3)
    simulator.reset(0)
    for _ in range(90):
        simulator.step(random_actions(simulator, random), autoreset=True)
    fresh = maze_v0.simulator(max_steps=40, agents=6, together=True)
    for each in (simulator, fresh):
        each.reset(12)
    for _ in range(30):
        actions = random_actions(fresh, random)
        for mine, theirs in zip(simulator.step(actions), fresh.step(actions), strict=True):
            np.testing.assert_array_equal(mine, theirs)
        for name in ("codes", "known", "known_at", "seen", "contact", "agents", "type_counts"):
            mine, theirs = getattr(simulator.state, name), getattr(fresh.state, name)
            np.testing.assert_array_equal(mine, theirs)


def test_a_finished_world_stands_still() -> None:
    simulator = maze_v0.simulator(num_worlds=2, max_steps=5)
    simulator.reset(0)
    for _ in range(5):
        simulator.step(np.zeros((2, 3)))
    assert simulator.state.ended.all() and simulator.buffers.truncated.all()
    cells = simulator.state.agents.cell.copy()
    simulator.step(np.ones((2, 3)))
    assert not simulator.buffers.rewards.any() and (simulator.state.steps == 5).all()
    np.testing.assert_array_equal(simulator.state.agents.cell, cells)
    simulator.step(np.ones((2, 3)), autoreset=True)
    assert (simulator.state.steps == 0).all() and not simulator.buffers.truncated.any()


@pytest.mark.parametrize("together", [False, True])
def test_a_huge_maze_steps_within_a_millisecond(together: bool) -> None:
    """The median counts, since others may use the machine too."""
    amounts = {"hazards": 100, "food": 200, "water": 200, "medicine": 50, "safe_rooms": 5}
    params = MazeParams(height=200, width=200, agents=50, together=together, **amounts)
    simulator, random = MazeSimulator(params), np.random.default_rng(0)
    simulator.reset(0)
    took = []
    for _ in range(60):
        actions = random_actions(simulator, random)
        start = time.perf_counter()
        simulator.step(actions)
        took.append(time.perf_counter() - start)
    assert (simulator.state.agents.status == ALIVE).any()
    assert np.median(took) < 1e-3
