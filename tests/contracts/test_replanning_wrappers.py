"""Every registered scenario inside a monitor, watched by its replanning policy, before others' checkers."""

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

from planzoo.baselines.policies import POLICIES, default_place
from planzoo.baselines.scenarios import Place
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.wrappers.replanning_ledger import STATISTICS
from planzoo.envs.wrappers.replanning_monitor import ReplanningMonitor
from planzoo.envs.wrappers.replanning_parallel import ParallelReplanningMonitor
from planzoo.envs.wrappers.replanning_vector import VectorReplanningMonitor
from tests.contracts.test_checkers import check_turns

KIND = POLICIES["replanning"]


@pytest.fixture(params=REGISTRY, scope="module")
def place(request: pytest.FixtureRequest) -> Place:
    return default_place(KIND, request.param)


def policy_for(place: Place) -> Any:
    return KIND.make(place, {}, 0)


def test_gymnasium_and_sb3_checkers(place: Place) -> None:
    with warnings.catch_warnings():
        # They warn of any wrapper.
        warnings.filterwarnings("ignore", ".*is different from the unwrapped version")
        for check, options in ((check_env, {"skip_render_check": True}), (sb3_check_env, {})):
            env = ReplanningMonitor(place.environment(), policy_for(place))
            # They draw actions, not all of them with a seed.
            env.action_space.seed(0)
            check(env, **options)


def test_pettingzoo_checkers(place: Place) -> None:
    def make() -> Any:
        env = load_scenario(place.scenario).parallel_env(place.params)
        return ParallelReplanningMonitor(env, policy_for(place))

    with contextlib.redirect_stdout(io.StringIO()):
        parallel_api_test(make(), num_cycles=100)
    parallel_seed_test(make, num_cycles=40)
    check_turns(parallel_to_aec(make()), 60)


def test_teams_are_told_of_their_plans_through_every_interface(place: Place) -> None:
    """The policy plays one world as a team of PettingZoo, and as a row of a batch."""
    alone = load_scenario(place.scenario).parallel_env(place.params)
    policy = policy_for(place)
    env = ParallelReplanningMonitor(alone, policy)
    observations, infos = env.reset(seed=3)
    batch_policy = policy_for(place)
    batch = VectorReplanningMonitor(
        load_scenario(place.scenario).vector_env(1, place.params, threads=1), batch_policy
    )
    rows, told = batch.reset(seed=3)
    memory, batch_memory = None, None
    for _ in range(30):
        if not env.agents:
            break
        actions, memory = policy.predict(observations, memory)
        observations, _, _, _, infos = env.step(actions)
        masks = told["action_mask"].reshape(1, -1)
        chosen, batch_memory = batch_policy.predict(rows, batch_memory, action_masks=masks)
        rows, _, terminated, truncated, told = batch.step(
            np.asarray(chosen).reshape(batch.action_space.shape)
        )
        found = [info["replanning"]["divergence"] for info in infos.values()]
        agents = [alone.possible_agents.index(agent) for agent in infos]
        assert found == pytest.approx(told["divergence"][0][agents].tolist())
    if terminated[0] or truncated[0]:
        assert set(STATISTICS) <= set(told)


def test_a_batch_of_worlds_is_watched(place: Place) -> None:
    policy = policy_for(place)
    env = VectorReplanningMonitor(load_scenario(place.scenario).vector_env(3, place.params), policy)
    rows, infos = env.reset(seed=0)
    memory, starts = None, np.ones(3, dtype=bool)
    for _ in range(40):
        masks = infos["action_mask"].reshape(3, -1)
        actions, memory = policy.predict(rows, memory, starts, action_masks=masks)
        rows, _, terminated, truncated, infos = env.step(np.reshape(actions, env.action_space.shape))
        starts = terminated | truncated
        assert infos["divergence"].shape == infos["triggers"].shape == (3, len(policy.agents))
        assert ((infos["divergence"] >= 0) & (infos["divergence"] <= 1)).all()
