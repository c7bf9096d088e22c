from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.diagnosis import state as scenario
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


def test_a_budget_is_used_up_where_the_scenario_says_so() -> None:
    assert problems.BUDGET_TOLERANCE == scenario.BUDGET_TOLERANCE


def test_all_tests_at_once_are_the_same_as_one_by_one() -> None:
    problem = table_problem()
    for evidence in ((), ((0, 1),), ((1, 2),)):
        tables = problem.all_outcome_beliefs(evidence)
        for test, table in enumerate(tables):
            if test in {done for done, _ in evidence}:
                assert table is None
            else:
                assert table is not None
                np.testing.assert_allclose(table, problem.outcome_beliefs(test, evidence))
    rows = problems.outcome_rows(problem, [0, 1], ())
    np.testing.assert_allclose(rows.rows[2:], problem.outcome_beliefs(1))
    np.testing.assert_allclose(rows.per_test(rows.rows.sum(axis=1)), [1, 1])


class OneByOne:
    """A problem that lacks the optional methods."""

    def __init__(self, problem: TableProblem) -> None:
        self.outcome_beliefs = problem.outcome_beliefs


def test_rows_are_stacked_of_problems_that_know_one_test_at_a_time() -> None:
    problem = table_problem()
    lone: Any = OneByOne(problem)
    whole, one_by_one = problems.outcome_rows(problem, [0, 1], ()), problems.outcome_rows(lone, [0, 1], ())
    np.testing.assert_allclose(whole.rows, one_by_one.rows)
    np.testing.assert_array_equal(whole.starts, one_by_one.starts)


def test_knowing_all_results_is_worth_the_best_treatment_after_each() -> None:
    problem = table_problem(budget=np.inf)
    values = np.tensordot(problem.utilities.T, problem.joint, axes=1)
    assert problem.informed_utility() == pytest.approx(values.max(axis=0).sum())
    after = problem.joint[:, 0, :]
    expected = (problem.utilities.T @ after).max(axis=0).sum() / after.sum()
    assert problem.informed_utility(((0, 0),)) == pytest.approx(expected)
    untreated = table_problem(untreated=[50, 50])
    assert untreated.informed_utility() == pytest.approx(50)
    never = table_problem(joint=np.stack([np.full((2, 3), 1 / 6), np.zeros((2, 3))], axis=1))
    assert never.informed_utility(((0, 1),)) == pytest.approx(never.informed_utility())


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
