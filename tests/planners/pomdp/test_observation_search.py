from __future__ import annotations

import numpy as np
import pytest

from planzoo.planners.pomdp.observation_search import STOP, ObservationSearch, readings
from tests.planners.pomdp.boxes import box_belief, box_planner
from tests.planners.pomdp.random_problems import RandomProblem


def search_of(seed: int, repeatable: bool = True, sensors: int = 2) -> ObservationSearch:
    """The search over a random problem."""
    problem = RandomProblem(seed, sensors=sensors)
    planner = problem.planner(repeatable)
    states = problem.belief.states
    found = readings(planner.observation_model, planner.observation_model.variables, states)
    table = planner.evaluator.table("cure", states)
    return ObservationSearch(problem.belief, table, found, repeatable)


def test_readings_tabulate_the_model() -> None:
    planner, belief = box_planner(0.9), box_belief()
    (reading,) = readings(planner.observation_model.with_values_of(belief), ["part"], belief.states)
    assert reading.labels == ("a", "b", "c")
    assert reading.likelihoods == pytest.approx(np.full((3, 3), 0.05) + 0.85 * np.eye(3))
    assert reading.action.cost == 1.5


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("repeatable", [True, False])
def test_values_equal_those_of_all_policies(seed: int, repeatable: bool) -> None:
    search, problem = search_of(seed, repeatable), RandomProblem(seed)
    for depth in (0, 1):
        assert search.solve((), depth).value == pytest.approx(problem.best(depth, repeatable), abs=1e-9)


@pytest.mark.parametrize("seed", [0, 2, 4, 6])
def test_values_of_depth_two_equal_those_of_all_policies(seed: int) -> None:
    for repeatable in (True, False):
        problem = RandomProblem(seed, states=2, sensors=2)
        planner = problem.planner(repeatable)
        plan = planner.plan("cure", problem.belief, max_depth=2)
        assert plan.expected_utility == pytest.approx(problem.best(2, repeatable), abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_more_observations_are_never_worth_less(seed: int) -> None:
    search = search_of(seed, sensors=3)
    values = [search_of(seed, sensors=3).solve((), depth).value for depth in range(4)]
    assert values == sorted(values)
    assert search.solve((), 0).variable == STOP


def test_orders_of_the_same_observations_are_solved_once() -> None:
    search = search_of(7)
    search.solve((), 3)
    assert search.expansions <= sum(_collections(5, size) for size in range(4))


def _collections(kinds: int, size: int) -> int:
    """How many collections of so many observations there are of so many kinds."""
    result = 1
    for k in range(size):
        result = result * (kinds + k) // (k + 1)
    return result


def test_weights_are_joint_probabilities_and_branches_share_them_out() -> None:
    search = search_of(3)
    branches = search.after(((0, 1),), 1)
    assert sum(search.weights(seen) for _, seen in branches) == pytest.approx(search.weights(((0, 1),)))
    assert all(seen == tuple(sorted(seen)) for _, seen in branches)


def test_impossible_outcomes_have_no_branch() -> None:
    planner, belief = box_planner(1.0), box_belief()
    found = readings(planner.observation_model.with_values_of(belief), ["part"], belief.states)
    search = ObservationSearch(belief, planner.evaluator.table("fetch", belief.states), found)
    assert [name for name, _ in search.after(((0, 1),), 0)] == ["b"]
