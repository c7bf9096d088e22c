"""Contingent planning: the plan that says what to do after every result, of the highest expected utility.

The search is AO* with bounds (:mod:`planzoo.planners.pomdp.and_or_search`): exact when it may take its time,
and at any moment before it has a plan, its value, and a bound on what any plan could be worth. See Bonet and
Geffner, "Planning with incomplete information as heuristic search in belief space", AIPS 2000, for searching
beliefs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TypeGuard, cast

import numpy as np

from planzoo.errors import InputError
from planzoo.planners.pomdp.and_or_search import VALUE_TOLERANCE, Alternative, AndOrSearch, SearchPoint
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.information_problem import DepthLimited, InformationProblem
from planzoo.planners.pomdp.problem import Evidence, TestingProblem
from planzoo.planners.pomdp.testing_information import TestingInformation
from planzoo.planners.status import Status

__all__ = ["VALUE_TOLERANCE", "ContingentPlanner", "ContingentPlanning", "SearchBudget"]


@dataclass(frozen=True)
class SearchBudget:
    """What a search may spend; None sets no bound.

    Attributes:
        expansions: nodes whose actions are tried.
        milliseconds: of wall-clock time.

    Raises:
        InputError: a bound is negative.
    """

    expansions: int | None = None
    milliseconds: float | None = None

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.expansions, self.milliseconds) if bound is not None]
        if not all(bound >= 0 for bound in bounds):
            raise InputError("A search budget must not be negative; None sets no bound.")

    @property
    def is_bounded(self) -> bool:
        """Whether there is any bound."""
        return self.expansions is not None or self.milliseconds is not None


@dataclass(frozen=True)
class ContingentPlanning:
    """What :meth:`ContingentPlanner.solve` found.

    Attributes:
        status: how the search ended.
        plan: the best plan found; None when the problem is infeasible.
        expected_utility: of the plan: utilities minus costs; minus infinity without a plan.
        expansions: nodes whose actions were tried.
        seconds: of wall-clock time.
        lower_bound: of the best plan's value: what the plan found is worth.
        upper_bound: of the best plan's value; equal to the lower one, up to the tolerance, when solved.
        trace: how the bounds came together.
        alternatives: what each first action is worth, the best first; empty if the search never tried them.
    """

    status: Status
    plan: ContingentPlan | None
    expected_utility: float
    expansions: int
    seconds: float
    lower_bound: float = -np.inf
    upper_bound: float = -np.inf
    trace: tuple[SearchPoint, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


class ContingentPlanner:
    """Finds the contingent plan of the highest expected utility.

    Among equals it prefers to end it at once, then the action of the lowest number; the same problem always
    gives the same plan.

    Args:
        depth: tests that a plan may do one after another; None for as many as the problem has time for.
        tolerance: the plan may be worth less than the best by no more than this; 0 for an exact optimum.

    Raises:
        InputError: the depth or the tolerance is negative.
    """

    def __init__(self, depth: int | None = None, tolerance: float = 0.0) -> None:
        if depth is not None and depth < 0:
            raise InputError(f"The depth of a contingent plan must not be negative, and {depth} is.")
        if not tolerance >= 0:
            raise InputError(f"The tolerance of a search must be 0 or more, and {tolerance} is not.")
        self.depth = depth
        self.tolerance = tolerance

    def solve(
        self,
        problem: TestingProblem | InformationProblem,
        budget: SearchBudget | None = None,
        evidence: Evidence = (),
    ) -> ContingentPlanning:
        """Searches for the best plan.

        Args:
            problem: the tables, or what can be known and done.
            budget: what the search may spend; an interrupted one gives the best plan so far.
            evidence: the results so far, for a problem of tables.

        Raises:
            InputError: there is evidence for a problem that is not one of tables.
        """
        started, budget = time.perf_counter(), budget or SearchBudget()
        search = self.search(problem, evidence)
        if search is None:
            return ContingentPlanning(Status.INFEASIBLE, None, -np.inf, 0, time.perf_counter() - started)
        left = None
        if budget.milliseconds is not None:
            left = max(0.0, budget.milliseconds - (time.perf_counter() - started) * 1000)
        solved = search.run(budget.expansions, left)
        plan, alternatives = search.plan(), tuple(search.alternatives())
        search.close()
        return ContingentPlanning(
            Status.SOLVED if solved else Status.BUDGET_SPENT,
            plan,
            plan.expected_utility,
            search.expansions,
            time.perf_counter() - started,
            search.lower_bound,
            search.upper_bound,
            tuple(search.trace),
            alternatives,
        )

    def search(
        self, problem: TestingProblem | InformationProblem, evidence: Evidence = ()
    ) -> AndOrSearch | None:
        """Gives the search for the best plan, to be run in slices; None if there is nothing that can be done.

        Raises:
            InputError: there is evidence for a problem that is not one of tables.
        """
        if _has_tables(problem):
            tables = TestingInformation(problem, self.depth, evidence)
            return AndOrSearch(tables, self.tolerance) if tables.is_feasible else None
        if evidence:
            raise InputError("Evidence goes with a problem of tables; another one begins with what it knows.")
        information = cast("InformationProblem", problem)
        if not information.choices(information.initial()):
            return None
        limited = information if self.depth is None else DepthLimited(information, self.depth)
        return AndOrSearch(limited, self.tolerance)


def _has_tables(problem: TestingProblem | InformationProblem) -> TypeGuard[TestingProblem]:
    return hasattr(problem, "outcome_beliefs")
