from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner, SearchBudget
from planzoo.planners.pomdp.problem import TableProblem, best_treatment
from planzoo.planners.status import Status

ASIA = DiagnosisModel(DiagnosisParams.asia())
ASIA_OPTIMUM = 4.050370064

Cells = list[tuple[float, int, tuple[int, ...]]]
"""Hidden truths: (probability, condition, results of all tests)."""


def cells_of(problem: Any) -> Cells:
    counts = [len(names) for names in problem.outcomes]
    joint = problem.joint.reshape(len(problem.conditions), *counts)
    return [(float(joint[index]), index[0], index[1:]) for index in np.ndindex(joint.shape)]


def oracle(problem: Any, cells: Cells, done: frozenset[int], left: float, time: int) -> float:
    """The optimum, unnormalised, by recursion over the hidden truths that are still possible.

    It knows no beliefs, no memory and no bounds, unlike the planner.
    """
    if not cells:
        return 0.0
    best = max(
        sum(chance * problem.utilities[condition, treatment] for chance, condition, _ in cells)
        for treatment in range(len(problem.treatments))
    )
    for test, cost in enumerate(problem.test_costs):
        if test in done or cost > left + 1e-9 or not time:
            continue
        value = -cost * sum(chance for chance, _, _ in cells)
        if left - cost <= 1e-9:
            value += sum(chance * problem.untreated[condition] for chance, condition, _ in cells)
        else:
            for outcome in range(len(problem.outcomes[test])):
                same = [cell for cell in cells if cell[2][test] == outcome]
                value += oracle(problem, same, done | {test}, left - cost, time - 1)
        best = max(best, value)
    return best


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
    cells = [cell for cell in cells_of(problem) if cell[0] > 0]
    return max(
        sum(chance * tree_return(problem, tree, condition, results) for chance, condition, results in cells)
        for tree in all_trees(problem, frozenset(range(len(problem.tests))))
    )


@st.composite
def problems(draw: st.DrawFn, max_tests: int = 3, max_treatments: int = 3) -> TableProblem:
    """Random tables with correlated results, zero probabilities, and budgets that bind or are met exactly."""
    counts = draw(st.lists(st.integers(2, 3), min_size=1, max_size=max_tests))
    conditions, treatments = draw(st.integers(1, 3)), draw(st.integers(1, max_treatments))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    joint = random.random((conditions, *counts)) ** 3 * (random.random((conditions, *counts)) < 0.8)
    joint.flat[0] += 0.1
    costs = random.integers(0, 5, len(counts)) / 4
    return TableProblem(
        conditions=tuple(f"c{k}" for k in range(conditions)),
        tests=tuple(f"t{k}" for k in range(len(counts))),
        outcomes=tuple(tuple(f"o{k}" for k in range(count)) for count in counts),
        treatments=tuple(f"m{k}" for k in range(treatments)),
        joint=joint / joint.sum(),
        test_costs=costs,
        utilities=random.normal(0, 4, (conditions, treatments)),
        untreated=random.normal(1, 4, conditions),
        budget=draw(st.sampled_from([0.5, 1.0, 1.75, 5.0, np.inf])),
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


def lived_return(problem: Any, plan: ContingentPlan) -> float:
    total = 0.0
    for chance, condition, results in cells_of(problem):
        node, value = plan, 0.0
        while node.is_test and chance > 0:
            test = problem.tests.index(node.root_action)
            value -= problem.test_costs[test]
            if not node.branches:
                break
            node = node.branches[problem.outcomes[test][results[test]]]
        if node.is_test:
            value += problem.untreated[condition]
        else:
            value += problem.utilities[condition, problem.treatments.index(node.root_action)]
        total += chance * value
    return total


@settings(max_examples=200, deadline=None)
@given(problems())
def test_plans_are_optimal(problem: TableProblem) -> None:
    result = ContingentPlanner().solve(problem)
    assert result.status is Status.SOLVED
    assert result.plan is not None
    expected = oracle(problem, cells_of(problem), frozenset(), problem.budget, len(problem.tests))
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
    expected = oracle(problem, cells_of(problem), frozenset(), problem.budget, depth)
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
    expected = oracle(ASIA, cells_of(ASIA), frozenset(), ASIA.budget, 4)
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


def test_random_instances_of_six_tests_are_solved() -> None:
    model = DiagnosisModel(random_instance(4, faults=5, tests=6))
    result = ContingentPlanner().solve(model)
    expected = oracle(model, [c for c in cells_of(model) if c[0] > 0], frozenset(), model.budget, 6)
    assert result.expected_utility == pytest.approx(expected, abs=1e-9)


def test_a_plan_can_begin_in_the_middle() -> None:
    whole = ContingentPlanner().solve(ASIA).plan
    assert whole is not None
    part = ContingentPlanner().solve(ASIA, evidence=((1, 0),)).plan
    assert part is not None
    assert part.root_action == whole.branches["yes"].root_action
    assert part.expected_utility == pytest.approx(whole.branches["yes"].expected_utility)
    assert part.probability == 1


def test_problems_without_an_action_are_infeasible() -> None:
    spent = ContingentPlanner().solve(DiagnosisModel(DiagnosisParams.asia(budget=1.0)), evidence=((2, 0),))
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
    model = DiagnosisModel(random_instance(0, faults=6, tests=10))
    result = ContingentPlanner().solve(model, SearchBudget(milliseconds=5))
    assert result.status is Status.BUDGET_SPENT
    assert result.plan is not None
    assert result.seconds < 1
    assert result.expected_utility >= best_treatment(model, model.belief())[1]


def test_negative_bounds_are_errors() -> None:
    with pytest.raises(InputError, match="must not be negative"):
        ContingentPlanner(-1)
    with pytest.raises(InputError, match="must not be negative"):
        SearchBudget(expansions=-1)
    with pytest.raises(InputError, match="must not be negative"):
        SearchBudget(milliseconds=-1.0)


def test_more_expansions_never_give_a_worse_plan() -> None:
    model = DiagnosisModel(random_instance(11, faults=5, tests=6))
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
    model = DiagnosisModel(random_instance(0, faults=3, tests=3, noise=0.0))
    plan = ContingentPlanner().solve(model).plan
    assert plan is not None
    leaves = [node for node in plan.nodes() if not node.branches]
    assert all(node.probability > 0 for node in plan.nodes())
    assert sum(leaf.probability for leaf in leaves) == pytest.approx(1)


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
