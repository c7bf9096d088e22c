from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.simulation.kernel import python_function
from planzoo.planners.pathfinding import PIBTPlanner, PIBTSituation, oriented_distances, pibt_arrays
from planzoo.planners.pathfinding.pibt_arrays import PIBTProblem
from tests.planners.pathfinding.grid_world import parse

MAP = parse("...# .#.. ....")
GOAL = (0, 0)
steps_from = python_function(pibt_arrays.steps_from)
steps_after_move = python_function(pibt_arrays.steps_after_move)
steps_after_wait = python_function(pibt_arrays.steps_after_wait)


def lone_robot(row: int, column: int, direction: int, movement: str) -> PIBTProblem:
    """The problem of one robot, its distance field ready."""
    planner = PIBTPlanner(MAP, movement)
    situation = PIBTSituation(np.array([[row, column]]), np.array([GOAL]), np.array([direction]))
    problem = planner.problem(planner.fleet(situation), planner.begin(1))
    problem.scratch.slots[:] = planner.fields.slots_of(problem.fleet.layers, problem.fleet.goals)
    return problem


@pytest.mark.parametrize("direction", range(4))
def test_the_best_choice_of_a_turning_robot_is_on_a_shortest_way(direction: int) -> None:
    exact = oriented_distances(MAP, GOAL)
    for row, column in np.argwhere(MAP):
        problem = lone_robot(row, column, direction, "turn")
        vertex = int(problem.fleet.vertices[0])
        neighbours = enumerate(problem.graph.neighbours[vertex])
        ways = [steps_after_move(problem, 0, int(n), way) for way, n in neighbours if n >= 0]
        assert steps_after_wait(problem, 0) == exact[row, column, direction] + 1
        assert steps_from(problem, 0, vertex) == exact[row, column].min()
        assert (row, column) == GOAL or min(ways) == exact[row, column, direction]


def test_a_cardinal_robot_moves_any_way_at_once() -> None:
    problem = lone_robot(2, 3, 0, "cardinal")
    vertex = int(problem.fleet.vertices[0])
    up, down, left, right = problem.graph.neighbours[vertex]
    assert (down, right) == (-1, -1)
    assert steps_from(problem, 0, vertex) == 5
    assert steps_after_wait(problem, 0) == 6
    assert [steps_after_move(problem, 0, int(up), 0), steps_after_move(problem, 0, int(left), 2)] == [5, 5]


def test_a_robot_without_a_goal_is_nowhere_far_from_it() -> None:
    problem = lone_robot(2, 3, 0, "turn")
    problem.scratch.slots[0] = -1
    assert {steps_from(problem, 0, vertex) for vertex in range(int(MAP.sum()))} == {0}
