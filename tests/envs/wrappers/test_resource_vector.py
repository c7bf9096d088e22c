"""The vector form plays what single environments play, in every mode of autoreset."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from planzoo.envs import warehouse_v0
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_vector import ResourceVectorWrapper
from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper
from tests.envs.wrappers.rules import rich_rules, tight_rules

WORLDS = 3
GOLD = ResourceRules((Resource("gold", "consumable", 4),), {1: [ResourceRequirement("gold", 0.5)]})  # type: ignore[arg-type]


def make(name: str, rules: tuple[ResourceRules, ...], mode: str = "NextStep", **changes: Any) -> Any:
    """Wraps a scenario's vector environment, the first rules innermost."""
    env: Any = load_scenario(name).vector_env(WORLDS, autoreset_mode=mode, **changes)
    for each in rules:
        env = ResourceVectorWrapper(env, each)
    return env


def singles(name: str, rules: tuple[ResourceRules, ...], **changes: Any) -> list[Any]:
    """Wraps as many single environments."""
    found = []
    for _ in range(WORLDS):
        env: Any = load_scenario(name).gymnasium_env(checked=False, **changes)
        for each in rules:
            env = ResourceWrapper(env, each)
        found.append(env)
    return found


def same_infos(infos: dict[str, Any], world: int, info: dict[str, Any], env: Any) -> None:
    """Compares what is told of one world."""
    for name, left in info["resources_left"].items():
        assert infos["resources_left"][name][world].tolist() == left
    agents = [*env.unwrapped.agents]
    told = {
        (agents.index(each["agent"]), each["resource"]): each["amount"]
        for each in info["resource_violations"]
    }
    missing = infos["resource_violations"]
    for name in info["resources_left"]:
        for agent in range(len(agents)):
            assert missing[name][world, agent] == told.get((agent, name), 0.0)
        assert missing[f"_{name}"][world] == any(key[1] == name for key in told)
    np.testing.assert_array_equal(infos["action_mask"][world].reshape(-1), np.ravel(info["action_mask"]))


def same_facts(infos: dict[str, Any], world: int, info: dict[str, Any]) -> None:
    """Compares what is told at the end of an episode."""
    for name in ("success", "violations", *(key for key in info if key.startswith("left_"))):
        assert infos[name][world] == info[name], name
        assert infos[f"_{name}"][world]


def play(name: str, rules: tuple[ResourceRules, ...], mode: str, steps: int = 80, **changes: Any) -> int:
    """Plays random actions in both, and gives the number of episodes that ended."""
    vector, alone = make(name, rules, mode, **changes), singles(name, rules)
    seen, infos = vector.reset(seed=7)
    starts = [env.reset(seed=7 + world) for world, env in enumerate(alone)]
    np.testing.assert_array_equal(seen, [start[0] for start in starts])
    random, waiting, ended = np.random.default_rng(1), [False] * WORLDS, 0
    for _ in range(steps):
        actions = random.integers(vector.unwrapped.simulator.num_actions, size=vector.action_space.shape)
        seen, rewards, terminated, truncated, infos = vector.step(actions)
        assert vector.observation_space.contains(seen)
        again = np.zeros(WORLDS, dtype=bool)
        for world, env in enumerate(alone):
            if waiting[world]:
                observation, info = env.reset()
                reward, over, cut, waiting[world] = 0.0, False, False, False
            else:
                observation, reward, over, cut, info = env.step(actions[world])
            assert (terminated[world], truncated[world]) == (over, cut)
            assert rewards[world] == pytest.approx(reward)
            if over or cut:
                ended += 1
                same_facts(infos, world, info)
                again[world] = mode == "Disabled"
                waiting[world] = mode == "NextStep"
                if mode == "SameStep":
                    np.testing.assert_array_equal(infos["final_obs"][world], observation)
                    same_facts(infos["final_info"], world, info)
                    violations = info["resource_violations"]
                    observation, info = env.reset()
                    info["resource_violations"] = violations
            np.testing.assert_array_equal(seen[world], observation)
            same_infos(infos, world, info, env)
        if again.any():
            seen, infos = vector.reset(options={"reset_mask": again})
            for world in np.flatnonzero(again):
                observation, info = alone[world].reset()
                np.testing.assert_array_equal(seen[world], observation)
                same_infos(infos, world, info, alone[world])
    return ended


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
@pytest.mark.parametrize("violation", ["mask", "penalize", "end"])
@pytest.mark.parametrize("name", REGISTRY)
def test_it_equals_single_environments(name: str, violation: str, mode: str) -> None:
    assert play(name, (tight_rules(violation=violation),), mode) >= WORLDS


@pytest.mark.parametrize("copied", [False, True])
@pytest.mark.parametrize("violation", ["mask", "end"])
def test_stacked_wrappers_equal_stacked_single_ones(violation: str, copied: bool) -> None:
    rules = (GOLD, tight_rules(violation=violation, deadline=9))
    for mode in ("NextStep", "SameStep"):
        assert play("warehouse_v0", rules, mode, 40, copy=copied, threads=2) >= WORLDS


@pytest.mark.parametrize("name", REGISTRY)
def test_nothing_changes_where_nothing_is_short(name: str) -> None:
    env, bare = make(name, (rich_rules(),)), make(name, ())
    columns, agents = rich_rules().columns, bare.simulator.num_agents
    (seen, _), (expected, _) = env.reset(seed=2), bare.reset(seed=2)
    random = np.random.default_rng(0)
    for _ in range(100):
        rows = seen.reshape(WORLDS, agents, -1)[..., :-columns].reshape(WORLDS, -1)
        assert rows.tobytes() == expected.tobytes()
        actions = random.integers(bare.simulator.num_actions, size=bare.action_space.shape)
        seen, *mine, told = env.step(actions)
        expected, *same, infos = bare.step(actions)
        for one, other in zip(mine, same, strict=True):
            assert one.tobytes() == other.tobytes()
        np.testing.assert_array_equal(told["action_mask"], infos["action_mask"])


def test_arrays_are_fresh_unless_they_need_not_be() -> None:
    for copied in (True, False):
        env = make("warehouse_v0", (tight_rules(),), copy=copied)
        env.reset(seed=0)
        actions = np.zeros(env.action_space.shape, dtype=int)
        first = env.step(actions)
        seen, kept = first[0].copy(), copy.deepcopy(first[4])
        for _ in range(9):
            env.step(actions)
        same = np.array_equal(first[4]["resources_left"]["money"], kept["resources_left"]["money"])
        assert same == copied
        assert np.array_equal(first[0], seen) == copied


def test_it_can_be_pickled() -> None:
    env = make("warehouse_v0", (tight_rules(),), copy=False)
    env.reset(seed=0)
    env.step(np.zeros(env.action_space.shape, dtype=int))
    twin = pickle.loads(pickle.dumps(env))
    for _ in range(5):
        actions = np.ones(env.action_space.shape, dtype=int)
        mine, theirs = env.step(actions), twin.step(actions)
        np.testing.assert_array_equal(mine[0], theirs[0])
        left = [each[4]["resources_left"]["charge"] for each in (mine, theirs)]
        np.testing.assert_array_equal(*left)


def test_the_fleet_is_seen_beside_the_amounts() -> None:
    """The fleet's numbers stand at the end of a robot's own, wherever the row ends."""
    bare = warehouse_v0.vector_env(2, observation="fleet")
    env = ResourceVectorWrapper(warehouse_v0.vector_env(2, observation="fleet"), tight_rules())
    seen, expected = env.reset(seed=0)[0], bare.reset(seed=0)[0]
    rows = seen.reshape(2, 2, -1)[..., : -tight_rules().columns]
    np.testing.assert_array_equal(rows.reshape(2, -1), expected)


def test_gymnasium_makes_it() -> None:
    env = ResourceVectorWrapper(gym.make_vec("planzoo/Warehouse-v0", num_envs=4), tight_rules())
    seen, infos = env.reset(seed=0)
    assert seen.shape == env.observation_space.shape == (4, 2 * (71 + 4))
    assert infos["resources_left"]["charge"].shape == (4, 2)
    assert infos["resources_left"]["money"].tolist() == [20] * 4
