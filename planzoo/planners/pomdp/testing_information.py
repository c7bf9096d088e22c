"""A testing problem as an information problem: what is known are the results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.information_problem import Branch, Choice
from planzoo.planners.pomdp.problem import (
    BUDGET_TOLERANCE,
    Evidence,
    OutcomeRows,
    TestingProblem,
    affordable_tests,
    best_treatment,
    outcome_rows,
    remaining_budget,
)


class _Bounds(NamedTuple):
    """Of the results so far."""

    lower: float
    upper: float
    treatment: int


class TestingInformation:
    """A testing problem as an information problem: what is known are the results.

    Actions are numbered as the problem does: tests from 0 on, then treatments; of the treatments only the
    best is ever a choice. Knowing the results of all tests, or else the condition itself, for the price of
    the cheapest test bounds from above what testing can still bring.

    Args:
        problem: the tables.
        depth: tests that may be done one after another; None for as many as there is time for.
        evidence: the results so far.

    Raises:
        InputError: the depth is negative.
    """

    __test__ = False  # not a class of tests, whatever its name begins with

    def __init__(self, problem: TestingProblem, depth: int | None = None, evidence: Evidence = ()) -> None:
        if depth is not None and depth < 0:
            raise InputError(f"The depth of a contingent plan must not be negative, and {depth} is.")
        self.problem = problem
        self.evidence = tuple(sorted(evidence))
        most = max(0, problem.max_tests - len(self.evidence))
        self.max_results = len(self.evidence) + (most if depth is None else min(depth, most))
        untreated = problem.untreated if np.isfinite(problem.budget) else -np.inf
        self._best_utilities = np.maximum(problem.utilities.max(axis=1, initial=-np.inf), untreated)
        self._costs: list[float] = problem.test_costs.tolist()
        self._by_cost = [int(test) for test in np.argsort(problem.test_costs, kind="stable")]
        self._bounds: dict[Evidence, _Bounds] = {}
        self._informed = getattr(problem, "informed_utility", None)

    @property
    def is_feasible(self) -> bool:
        """Whether there is a treatment, and the results so far could be paid."""
        left = remaining_budget(self.problem, self.evidence)
        return len(self.problem.treatments) > 0 and left >= -BUDGET_TOLERANCE

    def initial(self) -> Evidence:
        """The results at the beginning."""
        return self.evidence

    def choices(self, information: Any) -> list[Choice]:
        """The best treatment, and every test that can be done."""
        if not self.is_feasible:
            return []
        found = [self.ending(information)]
        tests = self._tests(information)
        if not tests:
            return found
        outcomes = outcome_rows(self.problem, tests, information)
        branches = self._branches(information, outcomes)
        for test in tests:
            reward = -self._costs[test]
            if test in branches:
                found.append(Choice(test, reward, branches[test]))
            else:
                untreated = float(self.problem.belief(information) @ self.problem.untreated)
                found.append(Choice(test, reward + untreated))
        return found

    def ending(self, information: Any) -> Choice:
        """The best treatment."""
        bounds = self._bounds_of(information)
        return Choice(len(self.problem.tests) + bounds.treatment, bounds.lower)

    def name(self, action: int) -> str:
        """Name of a test or treatment."""
        tests = self.problem.tests
        return tests[action] if action < len(tests) else self.problem.treatments[action - len(tests)]

    def kind(self, action: int) -> str:
        """Test or treat."""
        return "test" if action < len(self.problem.tests) else "treat"

    def cost(self, action: int) -> float:
        """Price of a test; treatments count by their utility."""
        return self._costs[action] if action < len(self.problem.tests) else 0.0

    def lower_bound(self, information: Any) -> float:
        """Expected utility of the best treatment."""
        return self._bounds_of(information).lower

    def upper_bound(self, information: Any) -> float:
        """Value of free knowledge for the price of the cheapest test, or of treating if that is more."""
        return self._bounds_of(information).upper

    def belief(self, information: Any) -> BeliefState:
        """What is believed of the condition."""
        return BeliefState(self.problem.conditions, self.problem.belief(information))

    def _tests(self, evidence: Evidence) -> list[int]:
        return affordable_tests(self.problem, evidence) if len(evidence) < self.max_results else []

    def _branches(self, evidence: Evidence, outcomes: OutcomeRows) -> dict[int, tuple[Branch, ...]]:
        """Gives the branches of each test that can be gone on after, and notes the bounds of each."""
        values = outcomes.rows @ self.problem.utilities
        facts = list(
            zip(
                outcomes.rows.sum(axis=1).tolist(),
                values.max(axis=1).tolist(),
                (outcomes.rows @ self._best_utilities).tolist(),
                values.argmax(axis=1).tolist(),
                strict=True,
            )
        )
        left = remaining_budget(self.problem, evidence)
        starts = dict(zip(outcomes.tests, outcomes.starts.tolist(), strict=True))
        return {
            test: tuple(self._after(evidence, test, facts[start : start + len(self.problem.outcomes[test])]))
            for test, start in starts.items()
            if left - self._costs[test] > BUDGET_TOLERANCE
        }

    def _after(
        self, evidence: Evidence, test: int, facts: Sequence[tuple[float, float, float, int]]
    ) -> Iterator[Branch]:
        """Gives the branches of one test.

        Args:
            evidence: the results so far.
            test: the test.
            facts: of each outcome its probability; times that, what treating at once and perfect knowledge
                are worth; and the best treatment.
        """
        tested = (*evidence, (test, 0))
        cheapest = self._cheapest(tested, remaining_budget(self.problem, tested))
        for outcome, name in enumerate(self.problem.outcomes[test]):
            chance, lower, perfect, treatment = facts[outcome]
            if chance > 0:
                known = _with_result(evidence, test, outcome)
                if known not in self._bounds:
                    bounds = lower / chance, perfect / chance
                    self._bounds[known] = self._tightened(known, bounds, cheapest, treatment)
                yield Branch(name, chance, known)

    def _bounds_of(self, evidence: Evidence) -> _Bounds:
        if evidence not in self._bounds:
            belief = self.problem.belief(evidence)
            treatment, lower = best_treatment(self.problem, belief)
            cheapest = self._cheapest(evidence, remaining_budget(self.problem, evidence))
            bounds = lower, float(belief @ self._best_utilities)
            self._bounds[evidence] = self._tightened(evidence, bounds, cheapest, treatment)
        return self._bounds[evidence]

    def _tightened(
        self, evidence: Evidence, bounds: tuple[float, float], cheapest: float, treatment: int
    ) -> _Bounds:
        """Takes the price of the cheapest test off what perfect knowledge would be worth."""
        lower, perfect = bounds
        if perfect - cheapest <= lower:
            return _Bounds(lower, lower, treatment)
        informed = perfect if self._informed is None else min(perfect, self._informed(evidence))
        return _Bounds(lower, max(lower, informed - cheapest), treatment)

    def _cheapest(self, evidence: Evidence, left: float) -> float:
        """Gives the price of the cheapest test that can be done after some; infinity when none can be."""
        if len(evidence) >= self.max_results:
            return np.inf
        done = [test for test, _ in evidence]
        price = next((self._costs[test] for test in self._by_cost if test not in done), np.inf)
        return price if price <= left + BUDGET_TOLERANCE else np.inf


def _with_result(evidence: Evidence, test: int, outcome: int) -> Evidence:
    """Adds a result in the order of the tests."""
    place = sum(done < test for done, _ in evidence)
    return (*evidence[:place], (test, outcome), *evidence[place:])
