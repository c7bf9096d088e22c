"""Monitors around PettingZoo environments."""

from __future__ import annotations

import contextlib
import io
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from pettingzoo.test import parallel_api_test

from planzoo.envs import maze_v0, warehouse_v0
from planzoo.envs.wrappers.replanning_parallel import ParallelReplanningMonitor
from planzoo.errors import InputError
from tests.envs.wrappers.team import Office
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
    env.reset()
    env.step(STAY)
    assert next(iter(env.step(STAY)[4].values()))["replans"] == 4


def test_expectations_are_of_each_agent() -> None:
    env = ParallelReplanningMonitor(warehouse_v0.parallel_env(), expectation=persistence, limit=0.0)
    env.reset(seed=0)
    infos = env.step(dict.fromkeys(env.agents, 2))[4]
    assert any(0 < info["replanning"]["divergence"] < 1 for info in infos.values())
    for info in infos.values():
        assert (info["replanning"]["trigger"] == "divergence") == (info["replanning"]["divergence"] > 0)


def test_agents_that_come_and_go_are_watched_while_they_are_there() -> None:
    def grows(observation: Any, action: Any) -> Any:
        return np.array([observation[0] + 1, action], dtype=np.float32)

    env = ParallelReplanningMonitor(Office(), expectation=grows, limit=0.0)
    env.reset(seed=0, options={"late": True})
    assert env.unwrapped.options == {"late": True}
    actions = {"chief": 3, "clerk": 1, "guest": 0}
    while env.agents:
        infos = env.step({agent: actions[agent] for agent in env.agents})[4]
        assert {info["replanning"]["divergence"] for info in infos.values()} == {0.0}
    assert infos["chief"]["mean_divergence"] == 0
    assert env.step({}) == ({}, {}, {}, {}, {})


def test_expectations_are_given_masks_too() -> None:
    def staying(observation: Any, action: Any) -> Any:
        assert observation["action_mask"][action]
        return observation

    env = ParallelReplanningMonitor(warehouse_v0.parallel_env(), expectation=staying)
    env.reset(seed=0)
    env.step(dict.fromkeys(env.agents, 2))


def test_what_is_expected_is_plain_data() -> None:
    facts = MappingProxyType({"at": 1})
    env = ParallelReplanningMonitor(
        maze_v0.parallel_env(), Teller(told(0, 0, 0)._replace(expected=(facts,) * 3))
    )
    env.reset(seed=0)
    found = env.step(STAY)[4]["agent_0"]["replanning"]["expected"]
    assert found == {"at": 1} and type(found) is dict


def test_a_limit_is_what_is_borne() -> None:
    env = ParallelReplanningMonitor(warehouse_v0.parallel_env(), expectation=persistence, limit=1.0)
    env.reset(seed=0)
    infos = env.step(dict.fromkeys(env.agents, 2))[4]
    assert {info["replanning"]["trigger"] for info in infos.values()} == {None}


def test_it_needs_one_who_tells() -> None:
    with pytest.raises(InputError, match="give one of them"):
        ParallelReplanningMonitor(maze_v0.parallel_env())


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
