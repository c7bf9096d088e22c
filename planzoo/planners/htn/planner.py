"""The hierarchical planner: from a problem to a plan with its decomposition tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.meter import BudgetSpent, Meter
from planzoo.planners.htn.problem import checked_problem, plan_of
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.search.best_first import BestFirst, BestFirstSearch
from planzoo.planners.htn.search.branch_and_bound import Objective
from planzoo.planners.htn.search.diversity import PlanSet, diverse_plans
from planzoo.planners.htn.search.first_plan import FirstPlan
from planzoo.planners.htn.search.optimization import improving_plans
from planzoo.planners.htn.task import Problem
from planzoo.planners.status import Status

AnyProblem = Problem | tuple[Mapping[Any, Any], Sequence[tuple[Any, ...]]]
"""A :class:`Problem`, or a plain pair of a state (or another mapping) and a list of tasks."""


class HierarchicalPlanner:
    """Finds plans; complete: when a decomposition exists it is found, within the budget.

    Every method takes the state of the problem as it is and leaves it unchanged, and raises

    - ``InputError`` when the problem is no pair of a state and a list of tasks,
    - ``DomainError`` for an unknown task, a wrong number of arguments, or a function of the domain that
      raised, with the path through the decomposition.

    Args:
        domain: what may be done. Shared by any number of planners and threads; a planner keeps nothing
            between calls.
    """

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def solve(self, problem: AnyProblem, budget: Budget | None = None) -> Result:
        """Searches for a plan: the first in the order of the methods and their alternatives.

        Args:
            problem: the state, and the tasks and goals to accomplish in order.
            budget: bounds of the search; None for the default depth and unbounded time.
        """
        meter = Meter(budget or Budget())
        state, tasks = checked_problem(problem)
        return FirstPlan(self.domain, state, tasks, meter).result()

    def solve_best_first(self, problem: AnyProblem, lead: BestFirst, budget: Budget | None = None) -> Result:
        """Searches where the cost so far plus a heuristic is smallest.

        Args:
            problem: the state, and the tasks and goals to accomplish in order.
            lead: the heuristic, its weight, and what an action costs.
            budget: bounds of the search.
        """
        meter = Meter(budget or Budget())
        state, tasks = checked_problem(problem)
        search = BestFirstSearch(self.domain, state.copy(), tasks, meter, lead)
        try:
            tree = search.run()
        except BudgetSpent as spent:
            return Result(Status.BUDGET_SPENT, None, meter.expansions, meter.seconds, str(spent))
        if tree is None:
            reason = "Every decomposition fails."
            return Result(Status.INFEASIBLE, None, meter.expansions, meter.seconds, reason)
        plan = plan_of(self.domain, state, tree)
        return Result(Status.SOLVED, plan, meter.expansions, meter.seconds)

    def improve(
        self, problem: AnyProblem, objective: Objective | None = None, budget: Budget | None = None
    ) -> Iterator[Result]:
        """Gives better and better plans as they are found; whoever has enough stops asking.

        Args:
            problem: the state, and the tasks and goals to accomplish in order.
            objective: what shall be small; None for the cost.
            budget: bounds of the whole search.

        Yields:
            A result for each plan that is better than those before, with status BUDGET_SPENT as the search
            could go on; and a last one with the best plan: SOLVED when it is proven to be the best,
            BUDGET_SPENT when not, INFEASIBLE when there is no plan at all.
        """
        state, tasks = checked_problem(problem)
        meter = Meter(budget or Budget())
        return improving_plans(self.domain, state, tasks, meter, objective or Objective())

    def optimize(
        self, problem: AnyProblem, objective: Objective | None = None, budget: Budget | None = None
    ) -> Result:
        """Gives the best plan that the budget allows for: the last result of :meth:`improve`."""
        *_, last = self.improve(problem, objective, budget)
        return last

    def plans(
        self, problem: AnyProblem, count: int, budget: Budget | None = None, distance: float = 0.0
    ) -> PlanSet:
        """Searches for several plans.

        Args:
            problem: the state, and the tasks and goals to accomplish in order.
            count: how many plans are wanted, at least 1.
            budget: bounds of the whole search.
            distance: how far any two of them shall be apart, 0 to 1: the share of their actions (of both
                together) that only one of them has. With 0 they merely differ.

        Returns:
            The plans, the first in the order of the methods at the head. SOLVED when there are as many as
            wanted; INFEASIBLE when it is proven that there are no more that are that far from the earlier
            ones; else BUDGET_SPENT.

        Raises:
            InputError: the count is below 1 or the distance not within 0 to 1.
        """
        state, tasks = checked_problem(problem)
        meter = Meter(budget or Budget())
        return diverse_plans(self.domain, state, tasks, meter, count, distance)
