from __future__ import annotations

import inspect
import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.pomdp.and_or_search import AndOrSearch
from planzoo.planners.pomdp.information_problem import Branch, Choice
from planzoo.planners.pomdp.problem import TableProblem
from planzoo.planners.pomdp.testing_information import TestingInformation
from tests.planners.pomdp.graphs import GraphProblem, lived_value
from tests.planners.pomdp.tables import lived_return, optimum, problems, random_table

SEEDS = st.integers(0, 2**32)


@settings(max_examples=200, deadline=None)
@given(problems(max_tests=4))
def test_tables_are_solved_as_by_brute_force(problem: TableProblem) -> None:
    search = AndOrSearch(TestingInformation(problem))
    assert search.run()
    expected = optimum(problem)
    assert search.lower_bound == pytest.approx(expected, abs=1e-9)
    assert search.upper_bound == pytest.approx(expected, abs=1e-9)
    assert lived_return(problem, search.plan()) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_graphs_are_solved_as_by_backward_induction(seed: int) -> None:
    problem = GraphProblem(seed)
    search = AndOrSearch(problem)
    assert search.run()
    assert search.lower_bound == pytest.approx(problem.optimum[0], abs=1e-9)
    assert search.upper_bound == pytest.approx(problem.optimum[0], abs=1e-9)
    assert lived_value(problem, search.plan()) == pytest.approx(problem.optimum[0], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_bounds_close_around_the_optimum_at_every_moment(seed: int) -> None:
    problem = GraphProblem(seed, nodes=20)
    search = AndOrSearch(problem)
    lower, upper = -np.inf, np.inf
    while True:
        assert lower <= search.lower_bound <= problem.optimum[0] + 1e-9
        assert upper >= search.upper_bound >= problem.optimum[0] - 1e-9
        lower, upper = search.lower_bound, search.upper_bound
        plan = search.plan()
        assert lived_value(problem, plan) == pytest.approx(plan.expected_utility, abs=1e-9)
        assert plan.expected_utility >= lower - 1e-9
        if search.run(expansions=1):
            break
    assert search.upper_bound - search.lower_bound <= 1e-9


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_an_interrupted_search_of_a_table_gives_a_plan_of_its_lower_bound(seed: int) -> None:
    problem = random_table(seed)
    expected, search = optimum(problem), AndOrSearch(TestingInformation(problem))
    for _ in range(12):
        assert search.lower_bound - 1e-9 <= expected <= search.upper_bound + 1e-9
        assert lived_return(problem, search.plan()) == pytest.approx(search.lower_bound, abs=1e-9)
        search.run(expansions=2)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.lists(st.integers(0, 7), max_size=6))
def test_slices_do_not_change_the_result(seed: int, slices: list[int]) -> None:
    whole, sliced = (AndOrSearch(GraphProblem(seed, nodes=24)) for _ in range(2))
    whole.run(expansions=sum(slices))
    for expansions in slices:
        sliced.run(expansions=expansions, milliseconds=1e6)
    assert sliced.expansions == whole.expansions
    assert (sliced.lower_bound, sliced.upper_bound) == (whole.lower_bound, whole.upper_bound)
    assert sliced.plan().to_dict() == whole.plan().to_dict()
    assert [point[1:] for point in sliced.trace] == [point[1:] for point in whole.trace]


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(0, 2))
def test_a_tolerance_ends_the_search_within_it(seed: int, tolerance: float) -> None:
    problem = GraphProblem(seed)
    search = AndOrSearch(problem, tolerance)
    assert search.run()
    assert problem.optimum[0] - search.lower_bound <= tolerance + 1e-9
    exact = AndOrSearch(problem)
    exact.run()
    assert search.expansions <= exact.expansions or tolerance < 1e-6


def test_tight_bounds_need_no_search_of_what_is_worse() -> None:
    loose, tight = AndOrSearch(GraphProblem(5, 60, slack=9)), AndOrSearch(GraphProblem(5, 60, slack=0))
    assert loose.run()
    assert tight.run()
    assert tight.expansions < loose.expansions <= 60
    assert tight.lower_bound == pytest.approx(loose.lower_bound)
    assert tight.nodes <= loose.nodes


def test_the_trace_tells_how_the_bounds_came_together() -> None:
    search = AndOrSearch(TestingInformation(random_table(2, conditions=6, tests=6, treatments=6)))
    search.run()
    lower = [point.lower for point in search.trace]
    upper = [point.upper for point in search.trace]
    assert len(search.trace) > 3
    assert lower == sorted(lower)
    assert upper == sorted(upper, reverse=True)
    assert [point.expansions for point in search.trace] == sorted(
        {point.expansions for point in search.trace}
    )
    assert (search.trace[0].expansions, search.trace[0].seconds) == (0, 0.0)
    assert search.trace[-1][1:] == (search.expansions, search.lower_bound, search.upper_bound)


def test_alternatives_bracket_what_each_first_action_is_worth() -> None:
    for seed in range(30):
        problem = GraphProblem(seed)
        search = AndOrSearch(problem)
        assert search.alternatives() == []
        search.run()
        for option in search.alternatives():
            choice = next(c for c in problem.table[0] if problem.name(c.action) == option.action)
            best = choice.reward + sum(
                b.probability * problem.optimum[b.information] for b in choice.branches if b.information
            )
            assert option.lower - 1e-9 <= best <= option.upper + 1e-9
        if search.expansions:
            assert search.alternatives()[0].lower == pytest.approx(problem.optimum[0])


class TwoChoices(GraphProblem):
    """Equal ways: two tests that tell nothing, or ending it in one of two ways."""

    def __init__(self, ends: bool) -> None:
        super().__init__(0, nodes=4, slack=0)
        tests = [Choice(action, -1.0, (Branch("o", 1.0, 3),)) for action in (4, 1)]
        self.table = [tests + [Choice(action, 1.0) for action in (2, 0) if ends]] * 3 + [[Choice(0, 2.0)]]
        self.slack = np.ones(4)

    def lower_bound(self, information: int) -> float:
        return 2.0 if information == 3 else 1.0


def test_equals_are_decided_by_ending_it_then_by_number() -> None:
    for ends, first in ((True, "stop"), (False, "test")):
        search = AndOrSearch(TwoChoices(ends))
        assert search.run()
        assert search.plan().root_action == first
        assert search.lower_bound == pytest.approx(1.0)


def test_a_long_chain_needs_no_recursion() -> None:
    length = 500
    problem = GraphProblem(0, nodes=length)
    wait = [[Choice(0, -5.0), Choice(3, 0.0, (Branch("later", 1.0, k + 1),))] for k in range(length - 1)]
    problem.table = [*wait, [Choice(0, 1.0)]]
    problem.slack = np.zeros(length)
    search, limit = AndOrSearch(problem), sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        assert search.run()
        plan = search.plan()
        assert sum(1 for _ in plan.nodes()) == length
        assert plan.to_text().count("later") == plan.to_svg().count(">later<") == length - 1
        assert plan.from_dict(plan.to_dict()).expected_utility == 1
    finally:
        sys.setrecursionlimit(limit)
    assert plan.expected_cost == pytest.approx(0.75 * (length - 1))


def test_problems_that_break_the_rules_are_errors() -> None:
    def broken(**changes: object) -> AndOrSearch:
        problem = GraphProblem(0, nodes=6)
        problem.table = [[Choice(0, 0.0), Choice(1, 0.0, (Branch("o", 1.0, 3),))]] * 5 + [[Choice(0, 1.0)]]
        for name, value in changes.items():
            setattr(problem, name, value)
        return AndOrSearch(problem)

    short = [[Choice(0, 0.0), Choice(1, 0.0, (Branch("o", 0.5, 3),))]] * 5 + [[Choice(0, 1.0)]]
    with pytest.raises(InputError, match="after 'test' must have probabilities that sum to 1"):
        broken(table=short).run()
    with pytest.raises(InputError, match="must be finite"):
        broken(upper_bound=lambda information: math.inf)
    with pytest.raises(InputError, match="upper bound -3 is below the lower one"):
        broken(upper_bound=lambda information: -3)
    with pytest.raises(InputError, match="a choice wherever its bounds differ"):
        broken(choices=lambda information: []).run()
    with pytest.raises(InputError, match="tolerance"):
        AndOrSearch(GraphProblem(0), float("nan"))
