"""Every registered scenario inside the wrappers for disturbances, before others' checkers."""

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
from planzoo.envs.simulation.scenario import Scenario
from planzoo.envs.wrappers.disturbances import Disturbances
from planzoo.envs.wrappers.disturbances_parallel import ParallelDisturbances
from planzoo.envs.wrappers.disturbances_vector import VectorDisturbances
from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper
from tests.contracts.presets import load_preset
from tests.contracts.test_checkers import check_turns
from tests.envs.wrappers.disturbed import LAST, MANY
from tests.envs.wrappers.rules import tight_rules

OTHERS = ["everything", "everything cardinal", "clinic", "repairs belief", "maze roles", "maze one"]
"""Other parameters with an option that matters here: agents that leave, plans, observations at the end."""


@pytest.fixture(params=[*REGISTRY, *OTHERS], scope="module")
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load_scenario(request.param) if request.param in REGISTRY else load_preset(request.param)


def test_gymnasium_and_sb3_checkers(scenario: Scenario) -> None:
    with warnings.catch_warnings():
        # They warn of any wrapper, and of debts, which have no bound.
        warnings.filterwarnings("ignore", ".*is different from the unwrapped version")
        warnings.filterwarnings("ignore", ".*m value is -?infinity")
        for check, options in ((check_env, {"skip_render_check": True}), (sb3_check_env, {})):
            for env in (
                Disturbances(scenario.gymnasium_env(), MANY),
                ResourceWrapper(Disturbances(scenario.gymnasium_env(), MANY), tight_rules()),
                Disturbances(ResourceWrapper(scenario.gymnasium_env(), tight_rules()), LAST),
            ):
                # They draw actions, not all of them with a seed.
                env.action_space.seed(0)
                check(env, **options)


@pytest.mark.parametrize("flat", [False, True])
def test_pettingzoo_checkers(scenario: Scenario, flat: bool) -> None:
    def make() -> Any:
        return ParallelDisturbances(scenario.parallel_env(flat=flat), MANY)

    with contextlib.redirect_stdout(io.StringIO()):
        parallel_api_test(make(), num_cycles=200)
    parallel_seed_test(make, num_cycles=60)
    check_turns(parallel_to_aec(make()), 60)


def test_same_seed_same_episode_whatever_the_batch_and_threads(scenario: Scenario) -> None:
    """A world of 200 in three threads plays what it plays alone."""
    many = VectorDisturbances(scenario.vector_env(200, threads=3), MANY)
    alone = VectorDisturbances(scenario.vector_env(1), MANY)
    (together, _), (single, _) = many.reset(seed=0), alone.reset(seed=150)
    random, shape = np.random.default_rng(0), many.action_space.shape
    assert shape is not None
    for _ in range(40):
        np.testing.assert_array_equal(together[150], single[0])
        actions = random.integers(4, size=shape)
        together, _, _, _, told = many.step(actions)
        single, _, _, _, own = alone.step(actions[150:151])
        np.testing.assert_array_equal(told["disturbances"][150], own["disturbances"][0])
