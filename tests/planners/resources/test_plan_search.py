"""The search for plans and their schedules together."""

from __future__ import annotations

from planzoo.planners.htn import Budget
from planzoo.planners.htn.meter import Meter
from planzoo.planners.resources.action_resources import ActionResources
from planzoo.planners.resources.constraints import Constraints
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.plan_conflict import plan_conflict
from planzoo.planners.resources.plan_search import PlanSearch
from planzoo.planners.status import Status
from tests.planners.resources.shops import RESOURCES, Shop

EXACT = Effort(milliseconds=5_000, solver="exact")


def search(shop: Shop, **constraints: float) -> PlanSearch:
    actions = ActionResources({each.name: each for each in RESOURCES}, shop.needs)
    return PlanSearch(shop.domain, (shop.state, (shop.task,)), actions, Constraints(**constraints))


def test_a_worse_schedule_never_takes_a_better_ones_place() -> None:
    """The search cannot foresee how long actions wait, so later plans may turn out worse."""
    shop = Shop(9, jobs=3, ways=2)
    found = search(shop, budget=60).run(Meter(Budget()), "minimize_time", EXACT)
    assert found.status is Status.SOLVED
    assert found.makespan == 6


def test_the_problem_stays_as_it_was() -> None:
    shop = Shop(3)
    search(shop).run(Meter(Budget()), "minimize_cost", EXACT)
    assert shop.state == Shop(3).state


def test_a_spent_budget_gives_the_best_so_far() -> None:
    shop = Shop(5, jobs=6)
    meter = Meter(Budget(expansions=60))
    found = search(shop).run(meter, "minimize_cost", EXACT)
    assert found.status is Status.BUDGET_SPENT
    assert "60 expansions" in found.reason


def test_constraints_of_a_conflict_are_each_needed() -> None:
    hopeless = search(Shop(3), budget=10, deadline=3)
    assert hopeless.run(Meter(Budget()), None, EXACT).status is Status.INFEASIBLE
    conflict = plan_conflict(hopeless, Budget(), EXACT)
    assert conflict
    assert set(conflict) <= {
        "budget 10",
        "deadline 3",
        "8 of fuel at first",
        "3 of crew at a time",
        "2 of parts at first, store for 5",
    }
