"""Better and better plans: exact optima of random domains, with recursion too, and anytime behaviour."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import (
    BestFirst,
    Budget,
    Domain,
    HierarchicalPlanner,
    Objective,
    State,
    Status,
    Task,
    validate,
)
from tests.planners.htn.networks import OPERATORS, Network, cheapest_ends, domain_of, networks

COSTS = st.fixed_dictionaries({name: st.integers(0, 5).map(float) for name in OPERATORS})


def priced(network: Network, costs: dict[str, float]) -> Domain:
    """The network's domain, with costs."""
    free = domain_of(network[0], network[1])
    domain = Domain("priced")
    for name, operator in free.operators.items():
        domain.add_operator(operator.function, name, cost=costs[name])
    for task, methods in free.methods.items():
        for method in methods:
            domain.add_method(task, method.function, method.name)
    return domain


def agree_with_the_optimum(network: Network, costs: dict[str, float]) -> None:
    ends = cheapest_ends(*network, costs)
    domain, tasks = priced(network, costs), [(name,) for name in network[3]]
    planner, problem = HierarchicalPlanner(domain), (State(network[2]), tasks)
    # Free actions may recur until depth or budget end it, in a search that keeps no table.
    terminates = all(costs.values())
    budget = Budget(depth=30) if terminates else Budget(depth=30, expansions=50_000)
    results = [planner.optimize(problem, budget=budget)]
    if terminates:
        results.append(
            planner.solve_best_first(problem, BestFirst(lambda state, tasks: 0.0), Budget(expansions=300))
        )
    for result in results:
        if result.status is Status.BUDGET_SPENT:
            continue
        assert result.status is (Status.SOLVED if ends else Status.INFEASIBLE)
        if result.plan is not None:
            assert result.plan.cost == min(ends.values())
            assert validate(domain, network[2], tasks, result.plan) is None
    assert not terminates or results[0].status is not Status.BUDGET_SPENT


@settings(max_examples=200, deadline=None)
@given(networks(recursive=False), COSTS)
def test_optimal_on_random_domains(network: Network, costs: dict[str, float]) -> None:
    agree_with_the_optimum(network, costs)


@settings(max_examples=60, deadline=None)
@given(networks(recursive=True), COSTS)
def test_optimal_on_random_domains_with_recursion(network: Network, costs: dict[str, float]) -> None:
    agree_with_the_optimum(network, costs)


@pytest.mark.long
@settings(max_examples=3000, deadline=None)
@given(networks(recursive=True), COSTS)
def test_optimal_on_many_random_domains_with_recursion(network: Network, costs: dict[str, float]) -> None:
    agree_with_the_optimum(network, costs)


def test_each_plan_is_better_than_the_one_before(travel: Domain, home: State) -> None:
    problem = (home, [Task("travel", "me", "shop"), Task("travel", "me", "park")])
    results = list(HierarchicalPlanner(travel).improve(problem, Objective("duration")))
    assert [result.plan.duration for result in results if result.plan] == [26.0, 12.0, 12.0]
    assert [result.status for result in results] == [Status.BUDGET_SPENT] * 2 + [Status.SOLVED]
    cheapest = HierarchicalPlanner(travel).optimize(problem)
    assert cheapest.plan is not None
    assert (cheapest.status, cheapest.plan.cost) == (Status.SOLVED, 10.0)


def knapsack() -> tuple[Domain, State, list[Any]]:
    """Of 24 pairs of prices one of each must be paid: 2^24 plans, the best one by hand."""
    domain = Domain("prices")
    domain.add_operator(
        lambda state, item, price: state.update(paid=item), "pay", cost=lambda state, item, price: price
    )

    @domain.method("buy")
    def dear_first(state: State, item: int) -> Any:
        if item == 24:
            return
        for price in (7, 2 + item % 3):
            yield [("pay", item, price), ("buy", item + 1)]

    domain.add_method("buy", lambda state, item: [] if item == 24 else None, "enough")
    return domain, State(paid=-1), [("buy", 0)]


def test_an_interrupted_search_gives_its_best_so_far() -> None:
    domain, state, tasks = knapsack()
    result = HierarchicalPlanner(domain).optimize((state, tasks), budget=Budget(expansions=3000))
    assert result.status is Status.BUDGET_SPENT
    assert result.plan is not None
    assert 24 * 7 > result.plan.cost > 72
    assert "3000 expansions" in result.reason


def test_a_lower_bound_leaves_out_most_of_the_search() -> None:
    domain, state, tasks = knapsack()
    bound = Objective(lower_bound=lambda state: sum(2 + item % 3 for item in range(state.paid + 1, 24)))
    result = HierarchicalPlanner(domain).optimize((state, tasks), bound, Budget(expansions=20_000))
    assert result.plan is not None
    assert (result.status, result.plan.cost) == (Status.SOLVED, 72.0)


def test_what_is_minimized_can_be_any_function_of_an_action(travel: Domain, home: State) -> None:
    problem = (home, [Task("travel", "me", "shop")])
    result = HierarchicalPlanner(travel).optimize(problem, Objective(lambda action: action.name == "walk"))
    assert result.plan is not None
    assert [action.name for action in result.plan.actions] == ["wait", "ride"]
    with pytest.raises(InputError, match="no objective 'price'"):
        Objective("price")


def test_no_plan_is_told_at_once(travel: Domain, home: State) -> None:
    home.cash["me"] = 1
    results = list(HierarchicalPlanner(travel).improve((home, [Task("travel", "me", "park")])))
    assert [result.status for result in results] == [Status.INFEASIBLE]
