"""The tracker: everything that a plan breaks is named once, with its time, amounts and steps."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.resources.requirement import ResourceRequirement as Need
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.errors import InputError
from planzoo.planners.htn import Domain, HierarchicalPlanner, State
from planzoo.planners.htn.joint.schedule import schedule as joint_schedule
from planzoo.planners.htn.plan import Action
from planzoo.planners.resources.constraints import Calendar, Period, Precedence, TimeWindow
from planzoo.planners.resources.project import Mode, project_of
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.tracker import ResourceTracker
from planzoo.planners.resources.violations import ResourceViolation as Violation
from planzoo.planners.resources.violations import ViolationKind as Kind
from tests.planners.resources.exact import ExactProject
from tests.planners.resources.mutations import mutations
from tests.planners.resources.plans import joint_plan_of, plan_of
from tests.planners.resources.random_cases import random_case

CREW = Resource("crew", ResourceType.REUSABLE, 3, cost_per_unit=2)
FUEL = Resource("fuel", ResourceType.CONSUMABLE, 9)
PARTS = Resource("parts", ResourceType.PRODUCIBLE, 1, 4)
ALL = (CREW, FUEL, PARTS)
DRIVE = Action("drive", ("home",), cost=4, duration=2, resources=(("fuel", 6.0),))
TEAM = Action("dig", ("hole",), cost=1, duration=3, resources=(("crew", 2.0),))


def needing(*needs: Need, duration: float = 2) -> Mode:
    return Mode(duration, needs)


def scheduled(modes: dict[str, Mode], *starts: float, **constraints: Any) -> Schedule:
    return Schedule(project_of(ALL, modes, **constraints), starts, (0,) * len(starts))


def findings(plan: Any, **options: Any) -> list[Violation]:
    return ResourceTracker(ALL, **options).find_violations(plan)


@given(st.randoms(use_true_random=False))
def test_violations_are_those_of_the_oracle(random: Random) -> None:
    case = random_case(random)
    exact, tracker = ExactProject(case.project), ResourceTracker(case.project.resources)
    assert tracker.check_feasibility(case.schedule())
    for _ in range(5):
        starts = [random.randint(0, 20) for _ in case.starts]
        modes = [random.randrange(len(ways)) for ways in exact.ways]
        schedule = case.schedule(starts, modes)
        found = [(violation.kind.value, violation.subject) for violation in tracker.find_violations(schedule)]
        assert set(found) == exact.broken(starts, modes)
        assert len(set(found)) == len(found)
        assert tracker.check_feasibility(schedule) == (not found)
        for violation in tracker.find_violations(schedule):
            check_amounts(exact, violation, starts, modes)


def check_amounts(exact: ExactProject, violation: Violation, starts: list[int], modes: list[int]) -> None:
    """The amounts are those at the first time at which the oracle finds the fault."""
    kind, name = violation.kind, violation.subject
    if kind in (Kind.CAPACITY, Kind.SHORTAGE, Kind.OVERFLOW):
        over = kind is Kind.OVERFLOW
        for time in exact.times(starts, modes):
            left = exact.left(name, time, starts, modes)
            if left > exact.room[name] if over else left < 0:
                assert violation.time == pytest.approx(time / 10)
                excess = left - exact.room[name] if over else -left
                assert violation.excess == pytest.approx(excess / 10)
                break
        assert all(any(use.name == name for use in exact.ways[n][modes[n]].uses) for n in violation.steps)
    elif kind is Kind.BUDGET:
        assert violation.amount == pytest.approx(exact.cost(modes) / 1000)
    elif kind is Kind.DEADLINE:
        assert violation.amount == pytest.approx(max(exact.ends(starts, modes)) / 10)
    assert violation.excess > 0
    assert str(violation)


def all_named(seeds: range) -> Counter[str]:
    """Makes sure that each fault is named, and nothing else that is not so; counts the kinds."""
    kinds: Counter[str] = Counter()
    for seed in seeds:
        for mutant in mutations(seed):
            found = ResourceTracker(mutant.exact.project.resources).find_violations(mutant.schedule)
            named = {(violation.kind.value, violation.subject) for violation in found}
            assert mutant.target in named
            assert named == mutant.exact.broken(mutant.starts, mutant.modes)
            kinds[mutant.target[0]] += 1
    return kinds


def test_two_thousand_faults_are_named() -> None:
    kinds = all_named(range(10_000, 10_350))
    assert kinds.total() >= 2_000
    assert set(kinds) == {kind.value for kind in Kind}


@pytest.mark.long
def test_a_hundred_thousand_faults_are_named() -> None:
    assert all_named(range(20_000, 37_000)).total() >= 100_000


HOLD = needing(Need("crew", 2))


@pytest.mark.parametrize(
    ("plan", "violation"),
    [
        (scheduled({"a": HOLD, "b": HOLD}, 0, 1), Violation(Kind.CAPACITY, "crew", 1, 4, 3, (0, 1))),
        (
            scheduled({"a": needing(Need("fuel", 6)), "b": needing(Need("fuel", 5))}, 4, 1),
            Violation(Kind.SHORTAGE, "fuel", 4, 2, 0, (0,)),
        ),
        (
            scheduled({"a": needing(Need("fuel", 6)), "b": needing(Need("fuel", 5, "end"))}, 1, 0),
            Violation(Kind.SHORTAGE, "fuel", 2, 2, 0, (1,)),
        ),
        (
            scheduled({"a": needing(Need("parts", 4, produces=True)), "b": HOLD}, 1, 3),
            Violation(Kind.OVERFLOW, "parts", 3, 5, 4, (0,)),
        ),
        (
            scheduled({"a": needing(Need("parts", 4, "start", True)), "b": HOLD}, 1, 3),
            Violation(Kind.OVERFLOW, "parts", 1, 5, 4, (0,)),
        ),
        (scheduled({"a": HOLD}, 1, budget=7), Violation(Kind.BUDGET, "budget", 3, 8, 7)),
        (
            scheduled({"a": HOLD, "b": Mode(1)}, 4, 4, deadline=5),
            Violation(Kind.DEADLINE, "deadline", 5, 6, 5, (0,)),
        ),
        (
            scheduled({"a": HOLD, "b": Mode(1)}, 0, 2.5, precedences=[Precedence("a", "b", 1)]),
            Violation(Kind.PRECEDENCE, "a precedes b by 1", 2.5, 2.5, 3, (0, 1)),
        ),
        (
            scheduled({"a": HOLD}, 1, windows=[TimeWindow("a", 2, 6)]),
            Violation(Kind.WINDOW, "a lies between 2 and 6", 1, 1, 2, (0,)),
        ),
        (
            scheduled({"a": HOLD}, 5, windows=[TimeWindow("a", 2, 6)]),
            Violation(Kind.WINDOW, "a lies between 2 and 6", 7, 7, 6, (0,)),
        ),
    ],
)
def test_each_kind_is_told_with_time_amounts_and_steps(plan: Schedule, violation: Violation) -> None:
    assert findings(plan) == [violation]


def test_a_calendar_that_takes_staff_away_is_to_blame_on_those_who_hold() -> None:
    calendar = Calendar("crew", (Period(1, 9, 1),))
    plan = scheduled({"a": HOLD, "b": needing(Need("crew", 1), duration=0)}, 0, 0)
    found = findings(plan, constraints={"calendars": [calendar]})
    # The step without duration is over by then, and held nothing.
    assert found == [Violation(Kind.CAPACITY, "crew", 1, 2, 1, (0,))]


def test_each_resource_is_told_once_too_little_and_once_too_much() -> None:
    make = needing(Need("parts", 4, produces=True), duration=1)
    sell = needing(Need("parts", 4), duration=1)
    plan = scheduled(
        {"s1": sell, "m1": make, "m2": make, "s2": sell, "s3": sell, "m3": make}, 0, 1, 2, 4, 5, 6
    )
    kinds = [(found.kind, found.time) for found in findings(plan)]
    assert kinds == [("shortage", 0), ("overflow", 3)]


def test_actions_of_a_plan_follow_one_another_and_use_what_they_hold() -> None:
    assert findings(plan_of(TEAM, DRIVE, TEAM)) == []
    (found,) = findings(plan_of(TEAM, DRIVE, TEAM, DRIVE))
    assert (found.kind, found.time, found.amount, found.steps) == (Kind.SHORTAGE, 8, 3, (3,))


def test_actions_of_a_joint_plan_hold_at_once() -> None:
    (found,) = findings(joint_plan_of((0, TEAM), (2.5, TEAM)))
    assert (found.kind, found.time, found.amount, found.limit) == (Kind.CAPACITY, 2.5, 4, 3)
    assert findings(joint_plan_of((0, TEAM), (3, TEAM))) == []


def test_needs_of_actions_and_their_cost() -> None:
    needs = {"dig": [Need("crew", 1), Need("parts", 3, produces=True)]}
    tracker = ResourceTracker(ALL, {"budget": 10}, needs)
    assert tracker.find_violations(plan_of(TEAM)) == []
    found = tracker.find_violations(joint_plan_of((0, TEAM), (0, TEAM)))
    # Each costs 1 and three hours of one of the crew; three parts more than there is room for one.
    assert [(one.kind, one.amount) for one in found] == [("overflow", 7), ("budget", 14)]


def test_orders_of_plans_are_about_operators_or_actions() -> None:
    for names in (("dig", "drive"), ("dig(hole)", "drive(home)"), ("dig", "drive(home)")):
        constraints = {"precedences": [Precedence(*names)], "windows": [TimeWindow(names[1], 3)]}
        assert findings(plan_of(TEAM, DRIVE), constraints=constraints) == []
        found = findings(plan_of(DRIVE, TEAM), constraints=constraints)
        assert [one.kind for one in found] == ["precedence", "window"]
    assert findings(plan_of(DRIVE), constraints={"precedences": [Precedence("dig", "drive")]}) == []
    # All of the one before any of the other.
    (late,) = findings(plan_of(TEAM, DRIVE, TEAM), constraints={"precedences": [Precedence("dig", "drive")]})
    assert (late.amount, late.limit, late.steps) == (3, 8, (1, 2))


def test_a_planned_and_scheduled_domain() -> None:
    domain = Domain("site")

    @domain.operator(cost=2, duration=3, agent=0, resources={"crew": 2})
    def dig(state: State, who: str, place: str) -> None:
        state.dug[place] = True

    @domain.method("all")
    def one_each(state: State) -> Any:
        return [("dig", "ann", "well"), ("dig", "ben", "pond")]

    state = State({("dug", "well"): False, ("dug", "pond"): False})
    plan = HierarchicalPlanner(domain).solve((state, [("all",)])).plan
    assert plan is not None
    wide, narrow = ({"crew": amount} for amount in (4, 2))
    assert ResourceTracker(ALL).check_feasibility(plan)
    overlapping = joint_schedule(domain, state, plan, wide)
    assert [found.kind for found in findings(overlapping)] == ["capacity"]
    assert findings(joint_schedule(domain, state, plan, narrow)) == []


def test_the_schedules_own_constraints_count_beside_the_trackers() -> None:
    plan = scheduled({"a": HOLD, "b": HOLD}, 0, 2, budget=99, deadline=5, precedences=[Precedence("a", "b")])
    assert findings(plan, constraints=plan.project.constraints) == []
    own = {"budget": 15, "deadline": 3, "precedences": [Precedence("b", "a")]}
    assert [found.kind for found in findings(plan, constraints=own)] == ["budget", "deadline", "precedence"]
    late = scheduled({"a": HOLD, "b": HOLD}, 0, 2, calendars=[Calendar("crew", (Period(3, 9, 1),))])
    assert [found.time for found in findings(late)] == [3]


def test_two_calendars_of_one_resource_are_refused() -> None:
    plan = scheduled({"a": HOLD}, 0, calendars=[Calendar("crew", (Period(3, 9, 2),))])
    other = {"calendars": [Calendar("crew", (Period(3, 9, 1),))]}
    with pytest.raises(InputError, match="'crew' has two calendars"):
        findings(plan, constraints=other)
    assert findings(plan, constraints={"calendars": plan.project.constraints.calendars}) == []


def test_time_passes_for_a_plan_that_is_carried_out() -> None:
    tracker = ResourceTracker(ALL)
    assert tracker.current_state.available == {"crew": 3, "fuel": 9, "parts": 1}
    plan = plan_of(TEAM, DRIVE)
    seen = []
    for time in (0, 2.9, 3, 100):
        state = tracker.advance(plan, time)
        assert state is tracker.current_state
        seen.append((state.time, state.available["crew"], state.allocated["crew"], state.available["fuel"]))
    assert seen == [(0, 1, 2, 9), (2.9, 1, 2, 9), (3, 3, 0, 3), (100, 3, 0, 3)]
    assert tracker.timeline == tracker.compute_resource_timeline(plan)
    assert tracker.advance(joint_plan_of((1, TEAM)), 0.5).allocated["crew"] == 0


def test_time_that_is_rounded_has_come() -> None:
    tenth = DRIVE._replace(duration=0.1, resources=())
    last = DRIVE._replace(duration=1.0)
    plan = plan_of(tenth, tenth, tenth, last)
    assert ResourceTracker(ALL).advance(plan, 0.3).available["fuel"] == 3


@pytest.mark.parametrize("time", [-1, float("nan")])
def test_there_is_no_time_before_the_plan(time: float) -> None:
    with pytest.raises(InputError, match="carried out from time 0 on"):
        ResourceTracker(ALL).advance(plan_of(), time)


@pytest.mark.parametrize(
    ("resources", "constraints", "words"),
    [
        ((CREW, CREW), None, "two resources named 'crew'"),
        (ALL, {"speed": 3}, "There is no constraint 'speed'"),
        (ALL, {"calendars": [Calendar("gold", ())]}, "calendar of the unknown resource 'gold'"),
    ],
)
def test_a_wrong_tracker_is_refused(resources: Any, constraints: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ResourceTracker(resources, constraints)


def test_requirements_of_unknown_resources_are_refused_by_activity() -> None:
    plan = scheduled({"a": HOLD}, 0)
    with pytest.raises(InputError, match="Activity 'a' requires the unknown resource 'crew'"):
        ResourceTracker([FUEL]).find_violations(plan)
    with pytest.raises(InputError, match=r"Action drive\(home\) requires the unknown resource 'fuel'"):
        ResourceTracker([CREW]).compute_resource_timeline(plan_of(DRIVE))
