"""Executions under random disturbances: each ends in exactly one status, and its books are in order."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Budget, Goal, HierarchicalPlanner, State, Status
from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.replanning.engine import Limits, ReplanningEngine
from planzoo.planners.replanning.execution import ExecutionStatus, TraceStatus
from planzoo.planners.replanning.executor import Outcome
from planzoo.planners.replanning.how import ReplanStrategy
from planzoo.planners.replanning.monitor import ExecutionMonitor
from planzoo.planners.replanning.trace_file import read_trace
from planzoo.planners.replanning.when import (
    FailureDriven,
    NewGoal,
    Overrun,
    Periodic,
    Proactive,
    Threshold,
    When,
)
from tests.planners.htn.corridor import start
from tests.planners.replanning.worlds import DOMAIN

CELLS = st.integers(0, 4)
THINGS = st.sampled_from(["box", "ball"])
WRONGS = ["fails", "goes on", "slow", "denies", "pretends", "half", "raises", "nothing", "forgets"]
LIMITS = Limits(replans=6, actions=60, budget=Budget(expansions=3_000))
PLANNER = HierarchicalPlanner(DOMAIN)
RULES: dict[str, Any] = {
    "failures": FailureDriven,
    "two failures": lambda: FailureDriven(2),
    "divergence": lambda: FailureDriven() | Threshold(0.0),
    "periodic": lambda: FailureDriven() | Periodic(3),
    "proactive": lambda: FailureDriven() | Proactive(PLANNER, budget=Budget(expansions=500)),
    "hurry": lambda: FailureDriven() | Overrun(deadline=12),
    "nothing": lambda: Periodic(50),
}


class Disturbances(RuleBasedStateMachine):
    """An execution, before each step of which something may go wrong."""

    ran = 0
    ended: dict[TraceStatus, int]

    @initialize(
        strategy=st.sampled_from(ReplanStrategy),
        rules=st.sampled_from(sorted(RULES)),
        places=st.tuples(CELLS, CELLS, CELLS),
        wanted=st.tuples(CELLS, CELLS),
    )
    def begin(
        self, strategy: ReplanStrategy, rules: str, places: tuple[int, ...], wanted: tuple[int, ...]
    ) -> None:
        at, box, ball = places
        self.world = start(at=at, box=box, ball=ball)
        self.wishes = [Goal(("place", "box"), wanted[0]), Goal(("place", "ball"), wanted[1])]
        plan = PLANNER.solve((self.world, list(self.wishes))).plan
        assert plan is not None
        self.next: str = "well"
        when: When = NewGoal(lambda facts: tuple(self.wishes)) | RULES[rules]()
        monitor = ExecutionMonitor(plan, self.executor, DOMAIN, self.world.copy(), when)
        self.record = Path(tempfile.mkdtemp()) / "trace.jsonl"
        self.engine = ReplanningEngine(PLANNER, monitor, strategy, LIMITS, self.record)
        self.trace = monitor.trace
        self.running = True

    def executor(self, action: Action) -> Any:
        how, self.next = self.next, "well"
        if how == "raises":
            raise RuntimeError("no battery")
        if how == "nothing":
            return None
        if how == "forgets":
            return Outcome({"at": self.world.at})
        if how not in ("fails", "goes on"):
            apply_operator(DOMAIN, self.world, action.name, action.arguments)
            self.world.commit()
        if how == "half" and action.name == "drop":
            self.world.place["ball"] = "robot"
        told: dict[str, Any] = {
            "goes on": {"running": True, "duration": 1.0},
            "slow": {"duration": 9.0, "cost": 3.5},
            "denies": {"succeeded": False},
            "pretends": {"succeeded": True},
        }.get(how, {})
        return Outcome(self.world.copy(), **told)

    @rule(how=st.sampled_from(WRONGS))
    def goes_wrong(self, how: str) -> None:
        self.next = how

    @rule(cell=CELLS, locked=st.booleans())
    def door_is_shut(self, cell: int, locked: bool) -> None:
        if self.world.at != cell:
            self.world.closed[cell] = True
            if locked and len(self.world.locked) < 2:
                self.world.locked[cell] = True

    @rule()
    def doors_are_opened(self) -> None:
        self.world.closed.clear()
        self.world.locked.clear()

    @rule(thing=THINGS, cell=CELLS)
    def thing_is_moved(self, thing: str, cell: int) -> None:
        self.world.place[thing] = cell

    @rule(cell=CELLS)
    def robot_is_moved(self, cell: int) -> None:
        self.world.at = cell

    @rule(cells=st.tuples(CELLS, CELLS), single=st.booleans())
    def something_else_is_wanted(self, cells: tuple[int, int], single: bool) -> None:
        if self.running:
            both = [Goal(("place", "box"), cells[0]), Goal(("place", "ball"), cells[1])]
            self.wishes = both[: 2 - single]

    @rule()
    def go_on(self) -> None:
        if self.running:
            self.running = self.engine.go_on()

    @invariant()
    def books_are_in_order(self) -> None:
        if not hasattr(self, "trace"):
            return
        trace = self.trace
        assert self.running is (trace.status is TraceStatus.RUNNING)
        assert trace.total_cost == pytest.approx(sum(each.cost for each in trace.results))
        assert trace.total_time == pytest.approx(sum(each.duration for each in trace.results))
        assert len(trace.results) == sum(map(trace.count, ExecutionStatus))
        assert len(trace.results) <= LIMITS.actions and len(trace.replans) <= LIMITS.replans
        assert 0 <= trace.current_step <= len(trace.plan.actions)
        assert trace.current_state == self.engine.monitor.current_state
        steps = [each.step for each in trace.replans]
        assert steps == sorted(steps) and all(0 <= each.stability <= 1 for each in trace.replans)
        assert sum(each.duration for each in trace.attempts()) == pytest.approx(trace.total_time)

    def teardown(self) -> None:
        """Lets the execution come to its end, and looks at it."""
        if hasattr(self, "trace"):
            try:
                self.come_to_an_end()
            finally:
                shutil.rmtree(self.record.parent)

    def come_to_an_end(self) -> None:
        while self.running:
            self.go_on()
            self.books_are_in_order()
        trace, seen = self.trace, self.engine.monitor.current_state
        assert isinstance(seen, State)
        assert trace.status in (TraceStatus.ACHIEVED, TraceStatus.IMPOSSIBLE, TraceStatus.GIVEN_UP)
        if trace.status is TraceStatus.ACHIEVED:
            assert not trace.reason and self.engine.monitor.over
            assert all(goal.holds_in(seen) for goal in self.wishes)
        else:
            assert trace.reason
        if trace.status is TraceStatus.IMPOSSIBLE:
            assert PLANNER.solve((seen, list(self.wishes))).status is Status.INFEASIBLE
        for call in (self.engine.go_on, self.engine.execute_with_monitoring):
            with pytest.raises(InputError, match="ended"):
                call()
        saved = read_trace(self.record)
        assert (saved.status, saved.reason) == (trace.status.value, trace.reason)
        assert (saved.total_cost, saved.total_time) == pytest.approx((trace.total_cost, trace.total_time))
        assert [each["status"] for each in saved.results] == [each.status.value for each in trace.results]
        assert [each["reason"] for each in saved.replans] == [each.reason for each in trace.replans]
        Disturbances.ran += 1
        Disturbances.ended[trace.status] = Disturbances.ended.get(trace.status, 0) + 1


def executions(count: int) -> dict[TraceStatus, int]:
    """Runs so many executions at least, and gives how they ended."""
    Disturbances.ran, Disturbances.ended = 0, {}
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Disturbances, settings=settings(max_examples=count, stateful_step_count=25)
    )
    assert Disturbances.ran >= count
    return Disturbances.ended


def test_every_execution_ends_in_one_status() -> None:
    assert set(executions(250)) == {TraceStatus.ACHIEVED, TraceStatus.IMPOSSIBLE, TraceStatus.GIVEN_UP}


@pytest.mark.long
def test_ten_thousand_executions_end_in_one_status() -> None:
    assert min(executions(10_000).values()) > 100
