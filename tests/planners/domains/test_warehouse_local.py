"""The decentralized team at work in the real environment."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any, NamedTuple

import gymnasium
import numpy as np
import pettingzoo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stable_baselines3.common.evaluation import evaluate_policy

from planzoo.envs.warehouse.model import WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse_local import LocalHTNPolicy
from planzoo.planners.policy import Access

MESSY = {
    "slip": 0.05,
    "breakdown": 0.002,
    "blocked_aisle": 0.02,
    "sensor_dropout": 0.05,
    "order_cancelled": 0.01,
    "order_changed": 0.01,
    "message_bits": 2,
}
OPTIONS: dict[str, dict[str, Any]] = {
    "cardinal": {"movement": "cardinal"},
    "compact": {"observation": "compact"},
    "far-sighted": {"sensor_range": 2},
    "roomy": {"robot_kinds": (RobotKind(4, capacity=2),)},
    "short-sighted": {"robot_kinds": (RobotKind(2, sensor_range=0), RobotKind(2, steps_per_move=2))},
    "battery": {"chargers": 2, "battery": 150},
    "tools": {"crib": True, "tools": 2, "tool_share": 0.3},
    "heavy": {"heavy_share": 0.3},
    "packages": {"packages": 2, "package_period": 10},
    "stream": {"orders": "stream", "arrival_rate": 0.1, "items_per_order": 2, "deadline": (60, 200)},
    "messy": MESSY,
    "messy-cardinal": {**MESSY, "movement": "cardinal"},
}


class Episode(NamedTuple):
    """What came of an episode."""

    deliveries: int
    masked: int
    longest_pause: int
    longest_still: int
    actions: list[list[int]]


def play(
    params: WarehouseParams, seed: int, told: bool = True, policy: LocalHTNPolicy | None = None
) -> Episode:
    """Plays one episode; counts the actions that the mask forbade, whether or not the policy was told."""
    policy = policy or LocalHTNPolicy(WarehouseModel(params), seed=0)
    simulator = WarehouseSimulator(params)
    simulator.reset([seed])
    state, masked, pause, longest, still, history = None, 0, 0, 0, 0, []
    while not simulator.state.ended[0]:
        masks = simulator.buffers.action_masks[0].copy()
        observation = simulator.buffers.observations[0].reshape(-1).copy()
        actions, state = policy.predict(observation, state, action_masks=masks.reshape(-1) if told else None)
        masked += int((~masks[np.arange(len(masks)), actions]).sum())
        before = int(simulator.state.robots.deliveries[0].sum())
        simulator.step(np.asarray(actions)[None])
        pause = pause + 1 if int(simulator.state.robots.deliveries[0].sum()) == before else 0
        longest, still = max(longest, pause), max(still, int(simulator.state.robots.still[0].max()))
        history.append(np.asarray(actions).tolist())
    return Episode(simulator.episode_info(0)["deliveries"], masked, longest, still, history)


@pytest.mark.parametrize(("size", "robots", "least"), [("tiny", 2, 8), ("tiny", 4, 18), ("small", 4, 10)])
def test_it_delivers_steadily(size: str, robots: int, least: int) -> None:
    episode = play(WarehouseParams.rware(size, robots, max_steps=200), seed=3)
    assert episode.deliveries >= least and episode.masked == 0


@pytest.mark.parametrize("movement", ["turn", "cardinal"])
def test_it_never_livelocks(movement: str) -> None:
    """Eight robots in the one-wide aisles of the small hall, for 1,000 steps."""
    episode = play(WarehouseParams.rware("small", 8, max_steps=1000, movement=movement), seed=1)
    assert episode.longest_pause < 60 and episode.longest_still < 60
    assert episode.deliveries > 100


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_survived(name: str) -> None:
    params = WarehouseParams.rware("tiny", 4, max_steps=250, **OPTIONS[name])
    episode = play(params, seed=2)
    assert episode.masked == 0 and episode.deliveries >= 4


@pytest.mark.parametrize("seed", [0, 1])
def test_all_options_at_once_are_survived(seed: int) -> None:
    episode = play(WarehouseParams.everything("small", 6), seed)
    assert episode.masked == 0 and episode.deliveries >= 5


@pytest.mark.parametrize("name", ["cardinal", "compact", "battery", "messy", "messy-cardinal"])
def test_what_is_masked_is_known_without_being_told(name: str) -> None:
    params = WarehouseParams.rware("tiny", 4, max_steps=200, **OPTIONS[name])
    assert play(params, seed=4, told=False).masked == 0


def test_batteries_are_charged_in_time() -> None:
    params = WarehouseParams.rware("tiny", 3, chargers=2, battery=200)
    simulator, policy = WarehouseSimulator(params), LocalHTNPolicy(WarehouseModel(params), seed=0)
    simulator.reset([5])
    state, lowest, charged = None, 200, 0
    while not simulator.state.ended[0]:
        before = simulator.state.robots.battery[0].copy()
        actions, state = policy.predict(simulator.buffers.observations[0].reshape(-1).copy(), state)
        simulator.step(np.asarray(actions)[None])
        after = simulator.state.robots.battery[0]
        lowest, charged = min(lowest, int(after.min())), charged + int((after > before).sum())
    assert lowest > 0 and charged > 20


@settings(max_examples=10)
@given(robot=st.integers(0, 3), seed=st.integers(0, 99), name=st.sampled_from(["plain", "messy", "heavy"]))
def test_another_robots_row_never_changes_an_action(robot: int, seed: int, name: str) -> None:
    """Everything but one robot's row and mask is replaced by another world's; its actions stay the same."""
    params = WarehouseParams.rware("tiny", 4, **OPTIONS.get(name, {}))
    model = WarehouseModel(params)
    true, false = LocalHTNPolicy(model, seed=7), LocalHTNPolicy(model, seed=7)
    world, elsewhere = WarehouseSimulator(params), WarehouseSimulator(params)
    world.reset([seed])
    elsewhere.reset([seed + 1000])
    states: list[Any] = [None, None]
    for _ in range(60):
        rows, masks = (array[0].copy() for array in (world.buffers.observations, world.buffers.action_masks))
        actions, states[0] = true.predict(rows.reshape(-1), states[0], action_masks=masks.reshape(-1))
        others, other_masks = (
            array[0].copy() for array in (elsewhere.buffers.observations, elsewhere.buffers.action_masks)
        )
        others[robot], other_masks[robot] = rows[robot], masks[robot]
        given_others, states[1] = false.predict(
            others.reshape(-1), states[1], action_masks=other_masks.reshape(-1)
        )
        assert actions[robot] == given_others[robot]
        world.step(np.asarray(actions)[None])
        elsewhere.step(np.asarray(given_others)[None])


def test_the_seed_decides_and_reset_forgets() -> None:
    params = WarehouseParams.rware("tiny", 6, max_steps=150)
    policy = LocalHTNPolicy(WarehouseModel(params), seed=1)
    first = play(params, 0, policy=policy).actions
    assert play(params, 0, policy=policy).actions == first, "an episode leaves nothing behind"
    policy.reset(2)
    other = play(params, 0, policy=policy).actions
    policy.reset(1)
    assert play(params, 0, policy=policy).actions == first
    assert other != first, "jams are resolved by chance"


def test_memories_can_be_copied_and_taken_up_again() -> None:
    params = WarehouseParams.rware("tiny", 4)
    policy, env = (
        LocalHTNPolicy(WarehouseModel(params), seed=0),
        gymnasium.make("planzoo/Warehouse-v0", params=params),
    )
    observation, _ = env.reset(seed=0)
    _, state = policy.predict(observation)
    kept = copy.deepcopy(state)
    np.testing.assert_array_equal(policy.predict(observation, state)[0], policy.predict(observation, kept)[0])


def test_it_plays_in_pettingzoo_and_with_sb3() -> None:
    params = WarehouseParams.rware("tiny", 2, max_steps=120)
    policy = LocalHTNPolicy(WarehouseModel(params), seed=0)
    env = pettingzoo.make("parallel", "planzoo/warehouse-v0", params=params)
    observations, _ = env.reset(seed=9)
    state, total = None, 0.0
    while env.agents:
        actions, state = policy.predict(observations, state)
        observations, rewards, *_ = env.step(actions)
        total += sum(rewards.values())
    assert total == play(params, 9, policy=policy).deliveries > 0
    single = gymnasium.make("planzoo/Warehouse-v0", params=params)
    mean, _ = evaluate_policy(policy, single, n_eval_episodes=2, warn=False)
    assert isinstance(mean, float) and mean >= 2


def test_explanations_tell_errand_tasks_and_memory() -> None:
    params = WarehouseParams.rware("tiny", 2)
    policy = LocalHTNPolicy(WarehouseModel(params), seed=0)
    assert policy.explain().words == "No decision has been made yet."
    play(replace(params, max_steps=60), 0, policy=policy)
    told = policy.explain()
    assert "robot_0: " in told.words and ", for work by " in told.words and told.words.endswith(".")
    assert json.loads(json.dumps(told.data)) == told.data
    remembered = told.data["robot_1"]["remembers"]
    assert set(remembered) == {
        "requests_seen_steps_ago",
        "gaps_in_storage",
        "own_places",
        "robots_in_sight",
    }
    assert told.data["robot_0"]["tasks"][0].startswith("work by ")
    policy.reset()
    assert policy.explain().data == {}


def test_decisions_count_plans() -> None:
    params = WarehouseParams.rware("tiny", 2)
    policy = LocalHTNPolicy(WarehouseModel(params), seed=0)
    env = gymnasium.make("planzoo/Warehouse-v0", params=params)
    policy.predict(env.reset(seed=0)[0])
    assert policy.last_decision.replans == 2 and policy.last_decision.expansions >= 2
    assert policy.last_decision.seconds > 0


def test_access_is_declared_and_the_observation_checked() -> None:
    assert LocalHTNPolicy.access is Access.MODEL
    with pytest.raises(InputError, match='set observation="local" or "compact"'):
        LocalHTNPolicy(WarehouseModel(WarehouseParams.rware(observation="fleet")))
