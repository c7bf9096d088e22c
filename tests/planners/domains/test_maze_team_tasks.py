"""Parts of team plans as methods: who goes where, hands over what, and says when it is done."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.envs.maze.state import (
    AREA_SWEEP,
    GENERALIST,
    GROUP_EXIT,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    SYNCHRONIZED_EXPLORATION,
)
from planzoo.planners.domains.maze_case import Case
from planzoo.planners.domains.maze_exploring import next_aim
from planzoo.planners.domains.maze_tasks import maze_domain, maze_problem
from planzoo.planners.domains.maze_team_tasks import PATIENCE
from planzoo.planners.htn import HierarchicalPlanner
from tests.envs.maze.stage import cell_at, plan_in_progress
from tests.planners.domains.maze_play import drawn, remembering, spelled

PLANNER = HierarchicalPlanner(maze_domain())
ROOM = """
############
#0........E#
#.########.#
#1.........#
############
"""
SUPPLIED = "############\n#0..w.w..D.#\n#.########.#\n#1.........#\n############"
WATER_BODY = {"items": [0, 2, 0, 0]}
THIRSTY = {"needs": [100, 100, 30, 100]}


def part(
    drawing: str,
    plan: tuple[int, tuple[int, int]],
    bodies: Any = None,
    patient: int = -1,
    known: bool = True,
    **case: Any,
) -> tuple[list[str], list[str]]:
    """The actions and methods of agent 0's plan while a plan (type, place) is in progress."""
    simulator = drawn(drawing, bodies, known, share_range=8)
    plan_in_progress(simulator, plan[0], cell_at(simulator, *plan[1]), {0: GENERALIST, 1: GENERALIST})
    plans = simulator.state.plans[0]
    plans.patient[0], plans.initiator[0] = patient, int(patient == 0)
    plans.baseline[0] = simulator.state.worlds.cells_seen[0]
    simulator.refresh()
    here, memory = remembering(simulator)
    weighed = Case(aim=next_aim(here, memory, True), cooperative=True, **case)
    found = PLANNER.solve(maze_problem(here, weighed)).plan
    assert found is not None
    return spelled(here.view, found.actions), [str(name) for name in found.decomposition.methods if name]


@pytest.mark.parametrize(
    ("plan_type", "target", "bodies", "patient", "actions", "method"),
    [
        (GROUP_EXIT, (1, 10), None, -1, ["walk(1, 10)", "wait()"], "leave_as_a_team"),
        (RENDEZVOUS, (3, 5), None, -1, ["walk(3, 5)"], "meet_the_others"),
        (RESCUE_MISSION, (3, 1), {0: WATER_BODY, 1: THIRSTY}, 1, ["walk(3, 1)", "give(1, 1)"], "bring_help"),
        (
            RESCUE_MISSION,
            (1, 1),
            {1: {"items": [0, 0, 1, 0]}, 0: {"needs": [30, 40, 100, 100]}},
            0,
            ["walk(3, 1)"],
            "meet_the_helper",
        ),
        (
            RESOURCE_SHARE,
            (3, 5),
            {0: WATER_BODY, 1: THIRSTY},
            -1,
            ["walk(3, 1)", "give(1, 1)"],
            "share_what_i_have",
        ),
        (RESOURCE_SHARE, (3, 5), {1: WATER_BODY, 0: THIRSTY}, -1, ["walk(3, 1)"], "meet_who_brings"),
        (SYNCHRONIZED_EXPLORATION, (1, 1), None, -1, ["complete(0)"], "finish_my_part"),
        (AREA_SWEEP, (3, 10), None, -1, ["complete(0)"], "finish_my_part"),
    ],
)
def test_parts_of_plans(
    plan_type: int, target: tuple[int, int], bodies: Any, patient: int, actions: list[str], method: str
) -> None:
    """Each type sends the agent where its part is done."""
    done, methods = part(ROOM, (plan_type, target), bodies, patient)
    assert done == actions
    assert methods[:2] == ([method] if method == "finish_my_part" else ["do_my_part", method])


def test_a_supply_run_fetches_and_a_sweep_looks_around() -> None:
    """The water that nobody is nearer to; the end of the map near the target."""
    content = {agent: {"needs": [100, 100, 60, 100]} for agent in (0, 1)}
    near = part(SUPPLIED, (SUPPLY_RUN, (1, 4)), content)
    assert near == (["walk(1, 4)", "pick_up(1)"], ["do_my_part", "gather_supplies", "walk_and_take"])
    left_to_me = part(SUPPLIED.replace("1.........", "......1..."), (SUPPLY_RUN, (1, 4)), content)
    assert left_to_me == near
    swept = part(ROOM, (AREA_SWEEP, (1, 9)), known=False)
    assert swept == (["walk(1, 5)"], ["do_my_part", "sweep_my_part"])


def test_exploring_together_goes_on() -> None:
    """A part without a place of its own is what the agent would do anyway."""
    done, methods = part(ROOM, (SYNCHRONIZED_EXPLORATION, (1, 1)), known=False)
    assert done == ["walk(1, 4)"] and methods == ["do_my_part", "explore_together", "look_around"]


def test_patience_ends() -> None:
    """Who knows a way out does not wait at a meeting for ever."""
    patient = part(ROOM, (RENDEZVOUS, (1, 2)), waited=PATIENCE)
    assert patient == (["wait()"], ["do_my_part", "meet_the_others"])
    tired = part(ROOM, (RENDEZVOUS, (1, 2)), waited=PATIENCE + 1)
    assert tired == (["walk(1, 10)"], ["do_my_part", "explore_together", "leave_the_maze"])


def test_help_is_handed_to_who_is_beside() -> None:
    """Plan or no plan; the uncooperative keep what they have."""
    simulator = drawn("#########\n#01....E#\n#########", {0: WATER_BODY, 1: THIRSTY}, known=True)
    here, _ = remembering(simulator)
    for cooperative, actions in ((True, ["give(1, 1)"]), (False, ["walk(1, 7)"])):
        plan = PLANNER.solve(maze_problem(here, Case(cooperative=cooperative))).plan
        assert plan is not None and spelled(here.view, plan.actions) == actions
