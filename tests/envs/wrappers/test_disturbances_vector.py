"""Disturbances of many worlds are those of each alone."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from planzoo.envs.disturbances.kinds import kind_names
from planzoo.envs.disturbances.rules import DisturbanceRules, Scheduled
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.disturbances import Disturbances
from planzoo.envs.wrappers.disturbances_vector import VectorDisturbances
from planzoo.envs.wrappers.resource_vector import ResourceVectorWrapper
from planzoo.errors import InputError
from tests.envs.wrappers.disturbed import LAST, MANY
from tests.envs.wrappers.rules import tight_rules


@pytest.mark.parametrize("name", REGISTRY)
@pytest.mark.parametrize("rules", [MANY, LAST], ids=["zeros", "last"])
@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_a_world_of_many_is_disturbed_as_one_alone(
    name: str, rules: DisturbanceRules, mode: AutoresetMode
) -> None:
    scenario, worlds = load_scenario(name), 3
    params = scenario.params(max_steps=6)
    many = VectorDisturbances(scenario.vector_env(worlds, params, autoreset_mode=mode), rules)
    alone = [Disturbances(scenario.gymnasium_env(params), rules) for _ in range(worlds)]
    rows, _ = many.reset(seed=5)
    fresh = [False] * worlds
    for world, env in enumerate(alone):
        np.testing.assert_array_equal(env.reset(seed=5 + world)[0], rows[world])
    many.action_space.seed(0)
    for _ in range(20):
        actions = many.action_space.sample()
        rows, rewards, terminated, truncated, infos = many.step(actions)
        for world, env in enumerate(alone):
            if fresh[world]:
                np.testing.assert_array_equal(env.reset()[0], rows[world])
                fresh[world] = False
                continue
            seen, reward, ended, cut, info = env.step(actions[world])
            over = ended or cut
            assert (ended, cut) == (terminated[world], truncated[world])
            assert reward == pytest.approx(rewards[world], abs=1e-6)
            assert info["invalid_action"] == infos["invalid_action"][world]
            if not over:
                names = [kind_names(bits) for bits in infos["disturbances"][world]]
                assert list(info["disturbances"].values()) == names
            if over:
                assert infos["_disturbances_total"][world]
                assert info["disturbances_total"] == infos["disturbances_total"][world]
            if over and mode is AutoresetMode.SAME_STEP:
                np.testing.assert_array_equal(seen, infos["final_obs"][world])
                seen, _ = env.reset()
            fresh[world] = over and mode is AutoresetMode.NEXT_STEP
            np.testing.assert_array_equal(seen, rows[world])


@pytest.mark.parametrize("name", REGISTRY)
def test_rules_under_which_nothing_strikes_change_nothing(name: str) -> None:
    scenario = load_scenario(name)
    bare, calm = scenario.vector_env(4), VectorDisturbances(scenario.vector_env(4), DisturbanceRules())
    np.testing.assert_array_equal(bare.reset(seed=1)[0], calm.reset(seed=1)[0])
    bare.action_space.seed(0)
    for _ in range(30):
        actions = bare.action_space.sample()
        one, other = bare.step(actions), calm.step(actions)
        for first, second in zip(one[:4], other[:4], strict=True):
            np.testing.assert_array_equal(first, second)
        assert not other[4]["disturbances"].any()
        ended = other[2] | other[3]
        assert not ended.any() or not other[4]["disturbances_total"][ended].any()


def test_worlds_are_reset_one_by_one() -> None:
    scenario = load_scenario("maze_v0")
    rules = DisturbanceRules(schedule=(Scheduled(1, "slip"),))
    env = VectorDisturbances(scenario.vector_env(2, autoreset_mode=AutoresetMode.DISABLED), rules)
    env.reset(seed=0)
    still = np.zeros((2, 3), dtype=np.int64)
    assert not env.step(still)[4]["disturbances"].any()
    env.reset(options={"reset_mask": np.array([True, False])})
    assert env.step(still)[4]["disturbances"].any(axis=1).tolist() == [False, True]


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.DISABLED])
def test_worlds_that_are_reset_while_they_are_over_are_disturbed_at_once(mode: AutoresetMode) -> None:
    scenario, rules = load_scenario("maze_v0"), DisturbanceRules(action_failure=1.0)
    params = scenario.params(max_steps=1)
    env = VectorDisturbances(scenario.vector_env(2, params, autoreset_mode=mode), rules)
    still = np.zeros((2, 3), dtype=np.int64)
    for _ in range(2):
        env.reset(seed=0)
        infos = env.step(still)[4]
        assert infos["disturbances"].all() and infos["disturbances_total"].tolist() == [3, 3]


def test_the_end_of_an_episode_is_told_once() -> None:
    scenario, rules = load_scenario("maze_v0"), DisturbanceRules(action_failure=1.0)
    params = scenario.params(max_steps=1)
    env = VectorDisturbances(scenario.vector_env(2, params, autoreset_mode=AutoresetMode.DISABLED), rules)
    env.reset(seed=0)
    still = np.zeros((2, 3), dtype=np.int64)
    assert ["disturbances_total" in env.step(still)[4] for _ in range(2)] == [True, False]


def test_a_world_that_waits_to_be_reset_begins_no_episode() -> None:
    scenario, rules = load_scenario("maze_v0"), DisturbanceRules(slip=0.5)
    params = scenario.params(max_steps=2)
    many = VectorDisturbances(scenario.vector_env(2, params, autoreset_mode=AutoresetMode.DISABLED), rules)
    alone = Disturbances(scenario.gymnasium_env(params), rules)
    many.reset(seed=0), alone.reset(seed=1)
    still = np.zeros((2, 3), dtype=np.int64)
    for _ in range(2):
        many.step(still), alone.step(still[1])
    many.reset(options={"reset_mask": np.array([True, False])}), many.step(still)
    many.reset(options={"reset_mask": np.array([False, True])}), alone.reset()
    for ended in (False, True):
        infos, info = many.step(still)[4], alone.step(still[1])[4]
        names = [kind_names(bits) for bits in infos["disturbances"][1]]
        assert names == list(info["disturbances"].values())
        assert infos["_disturbances_total"].tolist() == ([False, True] if ended else [True, False])


def test_what_was_told_stays_as_it_was() -> None:
    scenario = load_scenario("maze_v0")
    rules = DisturbanceRules(schedule=(Scheduled(0, "action_failure"),))
    still = np.zeros((2, 3), dtype=np.int64)
    env = VectorDisturbances(scenario.vector_env(2), rules)
    env.reset(seed=0)
    infos = env.step(still)[4]
    env.step(still)
    assert infos["disturbances"].all()
    calm = VectorDisturbances(scenario.vector_env(2, max_steps=1), DisturbanceRules())
    calm.reset(seed=0)
    infos = calm.step(still)[4]
    for name in ("disturbances", "disturbances_total"):
        with pytest.raises(ValueError, match="read-only"):
            infos[name][0] = 1


def test_final_infos_count_too() -> None:
    scenario = load_scenario("maze_v0")
    rules = DisturbanceRules(action_failure=1.0)
    params = scenario.params(max_steps=2)
    env = VectorDisturbances(scenario.vector_env(2, params, autoreset_mode=AutoresetMode.SAME_STEP), rules)
    env.reset(seed=0)
    still = np.zeros((2, 3), dtype=np.int64)
    env.step(still)
    assert env.step(still)[4]["final_info"]["disturbances_action_failure"].tolist() == [6, 6]


def test_actions_outside_the_space_are_refused_though_they_would_fail() -> None:
    rules = DisturbanceRules(action_failure=1.0)
    env = VectorDisturbances(load_scenario("maze_v0").vector_env(2, checked=True), rules)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="99"):
        env.step(np.full((2, 3), 99))


@pytest.mark.parametrize("seed", [np.int64(3), [3, 4]])
def test_seeds_may_be_numbers_of_numpy_and_one_a_world(seed: Any) -> None:
    told = []
    for each in (3, seed):
        env = VectorDisturbances(load_scenario("maze_v0").vector_env(2), DisturbanceRules(slip=0.5))
        env.reset(seed=each)
        told.append([env.step(np.zeros((2, 3), dtype=np.int64))[4]["disturbances"] for _ in range(5)])
    np.testing.assert_array_equal(told[0], told[1])


def test_stacked_with_resources_what_fails_outside_costs_nothing() -> None:
    scenario = load_scenario("warehouse_v0")
    rules = tight_rules()
    failing = DisturbanceRules(action_failure=1.0)
    outside = VectorDisturbances(ResourceVectorWrapper(scenario.vector_env(2), rules), failing)
    infos = outside.reset(seed=0)[1]
    first = {name: np.array(left) for name, left in _amounts(infos).items()}
    outside.action_space.seed(0)
    for _ in range(5):
        infos = outside.step(outside.action_space.sample())[4]
    spent = [name for name in _consumed(rules) if (_amounts(infos)[name] < first[name]).any()]
    assert spent == []


def _amounts(infos: dict[str, Any]) -> dict[str, Any]:
    return {name: left for name, left in infos["resources_left"].items() if name[0] != "_"}


def _consumed(rules: ResourceRules) -> list[str]:
    return [each.name for each in rules.resources if each.resource_type.value == "consumable"]


def test_others_environments_are_disturbed_row_by_row() -> None:
    def make() -> Any:
        return gym.make("CartPole-v1")

    rules = DisturbanceRules(slip=0.5)
    many = VectorDisturbances(SyncVectorEnv([make, make]), rules)
    alone = Disturbances(make(), rules)
    rows, _ = many.reset(seed=2)
    np.testing.assert_array_equal(alone.reset(seed=3)[0], rows[1])
    for step in range(8):
        rows = many.step(np.full(2, step % 2))[0]
        np.testing.assert_array_equal(alone.step(step % 2)[0], rows[1])
    boxes = VectorDisturbances(
        SyncVectorEnv([lambda: gym.make("Pendulum-v1")] * 2),
        DisturbanceRules(action_failure=1.0, idle=(0.0,)),
    )
    calm = gym.make("Pendulum-v1")
    boxes.reset(seed=0), calm.reset(seed=1)
    np.testing.assert_array_equal(boxes.step(np.ones((2, 1)))[0][1], calm.step(np.zeros(1))[0])


class Count(gym.Env[Any, Any]):
    """Shows the last action, whose numbers begin at 3."""

    observation_space = gym.spaces.Discrete(10)
    action_space = gym.spaces.Discrete(2, start=3)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        return 0, {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        return int(action), 0.0, False, False, {}


def test_numbers_of_actions_may_begin_anywhere() -> None:
    many = VectorDisturbances(SyncVectorEnv([Count, Count]), DisturbanceRules(slip=1.0))
    alone = Disturbances(Count(), DisturbanceRules(action_failure=1.0, idle=4))
    many.reset(seed=0), alone.reset(seed=0)
    asked = np.array([3, 4])
    assert many.step(asked)[0].tolist() == [4, 3] and asked.tolist() == [3, 4]
    assert alone.step(3)[0] == 4


class Box(Count):
    """Shows it in a box of its own."""

    observation_space = gym.spaces.Dict({"last": Count.observation_space})  # type: ignore[assignment]

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        return {"last": 0}, {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        return {"last": int(action)}, 0.0, False, False, {}


def test_observations_of_many_parts_are_let_through_but_cannot_be_lost() -> None:
    many = VectorDisturbances(SyncVectorEnv([Box, Box]), DisturbanceRules(slip=1.0))
    many.reset(seed=0)
    assert many.step(np.array([3, 4]))[0]["last"].tolist() == [4, 3]
    with pytest.raises(InputError, match="in one array, but here they are of Dict"):
        VectorDisturbances(SyncVectorEnv([Box, Box]), DisturbanceRules(sensor_dropout=0.5))


def test_what_cannot_be_is_refused() -> None:
    for rules in (
        DisturbanceRules(event=0.5, on_event=lambda *_: None),
        DisturbanceRules(goal_change=0.5, on_goal_change=lambda *_: None),
    ):
        with pytest.raises(InputError, match="PlanZoo's vector environments alone"):
            VectorDisturbances(SyncVectorEnv([lambda: gym.make("CartPole-v1")]), rules)
    with pytest.raises(InputError, match="has no goal_change ready"):
        VectorDisturbances(load_scenario("maze_v0").vector_env(2), DisturbanceRules(goal_change=0.5))
