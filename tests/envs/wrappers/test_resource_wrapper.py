"""Gymnasium environments under resource rules: PlanZoo's and others'."""

from __future__ import annotations

import pickle
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from planzoo.envs import diagnosis_v0, maze_v0, warehouse_v0
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper
from planzoo.errors import InputError
from tests.envs.wrappers.plain_ledger import PlainLedger
from tests.envs.wrappers.rules import RESOURCES, rich_rules, tight_rules

FUEL = Resource("fuel", "consumable", 3)  # type: ignore[arg-type]
BURN = {1: [ResourceRequirement("fuel", 1)]}
pytestmark = pytest.mark.filterwarnings("ignore:.*:UserWarning")
"""Gymnasium's checker warns of wrappers and of debts without bounds."""


def choose(random: np.random.Generator, env: ResourceWrapper) -> Any:
    """Draws some of the actions that cost most, regardless of masks."""
    actions = random.integers(4, size=len(env.agent_names))
    return int(actions[0]) if len(actions) == 1 else actions


@pytest.mark.parametrize("name", REGISTRY)
@pytest.mark.parametrize("violation", ["mask", "penalize", "end"])
def test_it_keeps_accounts_as_plain_python_does(name: str, violation: str) -> None:
    rules = tight_rules(violation=violation)
    env = ResourceWrapper(load_scenario(name).gymnasium_env(max_steps=60), rules)
    bare: Any = load_scenario(name).gymnasium_env(max_steps=60)
    agents, random = len(env.agent_names), np.random.default_rng(5)
    violations = 0
    for seed in range(4):
        env.reset(seed=seed)
        bare.reset(seed=seed)
        bare.checked = False
        plain = PlainLedger(rules, agents)
        while True:
            buffers = bare.simulator.buffers
            allowed = buffers.action_masks[0] & ~buffers.terminated[0][:, None]
            action = choose(random, env)
            carried = plain.take(np.atleast_1d(action).tolist(), allowed.tolist())
            plain.settle()
            seen, reward, terminated, truncated, info = env.step(action)
            expected, same, over, cut, _ = bare.step(np.array(carried))
            fines = sum(plain.missing.values()) * rules.penalty * (violation != "mask")
            assert reward == pytest.approx(same - fines)
            rows = seen.reshape(agents, -1)
            np.testing.assert_array_equal(rows[:, : -rules.columns].reshape(-1), expected)
            assert info["resources_left"]["money"] == plain.left["money", 0]
            assert len(info["resource_violations"]) == len(plain.missing)
            assert (terminated, truncated) == (
                over or plain.end == "terminated",
                cut or plain.end == "truncated",
            )
            if terminated or truncated:
                break
        assert info["left_money"] == plain.left["money", 0]
        assert info["violations"] == plain.violations
        assert "success" in info
        violations += plain.violations
    assert violations > 0 or agents == 1


@pytest.mark.parametrize("name", REGISTRY)
def test_nothing_changes_where_nothing_is_short(name: str) -> None:
    bare = load_scenario(name).gymnasium_env()
    env = ResourceWrapper(load_scenario(name).gymnasium_env(), rich_rules())
    random = np.random.default_rng(0)
    (expected, _), (seen, _) = bare.reset(seed=4), env.reset(seed=4)
    for _ in range(60):
        rows = seen.reshape(len(env.agent_names), -1)
        np.testing.assert_array_equal(rows[:, : -env.rules.columns].reshape(-1), expected)
        action = choose(random, env)
        expected, *same, info = bare.step(action)
        seen, *mine, told = env.step(action)
        assert mine == same
        np.testing.assert_array_equal(np.ravel(told["action_mask"]), np.ravel(info["action_mask"]))
        if same[1] or same[2]:
            (expected, _), (seen, _) = bare.reset(), env.reset()


def test_masked_policies_never_violate() -> None:
    env = ResourceWrapper(maze_v0.gymnasium_env(agents=1, coordination="none"), tight_rules(deadline=None))
    _, info = env.reset(seed=0)
    narrowed, random = 0, np.random.default_rng(0)
    for _ in range(70):
        mask = info["action_mask"]
        np.testing.assert_array_equal(env.action_masks(), mask.astype(bool))
        assert mask.any()
        affordable = info["resources_left"]["money"] >= 0.25
        _, _, terminated, truncated, info = env.step(int(random.choice(np.flatnonzero(mask))))
        assert not affordable or info["resource_violations"] == []
        narrowed += not mask.all()
        if terminated or truncated:
            break
    assert narrowed > 10


def test_blocked_actions_do_nothing_and_are_told() -> None:
    env = ResourceWrapper(warehouse_v0.gymnasium_env(), ResourceRules((FUEL,), BURN))
    env.reset(seed=0)
    env.step([1, 1])
    _, _, terminated, _, info = env.step([1, 1])
    assert info["resource_violations"] == [
        {"agent": "robot_1", "resource": "fuel", "amount": 1.0, "left": 0.0}
    ]
    assert info["invalid_action"] and not terminated
    assert all(mask[1] == 0 for mask in info["action_mask"])
    with pytest.raises(ValueError, match="integers from 0"):
        env.step([-1, 0])


def test_the_deadline_truncates() -> None:
    env = ResourceWrapper(warehouse_v0.gymnasium_env(), ResourceRules((), {}, deadline=3))
    first, _ = env.reset(seed=0)
    assert first.reshape(2, -1)[:, -1].tolist() == [1, 1]
    ends = [env.step([0, 0])[2:4] for _ in range(3)]
    assert ends == [(False, False), (False, False), (False, True)]


def test_stacked_wrappers_all_hold() -> None:
    gold = ResourceRules((Resource("gold", "consumable", 2),), {1: [ResourceRequirement("gold", 1)]})  # type: ignore[arg-type]
    env = ResourceWrapper(ResourceWrapper(diagnosis_v0.gymnasium_env(), gold), tight_rules(deadline=1))
    seen, info = env.reset(seed=0)
    assert seen.shape == env.observation_space.shape == (9 + 1 + 4,)
    assert gold.levels_of(seen, after=env.rules.columns).tolist() == [2]
    assert info["resources_left"] == {"gold": 2, "money": 20, "charge": 3, "permit": 2}
    seen, *_, truncated, info = env.step(1)
    assert truncated
    assert (info["left_gold"], info["left_money"], info["violations"]) == (1, 19.75, 0)
    with pytest.raises(InputError, match="already keeps a resource named 'gold'"):
        ResourceWrapper(env, gold)


def test_it_can_be_made_again_and_pickled() -> None:
    spec = ResourceWrapper(gym.make("planzoo/Warehouse-v0"), tight_rules()).spec
    assert spec is not None
    env = gym.make(spec)
    twin = pickle.loads(pickle.dumps(env))
    env.reset(seed=1)
    twin.reset(seed=1)
    np.testing.assert_array_equal(env.step([1, 1])[0], twin.step([1, 1])[0])


@pytest.mark.parametrize("violation", ["mask", "penalize", "end"])
@pytest.mark.parametrize("name", ["CartPole-v1", "FrozenLake-v1"])
def test_others_with_numbered_actions(name: str, violation: str) -> None:
    rules = ResourceRules((FUEL,), BURN, idle=0, violation=violation, penalty=2)
    env = ResourceWrapper(gym.make(name), rules)
    check_env(env, skip_render_check=True)
    env.reset(seed=3)
    results = [env.step(1) for _ in range(4)]
    assert [info["resources_left"]["fuel"] for *_, info in results[:3]] == [2, 1, 0]
    last = results[3][4]
    assert last["resources_left"]["fuel"] == (-1 if violation == "penalize" else 0)
    assert last["resource_violations"][0]["amount"] == 1
    assert results[3][2] or violation != "end"
    if violation == "mask":
        assert last["action_mask"].tolist() == [1, 0, *[1] * (env.ledger.num_actions - 2)]


def test_others_with_a_function_of_forces() -> None:
    def energy(observation: Any, action: Any) -> dict[str, float]:
        assert observation.shape == (3,)
        return {"energy": float(np.abs(action).sum())}

    energies = (Resource("energy", "consumable", 3),)  # type: ignore[arg-type]
    env = ResourceWrapper(
        gym.make("Pendulum-v1"), ResourceRules(energies, energy, violation="end", idle=(0.0,))
    )
    check_env(env, skip_render_check=True)
    env.reset(seed=0)
    env.step(np.array([2.0], dtype=np.float32))
    _, _, terminated, _, info = env.step(np.array([1.5], dtype=np.float32))
    assert terminated
    assert info["resource_violations"] == [
        {"agent": "agent_0", "resource": "energy", "amount": 0.5, "left": 1.0}
    ]


class ByPosition:
    """Dear where the cart stands right of the middle; it says so of both actions."""

    def __call__(self, observation: Any, action: int) -> Any:
        return self.for_all(observation)[action]

    def for_all(self, observation: Any) -> Any:
        return np.array([[0.0], [2.0 if observation[0] > 0 else 1.0]])


def test_a_function_of_all_actions_masks() -> None:
    env = ResourceWrapper(gym.make("CartPole-v1"), ResourceRules((FUEL,), ByPosition(), idle=0))
    seen, info = env.reset(seed=0)
    left = 3.0
    for _ in range(6):
        price = 2.0 if seen[0] > 0 else 1.0
        assert info["action_mask"].tolist() == [1, left >= price]
        seen, *_, info = env.step(1)
        left -= price if left >= price else 0
        assert info["resources_left"]["fuel"] == left


@pytest.mark.parametrize(
    ("make", "rules", "words"),
    [
        (lambda: gym.make("CartPole-v1"), ResourceRules((FUEL,), BURN), "knows no action that does nothing"),
        (lambda: gym.make("CartPole-v1"), ResourceRules((FUEL,), BURN, idle=2), "idle names action 2"),
        (lambda: gym.make("CartPole-v1"), ResourceRules((FUEL,), BURN, idle=(0.0,)), "which is no action of"),
        (lambda: gym.make("Pendulum-v1"), ResourceRules((FUEL,), BURN, idle=(0.0,)), "are not numbered"),
        (lambda: warehouse_v0.gymnasium_env(), ResourceRules((FUEL,), {5: []}), "actions are 0 to 4"),
        (
            lambda: warehouse_v0.gymnasium_env(observation="image"),
            ResourceRules((FUEL,), BURN),
            "observed=False",
        ),
    ],
)
def test_rules_that_do_not_fit_are_errors(make: Any, rules: ResourceRules, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ResourceWrapper(make(), rules)


def test_images_go_without_amounts() -> None:
    env = ResourceWrapper(
        warehouse_v0.gymnasium_env(observation="image"), ResourceRules(RESOURCES, {}, observed=False)
    )
    assert env.observation_space == env.env.observation_space
    assert env.reset(seed=0)[1]["resources_left"]["money"] == 20
