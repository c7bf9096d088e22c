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
    assert many.step(np.array([3, 4]))[0].tolist() == [4, 3]
    assert alone.step(3)[0] == 4


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="PlanZoo's vector environments alone"):
        rules = DisturbanceRules(event=0.5, on_event=lambda *_: None)
        VectorDisturbances(SyncVectorEnv([lambda: gym.make("CartPole-v1")]), rules)
    with pytest.raises(InputError, match="has no goal_change ready"):
        VectorDisturbances(load_scenario("maze_v0").vector_env(2), DisturbanceRules(goal_change=0.5))
