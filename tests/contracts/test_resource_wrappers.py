"""Every registered scenario inside the resource wrappers, before others' checkers."""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import parallel_api_test, parallel_seed_test
from pettingzoo.utils.conversions import parallel_to_aec
from stable_baselines3.common.env_checker import check_env as sb3_check_env

from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.simulation.scenario import Scenario
from planzoo.envs.wrappers.resource_parallel import ResourceParallelWrapper
from planzoo.envs.wrappers.resource_vector import ResourceVectorWrapper
from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper
from tests.contracts.presets import load_preset
from tests.contracts.test_checkers import check_turns
from tests.envs.wrappers.rules import tight_rules

OTHERS = ["everything", "everything cardinal", "clinic", "repairs belief", "maze roles", "maze one"]
"""Other parameters with an option that matters here: agents that leave, plans, observations at the end."""


@pytest.fixture(params=[*REGISTRY, *OTHERS], scope="module")
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load_scenario(request.param) if request.param in REGISTRY else load_preset(request.param)


@pytest.fixture(params=["mask", "penalize", "end"], scope="module")
def rules(request: pytest.FixtureRequest) -> ResourceRules:
    return tight_rules(violation=request.param)


def test_gymnasium_and_sb3_checkers(scenario: Scenario, rules: ResourceRules) -> None:
    with warnings.catch_warnings():
        # They warn of any wrapper, and of debts, which have no bound.
        warnings.filterwarnings("ignore", ".*is different from the unwrapped version")
        warnings.filterwarnings("ignore", ".*m value is -?infinity")
        for check, options in ((check_env, {"skip_render_check": True}), (sb3_check_env, {})):
            env = ResourceWrapper(scenario.gymnasium_env(), rules)
            # They draw actions, not all of them with a seed.
            env.action_space.seed(0)
            check(env, **options)


@pytest.mark.parametrize("flat", [False, True])
def test_pettingzoo_parallel_checkers(scenario: Scenario, rules: ResourceRules, flat: bool) -> None:
    def make() -> Any:
        return ResourceParallelWrapper(scenario.parallel_env(flat=flat), rules)

    with contextlib.redirect_stdout(io.StringIO()):
        parallel_api_test(make(), num_cycles=200)
    parallel_seed_test(make, num_cycles=60)


def test_pettingzoo_aec_checkers(scenario: Scenario, rules: ResourceRules) -> None:
    check_turns(parallel_to_aec(ResourceParallelWrapper(scenario.parallel_env(), rules)), 60)


def test_masks_never_forbid_everything(scenario: Scenario) -> None:
    env = ResourceVectorWrapper(scenario.vector_env(16), tight_rules())
    _, infos = env.reset(seed=0)
    random = np.random.default_rng(0)
    for _ in range(60):
        masks = infos["action_mask"]
        assert masks.any(axis=2).all()
        actions = (random.random(masks.shape) * masks).argmax(axis=2)
        infos = env.step(actions.reshape(env.action_space.shape or ()))[4]


def test_same_seed_same_episode_whatever_the_batch_and_threads(scenario: Scenario) -> None:
    """A world of 200 in three threads plays what it plays alone."""
    many = ResourceVectorWrapper(scenario.vector_env(200, threads=3), tight_rules())
    alone = ResourceVectorWrapper(scenario.vector_env(1), tight_rules())
    (together, _), (single, _) = many.reset(seed=0), alone.reset(seed=150)
    random, shape = np.random.default_rng(0), many.action_space.shape
    assert shape is not None
    for _ in range(40):
        np.testing.assert_array_equal(together[150], single[0])
        actions = random.integers(4, size=shape)
        together = many.step(actions)[0]
        single = alone.step(actions[150:151])[0]
