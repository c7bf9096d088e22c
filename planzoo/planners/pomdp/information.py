"""Myopic value of information: what a test's result is worth when a treatment follows at once.

The value is that of Howard, "Information value theory", IEEE Transactions on Systems Science and Cybernetics
2(1),
1966: expected utility of the best treatment after the result, minus that of the best treatment now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import entropy_bits
from planzoo.planners.pomdp.problem import (
    Evidence,
    TestingProblem,
    affordable_tests,
    best_treatment,
    uses_up_budget,
)

ROUNDING = 1e-12
"""Values no larger than this are rounding errors of zero."""
Criterion = Literal["net", "per_cost", "bits"]
"""Value minus cost; value by cost; mutual information with the condition."""


@dataclass(frozen=True)
class InformationValue:
    """What one test's result is worth.

    Attributes:
        test: its name.
        bits: mutual information of its result and the condition.
        utility: value of information, in units of utility; never negative unless the test uses up the budget.
        cost: of the test.
    """

    test: str
    bits: float
    utility: float
    cost: float

    @property
    def net(self) -> float:
        """Value minus cost: above 0, the test is worth doing."""
        return self.utility - self.cost

    def to_dict(self) -> dict[str, str | float]:
        """Gives test, bits, utility, cost and net as plain data."""
        return {
            "test": self.test, "bits": self.bits, "utility": self.utility, "cost": self.cost, "net": self.net,
        }  # fmt: skip


def value_of_information(problem: TestingProblem, test: int, evidence: Evidence = ()) -> InformationValue:
    """Computes what a test is worth after some results.

    Args:
        problem: the tables.
        test: a test that is not done yet.
        evidence: the results so far.

    Raises:
        InputError: the test is done already.
    """
    if test in {done for done, _ in evidence}:
        raise InputError(f"The test {problem.tests[test]!r} is done already; its result is known.")
    table = problem.outcome_beliefs(test, evidence)
    belief = table.sum(axis=0)
    if uses_up_budget(problem, test, evidence):
        after = float(belief @ problem.untreated)
    else:
        after = float((table @ problem.utilities).max(axis=1).sum())
    utility = after - best_treatment(problem, belief)[1]
    return InformationValue(
        test=problem.tests[test],
        bits=mutual_information(table),
        utility=utility if abs(utility) > ROUNDING else 0.0,
        cost=float(problem.test_costs[test]),
    )


def mutual_information(table: NDArray[np.float64]) -> float:
    """Computes the mutual information in bits of a joint distribution's two variables."""
    information = entropy_bits(table.sum(axis=0)) + entropy_bits(table.sum(axis=1)) - entropy_bits(table)
    return max(0.0, information)


def rank_tests(
    problem: TestingProblem, evidence: Evidence = (), criterion: Criterion = "net"
) -> list[InformationValue]:
    """Values every test that can still be done, the best first and equals in the problem's order.

    Raises:
        InputError: there is no such criterion.
    """
    keys = {
        "net": lambda value: -value.net,
        "per_cost": lambda value: -value.utility / max(value.cost, np.finfo(np.float64).tiny),
        "bits": lambda value: -value.bits,
    }
    if criterion not in keys:
        raise InputError(f"The criterion must be one of {', '.join(keys)}, not {criterion!r}.")
    values = [value_of_information(problem, test, evidence) for test in affordable_tests(problem, evidence)]
    return sorted(values, key=keys[criterion])


def select_observation(
    problem: TestingProblem, evidence: Evidence = (), criterion: Criterion = "net"
) -> str | None:
    """Names the best test by a criterion among those that are worth their cost, or None when none is.

    Raises:
        InputError: there is no such criterion.
    """
    return next((value.test for value in rank_tests(problem, evidence, criterion) if value.net > 0), None)
