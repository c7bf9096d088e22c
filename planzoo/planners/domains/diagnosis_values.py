"""What each test of a diagnosis is worth by itself: myopic value of information, after what is known."""

from __future__ import annotations

import numpy as np

from planzoo.envs.diagnosis.model import Information
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem
from planzoo.planners.pomdp.information import ROUNDING, InformationValue, mutual_information


def test_values(problem: DiagnosisProblem, information: Information) -> list[InformationValue]:
    """Values the tests that can be done now, the best net value first and equals in the problem's order.

    The value is that of Howard, "Information value theory" (1966): expected utility of the best treatment
    after the result, minus that of the best treatment now. A test's harm and the step that it takes count as
    cost; a delay does not, as one may do something else in the meantime.
    """
    utilities = problem.treatment_utilities(information.given)
    now = float((problem.belief_array(information) @ utilities).max())
    tests = problem.tests(information)
    rows = problem.finding_beliefs(information) if tests else []
    values = []
    for test in tests:
        table = rows[test]
        assert table is not None  # it can be done
        utility = float((table @ utilities).max(axis=1).sum()) - now
        values.append(
            InformationValue(
                test=problem.name(test),
                bits=mutual_information(table),
                utility=utility if abs(utility) > ROUNDING else 0.0,
                cost=problem.cost(test),
            )
        )
    return sorted(values, key=lambda value: -value.net)


def best_treatment(problem: DiagnosisProblem, information: Information) -> tuple[int, float]:
    """Finds the best treatment, or stopping, as if it were the last action.

    Returns:
        The action, of equals stopping, and its expected utility.
    """
    expected = problem.belief_array(information) @ problem.treatment_utilities(information.given)
    best = len(expected) - 1 - int(np.argmax(expected[::-1]))
    return problem.model.num_tests + best, float(expected[best])


test_values.__test__ = False  # type: ignore[attr-defined]
