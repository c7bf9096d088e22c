"""Repair: exact small cases, and against planning anew on random domains with random deviations."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import (
    Action,
    Budget,
    Domain,
    DomainError,
    Goal,
    HierarchicalPlanner,
    Multigoal,
    Plan,
    State,
    Status,
)
from planzoo.planners.htn.causal.links import START
from planzoo.planners.htn.repair.recorded_plan import RecordedPlan
from planzoo.planners.htn.repair.repair_result import RepairLevel, RepairResult
from planzoo.planners.htn.repair.repair_validator import validate_repair
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition
from planzoo.planners.htn.repair.repairer import PlanRepairer, state_after
from planzoo.planners.htn.repair.stability import plan_stability
from tests.planners.htn.courier import COURIER, START_STATE, TASKS, planned
from tests.planners.htn.deviations import MODULES, case, changed
from tests.planners.htn.networks import PROPOSITIONS, Network, domain_of, networks


def repaired(
    executed: int, tasks: Any = TASKS, budget: Budget | None = None, **changes: Any
) -> tuple[RepairResult, State]:
    """Plans, executes some actions, changes the state, and repairs; what is repaired is valid."""
    plan = planned(COURIER, START_STATE, tasks)
    expected = state_after(COURIER, START_STATE, plan.actions[:executed])
    observed = expected.copy()
    for name, value in changes.items():
        if name in ("a", "b"):
            observed.at[name] = value
        else:
            observed[name] = value
    before = dict(observed)
    result = PlanRepairer(COURIER).repair(plan, executed, expected, observed, budget)
    assert observed == before
    assert observed.trail is None
    if result.plan is not None:
        assert validate_repair(COURIER, plan, result.plan, executed, observed) is None
    return result, observed


def rest(result: RepairResult) -> list[str]:
    return [str(action) for action in result.rest]


def test_a_plan_that_nothing_breaks_is_kept() -> None:
    plan = planned(COURIER, START_STATE, TASKS)
    for executed in range(len(plan.actions) + 1):
        result, _ = repaired(executed, blocked=("west", "south"))
        assert (result.status, result.level, result.stability) == (Status.SOLVED, RepairLevel.KEPT, 1.0)
        assert result.plan == plan
        assert (result.broken, result.renewed, result.lost_goals) == (None, (), ())
        assert "kept" in result.to_text()


def test_the_same_method_is_applied_again_in_the_new_state() -> None:
    """Parcel a was moved before it is taken: only ``go`` in ``get`` would not do, ``get`` itself does."""
    result, _ = repaired(1, a="south")
    assert result.level is RepairLevel.REPAIRED
    assert result.broken is not None
    assert result.broken.step == 1
    assert rest(result)[:4] == ["move(north, south)", "take(a)", "move(south, east)", "give(a)"]
    assert {task[0] for task, _ in result.renewed} == {"get", "go"}
    tree = result.plan.decomposition if result.plan else None
    assert isinstance(tree, RepairedDecomposition)
    assert [tree.tasks[node] for node in tree.interrupted] == [("get", "a")]
    assert "get(a): fetch (interrupted)" in tree.to_text()
    assert "1. move(depot, north) (executed)" in tree.to_text()


def test_a_break_of_a_later_step_is_noticed_at_once_and_the_steps_before_it_stay() -> None:
    result, _ = repaired(1, b="north")
    assert result.broken is not None
    assert result.broken.step == 4
    assert rest(result)[:3] == ["take(a)", "move(north, east)", "give(a)"]
    assert result.renewed[0] == (("get", "b"), 1)
    assert result.stability == plan_stability(planned(COURIER, START_STATE, TASKS).actions[1:], result.rest)


def test_another_method_of_the_deepest_task_suffices() -> None:
    result, _ = repaired(2, blocked=("north", "east"))
    assert rest(result) == [
        "move(north, depot)",
        "move(depot, east)",
        "give(a)",
        "move(east, south)",
        "take(b)",
        "move(south, west)",
        "give(b)",
    ]
    assert result.renewed == ((("go", "east"), 1),)
    assert result.stability == pytest.approx(5 / 6)
    assert "go(east) at depth 1; 7 actions remain, 83% of the old rest is kept" in result.to_text()


def test_a_task_above_is_decomposed_when_the_deeper_ones_cannot_mend_it() -> None:
    """The parcel left the bag: neither ``give`` nor ``go`` help, ``bring`` is done again."""
    result, _ = repaired(3, a="north")
    assert result.renewed == ((("bring", "a", "east"), 0),)
    assert rest(result)[:4] == ["move(east, north)", "take(a)", "move(north, east)", "give(a)"]
    assert rest(result)[4:] == ["move(east, south)", "take(b)", "move(south, west)", "give(b)"]
    assert result.stability == 1.0
    assert result.broken is not None
    assert result.broken.reason == "give(a) is not applicable (before step 4)."


def chained_domain() -> Domain:
    """Two tasks, where the choice made for the first one decides whether the second can be done."""
    domain = Domain("colours")

    @domain.operator
    def paint(state: State, thing: str, colour: str) -> bool:
        state[thing] = colour
        return bool(state[f"{colour} left"])

    domain.add_operator(lambda state: state.door == state.frame, "hang")
    for colour in ("red", "blue"):
        domain.add_method("door", lambda state, c=colour: [("paint", "door", c)], colour)
    domain.add_method("frame", lambda state: [("paint", "frame", state["frame colour"])], "as wanted")
    return domain


COLOURS = State({"door": "", "frame": "", "red left": True, "blue left": True, "frame colour": "red"})


def test_all_is_planned_anew_when_an_earlier_task_must_change() -> None:
    domain, tasks = chained_domain(), [("door",), ("frame",), ("hang",)]
    plan = planned(domain, COLOURS, tasks)
    observed = COLOURS.copy()
    observed["frame colour"] = "blue"
    result = PlanRepairer(domain).repair(plan, 0, COLOURS, observed)
    assert result.level is RepairLevel.REPLANNED
    assert rest(result) == ["paint(door, blue)", "paint(frame, blue)", "hang()"]
    assert "planned anew: door() at depth 0" in result.to_text()
    assert validate_repair(domain, plan, replace_plan(result), 0, observed) is None
    after = state_after(domain, COLOURS, plan.actions[:1])
    observed = after.copy()
    observed["frame colour"] = "blue"
    result = PlanRepairer(domain).repair(plan, 1, after, observed)
    assert (result.status, result.level, result.plan) == (Status.INFEASIBLE, None, None)
    assert result.stability == 0.0
    assert "furthest at hang()" in result.reason
    assert "No new plan (infeasible)" in result.to_text()
    assert result.rest == ()


def replace_plan(result: RepairResult) -> Plan:
    assert result.plan is not None
    return result.plan


def test_a_goal_that_holds_by_luck_needs_nothing_more() -> None:
    result, _ = repaired(0, tasks=[Goal(("at", "a"), "east"), Goal(("at", "b"), "west")], a="east")
    assert rest(result) == ["move(depot, south)", "take(b)", "move(south, west)", "give(b)"]
    assert result.renewed[0] == (Goal(("at", "a"), "east"), 0)


def test_a_goal_that_was_reached_and_lost_is_reached_again() -> None:
    goals = [Goal(("at", "a"), "east"), Goal(("at", "b"), "west")]
    result, observed = repaired(5, tasks=goals, a="north")
    assert result.lost_goals == (goals[0],)
    assert state_after(COURIER, observed, result.rest).at == {"a": "east", "b": "west"}
    assert "at(a) = east was reached, but is lost" in result.to_text()
    assert rest(result)[:3] == ["take(b)", "move(south, west)", "give(b)"]
    result, observed = repaired(4, tasks=goals, a="north", b="north")
    assert state_after(COURIER, observed, result.rest).at == {"a": "east", "b": "west"}
    at_once, _ = repaired(4, tasks=goals, courier="north", a="bag")
    assert at_once.broken is not None
    assert "at(a) = east does not hold at the end" in at_once.broken.reason


def test_a_goal_that_the_plan_itself_gives_up_is_not_reached_again() -> None:
    goals = [Goal(("at", "a"), "east"), Goal(("at", "a"), "west")]
    result, _ = repaired(5, tasks=goals, a="bag", courier="east")
    assert result.lost_goals == ()
    tasks = (Multigoal({("at", "a"): "east", ("at", "b"): "west"}),)
    result, observed = repaired(5, tasks=tasks, a="north")
    assert state_after(COURIER, observed, result.rest).at == {"a": "east", "b": "west"}


def test_a_plan_is_repaired_again_and_again() -> None:
    """Each time the parcel is put somewhere else; what was given up before asks for nothing any more."""
    repairer, plan = PlanRepairer(COURIER), planned(COURIER, START_STATE, [Goal(("at", "a"), "east")])
    state, executed = START_STATE.copy(), 0
    for place in ("south", "west", "south"):
        expected = state_after(COURIER, state, plan.actions[executed : executed + 1])
        executed += 1
        state = expected.copy()
        state.at["a"] = place
        result = repairer.repair(plan, executed, expected, state)
        assert validate_repair(COURIER, plan, replace_plan(result), executed, state) is None
        plan = replace_plan(result)
        assert repairer.repair(plan, executed, state, state).level is RepairLevel.KEPT
    assert state_after(COURIER, state, plan.actions[executed:]).at["a"] == "east"
    assert isinstance(plan.decomposition, RepairedDecomposition)
    assert len(plan.decomposition.interrupted) >= 3
    assert plan.to_data()["decomposition"]["interrupted"] == list(plan.decomposition.interrupted)


def test_actions_of_the_problem_itself_cannot_be_decomposed_anew() -> None:
    domain = Domain("plain")
    domain.add_operator(lambda state: state.power, "start")
    plan = planned(domain, State(power=True), [("start",)])
    result = PlanRepairer(domain).repair(plan, 0, State(power=True), State(power=False))
    assert (result.status, result.expansions) == (Status.INFEASIBLE, 2)


def test_costs_are_those_of_the_new_state(travel: Domain, home: State) -> None:
    tasks = [("travel", "me", "shop"), ("travel", "me", "park")]
    plan = planned(travel, home, tasks)
    expected = state_after(travel, home, plan.actions[:1])
    observed = expected.copy()
    observed["at", "me"] = "home"
    result = PlanRepairer(travel).repair(plan, 1, expected, observed)
    assert result.level is RepairLevel.KEPT
    assert result.rest == (Action("wait", ("me",), 0.0, 5.0), Action("ride", ("me", "park"), 10.0, 1.0))
    observed["distance", "home", "park"] = 9
    result = PlanRepairer(travel).repair(plan, 1, expected, observed)
    assert result.rest[1].cost == 11.0


def test_broken_links_name_the_steps_that_read_what_has_changed() -> None:
    plan = planned(COURIER, START_STATE, TASKS)
    expected = state_after(COURIER, START_STATE, plan.actions[:1])
    observed = expected.copy()
    observed.at["b"] = "north"
    broken = PlanRepairer(COURIER).breakage(plan, 1, expected, observed)
    assert broken.steps == (5,)
    assert [(link.producer, link.variable, link.consumer) for link in broken.links] == [
        (START, ("at", "b"), 5)
    ]
    assert broken.falling_steps == (7,)
    assert not PlanRepairer(COURIER).breakage(plan, 1, expected, expected)


def thicket(breadth: int, depth: int) -> tuple[Domain, list[Any]]:
    """A first task that can be done in ``breadth ** depth`` ways, none of which helps the last action."""
    domain = Domain("thicket")

    @domain.method("wander")
    def anywhere(state: State, left: int) -> Iterator[Any]:
        for step in range(breadth) if left else ():
            yield [("step", left, step), ("wander", left - 1)]
        if not left:
            yield []

    @domain.operator
    def step(state: State, left: int, step: int) -> bool:
        state[f"step {left}"] = step
        return state.closed != left

    domain.add_operator(lambda state: state.key, "unlock")
    domain.add_method("leave", lambda state: [("wander", depth), ("unlock",)], "by the door")
    domain.add_method("leave", lambda state: [("climb",)], "by the window")
    domain.add_operator(lambda state: True, "climb")
    return domain, [("leave",)]


def test_a_hopeless_attempt_costs_no_more_than_a_small_factor() -> None:
    """Planning anew is as hard as repair, so both get their turns; the window is found in the end."""
    domain, tasks = thicket(3, 6)
    plan = planned(domain, State(key=True, closed=0), tasks)
    observed = State(key=False, closed=0)
    fresh = HierarchicalPlanner(domain).solve((observed, tasks))
    result = PlanRepairer(domain).repair(plan, 0, State(key=True, closed=0), observed)
    assert rest(result) == ["climb()"]
    assert fresh.expansions > 1000
    assert result.expansions < 8 * fresh.expansions + 1000


def test_budgets_bound_everything_together() -> None:
    domain, tasks = thicket(4, 30)
    expected, observed = State(key=True, closed=0), State(key=False, closed=0)
    plan = planned(domain, expected, tasks)
    repairer = PlanRepairer(domain)
    result = repairer.repair(plan, 0, expected, observed, Budget(milliseconds=60))
    assert (result.status, result.plan) == (Status.BUDGET_SPENT, None)
    assert 0.05 <= result.seconds < 2
    result = repairer.repair(plan, 0, expected, observed, Budget(expansions=3000))
    assert result.status is Status.BUDGET_SPENT
    assert 2000 <= result.expansions <= 3000 + len(plan.decomposition.tasks)
    result = repairer.repair(plan, 0, expected, observed, Budget(expansions=10))
    assert result.status is Status.BUDGET_SPENT
    assert "10 expansions" in result.reason
    answers: list[RepairResult] = []
    thread = threading.Thread(
        target=lambda: answers.append(repairer.repair(plan, 0, expected, observed, Budget(milliseconds=30)))
    )
    thread.start()
    thread.join(20)
    assert answers[0].status is Status.BUDGET_SPENT


def test_what_is_kept_costs_one_visit_a_node() -> None:
    domain, tasks = thicket(4, 12)
    expected = State(key=True, closed=0)
    plan = planned(domain, expected, [*tasks, ("leave",)])
    before = state_after(domain, expected, plan.actions[:12])
    observed = before.copy()
    observed["closed"] = 99
    kept = PlanRepairer(domain).repair(plan, 12, before, observed)
    pending = len(plan.decomposition.tasks) - plan.decomposition.leaves[11] - 1
    assert (kept.level, kept.expansions) == (RepairLevel.KEPT, pending)


def test_what_a_domain_raises_is_told_only_when_planning_anew_meets_it() -> None:
    plan = planned(COURIER, START_STATE, TASKS)
    gone = START_STATE.copy()
    del gone.at["b"]
    with pytest.raises(DomainError, match="KeyError"):
        PlanRepairer(COURIER).repair(plan, 0, START_STATE, gone)
    result = PlanRepairer(COURIER).repair(plan, 8, START_STATE, gone)
    assert result.level is RepairLevel.KEPT


def test_bad_input_is_refused() -> None:
    plan, repairer = planned(COURIER, START_STATE, TASKS), PlanRepairer(COURIER)
    for executed in (-1, 9, "one"):
        with pytest.raises(InputError, match="number from 0 to 8"):
            repairer.repair(plan, executed, START_STATE, START_STATE)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="leaves"):
        repairer.repair(replace(plan, actions=plan.actions[1:]), 0, START_STATE, START_STATE)
    with pytest.raises(InputError, match="no operator of domain 'empty'"):
        PlanRepairer(Domain("empty")).repair(plan, 0, START_STATE, START_STATE)
    with pytest.raises(InputError, match=r"Step 0, take\(a\), is not applicable"):
        state_after(COURIER, START_STATE, plan.actions[1:2])


@st.composite
def deviations(draw: st.DrawFn, recursive: bool) -> tuple[Network, float, dict[str, bool]]:
    """A random domain, at which share of its plan something happens, and the values that change then."""
    changes = st.dictionaries(st.sampled_from(PROPOSITIONS), st.booleans(), min_size=1)
    return draw(networks(recursive)), draw(st.floats(0, 1)), draw(changes)


def agrees_with_planning_anew(
    deviation: tuple[Network, float, dict[str, bool]], budget: Budget | None
) -> None:
    """Repair succeeds whenever planning the unfinished tasks anew does, and what it gives is valid."""
    (operators, methods, start, names), share, changes = deviation
    domain, tasks = domain_of(operators, methods), [(name,) for name in names]
    goal = Goal(PROPOSITIONS[0], start[PROPOSITIONS[0]])
    tasks = [*tasks[:1], goal, *tasks[1:], goal]
    domain.add_goal_method(PROPOSITIONS[0], lambda state, value: [("t0",)], "by t0")
    plan = HierarchicalPlanner(domain).solve((State(start), tasks), budget).plan
    if plan is None:
        return
    executed = round(share * len(plan.actions))
    expected = state_after(domain, start, plan.actions[:executed])
    observed = expected.copy()
    observed.update(changes)
    result = PlanRepairer(domain).repair(plan, executed, expected, observed, budget)
    final = state_after(domain, start, plan.actions)
    tasks = unfinished(plan, executed, (observed, final))
    anew = HierarchicalPlanner(domain).solve((observed, tasks), budget)
    # What was begun may still be completed where doing it all over again is impossible, but not vice versa.
    assert anew.status is not Status.SOLVED or result.status is Status.SOLVED
    assert result.status is not Status.INFEASIBLE or anew.status is Status.INFEASIBLE
    if result.plan is not None:
        assert validate_repair(domain, plan, result.plan, executed, observed) is None
        recorded = PlanRepairer(domain).repair(
            RecordedPlan(domain, start, plan), executed, expected, observed, budget
        )
        assert (recorded.status, recorded.broken) == (result.status, result.broken)
        assert recorded.plan == result.plan
        again = PlanRepairer(domain).repair(result.plan, executed, observed, observed, budget)
        assert again.level is RepairLevel.KEPT


def unfinished(plan: Plan, executed: int, states: tuple[State, State]) -> list[Any]:
    """Gives the problem's own tasks that have something left to be done, worked out from the leaves.

    In front of them stand finished goals that do not hold now, although they hold after the plan; ``states``
    are the state observed and that one.
    """
    tree, (observed, final) = plan.decomposition, states
    following = tree.leaves[executed - 1] + 1 if executed else 0
    lost, tasks = [], []
    for root, end in zip(tree.roots, [*tree.roots[1:], len(tree.tasks)], strict=True):
        task: Any = tree.tasks[root]
        if end > following:
            tasks.append(task)
        elif isinstance(task, Goal) and not task.holds_in(observed):
            if end == following:
                tasks.append(task)
            elif task.holds_in(final) and task not in lost:
                lost.append(task)
    return [*lost, *tasks]


@settings(max_examples=400, deadline=None)
@given(deviations(recursive=False))
def test_repair_succeeds_whenever_planning_anew_does(
    deviation: tuple[Network, float, dict[str, bool]],
) -> None:
    agrees_with_planning_anew(deviation, None)


@settings(max_examples=300, deadline=None)
@given(deviations(recursive=True))
def test_repair_succeeds_in_recursive_domains(deviation: tuple[Network, float, dict[str, bool]]) -> None:
    agrees_with_planning_anew(deviation, Budget(depth=40, expansions=200_000))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(MODULES)),
    st.integers(0, 3),
    st.floats(0, 0.99),
    st.integers(1, 3),
    st.integers(0, 10**6),
)
def test_repair_succeeds_in_real_domains(name: str, seed: int, share: float, count: int, draw: int) -> None:
    domain, problem, plan, record = case(name, seed)
    executed = int(share * len(plan.actions))
    expected = state_after(domain, problem.state, plan.actions[:executed])
    observed = changed(expected, random.Random(draw), count)
    final = state_after(domain, expected, plan.actions[executed:])
    budget = Budget(expansions=20_000)
    tasks = unfinished(plan, executed, (observed, final))
    try:
        anew = HierarchicalPlanner(domain).solve((observed, tasks), Budget(expansions=2_000))
    except DomainError:
        return  # a state that cannot be, such as two blocks in the hand
    for old in (plan, record):
        result = PlanRepairer(domain).repair(old, executed, expected, observed, budget)
        assert anew.status is not Status.SOLVED or result.status is Status.SOLVED
        assert result.status is not Status.INFEASIBLE or anew.status is not Status.SOLVED
        if result.plan is not None:
            assert validate_repair(domain, plan, result.plan, executed, observed) is None
            last = problem.tasks[-1]
            end = state_after(domain, observed, result.rest)
            assert not isinstance(last, Goal | Multigoal) or last.holds_in(end)
