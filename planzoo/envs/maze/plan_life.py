"""The life of a plan: PROPOSED, ACCEPTED, IN_PROGRESS, and one of COMPLETED, ABANDONED, EXPIRED, REJECTED."""

from __future__ import annotations

from planzoo.envs.maze.memories import remember_plan
from planzoo.envs.maze.performance import note_part, note_trust, praise_help
from planzoo.envs.maze.plan_parts import hopeful_team
from planzoo.envs.maze.plan_roles import assign_roles, release_roles
from planzoo.envs.maze.plan_rules import is_busy
from planzoo.envs.maze.state import (
    ABANDONED,
    ACCEPTANCE,
    ACCEPTED,
    COMPLETED,
    COMPLETED_PART,
    FAILED_PART,
    GENERALIST,
    IN_PROGRESS,
    MODE_FORCED,
    MOST_AGENTS,
    NO_STATUS,
    PLAN_ACCEPTED,
    PLAN_COMPLETED,
    PLAN_ENDED,
    PLAN_STARTED,
    PROPOSAL,
    PROPOSED,
    REJECTED,
    REJECTION,
    RESCUE_MISSION,
    Constants,
    State,
)
from planzoo.envs.maze.teams import NOBODY, is_member, living_team, team_of, team_size
from planzoo.envs.simulation.kernel import driver, kernel


@driver
def open_plan(constants: Constants, state: State, world: int, slot: int) -> None:
    """Proposes a plan whose type, initiator, target, patient and invited agents are in a free slot.

    Where coordination is forced, whoever is asked and is in no other plan in progress takes part at once.
    """
    plan = state.plans[world, slot]
    initiator = plan.initiator
    plan.accepted = team_of(initiator)
    plan.rejected = plan.completed = plan.failed = plan.helped = NOBODY
    plan.number = state.worlds[world].plans_proposed
    plan.created_at = state.steps[world]
    plan.started_at = plan.ended_at = -1
    plan.deadline = state.steps[world] + constants.plan_steps[plan.type]
    plan.baseline = 0
    plan.minimum = constants.minimum
    for agent in range(MOST_AGENTS):
        plan.roles[agent] = GENERALIST
    state.worlds[world].plans_proposed += 1
    state.performance[world, initiator].proposed += 1
    state.agents[world, initiator].next_proposal = state.steps[world] + constants.proposal_pause
    _enter(state, world, slot, PROPOSED)
    remember_plan(state, world, initiator, PROPOSAL, slot)
    if constants.mode == MODE_FORCED:
        _oblige(state, world, slot)
    settle_plan(constants, state, world, slot)


@kernel
def _oblige(state: State, world: int, slot: int) -> None:
    for agent in range(state.agents.shape[1]):
        asked = is_member(state.plans[world, slot].invited, agent)
        if asked and agent != state.plans[world, slot].initiator and not is_busy(state, world, agent):
            _note_answer(state, world, slot, agent, True)


@kernel
def _enter(state: State, world: int, slot: int, status: int) -> None:
    """Gives a plan a status and counts it."""
    state.plans[world, slot].status = status
    state.type_counts[world, state.plans[world, slot].type, status] += 1


@kernel
def answer_plan(
    constants: Constants, state: State, world: int, slot: int, agent: int, accepted: bool
) -> None:
    """Lets an agent who may answer a plan accept or reject it."""
    _note_answer(state, world, slot, agent, accepted)
    settle_plan(constants, state, world, slot)


@kernel
def _note_answer(state: State, world: int, slot: int, agent: int, accepted: bool) -> None:
    plan = state.plans[world, slot]
    if accepted:
        plan.accepted |= team_of(agent)
        state.performance[world, agent].accepted += 1
        remember_plan(state, world, agent, ACCEPTANCE, slot)
    else:
        plan.rejected |= team_of(agent)
        state.performance[world, agent].rejected += 1
        remember_plan(state, world, agent, REJECTION, slot)


@driver
def settle_plan(constants: Constants, state: State, world: int, slot: int) -> None:
    """Moves a plan on as far as answers, parts and agents' ends decide it; time is not looked at."""
    plan = state.plans[world, slot]
    if plan.status == PROPOSED:
        reachable = plan.invited & living_team(state, world) & ~plan.rejected
        if team_size(plan.accepted) >= plan.minimum:
            _enter(state, world, slot, ACCEPTED)
            _tell_participants(state, world, slot, PLAN_ACCEPTED)
        elif team_size(reachable) < plan.minimum:
            end_plan(state, world, slot, REJECTED)
    elif plan.status == ACCEPTED:
        if team_size(plan.accepted) < plan.minimum:
            end_plan(state, world, slot, ABANDONED)
    elif plan.status == IN_PROGRESS:
        if plan.accepted & ~(plan.completed | plan.failed) == NOBODY:
            done = team_size(plan.completed) >= plan.minimum
            end_plan(state, world, slot, COMPLETED if done else ABANDONED)
        elif team_size(hopeful_team(state, world, slot)) < plan.minimum:
            end_plan(state, world, slot, ABANDONED)


@kernel
def _tell_participants(state: State, world: int, slot: int, event: int) -> None:
    for agent in range(state.agents.shape[1]):
        if is_member(state.plans[world, slot].accepted, agent):
            remember_plan(state, world, agent, event, slot)


@driver
def end_plan(state: State, world: int, slot: int, status: int) -> None:
    """Ends a plan, counts what was kept and broken, and moves it to the history, so that its slot is free."""
    plan = state.plans[world, slot]
    plan.ended_at = state.steps[world]
    _enter(state, world, slot, status)
    _tell_participants(state, world, slot, PLAN_COMPLETED if status == COMPLETED else PLAN_ENDED)
    if plan.started_at >= 0:
        note_trust(state, world, slot)
        release_roles(state, world, slot)
    if status == COMPLETED:
        state.type_steps[world, plan.type] += plan.ended_at - plan.started_at
    number = state.worlds[world].plans_ended
    state.history[world, number % state.history.shape[1]] = plan
    state.worlds[world].plans_ended = number + 1
    plan.status = NO_STATUS


@driver
def start_plan(constants: Constants, state: State, world: int, slot: int) -> None:
    """Starts an accepted plan; its participants leave all plans that have not started."""
    plan = state.plans[world, slot]
    plan.started_at = state.steps[world]
    plan.baseline = state.worlds[world].cells_seen
    _enter(state, world, slot, IN_PROGRESS)
    assign_roles(constants, state, world, slot)
    _tell_participants(state, world, slot, PLAN_STARTED)
    for other in range(state.plans.shape[1]):
        status = state.plans[world, other].status
        if status in (PROPOSED, ACCEPTED):
            leaving = state.plans[world, other].accepted & plan.accepted
            state.plans[world, other].accepted &= ~leaving
            state.plans[world, other].rejected |= leaving
            settle_plan(constants, state, world, other)
    settle_plan(constants, state, world, slot)


@kernel
def finish_part(constants: Constants, state: State, world: int, slot: int, agent: int, success: bool) -> None:
    """Ends an agent's open part of a plan in progress, well or not."""
    plan = state.plans[world, slot]
    if success:
        spent = (state.steps[world] - plan.started_at) / constants.plan_steps[plan.type]
        plan.completed |= team_of(agent)
        state.agents[world, agent].reward += constants.plan_reward
        note_part(state, world, agent, plan.roles[agent], max(0.0, 1.0 - spent))
        remember_plan(state, world, agent, COMPLETED_PART, slot)
        if plan.type == RESCUE_MISSION and plan.patient != agent:
            praise_help(state, world, agent)
    else:
        plan.failed |= team_of(agent)
        note_part(state, world, agent, plan.roles[agent], -1.0)
        remember_plan(state, world, agent, FAILED_PART, slot)
    settle_plan(constants, state, world, slot)
