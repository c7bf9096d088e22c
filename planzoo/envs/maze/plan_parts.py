"""When an agent's part of a plan is done."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.performance import IN_NEED
from planzoo.envs.maze.places import frontier_within, kings_distance
from planzoo.envs.maze.state import (
    ALIVE,
    AREA_SWEEP,
    HEALTH,
    HUNGER,
    IN_PROGRESS,
    NO_AGENT,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    SYNCHRONIZED_EXPLORATION,
    THIRST,
    Constants,
    State,
)
from planzoo.envs.maze.teams import NOBODY, is_member, team_of
from planzoo.envs.simulation.kernel import driver, kernel

NEW_CELLS = 10
"""So many open cells must be new to the team for exploring together to be done."""
SWEPT_RANGE = 4
"""King's moves around the target of an area sweep."""
SAVED = 40.0
"""With this much of health, hunger and thirst a patient is saved."""


@kernel
def part_is_open(state: State, world: int, slot: int, agent: int) -> bool:
    """Tells whether a living agent's part of a plan in progress is neither done nor failed."""
    plan = state.plans[world, slot]
    if plan.status != IN_PROGRESS or state.agents[world, agent].status != ALIVE:
        return False
    return is_member(plan.accepted & ~(plan.completed | plan.failed), agent)


@kernel
def part_may_be_completed(constants: Constants, state: State, world: int, slot: int, agent: int) -> bool:
    """Tells whether an agent may mark its part of a plan as done; who must escape does so by escaping."""
    return part_is_open(state, world, slot, agent) and _part_is_done(constants, state, world, slot, agent)


@driver
def _part_is_done(constants: Constants, state: State, world: int, slot: int, agent: int) -> bool:
    plan = state.plans[world, slot]
    helped = is_member(plan.helped, agent)
    if plan.type == RENDEZVOUS:
        return _is_gathered(constants, state, world, slot)
    if plan.type == RESOURCE_SHARE:
        return helped or (_is_gathered(constants, state, world, slot) and not _is_hungry(state, world, slot))
    if plan.type == SYNCHRONIZED_EXPLORATION:
        new = state.worlds[world].cells_seen - plan.baseline
        return bool(new >= NEW_CELLS or state.agents[world, agent].frontier_known == 0)
    if plan.type == RESCUE_MISSION:
        return helped or _is_saved(state, world, plan.patient)
    if plan.type == AREA_SWEEP:
        return not frontier_within(constants, state, world, agent, (plan.target, SWEPT_RANGE))
    return plan.type == SUPPLY_RUN and helped


@kernel
def _is_gathered(constants: Constants, state: State, world: int, slot: int) -> bool:
    """Tells whether all whose part is open are within a step of the target."""
    target = state.plans[world, slot].target
    for agent in range(state.agents.shape[1]):
        away = kings_distance(constants, state.agents[world, agent].cell, target) > 1
        if away and part_is_open(state, world, slot, agent):
            return False
    return True


@kernel
def _is_hungry(state: State, world: int, slot: int) -> bool:
    """Tells whether anybody whose part is open is hungry or thirsty."""
    for agent in range(state.agents.shape[1]):
        if part_is_open(state, world, slot, agent):
            needs = state.agents[world, agent].needs
            if min(needs[HUNGER], needs[THIRST]) < IN_NEED:
                return True
    return False


@kernel
def _is_saved(state: State, world: int, patient: int) -> bool:
    if patient == NO_AGENT or state.agents[world, patient].status != ALIVE:
        return False
    needs = state.agents[world, patient].needs
    return bool(min(needs[HEALTH], min(needs[HUNGER], needs[THIRST])) >= SAVED)


@kernel
def hopeful_team(state: State, world: int, slot: int) -> np.uint64:
    """Gives the set of the participants who have done their part, or can still do it.

    After a patient's end only those have something to show who helped before.
    """
    plan = state.plans[world, slot]
    lost = plan.type == RESCUE_MISSION and plan.patient != NO_AGENT
    if lost:
        lost = state.agents[world, plan.patient].status != ALIVE
    team = NOBODY
    for agent in range(state.agents.shape[1]):
        if part_is_open(state, world, slot, agent) and (not lost or is_member(plan.helped, agent)):
            team |= team_of(agent)
    return team | plan.completed
