from typing import Any

import gymnasium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.baselines.rollout import flat_mask, policy_seed, prepare_policy, rollout
from planzoo.envs import warehouse_v0
from planzoo.planners.policy import Access, DecisionInfo, Policy
from planzoo.planners.random_policy import RandomPolicy


class Countdown(gymnasium.Env[Any, Any]):
    """Gives the rewards 1, 2, 4 and ends; action 0 is masked at the second step."""

    observation_space = gymnasium.spaces.Box(0.0, 10.0, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, truncates: bool = False) -> None:
        self.truncates = truncates
        self.seeds: list[int | None] = []
        self.actions: list[Any] = []

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        self.seeds.append(seed)
        self.actions = []
        return self._observation(), {"action_mask": np.array([1, 1], dtype=np.int8)}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        invalid = len(self.actions) == 1 and action == 0
        self.actions.append(action)
        step = len(self.actions)
        info = {"action_mask": np.array([step != 1, 1], dtype=np.int8), "invalid_action": invalid}
        if step == 3:
            info["success"] = not self.truncates
            info |= {
                "cost": np.float64(2.5),
                "tests": np.int64(3),
                "treated": True,
                "words": "none",
                "row": [1],
            }
        ended = step == 3
        return (
            self._observation(),
            2.0 ** (step - 1),
            ended and not self.truncates,
            ended and self.truncates,
            info,
        )

    def _observation(self) -> Any:
        return np.array([len(self.actions)], dtype=np.float32)


class Recorder(Policy):
    """Takes action 0 always and notes what it was asked."""

    def __init__(self) -> None:
        super().__init__(1)
        self.seen: list[tuple[float, list[bool], bool, int]] = []

    def begin(self) -> list[int]:
        return [0]

    def decide(self, observation: Any, memory: Any, mask: Any, deterministic: bool) -> int:
        memory[0] += 1
        self.seen.append((float(observation[0]), mask.tolist(), deterministic, memory[0]))
        self.last_decision = DecisionInfo(expansions=2, simulations=3, replans=1, messages=5)
        return 0


def test_episode_adds_everything_up() -> None:
    episode = rollout(Countdown(), Recorder(), 11)
    assert (episode.seed, episode.episode_return, episode.length) == (11, 7.0, 3)
    assert (episode.terminated, episode.truncated, episode.success) == (True, False, True)
    assert (episode.expansions, episode.simulations, episode.replans, episode.messages) == (6, 9, 3, 15)
    assert episode.invalid_actions == 1
    assert 0.0 < episode.decision_seconds_p95 <= episode.decision_seconds


def test_facts_are_the_numbers_of_the_last_info() -> None:
    assert rollout(Countdown(), Recorder(), 0).facts == {"cost": 2.5, "tests": 3.0, "treated": 1.0}


def test_policy_is_asked_with_masks_and_its_memory() -> None:
    policy = Recorder()
    rollout(Countdown(), policy, 0, deterministic=False)
    assert policy.seen == [
        (0.0, [True, True], False, 1),
        (1.0, [False, True], False, 2),
        (2.0, [True, True], False, 3),
    ]


def test_memory_is_fresh_in_the_next_episode() -> None:
    policy = Recorder()
    for seed in range(2):
        rollout(Countdown(), policy, seed)
    assert [count for *_, count in policy.seen] == [1, 2, 3, 1, 2, 3]


def test_truncation_is_told_from_termination() -> None:
    episode = rollout(Countdown(truncates=True), Recorder(), 0)
    assert (episode.terminated, episode.truncated, episode.success) == (False, True, False)


def test_environment_gets_the_seed_and_scalars() -> None:
    environment = Countdown()
    rollout(environment, Recorder(), 42)
    assert environment.seeds == [42]
    assert all(environment.action_space.contains(action) for action in environment.actions)


@given(st.integers(0, 2**32 - 1))
def test_policy_seed_is_another_seed(seed: int) -> None:
    assert policy_seed(seed) == policy_seed(seed) != seed
    draws = np.random.default_rng(policy_seed(seed)).integers(2**62, size=2)
    assert not np.array_equal(draws, np.random.default_rng(seed).integers(2**62, size=2))


def test_flat_mask() -> None:
    assert flat_mask({}) is None
    rows = (np.array([1, 0], dtype=np.int8), np.array([0, 0, 1], dtype=np.int8))
    mask = flat_mask({"action_mask": rows})
    assert mask is not None and mask.tolist() == [True, False, False, False, True]
    mask = flat_mask({"action_mask": np.array([0, 1], dtype=np.int8)})
    assert mask is not None and mask.dtype == bool and mask.tolist() == [False, True]


@pytest.mark.parametrize("robots", [1, 2])
def test_same_seed_same_episode_on_a_real_scenario(robots: int) -> None:
    environment = warehouse_v0.gymnasium_env(warehouse_v0.WarehouseParams.toy(robots=robots, max_steps=15))
    policy = RandomPolicy(environment.observation_space.shape[0], (5,) * robots, seed=9)
    first, second = (rollout(environment, policy, 3) for _ in range(2))
    assert (first.episode_return, first.length, first.success) == (
        second.episode_return,
        second.length,
        second.success,
    )
    assert first.length == 15 and first.truncated and first.invalid_actions == 0
    assert first.facts == second.facts
    told = environment.unwrapped.simulator.episode_info(0)
    assert first.facts == {name: value for name, value in told.items() if name != "success"}
    assert first.facts["deliveries"] == 0


def test_an_oracle_is_shown_where_it_plays() -> None:
    class Seeing(RandomPolicy):
        access = Access.STATE
        watched: Any = None

        def watch(self, simulator: Any, world: int = 0) -> None:
            self.watched = simulator, world

    environment = warehouse_v0.gymnasium_env(warehouse_v0.WarehouseParams.toy())
    size = int(environment.observation_space.shape[0])  # type: ignore[index]
    oracle, blind = Seeing(size, (5,)), RandomPolicy(size, (5,))
    for policy in (oracle, blind):
        prepare_policy(policy, gymnasium.Wrapper(environment), 3)
    assert oracle.watched == (environment.unwrapped.simulator, 0)  # type: ignore[attr-defined]
    assert oracle.random.random() == blind.random.random() == np.random.default_rng(policy_seed(3)).random()
