"""Assignments against all there are, on matrices small enough to try them all."""

from __future__ import annotations

import subprocess
import sys
from itertools import permutations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.coordination import NO_TASK, Assignment, hungarian_assignment, nearest_assignment

Matrix = NDArray[np.float64]


@st.composite
def cost_matrices(draw: st.DrawFn, most: int = 6) -> Matrix:
    """Rectangular, of whole numbers of either sign so that sums are exact, with impossible pairs."""
    robots, tasks = draw(st.integers(0, most)), draw(st.integers(0, most))
    cost = st.one_of(st.integers(-50, 50).map(float), st.integers(0, 3).map(float), st.just(np.inf))
    rows = draw(st.lists(st.lists(cost, min_size=tasks, max_size=tasks), min_size=robots, max_size=robots))
    return np.array(rows, dtype=np.float64).reshape(robots, tasks)


def best_of_all(costs: Matrix) -> tuple[int, float]:
    """Gives the most pairs that are possible, and the least cost of so many."""
    if costs.shape[0] > costs.shape[1]:
        costs = costs.T
    chosen = [
        costs[np.arange(len(costs)), list(tasks)] for tasks in permutations(range(costs.shape[1]), len(costs))
    ]
    pairs = [(int(np.isfinite(row).sum()), float(row[np.isfinite(row)].sum())) for row in chosen]
    most = max(count for count, _ in pairs)
    return most, min(cost for count, cost in pairs if count == most)


def check_consistent(costs: Matrix, assignment: Assignment) -> int:
    """Checks what holds for every assignment; gives its number of pairs."""
    assert assignment.tasks.shape == (len(costs),) and assignment.tasks.dtype == np.int64
    robots = np.flatnonzero(assignment.tasks != NO_TASK)
    tasks = assignment.tasks[robots]
    assert len(set(tasks.tolist())) == len(tasks), "no task twice"
    assert np.isfinite(costs[robots, tasks]).all(), "no impossible pair"
    assert assignment.cost == costs[robots, tasks].sum()
    return len(robots)


@given(cost_matrices())
@settings(max_examples=80, deadline=None)
@example(np.array([[np.inf, np.inf], [1.0, np.inf]]))
@example(np.array([[0.0, 1.0], [1.0, np.inf]]))
@example(np.full((2, 3), np.inf))
def test_hungarian_is_the_best_of_all(costs: Matrix) -> None:
    assignment = hungarian_assignment(costs)
    assert (check_consistent(costs, assignment), assignment.cost) == best_of_all(costs)


@given(cost_matrices(most=8))
@settings(deadline=None)
def test_nearest_is_greedy_to_the_end(costs: Matrix) -> None:
    assignment = nearest_assignment(costs)
    pairs = check_consistent(costs, assignment)
    best = hungarian_assignment(costs)
    most = int((best.tasks != NO_TASK).sum())
    assert most <= 2 * pairs, "an assignment that can't be enlarged has half the pairs at least"
    assert pairs < most or assignment.cost >= best.cost
    idle, undone = assignment.tasks == NO_TASK, ~np.isin(np.arange(costs.shape[1]), assignment.tasks)
    assert not np.isfinite(costs[idle][:, undone]).any(), "no possible pair is left over"
    if pairs:
        robots = np.flatnonzero(~idle)
        assert costs[robots, assignment.tasks[robots]].min() == costs.min()


def test_hungarian_makes_a_detour_for_one_more_pair() -> None:
    costs = np.array([[1.0, 1e9], [2.0, np.inf]])
    assert nearest_assignment(costs).tasks.tolist() == [0, NO_TASK]
    best = hungarian_assignment(costs)
    assert best.tasks.tolist() == [1, 0] and best.cost == 1e9 + 2


def test_greed_costs_many_times_the_optimum() -> None:
    costs = np.array([[0.0, 1.0], [1.0, 100.0]])
    assert (nearest_assignment(costs).cost, hungarian_assignment(costs).cost) == (100.0, 2.0)


def test_ties_go_to_the_lower_numbers() -> None:
    assert nearest_assignment(np.ones((3, 2))).tasks.tolist() == [0, 1, NO_TASK]
    assert nearest_assignment(np.ones((2, 4))).tasks.tolist() == [0, 1]


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("assign", [nearest_assignment, hungarian_assignment])
def test_nobody_or_nothing_to_do(assign: object, shape: tuple[int, int]) -> None:
    assert callable(assign)
    assignment = assign(np.empty(shape))
    assert assignment.tasks.tolist() == [NO_TASK] * shape[0] and assignment.cost == 0.0


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ([1.0, 2.0], r"have shape \(2,\); give a matrix with a row for each robot"),
        ([[1.0, float("nan")]], "have nan at row 0, column 1; give a finite cost, or inf"),
        ([[1.0], [-np.inf]], "have -inf at row 1, column 0"),
        ([[1.0, 2.0], [3.0]], "must be a matrix of real numbers"),
        ([["near", "far"]], "must be a matrix of real numbers"),
        ([[1j]], "must be a matrix of real numbers"),
        ([[None]], "have nan at row 0, column 0"),
    ],
)
@pytest.mark.parametrize("assign", [nearest_assignment, hungarian_assignment])
def test_bad_costs_are_one_error(assign: object, costs: object, words: str) -> None:
    assert callable(assign)
    with pytest.raises(InputError, match=words):
        assign(costs)


def test_costs_too_large_to_add_are_refused() -> None:
    with pytest.raises(InputError, match="too much to be added up"):
        hungarian_assignment([[1e308, -1e308], [np.inf, 0.0]])


def test_scipy_is_imported_only_when_it_is_needed() -> None:
    code = "import sys, planzoo.planners.coordination; sys.exit('scipy.optimize' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
