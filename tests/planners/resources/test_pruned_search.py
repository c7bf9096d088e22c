"""A branch is left at the first violation, and nothing else is lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.planners.htn import Budget, Domain, State, Task
from planzoo.planners.htn.meter import BudgetSpent, Meter
from planzoo.planners.resources.action_resources import ActionResources
from planzoo.planners.resources.constraints import Constraints
from planzoo.planners.resources.project import Mode
from planzoo.planners.resources.pruned_search import PrunedSearch
from tests.planners.resources.shops import RESOURCES, Shop

TABLE = {resource.name: resource for resource in RESOURCES}


def search(shop: Shop, spend: Budget | None = None, **constraints: float) -> PrunedSearch:
    actions = ActionResources(TABLE, shop.needs)
    meter = Meter(spend or Budget())
    return PrunedSearch(
        shop.domain, shop.state.copy(), (shop.task,), meter, actions, Constraints(**constraints)
    )


def found(pruned: PrunedSearch) -> list[tuple[str, ...]]:
    return [tuple(tree.tasks[leaf][0] for leaf in tree.leaves) for tree in pruned.plans()]


def keeps(shop: Shop, plan: Sequence[str], budget: float) -> bool:
    """Executes a plan, one action after another, and counts everything by hand."""
    left, cost = {name: resource.initial_amount for name, resource in TABLE.items()}, 0.0
    for name in plan:
        operator = shop.domain.operators[name]
        cost += operator.cost
        for moment in (0, 1):
            for need in shop.needs[name]:
                left[need.resource] += need.changes(TABLE[need.resource])[moment]
                if not moment:
                    cost += need.cost(TABLE[need.resource], operator.duration)
            if min(left.values()) < 0 or (not moment and left["parts"] > TABLE["parts"].limit):
                return False  # what is made at the end may be taken at once by the next
    return cost <= budget


@pytest.mark.parametrize("seed", range(40))
def test_it_finds_exactly_the_plans_that_keep_everything(seed: int) -> None:
    shop, budget = Shop(seed), 20.0 + 3 * seed
    pruned = search(shop, budget=budget)
    assert found(pruned) == [plan for plan in shop.plans if keeps(shop, plan, budget)]
    assert pruned.proven


def test_the_shops_are_neither_free_nor_hopeless() -> None:
    kept = [sum(keeps(Shop(seed), plan, 20.0 + 3 * seed) for plan in Shop(seed).plans) for seed in range(40)]
    assert 0 in kept
    assert max(kept) > 5


def test_it_leaves_what_cannot_end_by_the_deadline() -> None:
    shop = Shop(7)
    all_plans = found(search(shop))
    times = {plan: critical_time(shop, plan) for plan in all_plans}
    assert len(set(times.values())) > 1
    for deadline in set(times.values()):
        kept = found(search(shop, deadline=deadline))
        assert kept == [plan for plan in all_plans if times[plan] <= deadline]


def critical_time(shop: Shop, plan: Sequence[str]) -> float:
    """Adds up jobs that wait for the one before them; the others begin at once."""
    longest, end = 0.0, 0.0
    for job, name in enumerate(plan):
        operator = shop.domain.operators[name]
        waits = "prior" in waits_for(shop, name, job)
        end = (end if waits else 0.0) + operator.duration
        longest = max(longest, end)
    return longest


def waits_for(shop: Shop, name: str, job: int) -> str:
    state = shop.state.copy()
    state.done[job - 1] = "marker"
    shop.domain.operators[name].function(state)
    return "prior" if isinstance(state.done[job], tuple) and state.done[job][1] == "marker" else ""


def test_a_bound_leaves_what_is_not_better() -> None:
    shop = Shop(7)
    plans = found(search(shop))
    times = {plan: critical_time(shop, plan) for plan in plans}
    costs = {plan: sum(least_cost(shop, name) for name in plan) for plan in plans}
    assert len(set(costs.values())) > 1
    for bound in {*times.values(), *costs.values()}:
        quick, cheap = search(shop), search(shop)
        quick.most_time, cheap.most_cost = bound, bound
        assert found(quick) == [plan for plan in plans if times[plan] < bound]
        assert found(cheap) == [plan for plan in plans if costs[plan] < bound]


def least_cost(shop: Shop, name: str) -> float:
    """Adds up what an operator and all that it takes cost."""
    operator = shop.domain.operators[name]
    return operator.cost + sum(
        need.cost(TABLE[need.resource], operator.duration) for need in shop.needs[name]
    )


def test_the_search_stops_at_its_budget() -> None:
    with pytest.raises(BudgetSpent):
        found(search(Shop(1, jobs=6), Budget(expansions=20)))


def test_what_is_ignored_counts_as_plenty() -> None:
    shop = next(Shop(seed) for seed in range(99) if len(found(search(Shop(seed)))) < 5)
    actions = ActionResources(TABLE, shop.needs)
    for name in TABLE:
        actions = actions.without(name)
    meter = Meter(Budget())
    pruned = PrunedSearch(shop.domain, shop.state.copy(), (shop.task,), meter, actions, Constraints())
    assert found(pruned) == shop.plans


def digging(times: int, constraints: Constraints, modes: Sequence[Mode]) -> bool:
    """Says whether so many digs, one after another, are left a plan."""
    domain = Domain("digging")

    def dig(state: State) -> None:
        state.depth["hole"] = state.depth["hole"] + 1

    domain.add_operator(dig, "dig", cost=1, duration=4)
    domain.add_method("all", lambda state: [Task("dig")] * times, "in order")
    needs = {"dig": (ResourceRequirement("crew", 1),)}
    actions = ActionResources(TABLE, needs, {"dig": tuple(modes)})
    state = State(depth={"hole": 0})
    pruned = PrunedSearch(domain, state, (Task("all"),), Meter(Budget()), actions, constraints)
    return bool(list(pruned.plans()))


def test_the_quickest_mode_decides_about_the_deadline() -> None:
    machine = Mode(1, cost=50)
    assert [digging(2, Constraints(deadline=days), (machine,)) for days in (1, 2, 7, 8)] == [0, 1, 1, 1]
    assert [digging(2, Constraints(deadline=days), ()) for days in (7, 8)] == [False, True]


def test_the_cheapest_mode_decides_about_the_budget() -> None:
    # A dig costs 1, and 4 days of the crew for 2 each.
    machine = Mode(1, cost=50)
    assert [digging(2, Constraints(budget=money), (machine,)) for money in (17, 18)] == [False, True]
    assert [digging(2, Constraints(budget=money), (Mode(1, cost=5),)) for money in (9, 10)] == [False, True]


@pytest.mark.parametrize(
    ("need", "most"),
    [
        (ResourceRequirement("parts", 1), 2),
        (ResourceRequirement("parts", 3, "start", produces=True), 1),
        (ResourceRequirement("fuel", 3, "end"), 2),
    ],
)
def test_what_one_mode_does_without_is_not_held_against_another(need: ResourceRequirement, most: int) -> None:
    """A mode that takes too much ends the search only where there is no other."""
    needy, frugal = Mode(1, (need,)), Mode(9)
    domain = Domain("one way")
    domain.add_operator(_nothing, "dig", duration=1)
    domain.add_method("all", lambda state, times: [Task("dig")] * times, "in order")

    def is_planned(times: int, modes: Sequence[Mode]) -> bool:
        actions = ActionResources(TABLE, lambda action: modes[0].requirements, {"dig": modes[1:]})
        problem = State(x={}), (Task("all", times),), Meter(Budget()), actions, Constraints()
        return bool(list(PrunedSearch(domain, *problem).plans()))

    assert is_planned(most, (needy,)) and not is_planned(most + 1, (needy,))
    assert is_planned(9, (needy, frugal)) and is_planned(9, (frugal, needy))


@pytest.mark.parametrize(
    "need", [ResourceRequirement("parts", 2), ResourceRequirement("parts", 2, "start", produces=True)]
)
def test_what_an_earlier_action_may_have_done_without_counts(need: ResourceRequirement) -> None:
    """There are 2 parts and room for 5, so that 2 can be taken, or made, once only."""
    domain = Domain("twice")
    for name in ("first", "second"):
        domain.add_operator(_nothing, name, duration=1)
    domain.add_method("all", lambda state: [Task("first"), Task("second")], "in order")
    for modes, is_planned in (((), False), ((Mode(1),), True)):
        actions = ActionResources(TABLE, lambda action: (need,), {"first": modes})
        problem = State(x={}), (Task("all"),), Meter(Budget()), actions, Constraints()
        assert bool(list(PrunedSearch(domain, *problem).plans())) == is_planned


def _nothing(state: State) -> None:
    """Does nothing."""
