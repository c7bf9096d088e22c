"""Why there is no plan, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.result import Budget
from planzoo.planners.resources.conflict import Group, smallest_conflict
from planzoo.planners.resources.constraint_words import constraint_groups, resource_words
from planzoo.planners.resources.constraints import Constraints
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.plan_search import PlanSearch
from planzoo.planners.status import Status


def plan_conflict(search: PlanSearch, budget: Budget, effort: Effort) -> tuple[str, ...]:
    """Gives a smallest set of constraints that cannot be kept together, in words.

    Args:
        search: an infeasible one.
        budget: bounds of each search for a plan that keeps fewer of them.
        effort: what each schedule may cost.

    Returns:
        Nothing when the tasks have no plan whatever the resources.
    """

    def is_infeasible(relaxed: PlanSearch) -> bool:
        return relaxed.run(Meter(budget), None, effort).status is Status.INFEASIBLE

    return smallest_conflict(search, list(_groups(search)), is_infeasible)


def _groups(search: PlanSearch) -> Iterator[Group[PlanSearch]]:
    for words, relax in constraint_groups(search.constraints):
        yield words, partial(_with_constraints, relax=relax)
    for name, resource in search.actions.resources.items():
        yield resource_words(resource), partial(_without_resource, name=name)


def _with_constraints(search: PlanSearch, relax: Callable[[Constraints], Constraints]) -> PlanSearch:
    return replace(search, constraints=relax(search.constraints))


def _without_resource(search: PlanSearch, name: str) -> PlanSearch:
    return replace(search, actions=search.actions.without(name))
