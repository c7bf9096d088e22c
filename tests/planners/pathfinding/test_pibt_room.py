from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.planners.pathfinding import NO_GOAL, PIBTPlanner, PIBTSituation
from planzoo.planners.pathfinding.graph import NO_VERTEX
from tests.planners.pathfinding.grid_world import Cell, parse
from tests.planners.pathfinding.pibt_world import DEAD_ENDS, LADDER, TREE, Fleet, after, faults, shelves

CUL_DE_SAC = parse("...##### ........ ...#####")


def steps_until_first_arrives(movement: str, starts: list[Cell], goals: list[Cell]) -> int:
    """Runs a small fleet on the dead end until its first robot is at its goal."""
    planner = PIBTPlanner(CUL_DE_SAC, movement)
    cells, targets, directions = np.array(starts), np.array(goals), np.full(len(starts), 3)
    memory = planner.begin(len(starts))
    for step in range(400):
        if (cells[0] == targets[0]).all():
            return step
        plan = planner.plan(PIBTSituation(cells, targets, directions), memory)
        before, (cells, directions) = cells, after(plan, cells, directions, movement)
        assert faults(CUL_DE_SAC, before, cells) == []
    return 400


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
@pytest.mark.parametrize("inside", [1, 2, 3])
def test_robots_that_rest_in_a_dead_end_come_out_for_one_that_goes_to_its_end(
    movement: str, inside: int
) -> None:
    starts = [(1, 0)] + [(1, 7 - robot) for robot in range(inside)]
    idle = steps_until_first_arrives(movement, starts, [(1, 7)] + [(NO_GOAL, NO_GOAL)] * inside)
    resting = steps_until_first_arrives(movement, starts, [(1, 7), *starts[1:]])
    assert max(idle, resting) < 200


def test_who_made_room_is_released_when_the_other_has_arrived() -> None:
    planner = PIBTPlanner(CUL_DE_SAC)
    memory, made_room = planner.begin(2), False
    cells, goals = np.array([(1, 6), (1, 7)]), np.array([(1, 7), (NO_GOAL, NO_GOAL)])
    while cells[0].tolist() != [1, 7]:
        cells = planner.plan(PIBTSituation(cells, goals), memory).next_cells
        made_room |= memory.refuges[1] != NO_VERTEX and memory.yields_to[1] == 0
    assert made_room
    planner.plan(PIBTSituation(cells, goals), memory)
    assert memory.refuges[1] == NO_VERTEX


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
@pytest.mark.parametrize(
    ("passable", "longest"),
    [(shelves(), 300), (LADDER, 300), (DEAD_ENDS, 300)],
    ids=["shelves", "ladder", "ends"],
)
def test_twenty_robots_keep_going_in_one_wide_aisles(
    passable: NDArray[np.bool_], longest: int, movement: str
) -> None:
    """2,000 steps: every robot arrives somewhere every 300 steps, and the fleet does not slow down."""
    fleet = Fleet(passable, movement, robots=20, seed=1)
    arrivals = []
    for step in range(2000):
        arrivals.append(fleet.step(check=step % 10 == 0))
        assert fleet.since.max() <= longest
    assert sum(arrivals[1000:]) > 0.85 * sum(arrivals[:1000])


@pytest.mark.parametrize(("movement", "longest", "least"), [("cardinal", 400, 400), ("turn", 900, 150)])
def test_twenty_robots_keep_going_on_a_tree(movement: str, longest: int, least: int) -> None:
    """A fifth of the cells of a tree are taken: no method is sure to get on; turning robots need longer."""
    fleet = Fleet(TREE, movement, robots=20, seed=0)
    arrivals = []
    for step in range(2000):
        arrivals.append(fleet.step(check=step % 10 == 0))
        assert fleet.since.max() <= longest
    assert min(sum(arrivals[:1000]), sum(arrivals[1000:])) > least
