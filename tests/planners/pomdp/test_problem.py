from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.diagnosis import state as scenario
from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.errors import InputError
from planzoo.planners.pomdp import problem as problems
from planzoo.planners.pomdp.problem import TableProblem

FIELDS: dict[str, Any] = {
    "conditions": ("ill", "well"),
    "tests": ("swab", "scan"),
    "outcomes": (("positive", "negative"), ("bad", "fair", "good")),
    "treatments": ("drug", "rest"),
    "joint": np.array([[[4, 2, 1], [1, 1, 1]], [[1, 1, 0], [0, 2, 6]]]) / 20,
    "test_costs": [1, 2],
    "utilities": [[5, -10], [-2, 8]],
    "untreated": [-10, 8],
    "budget": 3,
}


def table_problem(**changes: Any) -> TableProblem:
    return TableProblem(**(FIELDS | changes))


def test_beliefs_are_by_bayes_rule() -> None:
    problem = table_problem()
    np.testing.assert_allclose(problem.belief(), [0.5, 0.5])
    np.testing.assert_allclose(problem.belief(((0, 0),)), [7 / 9, 2 / 9])
    np.testing.assert_allclose(problem.belief(((0, 1), (1, 2))), [1 / 7, 6 / 7])
    np.testing.assert_allclose(problem.outcome_beliefs(0), [[0.35, 0.1], [0.15, 0.4]])
    np.testing.assert_allclose(problem.outcome_beliefs(1, ((0, 0),)), np.array([[4, 1], [2, 1], [1, 0]]) / 9)


def test_impossible_evidence_tells_nothing() -> None:
    joint = np.zeros((2, 2, 3))
    joint[:, 0] = 1 / 6
    problem = table_problem(joint=joint)
    np.testing.assert_allclose(problem.belief(((0, 1),)), problem.belief())


def test_a_table_equals_the_scenarios_model() -> None:
    """Two implementations of one definition: the planners' and the environment's."""
    params = random_instance(5)
    model = DiagnosisModel(params)
    table = TableProblem(
        params.conditions, params.tests, params.outcomes, params.treatments,
        params.joint.reshape(-1, *params.outcome_counts),
        params.test_costs, params.utilities, params.untreated, params.budget,
    )  # fmt: skip
    for evidence in ((), ((1, 0),), ((0, 1), (3, 0))):
        np.testing.assert_allclose(table.belief(evidence), model.belief(evidence))
        np.testing.assert_allclose(table.outcome_beliefs(2, evidence), model.outcome_beliefs(2, evidence))
    assert problems.BUDGET_TOLERANCE == scenario.BUDGET_TOLERANCE


def test_the_budget_decides_what_can_be_done() -> None:
    problem = table_problem(budget=3)
    assert problems.affordable_tests(problem, ()) == [0, 1]
    assert problems.affordable_tests(problem, ((0, 1),)) == [1]
    assert problems.affordable_tests(problem, ((1, 1),)) == [0]
    assert problems.affordable_tests(table_problem(budget=2.5), ((0, 1),)) == []
    assert problems.remaining_budget(problem, ((0, 1), (1, 0))) == 0
    assert problems.uses_up_budget(problem, 1, ((0, 1),))
    assert not problems.uses_up_budget(problem, 1, ())
    assert table_problem(budget=np.inf).max_tests == 2


def test_the_best_treatment_is_the_first_of_equals() -> None:
    problem = table_problem()
    assert problems.best_treatment(problem, np.array([1.0, 0.0])) == (0, 5.0)
    assert problems.best_treatment(problem, np.array([0.5, 0.5])) == (0, 1.5)
    same = table_problem(utilities=[[1, 1], [1, 1]])
    assert problems.best_treatment(same, np.array([0.5, 0.5])) == (0, 1.0)


def test_evidence_stays_in_the_order_of_the_tests() -> None:
    assert problems.extended(((2, 0),), 1, 1) == ((1, 1), (2, 0))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"joint": np.full((2, 6), 1 / 12)}, "joint must be finite numbers of shape"),
        ({"joint": np.full((2, 2, 3), 1.0)}, "sum to 1"),
        ({"joint": np.array(FIELDS["joint"]) * [1, -1, 3]}, "probabilities"),
        ({"outcomes": FIELDS["outcomes"][:1], "joint": np.full((2, 2), 0.25)}, "an axis for each test"),
        ({"test_costs": [1, -1]}, "must not be negative"),
        ({"utilities": [[1, 2]]}, "utilities"),
        ({"untreated": [np.nan, 1]}, "untreated"),
    ],
)
def test_tables_that_do_not_fit_are_errors(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        table_problem(**changes)
