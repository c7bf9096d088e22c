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


@pytest.mark.parametrize("violation", ["mask", "penalize", "end"])
@pytest.mark.parametrize("name", REGISTRY)
def test_it_equals_the_vector_environment(name: str, violation: str) -> None:
    scenario, rules = load_scenario(name), tight_rules(violation=violation)
    rows: Any = ResourceVecEnvWrapper(
        ResourceVecEnvWrapper(scenario.sb3_vec_env(num_worlds=WORLDS), GOLD), rules
    )
    vector = ResourceVectorWrapper(
        ResourceVectorWrapper(scenario.vector_env(WORLDS, autoreset_mode="SameStep"), GOLD), rules
    )
    agents, actions_count = vector.unwrapped.simulator.num_agents, rows.action_space.n  # type: ignore[attr-defined]
    rows.seed(3)
    shape, count = (WORLDS * agents, -1), 0
    seen, (expected, infos) = rows.reset(), vector.reset(seed=3)
    random = np.random.default_rng(0)
    for _ in range(70):
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
        check_violations(told, infos, agents)
    assert count >= WORLDS * agents


def check_end(info: dict[str, Any], infos: dict[str, Any], row: int, agents: int) -> None:
    """Compares what is told of an episode that ended."""
    world, agent = divmod(row, agents)
    for fact in ("success", "violations", "left_gold", "left_money", "left_charge", "left_permit"):
        assert info[fact] == infos[fact][world]
    final = infos["final_obs"][world].reshape(agents, -1)[agent]
    np.testing.assert_array_equal(info["terminal_observation"], final)
    assert info["resources_left"]["money"] == info["left_money"]


def check_violations(told: list[dict[str, Any]], infos: dict[str, Any], agents: int) -> None:
    """Compares what was missing in the step."""
    for name in ("gold", "money", "charge", "permit"):
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
