"""The warehouse teams at work in the real environment."""

from __future__ import annotations

import gymnasium
import numpy as np
import pettingzoo
import pytest
from stable_baselines3.common.evaluation import evaluate_policy

from planzoo.envs import warehouse_v0
from planzoo.envs.warehouse.dynamics import FORWARD
from planzoo.envs.warehouse.generator import random_instance
from planzoo.envs.warehouse.model import WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse import FleetPolicy, GreedyTeamPolicy, HTNTeamPolicy
from planzoo.planners.policy import Access


def fleet(size: str = "tiny", robots: int = 2, **changes: object) -> WarehouseParams:
    return WarehouseParams.rware(size, robots, observation="fleet", **changes)  # type: ignore[arg-type]


def play(params: WarehouseParams, policy: FleetPolicy, seed: int) -> tuple[float, int]:
    """Gives return and number of actions that did nothing."""
    env = gymnasium.make("planzoo/Warehouse-v0", params=params)
    observation, _ = env.reset(seed=seed)
    state, total, invalid, over = None, 0.0, 0, False
    while not over:
        action, state = policy.predict(observation, state)
        observation, reward, _, over, info = env.step(action)
        total, invalid = total + float(reward), invalid + info["invalid_action"]
    return total, invalid


@pytest.mark.parametrize(("size", "robots", "least"), [("tiny", 2, 25), ("tiny", 4, 50), ("small", 4, 35)])
def test_the_htn_team_delivers_steadily(size: str, robots: int, least: int) -> None:
    params = fleet(size, robots)
    delivered, invalid = play(params, HTNTeamPolicy(WarehouseModel(params)), seed=3)
    assert delivered >= least and invalid == 0


@pytest.mark.parametrize("seed", range(4))
def test_no_robot_is_stuck_for_long_on_random_maps(seed: int) -> None:
    params = WarehouseParams(random_instance(seed), 6, 3, max_steps=600, observation="fleet")
    env = gymnasium.make("planzoo/Warehouse-v0", params=params)
    policy = HTNTeamPolicy(WarehouseModel(params))
    observation, _ = env.reset(seed=seed)
    state, last_delivery, longest = None, 0, 0
    for step in range(600):
        action, state = policy.predict(observation, state)
        observation, reward, *_ = env.step(action)
        if reward > 0:
            last_delivery = step
        longest = max(longest, step - last_delivery)
    assert longest < 120, "deliveries never cease"


def test_planning_beats_greed() -> None:
    params = fleet(robots=4)
    model = WarehouseModel(params)
    planned, _ = play(params, HTNTeamPolicy(model), seed=5)
    greedy, _ = play(params, GreedyTeamPolicy(model), seed=5)
    assert planned > 2 * greedy


def test_evaluate_policy_runs_the_team_unchanged() -> None:
    params = fleet(max_steps=200)
    env = gymnasium.make("planzoo/Warehouse-v0", params=params)
    mean, _ = evaluate_policy(HTNTeamPolicy(WarehouseModel(params)), env, n_eval_episodes=3, warn=False)
    assert mean >= 8


def test_the_team_plays_in_pettingzoo_as_in_gymnasium() -> None:
    params = fleet(max_steps=150)
    policy = HTNTeamPolicy(WarehouseModel(params))
    expected, _ = play(params, policy, seed=9)
    env = pettingzoo.make("parallel", "planzoo/warehouse-v0", params=params)
    observations, _ = env.reset(seed=9)
    state, total = None, 0.0
    while env.agents:
        actions, state = policy.predict(observations, state)
        observations, rewards, *_ = env.step(actions)
        total += sum(rewards.values())
    assert total == expected > 0


def test_one_policy_serves_a_batch() -> None:
    params = fleet(max_steps=80)
    policy = HTNTeamPolicy(WarehouseModel(params))
    vector = warehouse_v0.vector_env(3, params=params, autoreset_mode="SameStep")
    together, _ = vector.reset(seed=2)
    state, totals = None, np.zeros(3)
    for _ in range(80):
        actions, state = policy.predict(together, state)
        together, rewards, *_ = vector.step(actions)
        totals += rewards
    assert totals.tolist() == [play(params, policy, seed)[0] for seed in (2, 3, 4)]


def test_explanations_name_the_tasks() -> None:
    params = fleet()
    policy = HTNTeamPolicy(WarehouseModel(params))
    assert "No decision" in policy.explain().words
    play(fleet(max_steps=3), HTNTeamPolicy(WarehouseModel(fleet(max_steps=3))), 0)
    env = gymnasium.make("planzoo/Warehouse-v0", params=params)
    policy.predict(env.reset(seed=0)[0])
    explanation = policy.explain()
    assert explanation.data["robot_0"]["tasks"][0] == "serve by fetch_what_is_assigned"
    assert "robot_1: drive(1, " in explanation.words
    greedy = GreedyTeamPolicy(WarehouseModel(params))
    greedy.predict(env.reset(seed=0)[0])
    assert "robot_0 goes to" in greedy.explain().words


def test_access_is_declared_and_the_observation_checked() -> None:
    assert HTNTeamPolicy.access is Access.MODEL
    with pytest.raises(
        InputError, match='HTNTeamPolicy reads the fleet observation: set observation="fleet"'
    ):
        HTNTeamPolicy(WarehouseModel(WarehouseParams.rware()))


@pytest.mark.parametrize("robots", [4, 8])
def test_no_drive_of_the_htn_team_is_ever_blocked(robots: int) -> None:
    params = fleet("tiny", robots)
    model = WarehouseModel(params)
    env = gymnasium.make("planzoo/Warehouse-v0", params=params)
    policy = HTNTeamPolicy(model)
    observation, _ = env.reset(seed=robots)
    state, over = None, False
    while not over:
        before = model.read_fleet(observation[: model.fleet_size]).positions
        actions, state = policy.predict(observation, state)
        observation, _, _, over, _ = env.step(actions)
        after = model.read_fleet(observation[: model.fleet_size]).positions
        np.testing.assert_array_equal((before != after).any(axis=1), actions == FORWARD)
