"""What the tests of a diagnosis are worth, alone and with one more after them.

The value is that of Howard, "Information value theory" (1966): what ending it is expected to earn after the
result, minus what it earns now. A test's harm, the step that it takes and those until its result arrives
count as cost.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import Information, Probabilities
from planzoo.planners.domains.diagnosis_outlook import with_result
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem
from planzoo.planners.pomdp.information import ROUNDING, InformationValue

GAIN = 1e-9
"""A test is worth doing if it gains more than this."""
SCREENED = 8
"""Two tests are looked ahead from this many tests: the most valuable by themselves, then the most telling."""
MOST_OUTCOMES = 24
"""So many outcomes of theirs are looked beyond."""
RARE = 0.01
"""Outcomes less probable than this are not looked beyond."""
MOST_AWAITED = 16
"""Up to so many joint outcomes of the tests in work are looked at."""


class Prospects(NamedTuple):
    """What the tests that can be done now are worth.

    Attributes:
        tests: int64 (n,), in the problem's order.
        gains: float64 (n,), what ending it after the result earns above ending it now; never negative.
        costs: float64 (n,), price, harm and steps.
    """

    tests: NDArray[np.int64]
    gains: Probabilities
    costs: Probabilities

    @property
    def nets(self) -> Probabilities:
        """Gains minus costs, float64 (n,)."""
        return self.gains - self.costs

    def best(self) -> tuple[int, float] | None:
        """Gives the test of the highest net gain, of equals the first, if it is worth doing."""
        if not len(self.tests):
            return None
        nets = self.nets
        place = int(np.argmax(nets >= nets.max() - GAIN))
        return (int(self.tests[place]), float(nets[place])) if nets[place] > GAIN else None


def prospects(problem: DiagnosisProblem, information: Information) -> Prospects:
    """Values each test that can be done now by itself."""
    tests = np.array(problem.tests(information), dtype=np.int64)
    if not len(tests):
        return Prospects(tests, np.zeros(0), np.zeros(0))
    outlook = problem.outlooks.outlook(information.evidence, information.given)
    chosen, starts = _rows_of(problem, tests)
    after = np.repeat(problem.tables.delays[tests] + 1, np.diff(np.append(starts, len(chosen))))
    values = _ended(problem, information, outlook.rows[chosen], after)
    gains = np.add.reduceat(values, starts) - problem.lower_bound(information)
    costs = np.array([problem.cost(test) + problem.waiting(test) for test in tests.tolist()])
    return Prospects(tests, np.where(gains > ROUNDING, gains, 0.0), costs)


def told_bits(problem: DiagnosisProblem, information: Information, tests: NDArray[np.int64]) -> Probabilities:
    """Computes the mutual information in bits of each test's result and the condition, float64 (n,)."""
    outlook = problem.outlooks.outlook(information.evidence, information.given)
    chosen, starts = _rows_of(problem, tests)
    prior = problem.belief_array(information)
    joint = _bits(outlook.rows[chosen]).sum(axis=1) - _bits(outlook.chances[chosen])
    return np.maximum(0.0, np.add.reduceat(joint, starts) - _bits(prior).sum())


def test_values(problem: DiagnosisProblem, information: Information) -> list[InformationValue]:
    """Values the tests that can be done now, the best net value first and equals in the problem's order."""
    found = prospects(problem, information)
    if not len(found.tests):
        return []
    facts = zip(
        map(problem.name, found.tests.tolist()),
        told_bits(problem, information, found.tests).tolist(),
        found.gains.tolist(),
        found.costs.tolist(),
        chances_raised(problem, information, found.tests).tolist(),
        strict=True,
    )
    return sorted((InformationValue(*each) for each in facts), key=lambda value: -value.net)


def chances_raised(
    problem: DiagnosisProblem, information: Information, tests: NDArray[np.int64]
) -> Probabilities:
    """Computes by how much each test's result raises the chance to choose a right treatment, float64 (n,)."""
    outlook = problem.outlooks.outlook(information.evidence, information.given)
    chosen, starts = _rows_of(problem, tests)
    right = problem.right_choices
    after = np.add.reduceat((outlook.rows[chosen] @ right).max(axis=1), starts)
    raised = after - (problem.belief_array(information) @ right).max()
    return np.where(raised > ROUNDING, raised, 0.0)


def value_of(problem: DiagnosisProblem, information: Information, tests: int) -> float:
    """Gives what ending it after at most so many more tests, 0 to 2, is expected to earn.

    Each test's result is waited for before the next one, or a treatment. Of two tests the first is one of
    the few of :func:`screening`.
    """
    now = problem.lower_bound(information)
    if tests == 0:
        return now
    if tests == 1:
        best = prospects(problem, information).best()
        return now if best is None else now + best[1]
    return max([now, *screening(problem, information).values()])


def screening(problem: DiagnosisProblem, information: Information) -> dict[int, float]:
    """Gives what each of the best tests, with the best single test after its result, is expected to earn.

    After rare results it ends at once, so that looking ahead stays quick.
    """
    found = prospects(problem, information)
    values = {}
    for test in _candidates(problem, information, found):
        cost = float(found.costs[np.searchsorted(found.tests, test)])
        chances = problem.outlooks.outcome_chances(information.evidence, information.given, test)
        values[test] = -cost + sum(
            chance * value_of(problem, problem.shown(information, test, outcome), int(chance >= RARE))
            for outcome, chance in enumerate(chances)
            if chance > ROUNDING
        )
    return values


def is_worth_waiting(problem: DiagnosisProblem, information: Information) -> bool:
    """Tells whether a result in work gains more than the steps until it arrives cost."""
    outlook = (
        problem.outlooks.outlook(information.evidence, information.given) if information.pending else None
    )
    for test, left in information.pending:
        if outlook is not None and (information.time is None or information.time > left):
            rows = outlook.rows[_rows_of(problem, np.array([test]))[0]]
            value = float(_ended(problem, information, rows, np.full(len(rows), left)).sum())
            if value - problem.lower_bound(information) > left * problem.step_cost + GAIN:
                return True
    return False


def wanted_anyway(problem: DiagnosisProblem, information: Information) -> int | None:
    """Finds a test that is worth doing by itself whatever the tests in work will show; None if none is.

    Done while one waits for them, it costs no further steps. Of several it is the one that gains most.
    """
    cases = [(1.0, information._replace(pending=()))]
    for test, _ in information.pending:
        cases = [(chance * each, later) for chance, now in cases for each, later in _seen(problem, now, test)]
        if len(cases) > MOST_AWAITED:
            return None
    total = dict.fromkeys(problem.tests(information), 0.0)
    for chance, known in cases:
        found = prospects(problem, known)
        nets = dict(zip(found.tests.tolist(), found.nets.tolist(), strict=True))
        wanted = [test for test in total if nets.get(test, 0.0) > GAIN]
        total = {test: total[test] + chance * nets[test] for test in wanted}
    return min(total, key=lambda test: (-total[test], test), default=None)


def _seen(
    problem: DiagnosisProblem, information: Information, finding: int
) -> list[tuple[float, Information]]:
    """Lists what may be known after a finding, with its probability."""
    chances = problem.outlooks.outcome_chances(information.evidence, information.given, finding)
    return [
        (chance, information._replace(evidence=with_result(information.evidence, finding, outcome)))
        for outcome, chance in enumerate(chances)
        if chance > ROUNDING
    ]


def _candidates(problem: DiagnosisProblem, information: Information, found: Prospects) -> list[int]:
    """Chooses the tests to look ahead from: half by their value, the others by what they tell.

    There are so few that their outcomes are no more than MOST_OUTCOMES together.
    """
    places = list(range(len(found.tests)))
    if len(found.tests) > SCREENED:
        by_value = np.argsort(-found.nets, kind="stable")[: SCREENED // 2]
        bits = told_bits(problem, information, found.tests)
        bits[by_value] = -1.0
        by_bits = np.argsort(-bits, kind="stable")[: SCREENED - len(by_value)]
        places = [each for pair in zip(by_value.tolist(), by_bits.tolist(), strict=True) for each in pair]
    chosen: list[int] = []
    outcomes = 0
    for test in found.tests[places].tolist():
        outcomes += len(problem.model.outcomes[test])
        if outcomes <= MOST_OUTCOMES or not chosen:
            chosen.append(test)
    return sorted(chosen)


def _ended(
    problem: DiagnosisProblem, information: Information, rows: Probabilities, after: NDArray[np.int64]
) -> Probabilities:
    """Gives what ending it is worth, times P(row), float64 (R,), of rows that are known after some steps."""
    outlooks, given, time = problem.outlooks, information.given, information.time
    if time is None or problem.treatment_ends:
        return outlooks.ending_values(rows, given, None)
    values = np.zeros(len(rows))
    for steps in np.unique(after).tolist():
        values[after == steps] = outlooks.ending_values(rows[after == steps], given, time - steps)
    return values


def _rows_of(
    problem: DiagnosisProblem, tests: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Gives which rows of an outlook are some tests', and where each test's begin among these."""
    first, last = problem.outlooks.starts[tests], problem.outlooks.starts[tests + 1]
    counts = last - first
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts - first, counts), starts


def _bits(probabilities: Probabilities) -> Probabilities:
    """P · log2 P, elementwise, where the logarithm of 0 counts as 0."""
    return probabilities * np.log2(np.where(probabilities > 0, probabilities, 1.0))


test_values.__test__ = False  # type: ignore[attr-defined]
