"""Planners that reckon with experience choose the way that is expected to cost least."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Budget, Domain, HierarchicalPlanner, Problem, State
from planzoo.planners.replanning.estimates import Sample
from planzoo.planners.replanning.expecting import ExpectingPlanner, Outlook
from planzoo.planners.replanning.experience import Experience, Key, Tally

COSTS = {"ridge": (2.0, 9.0), "valley": (3.0, 1.0)}


def roads() -> Domain:
    domain = Domain("roads")

    @domain.operator(cost=lambda state, road: COSTS[road][0], duration=lambda state, road: COSTS[road][1])
    def drive(state: State, road: str) -> None:
        state.there = True

    @domain.method("travel")
    def travel(state: State) -> Any:
        yield from ([("drive", road)] for road in COSTS)

    return domain


DOMAIN = roads()


def planner(outlook: Outlook | None = None, **tallies: Tally) -> ExpectingPlanner:
    known = Experience({Key("drive", (road,)): tally for road, tally in tallies.items()})
    return ExpectingPlanner(HierarchicalPlanner(DOMAIN), known, outlook or Outlook())


def chosen(planner: ExpectingPlanner) -> str:
    plan = planner.solve(Problem(State(there=False), (("travel",),))).plan
    assert plan is not None
    assert plan.cost == COSTS[plan.actions[0].arguments[0]][0], "actions keep the costs of the domain"
    return str(plan.actions[0].arguments[0])


def test_without_experience_the_cheapest_way_is_taken() -> None:
    assert chosen(planner()) == "ridge"
    assert chosen(planner(Outlook("duration"))) == "valley"


@pytest.mark.parametrize(
    ("tally", "road"),
    [
        (Tally(50, 0), "ridge"),
        (Tally(40, 10), "ridge"),  # 2 / 0.8 are still less than 3 / 0.9
        (Tally(25, 25), "valley"),
        (Tally(50, 0, cost=Sample(50, 2.0, 0.0)), "valley"),
        (Tally(1, 1), "ridge"),
    ],
)
def test_ways_that_fail_or_cost_more_than_planned_are_left(tally: Tally, road: str) -> None:
    assert chosen(planner(ridge=tally)) == road


def test_durations_are_learnt_for_whoever_is_in_a_hurry() -> None:
    slow, usual = (Tally(50, 0, duration=Sample(50, times, 0.0)) for times in (20.0, 1.0))
    assert chosen(planner(Outlook("duration"), valley=slow, ridge=usual)) == "ridge"
    assert chosen(planner(Outlook("duration"), valley=usual, ridge=slow)) == "valley"
    assert chosen(planner(Outlook("cost"), valley=usual, ridge=slow)) == "ridge"


def test_what_is_expected_is_the_cost_until_success() -> None:
    found = planner(Outlook(failure_cost=4), ridge=Tally(50, 50, cost=Sample(50, 1.5, 0.0)))
    action = Action("drive", ("ridge",), 2.0, 9.0)
    chance, ratio = found.experience.success(action).value, found.experience.cost(action).value
    assert (chance, ratio) == (pytest.approx(0.5, abs=0.02), pytest.approx(1.5, abs=0.05))
    median = found.experience.chance(action).quantile(0.5)
    expected = 2.0 * ratio / median + 4 * (1 - median) / median
    assert found.measure()(action) == pytest.approx(expected)


def test_failures_have_a_price_of_their_own() -> None:
    often = Tally(40, 10)
    assert chosen(planner(Outlook(failure_cost=20), ridge=often, valley=Tally(50, 0))) == "valley"


def test_optimists_try_what_was_seldom_tried() -> None:
    tallies = {"ridge": Tally(1, 2), "valley": Tally(30, 0)}
    assert chosen(planner(Outlook(optimism=0.5), **tallies)) == "valley"
    assert chosen(planner(Outlook(optimism=0.99), **tallies)) == "ridge"


def test_experience_that_grows_counts_at_once() -> None:
    found = planner()
    assert chosen(found) == "ridge"
    found.experience.tallies[Key("drive", ("ridge",))] = Tally(0, 50)
    assert chosen(found) == "valley"


def test_hopeless_ways_are_still_ways() -> None:
    hopeless = Tally(0, 10**9)
    assert chosen(planner(ridge=hopeless, valley=hopeless)) in COSTS


def test_budgets_are_kept() -> None:
    result = planner().solve(Problem(State(there=False), (("travel",),)), Budget(expansions=2))
    assert result.plan is not None and result.reason, "the first plan so far"


@pytest.mark.parametrize(
    "settings",
    [
        {"minimize": "pain"},
        {"failure_cost": -1},
        {"failure_cost": float("nan")},
        {"optimism": 0},
        {"optimism": 1},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="must"):
        Outlook(**settings)
