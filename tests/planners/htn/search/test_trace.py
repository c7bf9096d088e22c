"""Traced searches answer as others do, and every event stands where it belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from planzoo.planners.htn import (
    Budget,
    Domain,
    DomainError,
    Goal,
    HierarchicalPlanner,
    Multigoal,
    State,
    Status,
    Task,
    validate,
)
from planzoo.planners.htn.domains import EXAMPLE_DOMAINS, example_domain, example_problem
from planzoo.planners.htn.search.search_trace import FAILURES, EventKind, SearchTrace
from planzoo.planners.htn.search.trace import trace
from tests.planners.htn.conftest import make_travel_state
from tests.planners.htn.networks import Network, domain_of, networks

BACK = (EventKind.BACKTRACKED, EventKind.NO_METHOD)


def replayed(told: SearchTrace) -> list[Any]:
    """What the events of a depth-first search leave as its plan: going back takes actions back."""
    done: list[Any] = []
    opened: list[tuple[Any, int]] = []
    for event in told.events:
        if event.kind is EventKind.TAKEN_UP:
            opened.append((event.task, len(done)))
        elif event.kind is EventKind.ALTERNATIVE:
            while opened[-1][0] != event.task:
                opened.pop()
            del done[opened[-1][1] :]
        elif event.kind in BACK:
            assert opened.pop()[0] == event.task
        elif event.kind is EventKind.ACTION:
            done.append(event.task)
    return done


def kinds(told: SearchTrace) -> list[EventKind]:
    return [event.kind for event in told.events]


@given(networks(recursive=False))
def test_each_task_that_a_search_takes_up_is_one_event(network: Network) -> None:
    operators, methods, start, names = network
    domain, problem = domain_of(operators, methods), (State(start), [(name,) for name in names])
    plain = HierarchicalPlanner(domain).solve(problem)
    result, told = trace(domain, problem)
    assert (result.status, result.plan, result.reason) == (plain.status, plain.plan, plain.reason)
    counts = Counter(kinds(told))
    taken_up = (EventKind.TAKEN_UP, EventKind.ACTION, EventKind.NOT_APPLICABLE)
    assert sum(counts[kind] for kind in taken_up) == plain.expansions
    if plain.plan is not None:
        assert replayed(told) == [(action.name, *action.arguments) for action in plain.plan.actions]
        assert told.events[-1].kind is EventKind.SOLVED
    else:
        assert told.events[-1].kind is EventKind.FAILED and told.failures()


@given(networks(recursive=True))
@settings(deadline=None)
def test_answers_are_the_same_where_tasks_recur(network: Network) -> None:
    operators, methods, start, names = network
    domain, problem = domain_of(operators, methods), (State(start), [(name,) for name in names])
    plain = HierarchicalPlanner(domain).solve(problem)
    result, told = trace(domain, problem)
    assert (result.status, result.plan, result.expansions) == (plain.status, plain.plan, plain.expansions)
    counts = Counter(kinds(told))
    shown, caused = sum(counts[kind] for kind in FAILURES), sum(failure.count for failure in told.causes)
    # Failures are counted for as long as the search goes on, events only while there is room for them.
    assert shown <= caused <= shown + told.dropped


@pytest.mark.parametrize("name", EXAMPLE_DOMAINS)
def test_example_domains_give_the_same_plans(name: str) -> None:
    domain, problem = example_domain(name), example_problem(name, 4, seed=1)
    plain = HierarchicalPlanner(domain).solve(problem)
    result, told = trace(domain, problem)
    assert plain.plan is not None and result.plan == plain.plan and result.expansions == plain.expansions
    assert replayed(told) == [(action.name, *action.arguments) for action in plain.plan.actions]
    assert validate(domain, problem.state, problem.tasks, result.plan) is None


def test_the_journey_event_by_event(travel: Domain, home: State) -> None:
    result, told = trace(travel, (home, [Goal(("at", "me"), "park"), Goal(("at", "me"), "park")]))
    assert result.plan is not None and result.plan.cost == 10
    assert told.to_text().splitlines() == [
        "take up at(me) = park",
        "  try method go",
        "  it gives: travel(me, park)",
        "  take up travel(me, park)",
        "    try method stay",
        "    it gives nothing: travel(me, park)",
        "    try method by_foot",
        "    it gives: walk(me, park)",
        "    not applicable: walk(me, park); it looked last at at(me) = home, distance(home, park) = 8",
        "    try method by_taxi",
        "    it gives: wait(me), ride(me, park)",
        "    do wait(me)",
        "    do ride(me, park)",
        "already true: at(me) = park",
        "solved",
    ]


def test_the_deepest_failure_comes_first(travel: Domain) -> None:
    """The taxi is too dear; the walk, too long, had failed before anything was done."""
    result, told = trace(travel, (make_travel_state(cash=5), [Task("travel", "me", "park")]))
    assert result.status is Status.INFEASIBLE
    first, second = told.failures()
    assert first.path == (("travel", "me", "park"), ("ride", "me", "park")) and first.steps == 1
    assert first.reads[-1] == (("cash", "me"), 5)
    assert second.path[-1] == ("walk", "me", "park") and second.steps == 0
    assert told.events[-1].reason == result.reason


def test_goals_that_are_missed_are_told() -> None:
    domain = Domain("archer")
    domain.add_operator(lambda state: setattr(state, "arrow", "wall"), "shoot")
    domain.add_goal_method("arrow", lambda state, place: [("shoot",)], "aim")
    result, told = trace(domain, ({"arrow": "quiver"}, [Goal("arrow", "target")]))
    assert result.status is Status.INFEASIBLE
    assert kinds(told)[-4:] == [
        EventKind.ACTION,
        EventKind.NOT_REACHED,
        EventKind.BACKTRACKED,
        EventKind.FAILED,
    ]
    assert told.failures()[0].words == "after 1 action: goal not reached: arrow = target"


def test_multigoals_are_traced(travel: Domain, home: State) -> None:
    travel.add_operator(lambda state: setattr(state, "lamp", "on"), "light")
    travel.add_goal_method("lamp", lambda state, value: [("light",)], "switch")
    several = Multigoal({("at", "me"): "park", "lamp": "on"})
    result, told = trace(travel, (home, [several]))
    assert result.plan is not None
    assert replayed(told) == [("wait", "me"), ("ride", "me", "park"), ("light",)]
    assert kinds(told).count(EventKind.ALREADY_TRUE) == 1


def endless() -> Domain:
    """A task that first decomposes into itself."""
    domain = Domain("endless")
    domain.add_operator(lambda state: setattr(state, "done", True), "end")

    @domain.method("again")
    def deeper(state: State) -> Iterator[Any]:
        yield [("again",), ("end",)]

    return domain


def test_recursion_without_change_is_told_and_so_is_the_fair_order() -> None:
    domain = endless()
    result, told = trace(domain, ({"done": False}, [("again",)]))
    assert result.status is Status.INFEASIBLE
    assert kinds(told)[:5] == [
        EventKind.TAKEN_UP,
        EventKind.METHOD,
        EventKind.ALTERNATIVE,
        EventKind.RECURS,
        EventKind.BACKTRACKED,
    ]
    assert EventKind.FAIR_ORDER in kinds(told)
    domain.add_method("again", lambda state: [("end",)], "at last")
    result, told = trace(domain, ({"done": False}, [("again",)]))
    assert result.plan is not None and [action.name for action in result.plan.actions] == ["end"]


def test_a_search_that_begins_anew_is_told() -> None:
    """Counting down from where neither the first depth nor the first table suffices."""
    domain = Domain("well")
    domain.add_operator(lambda state: setattr(state, "depth", state.depth - 1), "climb")
    domain.add_method("leave", lambda state: [("climb",), ("leave",)] if state.depth else [], "up")
    result, told = trace(domain, ({"depth": 20_000}, [("leave",)]), events=1_000_000)
    assert result.plan is not None and len(result.plan.actions) == 20_000
    assert {EventKind.FAIR_ORDER, EventKind.BEGUN_ANEW} <= set(kinds(told))


def test_there_is_room_for_so_many_events(travel: Domain, home: State) -> None:
    whole = trace(travel, (home, [Task("travel", "me", "park")]))[1]
    result, told = trace(travel, (home, [Task("travel", "me", "park")]), events=3)
    assert result.status is Status.SOLVED
    assert told.events == (*whole.events[:3], whole.events[-1])
    assert told.dropped == len(whole.events) - 4
    assert [failure.path for failure in told.failures()] == [failure.path for failure in whole.failures()]


def test_budgets_hold(travel: Domain, home: State) -> None:
    result, told = trace(travel, (home, [Task("travel", "me", "park")]), Budget(expansions=2))
    assert result.status is Status.BUDGET_SPENT and told.events[-1].kind is EventKind.STOPPED


def test_costs_that_depend_on_the_state_are_those_of_the_domain(travel: Domain, home: State) -> None:
    tasks = [Task("travel", "me", "shop"), Task("travel", "me", "park")]
    assert trace(travel, (home, tasks))[0].plan == HierarchicalPlanner(travel).solve((home, tasks)).plan


def test_faults_of_a_domain_are_told_as_without_a_trace(travel: Domain, home: State) -> None:
    travel.add_method("lose", lambda state, one: [("walk", "me")], "badly")
    for task in (("lose", 1), ("lose", 1, 2), ("lsoe", 1), ("travel", "you", "park")):
        with pytest.raises(DomainError) as plain:
            HierarchicalPlanner(travel).solve((home, [task]))
        with pytest.raises(DomainError) as traced:
            trace(travel, (home, [task]))
        assert str(traced.value) == str(plain.value)


def test_neither_state_nor_domain_change(travel: Domain, home: State) -> None:
    before = dict(home)
    functions = {name: operator.function for name, operator in travel.operators.items()}
    trace(travel, (home, [Task("travel", "me", "park")]))
    assert dict(home) == before and home.trail is None
    assert {name: operator.function for name, operator in travel.operators.items()} == functions
