"""What is left of resources and constraints after a part of a plan."""

from __future__ import annotations

import pytest

from planzoo.planners.htn import HierarchicalPlanner
from planzoo.planners.replanning.resources_left import ResourcesLeft
from planzoo.planners.resources import (
    Calendar,
    Constraints,
    Period,
    Precedence,
    Resource,
    ResourceAwarePlanner,
    ResourceTracker,
    TimeWindow,
)
from planzoo.planners.resources import ResourceRequirement as Need
from tests.planners.replanning.errands import DOMAIN, NEEDS, RESOURCES, fast_plan, planner, traced


def amounts(left: ResourcesLeft) -> dict[str, float]:
    assert left.planner is not None
    return {name: each.initial_amount for name, each in left.planner.tracker.resources.items()}


def test_what_is_executed_is_used_up() -> None:
    plan = fast_plan()
    assert amounts(ResourcesLeft(planner(), traced(plan))) == {"fuel": 9, "pump": 1}
    assert amounts(ResourcesLeft(planner(), traced(plan, (True, 1), (True, 1)))) == {"fuel": 1, "pump": 1}


def test_a_failed_action_has_used_what_it_takes_at_its_start_and_made_nothing() -> None:
    needs = {"highway": (Need("fuel", 4), Need("toll", 1, when="end"), Need("parcels", 2, produces=True))}
    resources = (*RESOURCES, Resource("toll", "consumable", 5), Resource("parcels", "producible", 0))
    given = ResourceAwarePlanner(HierarchicalPlanner(DOMAIN), resources, needs=needs)
    failed = amounts(ResourcesLeft(given, traced(fast_plan(), (False, 1))))
    assert failed == {"fuel": 5, "pump": 1, "toll": 5, "parcels": 0}
    done = amounts(ResourcesLeft(given, traced(fast_plan(), (True, 1))))
    assert done == {"fuel": 5, "pump": 1, "toll": 4, "parcels": 2}


def test_a_told_state_counts_for_more_than_the_trace() -> None:
    trace = traced(fast_plan(), (True, 1))
    tracker = ResourceTracker(RESOURCES, needs=NEEDS)
    assert amounts(ResourcesLeft(planner(), trace, tracker.current_state)) == {"fuel": 9, "pump": 1}
    told = tracker.advance(trace, trace.total_time)
    assert told.available["fuel"] == 1, "the next action begins at that time"
    assert amounts(ResourcesLeft(planner(), trace, tracker.advance(trace, 0.5)))["fuel"] == 5


def test_what_is_missing_beyond_all_counts_as_nothing() -> None:
    trace = traced(fast_plan(), (True, 1), (True, 1), (True, 1))
    assert amounts(ResourcesLeft(planner(), trace))["fuel"] == 0


def test_times_and_money_are_moved() -> None:
    constraints = Constraints(
        budget=20,
        deadline=30,
        precedences=(Precedence("highway", "refuel", lag=6),),
        windows=(TimeWindow("lane", 3, 9),),
        calendars=(Calendar("pump", (Period(0, 2, 0), Period(3, 8, 1), Period(10, 12, 0))),),
    )
    given = ResourceAwarePlanner(HierarchicalPlanner(DOMAIN), RESOURCES, constraints, NEEDS)
    left = ResourcesLeft(given, traced(fast_plan(), (True, 1), (True, 3)))
    assert left.planner is not None
    assert left.planner.constraints == Constraints(
        budget=18,
        deadline=26,
        precedences=constraints.precedences,
        windows=(TimeWindow("lane", 0, 5), TimeWindow("refuel", 6)),
        calendars=(Calendar("pump", (Period(0, 4, 1), Period(6, 8, 0))),),
    )


@pytest.mark.parametrize(
    ("constraints", "words"),
    [
        ({"budget": 1}, "2 of the budget 1 is spent"),
        ({"deadline": 2}, "it is 4, after the deadline 2"),
        ({"budget": 2, "deadline": 4}, ""),
    ],
)
def test_what_is_overspent_is_told(constraints: dict[str, float], words: str) -> None:
    left = ResourcesLeft(planner(**constraints), traced(fast_plan(), (True, 1), (True, 3)))
    assert left.overspent == words
    assert (left.planner is None) is bool(words)


def test_the_rest_of_a_plan_is_checked_against_what_is_left() -> None:
    plan = fast_plan()
    for step, broken in ((0, ["fuel"]), (1, [])):
        trace = traced(plan, *[(True, 1.0)] * step)
        found = ResourcesLeft(planner(), traced(plan)).violations(plan, step)
        assert [each.subject for each in found] == broken
        assert len(ResourcesLeft(planner(), trace).violations(plan, step)) == 1, "none is left for the last"
    assert ResourcesLeft(planner(budget=0.5), traced(plan, (True, 1))).violations(plan, 1) == []


def test_a_machine_that_broke_is_not_there() -> None:
    tracker = ResourceTracker(RESOURCES, needs=NEEDS)
    state = tracker.current_state
    broken = type(state)(3.0, {"fuel": 20.0, "pump": 0.25}, {"fuel": 0.0, "pump": 0.5})
    assert amounts(ResourcesLeft(planner(), traced(fast_plan()), broken)) == {"fuel": 12, "pump": 0.75}
