"""Traces add up what happens, and tell it."""

from __future__ import annotations

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import State
from planzoo.planners.htn.plan import Action, Decomposition, Plan
from planzoo.planners.replanning.execution import (
    ExecutionResult,
    ExecutionStatus,
    ExecutionTrace,
    ReplanRecord,
    ReplanTrigger,
    TraceStatus,
)

EMPTY = Plan((), Decomposition((), (), ()))
SEEDED = {
    ExecutionStatus: {"success", "failure", "partial", "delayed"},
    ReplanTrigger: {"failure", "opportunity", "divergence", "timeout", "new_goal"},
}


@pytest.mark.parametrize("kind", list(SEEDED))
def test_statuses_and_triggers_have_the_names_of_the_first_design(kind: type) -> None:
    assert {each.value for each in kind} == SEEDED[kind]  # type: ignore[attr-defined]


def result(name: str, status: ExecutionStatus, cost: float, reason: str = "") -> ExecutionResult:
    state = State(at=cost)
    return ExecutionResult(Action(name), status, state, state, cost, 2 * cost, reason)


def test_totals_are_the_sums_of_the_results() -> None:
    trace = ExecutionTrace(EMPTY)
    assert (trace.progress, trace.status, trace.current_state) == (1, TraceStatus.RUNNING, {})
    trace.add(result("go", ExecutionStatus.SUCCESS, 1.5))
    trace.add(result("pick", ExecutionStatus.FAILURE, 2, "it slips"))
    trace.replans.append(
        ReplanRecord(2, ReplanTrigger.FAILURE, "repair", "pick has failed", 0.25, 7, 0.5, True)
    )
    trace.replans.append(ReplanRecord(2, ReplanTrigger.TIMEOUT, "full", "too late", 0.5, 9, 0.0, False))
    assert (trace.total_cost, trace.total_time, trace.planning_seconds) == (3.5, 7, 0.75)
    assert trace.current_state == {"at": 2}
    assert [trace.count(status) for status in ExecutionStatus] == [1, 1, 0, 0]


def test_traces_tell_actions_and_replans_in_order() -> None:
    trace = ExecutionTrace(EMPTY)
    trace.add(result("go", ExecutionStatus.SUCCESS, 1))
    trace.replans.append(
        ReplanRecord(1, ReplanTrigger.DIVERGENCE, "repair", "the box is gone", 0, 0, 1, True)
    )
    trace.add(result("pick", ExecutionStatus.DELAYED, 1, "it is still going on"))
    trace.status, trace.reason = TraceStatus.GIVEN_UP, "1 replan is allowed"
    assert trace.to_text().splitlines() == [
        " 1 go() success",
        "   replan (divergence, repair): the box is gone",
        " 2 pick() delayed: it is still going on",
        "given up (cost 2, time 4, 1 replans): 1 replan is allowed",
    ]


def going(name: str, duration: float, over: bool = True) -> ExecutionResult:
    state = State()
    status = ExecutionStatus.SUCCESS if over else ExecutionStatus.DELAYED
    return ExecutionResult(Action(name), status, state, state, 1.0, duration, over=over)


def test_what_is_done_and_what_is_left_are_told_with_their_times() -> None:
    plan = Plan((Action("go"), Action("pick", (), 2.0, 3.0)), EMPTY.decomposition)
    trace = ExecutionTrace(plan)
    for each in (result("go", ExecutionStatus.FAILURE, 1.5), going("go", 2.0)):
        trace.add(each)
    trace.current_step = 1
    found = trace.timed_actions()
    assert [(each.action.name, each.start, each.failed) for each in found] == [
        ("go", 0, True),
        ("go", 3, False),
        ("pick", 5, False),
    ]
    assert [(each.action.cost, each.action.duration) for each in found] == [(1.5, 3), (1, 2), (2, 3)]


def test_an_action_that_is_going_on_is_still_to_be_done() -> None:
    plan = Plan((Action("go"), Action("pick")), EMPTY.decomposition)
    trace = ExecutionTrace(plan)
    trace.add(going("go", 4.0, over=False))
    assert [(each.action.name, each.start) for each in trace.timed_actions()] == [("go", 0), ("pick", 1)]
    trace.add(going("go", 2.0))
    trace.current_step = 1
    assert [(each.action.name, each.start) for each in trace.timed_actions()] == [("go", 0), ("pick", 6)]
    trace.add(going("jump", 1.0, over=False))
    trace.add(result("pick", ExecutionStatus.SUCCESS, 1))
    trace.current_step = 2
    assert [each.failed for each in trace.timed_actions()] == [False, True, False], "the jump was left"


def test_writers_are_told_everything_and_traces_end_once() -> None:
    told: list[str] = []

    class Writer:
        """Notes what it is told."""

        def result(self, result: ExecutionResult) -> None:
            told.append(result.action.name)

        def replan(self, record: ReplanRecord) -> None:
            told.append(record.strategy)

        def end(self, status: TraceStatus, reason: str) -> None:
            told.append(status.value)

    trace = ExecutionTrace(EMPTY, writer=Writer())
    trace.add(result("go", ExecutionStatus.SUCCESS, 1))
    trace.add_replan(ReplanRecord(1, ReplanTrigger.FAILURE, "full", "", 0, 0, 1, True))
    with pytest.raises(InputError, match="ends once"):
        trace.end(TraceStatus.RUNNING)
    trace.end(TraceStatus.ACHIEVED)
    with pytest.raises(InputError, match="ends once"):
        trace.end(TraceStatus.GIVEN_UP)
    assert told == ["go", "full", "achieved"]
