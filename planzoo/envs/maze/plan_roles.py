"""Who does what in a plan: roles by what agents have done well in."""

from __future__ import annotations

from planzoo.envs.maze.performance import role_share
from planzoo.envs.maze.state import (
    COORDINATOR,
    GATHERER,
    GENERALIST,
    MODE_ROLES,
    NAVIGATOR,
    PROTECTOR,
    SCOUT,
    Constants,
    State,
)
from planzoo.envs.maze.teams import is_member
from planzoo.envs.simulation.kernel import kernel

PLAN_ROLES = (
    (COORDINATOR, NAVIGATOR, GENERALIST, GENERALIST),
    (GATHERER, PROTECTOR, GENERALIST, GENERALIST),
    (SCOUT, GATHERER, NAVIGATOR, COORDINATOR),
    (NAVIGATOR, COORDINATOR, PROTECTOR, GENERALIST),
    (PROTECTOR, SCOUT, GENERALIST, GENERALIST),
    (SCOUT, GATHERER, NAVIGATOR, COORDINATOR),
    (GATHERER, SCOUT, GENERALIST, GENERALIST),
)
"""The roles of each type of plan, each for one participant; all others are generalists."""


@kernel
def assign_roles(constants: Constants, state: State, world: int, slot: int) -> None:
    """Gives every participant, in order of number, the free role that it does best in."""
    plan = state.plans[world, slot]
    free = 0
    for role in PLAN_ROLES[plan.type]:
        free |= 1 << role
    free &= ~(1 << GENERALIST)
    for agent in range(state.agents.shape[1]):
        plan.roles[agent] = GENERALIST
        if is_member(plan.accepted, agent):
            role = _best_role(state, world, agent, plan.type, free)
            free &= ~(1 << role)
            plan.roles[agent] = role
            if constants.mode == MODE_ROLES:
                state.agents[world, agent].role = role


@kernel
def _best_role(state: State, world: int, agent: int, plan_type: int, free: int) -> int:
    best, best_share = GENERALIST, -1.0
    for role in PLAN_ROLES[plan_type]:
        if free >> role & 1:
            share = role_share(state, world, agent, role)
            if share > best_share:
                best, best_share = role, share
    return best


@kernel
def release_roles(state: State, world: int, slot: int) -> None:
    """Gives the participants of a plan that has ended the roles back that they have outside of plans."""
    plan = state.plans[world, slot]
    for agent in range(state.agents.shape[1]):
        if is_member(plan.accepted, agent):
            state.agents[world, agent].role = state.agents[world, agent].usual_role
