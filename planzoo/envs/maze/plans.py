"""Team plans within a step: what agents do about them, what happens to them, and the passing of time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.performance import begin_performance, needs_item, praise_help
from planzoo.envs.maze.plan_life import (
    answer_plan,
    end_plan,
    finish_part,
    open_plan,
    settle_plan,
    start_plan,
)
from planzoo.envs.maze.plan_parts import part_is_open, part_may_be_completed
from planzoo.envs.maze.plan_rules import (
    audience,
    free_slot,
    is_busy,
    known_targets,
    may_answer,
    may_propose,
    neediest,
    open_types,
)
from planzoo.envs.maze.search import nearest_known
from planzoo.envs.maze.state import (
    ABANDONED,
    ACCEPTED,
    ESCAPED,
    EXPIRED,
    FIRST_PROPOSAL,
    GENERALIST,
    GROUP_EXIT,
    IN_PROGRESS,
    MODE_NONE,
    NO_AGENT,
    NO_STATUS,
    PROPOSALS,
    PROPOSED,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    TO_TEAMMATE,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.maze.teams import NOBODY, is_member, living_team, team_of
from planzoo.envs.simulation.kernel import driver, kernel

ACCEPT, REJECT, COMPLETE = 0, 1, 2
"""The actions after the proposals, each by plan slot."""


@kernel
def begin_plans(constants: Constants, state: State, world: int) -> None:
    """Begins an episode without plans and memories, in the usual role, and with trust only if it is kept.

    Plans that a reset cuts off count as abandoned.
    """
    state.worlds[world].plans_proposed = 0
    state.worlds[world].plans_ended = 0
    for slot in range(state.plans.shape[1]):
        if state.plans[world, slot].status != NO_STATUS:
            state.type_counts[world, state.plans[world, slot].type, ABANDONED] += 1
        state.plans[world, slot].status = NO_STATUS
    for number in range(state.history.shape[1]):
        state.history[world, number].status = NO_STATUS
    for agent in range(state.agents.shape[1]):
        state.agents[world, agent].role = GENERALIST
        state.agents[world, agent].usual_role = GENERALIST
        state.agents[world, agent].next_proposal = 0
        state.memory_counts[world, agent] = 0
    begin_performance(constants, state, world)


@driver
def plan_action(
    constants: Constants, state: State, world: int, agent: int, action: int, scratch: Scratch
) -> bool:
    """Carries out a proposal or answer, or marks a part as done.

    Others may have acted since the mask was written; what is not allowed any more does nothing.

    Returns:
        Whether it did something.
    """
    number = action - FIRST_PROPOSAL
    if number < len(PROPOSALS):
        return _propose(constants, state, world, agent, number, scratch)
    kind, slot = divmod(number - len(PROPOSALS), state.plans.shape[1])
    if kind == COMPLETE:
        if not part_may_be_completed(constants, state, world, slot, agent):
            return False
        finish_part(constants, state, world, slot, agent, True)
        return True
    if not may_answer(state, world, slot, agent) or (kind == ACCEPT and is_busy(state, world, agent)):
        return False
    answer_plan(constants, state, world, slot, agent, kind == ACCEPT)
    return True


@kernel
def _propose(
    constants: Constants, state: State, world: int, agent: int, number: int, scratch: Scratch
) -> bool:
    if not _may_propose_this(constants, state, world, agent, number):
        return False
    plan_type, kind = constants.proposals[number, 0], constants.proposals[number, 1]
    plan = state.plans[world, free_slot(state, world)]
    plan.type = plan_type
    plan.initiator = agent
    plan.invited = audience(constants, state, world, agent)
    plan.patient = NO_AGENT
    if kind == TO_TEAMMATE:
        plan.patient = neediest(state, world, plan.invited & ~team_of(agent), plan_type)
        plan.target = state.agents[world, plan.patient].cell
    else:
        plan.target = nearest_known(constants, state, world, agent, kind, scratch)
    open_plan(constants, state, world, free_slot(state, world))
    return True


@kernel
def _may_propose_this(constants: Constants, state: State, world: int, agent: int, number: int) -> bool:
    if not may_propose(constants, state, world, agent):
        return False
    types, targets = open_types(constants, state, world, agent), known_targets(state, world, agent)
    plan_type, kind = constants.proposals[number, 0], constants.proposals[number, 1]
    return types >> plan_type & targets >> kind & 1 != 0


@kernel
def plan_mask(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.bool_]) -> None:
    """Writes which plan actions an agent may take into ``out``, bool (A,), from FIRST_PROPOSAL on."""
    if constants.mode == MODE_NONE:
        return
    types, targets = 0, 0
    if may_propose(constants, state, world, agent):
        types, targets = open_types(constants, state, world, agent), known_targets(state, world, agent)
    for number in range(len(PROPOSALS)):
        plan_type, kind = constants.proposals[number, 0], constants.proposals[number, 1]
        out[FIRST_PROPOSAL + number] = types >> plan_type & targets >> kind & 1 != 0
    first, slots = FIRST_PROPOSAL + len(PROPOSALS), state.plans.shape[1]
    for slot in range(slots):
        asked = may_answer(state, world, slot, agent)
        out[first + ACCEPT * slots + slot] = asked and not is_busy(state, world, agent)
        out[first + REJECT * slots + slot] = asked
        done = part_may_be_completed(constants, state, world, slot, agent)
        out[first + COMPLETE * slots + slot] = done


@kernel
def update_plans(constants: Constants, state: State, world: int) -> None:
    """Starts the plans that everybody asked has answered, and ends those whose time is over.

    With the time limit of the episode the time of all plans is over.
    """
    for slot in range(state.plans.shape[1]):
        if state.plans[world, slot].status != NO_STATUS:
            _update_plan(constants, state, world, slot)


@driver
def _update_plan(constants: Constants, state: State, world: int, slot: int) -> None:
    plan, now = state.plans[world, slot], state.steps[world]
    answered = now - plan.created_at >= constants.response_steps
    last = min(plan.deadline, constants.max_steps)
    if now >= last or (plan.status == PROPOSED and answered):
        end_plan(state, world, slot, EXPIRED)
    elif plan.status == ACCEPTED:
        awaited = plan.invited & ~(plan.accepted | plan.rejected) & living_team(state, world)
        if answered or awaited == NOBODY:
            start_plan(constants, state, world, slot)


@kernel
def holds_exit(constants: Constants, state: State, world: int, agent: int) -> bool:
    """Tells whether an agent on an exit waits there for others with whom it wants to leave by that exit."""
    cell = state.agents[world, agent].cell
    for slot in range(state.plans.shape[1]):
        plan = state.plans[world, slot]
        if plan.type == GROUP_EXIT and plan.target == cell and part_is_open(state, world, slot, agent):
            for other in range(state.agents.shape[1]):
                if part_is_open(state, world, slot, other) and state.agents[world, other].cell != cell:
                    return True
    return False


@kernel
def note_gift(constants: Constants, state: State, world: int, giver: int, receiver: int, item: int) -> None:
    """Lets plans and the giver's performance know of a gift, before it does anything to the receiver.

    It is not remembered here.
    """
    if needs_item(state, world, receiver, item):
        praise_help(state, world, giver)
    for slot in range(state.plans.shape[1]):
        plan = state.plans[world, slot]
        if plan.status != IN_PROGRESS or not is_member(plan.accepted, giver):
            continue
        both = is_member(plan.accepted, receiver)
        if (plan.type == RESOURCE_SHARE and both) or (
            plan.type == RESCUE_MISSION and plan.patient == receiver
        ):
            plan.helped |= team_of(giver)
            if both:
                plan.helped |= team_of(receiver)


@kernel
def note_supply(constants: Constants, state: State, world: int, agent: int) -> None:
    """Lets plans know that an agent picked up food, water or medicine."""
    for slot in range(state.plans.shape[1]):
        plan = state.plans[world, slot]
        if plan.type == SUPPLY_RUN and part_is_open(state, world, slot, agent):
            plan.helped |= team_of(agent)


@driver
def note_end(constants: Constants, state: State, world: int, agent: int) -> None:
    """Lets plans know that an agent has escaped or died; its status and ``cell`` must say so already.

    It does its part of a group exit by escaping there, fails other parts, and leaves plans that have not
    started.
    """
    body = state.agents[world, agent]
    for slot in range(state.plans.shape[1]):
        plan = state.plans[world, slot]
        if plan.status == IN_PROGRESS:
            if is_member(plan.accepted & ~(plan.completed | plan.failed), agent):
                joint = plan.type == GROUP_EXIT and plan.target == body.cell
                finish_part(constants, state, world, slot, agent, joint and body.status == ESCAPED)
        elif plan.status != NO_STATUS:
            plan.accepted &= ~team_of(agent)
        if plan.status != NO_STATUS:
            settle_plan(constants, state, world, slot)
