"""The engine brings plans to an end, whatever happens, and says which."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Budget, Domain, Goal, HierarchicalPlanner, Multigoal, State
from planzoo.planners.replanning.chooser import CostAwareChooser
from planzoo.planners.replanning.engine import Limits, ReplanningEngine
from planzoo.planners.replanning.execution import ExecutionTrace, ReplanTrigger, TraceStatus
from planzoo.planners.replanning.executor import Outcome
from planzoo.planners.replanning.how import ReplanStrategy
from planzoo.planners.replanning.monitor import ExecutionMonitor
from planzoo.planners.replanning.when import FailureDriven, NewGoal, Overrun, Periodic, Threshold, When
from tests.planners.htn.corridor import BROUGHT, nothing_happens, start
from tests.planners.replanning.worlds import DOMAIN, World, brought, monitor_of

LIMITS = Limits()
ALL = [each.value for each in ReplanStrategy]


def engine_of(world: World | None = None, strategy: str = "repair", **settings: Any) -> ReplanningEngine:
    """An engine for the plan to bring the box; ``settings`` are the monitor's, ``limits`` the engine's."""
    limits = settings.pop("limits", Limits())
    return ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor_of(world, **settings), strategy, limits)


def executed(strategy: str = "repair", limits: Limits = LIMITS, **world: Any) -> ExecutionTrace:
    state, _ = brought()
    return engine_of(World(state, **world), strategy, limits=limits).execute_with_monitoring()


def changes(trace: ExecutionTrace) -> list[str]:
    return [each.trigger.value for each in trace.replans]


def shut(state: State) -> None:
    state.closed[4] = True


def locked(state: State) -> None:
    state.closed[4] = state.locked[4] = True


def dropped(state: State) -> None:
    state.place["box"] = 1


@pytest.mark.parametrize("strategy", ALL)
def test_a_plan_that_works_is_carried_out_as_it_is(strategy: str) -> None:
    trace = executed(strategy)
    assert (trace.status, trace.reason, trace.replans) == (TraceStatus.ACHIEVED, "", [])
    assert [str(each.action) for each in trace.results] == [str(each) for each in trace.plan.actions]


@pytest.mark.parametrize("strategy", ALL)
@pytest.mark.parametrize(
    ("world", "trigger", "cost"),
    [
        ({"instead": {2: nothing_happens}}, "failure", 7),
        ({"events": {1: shut}}, "divergence", 8),
        ({"events": {3: dropped}}, "divergence", 11),
    ],
)
def test_disturbances_are_met(strategy: str, world: dict[str, Any], trigger: str, cost: float) -> None:
    trace = executed(strategy, **world)
    assert trace.status is TraceStatus.ACHIEVED
    assert changes(trace) == [trigger]
    assert trace.replans[0].strategy == strategy
    assert trace.total_cost == cost
    assert trace.current_state["place", "box"] == 4


@pytest.mark.parametrize("strategy", ALL)
def test_what_has_become_impossible_is_said_to_be(strategy: str) -> None:
    trace = executed(strategy, events={1: locked})
    assert (trace.status, changes(trace)) == (TraceStatus.IMPOSSIBLE, ["divergence"])
    assert not trace.replans[0].solved and trace.reason


def test_a_search_that_is_cut_short_proves_nothing() -> None:
    trace = executed("full", Limits(budget=Budget(expansions=2)), events={1: shut})
    assert (trace.status, changes(trace)) == (TraceStatus.GIVEN_UP, ["divergence"])


@pytest.mark.parametrize(("replans", "tried"), [(0, 1), (3, 4)])
def test_replans_are_limited(replans: int, tried: int) -> None:
    trace = executed(limits=Limits(replans=replans), instead=dict.fromkeys(range(99), nothing_happens))
    assert trace.status is TraceStatus.GIVEN_UP
    assert trace.reason == f"{replans} replans are allowed; move(1) has failed: nothing of it shows"
    assert (len(trace.replans), len(trace.results)) == (replans, tried)


def test_actions_are_limited() -> None:
    trace = executed(limits=Limits(actions=4))
    assert (trace.status, trace.reason) == (TraceStatus.GIVEN_UP, "4 actions were tried")
    assert len(trace.results) == 4


def test_a_plan_that_works_is_gone_on_with_when_no_replan_is_left() -> None:
    """Looking for something better must not cost the goal."""
    state, _ = brought()
    engine = engine_of(World(state), "full", when=Periodic(1), limits=Limits(replans=2))
    trace = engine.execute_with_monitoring()
    assert (trace.status, changes(trace)) == (TraceStatus.ACHIEVED, ["opportunity"] * 2)


def test_a_plan_that_does_not_work_is_given_up_at_once_when_no_replan_is_left() -> None:
    trace = executed(limits=Limits(replans=0), events={1: shut})
    assert (trace.status, len(trace.results)) == (TraceStatus.GIVEN_UP, 2), "the door is far, but shut"
    assert trace.reason.startswith("0 replans are allowed; divergence ")


def test_an_execution_that_is_over_does_not_fail_for_want_of_another_plan() -> None:
    engine = engine_of(limits=Limits(budget=Budget(expansions=0)))
    while not engine.monitor.over:
        engine.go_on()
    assert engine.monitor.trace.status is TraceStatus.RUNNING
    engine.replan(ReplanTrigger.OPPORTUNITY)
    assert not engine.go_on() and engine.monitor.trace.status is TraceStatus.ACHIEVED


def test_a_plan_that_works_is_gone_on_with_when_no_other_is_found() -> None:
    state, _ = brought()
    limits = Limits(budget=Budget(expansions=1))
    engine = engine_of(World(state), "full", when=Periodic(4), limits=limits)
    trace = engine.execute_with_monitoring()
    assert (trace.status, changes(trace)) == (TraceStatus.ACHIEVED, ["opportunity"])
    assert not trace.replans[0].solved


RAISES: dict[str, Callable[[], Any]] = {
    "an exception": lambda: (_ for _ in ()).throw(ValueError("no battery")),
    "nothing": lambda: None,
    "a number": lambda: 7,
    "facts that are none": lambda: {3: 4},
    "facts that change": lambda: {"thing": []},
    "a negative cost": lambda: Outcome(brought()[0], cost=-1),
    "an endless time": lambda: Outcome(brought()[0], duration=float("inf")),
    "silence": lambda: time.sleep(0.2),
}


@pytest.mark.parametrize("what", list(RAISES))
def test_executors_that_do_anything_once_are_survived(what: str) -> None:
    state, plan = brought()
    world, calls = World(state), itertools.count()

    def executor(action: Action) -> Any:
        return RAISES[what]() if next(calls) == 2 else world(action)

    patience = 0.05 if what == "silence" else None
    monitor = ExecutionMonitor(plan, executor, DOMAIN, state, patience=patience)
    engine = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor)
    trace = engine.execute_with_monitoring()
    assert trace.status is TraceStatus.ACHIEVED, trace.reason
    assert changes(trace)[0] == ("timeout" if what == "silence" else "failure")
    assert trace.results[2].reason


@pytest.mark.parametrize("what", [name for name in RAISES if name != "silence"])
def test_executors_that_never_do_better_are_given_up(what: str) -> None:
    state, plan = brought()
    monitor = ExecutionMonitor(plan, lambda action: RAISES[what](), DOMAIN, state)
    trace = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor).execute_with_monitoring()
    assert trace.status in (TraceStatus.GIVEN_UP, TraceStatus.IMPOSSIBLE)
    assert trace.reason and set(changes(trace)) == {"failure"}


@pytest.mark.parametrize("facts", [{}, {"at": "nowhere"}, {"at": 0, "place": 3}, {"weather": "rain"}])
def test_facts_that_are_missing_or_unknown_are_survived(facts: dict[str, Any]) -> None:
    """At the beginning, and from the executor."""
    state, plan = brought()
    seen = State(facts)
    for begin in (seen, state):
        monitor = ExecutionMonitor(plan, lambda action: seen, DOMAIN, begin)
        trace = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor).execute_with_monitoring()
        assert trace.status in (TraceStatus.GIVEN_UP, TraceStatus.IMPOSSIBLE)
        assert changes(trace)[0] == "failure"


@pytest.mark.parametrize("strategy", ALL)
def test_plans_for_another_domain_are_survived(strategy: str) -> None:
    state, plan = brought()
    kitchen = Domain("kitchen")
    monitor = ExecutionMonitor(plan, World(state), kitchen, state)
    trace = ReplanningEngine(HierarchicalPlanner(kitchen), monitor, strategy).execute_with_monitoring()
    assert (trace.status, changes(trace), trace.results) == (TraceStatus.GIVEN_UP, ["failure"], [])
    assert "kitchen" in trace.reason


def test_a_plan_of_another_state_is_changed_before_it_begins() -> None:
    _, plan = brought()
    state = start(at=3, box=1, ball=0)
    monitor = ExecutionMonitor(plan, World(state), DOMAIN, state)
    trace = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor).execute_with_monitoring()
    assert (trace.status, changes(trace)) == (TraceStatus.ACHIEVED, ["failure"])
    assert trace.replans[0].step == 0


@pytest.mark.parametrize(
    "wish",
    [
        Multigoal({("place", "box"): 1, "weather": "sun"}),
        Goal(("place", "anvil"), 3),
        Goal("weather", "sun"),
        ("dance",),
        ("go",),
        "dance",
        7,
    ],
)
def test_wishes_that_cannot_be_are_survived(wish: Any) -> None:
    wishes = [[BROUGHT], [BROUGHT], [wish]]
    state, _ = brought()
    when = NewGoal(lambda facts: wishes.pop(0) if len(wishes) > 1 else wishes[0])
    limits = Limits(budget=Budget(expansions=5_000))
    trace = engine_of(World(state), when=when, limits=limits).execute_with_monitoring()
    assert trace.status in (TraceStatus.IMPOSSIBLE, TraceStatus.GIVEN_UP)
    assert changes(trace) == ["new_goal"] and trace.reason


def test_goals_that_contradict_each_other_are_proven_to() -> None:
    """Of two lamps on one switch only one can be lit."""
    domain = Domain("lamps")

    @domain.operator
    def turn(state: State, lamp: str) -> None:
        state.left, state.right = lamp == "left", lamp == "right"

    for lamp in ("left", "right"):
        domain.add_goal_method(lamp, lambda state, lit, lamp=lamp: [("turn", lamp)], f"light {lamp}")
    state = State(left=False, right=False)
    both = Multigoal({"left": True, "right": True})
    for strategy in ALL:
        plan = HierarchicalPlanner(domain).solve((state, [Goal("left", True)])).plan
        assert plan is not None
        monitor = ExecutionMonitor(plan, lambda action: state, domain, state)
        engine = ReplanningEngine(HierarchicalPlanner(domain), monitor, strategy)
        assert engine.replan(ReplanTrigger.NEW_GOAL, goal=both) is None
        assert monitor.trace.status is TraceStatus.IMPOSSIBLE
        assert changes(monitor.trace) == ["new_goal"]


@pytest.mark.parametrize("strategy", ALL)
def test_new_wishes_are_fulfilled(strategy: str) -> None:
    wishes = [[BROUGHT], [BROUGHT], [BROUGHT], [Goal(("place", "ball"), 1), ("go", 0)]]
    state, _ = brought()
    when = NewGoal(lambda facts: wishes.pop(0) if len(wishes) > 1 else wishes[0]) | FailureDriven()
    engine = engine_of(World(state, instead={4: nothing_happens}), strategy, when=when)
    trace = engine.execute_with_monitoring()
    assert trace.status is TraceStatus.ACHIEVED
    assert changes(trace) == ["new_goal", "failure"]
    assert [each.strategy for each in trace.replans] == ["full", strategy]
    assert trace.current_state == {"at": 0, ("place", "box"): 2, ("place", "ball"): 1}


@pytest.mark.parametrize("number", [7, 8, 9])
@pytest.mark.parametrize("strategy", ALL)
def test_finished_goals_that_are_lost_are_reached_again(strategy: str, number: int) -> None:
    """Although nobody watches them on the way; the last one at the end."""

    def stolen(state: State) -> None:
        state.place["box"] = 3

    state = start(box=2, ball=1)
    tasks = [BROUGHT, Goal(("place", "ball"), 2)]
    plan = HierarchicalPlanner(DOMAIN).solve((state, tasks)).plan
    assert plan is not None and len(plan.actions) == 12
    monitor = ExecutionMonitor(
        plan, World(state, events={number: stolen}), DOMAIN, state, when=FailureDriven()
    )
    trace = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor, strategy).execute_with_monitoring()
    assert (trace.status, changes(trace)) == (TraceStatus.ACHIEVED, ["failure"])
    assert trace.replans[0].reason == "not accomplished after the last step: place(box) = 4"
    assert (trace.current_state["place", "box"], trace.current_state["place", "ball"]) == (4, 2)


@pytest.mark.parametrize("strategy", ALL)
def test_goals_that_the_plan_itself_undoes_are_not_reached_again(strategy: str) -> None:
    state = start(box=2)
    tasks = [BROUGHT, Goal(("place", "box"), 1)]
    plan = HierarchicalPlanner(DOMAIN).solve((state, tasks)).plan
    assert plan is not None
    monitor = ExecutionMonitor(plan, World(state, instead={8: nothing_happens}), DOMAIN, state)
    trace = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor, strategy).execute_with_monitoring()
    assert (trace.status, changes(trace)) == (TraceStatus.ACHIEVED, ["failure"])
    assert trace.current_state["place", "box"] == 1


@pytest.mark.parametrize("strategy", ALL)
def test_a_goal_that_is_lost_before_another_plan_is_made_is_not_forgotten(strategy: str) -> None:
    def stolen(state: State) -> None:
        state.place["box"] = 3

    state = start(box=2, ball=1)
    tasks = [BROUGHT, Goal(("place", "ball"), 2)]
    plan = HierarchicalPlanner(DOMAIN).solve((state, tasks)).plan
    assert plan is not None
    for event in ({"events": {6: stolen}}, {"events": {10: stolen}}):
        world = World(state, instead={7: nothing_happens, 9: nothing_happens}, **event)  # type: ignore[arg-type]
        monitor = ExecutionMonitor(plan, world, DOMAIN, state, when=FailureDriven())
        trace = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor, strategy).execute_with_monitoring()
        assert trace.status is TraceStatus.ACHIEVED
        assert (trace.current_state["place", "box"], trace.current_state["place", "ball"]) == (4, 2)


@pytest.mark.parametrize(
    ("when", "world", "trigger"),
    [
        (Threshold(0), {"events": {1: shut}}, "divergence"),
        (Overrun(), {"answers": dict.fromkeys(range(4), lambda s: Outcome(s, duration=3))}, "timeout"),
        (Overrun(deadline=7), {"answers": {0: lambda s: Outcome(s, duration=4)}}, "timeout"),
    ],
)
def test_triggers_come_from_the_rules(when: When, world: dict[str, Any], trigger: str) -> None:
    state, _ = brought()
    trace = engine_of(World(state, **world), when=when).execute_with_monitoring()
    assert trace.status is TraceStatus.ACHIEVED
    assert set(changes(trace)) == {trigger}


def test_the_signature_of_the_first_design_does() -> None:
    state, plan = brought()
    monitor = ExecutionMonitor(plan, World(state, instead={2: nothing_happens}))
    engine = ReplanningEngine(HierarchicalPlanner(DOMAIN), monitor, replan_strategy="repair")
    trace = engine.execute_with_monitoring(plan)
    assert (engine.planner.domain, engine.monitor, engine.replan_strategy.value) == (
        DOMAIN,
        monitor,
        "repair",
    )
    assert (trace.status, changes(trace)) == (TraceStatus.ACHIEVED, ["failure"]), "noticed at the end"


def test_plans_are_changed_on_demand() -> None:
    engine = engine_of()
    monitor = engine.monitor
    monitor.execute_step()
    seen = monitor.current_state.copy()
    seen.closed[4] = True
    plan = engine.replan(ReplanTrigger.DIVERGENCE, seen)
    assert plan is monitor.plan and "open_door(4)" in map(str, plan.actions)
    assert monitor.trace.current_step == 1 and monitor.current_state is seen
    assert engine.replan(ReplanTrigger.NEW_GOAL, seen, Goal("at", 0)) is None, "there is no method for it"
    assert monitor.trace.status is TraceStatus.GIVEN_UP
    with pytest.raises(InputError, match="ended"):
        engine.replan(ReplanTrigger.FAILURE)
    with pytest.raises(InputError, match="ended"):
        engine.execute_with_monitoring()


def test_one_goal_or_a_list_of_them_may_be_wanted() -> None:
    for goal in (("go", 2), [("go", 2)]):
        engine = engine_of()
        plan = engine.replan(ReplanTrigger.NEW_GOAL, goal=goal)
        assert plan is not None and list(map(str, plan.actions)) == ["move(1)", "move(2)"]


def test_a_plan_is_repaired_without_being_executed() -> None:
    state, plan = brought()
    engine = engine_of()
    seen = state.copy()
    seen.at = 1
    seen.closed[4] = True
    repaired = engine.repair_plan(plan, 1, seen)
    assert repaired is not None and "open_door(4)" in map(str, repaired.actions)
    assert repaired.actions[:1] == plan.actions[:1]
    assert engine.monitor.plan is not repaired and engine.monitor.trace.replans == []
    seen.locked[4] = True
    assert engine.repair_plan(plan, 1, dict(seen)) is None
    for step in (-1, 7, 1.5):
        with pytest.raises(InputError, match="no step"):
            engine.repair_plan(plan, step, seen)  # type: ignore[arg-type]


def test_engines_may_share_what_they_learn() -> None:
    shared = CostAwareChooser()
    for _ in range(2):
        state, _ = brought()
        engine = engine_of(World(state, events={1: shut}), "cost_aware")
        engine.recovery = shared
        engine.execute_with_monitoring()
    assert sum(each.count for ways in shared.losses.values() for each in ways.values()) == 2


@pytest.mark.parametrize(
    "limits", [{"replans": -1}, {"actions": -1}, {"replans": float("nan")}, {"actions": "many"}]
)
def test_limits_that_make_no_sense_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="whole number"):
        Limits(**limits)


def test_strategies_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="no strategy 'luck'"):
        engine_of(strategy="luck")
