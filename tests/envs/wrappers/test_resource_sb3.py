"""Rows under Stable-Baselines3 play what the vector environment plays, and MaskablePPO learns on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sb3_contrib import MaskablePPO
from stable_baselines3.common.vec_env import DummyVecEnv

from planzoo.envs import warehouse_v0
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_sb3 import ResourceVecEnvWrapper
from planzoo.envs.wrappers.resource_vector import ResourceVectorWrapper
from planzoo.errors import InputError
from tests.envs.wrappers.rules import tight_rules

WORLDS = 3
GOLD = ResourceRules((Resource("gold", "consumable", 4),), {1: [ResourceRequirement("gold", 0.5)]})  # type: ignore[arg-type]


class Fuel:
    """Costs more where more of what the wrapped environment shows last is left, or to those who turn."""

    def __init__(self, *seen: tuple[int, ...]) -> None:
        self.seen = seen
        self.shapes: set[tuple[int, ...]] = set()

    def __call__(self, observations: Any, actions: Any) -> Any:
        self.shapes.add(actions.shape)
        return (actions % 3)[..., None] * 0.25 + abs(observations[:, -1]).reshape(-1, *[1] * actions.ndim)


class KnownFuel(Fuel):
    """Gives the costs of all actions."""

    def for_all(self, observations: Any) -> Any:
        agents, actions = self.seen[0]
        costs = np.arange(agents * actions).reshape(1, agents, actions, 1) % 3 * 0.5
        return costs + abs(observations[:, -1]).reshape(-1, 1, 1, 1)


def compare(name: str, inner: ResourceRules, outer: ResourceRules, steps: int = 70) -> int:
    """Plays the same in two wrappers of rows and two of vectors, and gives the number of rows that ended."""
    scenario = load_scenario(name)
    bare = scenario.sb3_vec_env(num_worlds=WORLDS)
    rows: Any = ResourceVecEnvWrapper(ResourceVecEnvWrapper(bare, inner), outer)
    vector = ResourceVectorWrapper(
        ResourceVectorWrapper(scenario.vector_env(WORLDS, autoreset_mode="SameStep"), inner), outer
    )
    agents, actions_count = vector.unwrapped.simulator.num_agents, rows.action_space.n  # type: ignore[attr-defined]
    rows.seed(3)
    shape, count = (WORLDS * agents, -1), 0
    seen, (expected, infos) = rows.reset(), vector.reset(seed=3)
    random = np.random.default_rng(0)
    for _ in range(steps):
        np.testing.assert_array_equal(seen, expected.reshape(shape))
        assert rows.observation_space.contains(seen[0])
        masks = np.array(rows.env_method("action_masks"))
        np.testing.assert_array_equal(masks, infos["action_mask"].reshape(shape))
        actions = random.integers(min(actions_count, 5), size=(WORLDS, agents))
        seen, rewards, dones, told = rows.step(actions.reshape(-1))
        expected, sums, terminated, truncated, infos = vector.step(actions if agents > 1 else actions[:, 0])
        np.testing.assert_allclose(rewards.reshape(WORLDS, -1).sum(axis=1), sums, atol=1e-5)
        np.testing.assert_array_equal(dones, np.repeat(terminated | truncated, agents))
        for row in np.flatnonzero(dones).tolist():
            count += 1
            check_end(told[row], infos, row, agents)
            if terminated[row // agents]:
                assert not told[row]["TimeLimit.truncated"]
        check_violations(told, infos, agents, (*inner.names, *outer.names))
    return count


@pytest.mark.parametrize("violation", ["mask", "penalize", "end"])
@pytest.mark.parametrize("name", REGISTRY)
def test_it_equals_the_vector_environment(name: str, violation: str) -> None:
    agents = load_scenario(name).vector_env(1).simulator.num_agents
    assert compare(name, GOLD, tight_rules(violation=violation)) >= WORLDS * agents


@pytest.mark.parametrize("violation", ["mask", "penalize", "end"])
@pytest.mark.parametrize("name", REGISTRY)
def test_inner_rules_that_end_episodes_do_so_in_both(name: str, violation: str) -> None:
    inner = tight_rules(violation=violation, deadline=7)
    assert compare(name, inner, GOLD) >= 9 * WORLDS
    late = ResourceRules(
        GOLD.resources, GOLD.uses, deadline=5, violation="end", private=("gold",), observed=False
    )
    assert compare(name, inner, late) >= 13 * WORLDS
    assert compare(name, late, inner) >= 13 * WORLDS


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("name", REGISTRY)
def test_functions_see_the_same_in_both(name: str, known: bool) -> None:
    simulator = load_scenario(name).vector_env(1).simulator
    price: Any = KnownFuel((simulator.num_agents, simulator.num_actions)) if known else Fuel()
    fuel = (Resource("fuel", "consumable", 16),)  # type: ignore[arg-type]
    own = ResourceRules(fuel, price, violation="mask" if known else "end", private=("fuel",))
    other = tight_rules(violation="mask", deadline=None)
    assert compare(name, other, own, 40) >= (0 if known else WORLDS)
    compare(name, own, other, 40)
    compare(name, tight_rules(observed=False), own, 20)
    several = simulator.num_agents > 1
    assert price.shapes == (set() if known else {(WORLDS, simulator.num_agents) if several else (WORLDS,)})


def check_end(info: dict[str, Any], infos: dict[str, Any], row: int, agents: int) -> None:
    """Compares what is told of an episode that ended."""
    world, agent = divmod(row, agents)
    facts = [name for name in infos if name.startswith("left_")]
    for fact in ("success", "violations", *facts):
        assert info[fact] == infos[fact][world]
    assert set(info["resources_left"]) == {fact.removeprefix("left_") for fact in facts}
    final = infos["final_obs"][world].reshape(agents, -1)[agent]
    np.testing.assert_array_equal(info["terminal_observation"], final)
    if "money" in info["resources_left"]:
        assert info["resources_left"]["money"] == info["left_money"]


def check_violations(
    told: list[dict[str, Any]], infos: dict[str, Any], agents: int, names: tuple[str, ...]
) -> None:
    """Compares what was missing in the step."""
    for name in names:
        for row, info in enumerate(told):
            own = [each["amount"] for each in info.get("resource_violations", []) if each["resource"] == name]
            assert (own or [0.0])[0] == infos["resource_violations"][name][divmod(row, agents)]


def test_a_masked_learner_never_violates() -> None:
    rules = tight_rules(deadline=12)
    env: Any = ResourceVecEnvWrapper(warehouse_v0.sb3_vec_env(num_worlds=4), rules)
    assert env.has_attr("action_masks")
    np.testing.assert_array_equal(env.get_attr("action_masks", 2)[0](), env.action_masks()[2])
    learner = MaskablePPO("MlpPolicy", env, n_steps=8, batch_size=32, n_epochs=1, seed=0)
    learner.learn(128)
    seen = env.reset()
    for _ in range(12):
        actions, _ = learner.predict(seen, action_masks=env.action_masks())
        seen, _, dones, infos = env.step(actions)
    assert dones.all()
    assert infos[0]["TimeLimit.truncated"] and infos[0]["left_money"] < 20


def test_a_function_is_asked_for_the_batch() -> None:
    def price(seen: Any, actions: Any) -> Any:
        assert seen.shape == (2, 2 * 71)
        return (actions == 1)[..., None] * 1.5

    rules = ResourceRules((GOLD.resources[0],), price, violation="penalize", penalty=4)
    env: Any = ResourceVecEnvWrapper(warehouse_v0.sb3_vec_env(num_worlds=2), rules)
    env.seed(0)
    env.reset()
    env.step(np.array([1, 1, 0, 1]))
    assert env.ledger.accounts.left[0, 0].tolist() == [1, 2.5]
    _, rewards, _, infos = env.step(np.array([1, 0, 0, 0]))
    assert rewards[0] == pytest.approx(-2)
    assert infos[0]["resource_violations"][0]["amount"] == 0.5
    assert "resource_violations" not in infos[1]


def test_other_environments_are_errors() -> None:
    import gymnasium

    with pytest.raises(InputError, match="for PlanZoo's sb3_vec_env, not for"):
        ResourceVecEnvWrapper(DummyVecEnv([lambda: gymnasium.make("CartPole-v1")]), GOLD)  # type: ignore[arg-type]
    env = ResourceVecEnvWrapper(warehouse_v0.sb3_vec_env(), GOLD)
    with pytest.raises(InputError, match="already keeps a resource named 'gold'"):
        ResourceVecEnvWrapper(env, GOLD)
