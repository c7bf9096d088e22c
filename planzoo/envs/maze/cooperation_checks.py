"""What keeps people from plans that cannot be: one clear error each, before anything changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from planzoo.envs.maze.cooperation_types import PlanType
from planzoo.envs.maze.cooperation_words import REQUIREMENTS
from planzoo.envs.maze.plan_calls import ask_audience, ask_busy, ask_part, ask_types
from planzoo.envs.maze.state import (
    ACCEPTED,
    IN_PROGRESS,
    MODE_NONE,
    NO_STATUS,
    PLAN_STATUSES,
    PLAN_TYPES,
    PROPOSED,
)
from planzoo.envs.maze.team_views import Agent, TeamView, members
from planzoo.errors import InputError


def check_proposer(view: TeamView, agent: int, plan_type: PlanType) -> None:
    """Checks that an agent may propose a plan of a type now.

    Raises:
        InputError: plans are off, all slots are taken, the agent has a plan of its own, takes part in one in
            progress or must wait, or a requirement of the type does not hold.
    """
    constants, state, name = view.simulator.constants, view.simulator.state, view.names[agent]
    plans = state.plans[view.world]
    if constants.mode == MODE_NONE:
        raise InputError("There are no plans in this maze: choose another coordination than 'none'.")
    if np.all(plans.status != NO_STATUS):
        raise InputError(f"All {len(plans)} plan slots are taken: wait until a plan has ended.")
    if np.any((plans.status != NO_STATUS) & (plans.initiator == agent)):
        raise InputError(f"A plan that {name} proposed has not ended: wait until it has.")
    if ask_busy(state, view.world, agent):
        raise InputError(f"{name} takes part in a plan in progress: complete it before proposing another.")
    if view.now < view.agents.next_proposal[agent]:
        raise InputError(f"{name} may propose again from step {view.agents.next_proposal[agent]} on: wait.")
    if not ask_types(constants, state, view.world, agent) >> PLAN_TYPES.index(plan_type) & 1:
        needed = "; ".join((*REQUIREMENTS[plan_type], f"{constants.minimum} hear of it"))
        raise InputError(f"{name} cannot propose a {plan_type} plan: one of these does not hold: {needed}.")


def invited_team(view: TeamView, agent: int, required: Sequence[Agent] | None) -> np.uint64:
    """Gives the agents whom a proposal asks, its initiator among them, as bits.

    Raises:
        InputError: it asks nobody, the initiator, too few, or somebody who cannot hear it.
    """
    team = ask_audience(view.simulator.constants, view.simulator.state, view.world, agent)
    hearers = members(team)
    if required is None:
        return np.uint64(team)
    asked = [view.living(each) for each in required]
    fewest = int(view.simulator.constants.minimum) - 1
    if not asked or agent in asked or len(set(asked)) < fewest:
        raise InputError(f"A proposal of {view.names[agent]} must ask at least {max(1, fewest)} others.")
    for each in asked:
        if each not in hearers:
            raise InputError(f"{view.names[each]} is too far away to hear {view.names[agent]}: come nearer.")
    return np.uint64(sum(1 << each for each in {agent, *asked}))


def check_answer(view: TeamView, plan: Any, agent: int, accepted: bool) -> None:
    """Checks that a plan (a PLAN record that has not ended) waits for an answer, and that it can be this one.

    Raises:
        InputError: the agent was not asked, has answered, or is busy; or the plan has started.
    """
    name, plan_id = view.names[agent], f"plan_{plan.number}"
    if agent not in members(plan.invited):
        raise InputError(f"{name} was not asked to join {plan_id}: only those answer who were.")
    if plan.status not in (PROPOSED, ACCEPTED):
        raise InputError(f"{plan_id} has started: it is too late for {name} to answer.")
    if agent in members(plan.accepted | plan.rejected):
        raise InputError(f"{name} has answered {plan_id} already: an answer stands.")
    if accepted and ask_busy(view.simulator.state, view.world, agent):
        raise InputError(f"{name} takes part in a plan in progress: reject {plan_id} or complete that first.")


def check_completion(view: TeamView, slot: int, agent: int, success: bool) -> None:
    """Checks that an agent's part of a plan can be completed or given up.

    Raises:
        InputError: the plan is not in progress, the agent does not take part, its part has ended, or success
            is claimed for what is not done.
    """
    simulator = view.simulator
    plan, name = simulator.state.plans[view.world, slot], view.names[agent]
    plan_id = f"plan_{plan.number}"
    if plan.status != IN_PROGRESS:
        raise InputError(f"{plan_id} is {PLAN_STATUSES[plan.status]}: parts end while it is IN_PROGRESS.")
    if agent not in members(plan.accepted):
        raise InputError(f"{name} takes no part in {plan_id}: only participants complete a part.")
    if agent in members(plan.completed | plan.failed):
        raise InputError(f"The part of {name} in {plan_id} has ended already: it ends once.")
    if success and not ask_part(simulator.constants, simulator.state, view.world, slot, agent):
        raise InputError(f"The part of {name} in {plan_id}, a {PLAN_TYPES[plan.type]}, is not done yet.")
