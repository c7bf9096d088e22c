"""Which frontier cell is explored next."""

from __future__ import annotations

from planzoo.envs.maze.state import IN_PROGRESS, SCOUT
from planzoo.planners.domains.maze_exploring import (
    LEFT_TO_OTHERS,
    LOOK_AGAIN,
    SCOUTING,
    candidates,
    doors_to_look_at,
    frontier_cost,
    next_aim,
    unseen_rim,
)
from planzoo.planners.domains.maze_masks import frontier_cells
from tests.envs.maze.stage import plan_in_progress
from tests.planners.domains.maze_play import drawn, remembering

CORRIDOR = """
#################
#......0........#
#.#############.#
#E.............1#
#################
"""
WITH_ANOTHER = """
#################
#.....0..1......#
#.#############.#
#E..............#
#################
"""


def test_the_nearest_end_of_the_map_is_explored() -> None:
    """By one alone; nothing is left to explore where everything is known."""
    here, memory = remembering(drawn(CORRIDOR, sight=2, map_sharing=False))
    aim = next_aim(here, memory, together=False)
    assert aim is not None and here.steps(aim) == min(here.steps(cell) for cell in here.frontier)
    known, mind = remembering(drawn("#######\n#0...E#\n#######", known=True))
    assert next_aim(known, mind, together=True) is None and candidates(known) == []


def test_what_others_are_nearer_to_is_left_to_them() -> None:
    """Together the left end is taken, whichever is chosen alone."""
    here, memory = remembering(drawn(WITH_ANOTHER, sight=2, map_sharing=False))
    left, right = here.view.cell - 2, here.view.cell + 2
    assert {left, right} <= set(here.frontier)
    more = frontier_cost(here, memory, True, right) - frontier_cost(here, memory, False, right)
    assert more == LEFT_TO_OTHERS
    assert frontier_cost(here, memory, False, left) == frontier_cost(here, memory, True, left)
    assert next_aim(here, memory, together=True) == left


def test_an_exit_that_was_told_of_draws() -> None:
    """Towards it, even if the other end is nearer."""
    here, memory = remembering(drawn(CORRIDOR, sight=2, map_sharing=False))
    left, right = sorted(here.frontier)
    for cell in (here.view.across * 4 + 2, here.view.across * 4 + 16):
        here.rumours = [cell]
        nearest = min((left, right), key=lambda end: here.view.steps_between(end, cell))
        assert next_aim(here, memory, together=True) == nearest


def test_a_scout_goes_where_the_others_are_not() -> None:
    """Each step away from them is worth half a step."""
    simulator = drawn(WITH_ANOTHER, sight=2, map_sharing=False, coordination="roles")
    here, memory = remembering(simulator)
    left = min(here.frontier)
    before = frontier_cost(here, memory, True, left)
    plan_in_progress(simulator, 5, int(simulator.state.agents.cell[0, 0]), {0: SCOUT, 1: 1})
    scouting, _ = remembering(simulator)
    assert scouting.view.plans[0].status == IN_PROGRESS and scouting.view.role == SCOUT
    away = scouting.view.steps_between(scouting.view.team[0].cell, left)
    assert frontier_cost(scouting, memory, True, left) == before - SCOUTING * away == before - 0.5 * 5


def test_unseen_rim_is_counted_on_all_sides() -> None:
    """In the open everything in sight is on the map; beyond it what is within sight of the cell counts."""
    here, _ = remembering(drawn(CORRIDOR, sight=2, map_sharing=False))
    grid = here.view.codes.reshape(-1, here.view.across)[1:-1, 1:-1]
    for cell in frontier_cells(here.view).tolist():
        row, column = here.view.place(cell)
        rim = [
            (r, c)
            for r in range(max(row - 2, 0), min(row + 3, 5))
            for c in range(max(column - 2, 0), min(column + 3, 17))
            if grid[r, c] == 0 and (r in (0, 4) or c in (0, 16))
        ]
        corners = sum((r in (0, 4)) and (c in (0, 16)) for r, c in rim)
        assert unseen_rim(here, cell) == len(rim) + corners


def test_closed_doors_are_looked_at_again_after_a_while() -> None:
    """Not by who stands before one, nor by who has a key."""
    simulator = drawn("#######\n#.0DE.#\n#######")
    here, memory = remembering(simulator)
    assert doors_to_look_at(here, memory) == ()
    memory.step += LOOK_AGAIN
    assert doors_to_look_at(here, memory) == tuple(here.doors)
    keyed, mind = remembering(drawn("#######\n#0.DE.#\n#######", {0: {"items": [0, 0, 0, 1]}}))
    assert doors_to_look_at(keyed, mind) == () and candidates(keyed) == keyed.doors
