"""Policies: batches, memories, dicts keyed by agent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.planners.policy import Access, Policy, TeamPolicy


class Counter(Policy):
    """Answers how many decisions the episode has seen."""

    def begin(self) -> list[int]:
        return [0]

    def decide(self, observation: Any, memory: Any, mask: Any, deterministic: bool) -> int:
        memory[0] += 1
        return int(memory[0])


class FirstAllowed(TeamPolicy):
    """Takes each agent's first allowed action; without a mask, the sign of its observation."""

    access = Access.MODEL

    def begin(self) -> None:
        return None

    def decide_team(self, observations: Any, memory: Any, masks: Any, deterministic: bool) -> Any:
        return (observations[:, 0] > 0).astype(int) if masks is None else masks.argmax(axis=1)


def test_memories_travel_in_the_state() -> None:
    policy = Counter(3)
    rows = np.zeros((2, 3))
    actions, state = policy.predict(rows)
    assert actions.tolist() == [1, 1]
    actions, state = policy.predict(rows, state, np.array([False, True]))
    assert actions.tolist() == [2, 1], "an episode that starts forgets the one before"
    other, _ = policy.predict(np.zeros(3))
    assert other == 1, "another caller has memories of its own"
    actions, _ = policy.predict(rows, state, np.array([False, False]))
    assert actions.tolist() == [3, 2]
    assert policy.last_decision.seconds > 0


def test_wrong_observations_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"observations of 3 numbers, but was given an array of shape \(4,\)"
    ):
        Counter(3).predict(np.zeros(4))


def test_the_own_randomness_is_seeded() -> None:
    policy = Counter(1, seed=4)
    first = policy.random.random(3)
    policy.reset(4)
    np.testing.assert_array_equal(policy.random.random(3), first)


def test_teams_answer_in_kind() -> None:
    team = FirstAllowed(("a_0", "a_1"), 2)
    assert team.predict(np.array([1, 0, -1, 0]))[0].tolist() == [1, 0]
    assert team.predict(np.zeros((5, 4)))[0].shape == (5, 2)
    flat, _ = team.predict({"a_0": np.array([1.0, 0]), "a_1": np.array([2.0, 0])})
    assert flat == {"a_0": 1, "a_1": 1}
    masks = ([0, 0, 1], [0, 1, 1])
    masked = {
        agent: {"observation": np.ones(2), "action_mask": np.array(mask, dtype=np.int8)}
        for agent, mask in zip(team.agents, masks, strict=True)
    }
    assert team.predict(masked)[0] == {"a_0": 2, "a_1": 1}
    assert "no reasons" in team.explain().words


def test_teams_answer_only_for_those_who_are_there() -> None:
    """PettingZoo leaves out agents that have left."""
    team = FirstAllowed(("a_0", "a_1"), 2)
    assert team.predict({"a_1": np.array([2.0, 0])})[0] == {"a_1": 1}
    alone = {"a_1": {"observation": np.ones(2), "action_mask": np.array([0, 1, 1], dtype=np.int8)}}
    assert team.predict(alone)[0] == {"a_1": 1}
    assert team.predict({}, ("memory",)) == ({}, ("memory",))
