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
from tests.envs.wrappers.disturbed import LAST, MANY


@pytest.mark.parametrize("name", REGISTRY)
@pytest.mark.parametrize("rules", [MANY, LAST], ids=["zeros", "last"])
def test_rows_of_sb3_are_disturbed_as_worlds(name: str, rules: DisturbanceRules) -> None:
    scenario = load_scenario(name)
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
            agent = row % rows.core.simulator.num_agents
            assert infos[row]["disturbances_total"] == told["disturbances_total"][world]
            final = told["final_obs"][world].reshape(rows.core.simulator.num_agents, -1)[agent]
            np.testing.assert_array_equal(infos[row]["terminal_observation"], final)
            ended += 1
    assert ended


def test_a_seed_is_for_one_reset() -> None:
    scenario, rules = load_scenario("maze_v0"), DisturbanceRules(slip=0.5)
    rows = DisturbedVecEnv(scenario.sb3_vec_env(num_worlds=2), rules)
    worlds = VectorDisturbances(scenario.vector_env(2), rules)
    rows.seed(7)
    rows.reset(), worlds.reset(seed=7)
    for _ in range(3):
        rows.reset(), worlds.reset()
        rows.step(np.zeros(6, dtype=np.int64))
        infos = worlds.step(np.zeros((2, 3), dtype=np.int64))[4]
        np.testing.assert_array_equal(rows.mishaps.struck, infos["disturbances"])


def test_actions_that_were_given_stay_as_they_are() -> None:
    rows = DisturbedVecEnv(
        load_scenario("maze_v0").sb3_vec_env(num_worlds=2), DisturbanceRules(action_failure=1.0)
    )
    rows.reset()
    asked = np.zeros(6, dtype=np.int64)
    rows.step(asked)
    assert not asked.any()


def test_others_rows_are_refused() -> None:
    with pytest.raises(InputError, match="is for PlanZoo's sb3_vec_env"):
        DisturbedVecEnv(DummyVecEnv([lambda: gym.make("CartPole-v1")]), DisturbanceRules())
    with pytest.raises(InputError, match="has no goal_change ready"):
        DisturbedVecEnv(load_scenario("maze_v0").sb3_vec_env(num_worlds=2), DisturbanceRules(goal_change=0.5))
