from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner, SearchBudget
from planzoo.planners.pomdp.problem import TableProblem, best_treatment
from planzoo.planners.status import Status
from tests.planners.pomdp.graphs import GraphProblem
from tests.planners.pomdp.tables import (
    ASIA_OPTIMUM,
    asia,
    cells_of,
    lived_return,
    optimum,
    problems,
    random_table,
)

ASIA = asia()

Tree = int | tuple[int, tuple["Tree", ...]]
"""A treatment, or a test with a tree for each outcome."""


def all_trees(problem: Any, tests: frozenset[int]) -> Iterator[Tree]:
    """Every decision tree over some tests."""
    yield from range(len(problem.treatments))
    for test in tests:
        branches = list(all_trees(problem, tests - {test}))
        for choice in itertools.product(branches, repeat=len(problem.outcomes[test])):
            yield test, choice


def tree_return(problem: Any, tree: Tree, condition: int, results: tuple[int, ...]) -> float:
    """Lives through one hidden truth with a tree; minus infinity when it cannot be paid."""
    total, left = 0.0, problem.budget
    while isinstance(tree, tuple):
        test, branches = tree
        total -= problem.test_costs[test]
        left -= problem.test_costs[test]
        if left < -1e-9:
            return -np.inf
        if left <= 1e-9:
            return total + problem.untreated[condition]
        tree = branches[results[test]]
    return total + problem.utilities[condition, tree]


def best_tree(problem: Any) -> float:
    """The best of all decision trees, each tried on every hidden truth."""
    cells = cells_of(problem)
    return max(
        sum(chance * tree_return(problem, tree, condition, results) for chance, condition, results in cells)
        for tree in all_trees(problem, frozenset(range(len(problem.tests))))
    )


def check_plan(problem: Any, plan: ContingentPlan) -> None:
    """A plan's figures are those of its branches, and of what happens when it is lived through."""
    if plan.branches:
        test = problem.tests.index(plan.root_action)
        shares = {name: branch.probability / plan.probability for name, branch in plan.branches.items()}
        assert sum(shares.values()) == pytest.approx(1)
        cost = problem.test_costs[test]
        for figure in ("expected_utility", "expected_cost"):
            mean = sum(shares[name] * getattr(branch, figure) for name, branch in plan.branches.items())
            sign = -1 if figure == "expected_utility" else 1
            assert getattr(plan, figure) == pytest.approx(mean + sign * cost)
        assert plan.depth == 1 + max(branch.depth for branch in plan.branches.values())
    for branch in plan.branches.values():
        check_plan(problem, branch)


@settings(max_examples=200, deadline=None)
@given(problems())
def test_plans_are_optimal(problem: TableProblem) -> None:
    result = ContingentPlanner().solve(problem)
    assert result.status is Status.SOLVED
    assert result.plan is not None
    expected = optimum(problem)
    assert result.expected_utility == pytest.approx(expected, abs=1e-9)
    assert lived_return(problem, result.plan) == pytest.approx(expected, abs=1e-9)
    check_plan(problem, result.plan)


@settings(max_examples=25, deadline=None)
@given(problems(max_tests=2, max_treatments=2))
def test_no_decision_tree_is_better(problem: TableProblem) -> None:
    assert ContingentPlanner().solve(problem).expected_utility == pytest.approx(best_tree(problem), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 3))
def test_a_bounded_depth_gives_the_best_plan_of_that_depth(problem: TableProblem, depth: int) -> None:
    result = ContingentPlanner(depth).solve(problem)
    expected = optimum(problem, depth)
    assert result.expected_utility == pytest.approx(expected, abs=1e-9)
    assert result.plan is not None
    assert result.plan.depth <= depth


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 12))
def test_an_interrupted_search_gives_an_honest_plan(problem: TableProblem, expansions: int) -> None:
    full = ContingentPlanner().solve(problem)
    cut = ContingentPlanner().solve(problem, SearchBudget(expansions=expansions))
    assert cut.plan is not None
    assert cut.expansions <= expansions
    assert lived_return(problem, cut.plan) == pytest.approx(cut.expected_utility, abs=1e-9)
    now = best_treatment(problem, problem.belief())[1]
    assert now - 1e-9 <= cut.expected_utility <= full.expected_utility + 1e-9
    if cut.status is Status.SOLVED:
        assert cut.expected_utility == pytest.approx(full.expected_utility, abs=1e-9)


def test_asia_is_solved_to_the_optimum_of_the_oracle() -> None:
    result = ContingentPlanner().solve(ASIA)
    expected = optimum(ASIA)
    assert result.expected_utility == pytest.approx(expected, abs=1e-12)
    assert expected == pytest.approx(ASIA_OPTIMUM, abs=1e-9)
    assert result.plan is not None
    assert result.plan.root_action == "smoke"
    assert result.plan.depth == 3
    assert lived_return(ASIA, result.plan) == pytest.approx(expected, abs=1e-12)


def test_asia_needs_several_tests_together() -> None:
    """Alone, no question about smoking is worth anything; the plan asks it first all the same."""
    by_depth = [ContingentPlanner(depth).solve(ASIA).expected_utility for depth in range(5)]
    assert by_depth == sorted(by_depth)
    assert by_depth[3] - by_depth[1] > 0.3
    assert by_depth[1] - by_depth[0] > 0.3


def test_many_tests_worth_doing_are_solved() -> None:
    problem = random_table(2, conditions=5, tests=6, treatments=5)
    result = ContingentPlanner().solve(problem)
    assert result.plan is not None
    assert result.plan.depth >= 3
    assert result.expected_utility == pytest.approx(optimum(problem), abs=1e-9)
    assert result.lower_bound == pytest.approx(result.upper_bound, abs=1e-9)


def test_a_plan_can_begin_in_the_middle() -> None:
    whole = ContingentPlanner().solve(ASIA).plan
    assert whole is not None
    part = ContingentPlanner().solve(ASIA, evidence=((1, 0),)).plan
    assert part is not None
    assert part.root_action == whole.branches["yes"].root_action
    assert part.expected_utility == pytest.approx(whole.branches["yes"].expected_utility)
    assert part.probability == 1


def test_problems_without_an_action_are_infeasible() -> None:
    spent = ContingentPlanner().solve(asia(budget=1.0), evidence=((2, 0),))
    assert spent.status is Status.INFEASIBLE
    assert spent.plan is None
    assert spent.expected_utility == -np.inf
    nothing = TableProblem(("c",), (), (), (), np.ones(1), np.zeros(0), np.zeros((1, 0)), np.zeros(1))
    assert ContingentPlanner().solve(nothing).status is Status.INFEASIBLE


def test_a_problem_without_tests_is_a_treatment() -> None:
    problem = TableProblem(("c",), (), (), ("m",), np.ones(1), np.zeros(0), np.ones((1, 1)), np.zeros(1))
    result = ContingentPlanner().solve(problem)
    assert result.plan is not None
    assert (result.status, result.plan.root_action, result.expected_utility) == (Status.SOLVED, "m", 1.0)


def test_little_time_still_gives_a_plan() -> None:
    problem = random_table(2, conditions=8, tests=11, treatments=8)
    result = ContingentPlanner().solve(problem, SearchBudget(milliseconds=5))
    assert result.status is Status.BUDGET_SPENT
    assert result.plan is not None
    assert result.seconds < 1
    assert result.expected_utility == pytest.approx(result.lower_bound)
    assert best_treatment(problem, problem.belief())[1] <= result.lower_bound < result.upper_bound
    assert result.trace[-1].upper == pytest.approx(result.upper_bound, abs=0.01)


def test_no_time_at_all_is_a_budget_too() -> None:
    for budget in (SearchBudget(expansions=0), SearchBudget(milliseconds=0)):
        result = ContingentPlanner().solve(ASIA, budget)
        assert (result.status, result.expansions) == (Status.BUDGET_SPENT, 0)
        assert result.expected_utility == pytest.approx(best_treatment(ASIA, ASIA.belief())[1])


def test_negative_bounds_are_errors() -> None:
    with pytest.raises(InputError, match="must not be negative"):
        ContingentPlanner(-1)
    with pytest.raises(InputError, match="tolerance"):
        ContingentPlanner(tolerance=-1.0)
    with pytest.raises(InputError, match="must not be negative"):
        SearchBudget(expansions=-1)
    with pytest.raises(InputError, match="must not be negative"):
        SearchBudget(milliseconds=-1.0)


def test_more_expansions_never_give_a_worse_plan() -> None:
    model = random_table(4, conditions=5, tests=6, treatments=5)
    values = [
        ContingentPlanner().solve(model, SearchBudget(expansions=count)).expected_utility
        for count in (0, 1, 3, 7, 20, 60, 200, 10_000)
    ]
    np.testing.assert_array_less(np.array(values[:-1]) - 1e-9, np.array(values[1:]))
    assert values[0] == pytest.approx(best_treatment(model, model.belief())[1])
    assert values[-1] == pytest.approx(ContingentPlanner().solve(model).expected_utility)


def test_a_test_that_tells_nothing_is_never_done() -> None:
    problem = TableProblem(
        ("ill", "well"), ("coin",), (("heads", "tails"),), ("drug", "rest"),
        np.full((2, 2), 0.25), np.zeros(1), np.eye(2), np.zeros(2),
    )  # fmt: skip
    result = ContingentPlanner().solve(problem)
    assert result.plan is not None
    assert not result.plan.is_test


def test_a_free_perfect_test_is_worth_knowing_everything() -> None:
    problem = TableProblem(
        ("ill", "well"), ("oracle",), (("yes", "no"),), ("drug", "rest"),
        np.array([[0.3, 0.0], [0.0, 0.7]]), np.zeros(1), 10 * np.eye(2), np.zeros(2),
    )  # fmt: skip
    result = ContingentPlanner().solve(problem)
    assert result.plan is not None
    assert result.expected_utility == pytest.approx(10)
    assert {name: branch.root_action for name, branch in result.plan.branches.items()} == {
        "yes": "drug",
        "no": "rest",
    }


def test_impossible_outcomes_have_no_branch() -> None:
    joint = np.zeros((2, 3))
    joint[0, 0], joint[1, 2] = 0.4, 0.6
    problem = TableProblem(
        ("ill", "well"), ("scan",), (("bad", "never", "good"),), ("drug", "rest"),
        joint, np.array([0.1]), 10 * np.eye(2), np.zeros(2),
    )  # fmt: skip
    plan = ContingentPlanner().solve(problem).plan
    assert plan is not None
    assert list(plan.branches) == ["bad", "good"]
    assert sum(branch.probability for branch in plan.branches.values()) == pytest.approx(1)


def test_ending_untreated_is_chosen_where_it_is_best() -> None:
    """The only test uses the budget up; when no treatment is any good, that is the way out."""
    problem = TableProblem(
        ("ill",), ("pay",), (("x", "y"),), ("poison",), np.array([[0.5, 0.5]]),
        np.array([1.0]), np.array([[-50.0]]), np.array([-3.0]), budget=1.0,
    )  # fmt: skip
    result = ContingentPlanner().solve(problem)
    assert result.plan is not None
    assert (result.plan.root_action, dict(result.plan.branches), result.plan.depth) == ("pay", {}, 1)
    assert result.expected_utility == pytest.approx(-4)
    assert result.plan.expected_cost == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 3))
def test_any_information_problem_is_solved_to_a_depth(seed: int, depth: int) -> None:
    """The value of the best plan with so many tests, by recursion over the graph."""
    problem = GraphProblem(seed)

    def value(node: int | None, left: int) -> float:
        if node is None:
            return 0.0
        options = []
        for choice in problem.table[node]:
            rest = left - (problem.kind(choice.action) in {"test", "ask", "observe"})
            if rest >= 0:
                after = sum(b.probability * value(b.information, rest) for b in choice.branches)
                options.append(choice.reward + after)
        return max(options)

    result = ContingentPlanner(depth).solve(problem)
    assert result.status is Status.SOLVED
    assert result.plan is not None
    assert result.expected_utility == pytest.approx(value(0, depth), abs=1e-9)
    assert result.plan.depth <= depth
    assert ContingentPlanner().solve(problem).expected_utility == pytest.approx(problem.optimum[0], abs=1e-9)


def test_a_problem_in_which_nothing_can_be_done_is_infeasible() -> None:
    problem = GraphProblem(0)
    problem.table = [[]] * 14
    assert ContingentPlanner().solve(problem).status is Status.INFEASIBLE
    assert ContingentPlanner().search(problem) is None


def test_evidence_goes_with_tables_only() -> None:
    with pytest.raises(InputError, match="Evidence goes with a problem of tables"):
        ContingentPlanner().solve(GraphProblem(0), evidence=((0, 0),))


@settings(max_examples=20, deadline=None)
@given(problems())
def test_the_same_problem_always_gives_the_same_plan(problem: TableProblem) -> None:
    first, second = (ContingentPlanner().solve(problem) for _ in range(2))
    assert first.plan is not None
    assert second.plan is not None
    assert first.plan.to_dict() == second.plan.to_dict()
    assert first.expansions == second.expansions
