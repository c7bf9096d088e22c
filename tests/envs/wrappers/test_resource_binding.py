"""Wrappers find each other, and the doors of PlanZoo's environments close again."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest
from gymnasium import spaces

from planzoo.envs import warehouse_v0
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_binding import check_idle, check_names, inner_wrappers, unchecked
from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper
from planzoo.errors import InputError
from tests.envs.wrappers.rules import RESOURCES, rich_rules


def test_wrappers_inside_are_found_through_others() -> None:
    inner = ResourceWrapper(warehouse_v0.gymnasium_env(), rich_rules())
    env: Any = gym.wrappers.TimeLimit(inner, 9)
    assert list(inner_wrappers(env, ResourceWrapper)) == [inner]
    with pytest.raises(InputError, match="already keeps a resource named 'money'"):
        check_names(rich_rules(), env, ResourceWrapper)
    check_names(ResourceRules((), {}, deadline=3), env, ResourceWrapper)


def test_an_idle_action_is_needed_where_something_is_blocked() -> None:
    space = spaces.Discrete(3)
    check_idle(ResourceRules(RESOURCES, {}, violation="penalize"), space)
    check_idle(ResourceRules((), {}, deadline=3), space)
    check_idle(ResourceRules(RESOURCES, {}, idle=2), space)
    with pytest.raises(InputError, match="say with idle=… which one"):
        check_idle(ResourceRules(RESOURCES, {}), space)
    with pytest.raises(InputError, match="idle is 2, which is no action of Box"):
        check_idle(ResourceRules(RESOURCES, {}, idle=2), spaces.Box(0, 1, (1,)))


def test_checks_are_off_for_one_step_only() -> None:
    env = warehouse_v0.gymnasium_env()
    env.reset(seed=0)
    with unchecked(env):
        env.step([-1, -1])
    with pytest.raises(ValueError, match="integers from 0"):
        env.step([-1, -1])
    with pytest.raises(ZeroDivisionError), unchecked(env):
        _ = 1 / 0
    assert env.checked
    with unchecked(gym.make("CartPole-v1")):
        pass
