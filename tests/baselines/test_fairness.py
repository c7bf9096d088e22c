"""What makes a comparison fair, checked on the real scenarios and every policy that needs no checkpoint."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planzoo.baselines.policies import POLICIES, LearnedKind, Place, PolicyKind, default_place
from planzoo.baselines.rollout import Episode, rollout
from planzoo.baselines.scenarios import find_scenario, make_environment
from planzoo.planners.policy import Access, DecisionInfo, Policy

PLAYERS = [
    (kind, scenario)
    for kind in POLICIES.values()
    if not isinstance(kind, LearnedKind)
    for scenario in kind.scenarios()
]


def place(kind: PolicyKind, scenario: str) -> Place:
    return default_place(kind, scenario, max_steps=30 if scenario == "warehouse_v0" else 8)


def played(episode: Episode) -> tuple[Any, ...]:
    """All that does not depend on the clock."""
    return (episode.episode_return, episode.length, episode.success, episode.terminated, episode.truncated)


@pytest.mark.parametrize(("kind", "scenario"), PLAYERS, ids=lambda value: getattr(value, "name", value))
def test_an_episode_depends_on_its_seed_and_not_on_those_before(kind: PolicyKind, scenario: str) -> None:
    here = place(kind, scenario)
    veteran = kind.make(here, {})
    environment = here.environment()
    for seed in (1, 2):
        rollout(environment, veteran, seed)
    fresh = rollout(here.environment(), kind.make(here, {}), 3)
    assert played(rollout(environment, veteran, 3)) == played(fresh)


@pytest.mark.parametrize(("kind", "scenario"), PLAYERS, ids=lambda value: getattr(value, "name", value))
def test_policies_need_no_more_than_they_declare(kind: PolicyKind, scenario: str) -> None:
    assert (kind.access(scenario) is Access.STATE) == (kind.name == "oracle")
    here = place(kind, scenario)
    environment = here.environment()
    episode = rollout(environment, kind.make(here, {}), 5)
    assert episode.length >= 1 and (episode.terminated or episode.truncated)
    if kind.name == "random":
        assert episode.invalid_actions == 0


class Waiting(Policy):
    """Takes the last allowed action, drawing nothing."""

    def begin(self) -> None:
        """Remembers nothing."""

    def decide(self, observation: Any, memory: Any, mask: Any, deterministic: bool) -> Any:
        rows = mask.reshape(2, -1)
        self.last_decision = DecisionInfo()
        return np.array([np.flatnonzero(row)[-1] for row in rows])


def test_random_draws_of_a_policy_leave_the_environment_alone() -> None:
    """The same actions lead to the same episode, however much the policy draws from its own generator."""

    class Drawing(Waiting):
        def decide(self, observation: Any, memory: Any, mask: Any, deterministic: bool) -> Any:
            self.random.random(100)
            return super().decide(observation, memory, mask, deterministic)

    params = find_scenario("warehouse_v0").default_params()
    environment = make_environment("warehouse_v0", replace(params, max_steps=30))
    size = environment.observation_space.shape[0]  # type: ignore[index]
    assert played(rollout(environment, Waiting(size), 4)) == played(rollout(environment, Drawing(size), 4))
