"""Value of information: what a test's result is worth, which test to do next, and when to stop.

The value is that of Howard, "Information value theory", IEEE Transactions on Systems Science and Cybernetics
2(1), 1966: expected utility of going on in the best way after the result, minus that of the best treatment
now. The myopic value goes on with a treatment; with a longer lookahead further tests may follow, as some are
worth something only together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import entropy_bits
from planzoo.planners.pomdp.contingent_planner import VALUE_TOLERANCE, ContingentPlanner, SearchBudget
from planzoo.planners.pomdp.problem import (
    Evidence,
    OutcomeRows,
    Probabilities,
    TestingProblem,
    affordable_tests,
    best_treatment,
    extended,
    outcome_rows,
    uses_up_budget,
)
from planzoo.planners.status import Status

ROUNDING = 1e-12
"""Values no larger than this are rounding errors of zero."""
DECIMALS = 12
"""Values that agree in so many decimals are equals."""
OPTIMALITY_TOLERANCE = 1e-9
"""Treatments this close to a condition's best utility are right for it."""
Criterion = Literal["net", "per_cost", "bits", "goal"]
"""Value minus cost; value by cost; mutual information with the condition; chance of treating rightly."""


@dataclass(frozen=True)
class InformationValue:
    """What one test's result is worth.

    Attributes:
        test: its name.
        bits: mutual information of its result and the condition.
        utility: value of information, in units of utility; never negative unless the test uses up the budget.
        cost: of the test.
        goal: by how much the result raises the probability that the treatment most likely to be right, one of
            the best for the true condition, is right; likewise never negative.
    """

    test: str
    bits: float
    utility: float
    cost: float
    goal: float = 0.0

    @property
    def net(self) -> float:
        """Value minus cost: above 0, the test is worth doing."""
        return self.utility - self.cost

    def to_dict(self) -> dict[str, str | float]:
        """Gives test, bits, utility, cost, net and goal as plain data."""
        return {
            "test": self.test, "bits": self.bits, "utility": self.utility, "cost": self.cost,
            "net": self.net, "goal": self.goal,
        }  # fmt: skip


@dataclass(frozen=True)
class StoppingDecision:
    """Whether to stop testing, and why.

    Attributes:
        stop: whether treating now is the best that is known.
        treatment: the best treatment now.
        value_now: its expected utility.
        best_test: the best test to go on with; None when none can be done.
        best_net: what going on with it in the best way is worth above treating now, as far as was looked
            ahead and searched.
        most_to_gain: what going on can at most be worth above treating now; equals ``best_net`` when exact.
        is_certain: whether no further search would change ``stop``.
        reason: all this in a sentence.
    """

    stop: bool
    treatment: str
    value_now: float
    best_test: str | None
    best_net: float
    most_to_gain: float
    is_certain: bool
    reason: str


def value_of_information(
    problem: TestingProblem, test: int, evidence: Evidence = (), lookahead: int | None = 1
) -> InformationValue:
    """Computes what a test is worth after some results.

    Args:
        problem: the tables.
        test: a test that is not done yet.
        evidence: the results so far.
        lookahead: tests that may be done one after another, this one included: 1 treats right after it; None
            sets no bound. The costs of tests that follow are taken off the value.

    Raises:
        InputError: there is no such test, it is done already, or the lookahead is less than 1.
    """
    if not 0 <= test < len(problem.tests):
        raise InputError(f"The tests are numbered from 0 to {len(problem.tests) - 1}, and {test} is none.")
    if test in {done for done, _ in evidence}:
        raise InputError(f"The test {problem.tests[test]!r} is done already; its result is known.")
    return _values(problem, [test], evidence, lookahead)[0]


def mutual_information(table: NDArray[np.float64]) -> float:
    """Computes the mutual information in bits of a joint distribution's two variables."""
    information = entropy_bits(table.sum(axis=0)) + entropy_bits(table.sum(axis=1)) - entropy_bits(table)
    return max(0.0, information)


def rank_tests(
    problem: TestingProblem,
    evidence: Evidence = (),
    criterion: Criterion = "net",
    lookahead: int | None = 1,
) -> list[InformationValue]:
    """Values every test that can still be done, the best first and equals in the problem's order.

    Args:
        problem: the tables.
        evidence: the results so far.
        criterion: "net" value minus cost, "per_cost" value by cost, "bits" mutual information with the
            condition, "goal" chance of treating rightly.
        lookahead: tests that may be done one after another (:func:`value_of_information`).

    Raises:
        InputError: there is no such criterion, or the lookahead is less than 1.
    """
    keys: dict[str, Callable[[InformationValue], float]] = {
        "net": lambda value: value.net,
        "per_cost": lambda value: value.utility / max(value.cost, np.finfo(np.float64).tiny),
        "bits": lambda value: value.bits,
        "goal": lambda value: value.goal,
    }
    if criterion not in keys:
        raise InputError(f"The criterion must be one of {', '.join(keys)}, not {criterion!r}.")
    tests = affordable_tests(problem, evidence)
    values = _values(problem, tests, evidence, lookahead) if tests else []
    key = keys[criterion]
    return sorted(values, key=lambda value: -round(key(value), DECIMALS))


def select_observation(
    problem: TestingProblem,
    evidence: Evidence = (),
    criterion: Criterion = "net",
    lookahead: int | None = 1,
) -> str | None:
    """Names the best test by a criterion among those that are worth their cost, or None when none is.

    Raises:
        InputError: there is no such criterion, or the lookahead is less than 1.
    """
    values = rank_tests(problem, evidence, criterion, lookahead)
    return next((value.test for value in values if value.net > 0), None)


def should_stop(
    problem: TestingProblem,
    evidence: Evidence = (),
    lookahead: int | None = None,
    budget: SearchBudget | None = None,
) -> StoppingDecision:
    """Decides whether to stop testing and treat.

    Args:
        problem: the tables.
        evidence: the results so far; they can be paid.
        lookahead: tests that may follow one after another; None for optimal stopping, 1 for the myopic rule.
        budget: what the search may spend; None for an exact answer.

    Raises:
        InputError: there is no treatment, the results could not be paid, or the lookahead is less than 1.
    """
    _check_lookahead(lookahead)
    result = ContingentPlanner(lookahead).solve(problem, budget, evidence)
    if result.plan is None:
        raise InputError("There is nothing to decide: no treatment, or results that the budget cannot pay.")
    treatment, now = best_treatment(problem, problem.belief(evidence))
    stop = not result.plan.is_test
    tests = [option for option in result.alternatives if option.kind == "test"]
    ranked = [] if tests else rank_tests(problem, evidence)
    best_test = result.plan.root_action if not stop else next((o.action for o in tests), None)
    best_net = max((option.lower for option in tests), default=now + ranked[0].net if ranked else now) - now
    if best_test is None and ranked:
        best_test = ranked[0].test
    decision = StoppingDecision(
        stop=stop,
        treatment=problem.treatments[treatment],
        value_now=now,
        best_test=best_test,
        best_net=best_net,
        most_to_gain=max(0.0, result.upper_bound - now),
        is_certain=not stop or result.status is Status.SOLVED,
        reason="",
    )
    return replace(decision, reason=_reason(decision))


def _reason(decision: StoppingDecision) -> str:
    now = f"{decision.treatment!r} now is worth {decision.value_now:.2f}"
    if decision.best_test is None:
        return f"Stops: {now}, and no test can be done."
    if not decision.stop:
        return f"Goes on: {now}, and {decision.best_test!r} first is worth {decision.best_net:.2f} more."
    if decision.is_certain:
        return f"Stops: {now}, and no test is worth its cost; the best, {decision.best_test!r}, nets no more."
    return (
        f"Stops: {now}, and no better way was found, but one of up to {decision.most_to_gain:.2f} more "
        "is not ruled out."
    )


# -- the values of many tests in one go ----------------------------------------------------------------------


def _check_lookahead(lookahead: int | None) -> None:
    if lookahead is not None and lookahead < 1:
        raise InputError(f"The lookahead must be 1 test or more, or None, not {lookahead}.")


def _values(
    problem: TestingProblem, tests: Sequence[int], evidence: Evidence, lookahead: int | None
) -> list[InformationValue]:
    _check_lookahead(lookahead)
    outcomes = outcome_rows(problem, tests, evidence)
    belief = outcomes.rows[: len(problem.outcomes[tests[0]])].sum(axis=0)
    gains = _gains(problem, outcomes, evidence, belief, problem.utilities, problem.untreated)
    if lookahead != 1:
        gains = _gains_ahead(problem, tests, evidence, lookahead, gains)
    best = problem.utilities.max(axis=1, keepdims=True) - OPTIMALITY_TOLERANCE
    right = (problem.utilities >= best).astype(np.float64)
    goals = _gains(problem, outcomes, evidence, belief, right, np.zeros(len(belief)))
    bits = _bits(outcomes, belief)
    return [
        InformationValue(problem.tests[test], bits[k], gains[k], float(problem.test_costs[test]), goals[k])
        for k, test in enumerate(tests)
    ]


def _gains(
    problem: TestingProblem,
    outcomes: OutcomeRows,
    evidence: Evidence,
    belief: Probabilities,
    worth: Probabilities,
    untreated: Probabilities,
) -> list[float]:
    """Gives what choosing a treatment after each test is worth above choosing it now.

    Args:
        problem: the tables.
        outcomes: what the tests may show.
        evidence: the results so far.
        belief: P(condition), float64 (K,).
        worth: of each treatment under each condition, float64 (K, M).
        untreated: worth of ending untreated, float64 (K,).
    """
    now = float((belief @ worth).max())
    after = outcomes.per_test((outcomes.rows @ worth).max(axis=1)).tolist()
    for place, test in enumerate(outcomes.tests):
        if uses_up_budget(problem, test, evidence):
            after[place] = float(belief @ untreated)
    return [value - now if abs(value - now) > ROUNDING else 0.0 for value in after]


def _gains_ahead(
    problem: TestingProblem,
    tests: Sequence[int],
    evidence: Evidence,
    lookahead: int | None,
    myopic: Sequence[float],
) -> list[float]:
    """Gives the same when further tests may follow, by a search after each result."""
    now = best_treatment(problem, problem.belief(evidence))[1]
    planner = ContingentPlanner(None if lookahead is None else lookahead - 1)
    gains = []
    for place, test in enumerate(tests):
        if uses_up_budget(problem, test, evidence):
            gains.append(myopic[place])
            continue
        chances = problem.outcome_beliefs(test, evidence).sum(axis=1).tolist()
        after = sum(
            chance * planner.solve(problem, None, extended(evidence, test, outcome)).lower_bound
            for outcome, chance in enumerate(chances)
            if chance > 0
        )
        gains.append(after - now if abs(after - now) > VALUE_TOLERANCE else 0.0)
    return gains


def _bits(outcomes: OutcomeRows, belief: Probabilities) -> list[float]:
    """Gives the mutual information of each test with the condition: H(condition) + H(result) - H(both)."""
    chances = outcomes.rows.sum(axis=1)
    both = outcomes.per_test(_information(outcomes.rows).sum(axis=1))
    results = outcomes.per_test(_information(chances))
    bits = entropy_bits(belief) + results - both
    return [max(0.0, value) if value > ROUNDING else 0.0 for value in bits.tolist()]


def _information(probabilities: Probabilities) -> Probabilities:
    """Computes -p log2 p of each number, 0 for 0."""
    positive = np.where(probabilities > 0, probabilities, 1.0)
    return np.asarray(-probabilities * np.log2(positive))
