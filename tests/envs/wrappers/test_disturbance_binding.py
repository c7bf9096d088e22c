"""Rules of disturbances must fit the environment that they are put around."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest

from planzoo.envs import maze_v0
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.wrappers.disturbance_binding import idle_action, lost_observation
from planzoo.envs.wrappers.disturbances import Disturbances
from planzoo.errors import InputError


def test_others_environments_need_an_action_that_does_nothing() -> None:
    with pytest.raises(InputError, match="idle=…"):
        Disturbances(gym.make("CartPole-v1"), DisturbanceRules(action_failure=0.5))
    with pytest.raises(InputError, match="idle is 2, which is no action"):
        Disturbances(gym.make("CartPole-v1"), DisturbanceRules(action_failure=0.5, idle=2))
    with pytest.raises(InputError, match="slip needs actions with numbers"):
        Disturbances(gym.make("Pendulum-v1"), DisturbanceRules(slip=0.5))
    with pytest.raises(InputError, match="has no goal_change ready"):
        Disturbances(maze_v0.gymnasium_env(), DisturbanceRules(goal_change=0.5))
    with pytest.raises(InputError, match="has no event ready"):
        Disturbances(gym.make("CartPole-v1"), DisturbanceRules(event=0.5))


@pytest.mark.parametrize("kind", ["action_failure", "stoppage", "model_error"])
def test_what_keeps_actions_from_being_carried_out_needs_one_that_does_nothing(kind: str) -> None:
    with pytest.raises(InputError, match="idle=…"):
        Disturbances(gym.make("CartPole-v1"), DisturbanceRules(**{kind: 0.5}))
    Disturbances(gym.make("CartPole-v1"), DisturbanceRules(**{kind: 0.5}, idle=0))


@pytest.mark.parametrize("kind", ["slip", "model_error"])
def test_actions_without_numbers_neither_slip_nor_err(kind: str) -> None:
    with pytest.raises(InputError, match=f"{kind} needs actions with numbers"):
        Disturbances(gym.make("Pendulum-v1"), DisturbanceRules(**{kind: 0.5}, idle=(0.0,)))


def test_functions_make_kinds_ready() -> None:
    with pytest.raises(InputError, match="has no event ready"):
        Disturbances(
            gym.make("CartPole-v1"),
            DisturbanceRules(event=0.5, on_goal_change=lambda place, world, random: None),
        )
    times = []
    rules = DisturbanceRules(goal_change=1.0, on_goal_change=lambda place, world, random: times.append(world))
    env = Disturbances(maze_v0.gymnasium_env(), rules)
    env.reset(seed=0)
    env.step(np.zeros(3, dtype=np.int64))
    assert times == [0]


def test_idle_actions_are_of_the_space() -> None:
    box = gym.make("Pendulum-v1").action_space
    found = idle_action(DisturbanceRules(idle=(0.5,)), box)
    assert box.contains(found) and found.tolist() == [0.5]
    assert idle_action(DisturbanceRules(idle=1), gym.spaces.Discrete(3)) == 1
    square = gym.spaces.Box(0, 4, (2, 2), np.float32)
    found = idle_action(DisturbanceRules(idle=(1.0, 2.0, 3.0, 4.0)), square)
    assert square.contains(found) and found.tolist() == [[1, 2], [3, 4]]


def test_nothing_is_seen_of_what_is_lost_but_masks() -> None:
    seen = {"observation": np.ones(3), "action_mask": np.ones(2), "more": (np.ones(1), 3)}
    lost = lost_observation(seen)
    assert not lost["observation"].any() and lost["action_mask"].all()
    assert lost["more"] == (np.zeros(1), 0)


def test_numbers_that_are_lost_are_numbers_of_their_kind() -> None:
    assert lost_observation((2.5, np.int64(3), True)) == (0.0, 0, False)
    assert [type(each) for each in lost_observation((2.5, np.int64(3), True))] == [float, np.int64, bool]
