"""Traces add up what happens, and tell it."""

from __future__ import annotations

import pytest

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
