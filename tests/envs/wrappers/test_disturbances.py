"""Disturbances around Gymnasium environments, PlanZoo's own and others'."""

from __future__ import annotations

import pickle
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from planzoo.envs import diagnosis_v0, maze_v0, warehouse_v0
from planzoo.envs.disturbances.rules import DisturbanceRules, Scheduled
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.wrappers.disturbances import Disturbances
from tests.envs.wrappers.disturbed import MANY
from tests.planners.domains.diagnosis_worlds import random_problem


def actions(env: Any, count: int) -> list[Any]:
    env.action_space.seed(1)
    return [env.action_space.sample() for _ in range(count)]


@pytest.mark.parametrize("name", REGISTRY)
def test_without_disturbances_the_episode_stays_as_it_is(name: str) -> None:
    bare = load_scenario(name).gymnasium_env()
    calm = Disturbances(load_scenario(name).gymnasium_env(), DisturbanceRules())
    np.testing.assert_array_equal(bare.reset(seed=3)[0], calm.reset(seed=3)[0])
    for action in actions(bare, 40):
        one, other = bare.step(action), calm.step(action)
        np.testing.assert_array_equal(one[0], other[0])
        assert one[1:4] == other[1:4] and one[4]["invalid_action"] == other[4]["invalid_action"]
        assert not any(other[4]["disturbances"].values())
        if one[2] or one[3]:
            break


def test_the_environment_s_own_chance_goes_on_as_before() -> None:
    """Whoever does nothing anyway sees the same warehouse, however often that fails."""
    bare = warehouse_v0.gymnasium_env()
    struck = Disturbances(warehouse_v0.gymnasium_env(), DisturbanceRules(action_failure=0.5))
    bare.reset(seed=0), struck.reset(seed=0)
    still = np.zeros(bare.unwrapped.simulator.num_agents, dtype=np.int64)
    for _ in range(60):
        np.testing.assert_array_equal(bare.step(still)[0], struck.step(still)[0])


@pytest.mark.parametrize("name", REGISTRY)
def test_the_same_seed_brings_the_same_to_all_who_are_still_there(name: str) -> None:
    told, rules = [], DisturbanceRules(slip=0.3, action_failure=0.3)
    for policy in range(2):
        env = Disturbances(load_scenario(name).gymnasium_env(), rules)
        env.reset(seed=9)
        env.action_space.seed(policy)
        found, over = [], False
        while not over and len(found) < 12:
            gone = env.unwrapped.simulator.buffers.terminated[0].copy()
            _, _, terminated, truncated, info = env.step(env.action_space.sample())
            struck = info["disturbances"].values()
            found.append([None if left else names for left, names in zip(gone, struck, strict=True)])
            over = terminated or truncated
        told.append(found)
    pairs = [
        (one, other)
        for rows in zip(*told, strict=False)
        for one, other in zip(*rows, strict=True)
        if one is not None and other is not None
    ]
    assert pairs and all(one == other for one, other in pairs)


def test_what_is_scheduled_strikes_whom_it_is_meant_for() -> None:
    schedule = (Scheduled(0, "action_failure", 1), Scheduled(1, "sensor_dropout", 2))
    env = Disturbances(maze_v0.gymnasium_env(max_steps=3), DisturbanceRules(schedule=schedule))
    for _ in range(2):
        env.reset(seed=0)
        observation, _, _, _, info = env.step(np.zeros(3, dtype=np.int64))
        assert info["disturbances"] == {"agent_0": [], "agent_1": ["action_failure"], "agent_2": []}
        assert observation.reshape(3, -1).any(axis=1).all()
        observation, _, _, _, info = env.step(np.zeros(3, dtype=np.int64))
        assert info["disturbances"]["agent_2"] == ["sensor_dropout"]
        assert observation.reshape(3, -1).any(axis=1).tolist() == [True, True, False]
        *_, truncated, info = env.step(np.zeros(3, dtype=np.int64))
        assert truncated
        assert (info["disturbances_total"], info["disturbances_action_failure"]) == (2, 1)
        assert info["disturbances_slip"] == 0 and type(info["disturbances_slip"]) is int


def test_an_action_that_fails_is_not_invalid_and_changes_nothing() -> None:
    env = Disturbances(maze_v0.gymnasium_env(), DisturbanceRules(action_failure=1.0))
    env.reset(seed=0)
    state = env.unwrapped.simulator.state
    before = state.agents["cell"].copy()
    for move in range(4):
        info = env.step(np.full(3, move))[4]
        assert not info["invalid_action"]
    np.testing.assert_array_equal(state.agents["cell"], before)


def test_a_slip_is_an_action_that_was_allowed() -> None:
    env = Disturbances(maze_v0.gymnasium_env(), DisturbanceRules(slip=1.0))
    _, info = env.reset(seed=0)
    simulator = env.unwrapped.simulator
    for _ in range(30):
        asked = np.array([int(np.flatnonzero(mask)[0]) for mask in info["action_mask"]])
        masks = [mask.copy() for mask in info["action_mask"]]
        info = env.step(asked)[4]
        done = simulator.buffers.accepted_actions[0]
        for agent, mask in enumerate(masks):
            assert mask[done[agent]] and (done[agent] != asked[agent] or mask.sum() == 1)


def test_robots_break_down_and_orders_change() -> None:
    params = WarehouseParams.rware("tiny", 2, "easy", observation="fleet")
    rules = DisturbanceRules(schedule=(Scheduled(3, "event"), Scheduled(5, "goal_change")))
    bare = warehouse_v0.gymnasium_env(params)
    struck = Disturbances(warehouse_v0.gymnasium_env(params), rules)
    bare.reset(seed=0), struck.reset(seed=0)
    one, other = bare.simulator.state, struck.unwrapped.simulator.state
    for step in range(8):
        bare.step([0, 0]), struck.step([0, 0])
        assert (other.robots["broken"] > 0).any() == (step >= 3)
        assert (one.requests != other.requests).any() == (step >= 5)
        np.testing.assert_array_equal(one.random_streams, other.random_streams)


def test_supplies_are_taken_away_and_keys_stay() -> None:
    env = Disturbances(maze_v0.gymnasium_env(), DisturbanceRules(event=1.0))
    env.reset(seed=0)
    codes = env.unwrapped.simulator.state.codes
    counts = []
    for _ in range(60):
        env.step(np.zeros(3, dtype=np.int64))
        counts.append(int((codes[0] >> 4 > 0).sum()))
    assert counts == sorted(counts, reverse=True) and counts[-1] < counts[0]


def test_a_result_in_work_is_lost_and_can_be_asked_for_again() -> None:
    found = (random_problem(seed).params for seed in range(500, 600))
    params = next(each for each in found if each.tables.delays.max() > 1 and each.patients == 1)
    rules = DisturbanceRules(schedule=(Scheduled(1, "event"),))
    env = Disturbances(diagnosis_v0.gymnasium_env(params), rules)
    env.reset(seed=0)
    state = env.unwrapped.simulator.state
    test = int(np.flatnonzero(params.tables.delays > 1)[0])
    env.step(test)
    assert state.arrival[0, 0, test] >= 0
    assert state.ordered[0, 0, test] == 1
    env.step(params.num_actions - 1)
    assert state.arrival[0, 0, test] < 0 and state.ordered[0, 0, test] == 0


def test_others_environments_are_disturbed() -> None:
    struck = Disturbances(gym.make("CartPole-v1"), DisturbanceRules(action_failure=1.0, idle=0))
    left = gym.make("CartPole-v1")
    np.testing.assert_array_equal(struck.reset(seed=0)[0], left.reset(seed=0)[0])
    for _ in range(5):
        np.testing.assert_array_equal(struck.step(1)[0], left.step(0)[0])
    slipped = Disturbances(gym.make("CartPole-v1"), DisturbanceRules(slip=1.0))
    left.reset(seed=0), slipped.reset(seed=0)
    for _ in range(5):
        np.testing.assert_array_equal(slipped.step(1)[0], left.step(0)[0])
    box = Disturbances(gym.make("Pendulum-v1"), DisturbanceRules(action_failure=1.0, idle=(0.0,)))
    calm = gym.make("Pendulum-v1")
    box.reset(seed=0), calm.reset(seed=0)
    np.testing.assert_array_equal(box.step(np.ones(1))[0], calm.step(np.zeros(1))[0])


class Lamp(gym.Env[Any, Any]):
    """Shows the time and the last action, whose numbers begin at 3, beside which are allowed: by turns 4."""

    observation_space = gym.spaces.Dict(
        {"seen": gym.spaces.Box(0, 99, (2,)), "action_mask": gym.spaces.MultiBinary(2)}
    )
    action_space = gym.spaces.Discrete(2, start=3)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        self.time = 0
        return self.show(0), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.time += 1
        return self.show(int(np.ravel(action)[0])), 0.0, False, False, {}

    def show(self, action: int) -> dict[str, Any]:
        mask = np.array([1, self.time % 2], dtype=np.int8)
        return {"seen": np.array([self.time + 1, action], dtype=np.float32), "action_mask": mask}


def test_numbers_of_actions_may_begin_anywhere() -> None:
    slipping, failing = (
        Disturbances(Lamp(), rules)
        for rules in (DisturbanceRules(slip=1.0), DisturbanceRules(model_error=1.0, idle=4))
    )
    slipping.reset(seed=0), failing.reset(seed=0)
    slipping.step(3)
    assert [slipping.step(action)[0]["seen"][1] for action in (3, 3)] == [4, 3]
    assert [failing.step(action)[0]["seen"][1] for action in (3, 4)] == [4, 4]


def test_nothing_but_masks_is_seen_of_what_is_lost() -> None:
    for dropout, shown in (("zeros", [0, 0]), ("last", [1, 0])):
        env = Disturbances(Lamp(), DisturbanceRules(sensor_dropout=1.0, dropout=dropout))
        env.reset(seed=0)
        for _ in range(3):
            seen = env.step(3)[0]
            assert seen["seen"].tolist() == shown
            assert seen["action_mask"].tolist() == [1, env.unwrapped.time % 2]


def test_masks_of_numbers_are_no_masks_of_other_actions() -> None:
    class Dial(Lamp):
        action_space = gym.spaces.Box(3.0, 5.0, (1,))

    env = Disturbances(Dial(), DisturbanceRules(action_failure=1.0, idle=(4.0,)))
    env.reset(seed=0)
    assert env.step(np.full(1, 3.5))[0]["seen"].tolist() == [2, 4]


def test_what_was_seen_last_stays_as_it_was_whatever_is_done_with_it() -> None:
    schedule = tuple(Scheduled(step, "sensor_dropout") for step in (0, 2, 3))
    env = Disturbances(Lamp(), DisturbanceRules(dropout="last", schedule=schedule))
    for _ in range(2):
        observation, _ = env.reset(seed=0)
        seen = []
        for _ in range(4):
            observation["seen"] += 50
            observation = env.step(3)[0]
            seen.append(observation["seen"].tolist())
        assert seen == [[1, 0], [3, 3], [3, 3], [3, 3]]


def test_masks_that_were_told_may_be_changed() -> None:
    env = Disturbances(maze_v0.gymnasium_env(), DisturbanceRules(slip=1.0))
    env.reset(seed=0)
    before = env.action_masks()
    env.action_masks()[:] = False
    assert before.any() and (env.action_masks() == before).all()


def test_actions_outside_the_space_are_refused_though_they_would_fail() -> None:
    env = Disturbances(maze_v0.gymnasium_env(), DisturbanceRules(action_failure=1.0))
    env.reset(seed=0)
    with pytest.raises(ValueError, match="99"):
        env.step(np.full(3, 99))


def test_a_function_says_what_happens() -> None:
    seen = []

    def quake(place: Any, world: int, random: Any) -> None:
        seen.append((type(place).__name__, world, int(random.integers(1000))))

    for _ in range(2):
        env = Disturbances(maze_v0.gymnasium_env(), DisturbanceRules(event=0.5, on_event=quake))
        env.reset(seed=0)
        for _ in range(10):
            env.step(np.zeros(3, dtype=np.int64))
    half = len(seen) // 2
    assert 2 <= half <= 9 and seen[:half] == seen[half:] and seen[0][:2] == ("MazeSimulator", 0)


@pytest.mark.filterwarnings("ignore:.*is different from the unwrapped version")
@pytest.mark.filterwarnings("ignore:.*value is -?infinity")
def test_it_is_a_gymnasium_environment() -> None:
    rules = DisturbanceRules(action_failure=0.2, slip=0.2, sensor_dropout=0.2, stoppage=0.1, idle=0)
    check_env(Disturbances(gym.make("CartPole-v1").unwrapped, rules), skip_render_check=True)


def test_it_can_be_pickled() -> None:
    env = Disturbances(maze_v0.gymnasium_env(), MANY)
    env.reset(seed=0)
    twin = pickle.loads(pickle.dumps(env))
    for action in actions(env, 10):
        np.testing.assert_array_equal(env.step(action)[0], twin.step(action)[0])
