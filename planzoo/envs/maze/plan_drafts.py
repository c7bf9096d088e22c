"""Where a plan is to happen and whom it is to save, when it is proposed in words."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.arrays import allocate_scratch
from planzoo.envs.maze.cooperation_types import Location, PlanType
from planzoo.envs.maze.performance import IN_NEED
from planzoo.envs.maze.plan_calls import ask_neediest
from planzoo.envs.maze.search import nearest_known
from planzoo.envs.maze.state import (
    EXIT,
    GROUND_CODES,
    HEALTH,
    HUNGER,
    NO_AGENT,
    PLAN_TYPES,
    THIRST,
    TO_EXIT,
    TO_FRONTIER,
    TO_HERE,
    TO_SUPPLY,
)
from planzoo.envs.maze.team_views import TeamView
from planzoo.errors import InputError

USUAL_TARGETS = {
    PlanType.RENDEZVOUS: TO_HERE,
    PlanType.RESOURCE_SHARE: TO_HERE,
    PlanType.SYNCHRONIZED_EXPLORATION: TO_FRONTIER,
    PlanType.GROUP_EXIT: TO_EXIT,
    PlanType.AREA_SWEEP: TO_FRONTIER,
    PlanType.SUPPLY_RUN: TO_SUPPLY,
}
"""Where plans happen that name no place; a rescue happens where the patient is."""


def chosen_patient(view: TeamView, agent: int, team: np.uint64, plan_type: PlanType) -> int:
    """Gives whom a rescue is to save, the one of those asked with the least health; NO_AGENT for other plans.

    Raises:
        InputError: nobody of them is in danger.
    """
    if plan_type != PlanType.RESCUE_MISSION:
        return NO_AGENT
    number = PLAN_TYPES.index(plan_type)
    patient = int(ask_neediest(view.simulator.state, view.world, team, agent, number))
    if min(view.agents.needs[patient, [HEALTH, HUNGER, THIRST]]) >= IN_NEED:
        raise InputError(f"{view.names[patient]} is not in danger: nobody of those asked needs a rescue.")
    return patient


def chosen_target(view: TeamView, agent: int, plan: tuple[PlanType, int], location: Location | None) -> int:
    """Gives the cell where a plan is to happen.

    Args:
        view: the team.
        agent: the initiator.
        plan: type and patient.
        location: that the proposal names; None for the usual place of such plans.

    Raises:
        InputError: the place is outside of the maze, out of reach, or no exit where it must be one.
    """
    plan_type, patient = plan
    start = int(view.agents.cell[agent])
    if location is None and patient != NO_AGENT:
        return int(view.agents.cell[patient])
    cell = _usual_cell(view, agent, plan_type) if location is None else view.cell(location)
    place = list(view.location(cell))
    if not view.is_reachable(start, cell):
        raise InputError(f"No way leads {view.names[agent]} to {place}: choose a place within reach.")
    known = view.simulator.state.known[view.world, agent, cell]
    if plan_type == PlanType.GROUP_EXIT and known & GROUND_CODES != EXIT:
        raise InputError(f"{view.names[agent]} knows of no exit at {place}: a group exit needs one.")
    return cell


def _usual_cell(view: TeamView, agent: int, plan_type: PlanType) -> int:
    simulator = view.simulator
    scratch = allocate_scratch(simulator.constants)
    kind = USUAL_TARGETS[plan_type]
    return int(nearest_known(simulator.constants, simulator.state, view.world, agent, kind, scratch))
