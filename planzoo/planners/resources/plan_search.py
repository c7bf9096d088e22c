"""The search for plans whose schedules keep all constraints: the first one, or the best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.meter import BudgetSpent, Lost, Meter
from planzoo.planners.htn.problem import plan_of
from planzoo.planners.htn.state import State
from planzoo.planners.resources.action_resources import ActionResources
from planzoo.planners.resources.constraints import Constraints
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.optimization import feasible_schedule, is_better, optimize_schedule
from planzoo.planners.resources.plan_project import needed_orders, plan_project
from planzoo.planners.resources.precedence import Circle
from planzoo.planners.resources.project import TooLate
from planzoo.planners.resources.pruned_search import PrunedSearch
from planzoo.planners.resources.resource_plan import ResourcePlan
from planzoo.planners.status import Status


@dataclass(frozen=True)
class PlanSearch:
    """What is searched for.

    Attributes:
        domain: the operators and methods.
        problem: the state, and the tasks and goals.
        actions: what actions take.
        constraints: what plan and schedule must keep.
        in_order: whether actions follow one another as in the plan, for whoever carries them out so.
    """

    domain: Domain
    problem: tuple[State, tuple[Any, ...]]
    actions: ActionResources
    constraints: Constraints
    in_order: bool = False

    def run(self, meter: Meter, objective: str | None, effort: Effort) -> ResourcePlan:
        """Searches for the first feasible plan, or with an objective for the best.

        Raises:
            DomainError: a fault of the domain.
        """
        state, tasks = self.problem
        pruned = PrunedSearch(self.domain, state.copy(), tasks, meter, self.actions, self.constraints)
        best, undecided, reason = ResourcePlan(Status.INFEASIBLE), "", ""
        try:
            for found in self._scheduled(pruned, objective, effort):
                if found.status is Status.BUDGET_SPENT:
                    undecided = "A schedule could not be decided within its effort."
                if found.schedule is None:
                    continue
                if objective is None:
                    return replace(found, status=Status.SOLVED)
                # What the search could not foresee is how long actions wait for resources.
                if best.schedule is None or is_better(found.schedule, best.schedule, objective):
                    best = found
                pruned.improve_on(objective, found.schedule)
        except (BudgetSpent, Lost) as spent:
            reason = str(spent)
        if not pruned.proven and not reason:
            reason = "A task that recurs below itself, or too deep, was left out."
        reason = reason or undecided
        if reason:
            return replace(best, status=Status.BUDGET_SPENT, reason=reason)
        return replace(best, status=Status.SOLVED) if best.schedule is not None else best

    def _scheduled(
        self, pruned: PrunedSearch, objective: str | None, effort: Effort
    ) -> Iterator[ResourcePlan]:
        """Schedules one plan after another."""
        state = self.problem[0]
        for tree in pruned.plans():
            plan = plan_of(self.domain, state.copy(), tree)
            orders = needed_orders(plan, self.domain, None if self.in_order else state)
            try:
                project = plan_project(plan, orders, self.actions, self.constraints)
            except (TooLate, Circle):
                continue
            if objective is None:
                found = feasible_schedule(project, effort)
            else:
                found = optimize_schedule(project, objective, effort)
            yield ResourcePlan(found.status, plan, found.schedule)
