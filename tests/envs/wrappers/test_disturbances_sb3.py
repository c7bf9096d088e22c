"""Disturbances of Stable-Baselines3's rows are those of the worlds that they come from."""

from __future__ import annotations

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from stable_baselines3.common.vec_env import DummyVecEnv

from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.wrappers.disturbances_sb3 import DisturbedVecEnv
from planzoo.envs.wrappers.disturbances_vector import VectorDisturbances
from planzoo.errors import InputError
from tests.envs.wrappers.disturbed import MANY


@pytest.mark.parametrize("name", REGISTRY)
def test_rows_of_sb3_are_disturbed_as_worlds(name: str) -> None:
    scenario, rules = load_scenario(name), MANY
    params = scenario.params(max_steps=5)
    rows = DisturbedVecEnv(scenario.sb3_vec_env(params, num_worlds=2), rules)
    worlds = VectorDisturbances(scenario.vector_env(2, params, autoreset_mode=AutoresetMode.SAME_STEP), rules)
    rows.seed(7)
    seen, (expected, _) = rows.reset(), worlds.reset(seed=7)
    worlds.action_space.seed(0)
    ended = 0
    for _ in range(12):
        np.testing.assert_array_equal(seen.reshape(expected.shape), expected)
        actions = worlds.action_space.sample()
        seen, _, dones, infos = rows.step(actions.reshape(-1))
        expected, _, _, _, told = worlds.step(actions)
        for row in np.flatnonzero(dones):
            world = row // rows.core.simulator.num_agents
            assert infos[row]["disturbances_total"] == told["disturbances_total"][world]
            ended += 1
    assert ended


def test_others_rows_are_refused() -> None:
    with pytest.raises(InputError, match="is for PlanZoo's sb3_vec_env"):
        DisturbedVecEnv(DummyVecEnv([lambda: gym.make("CartPole-v1")]), DisturbanceRules())
