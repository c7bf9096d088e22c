"""Planners as policies that replan: they decide in time, go on without a plan, and say what they did."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.wrappers.replanning_ledger import trigger_names
from planzoo.errors import InputError
from planzoo.planners.htn import Action, Domain, HierarchicalPlanner, State, Task
from planzoo.planners.htn.acting.acting_policy import Progress
from planzoo.planners.replanning.chooser import CostAwareChooser
from planzoo.planners.replanning.execution import ReplanTrigger
from planzoo.planners.replanning.how import ReplanStrategy
from planzoo.planners.replanning.policy import ReplanningPolicy
from planzoo.planners.replanning.team_interface import Situation
from planzoo.planners.replanning.when import FailureDriven

STAY, STEP = 0, 1
UNCOUNTABLE = 99
"""A number to which there is no way."""


def counting(seconds: float = 0.0) -> Domain:
    """A task network that counts up to a number, taking its time for each step that it plans."""
    domain = Domain("counting")

    @domain.operator
    def step(state: State) -> bool:
        state.count += 1
        return state.open

    @domain.method("count")
    def on(state: State, end: int) -> Any:
        time.sleep(seconds)
        if end == UNCOUNTABLE:
            return None
        return [] if state.count >= end else [("step",), ("count", end)]

    return domain


def _counted(count: float) -> State:
    return State(count=int(count), open=count == int(count))


class Counters:
    """Agents that observe (count, wanted count) each; halves are counts from which there is no step."""

    agents = ("a", "b")
    agent_observation_size = 2

    def __init__(self, seconds: float = 0.0) -> None:
        self.planner = HierarchicalPlanner(counting(seconds))

    def begin(self) -> dict[str, Any]:
        return {}

    def look(self, observations: Any, masks: Any, memory: dict[str, Any]) -> list[Situation | None]:
        return [
            Situation(_counted(count), (Task("count", int(wanted)),), int(wanted)) if wanted else None
            for count, wanted in observations
        ]

    def progress(self, agent: int, action: Action, issued: bool, memory: dict[str, Any]) -> Progress:
        return Progress.OVER if issued else Progress.RUNNING

    def command(self, plans: Sequence[Sequence[Action]], memory: dict[str, Any]) -> NDArray[Any]:
        return np.array([STEP if plan else STAY for plan in plans])

    def messages(self, memory: dict[str, Any]) -> int:
        return 3


def seen(*rows: tuple[float, float]) -> NDArray[np.float32]:
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


def test_unless_said_otherwise_what_the_plan_relies_on_is_watched_too() -> None:
    triggers = []
    for when in (None, FailureDriven()):
        policy = ReplanningPolicy(Counters(), when)
        _, memory = policy.predict(seen((0, 3), (0, 3)))
        policy.predict(seen((1.5, 3), (1, 3)), memory)
        triggers.append([report.trigger for report in policy.last_reports])
        (told,) = policy.last_monitorings
        assert 0 < told.divergence[0] < 1 and told.divergence[1] == 0
    assert triggers == [[ReplanTrigger.DIVERGENCE, None], [None, None]]


def test_a_strategy_is_told_by_its_name() -> None:
    policy = ReplanningPolicy(Counters(), FailureDriven(), ReplanStrategy.REPAIR)
    _, memory = policy.predict(seen((0, 3), (0, 2)))
    policy.predict(seen((0, 3), (1, 2)), memory)
    assert policy.explain().data["a"]["strategy"] == "repair"
    json.dumps(policy.explain().data)


def test_monitors_are_told_numbers_of_triggers_and_what_was_kept() -> None:
    policy = ReplanningPolicy(Counters(), FailureDriven(), "full")
    _, memory = policy.predict(seen((0, 3), (0, 2)))
    (told,) = policy.last_monitorings
    assert trigger_names(told.triggers) == [None, None] and not told.replanned.any()
    _, memory = policy.predict(seen((0, 3), (1, 9)), memory)
    (told,) = policy.last_monitorings
    reports = policy.last_reports
    assert trigger_names(told.triggers) == ["failure", "new_goal"] and told.replanned.all()
    assert told.divergence.tolist() == pytest.approx([report.divergence for report in reports])
    assert told.kept.tolist() == [report.kept for report in reports]
    assert told.seconds == sum(report.seconds for report in reports)
    assert policy.last_decision.expansions == sum(report.expansions for report in reports)
    policy.reset()
    assert policy.last_monitorings == ()


def test_monitors_are_told_of_a_change_without_time_or_without_a_plan() -> None:
    policy = ReplanningPolicy(Counters(), FailureDriven(), "full")
    _, memory = policy.predict(seen((0, 3), (0, 3)))
    policy.budget = 0
    policy.predict(seen((0, 3), (1, 3)), memory)
    (told,) = policy.last_monitorings
    assert trigger_names(told.triggers) == ["failure", None] and not told.replanned.any()
    faulty = ReplanningPolicy(Counters(), FailureDriven(), "full")
    _, memory = faulty.predict(seen((0, 3), (0, 3)))
    _, memory = faulty.predict(seen((1, UNCOUNTABLE), (1, 3)), memory)
    (told,) = faulty.last_monitorings
    assert trigger_names(told.triggers) == ["new_goal", None] and told.kept.tolist() == [0, 1]
    assert "full found no plan" in faulty.explain().words


def test_what_was_expected_stays_told_when_the_plan_goes_on() -> None:
    policy = ReplanningPolicy(Counters())
    _, memory = policy.predict(seen((0, 3), (5, 6)))
    (first,) = policy.last_monitorings
    _, memory = policy.predict(seen((1, 3), (5, 6)), memory)
    (second,) = policy.last_monitorings
    assert (dict(first.expected[0]), dict(second.expected[0])) == (
        {"count": 0, "open": True},
        {"count": 1, "open": True},
    )


def test_the_rest_of_a_plan_is_told_and_nothing_of_one_that_was_dropped() -> None:
    policy = ReplanningPolicy(Counters())
    _, memory = policy.predict(seen((0, 3), (0, 3)))
    policy.predict(seen((1, 3), (1, 0)), memory)
    data = policy.explain().data
    assert data["a"]["plan"] == ["step()", "step()"]
    assert (data["b"]["action"], data["b"]["plan"], data["b"]["plans"]) == ("nothing", [], 0)


def test_who_sees_nothing_goes_by_what_was_seen_last() -> None:
    plans = []
    for second in (seen((1, 3), (0, 3)), np.zeros(4, dtype=np.float32)):
        policy = ReplanningPolicy(Counters())
        _, memory = policy.predict(seen((1, 3), (0, 3)))
        policy.predict(second, memory)
        plans.append([each["plan"] for each in policy.explain().data.values()])
    assert plans[0] == plans[1] != [[], []]


def test_a_team_learns_together_and_in_each_episode_from_scratch() -> None:
    policy = ReplanningPolicy(Counters(), how="cost_aware")
    (first, second), (other, _) = policy.begin().watches, policy.begin().watches
    assert first.habits.how is second.habits.how is not other.habits.how
    learnt = first.habits.how
    assert isinstance(learnt, CostAwareChooser) and learnt.losses is not other.habits.how.losses


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
    assert [told.triggers.tolist() for told in policy.last_monitorings] == [[0, 0], [1, 0]]
    assert first.trigger is None and second.trigger is ReplanTrigger.FAILURE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"how": "somehow"}, "no strategy 'somehow'"),
        ({"budget": -1}, "at least 0 milliseconds"),
        ({"budget": float("nan")}, "at least 0 milliseconds"),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ReplanningPolicy(Counters(), **arguments)
