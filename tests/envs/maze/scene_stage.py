"""Moments of a maze that the tests of the drawing set up by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from planzoo.envs.maze.scene_view import View
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import IN_PROGRESS, NO_AGENT, PROPOSED
from planzoo.envs.simulation.scene import Bar, Field, Gauges, Panel, Row, Shape, Text
from tests.envs.maze.stage import cell_at, staged

HALL = "####### #0.f.S# #12^#.# #.w.DkE #######"
"""Three agents; an item of most kinds, a hazard, a safe room, a door and an exit."""
Kind = TypeVar("Kind", bound=Shape)


def hall(**changes: Any) -> MazeSimulator:
    """Three agents in a small hall, or as many as are asked for; more than three stand anywhere."""
    alone = HALL.replace("1", ".").replace("2", ".")
    return staged(alone if changes.get("agents") == 1 else HALL, **changes)


def view(simulator: MazeSimulator) -> View:
    """Looks at the first world."""
    return View(simulator.constants, simulator.state, 0)


def bits(agents: Iterable[int]) -> int:
    """A set of agents as bits."""
    return sum(1 << agent for agent in agents)


def put_plan(simulator: MazeSimulator, slot: int, place: tuple[int, int], **facts: Any) -> Any:
    """Puts a plan into a slot; sets of agents are given as lists, all else as the fields of PLAN."""
    plan = simulator.state.plans[0, slot]
    plan.status, plan.type, plan.initiator, plan.patient = PROPOSED, 0, 0, NO_AGENT
    plan.invited = plan.accepted = plan.rejected = plan.completed = plan.failed = 0
    plan.number, plan.created_at, plan.started_at, plan.ended_at = slot, 0, -1, -1
    plan.deadline, plan.target = 60, cell_at(simulator, *place)
    for name, value in facts.items():
        plan[name] = bits(value) if isinstance(value, list) else value
    if plan.status >= IN_PROGRESS:
        plan.started_at = 0
    return plan


def end_plans(simulator: MazeSimulator, statuses: Sequence[int]) -> None:
    """Lets plans have ended one after the other, with these statuses."""
    history = simulator.state.history[0]
    for number, status in enumerate(statuses):
        plan = put_plan(simulator, 0, (1, 1), number=number, status=status, ended_at=number + 1)
        history[number % len(history)] = plan
        simulator.state.type_counts[0, 0, [PROPOSED, status]] += 1
    simulator.state.plans.status[0, 0] = 0
    simulator.state.worlds.plans_ended[0] = len(statuses)
    simulator.state.worlds.plans_proposed[0] = len(statuses)


def of_type(shapes: Iterable[Shape], kind: type[Kind]) -> list[Kind]:
    """The shapes of one type."""
    return [shape for shape in shapes if isinstance(shape, kind)]


def words(rows: Panel | Iterable[Row]) -> list[str]:
    """Each row of a panel in words."""
    return [_words(row) for row in (rows.rows if isinstance(rows, Panel) else rows)]


def _words(row: Row) -> str:
    match row:
        case Text():
            return row.text
        case Field() | Bar():
            return f"{row.label}: {row.value}"
        case Gauges():
            return f"{row.label}: {', '.join(gauge.value for gauge in row.gauges)}"
