from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.pathfinding.motion import padded_cell, padded_grid
from planzoo.planners.pathfinding.prioritized import (
    PATIENCE_LIMIT,
    FleetMemory,
    FleetProblem,
    FleetScratch,
    fleet_memory,
    fleet_scratch,
    plan_fleet,
    sort_by_urgency,
)
from planzoo.planners.pathfinding.refuge import NO_REFUGE
from tests.planners.pathfinding.grid_world import parse

WINDOW = 8


def solve(
    text: str, starts: list[tuple[int, int, int]], goals: list[tuple[int, int]], memory: FleetMemory
) -> FleetScratch:
    passable = parse(text)
    grid = padded_grid(passable)
    height, width = passable.shape
    count = len(starts)
    problem = FleetProblem(
        passable=np.stack([grid.passable, grid.passable]),
        forward=grid.forward,
        states=np.array([4 * padded_cell((y, x), (height, width), "robot") + way for y, x, way in starts]),
        goals=np.array([padded_cell(goal, (height, width), "goal") for goal in goals]),
        loaded=np.zeros(count, dtype=bool),
        holding=np.zeros(count, dtype=bool),
        priorities=np.zeros(count),
    )
    scratch = fleet_scratch(count, grid.passable.size, WINDOW)
    plan_fleet(problem, memory, scratch)
    return scratch


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 3)), max_size=8))
def test_urgency_is_priority_and_waiting_and_ties_go_by_number(robots: list[tuple[int, int]]) -> None:
    priorities = np.array([priority for priority, _ in robots], dtype=float)
    waiting = np.array([wait for _, wait in robots], dtype=float)
    order = np.full(len(robots), -1, dtype=np.int64)
    sort_by_urgency(priorities, waiting, order)
    assert order.tolist() == sorted(range(len(robots)), key=lambda robot: -sum(robots[robot]))


def test_a_swap_that_cannot_be_ends_with_all_standing_still() -> None:
    memory = fleet_memory(2)
    scratch = solve("..", [(0, 0, 3), (0, 1, 2)], [(0, 1), (0, 0)], memory)
    assert scratch.actions.tolist() == [0, 0]
    assert (scratch.paths == scratch.paths[:, :1]).all()
    assert PATIENCE_LIMIT < scratch.rounds[0] <= 1 + 2 * 2 * PATIENCE_LIMIT


def test_a_robot_gets_time_to_turn_round_in_a_one_wide_aisle() -> None:
    """Without patience each would find the other in its way, and both would stand still."""
    memory = fleet_memory(2)
    scratch = solve("............", [(0, 8, 3), (0, 9, 2)], [(0, 10), (0, 9)], memory)
    assert scratch.actions[0] == 0, "the urgent robot lets the other one turn"
    assert scratch.actions[1] in (2, 3)
    assert memory.pressure.tolist() == [0, 1]
    assert not memory.waiting[1], "it need not be promoted"


def test_waiting_grows_until_the_robot_arrives() -> None:
    memory = fleet_memory(2)
    solve("....", [(0, 0, 3), (0, 3, 3)], [(0, 2), (0, 3)], memory)
    assert memory.waiting.tolist() == [1, 0]
    solve("....", [(0, 1, 3), (0, 3, 3)], [(0, 2), (0, 3)], memory)
    assert memory.waiting.tolist() == [2, 0]
    solve("....", [(0, 2, 3), (0, 3, 3)], [(0, 2), (0, 3)], memory)
    assert memory.waiting.tolist() == [0, 0]


def test_a_new_goal_ends_the_waiting_only_where_the_old_one_was_reached() -> None:
    memory = fleet_memory(2)
    for _ in range(3):
        solve("....", [(0, 1, 3), (0, 3, 3)], [(0, 2), (0, 0)], memory)
    solve("....", [(0, 2, 3), (0, 3, 3)], [(0, 0), (0, 1)], memory)
    assert memory.waiting.tolist() == [1, 4]


def test_a_robot_resting_in_a_dead_end_seeks_a_refuge_and_forgets_it_with_a_new_goal() -> None:
    dead_end = "#####. ...... #####."
    memory = fleet_memory(2)
    solve(dead_end, [(1, 1, 2), (1, 0, 3)], [(1, 0), (1, 0)], memory)
    assert memory.refuges[0] == NO_REFUGE
    assert memory.refuges[1] == padded_cell((1, 2), (3, 6), "refuge")
    assert memory.waiting[1] > memory.waiting[0], "it comes first until it has made room"
    assert memory.clearance[1] == 4.0
    solve(dead_end, [(1, 1, 2), (1, 0, 3)], [(1, 0), (1, 5)], memory)
    assert memory.refuges[1] == NO_REFUGE
    assert memory.clearance[1] == 0.0


def test_a_robot_that_rests_wherever_it_is_keeps_its_refuge_on_the_way() -> None:
    dead_end = "#####. ...... #####."
    memory = fleet_memory(2)
    solve(dead_end, [(1, 1, 2), (1, 0, 3)], [(1, 0), (1, 0)], memory)
    solve(dead_end, [(1, 2, 3), (1, 1, 3)], [(1, 0), (1, 1)], memory)
    assert memory.refuges[1] == padded_cell((1, 2), (3, 6), "refuge")
    assert 3.9 < memory.clearance[1] < 4.0


def test_nobody_seeks_refuge_where_another_stands() -> None:
    memory = fleet_memory(3)
    goals = [(1, 0), (1, 0), (1, 2)]
    solve("#####. ...... #####.", [(1, 1, 2), (1, 0, 3), (1, 2, 2)], goals, memory)
    assert memory.refuges.tolist() == [NO_REFUGE, padded_cell((1, 3), (3, 6), "refuge"), NO_REFUGE]


def test_a_robot_in_its_refuge_is_the_least_urgent() -> None:
    memory = fleet_memory(2)
    memory.goals[:] = [padded_cell((0, 0), (1, 6), "goal")] * 2
    memory.refuges[1] = padded_cell((0, 5), (1, 6), "refuge")
    memory.waiting[:] = [3, 90]
    solve("......", [(0, 3, 2), (0, 5, 2)], [(0, 0), (0, 0)], memory)
    assert memory.refuges[1] == NO_REFUGE
    assert memory.waiting.tolist() == [4, 1]
