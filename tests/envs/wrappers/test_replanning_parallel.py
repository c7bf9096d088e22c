"""Monitors around PettingZoo environments."""

from __future__ import annotations

import contextlib
import io

import numpy as np
from pettingzoo.test import parallel_api_test

from planzoo.envs import maze_v0, warehouse_v0
from planzoo.envs.wrappers.replanning_parallel import ParallelReplanningMonitor
from tests.envs.wrappers.test_replanning_monitor import persistence
from tests.envs.wrappers.watched import Teller, told

STAY = {f"agent_{number}": 0 for number in range(3)}


def test_every_agent_hears_of_its_own_plan_and_all_of_the_episode() -> None:
    env = ParallelReplanningMonitor(maze_v0.parallel_env(max_steps=2), Teller(told(1, 0, 3)))
    env.reset(seed=0)
    infos = env.step(STAY)[4]
    assert [infos[agent]["replanning"]["trigger"] for agent in STAY] == ["failure", None, "divergence"]
    assert infos["agent_2"]["replanning"]["expected"] == {"at": 2}
    assert "replans" not in infos["agent_0"]
    infos = env.step(STAY)[4]
    assert [info["replans"] for info in infos.values()] == [4, 4, 4]
    assert env.step(STAY) == ({}, {}, {}, {}, {})


def test_expectations_are_of_each_agent() -> None:
    env = ParallelReplanningMonitor(warehouse_v0.parallel_env(), expectation=persistence, limit=0.0)
    env.reset(seed=0)
    infos = env.step(dict.fromkeys(env.agents, 2))[4]
    assert any(info["replanning"]["divergence"] > 0 for info in infos.values())
    for info in infos.values():
        assert (info["replanning"]["trigger"] == "divergence") == (info["replanning"]["divergence"] > 0)


def test_it_is_a_pettingzoo_environment() -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        parallel_api_test(
            ParallelReplanningMonitor(maze_v0.parallel_env(), expectation=persistence), num_cycles=60
        )


def test_the_episode_stays_as_it_is() -> None:
    bare = maze_v0.parallel_env()
    watched = ParallelReplanningMonitor(maze_v0.parallel_env(), Teller())
    (one, _), (other, _) = bare.reset(seed=5), watched.reset(seed=5)
    for step in range(20):
        for agent, seen in one.items():
            np.testing.assert_array_equal(seen["observation"], other[agent]["observation"])
        actions = {agent: (step + number) % 4 for number, agent in enumerate(bare.agents)}
        one, rewards, *_ = bare.step(actions)
        other, found, *_ = watched.step(actions)
        assert rewards == found
