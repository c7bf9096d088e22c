"""From the first plan to the best one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.meter import BudgetSpent, Lost, Meter
from planzoo.planners.htn.plan import Decomposition, Plan
from planzoo.planners.htn.problem import plan_of
from planzoo.planners.htn.result import Result
from planzoo.planners.htn.search.branch_and_bound import BranchAndBound, Objective
from planzoo.planners.htn.search.first_plan import ROOM, FirstPlan
from planzoo.planners.htn.search.tabling import Tabling
from planzoo.planners.htn.state import State
from planzoo.planners.status import Status

UNPROVEN = "A task that recurs below itself, or too deep, was left out, so a better plan may exist."


def improving_plans(
    domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter, objective: Objective
) -> Iterator[Result]:
    """Gives better and better plans; see ``HierarchicalPlanner.improve``.

    The first plan comes from the complete search, the better ones from branch-and-bound. Where that cannot
    prove the last one the best, because tasks recur below themselves, a table of the cheapest outcomes of
    every task decides.
    """
    first = FirstPlan(domain, state.copy(), tasks, meter).result()
    if first.plan is None:
        yield first
        return
    yield _interim(first.plan, meter)
    best = first.plan
    search = BranchAndBound(domain, state.copy(), tasks, meter, objective)
    try:
        for tree in search.plans(search.value_of(best, state)):
            best = plan_of(domain, state.copy(), tree)
            yield _interim(best, meter)
        if not search.proven:
            tree_or_none = _cheapest(domain, state, tasks, meter, objective)
            best = plan_of(domain, state.copy(), tree_or_none) if tree_or_none else best
    except (BudgetSpent, Lost) as spent:
        yield Result(Status.BUDGET_SPENT, best, meter.expansions, meter.seconds, str(spent))
        return
    yield Result(Status.SOLVED, best, meter.expansions, meter.seconds)


def _interim(plan: Plan, meter: Meter) -> Result:
    return Result(Status.BUDGET_SPENT, plan, meter.expansions, meter.seconds, "The search can go on.")


def _cheapest(
    domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter, objective: Objective
) -> Decomposition | None:
    """Finds a cheapest plan of all, whatever recurs."""
    if objective.measure is None:
        raise Lost(UNPROVEN)
    table = Tabling(domain, state.copy(), tasks, meter, ROOM)
    table.measure = objective.measure
    return table.run()
