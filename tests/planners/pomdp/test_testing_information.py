from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from planzoo.errors import InputError
from planzoo.planners.pomdp.problem import TableProblem, best_treatment, outcome_rows, uses_up_budget
from planzoo.planners.pomdp.testing_information import TestingInformation
from tests.planners.pomdp.tables import asia, optimum, problems


class Plain:
    """A table without the optional methods."""

    def __init__(self, problem: TableProblem) -> None:
        self.problem = problem

    def __getattr__(self, name: str) -> Any:
        if name in ("all_outcome_beliefs", "informed_utility"):
            raise AttributeError(name)
        return getattr(self.problem, name)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_bounds_are_around_the_optimum_and_choices_follow_bayes_rule(problem: TableProblem) -> None:
    lone: Any = Plain(problem)
    tables, plain = TestingInformation(problem), TestingInformation(lone)
    treat, *tests = tables.choices(tables.initial())
    now = best_treatment(problem, problem.belief())[1]
    assert tables.lower_bound(()) == treat.reward == pytest.approx(now)
    assert now - 1e-9 <= optimum(problem) <= tables.upper_bound(()) + 1e-9
    assert tables.upper_bound(()) <= plain.upper_bound(()) + 1e-9
    for choice in tests:
        cost = problem.test_costs[choice.action]
        assert tables.kind(choice.action) == "test"
        if uses_up_budget(problem, choice.action, ()):
            assert choice.reward == pytest.approx(problem.belief() @ problem.untreated - cost)
            assert choice.branches == ()
            continue
        assert choice.reward == -cost
        assert sum(branch.probability for branch in choice.branches) == pytest.approx(1)
        for branch in choice.branches:
            outcome = problem.outcomes[choice.action].index(branch.observation)
            assert branch.information == ((choice.action, outcome),)
            row = outcome_rows(problem, [choice.action], ()).rows[outcome]
            belief = tables.belief(branch.information).probabilities
            np.testing.assert_allclose(belief, row / row.sum(), atol=1e-12)
            lower = best_treatment(problem, problem.belief(branch.information))[1]
            assert tables.lower_bound(branch.information) == pytest.approx(lower)


def test_names_kinds_and_costs_are_those_of_the_tables() -> None:
    problem = asia()
    tables = TestingInformation(problem)
    assert [tables.name(action) for action in (0, 3, 4, 8)] == [
        "asia", "dysp", "send home", "oncology and bronchodilator",
    ]  # fmt: skip
    assert [tables.kind(action) for action in (3, 4)] == ["test", "treat"]
    assert [tables.cost(action) for action in (2, 4)] == [2.0, 0.0]
    assert tables.name(tables.ending(()).action) == "bronchodilator"


def test_no_more_tests_than_the_depth_are_choices() -> None:
    problem = asia()
    tables = TestingInformation(problem, 1, ((3, 0),))
    assert tables.initial() == ((3, 0),)
    assert len(tables.choices(((3, 0),))) == 4
    after = ((1, 0), (3, 0))
    assert len(tables.choices(after)) == 1
    assert tables.lower_bound(after) == tables.upper_bound(after)


def test_evidence_stays_sorted_whatever_comes_first() -> None:
    tables = TestingInformation(asia(), None, ((3, 0), (1, 1)))
    assert tables.initial() == ((1, 1), (3, 0))
    found = {branch.information for choice in tables.choices(tables.initial()) for branch in choice.branches}
    assert ((0, 1), (1, 1), (3, 0)) in found
    assert ((1, 1), (2, 0), (3, 0)) in found


def test_what_cannot_be_done_is_said() -> None:
    assert not TestingInformation(asia(budget=1.0), None, ((2, 0),)).is_feasible
    assert TestingInformation(asia(budget=1.0), None, ((2, 0),)).choices(((2, 0),)) == []
    nothing = TableProblem(("c",), (), (), (), np.ones(1), np.zeros(0), np.zeros((1, 0)), np.zeros(1))
    assert not TestingInformation(nothing).is_feasible
    with pytest.raises(InputError, match="must not be negative"):
        TestingInformation(asia(), -1)
