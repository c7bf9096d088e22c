"""Testing problems: a hidden condition, tests that tell of it at a cost, and treatments that end it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

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

    Two methods are optional and make planning faster where a problem has them:
    ``all_outcome_beliefs(evidence)`` gives :meth:`outcome_beliefs` of every test in one go, a sequence of T
    arrays, None for tests that are done; ``informed_utility(evidence)`` bounds from above what can be earned
    after some results, costs left out, better than perfect knowledge of the condition does
    (:class:`InformedUtilities` computes it).
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

    def all_outcome_beliefs(self, evidence: Evidence = ()) -> list[Probabilities | None]:
        """P(outcome, condition | evidence) of every test, each float64 (outcomes, K); None for tests done."""
        table = self._restricted(evidence)
        table = table / table.sum()
        done = {test for test, _ in evidence}
        axes = frozenset(range(1, table.ndim))
        return [
            None if axis - 1 in done else table.sum(axis=tuple(axes - {axis})).T
            for axis in range(1, table.ndim)
        ]

    def informed_utility(self, evidence: Evidence = ()) -> float:
        """What can be earned at most after some results, costs left out (:class:`InformedUtilities`)."""
        return self._informed(evidence)

    @cached_property
    def _informed(self) -> InformedUtilities:
        ends = [self.utilities] + [self.untreated[:, None]] * bool(np.isfinite(self.budget))
        return InformedUtilities(self.joint, np.concatenate(ends, axis=1))

    def _restricted(self, evidence: Evidence) -> Probabilities:
        """Cuts the table down to the evidence, whose axes keep length 1; impossible evidence cuts nothing."""
        table = self.joint[_window(evidence, self.joint.ndim)]
        return table if table.sum() > 0 else self.joint


def _window(evidence: Evidence, dimensions: int) -> tuple[slice, ...]:
    window = [slice(None)] * dimensions
    for test, outcome in evidence:
        window[test + 1] = slice(outcome, outcome + 1)
    return tuple(window)


class InformedUtilities:
    """What it is worth to know the results of all tests, from the joint table of a problem.

    No plan knows more when it ends, so that this bounds from above what can be earned; where results are
    noisy, it does so better than perfect knowledge of the condition.

    Args:
        joint: float64 (K, outcomes of test 1, …, outcomes of test T), P(condition, results of all tests).
        utilities: of each way to end it under each condition, float64 (K, ways).
    """

    def __init__(self, joint: Probabilities, utilities: Probabilities) -> None:
        self._chances = joint.sum(axis=0)
        self._values = np.full(joint.shape[1:], -np.inf)
        for column in utilities.T:
            np.maximum(self._values, np.tensordot(column, joint, axes=1), out=self._values)

    def __call__(self, evidence: Evidence = ()) -> float:
        """Gives the expected utility of the best end once all results are known.

        Impossible evidence tells nothing.
        """
        window = _window(evidence, self._values.ndim + 1)[1:]
        chance = float(self._chances[window].sum())
        if chance <= 0:
            return float(self._values.sum() / self._chances.sum())
        return float(self._values[window].sum()) / chance


class OutcomeRows(NamedTuple):
    """What several tests may show, stacked so that one NumPy operation serves them all.

    Attributes:
        tests: the tests.
        rows: float64 (outcomes of all these tests, K), P(outcome, condition | evidence) of the first test's
            outcomes, then of the second's and so on.
        starts: int64 (tests,), where each test's rows begin.
    """

    tests: Sequence[int]
    rows: Probabilities
    starts: NDArray[np.int64]

    def per_test(self, values: Probabilities) -> Probabilities:
        """Sums a number of each row over the rows of each test, float64 (tests,)."""
        return np.asarray(np.add.reduceat(values, self.starts))


def outcome_rows(problem: TestingProblem, tests: Sequence[int], evidence: Evidence) -> OutcomeRows:
    """Stacks what some tests may show after some results; at least one test, none of them done."""
    batched = getattr(problem, "all_outcome_beliefs", None)
    if batched is not None and len(tests) > 1:
        every = batched(evidence)
        tables = [every[test] for test in tests]
    else:
        tables = [problem.outcome_beliefs(test, evidence) for test in tests]
    counts = [len(table) for table in tables]
    return OutcomeRows(tests, np.concatenate(tables), np.cumsum([0, *counts[:-1]], dtype=np.int64))


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
