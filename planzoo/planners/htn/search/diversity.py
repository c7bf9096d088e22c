"""Several plans for one problem, as far apart as asked.

Source: Srivastava, Nguyen, Gerevini, Kambhampati, Do and Serina, Domain independent approaches for finding
diverse plans (2007): the distance of plans as sets of actions, and one plan after another with a preference
for actions that the earlier ones lack; the preference is here the objective of a branch-and-bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.meter import BudgetSpent, Meter
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.problem import plan_of
from planzoo.planners.htn.search.branch_and_bound import BranchAndBound, Objective
from planzoo.planners.htn.search.depth_first import Search
from planzoo.planners.htn.search.first_plan import FirstPlan
from planzoo.planners.htn.state import State
from planzoo.planners.status import Status


@dataclass(frozen=True)
class PlanSet:
    """Several plans.

    Attributes:
        status: SOLVED when there are as many as wanted; INFEASIBLE when it is proven that no further one is
            far enough from these; else BUDGET_SPENT.
        plans: the plans, in the order in which they were found.
        expansions: tasks that the search took up.
        seconds: wall-clock time of the whole call.
        reason: empty when solved; else what stopped the search.
    """

    status: Status
    plans: tuple[Plan, ...]
    expansions: int
    seconds: float
    reason: str = ""


def plan_distance(plan: Plan, other: Plan) -> float:
    """Gives how far two plans are apart: the share of their actions, of both together, that only one has.

    Actions are compared by name and arguments and counted as often as they occur: 0 for the same actions in
    any order, 1 for none in common (the Jaccard distance of multisets).
    """
    mine, others = (Counter(map(_step, entry.actions)) for entry in (plan, other))
    union = (mine | others).total()
    return 1 - (mine & others).total() / union if union else 0.0


def diverse_plans(
    domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter, count: int, distance: float
) -> PlanSet:
    """Searches for several plans; see ``HierarchicalPlanner.plans``.

    Raises:
        InputError: the count is below 1 or the distance not within 0 to 1.
    """
    if count < 1 or not 0 <= distance <= 1:
        raise InputError(
            f"plans(count={count!r}, distance={distance!r}): the count is at least 1, the distance 0 to 1."
        )
    first = FirstPlan(domain, state.copy(), tasks, meter).result()
    plans = [first.plan] if first.plan else []
    status, reason = first.status, first.reason
    everything = _all(domain, state.copy(), tasks, meter)
    try:
        while plans and len(plans) < count:
            candidates = [everything]
            if distance > 0:
                candidates.insert(0, _ever_less_alike(domain, state.copy(), tasks, meter, plans))
            plan = _first_apart(chain.from_iterable(candidates), plans, distance)
            if plan is None:
                status, reason = (
                    Status.INFEASIBLE,
                    "There is no further plan that is that far from the others.",
                )
                break
            plans.append(plan)
    except BudgetSpent as spent:
        status, reason = Status.BUDGET_SPENT, str(spent)
    return PlanSet(status, tuple(plans), meter.expansions, meter.seconds, reason)


def _first_apart(candidates: Iterable[Plan], plans: list[Plan], distance: float) -> Plan | None:
    """Gives the first plan that is far enough from the others; None when there is none."""
    for plan in candidates:
        if all(_apart(plan, other, distance) for other in plans):
            return plan
    return None


def _apart(plan: Plan, other: Plan, distance: float) -> bool:
    return list(map(_step, plan.actions)) != list(map(_step, other.actions)) and (
        plan_distance(plan, other) >= distance
    )


def _all(domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter) -> Iterator[Plan]:
    """Gives every plan, in the order of the methods and their alternatives."""
    search = Search(domain, state, tasks, meter, meter.budget.depth)
    search.skips = True
    beginning = state.copy()
    found = search.run()
    while found:
        yield plan_of(domain, beginning.copy(), search.decomposition())
        found = search.resume()
    if search.skipped:
        raise BudgetSpent("Tasks that recur below themselves, or too deep, were left out.")


def _ever_less_alike(
    domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter, plans: Iterable[Plan]
) -> Iterator[Plan]:
    """Gives plans that have fewer and fewer actions in common with the others."""
    known = Counter(step for plan in plans for step in set(map(_step, plan.actions)))
    objective = Objective(lambda action: float(known[_step(action)]))
    beginning = state.copy()
    for tree in BranchAndBound(domain, state, tasks, meter, objective).plans():
        yield plan_of(domain, beginning.copy(), tree)


def _step(action: Action) -> tuple[Any, ...]:
    return action.name, action.arguments
