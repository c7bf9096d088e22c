"""Exact contingent planning: an AND/OR search over tests (OR) and their outcomes (AND).

Each node is the set of results so far; as results do not change, every order of the same tests leads to the
same node, which is solved once. A test is not expanded when even perfect information for its cost could not
beat the best action found so far. See Nilsson, "Principles of Artificial Intelligence", 1980, chapter 3, for
AND/OR trees, and Bonet and Geffner, "Planning with incomplete information as heuristic search in belief
space", AIPS 2000, for searching beliefs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.problem import (
    Evidence,
    Probabilities,
    TestingProblem,
    affordable_tests,
    best_treatment,
    extended,
    remaining_budget,
    uses_up_budget,
)
from planzoo.planners.status import Status

VALUE_TOLERANCE = 1e-12
"""A test must be better than a treatment by more than this to be done."""


@dataclass(frozen=True)
class SearchBudget:
    """What a search may spend; None sets no bound.

    Attributes:
        expansions: nodes whose tests are tried.
        milliseconds: of wall-clock time.

    Raises:
        InputError: a bound is negative.
    """

    expansions: int | None = None
    milliseconds: float | None = None

    def __post_init__(self) -> None:
        if min(self.expansions or 0, self.milliseconds or 0) < 0:
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
        expected_utility: of the plan: treatment minus costs of tests; minus infinity without a plan.
        expansions: nodes whose tests were tried.
        seconds: of wall-clock time.
    """

    status: Status
    plan: ContingentPlan | None
    expected_utility: float
    expansions: int
    seconds: float


class ContingentPlanner:
    """Finds the contingent plan of the highest expected utility.

    Args:
        depth: tests that a plan may do one after another; None for as many as the problem has time for.

    Raises:
        InputError: the depth is negative.
    """

    def __init__(self, depth: int | None = None) -> None:
        if depth is not None and depth < 0:
            raise InputError(f"The depth of a contingent plan must not be negative, and {depth} is.")
        self.depth = depth

    def solve(
        self, problem: TestingProblem, budget: SearchBudget | None = None, evidence: Evidence = ()
    ) -> ContingentPlanning:
        """Searches for the best plan after some results.

        With a bounded budget the search deepens test by test, so that an interrupted one has a plan to give.

        Args:
            problem: the tables.
            budget: what the search may spend.
            evidence: the results so far.
        """
        meter = _Meter(budget or SearchBudget())
        if not len(problem.treatments) or remaining_budget(problem, evidence) < -VALUE_TOLERANCE:
            return ContingentPlanning(Status.INFEASIBLE, None, -np.inf, 0, meter.seconds)
        evidence = tuple(sorted(evidence))
        most = max(0, problem.max_tests - len(evidence))
        depth = most if self.depth is None else min(self.depth, most)
        best: _Search | None = None
        for limit in range(depth + 1) if meter.budget.is_bounded else (depth,):
            search = _Search(problem, len(evidence) + limit, meter)
            search.value(evidence, problem.belief(evidence))
            if best is None or search.decisions[evidence].value > best.decisions[evidence].value:
                best = search
            if meter.was_refused:
                break
        assert best is not None
        plan = best.plan(evidence, problem.belief(evidence), 1.0)
        status = Status.BUDGET_SPENT if meter.was_refused else Status.SOLVED
        return ContingentPlanning(status, plan, plan.expected_utility, meter.expansions, meter.seconds)


class _Decision(NamedTuple):
    value: float
    action: int
    """A test, or T + a treatment."""


class _Meter:
    """Counts expansions and time against a budget."""

    def __init__(self, budget: SearchBudget) -> None:
        self.budget = budget
        self.started = time.perf_counter()
        self.expansions = 0
        self.was_refused = False

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    @property
    def is_spent(self) -> bool:
        limit, milliseconds = self.budget.expansions, self.budget.milliseconds
        return (limit is not None and self.expansions >= limit) or (
            milliseconds is not None and self.seconds * 1000 >= milliseconds
        )

    def grants_expansion(self) -> bool:
        if self.is_spent:
            self.was_refused = True
            return False
        self.expansions += 1
        return True


class _Search:
    """One depth-first search down to a number of results, with the decisions that it made."""

    def __init__(self, problem: TestingProblem, max_results: int, meter: _Meter) -> None:
        self.problem = problem
        self.max_results = max_results
        self.meter = meter
        self.decisions: dict[Evidence, _Decision] = {}
        self.best_utilities = np.maximum(problem.utilities.max(axis=1), problem.untreated)

    def value(self, evidence: Evidence, belief: Probabilities) -> float:
        """Solves the node of some results: OR."""
        if evidence not in self.decisions:
            self.decisions[evidence] = self._decide(evidence, belief)
        return self.decisions[evidence].value

    def _decide(self, evidence: Evidence, belief: Probabilities) -> _Decision:
        problem = self.problem
        treatment, value = best_treatment(problem, belief)
        best = _Decision(value, len(problem.tests) + treatment)
        tests = affordable_tests(problem, evidence) if len(evidence) < self.max_results else []
        if not tests or not self.meter.grants_expansion():
            return best
        perfect = float(belief @ self.best_utilities)
        for test in tests:
            if perfect - float(problem.test_costs[test]) > best.value + VALUE_TOLERANCE:
                value = self._test_value(test, evidence, belief)
                if value > best.value + VALUE_TOLERANCE:
                    best = _Decision(value, test)
        return best

    def _test_value(self, test: int, evidence: Evidence, belief: Probabilities) -> float:
        """Averages over the outcomes of a test: AND."""
        problem = self.problem
        cost = float(problem.test_costs[test])
        if uses_up_budget(problem, test, evidence):
            return float(belief @ problem.untreated) - cost
        total = -cost
        for outcome, weights in enumerate(problem.outcome_beliefs(test, evidence)):
            probability = float(weights.sum())
            if probability > 0:
                total += probability * self.value(extended(evidence, test, outcome), weights / probability)
        return total

    def plan(self, evidence: Evidence, belief: Probabilities, probability: float) -> ContingentPlan:
        """Draws the tree of the decisions from some results on."""
        problem = self.problem
        value, action = self.decisions[evidence]
        state = BeliefState(problem.conditions, belief)
        if action >= len(problem.tests):
            name = problem.treatments[action - len(problem.tests)]
            return ContingentPlan(name, expected_utility=value, probability=probability, belief=state)
        branches, cost = {}, float(problem.test_costs[action])
        if not uses_up_budget(problem, action, evidence):
            for outcome, weights in enumerate(problem.outcome_beliefs(action, evidence)):
                chance = float(weights.sum())
                if chance > 0:
                    branch = self.plan(
                        extended(evidence, action, outcome), weights / chance, probability * chance
                    )
                    branches[problem.outcomes[action][outcome]] = branch
                    cost += chance * branch.expected_cost
        depth = 1 + max((branch.depth for branch in branches.values()), default=0)
        return ContingentPlan(problem.tests[action], branches, depth, cost, value, probability, state, True)
