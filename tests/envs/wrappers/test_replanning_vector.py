"""Monitors around vector environments."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from planzoo.envs import maze_v0
from planzoo.envs.wrappers.replanning_vector import VectorReplanningMonitor
from planzoo.errors import InputError
from tests.envs.wrappers.watched import Teller, told

STAY = np.zeros((2, 3), dtype=np.int64)


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_statistics_are_told_where_episodes_end_and_begin_anew(mode: AutoresetMode) -> None:
    env = VectorReplanningMonitor(
        maze_v0.vector_env(2, max_steps=2, autoreset_mode=mode), Teller(told(1, 0, 3), told(0, 0, 0))
    )
    env.reset(seed=0)
    infos = env.step(STAY)[4]
    assert infos["triggers"].tolist() == [[1, 0, 3], [0, 0, 0]]
    assert infos["divergence"].shape == (2, 3) and "replans" not in infos
    infos = env.step(STAY)[4]
    assert infos["replans"].tolist() == [4, 0] and infos["_replans"].all()
    if mode is AutoresetMode.SAME_STEP:
        assert infos["final_info"]["replans"].tolist() == [4, 0]
    else:
        env.step(STAY)  # in which the worlds begin anew
    env.step(STAY)
    assert env.step(STAY)[4]["replans"].tolist() == [4, 0]


def test_worlds_are_reset_one_by_one() -> None:
    env = VectorReplanningMonitor(
        maze_v0.vector_env(2, autoreset_mode=AutoresetMode.DISABLED), Teller(told(1, 0, 0), told(1, 0, 0))
    )
    env.reset(seed=0)
    env.step(STAY)
    env.reset(options={"reset_mask": np.array([True, False])})
    assert env.ledger.facts()["replans"].tolist() == [0, 1]


class Clock(gym.Env[Any, Any]):
    """Shows how many steps it has played, up to four."""

    observation_space = gym.spaces.Box(0.0, 4.0, (1,))
    action_space = gym.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        self.time = 0
        return np.zeros(1, dtype=np.float32), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.time += 1
        return np.full(1, self.time, dtype=np.float32), 0.0, self.time == 4, False, {}


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_expectations_are_compared_with_what_came_at_the_end(mode: AutoresetMode) -> None:
    """And not with the first observation of the next episode."""
    clocks = SyncVectorEnv([Clock, Clock], autoreset_mode=mode)
    env = VectorReplanningMonitor(clocks, expectation=lambda seen, actions: seen + 1)
    env.reset(seed=0)
    ended = 0
    for _ in range(20):
        _, _, terminated, _, infos = env.step(np.ones(2, dtype=np.int64))
        assert infos["divergence"].max() == 0
        ended += int(terminated.sum())
        if terminated.any():
            assert infos["mean_divergence"].tolist() == [0, 0]
    assert ended >= 8


def test_the_episode_stays_as_it_is() -> None:
    bare, watched = maze_v0.vector_env(3), VectorReplanningMonitor(maze_v0.vector_env(3), Teller())
    np.testing.assert_array_equal(bare.reset(seed=1)[0], watched.reset(seed=1)[0])
    random = np.random.default_rng(0)
    for _ in range(20):
        actions = random.integers(4, size=(3, 3))
        for one, other in zip(bare.step(actions)[:4], watched.step(actions)[:4], strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_end_of_an_episode_is_told_once() -> None:
    env = VectorReplanningMonitor(
        maze_v0.vector_env(2, max_steps=1, autoreset_mode=AutoresetMode.DISABLED),
        Teller(told(0, 0, 0), told(0, 0, 0)),
    )
    env.reset(seed=0)
    assert ["replans" in env.step(STAY)[4] for _ in range(2)] == [True, False]


def test_infos_stay_as_they_were_told() -> None:
    teller = Teller(told(1, 0, 0), told(0, 0, 0))
    env = VectorReplanningMonitor(maze_v0.vector_env(2), teller)
    env.reset(seed=0)
    infos = env.step(STAY)[4]
    teller.last_monitorings = [told(0, 0, 0, divergence=0.0)] * 2
    env.step(STAY)
    assert infos["triggers"].tolist() == [[1, 0, 0], [0, 0, 0]] and (infos["divergence"] == 0.5).all()


def test_expectations_are_of_worlds_as_a_whole() -> None:
    for limit, number in ((1.0, 0), (0.0, 3)):
        env = VectorReplanningMonitor(
            maze_v0.vector_env(2), expectation=lambda seen, actions: seen + 1, limit=limit
        )
        env.reset(seed=0)
        assert env.step(STAY)[4]["triggers"].tolist() == [[number], [number]]


class Turns(Clock):
    """Is over after as many steps as its number, and counts them anew where it is told."""

    def __init__(self, last: int) -> None:
        self.last = last

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        seen = super().step(action)[0]
        return seen, 0.0, False, self.time == self.last, {}


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_statistics_are_of_those_whose_episode_ended(mode: AutoresetMode) -> None:
    clocks = SyncVectorEnv([lambda: Turns(2), lambda: Turns(4)], autoreset_mode=mode)
    env = VectorReplanningMonitor(clocks, Teller(told(1), told(1)))
    env.reset(seed=0)
    ends = []
    for _ in range(6):
        infos = env.step(np.ones(2, dtype=np.int64))[4]
        ends.append(infos.get("_replans", np.zeros(2, dtype=bool)).tolist())
        if ends[-1][0]:
            assert infos["replans"][0] == 2
        if ends[-1][1]:
            assert infos["replans"][1] == 4
    first = [1, 4] if mode is AutoresetMode.NEXT_STEP else [1, 3, 5]
    assert [step for step in range(6) if ends[step][0]] == first
    assert [step for step in range(6) if ends[step][1]] == [3]


def test_worlds_that_are_reset_while_they_are_over_are_noted_again() -> None:
    for mode in (AutoresetMode.NEXT_STEP, AutoresetMode.DISABLED):
        clocks = SyncVectorEnv([lambda: Turns(1), lambda: Turns(9)], autoreset_mode=mode)
        env = VectorReplanningMonitor(clocks, Teller(told(1), told(1)))
        env.reset(seed=0)
        env.step(np.ones(2, dtype=np.int64))
        env.reset()
        infos = env.step(np.ones(2, dtype=np.int64))[4]
        assert infos["_replans"].tolist() == [True, False] and infos["replans"][0] == 1


def test_it_needs_one_who_tells() -> None:
    with pytest.raises(InputError, match="give one of them"):
        VectorReplanningMonitor(maze_v0.vector_env(2))
