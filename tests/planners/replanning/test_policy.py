"""Planners as policies that replan: they decide in time, go on without a plan, and say what they did."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Domain, HierarchicalPlanner, State, Task
from planzoo.planners.htn.acting.acting_policy import Progress
from planzoo.planners.replanning.execution import ReplanTrigger
from planzoo.planners.replanning.policy import ReplanningPolicy
from planzoo.planners.replanning.team_interface import Situation
from planzoo.planners.replanning.when import FailureDriven

STAY, STEP = 0, 1


def counting(seconds: float = 0.0) -> Domain:
    """A task network that counts up to a number, taking its time for each step that it plans."""
    domain = Domain("counting")

    @domain.operator
    def step(state: State) -> None:
        state.count += 1

    @domain.method("count")
    def on(state: State, end: int) -> Any:
        time.sleep(seconds)
        return [] if state.count >= end else [("step",), ("count", end)]

    return domain


class Counters:
    """Agents that observe (count, wanted count) each."""

    agents = ("a", "b")
    agent_observation_size = 2

    def __init__(self, seconds: float = 0.0) -> None:
        self.planner = HierarchicalPlanner(counting(seconds))

    def begin(self) -> dict[str, Any]:
        return {}

    def look(self, observations: Any, masks: Any, memory: dict[str, Any]) -> list[Situation | None]:
        return [
            Situation(State(count=int(count)), (Task("count", int(wanted)),), int(wanted)) if wanted else None
            for count, wanted in observations
        ]

    def progress(self, agent: int, action: Action, issued: bool, memory: dict[str, Any]) -> Progress:
        return Progress.OVER if issued else Progress.RUNNING

    def command(self, plans: Sequence[Sequence[Action]], memory: dict[str, Any]) -> NDArray[Any]:
        return np.array([STEP if plan else STAY for plan in plans])

    def messages(self, memory: dict[str, Any]) -> int:
        return 3


def seen(*rows: tuple[int, int]) -> NDArray[np.float32]:
    return np.array(rows, dtype=np.float32).reshape(-1)


def test_agents_have_a_plan_each() -> None:
    policy = ReplanningPolicy(Counters())
    actions, memory = policy.predict(seen((0, 2), (5, 5)))
    assert actions.tolist() == [STEP, STAY]
    assert (policy.last_decision.replans, policy.last_decision.messages) == (4, 3)
    actions, memory = policy.predict(seen((1, 2), (5, 6)), memory)
    assert actions.tolist() == [STEP, STEP]
    assert policy.last_reports[0].plans == 0
    assert policy.last_reports[1].plans == 1


def test_a_failure_and_another_goal_are_told() -> None:
    policy = ReplanningPolicy(Counters(), FailureDriven(), "full")
    _, memory = policy.predict(seen((0, 3), (0, 2)))
    _, memory = policy.predict(seen((0, 3), (1, 9)), memory)
    assert [report.trigger for report in policy.last_reports] == [
        ReplanTrigger.FAILURE,
        ReplanTrigger.NEW_GOAL,
    ]
    told = policy.explain()
    assert "a: step() (failure: step() has failed: nothing of it shows; full kept 100% in" in told.words
    assert told.data["a"]["tasks"] == [["count(3)", "on"]]
    assert told.data["b"]["trigger"] == "new_goal" and told.data["b"]["replans"] == 1
    assert told.data["b"]["milliseconds"] > 0 and told.data["b"]["strategy"] == "full"
    assert json.loads(json.dumps(told.data, allow_nan=False)) == told.data


def test_who_has_nothing_to_plan_does_nothing() -> None:
    policy = ReplanningPolicy(Counters())
    actions, _ = policy.predict(seen((0, 0), (0, 1)))
    assert actions.tolist() == [STAY, STEP]


def test_before_the_first_decision_there_is_nothing_to_tell() -> None:
    policy = ReplanningPolicy(Counters())
    assert policy.explain().data == {} and policy.last_reports == ()
    policy.predict(seen((0, 1), (0, 1)))
    policy.reset()
    assert policy.last_reports == ()


def test_when_the_time_is_gone_something_safe_is_done_and_who_waited_comes_first() -> None:
    """One plan takes 30 ms here, and there are 20."""
    policy = ReplanningPolicy(Counters(seconds=0.03), budget=20)
    actions, memory = policy.predict(seen((0, 1), (0, 1)))
    assert actions.tolist() == [STAY, STAY]
    first, second = policy.last_reports
    assert not first.solved and "ms was spent" in first.reason and second.postponed
    assert "another plan has to wait" in policy.explain().words
    policy.predict(seen((0, 1), (0, 1)), memory)
    first, second = policy.last_reports
    assert first.postponed and not second.postponed


def test_without_a_bound_it_takes_its_time() -> None:
    policy = ReplanningPolicy(Counters(seconds=0.03))
    actions, _ = policy.predict(seen((0, 1), (0, 1)))
    assert actions.tolist() == [STEP, STEP]


def test_one_policy_serves_worlds_side_by_side() -> None:
    policy = ReplanningPolicy(Counters())
    rows = np.stack([seen((0, 2), (0, 0)), seen((4, 9), (9, 9))])
    actions, memory = policy.predict(rows)
    assert actions.tolist() == [[STEP, STAY], [STEP, STAY]]
    rows = np.stack([seen((1, 2), (0, 0)), seen((4, 9), (9, 9))])
    policy.predict(rows, memory)
    first, second = (memory[world].watches[0].report for world in range(2))
    assert first.trigger is None and second.trigger is ReplanTrigger.FAILURE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"how": "somehow"}, "no strategy 'somehow'"), ({"budget": -1}, "at least 0 milliseconds")],
)
def test_what_cannot_be_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ReplanningPolicy(Counters(), **arguments)
