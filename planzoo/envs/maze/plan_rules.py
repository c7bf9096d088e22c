"""Who may propose what, and who may answer."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.performance import IN_NEED
from planzoo.envs.maze.places import in_message_range, kings_distance
from planzoo.envs.maze.state import (
    ACCEPTED,
    ALIVE,
    AREA_SWEEP,
    GROUP_EXIT,
    HEALTH,
    HUNGER,
    IN_PROGRESS,
    ITEMS,
    KEY,
    MODE_NONE,
    MOST_NEED,
    NO_AGENT,
    NO_CELL,
    NO_STATUS,
    PROPOSED,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    SYNCHRONIZED_EXPLORATION,
    THIRST,
    TO_EXIT,
    TO_FRONTIER,
    TO_HERE,
    TO_SAFE_ROOM,
    TO_SUPPLY,
    TO_TEAMMATE,
    Constants,
    State,
)
from planzoo.envs.maze.teams import is_member, team_of, team_size
from planzoo.envs.simulation.kernel import kernel

NO_SLOT = -1


@kernel
def free_slot(state: State, world: int) -> int:
    """Gives the first slot without a plan, or NO_SLOT."""
    for slot in range(state.plans.shape[1]):
        if state.plans[world, slot].status == NO_STATUS:
            return slot
    return NO_SLOT


@kernel
def is_busy(state: State, world: int, agent: int) -> bool:
    """Tells whether an agent takes part in a plan that is in progress."""
    for slot in range(state.plans.shape[1]):
        plan = state.plans[world, slot]
        if plan.status == IN_PROGRESS and is_member(plan.accepted, agent):
            return True
    return False


@kernel
def has_proposed(state: State, world: int, agent: int) -> bool:
    """Tells whether a plan of an agent's own has not ended."""
    for slot in range(state.plans.shape[1]):
        plan = state.plans[world, slot]
        if plan.status != NO_STATUS and plan.initiator == agent:
            return True
    return False


@kernel
def may_propose(constants: Constants, state: State, world: int, agent: int) -> bool:
    """Tells whether an agent may propose some plan now, whatever its type."""
    if constants.mode == MODE_NONE or state.agents[world, agent].status != ALIVE:
        return False
    if state.steps[world] < state.agents[world, agent].next_proposal or free_slot(state, world) == NO_SLOT:
        return False
    return not has_proposed(state, world, agent) and not is_busy(state, world, agent)


@kernel
def may_answer(state: State, world: int, slot: int, agent: int) -> bool:
    """Tells whether a plan waits for an agent's answer."""
    plan = state.plans[world, slot]
    if plan.status not in (PROPOSED, ACCEPTED):
        return False
    awaited = is_member(plan.invited & ~(plan.accepted | plan.rejected), agent)
    return awaited and state.agents[world, agent].status == ALIVE


@kernel
def audience(constants: Constants, state: State, world: int, agent: int) -> np.uint64:
    """Gives the set of the living agents that hear an agent's proposals, itself among them."""
    team = team_of(agent)
    for other in range(state.agents.shape[1]):
        alive = state.agents[world, other].status == ALIVE
        if alive and in_message_range(constants, state, world, agent, other):
            team |= team_of(other)
    return team


@kernel
def lowest_need(state: State, world: int, agent: int) -> float:
    """Gives the least of an agent's health, hunger and thirst: what others can help with."""
    needs = state.agents[world, agent].needs
    return float(min(needs[HEALTH], min(needs[HUNGER], needs[THIRST])))


@kernel
def neediest(state: State, world: int, team: np.uint64, plan_type: int) -> int:
    """Gives the member of a set with the lowest need (to be rescued: health), ties by number, or NO_AGENT."""
    found, least = NO_AGENT, 2.0 * MOST_NEED
    for agent in range(state.agents.shape[1]):
        if is_member(team, agent):
            need = lowest_need(state, world, agent)
            if plan_type == RESCUE_MISSION:
                need = float(state.agents[world, agent].needs[HEALTH])
            if need < least:
                found, least = agent, need
    return found


@kernel
def carries(state: State, world: int, agent: int, kinds: int) -> bool:
    """Tells whether an agent carries any of the first so many kinds of items."""
    carried = 0
    for item in range(kinds):
        carried += state.agents[world, agent].items[item]
    return carried > 0


@kernel
def open_types(constants: Constants, state: State, world: int, agent: int) -> int:
    """Gives the types of plans whose requirements hold for an agent, as bits; none if too few would hear."""
    team = audience(constants, state, world, agent)
    others = team & ~team_of(agent)
    if team_size(team) < max(2, constants.minimum):
        return 0
    me = state.agents[world, agent]
    types = 1 << RENDEZVOUS
    if me.exit_known != NO_CELL:
        types |= 1 << GROUP_EXIT
    if me.supplies_known > 0:
        types |= 1 << SUPPLY_RUN
    if me.frontier_known > 0:
        types |= 1 << AREA_SWEEP
        if _somebody_near(constants, state, world, agent, others):
            types |= 1 << SYNCHRONIZED_EXPLORATION
    if _somebody_carries(state, world, team):
        types |= 1 << RESOURCE_SHARE
    if carries(state, world, agent, KEY):
        patient = neediest(state, world, others, RESCUE_MISSION)
        if lowest_need(state, world, patient) < IN_NEED:
            types |= 1 << RESCUE_MISSION
    return types


@kernel
def _somebody_near(constants: Constants, state: State, world: int, agent: int, others: np.uint64) -> bool:
    """Tells whether one of the others is near enough to explore together.

    Where no maps are shared, whoever hears is.
    """
    cell = state.agents[world, agent].cell
    for other in range(state.agents.shape[1]):
        if is_member(others, other):
            distance = kings_distance(constants, cell, state.agents[world, other].cell)
            if constants.share_range < 0 or distance <= 2 * constants.share_range:
                return True
    return False


@kernel
def _somebody_carries(state: State, world: int, team: np.uint64) -> bool:
    for agent in range(state.agents.shape[1]):
        if is_member(team, agent) and carries(state, world, agent, len(ITEMS)):
            return True
    return False


@kernel
def known_targets(state: State, world: int, agent: int) -> int:
    """Gives the kinds of targets that are on an agent's map, as bits."""
    me = state.agents[world, agent]
    targets = 1 << TO_HERE | 1 << TO_TEAMMATE
    if me.exit_known != NO_CELL:
        targets |= 1 << TO_EXIT
    if me.safe_known != NO_CELL:
        targets |= 1 << TO_SAFE_ROOM
    if me.supplies_known > 0:
        targets |= 1 << TO_SUPPLY
    if me.frontier_known > 0:
        targets |= 1 << TO_FRONTIER
    return targets
