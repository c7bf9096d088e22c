"""The chooser learns what repairing and planning anew cost, and uses what costs less."""

from __future__ import annotations

import math
from itertools import cycle, islice
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Budget, Domain, HierarchicalPlanner, State, Status
from planzoo.planners.htn.acting.lazy_lookahead import Deviation, Recovered, Recovery
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.replanning.chooser import WAYS, CostAwareChooser, size_of

STOPS = 30


def rounds() -> Domain:
    """A courier's round: each stop through the alley if that is open, else by a long way round.

    Buses are tried first, and it takes a while to find out that none runs.
    """
    domain = Domain("rounds")

    @domain.operator(cost=1)
    def alley(state: State, stop: int) -> bool:
        state.at = stop
        return bool(state.open[stop])

    @domain.operator(cost=4)
    def long_way(state: State, stop: int) -> None:
        state.at = stop

    @domain.operator
    def board(state: State, stop: int, line: int) -> None:
        state.line = line

    @domain.operator
    def alight(state: State, stop: int) -> bool:
        return False

    @domain.operator(cost=1)
    def ring(state: State, stop: int) -> bool:
        state.rung[stop] = True
        return bool(state.at == stop)

    @domain.method("serve")
    def serve(state: State, stop: int) -> Any:
        return [("reach", stop), ("ring", stop)]

    @domain.method("reach")
    def by_bus(state: State, stop: int) -> Any:
        for line in range(10):
            yield [("board", stop, line), ("alight", stop)]

    for name in ("alley", "long_way"):
        domain.add_method("reach", lambda state, stop, name=name: [(name, stop)], name)
    return domain


DOMAIN = rounds()


def deviation(closed: set[int], then_closed: set[int], budget: Budget | None = None) -> Deviation:
    """A plan that was made while some alleys were closed; then others are."""
    state = State(at=0, line=0, open={stop: stop not in closed for stop in range(STOPS)}, rung={})
    plan = HierarchicalPlanner(DOMAIN).solve((state, [("serve", stop) for stop in range(STOPS)])).plan
    assert plan is not None
    seen = state.copy()
    for stop in range(STOPS):
        seen.open[stop] = stop not in then_closed
    seen.commit()
    tasks = PlanProgress(plan, 0).unfinished(seen)
    return Deviation(HierarchicalPlanner(DOMAIN), plan, 0, state, seen, tasks, budget)


def small(number: int) -> Deviation:
    """One alley is closed: repairing the plan there is far less work than planning thirty stops anew."""
    return deviation(set(), {number % STOPS})


def large(number: int) -> Deviation:
    """All alleys are opened, but one is closed: what is repaired keeps all the long ways."""
    return deviation(set(range(1, STOPS)), {0})


def stream(length: int) -> list[Deviation]:
    """Both kinds in turn, as a mixture of seven small ones to three large ones."""
    kinds = islice(cycle([small, large, small, small, large, small, small, large, small, small]), length)
    return [kind(number) for number, kind in enumerate(kinds)]


def total(recovery: Recovery, deviations: list[Deviation]) -> float:
    measure = CostAwareChooser()
    return sum(measure.loss(each, recovery(each)) for each in deviations)


def test_the_chooser_beats_both_on_a_mixed_stream() -> None:
    deviations = stream(100)
    losses = {way: total(recovery, deviations) for way, recovery in WAYS.items()}
    chooser = CostAwareChooser()
    chosen = total(chooser, deviations)
    assert chosen < min(losses.values()) < max(losses.values())
    best = sum(min(total(way, [each]) for way in WAYS.values()) for each in deviations)
    assert chosen - best < 0.3 * (min(losses.values()) - best), "it errs once in each size"


def test_what_was_learnt_is_kept_by_size() -> None:
    chooser = CostAwareChooser()
    for each in stream(60):
        chooser(each)
    assert size_of(small(3)) == (6, 1) and size_of(large(0)) == (6, 5)
    assert chooser.choose((6, 1)) == "repair"
    assert chooser.choose((6, 5)) == "full"
    assert chooser.choose((1, 1)) == "repair", "of this size nothing is known"
    counts = {size: {way: each.count for way, each in ways.items()} for size, ways in chooser.losses.items()}
    assert sum(counts[6, 1].values()) == 42 and counts[6, 1]["repair"] > counts[6, 1]["full"]


def test_the_same_deviations_are_answered_in_the_same_way() -> None:
    one, other = CostAwareChooser(), CostAwareChooser()
    for each in stream(30):
        first, second = one(each), other(each)
        assert first.plan is not None and second.plan is not None
        assert first.plan.actions == second.plan.actions
    assert one == other


def test_untried_ways_are_tried_and_seldom_tried_ones_again() -> None:
    chooser, size = CostAwareChooser(curiosity=1.0), (3, 1)
    chosen = []
    for _ in range(200):
        way = chooser.choose(size)
        chosen.append(way)
        chooser.losses[size][way].add(1.0 if way == "repair" else 2.0)
    assert chosen[:2] == ["repair", "full"]
    assert 2 < chosen.count("full") < 100
    means = {way: each.mean for way, each in chooser.losses[size].items()}
    assert means == {"repair": 1.0, "full": 2.0}


def test_searches_without_a_plan_are_dear_unless_they_prove_something() -> None:
    given, chooser = small(0), CostAwareChooser(price=0.5)
    old = sum(action.cost for action in given.plan.actions)
    assert chooser.loss(given, Recovered(Status.INFEASIBLE, None, 0, 10)) == 5
    assert chooser.loss(given, Recovered(Status.BUDGET_SPENT, None, 0, 10)) == 5 + 2 * old
    assert chooser.loss(given, Recovered(Status.SOLVED, given.plan, 0, 10)) == 5


def test_budgets_reach_what_is_chosen() -> None:
    chooser = CostAwareChooser()
    for _ in range(2):
        answer = chooser(deviation(set(), {0}, Budget(expansions=1)))
        assert (answer.status, answer.plan) == (Status.BUDGET_SPENT, None)


@pytest.mark.parametrize("name", ["price", "failure", "curiosity"])
@pytest.mark.parametrize("value", [-1, math.nan, math.inf])
def test_settings_that_make_no_sense_are_refused(name: str, value: float) -> None:
    with pytest.raises(InputError, match=name):
        CostAwareChooser(**{name: value})  # type: ignore[arg-type]
