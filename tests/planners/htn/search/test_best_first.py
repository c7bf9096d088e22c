"""Best-first search over decompositions: led by a heuristic, lazy, and at home in any state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import (
    BestFirst,
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


def grid() -> tuple[Domain, State]:
    """A walk on an open grid, one step a task; the methods name the worst directions first."""
    domain = Domain("grid")

    @domain.operator
    def step(state: State, way: tuple[int, int]) -> bool:
        place = (state.at["me"][0] + way[0], state.at["me"][1] + way[1])
        state.at["me"] = place
        return 0 <= place[0] < 12 and 0 <= place[1] < 12

    @domain.method("walk")
    def there(state: State, goal: tuple[int, int]) -> Any:
        return [] if state.at["me"] == goal else None

    @domain.method("walk")
    def on(state: State, goal: tuple[int, int]) -> Iterator[Any]:
        for way in ((-1, 0), (0, -1), (1, 0), (0, 1)):
            yield [("step", way), ("walk", goal)]

    return domain, State(at={"me": (0, 0)})


def manhattan(state: State, tasks: tuple[Any, ...]) -> float:
    return float(sum(abs(a - b) for a, b in zip(state.at["me"], tasks[-1][1], strict=True))) if tasks else 0.0


def test_a_good_heuristic_leads_straight_to_a_cheapest_plan() -> None:
    domain, state = grid()
    planner, tasks = HierarchicalPlanner(domain), [Task("walk", (9, 7))]
    led = planner.solve_best_first((state, tasks), BestFirst(manhattan))
    blind = planner.solve_best_first((state, tasks), BestFirst(manhattan, weight=0))
    for result in (led, blind):
        assert result.status is Status.SOLVED
        assert result.plan is not None
        assert result.plan.cost == 16
        assert validate(domain, state, tasks, result.plan) is None
    greedy = planner.solve_best_first((state, tasks), BestFirst(manhattan, weight=5))
    assert greedy.expansions < led.expansions < blind.expansions
    assert dict(state) == {("at", "me"): (0, 0)}


def test_an_infinite_estimate_ends_a_branch() -> None:
    domain, state = grid()
    never = BestFirst(lambda state, tasks: float("inf"))
    result = HierarchicalPlanner(domain).solve_best_first((state, [Task("walk", (1, 1))]), never)
    assert (result.status, result.plan) == (Status.INFEASIBLE, None)


def test_an_endless_method_is_asked_only_for_what_is_needed() -> None:
    domain, asked = Domain("lazy"), []
    domain.add_operator(lambda state, number: number == 3, "take")

    @domain.method("choose")
    def any_number(state: State) -> Iterator[Any]:
        number = 0
        while True:
            asked.append(number)
            yield [("take", number)]
            number += 1

    lead = BestFirst(lambda state, tasks: float(len(tasks)))
    result = HierarchicalPlanner(domain).solve_best_first(({}, [("choose",)]), lead)
    assert result.plan is not None
    assert result.plan.actions[0].arguments == (3,)
    assert max(asked) <= 8


def test_goals_and_multigoals(travel: Domain, home: State) -> None:
    for tasks in ([Goal(("at", "me"), "park")], [Multigoal({("at", "me"): "park"})]):
        result = HierarchicalPlanner(travel).solve_best_first((home, tasks), BestFirst(lambda s, t: 0.0))
        assert result.plan is not None
        assert [action.name for action in result.plan.actions] == ["wait", "ride"]
        assert validate(travel, home, tasks, result.plan) is None


def test_a_budget_and_faults(travel: Domain, home: State) -> None:
    planner, lead = HierarchicalPlanner(travel), BestFirst(lambda s, t: 0.0)
    spent = planner.solve_best_first((home, [Task("travel", "me", "park")]), lead, Budget(expansions=2))
    assert (spent.status, spent.plan) == (Status.BUDGET_SPENT, None)
    with pytest.raises(DomainError, match="did you mean 'travel'"):
        planner.solve_best_first((home, [Task("travle", "me", "park")]), lead)
    travel.add_method("meddle", lambda state: state.update(x=1) or [], "writes")
    with pytest.raises(DomainError, match="wrote into the state"):
        planner.solve_best_first((home, [Task("meddle")]), lead)
    travel.add_operator(lambda state: state.nothing, "ask")
    with pytest.raises(DomainError, match="Operator 'ask' raised AttributeError"):
        planner.solve_best_first((home, [Task("ask")]), lead)
    with pytest.raises(InputError, match="weight"):
        BestFirst(lambda s, t: 0.0, weight=-1)


def test_a_state_that_is_reached_again_at_less_cost_is_taken() -> None:
    domain = Domain("shop")
    domain.add_operator(lambda state: state.update(bread=True), "dear", cost=3)
    domain.add_operator(lambda state: state.update(bread=True), "cheap", cost=2)
    domain.add_method("buy", lambda state: ([(shop,)] for shop in ("dear", "cheap", "dear")), "anywhere")
    problem = (State(bread=False), [("buy",), ("buy",)])
    result = HierarchicalPlanner(domain).solve_best_first(problem, BestFirst(lambda state, tasks: 0.0))
    assert result.plan is not None
    assert [action.name for action in result.plan.actions] == ["cheap", "cheap"]
