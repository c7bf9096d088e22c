"""What the task network makes of drawn situations: exact plans, and the reasons given for them."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.planners.domains.maze_case import Case
from planzoo.planners.domains.maze_exploring import doors_to_look_at, next_aim
from planzoo.planners.domains.maze_tasks import maze_domain, maze_problem
from planzoo.planners.htn import HierarchicalPlanner, describe_domain, validate
from planzoo.planners.status import Status
from tests.planners.domains.maze_play import drawn, remembering, spelled

PLANNER = HierarchicalPlanner(maze_domain())
CORRIDOR = "##########\n#0......E#\n##########"
LOCKED_WATER = "########\n#0.w.D.#\n########"


def planned(simulator: Any, agent: int = 0, **changes: Any) -> tuple[list[str], str]:
    """The plan's actions with cells as (row, column), and the first method with its reason."""
    here, memory = remembering(simulator, agent)
    case = Case(aim=next_aim(here, memory, False), doors=doors_to_look_at(here, memory), **changes)
    problem = maze_problem(here, case)
    result = PLANNER.solve(problem)
    assert result.status is Status.SOLVED and result.plan is not None
    assert validate(maze_domain(), problem.state, problem.tasks, result.plan) is None
    method = str(result.plan.decomposition.methods[0])
    return spelled(here.view, result.plan.actions), f"{method}: {case.reasons[method]}"


@pytest.mark.parametrize(
    ("drawing", "body", "actions", "method"),
    [
        (CORRIDOR, {}, ["walk(1, 8)"], "leave_the_maze: I know the exit at (1, 8), 7 steps away"),
        (
            CORRIDOR,
            {"needs": [100, 40, 100, 100], "items": [1, 0, 0, 0]},
            ["use(0)"],
            "tend_to_myself: my hunger is 40 and I carry food",
        ),
        (
            "#######\n#0.w..#\n###E###",
            {"needs": [100, 100, 20, 100]},
            ["walk(2, 3)"],
            "leave_the_maze: I know the exit at (2, 3), 3 steps away",
        ),
        (
            LOCKED_WATER,
            {"needs": [100, 100, 20, 100]},
            ["walk(1, 3)", "pick_up(1)", "use(1)"],
            "save_myself: my thirst is 20 and I know water, 2 steps away",
        ),
        (
            "#########\n#0.k..D.#\n#########",
            {},
            ["walk(1, 3)", "pick_up(3)"],
            "stock_up: key is 2 steps away and may be needed",
        ),
        (
            "##########\n#0..k..D.#\n##########",
            {},
            ["walk(1, 4)", "pick_up(3)"],
            "find_a_key: a key lies 3 steps away",
        ),
        (
            "########\n#0...D.#\n########",
            {"items": [0, 0, 0, 1]},
            ["walk(1, 5)"],
            "look_around: I know of no way out, and my map ends at (1, 5), 5 steps away",
        ),
        (
            "########\n#0...DE#\n########",
            {"items": [0, 0, 0, 1]},
            ["walk(1, 6)"],
            "leave_the_maze: I know the exit at (1, 6), 6 steps away",
        ),
        (
            "########\n#0...D.#\n########",
            {},
            ["search(1, 5)"],
            "see_whether_a_door_is_open: the door at (1, 5) may be open by now",
        ),
        (
            "########\n#0...DE#\n########",
            {},
            ["search(1, 6)"],
            "go_where_the_exit_was_seen: an exit was seen at (1, 6), some 19 steps away",
        ),
    ],
)
def test_situations_have_their_plans(
    drawing: str, body: dict[str, Any], actions: list[str], method: str
) -> None:
    """One agent alone that knows the maze, from the way out to a door that another might have opened."""
    assert planned(drawn(drawing, {0: body}, known=True)) == (actions, method)


def test_nothing_to_do_is_waiting() -> None:
    """Before a closed door that was just looked at, with nothing else in the maze."""
    simulator = drawn("######\n#.0D.#\n######", known=True)
    assert planned(simulator) == (["wait()"], "stay_where_i_am: there is nothing that I can do")


def test_who_is_hurt_rests_before_another_hazard() -> None:
    """While health comes back by itself; the well walk on."""
    drawing = "##########\n#0..^...E#\n##########"
    leaving = (["walk(1, 8)"], "leave_the_maze: I know the exit at (1, 8), {} steps away")
    weak = drawn(drawing, {0: {"needs": [40, 100, 100, 100]}}, known=True)
    words = "recover_before_danger: hazards on my way would leave me 25 health"
    assert planned(weak) == (["wait()"], words)
    hungry = drawn(drawing, {0: {"needs": [40, 40, 100, 100]}}, known=True)
    assert planned(hungry) == (leaving[0], leaving[1].format(248))
    assert planned(drawn(drawing, known=True)) == (leaving[0], leaving[1].format(36))
    shelter = drawn("##########\n#S.0.^..E#\n##########", {0: {"needs": [40, 100, 100, 100]}}, known=True)
    assert planned(shelter) == (["walk(1, 1)", "wait()"], words)


def test_waiting_for_answers_keeps_off_the_exit() -> None:
    """The agent stays beside it."""
    simulator = drawn("#####\n#.0E#\n#####", known=True)
    assert planned(simulator, holding=True) == (["wait()"], "stay_where_i_am: I wait for the others")


def test_the_domain_documents_itself() -> None:
    """Every method and operator says what it is for."""
    described = describe_domain(maze_domain())
    assert len(described.operators) == 9 and len(described.tasks) == 7
    for entry in (*described.operators, *(each for _, methods in described.tasks for each in methods)):
        assert len(entry.description.split()) >= 3 and entry.description.endswith("."), entry
