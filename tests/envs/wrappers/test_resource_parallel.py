"""Agents on their own get what a team under one controller gets, and leave as they do without the wrapper."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from pettingzoo import ParallelEnv
from pettingzoo.test import parallel_api_test

from planzoo.envs import diagnosis_v0, warehouse_v0
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_parallel import ResourceParallelWrapper
from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper
from planzoo.errors import InputError
from tests.envs.wrappers.rules import rich_rules, tight_rules

FUEL = Resource("fuel", "consumable", 3)  # type: ignore[arg-type]
BURN = {1: [ResourceRequirement("fuel", 1)]}


def vector_and_mask(seen: Any, info: dict[str, Any]) -> tuple[Any, Any]:
    """Reads an agent's observation in either form."""
    if isinstance(seen, dict):
        return seen["observation"], seen["action_mask"]
    return seen, info["action_mask"]


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("violation", ["mask", "penalize", "end"])
@pytest.mark.parametrize("name", REGISTRY)
def test_it_equals_the_team_under_one_controller(name: str, violation: str, flat: bool) -> None:
    rules = tight_rules(violation=violation)
    env = ResourceParallelWrapper(load_scenario(name).parallel_env(flat=flat), rules)
    team = ResourceWrapper(load_scenario(name).gymnasium_env(checked=False), rules)
    random, agents = np.random.default_rng(2), env.possible_agents
    for seed in range(3):
        seen, infos = env.reset(seed=seed)
        expected, info = team.reset(seed=seed)
        while env.agents:
            rows = expected.reshape(len(agents), -1)
            for number, agent in enumerate(agents):
                if agent not in seen:
                    continue
                vector, mask = vector_and_mask(seen[agent], infos[agent])
                np.testing.assert_array_equal(vector, rows[number])
                np.testing.assert_array_equal(
                    mask, np.reshape(info["action_mask"], (len(agents), -1))[number]
                )
                assert env.observation_space(agent).contains(seen[agent])
            actions = dict(zip(agents, random.integers(4, size=len(agents)).tolist(), strict=True))
            seen, rewards, terminated, truncated, infos = env.step({a: actions[a] for a in env.agents})
            expected, reward, over, cut, info = team.step(np.array(list(actions.values())))
            assert sum(rewards.values()) == pytest.approx(reward, abs=1e-6)
            told = [each for own in infos.values() for each in own["resource_violations"]]
            assert told == info["resource_violations"]
            assert (not env.agents) == (over or cut)
        assert all(terminated[agent] or truncated[agent] for agent in terminated)
        for own in infos.values():
            for fact in ("success", "violations", "left_money", "left_charge", "left_permit"):
                assert own[fact] == info[fact]


@pytest.mark.parametrize("name", REGISTRY)
def test_agents_leave_as_they_do_without_it(name: str) -> None:
    bare = load_scenario(name).parallel_env()
    env = ResourceParallelWrapper(load_scenario(name).parallel_env(), rich_rules())
    bare.reset(seed=1)
    env.reset(seed=1)
    random = np.random.default_rng(1)
    for _ in range(80):
        assert env.agents == bare.agents
        if not env.agents:
            break
        actions = {agent: int(random.integers(bare.action_space(agent).n)) for agent in env.agents}
        expected, found = bare.step(actions), env.step(actions)
        assert found[1:4] == expected[1:4]
        assert found[0].keys() == expected[0].keys()


def test_private_amounts_are_each_agents_own() -> None:
    env = ResourceParallelWrapper(
        warehouse_v0.parallel_env(), ResourceRules((FUEL,), BURN, private=("fuel",))
    )
    env.reset(seed=0)
    seen, _, _, _, infos = env.step({"robot_0": 1, "robot_1": 0})
    assert [infos[agent]["resources_left"]["fuel"] for agent in env.agents] == [2, 3]
    shown = [env.rules.levels_of(seen[agent]["observation"]) for agent in env.agents]
    np.testing.assert_allclose(shown, [[2], [3]], rtol=1e-6)


def test_actions_are_checked_before_anything_is_taken() -> None:
    env = ResourceParallelWrapper(warehouse_v0.parallel_env(), ResourceRules((FUEL,), BURN))
    env.reset(seed=0)
    with pytest.raises(ValueError, match="No action for the live agent 'robot_1'"):
        env.step({"robot_0": 1})
    with pytest.raises(ValueError, match="integers from 0 to 4"):
        env.step({"robot_0": 1, "robot_1": 9})
    assert env.ledger.left_of() == {"fuel": 3}


def test_stacked_wrappers_all_hold() -> None:
    gold = ResourceRules((Resource("gold", "consumable", 9),), {1: [ResourceRequirement("gold", 1)]})  # type: ignore[arg-type]
    env = ResourceParallelWrapper(
        ResourceParallelWrapper(diagnosis_v0.parallel_env(), gold), tight_rules(deadline=1)
    )
    env.reset(seed=0)
    infos = env.step(dict.fromkeys(env.agents, 1))[4]
    assert not env.agents
    info = infos["doctor"] if "doctor" in infos else next(iter(infos.values()))
    assert (info["left_gold"], info["left_money"], info["violations"]) == (8, 19.75, 0)
    with pytest.raises(InputError, match="already keeps a resource named 'gold'"):
        ResourceParallelWrapper(env, gold)


class Walkers(ParallelEnv[str, Any, Any]):
    """Two walkers on a line of somebody else's; one has more ways to go and leaves after two steps."""

    metadata = {"name": "walkers", "render_modes": []}  # noqa: RUF012
    possible_agents = ["long", "short"]  # noqa: RUF012

    def observation_space(self, agent: str) -> Any:
        return self.spaces[agent]

    def action_space(self, agent: str) -> Any:
        return self.choices[agent]

    def __init__(self, discrete: bool = False) -> None:
        self.discrete = discrete
        seen = spaces.Discrete(99) if discrete else spaces.Box(-9, 9, (1,), dtype=np.float32)
        self.spaces = dict.fromkeys(self.possible_agents, seen)
        self.choices = {"long": spaces.Discrete(2), "short": spaces.Discrete(3)}
        self.agents: list[str] = []

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        self.agents, self.time, self.at = [*self.possible_agents], 0, dict.fromkeys(self.possible_agents, 0)
        return self._seen(self.agents), {agent: {} for agent in self.agents}

    def _seen(self, agents: list[str]) -> dict[str, Any]:
        found = {agent: self.at[agent] for agent in agents}
        return found if self.discrete else {a: np.array([x], dtype=np.float32) for a, x in found.items()}

    def step(self, actions: dict[str, int]) -> Any:
        live, self.time = self.agents, self.time + 1
        for agent in live:
            self.at[agent] += int(actions[agent])
        over = {agent: self.time >= (2 if agent == "short" else 6) for agent in live}
        self.agents = [agent for agent in live if not over[agent]]
        no = dict.fromkeys(live, False)
        return self._seen(live), dict.fromkeys(live, 1.0), over, no, {agent: {} for agent in live}


@pytest.mark.parametrize("discrete", [False, True])
def test_others_with_different_actions(discrete: bool) -> None:
    rules = ResourceRules((FUEL,), {1: BURN[1], 2: [ResourceRequirement("fuel", 2)]}, idle=0)
    env = ResourceParallelWrapper(Walkers(discrete), rules)
    with contextlib.redirect_stdout(io.StringIO()):
        parallel_api_test(env, num_cycles=30)
    env.reset()
    seen, _, _, _, infos = env.step({"long": 1, "short": 2})
    assert infos["short"]["resources_left"] == {"fuel": 0}
    assert [len(infos[agent]["action_mask"]) for agent in env.agents] == [2, 3]
    assert infos["short"]["action_mask"].tolist() == [1, 0, 0]
    if discrete:
        assert (seen["short"]["observation"], seen["short"]["resources"].tolist()) == (2, [0])
    _, _, terminated, _, infos = env.step({"long": 1, "short": 2})
    assert (env.unwrapped.at, terminated) == ({"long": 1, "short": 2}, {"long": False, "short": True})  # type: ignore[attr-defined]
    assert env.agents == ["long"]
    assert "violations" not in infos["short"]


def test_functions_see_each_agent() -> None:
    def price(seen: Any, action: int) -> dict[str, float]:
        return {"fuel": float(seen[0] + action)}

    env = ResourceParallelWrapper(
        Walkers(), ResourceRules((FUEL,), price, violation="penalize", penalty=2, private=("fuel",))
    )
    env.reset()
    env.step({"long": 1, "short": 2})
    _, rewards, _, _, infos = env.step({"long": 1, "short": 0})
    assert {a: info["resources_left"]["fuel"] for a, info in infos.items()} == {"long": 0, "short": -1}
    assert rewards == {"long": 1, "short": -1}


@pytest.mark.parametrize(
    ("make", "rules", "words"),
    [
        (Walkers, ResourceRules((FUEL,), BURN), "knows no action that does nothing"),
        (Walkers, ResourceRules((FUEL,), {3: []}, idle=0), "uses names action 3"),
        (
            lambda: warehouse_v0.parallel_env(observation="image"),
            ResourceRules((FUEL,), BURN),
            "observed=False",
        ),
    ],
)
def test_rules_that_do_not_fit_are_errors(make: Any, rules: ResourceRules, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ResourceParallelWrapper(make(), rules)
