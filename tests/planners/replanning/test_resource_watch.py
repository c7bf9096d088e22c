"""Engines with resources: the rest of a plan keeps to what is left, or it is said why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Budget, HierarchicalPlanner, Plan, State, Status
from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.replanning import resource_watch
from planzoo.planners.replanning.engine import Limits, ReplanningEngine
from planzoo.planners.replanning.execution import ExecutionTrace, ReplanTrigger, TraceStatus
from planzoo.planners.replanning.executor import Outcome
from planzoo.planners.replanning.monitor import ExecutionMonitor
from planzoo.planners.replanning.resource_watch import ResourceWatch
from planzoo.planners.replanning.resources_left import ResourcesLeft
from planzoo.planners.resources import (
    Constraints,
    Precedence,
    ResourceAwarePlanner,
    ResourceTracker,
    TimeWindow,
    ViolationKind,
)
from tests.planners.replanning.errands import (
    DOMAIN,
    NEEDS,
    RESOURCES,
    SHOPS,
    TASKS,
    begin,
    fast_plan,
    planner,
    traced,
)

Answer = Callable[[State], Any]
LIMITS = Limits()


def engine_of(
    plan: Plan, answers: dict[int, Answer] | None = None, limits: Limits = LIMITS, **constraints: Any
) -> ReplanningEngine:
    """An engine whose world does what it should, but for some calls."""
    world, calls = begin(), iter(range(1000))

    def executor(action: Action) -> Any:
        answer = (answers or {}).get(next(calls))
        if answer is None:
            apply_operator(DOMAIN, world, action.name, action.arguments)
            world.commit()
        return world.copy() if answer is None else answer(world.copy())

    monitor = ExecutionMonitor(plan, executor, DOMAIN, begin())
    return ReplanningEngine(
        HierarchicalPlanner(DOMAIN), monitor, limits=limits, resource_planner=planner(**constraints)
    )


def fails(state: State) -> Outcome:
    return Outcome(state, succeeded=False)


def names(trace: ExecutionTrace) -> list[str]:
    return [each.action.name for each in trace.results]


def fuel_left(trace: ExecutionTrace) -> float:
    tracker = ResourceTracker(RESOURCES, needs=NEEDS)
    assert tracker.find_violations(trace) == []
    return tracker.compute_resource_timeline(trace)[-1].available["fuel"]


def test_a_plan_that_breaks_resources_is_changed_before_it_does() -> None:
    trace = engine_of(fast_plan()).execute_with_monitoring()
    assert (trace.status, len(trace.results)) == (TraceStatus.ACHIEVED, 3)
    (change,) = trace.replans
    assert (change.trigger, change.step) == (ReplanTrigger.DIVERGENCE, 0)
    assert change.reason == "fuel runs out at 2: 3 is missing"
    assert names(trace) == ["highway", "highway", "lane"]
    assert fuel_left(trace) == 0


def test_fuel_that_failures_have_cost_is_not_there_any_more() -> None:
    plan = engine_of(fast_plan()).execute_with_monitoring().plan
    trace = engine_of(plan, {0: fails}).execute_with_monitoring()
    assert trace.status is TraceStatus.ACHIEVED
    assert names(trace) == ["highway", "highway", "lane", "refuel", "highway"]
    assert fuel_left(trace) == 2
    assert all(trace.current_state["visited", shop] for shop in SHOPS)


@pytest.mark.parametrize("failures", range(1, 8))
@pytest.mark.parametrize("constraints", [{}, {"deadline": 18}, {"budget": 12}, {"budget": 7, "deadline": 12}])
def test_every_execution_keeps_within_its_resources_or_says_why_not(
    failures: int, constraints: dict[str, float]
) -> None:
    plan = planner(**constraints).plan(TASKS, begin(), in_order=True).plan
    assert isinstance(plan, Plan)
    answers: dict[int, Answer] = {2 * number: fails for number in range(failures)}
    trace = engine_of(plan, answers, **constraints).execute_with_monitoring()
    if trace.status is TraceStatus.ACHIEVED:
        assert planner(**constraints).tracker.find_violations(trace) == []
    else:
        assert trace.status is TraceStatus.IMPOSSIBLE
        assert any(word in trace.reason for word in ("not together: ", "is spent", "after the deadline"))


def test_what_the_seed_shows_works() -> None:
    monitor = ExecutionMonitor(fast_plan(), lambda action: begin(), DOMAIN, begin())
    tracker = ResourceTracker(RESOURCES, needs=NEEDS)
    replanner = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor, resource_planner=planner())
    (violation,) = tracker.find_violations(monitor.trace)
    assert violation.kind is ViolationKind.SHORTAGE
    new_plan = replanner.replan_with_resources(
        trigger=ReplanTrigger.DIVERGENCE,
        current_state=monitor.current_state,
        resource_state=tracker.current_state,
    )
    assert new_plan.status is Status.SOLVED and new_plan.plan is monitor.plan
    assert tracker.find_violations(monitor.trace) == []


def test_what_was_told_is_counted_on_from() -> None:
    """The tank is fuller than it should be, or leaks; later plans know it still."""
    for told, ways in ((12.0, ["highway", "highway", "highway"]), (3.0, ["lane", "lane", "lane"])):
        engine = engine_of(fast_plan(), {0: fails} if told < 4 else None)
        state = ResourceTracker(RESOURCES, needs=NEEDS).current_state
        state = type(state)(0.0, {"fuel": told, "pump": 1.0}, state.allocated)
        engine.replan_with_resources(ReplanTrigger.DIVERGENCE, resource_state=state)
        trace = engine.execute_with_monitoring()
        assert trace.status is TraceStatus.ACHIEVED
        if told > 4:
            assert names(trace) == ways and len(trace.replans) == 1
        else:
            assert names(trace)[:2] == ["lane", "lane"]
            assert fuel_of(trace, told) >= 0


def fuel_of(trace: ExecutionTrace, told: float) -> float:
    change = {"lane": -1, "highway": -4, "refuel": 6}
    return told + sum(change[name] for name in names(trace))


def test_what_cannot_be_is_said_with_what_is_in_the_way() -> None:
    engine = engine_of(fast_plan(), deadline=11, budget=9)
    monitor = engine.monitor
    found = engine.replan_with_resources(ReplanTrigger.DIVERGENCE)
    assert (found.status, found.plan) == (Status.SOLVED, monitor.plan)
    monitor.execute_step()
    told = engine.resources
    assert told is not None
    empty = ResourceTracker(RESOURCES, needs=NEEDS).current_state
    nothing = type(empty)(1.0, {"fuel": 1.0, "pump": 0.0}, {"fuel": 0.0, "pump": 0.0})
    found = engine.replan_with_resources(ReplanTrigger.DIVERGENCE, resource_state=nothing)
    assert found.status is Status.INFEASIBLE
    assert "1 of fuel at first, store for 12" in found.conflict
    assert found.reason.startswith("not together: ")
    with pytest.raises(InputError, match="no resources"):
        ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor).replan_with_resources(ReplanTrigger.FAILURE)


def test_searches_that_are_cut_short_are_no_proof() -> None:
    engine = engine_of(fast_plan(), limits=Limits(budget=Budget(expansions=1)))
    assert engine.replan_with_resources(ReplanTrigger.DIVERGENCE).status is Status.BUDGET_SPENT
    assert engine.monitor.trace.status is TraceStatus.GIVEN_UP


def test_actions_of_unknown_resources_are_survived() -> None:
    monitor = ExecutionMonitor(fast_plan(), lambda action: begin(), DOMAIN, begin())
    strange = ResourceAwarePlanner(HierarchicalPlanner(DOMAIN), (), needs=NEEDS)
    engine = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor, resource_planner=strange)
    trace = engine.execute_with_monitoring()
    assert trace.status is TraceStatus.GIVEN_UP and "unknown resource 'fuel'" in trace.reason
    assert [each.trigger for each in trace.replans] == [ReplanTrigger.DIVERGENCE]


def test_waiting_that_nobody_does_is_borne() -> None:
    """The schedule says when; an engine that carries actions out at once does not plan for ever."""
    monitor = engine_of(fast_plan()).monitor
    late = ResourceAwarePlanner(
        HierarchicalPlanner(DOMAIN),
        RESOURCES,
        Constraints(windows=(TimeWindow("lane", earliest_start=10),)),
        NEEDS,
    )
    engine = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor, resource_planner=late)
    found = engine.replan_with_resources(ReplanTrigger.DIVERGENCE)
    assert found.schedule is not None and max(found.schedule.starts) == 10
    trace = engine.execute_with_monitoring()
    assert (trace.status, len(trace.replans)) == (TraceStatus.ACHIEVED, 1)


def test_as_long_as_all_goes_as_planned_nothing_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []

    class Counting(ResourcesLeft):
        """Notes that it is made."""

        def __init__(self, *arguments: Any) -> None:
            counted.append(arguments)
            super().__init__(*arguments)

    monkeypatch.setattr(resource_watch, "ResourcesLeft", Counting)
    plan = planner().plan(TASKS, begin(), in_order=True).plan
    assert isinstance(plan, Plan)
    assert engine_of(plan).execute_with_monitoring().replans == []
    assert len(counted) == 1
    counted.clear()
    slow = {1: lambda state: Outcome(state, succeeded=True, duration=7)}
    trace = engine_of(plan, slow, deadline=13).execute_with_monitoring()
    assert len(counted) > 2, "what took longer than planned is noticed"
    assert [each.step for each in trace.replans] == [2]


def test_orders_that_the_plan_cannot_keep_are_no_plan() -> None:
    """In the plan's order the tailor comes last, but he is to be first."""
    first = Precedence("lane(tailor)", "highway(baker)")
    strict = ResourceAwarePlanner(HierarchicalPlanner(DOMAIN), RESOURCES, {"precedences": (first,)}, NEEDS)
    found = strict.plan(TASKS, begin(), in_order=True)
    assert isinstance(found.plan, Plan)
    assert strict.tracker.find_violations(found.plan) == []


def test_the_watch_forgets_an_answer_when_it_is_asked_again() -> None:
    watch = ResourceWatch(planner())
    trace = traced(fast_plan())
    assert watch.recovered(trace, begin(), tuple(TASKS), None, None).plan is not None
    with pytest.raises(Exception, match="vist"):
        watch.recovered(trace, begin(), (("vist", "baker"),), None, None)
    assert watch.last.plan is None
