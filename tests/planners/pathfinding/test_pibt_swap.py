from __future__ import annotations

import numpy as np
import pytest

from planzoo.planners.pathfinding import PIBTPlanner, PIBTSituation
from planzoo.planners.pathfinding.pibt_arrays import NOBODY, PIBTProblem
from planzoo.planners.pathfinding.pibt_step import plan_pibt
from tests.planners.pathfinding.grid_world import Cell, parse
from tests.planners.pathfinding.pibt_world import after, faults

POCKET = parse("###.#### ........")


def problem_of(starts: list[Cell], goals: list[Cell], passable: np.ndarray = POCKET) -> PIBTProblem:
    """A planned step of cardinal robots, the first the most urgent."""
    planner = PIBTPlanner(passable)
    priorities = -np.arange(len(starts), dtype=float)
    situation = PIBTSituation(np.array(starts), np.array(goals), priorities=priorities)
    problem = planner.problem(planner.fleet(situation), planner.begin(len(starts)))
    plan_pibt(problem)
    return problem


def test_who_meets_another_in_an_aisle_backs_away_to_the_junction_and_pulls() -> None:
    problem = problem_of([(1, 4), (1, 5)], [(1, 7), (1, 0)])
    vertices = problem.fleet.vertices
    assert problem.scratch.partners[0] == 1
    assert problem.scratch.next_vertices.tolist() == [vertices[0] - 1, vertices[0]]


def test_nobody_backs_away_from_a_robot_that_goes_the_same_way() -> None:
    problem = problem_of([(1, 4), (1, 5)], [(1, 6), (1, 7)])
    assert problem.scratch.partners.tolist() == [NOBODY, NOBODY]
    assert problem.scratch.next_vertices.tolist() == (problem.fleet.vertices + 1).tolist()


def test_nobody_backs_away_where_no_junction_lies_behind() -> None:
    problem = problem_of([(0, 2), (0, 3)], [(0, 5), (0, 0)], parse("......"))
    assert problem.scratch.partners.tolist() == [NOBODY, NOBODY]


def test_nobody_backs_away_on_a_ring() -> None:
    problem = problem_of([(0, 1), (0, 2)], [(0, 3), (0, 0)], parse(".... .##. ...."))
    assert problem.scratch.partners.tolist() == [NOBODY, NOBODY]


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
@pytest.mark.parametrize("columns", [(0, 7), (2, 4), (3, 4), (4, 6), (6, 7)])
def test_two_robots_change_places_at_a_pocket(movement: str, columns: tuple[int, int]) -> None:
    cells = np.array([(1, column) for column in columns])
    goals, directions, planner = np.array([[1, 7], [1, 0]]), np.array([3, 2]), PIBTPlanner(POCKET, movement)
    memory, steps = planner.begin(2), 0
    while not (cells == goals).all():
        plan = planner.plan(PIBTSituation(cells, goals, directions), memory)
        before, (cells, directions) = cells, after(plan, cells, directions, movement)
        assert faults(POCKET, before, cells) == []
        steps += 1
        assert steps < 60
