"""Monitors around Gymnasium environments change nothing and tell everything."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from planzoo.envs import maze_v0
from planzoo.envs.wrappers.replanning_monitor import ReplanningMonitor
from planzoo.errors import InputError
from tests.envs.wrappers.watched import Teller, told


def persistence(observation: Any, action: Any) -> Any:
    """Expects that nothing changes."""
    return observation


def test_the_episode_stays_as_it_is() -> None:
    bare, watched = maze_v0.gymnasium_env(), ReplanningMonitor(maze_v0.gymnasium_env(), Teller())
    np.testing.assert_array_equal(bare.reset(seed=3)[0], watched.reset(seed=3)[0])
    for seed in range(30):
        bare.action_space.seed(seed)
        action = bare.action_space.sample()
        one, other = bare.step(action), watched.step(action)
        np.testing.assert_array_equal(one[0], other[0])
        assert one[1:4] == other[1:4]


def test_what_a_policy_tells_stands_in_infos() -> None:
    teller = Teller(told(1, 0, 3))
    env = ReplanningMonitor(maze_v0.gymnasium_env(max_steps=2), teller)
    env.reset(seed=0)
    info = env.step(np.zeros(3, dtype=np.int64))[4]
    assert info["replanning"]["triggers"] == {"agent_0": "failure", "agent_1": None, "agent_2": "divergence"}
    assert info["replanning"]["divergence"] == {"agent_0": 0.5, "agent_1": 0.5, "agent_2": 0.5}
    assert info["replanning"]["expected"]["agent_1"] == {"at": 1}
    assert "replans" not in info
    teller.last_monitorings = [told(0, 0, 0)]
    *_, truncated, info = env.step(np.zeros(3, dtype=np.int64))
    assert truncated
    assert (info["replans"], info["plan_stability"], info["planning_seconds"]) == (2, 0.25, 4.0)
    assert info["triggered_failure"] == info["triggered_divergence"] == 1
    assert type(info["replans"]) is int and type(info["mean_divergence"]) is float
    env.reset()
    teller.last_monitorings = []
    env.step(np.zeros(3, dtype=np.int64))
    info = env.step(np.zeros(3, dtype=np.int64))[4]
    assert info["replans"] == 0


def test_learners_are_watched_by_what_is_expected_of_the_world() -> None:
    env = ReplanningMonitor(gym.make("CartPole-v1"), expectation=persistence, limit=1e-4)
    env.reset(seed=0)
    info = env.step(0)[4]
    assert 0 < info["replanning"]["divergence"]["all"] < 1
    assert info["replanning"]["triggers"] == {"all": "divergence"}
    borne = ReplanningMonitor(gym.make("CartPole-v1"), expectation=persistence, limit=1.0)
    borne.reset(seed=0)
    assert borne.step(0)[4]["replanning"]["triggers"] == {"all": None}
    exact = ReplanningMonitor(gym.make("CartPole-v1"), expectation=lambda seen, action: exact.next)
    exact.reset(seed=0)
    twin = gym.make("CartPole-v1")
    twin.reset(seed=0)
    exact.next = twin.step(1)[0]
    assert exact.step(1)[4]["replanning"]["divergence"] == {"all": 0.0}


def test_expectations_are_of_the_world_as_a_whole() -> None:
    env = ReplanningMonitor(maze_v0.gymnasium_env(), expectation=persistence, limit=1.0)
    env.reset(seed=0)
    info = env.step(np.arange(3))[4]
    assert set(info["replanning"]["divergence"]) == {"all"}
    assert info["replanning"]["triggers"] == {"all": None}
    assert "action_mask" in info


def test_an_episode_that_the_rules_end_is_told_too() -> None:
    env = ReplanningMonitor(gym.make("CartPole-v1"), expectation=persistence)
    env.reset(seed=0)
    terminated = False
    while not terminated:
        _, _, terminated, truncated, info = env.step(0)
        assert not truncated and ("mean_divergence" in info) == terminated


def test_options_go_through() -> None:
    env = ReplanningMonitor(gym.make("CartPole-v1"), expectation=persistence)
    observation, _ = env.reset(seed=0, options={"low": 0.2, "high": 0.3})
    assert (observation >= 0.2).all()


def test_it_can_be_made_again_by_its_spec() -> None:
    spec = ReplanningMonitor(gym.make("CartPole-v1"), expectation=persistence, limit=0.75).spec
    assert spec is not None
    assert spec.additional_wrappers[-1].kwargs == {
        "policy": None,
        "expectation": persistence,
        "limit": 0.75,
    }


@pytest.mark.filterwarnings(
    "ignore:.*is different from the unwrapped version", "ignore:.*value is -?infinity"
)
def test_it_is_a_gymnasium_environment() -> None:
    check_env(
        ReplanningMonitor(gym.make("CartPole-v1").unwrapped, expectation=persistence), skip_render_check=True
    )


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ({}, "give one of them"),
        ({"policy": Teller(), "expectation": persistence}, "give one of them"),
        ({"policy": object()}, "object does not tell of its plans"),
    ],
)
def test_it_needs_one_who_tells(sources: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ReplanningMonitor(maze_v0.gymnasium_env(), **sources)
