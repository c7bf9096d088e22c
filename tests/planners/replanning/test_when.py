"""Rules that say when to replan."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Goal, HierarchicalPlanner, State
from planzoo.planners.replanning.execution import ReplanTrigger
from planzoo.planners.replanning.executor import Outcome
from planzoo.planners.replanning.when import (
    AnyOf,
    FailureDriven,
    NewGoal,
    Overrun,
    Periodic,
    Proactive,
    Threshold,
    When,
)
from tests.planners.htn.corridor import BROUGHT, nothing_happens
from tests.planners.replanning.worlds import DOMAIN, World, brought, monitor_of


def triggers(when: When, steps: int = 6, **world: Any) -> list[str]:
    """Executes steps of the plan and gives, after each, the trigger; empty for none."""
    state, _ = brought()
    monitor = monitor_of(World(state, **world), when=when)
    found = []
    while len(found) < steps and not monitor.over:
        monitor.execute_step()
        trigger = monitor.should_replan()
        found.append(trigger.value if trigger else "")
    return found


FAILS = {"instead": {1: nothing_happens, 2: nothing_happens, 4: nothing_happens}}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (1, ["", "failure", "failure", "", "failure", ""]),
        (2, ["", "", "failure", "", "", ""]),
        (3, [""] * 6),
    ],
)
def test_failures_in_a_row_are_counted(after: int, expected: list[str]) -> None:
    assert triggers(FailureDriven(after), **FAILS) == expected


def test_counts_begin_anew_with_another_plan() -> None:
    state, plan = brought()
    monitor = monitor_of(World(state, **FAILS), when=FailureDriven(2))
    monitor.execute_step(), monitor.should_replan()
    monitor.execute_step(), monitor.should_replan()
    assert monitor.current_state.at == 1
    rest = HierarchicalPlanner(DOMAIN).solve((monitor.current_state, [BROUGHT])).plan
    assert rest is not None and plan is not None
    monitor.adopt(rest)
    monitor.execute_step()
    assert monitor.should_replan() is None


def shut(state: State) -> None:
    state.closed[4] = True


@pytest.mark.parametrize(("limit", "trigger"), [(0.0, "divergence"), (0.1, "divergence"), (1.0, "")])
def test_divergence_is_borne_up_to_a_limit(limit: float, trigger: str) -> None:
    assert triggers(Threshold(limit), 1, events={0: shut}) == [trigger]
    assert triggers(Threshold(limit), 1) == [""]


def test_periods_count_actions() -> None:
    assert triggers(Periodic(2)) == ["", "opportunity", "opportunity", "opportunity", "opportunity", ""]
    state, plan = brought()
    monitor = monitor_of(World(state), when=Periodic(2))
    monitor.execute_step(), monitor.should_replan()
    monitor.execute_step()
    assert monitor.should_replan() is ReplanTrigger.OPPORTUNITY
    monitor.adopt(plan, 2)
    monitor.execute_step()
    assert monitor.should_replan() is None


def carried(state: State) -> None:
    state.place["box"] = "robot"


def test_something_better_is_noticed_when_something_unforeseen_happens() -> None:
    searched = []

    class Planner(HierarchicalPlanner):
        """Notes when it is asked."""

        def solve(self, problem: Any, budget: Any = None) -> Any:
            searched.append(problem)
            return super().solve(problem, budget)

    assert triggers(Proactive(Planner(DOMAIN)), 6) == [""] * 6
    assert searched == []
    assert triggers(Proactive(Planner(DOMAIN)), 1, events={0: carried}) == ["opportunity"]
    assert len(searched) == 1
    assert triggers(Proactive(Planner(DOMAIN), gain=0.5), 1, events={0: carried}) == [""]
    assert triggers(Proactive(Planner(DOMAIN)), 1, events={0: lambda state: state.place.update(ball=3)}) == [
        ""
    ]


def test_states_in_which_nobody_can_plan_offer_nothing_better() -> None:
    lost = {"answers": {0: lambda state: Outcome({"at": 1}), 1: lambda state: Outcome({"at": 9})}}
    assert triggers(Proactive(HierarchicalPlanner(DOMAIN)), 2, **lost) == ["", ""]


def slowly(state: State) -> Any:
    return Outcome(state, cost=3, duration=1)


def test_plans_that_cost_or_take_too_much_are_noticed() -> None:
    assert triggers(Overrun(), 3, answers={0: slowly}) == ["", "", ""]
    assert triggers(Overrun(), 3, answers={0: slowly, 1: slowly}) == ["", "timeout", "timeout"]
    assert triggers(Overrun(slack=9), 3, answers={0: slowly, 1: slowly}) == [""] * 3
    failing = {"instead": dict.fromkeys(range(1, 5), nothing_happens)}
    assert triggers(Overrun(), 5, **failing) == ["", "", "", "timeout", "timeout"]


def test_deadlines_are_told_of_once() -> None:
    late = {"answers": {0: lambda state: Outcome(state, duration=2)}}
    assert triggers(Overrun(factor=9, slack=9, deadline=6), 3, **late) == ["timeout", "", ""]
    assert triggers(Overrun(factor=9, slack=9, deadline=7), 3, **late) == [""] * 3


def test_other_wishes_are_noticed() -> None:
    wishes = [[BROUGHT], [BROUGHT], [BROUGHT], [Goal(("place", "ball"), 1)]]
    state, _ = brought()
    monitor = monitor_of(World(state), when=NewGoal(lambda facts: wishes.pop(0)))
    for expected in (None, None, ReplanTrigger.NEW_GOAL):
        monitor.execute_step()
        assert monitor.should_replan() is expected
    assert monitor.wanted == (Goal(("place", "ball"), 1),)
    assert "place" in monitor.reason


def test_rules_are_combined_and_all_of_them_count() -> None:
    both = FailureDriven() | Periodic(3)
    assert isinstance(both, AnyOf)
    assert triggers(both, **FAILS) == ["", "failure", "failure", "opportunity", "failure", "opportunity"]
    assert triggers(Periodic(3) | FailureDriven(), 3, **FAILS) == ["", "failure", "opportunity"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: FailureDriven(0),
        lambda: Periodic(0),
        lambda: Periodic(),
        lambda: Periodic(time=0.0),
        lambda: Threshold(1.1),
        lambda: Threshold(float("nan")),
        lambda: Proactive(HierarchicalPlanner(DOMAIN), gain=2),
        lambda: Overrun(factor=0.5),
        lambda: Overrun(deadline=-1),
        lambda: Overrun(slack="much"),  # type: ignore[arg-type]
    ],
)
def test_settings_that_make_no_sense_are_refused(make: Any) -> None:
    with pytest.raises(InputError, match="must be"):
        make()


def test_periods_are_measured_in_time_too() -> None:
    """Each action takes 1; what goes on counts as far as it has gone."""
    assert triggers(Periodic(time=2.0)) == triggers(Periodic(2))
    state, _ = brought()
    monitor = monitor_of(World(state), when=Periodic(time=2.5))
    monitor.execute_step()
    monitor.begin_step()
    monitor.look_on(monitor.current_state, 1.0)
    assert monitor.should_replan() is None
    monitor.look_on(monitor.current_state, 1.5)
    assert monitor.should_replan() is ReplanTrigger.OPPORTUNITY
    assert monitor.reason == "the last plan is 2.5 old"
