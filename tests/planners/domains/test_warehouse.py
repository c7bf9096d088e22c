"""The warehouse teams at work in the real environment."""

from __future__ import annotations

import copy

import gymnasium
import numpy as np
import pettingzoo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor

from planzoo.envs import warehouse_v0
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.warehouse.dynamics import FORWARD
from planzoo.envs.warehouse.generator import random_instance
from planzoo.envs.warehouse.model import WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.wrappers.disturbances import Disturbances
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse import FleetPolicy, GreedyTeamPolicy, HTNTeamPolicy
from planzoo.planners.policy import Access
from tests.planners.domains.warehouse_views import Game


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


def test_the_team_goes_by_the_last_observation_when_one_is_lost() -> None:
    params = WarehouseParams.rware("tiny", robots=2, observation="fleet")
    policy = HTNTeamPolicy(warehouse_v0.model(params))
    env = warehouse_v0.gymnasium_env(params=params)
    lost = np.zeros(env.observation_space.shape, dtype=np.float32)
    actions, memory = policy.predict(lost)
    assert not actions.any(), "nothing was seen yet"
    observation, _ = env.reset(seed=0)
    actions, memory = policy.predict(observation, memory)
    for _ in range(20):
        observation, *_ = env.step(actions)
        actions, memory = policy.predict(observation, memory)
    twin = copy.deepcopy(memory)
    expected, _ = policy.predict(observation, memory)
    actual, _ = policy.predict(lost, twin)
    np.testing.assert_array_equal(actual, expected)


def test_it_delivers_though_observations_get_lost() -> None:
    params = WarehouseParams.rware("tiny", robots=2, observation="fleet")
    env = Disturbances(warehouse_v0.gymnasium_env(params=params), DisturbanceRules(sensor_dropout=0.3))
    rewards, _ = evaluate_policy(HTNTeamPolicy(warehouse_v0.model(params)), Monitor(env), n_eval_episodes=2)
    assert rewards > 5


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


OPTIONS: dict[str, dict[str, object]] = {
    "plain": {},
    "battery": {"battery": 200, "chargers": 2},
    "heavy": {"heavy_share": 0.3},
    "tools": {"tools": 2, "tool_share": 0.3, "crib": True},
    "heavy and tools": {"heavy_share": 0.3, "tools": 2, "tool_share": 0.3, "crib": True},
    "capacity": {"robot_kinds": (RobotKind(6, capacity=3),), "items_per_order": 3},
    "slow": {"robot_kinds": (RobotKind(3, steps_per_move=2), RobotKind(3))},
    "stream": {"orders": "stream", "arrival_rate": 0.2},
    "list": {"orders": "list", "order_count": 40},
    "deadline": {"deadline": (60, 150), "priorities": 3},
    "packages": {"packages": 2, "package_period": 10},
    "budget": {"budget": 3000.0, "move_cost": 1.0, "turn_cost": 0.5, "load_cost": 1.0},
    "slip": {"slip": 0.1},
    "breakdown": {"breakdown": 0.005},
    "blocked aisles": {"blocked_aisle": 0.05},
    "dropout": {"sensor_dropout": 0.1},
    "fickle": {"order_cancelled": 0.03, "order_changed": 0.03},
    "messages": {"message_bits": 2},
}
"""Each option by itself."""


@pytest.mark.parametrize("movement", ["turn", "cardinal"])
@pytest.mark.parametrize("option", OPTIONS)
def test_it_delivers_under_every_option(option: str, movement: str) -> None:
    """Actions are allowed (the game asserts that), no battery runs dry, and greed is left far behind."""
    params = fleet("small", 6, movement=movement, **OPTIONS[option])
    game = Game(HTNTeamPolicy(WarehouseModel(params)), [1, 2])
    delivered = game.play(250)
    greedy = Game(GreedyTeamPolicy(WarehouseModel(params)), [1, 2]).play(250)
    assert delivered >= 24 and delivered > 2 * greedy
    assert game.events("ran_dry") == 0


@pytest.mark.parametrize("movement", ["turn", "cardinal"])
def test_it_delivers_with_everything_on(movement: str) -> None:
    params = WarehouseParams.everything("small", 6, observation="fleet", movement=movement)
    game = Game(HTNTeamPolicy(WarehouseModel(params)), [0, 1, 2])
    delivered = game.play(500)
    greedy = Game(GreedyTeamPolicy(WarehouseModel(params)), [0, 1, 2]).play(500)
    assert delivered > 60 and delivered > 2 * greedy
    assert game.events("ran_dry") == 0


@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_actions_are_always_allowed(data: st.DataObject) -> None:
    """Any three options together, on any map."""
    names = data.draw(st.lists(st.sampled_from(sorted(OPTIONS)), min_size=1, max_size=3, unique=True))
    if "list" in names and "stream" in names:
        names.remove("stream")
    options = {key: value for name in names for key, value in OPTIONS[name].items()}
    seed, movement = data.draw(st.integers(0, 50)), data.draw(st.sampled_from(["turn", "cardinal"]))
    docks = {key: options.pop(key) for key in ("chargers", "crib") if key in options}
    params = WarehouseParams(
        random_instance(seed, **docks),  # type: ignore[arg-type]
        6,
        3,
        movement=movement,
        observation="fleet",
        **options,  # type: ignore[arg-type]
    )
    assert Game(HTNTeamPolicy(WarehouseModel(params)), [seed]).play(120) >= 0


@pytest.mark.parametrize("assignment", ["nearest", "hungarian", "contract_net"])
def test_every_assignment_works_and_is_deterministic(assignment: str) -> None:
    params = fleet("tiny", 4)
    games = [Game(HTNTeamPolicy(WarehouseModel(params), assignment, "pibt"), [5]) for _ in range(2)]
    assert games[0].play(150) == games[1].play(150) >= 14
    messages = games[0].policy.last_decision.messages
    assert messages == 0 if assignment != "contract_net" else messages >= 0


def test_contract_nets_count_their_messages() -> None:
    params = fleet("tiny", 4)
    game = Game(HTNTeamPolicy(WarehouseModel(params), "contract_net"), [5])
    game.step()
    assert game.policy.last_decision.messages >= 9, "announcements, bids and awards"
    assert "(bid " in game.policy.explain().words
    assert any(why["why"] and why["why"]["bid"] > 0 for why in game.policy.explain().data.values())


@pytest.mark.parametrize("movement", ["turn", "cardinal"])
def test_one_policy_serves_worlds_with_all_options_side_by_side(movement: str) -> None:
    params = WarehouseParams.everything("tiny", 4, observation="fleet", movement=movement)
    policy = HTNTeamPolicy(WarehouseModel(params))
    together, alone = Game(policy, [1, 2]), [Game(policy, [1]), Game(policy, [2])]
    for _ in range(120):
        np.testing.assert_array_equal(together.step(), np.concatenate([game.step() for game in alone]))


def assert_alive(params: WarehouseParams, steps: int, windows: int, least: int, paths: str | None) -> None:
    game = Game(HTNTeamPolicy(WarehouseModel(params), paths=paths), [0])
    game.play(steps)
    marks = np.array([0, *np.array(game.deliveries)[steps // windows - 1 :: steps // windows, 0]])
    assert np.diff(marks).min() >= least, f"deliveries by window: {np.diff(marks)}"
    assert game.longest_still <= 300


@pytest.mark.parametrize("movement", ["turn", "cardinal"])
def test_deliveries_never_cease_in_narrow_aisles(movement: str) -> None:
    assert_alive(fleet("medium", 20, movement=movement, max_steps=600), 600, 3, 40, "pibt")


@pytest.mark.long
@pytest.mark.parametrize("movement", ["turn", "cardinal"])
@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_deliveries_never_cease_for_long(size: str, movement: str) -> None:
    assert_alive(fleet(size, 20, movement=movement, max_steps=2000), 2000, 10, 35, "pibt")


@pytest.mark.long
@pytest.mark.parametrize("movement", ["turn", "cardinal"])
@pytest.mark.parametrize(("size", "robots"), [("medium", 12), ("medium", 20), ("small", 12)])
def test_pairs_never_jam_for_long(size: str, robots: int, movement: str) -> None:
    params = fleet(size, robots, movement=movement, heavy_share=0.3, max_steps=2000)
    assert_alive(params, 2000, 10, 10, None)
