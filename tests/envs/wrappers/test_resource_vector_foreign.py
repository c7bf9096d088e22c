"""Others' vector environments under resource rules, and PlanZoo's with another wrapper between."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from planzoo.envs import diagnosis_v0, warehouse_v0
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.belief import BeliefVectorObservation
from planzoo.envs.wrappers.resource_vector import ResourceVectorWrapper
from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper
from planzoo.errors import InputError
from tests.envs.wrappers.rules import tight_rules

WORLDS = 3
FUEL = Resource("fuel", "consumable", 9)  # type: ignore[arg-type]
BURN = {1: [ResourceRequirement("fuel", 1)]}


def make(name: str, rules: ResourceRules, mode: AutoresetMode) -> Any:
    """Wraps Gymnasium's own vector form."""
    env = gym.make_vec(name, WORLDS, vectorization_mode="sync", vector_kwargs={"autoreset_mode": mode})
    return ResourceVectorWrapper(env, rules)


@pytest.mark.parametrize("mode", list(AutoresetMode))
@pytest.mark.parametrize("violation", ["mask", "penalize", "end"])
@pytest.mark.parametrize("name", ["CartPole-v1", "FrozenLake-v1"])
def test_it_equals_single_environments(name: str, violation: str, mode: AutoresetMode) -> None:
    if violation == "end" and mode is not AutoresetMode.DISABLED:
        return
    rules = ResourceRules((FUEL,), BURN, idle=0, violation=violation, penalty=2)
    vector = make(name, rules, mode)
    singles = [ResourceWrapper(gym.make(name), rules) for _ in range(WORLDS)]
    vector.reset(seed=5)
    for world, env in enumerate(singles):
        env.reset(seed=5 + world)
    random, waiting, ended = np.random.default_rng(0), [False] * WORLDS, 0
    for _ in range(70):
        actions = (random.random(WORLDS) < 0.7).astype(np.int64)
        seen, rewards, terminated, truncated, infos = vector.step(actions)
        again = np.zeros(WORLDS, dtype=bool)
        for world, env in enumerate(singles):
            reward, over, cut = 0.0, False, False
            if waiting[world]:
                observation, info = env.reset()
                waiting[world] = False
            else:
                observation, reward, over, cut, info = env.step(int(actions[world]))
            assert (rewards[world], terminated[world], truncated[world]) == (reward, over, cut)
            if over or cut:
                ended += 1
                again[world], waiting[world] = mode is AutoresetMode.DISABLED, mode is AutoresetMode.NEXT_STEP
                same_end(infos, world, observation, info)
                if mode is AutoresetMode.SAME_STEP:
                    observation, info = env.reset()
            same(at(seen, world), observation)
            assert infos["resources_left"]["fuel"][world] == info["resources_left"]["fuel"]
            same(at(infos.get("action_mask", [[None]] * WORLDS), world)[0], info.get("action_mask"))
        if again.any():
            seen, _ = vector.reset(options={"reset_mask": again})
            for world in np.flatnonzero(again):
                same(at(seen, world), singles[world].reset()[0])
    assert ended >= WORLDS


def same_end(infos: dict[str, Any], world: int, observation: Any, info: dict[str, Any]) -> None:
    """Compares what is told of an episode that ended."""
    for place in (infos, infos.get("final_info", infos)):
        assert place["left_fuel"][world] == info["left_fuel"]
        assert place["violations"][world] == info["violations"]
    if "final_obs" in infos:
        same(infos["final_obs"][world], observation)


def at(seen: Any, world: int) -> Any:
    """One world's part of a batch."""
    return {key: part[world] for key, part in seen.items()} if isinstance(seen, dict) else seen[world]


def same(one: Any, other: Any) -> None:
    """Compares observations of arrays or dicts of them."""
    pairs = [(one[key], other[key]) for key in other] if isinstance(other, dict) else [(one, other)]
    for mine, theirs in pairs:
        np.testing.assert_array_equal(mine, theirs)


def test_functions_get_batches() -> None:
    def work(observations: Any, actions: Any) -> Any:
        assert observations.shape == (WORLDS, 3)
        return np.abs(actions)

    rules = ResourceRules((FUEL,), work, violation="penalize", penalty=1)
    env = make("Pendulum-v1", rules, AutoresetMode.NEXT_STEP)
    seen, _ = env.reset(seed=0)
    assert seen.shape == env.observation_space.shape == (WORLDS, 4)
    forces = np.array([[2.0], [-1.5], [0.5]], dtype=np.float32)
    for _ in range(5):
        seen, _, _, _, infos = env.step(forces)
    assert infos["resources_left"]["fuel"].tolist() == [-1, 1.5, 6.5]
    assert infos["resource_violations"]["_fuel"].tolist() == [True, False, False]


def test_another_wrapper_may_stand_between() -> None:
    rules = tight_rules(deadline=None)
    between = BeliefVectorObservation(diagnosis_v0.vector_env(WORLDS))
    env, plain = (
        ResourceVectorWrapper(between, rules),
        ResourceVectorWrapper(diagnosis_v0.vector_env(WORLDS, observation="belief"), rules),
    )
    (seen, _), (expected, _) = env.reset(seed=0), plain.reset(seed=0)
    assert env.observation_space == plain.observation_space
    for step in range(30):
        np.testing.assert_allclose(seen, expected, atol=1e-6)
        actions = np.full(WORLDS, step % 3)
        seen, _, _, _, told = env.step(actions)
        expected, _, _, _, infos = plain.step(actions)
        np.testing.assert_array_equal(told["action_mask"], infos["action_mask"])


@pytest.mark.parametrize("changes", [{"deadline": 3}, {"violation": "end"}])
def test_rules_that_end_episodes_need_a_way_to_begin_anew(changes: dict[str, Any]) -> None:
    rules = ResourceRules((FUEL,), BURN, idle=0, **changes)
    for mode in (AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP):
        with pytest.raises(InputError, match="disable autoreset and reset with reset_mask"):
            make("CartPole-v1", rules, mode)


def test_rules_that_do_not_fit_are_errors() -> None:
    with pytest.raises(InputError, match="knows no action that does nothing"):
        make("CartPole-v1", ResourceRules((FUEL,), BURN), AutoresetMode.DISABLED)
    with pytest.raises(InputError, match="observed=False"):
        ResourceVectorWrapper(warehouse_v0.vector_env(2, observation="image"), ResourceRules((FUEL,), BURN))
    with pytest.raises(InputError, match="already keeps a resource named 'fuel'"):
        rules = ResourceRules((FUEL,), BURN, idle=0)
        ResourceVectorWrapper(make("CartPole-v1", rules, AutoresetMode.DISABLED), rules)
