"""Testing problems: a hidden condition, tests that tell of it at a cost, and treatments that end it all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from planzoo.errors import InputError

Evidence = tuple[tuple[int, int], ...]
"""(test, outcome) of each test done, in the order of the tests."""
Probabilities = NDArray[np.float64]

BUDGET_TOLERANCE = 1e-9
"""A remaining budget of no more than this is used up, and the problem ends untreated."""


class TestingProblem(Protocol):
    """What the planners of this package ask of a problem.

    K conditions, T tests and M treatments; each test can be done once and its result does not change. The
    problem ends with a treatment, or untreated with the test that uses the budget up.
    """

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the K conditions."""

    @property
    def tests(self) -> tuple[str, ...]:
        """Names of the T tests."""

    @property
    def outcomes(self) -> tuple[tuple[str, ...], ...]:
        """Of each test, its outcomes' names."""

    @property
    def treatments(self) -> tuple[str, ...]:
        """Names of the M treatments."""

    @property
    def test_costs(self) -> Probabilities:
        """Float64 (T,), not negative."""

    @property
    def utilities(self) -> Probabilities:
        """Of each treatment under each condition, float64 (K, M)."""

    @property
    def untreated(self) -> Probabilities:
        """Of ending without treatment under each condition, float64 (K,)."""

    @property
    def budget(self) -> float:
        """Money for tests."""

    @property
    def max_tests(self) -> int:
        """Tests after which there is still time to treat."""

    def belief(self, evidence: Evidence = ()) -> Probabilities:
        """P(condition | evidence), float64 (K,)."""

    def outcome_beliefs(self, test: int, evidence: Evidence = ()) -> Probabilities:
        """P(outcome of a test, condition | evidence), float64 (outcomes of the test, K); sums to 1."""


@dataclass(frozen=True, eq=False)
class TableProblem:
    """A testing problem from a user's own tables.

    Attributes:
        conditions: names of the K conditions.
        tests: names of the T tests.
        outcomes: of each test, its outcomes' names.
        treatments: names of the M treatments.
        joint: float64 (K, outcomes of test 1, …, outcomes of test T), P(condition, results of all tests).
        test_costs: float64 (T,), not negative.
        utilities: float64 (K, M).
        untreated: float64 (K,).
        budget: money for tests.

    Raises:
        InputError: shapes do not fit, or ``joint`` is not a probability distribution.
    """

    conditions: tuple[str, ...]
    tests: tuple[str, ...]
    outcomes: tuple[tuple[str, ...], ...]
    treatments: tuple[str, ...]
    joint: Probabilities
    test_costs: Probabilities
    utilities: Probabilities
    untreated: Probabilities
    budget: float = field(default=np.inf)

    def __post_init__(self) -> None:
        conditions, tests = len(self.conditions), len(self.tests)
        shapes = {
            "joint": (conditions, *map(len, self.outcomes)),
            "test_costs": (tests,),
            "utilities": (conditions, len(self.treatments)),
            "untreated": (conditions,),
        }
        for name, shape in shapes.items():
            array = np.array(getattr(self, name), dtype=np.float64)
            if array.shape != shape or not np.isfinite(array).all():
                raise InputError(f"{name} must be finite numbers of shape {shape}, not of {array.shape}.")
            object.__setattr__(self, name, array)
        if len(self.outcomes) != tests or (self.joint < 0).any() or abs(self.joint.sum() - 1) > 1e-6:
            raise InputError("joint must be probabilities that sum to 1, with an axis for each test.")
        if (self.test_costs < 0).any():
            raise InputError("test_costs must not be negative.")

    @property
    def max_tests(self) -> int:
        """T: time does not press."""
        return len(self.tests)

    def belief(self, evidence: Evidence = ()) -> Probabilities:
        """P(condition | evidence), float64 (K,); impossible evidence tells nothing."""
        weights = self._restricted(evidence).reshape(len(self.conditions), -1).sum(axis=1)
        return np.asarray(weights / weights.sum())

    def outcome_beliefs(self, test: int, evidence: Evidence = ()) -> Probabilities:
        """P(outcome of a test, condition | evidence), float64 (outcomes of the test, K)."""
        table = np.moveaxis(self._restricted(evidence), test + 1, 0)
        weights = table.reshape(*table.shape[:2], -1).sum(axis=2)
        return np.asarray(weights / weights.sum())

    def _restricted(self, evidence: Evidence) -> Probabilities:
        table = self.joint
        for test, outcome in evidence:
            table = table.take([outcome], axis=test + 1)
        return table if table.sum() > 0 else self.joint


def extended(evidence: Evidence, test: int, outcome: int) -> Evidence:
    """Adds a result to the evidence, in the order of the tests."""
    return tuple(sorted((*evidence, (test, outcome))))


def remaining_budget(problem: TestingProblem, evidence: Evidence) -> float:
    """Gives what is left of the budget after the tests in the evidence."""
    return problem.budget - sum(float(problem.test_costs[test]) for test, _ in evidence)


def affordable_tests(problem: TestingProblem, evidence: Evidence) -> list[int]:
    """Lists the tests that are not done yet and not dearer than what is left of the budget."""
    remaining = remaining_budget(problem, evidence) + BUDGET_TOLERANCE
    done = {test for test, _ in evidence}
    return [
        test for test, cost in enumerate(problem.test_costs) if test not in done and float(cost) <= remaining
    ]


def uses_up_budget(problem: TestingProblem, test: int, evidence: Evidence) -> bool:
    """Tells whether doing a test leaves nothing of the budget, which ends the problem untreated."""
    return remaining_budget(problem, evidence) - float(problem.test_costs[test]) <= BUDGET_TOLERANCE


def best_treatment(problem: TestingProblem, belief: Probabilities) -> tuple[int, float]:
    """Finds the treatment of the highest expected utility.

    Args:
        problem: with one treatment or more.
        belief: P(condition), float64 (K,).

    Returns:
        The first best treatment and its expected utility.
    """
    expected = belief @ problem.utilities
    treatment = int(expected.argmax())
    return treatment, float(expected[treatment])
