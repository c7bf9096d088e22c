"""What an agent observes of the plans to which it is invited."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.layout import PLAN_SIZE, PLAN_TARGET
from planzoo.envs.maze.plan_parts import part_may_be_completed
from planzoo.envs.maze.plan_rules import may_answer
from planzoo.envs.maze.state import (
    GENERALIST,
    NO_AGENT,
    NO_STATUS,
    PLAN_IMPORTANCE,
    PLAN_TYPES,
    PROPOSED,
    Constants,
    State,
)
from planzoo.envs.maze.teams import is_member, team_size
from planzoo.envs.simulation.kernel import kernel

_NOTHING, _ONE = np.float32(0.0), np.float32(1.0)
_STATUS, _AGENT = 1 + len(PLAN_TYPES), 11
_MOST_IMPORTANT = max(PLAN_IMPORTANCE)


@kernel
def write_plans(constants: Constants, state: State, world: int, agent: int, out: NDArray[np.float32]) -> None:
    """Writes PLAN_SIZE numbers for each plan slot; zeros for plans that are none of the agent's business."""
    for slot in range(state.plans.shape[1]):
        plan = state.plans[world, slot]
        block = out[slot * PLAN_SIZE : (slot + 1) * PLAN_SIZE]
        for number in range(PLAN_SIZE):
            block[number] = _NOTHING
        if plan.status != NO_STATUS and is_member(plan.invited, agent):
            write_plan(constants, state, world, agent, slot, block)


@kernel
def write_plan(
    constants: Constants, state: State, world: int, agent: int, slot: int, out: NDArray[np.float32]
) -> None:
    """Writes one plan over zeros."""
    plan, here = state.plans[world, slot], state.agents[world, agent].cell
    last = np.float32(max(state.agents.shape[1] - 1, 1))
    out[0] = _ONE
    out[1 + plan.type] = _ONE
    out[_STATUS + plan.status - PROPOSED] = _ONE
    write_part(constants, state, world, agent, slot, out)
    out[15] = np.float32(team_size(plan.accepted)) / np.float32(team_size(plan.invited))
    columns = constants.columns[plan.target] - constants.columns[here]
    rows = constants.rows[plan.target] - constants.rows[here]
    out[PLAN_TARGET] = np.float32(columns) / np.float32(constants.width - 1)
    out[PLAN_TARGET + 1] = np.float32(rows) / np.float32(constants.height - 1)
    left = max(plan.deadline - state.steps[world], 0)
    out[18] = np.float32(left) / np.float32(max(plan.deadline - plan.created_at, 1))
    out[19] = np.float32(plan.roles[agent]) / np.float32(GENERALIST)
    out[20] = np.float32(plan.initiator) / last
    if plan.patient != NO_AGENT:
        out[21] = _ONE
        out[22] = np.float32(plan.patient) / last
    out[24] = plan.patient == agent
    out[25] = np.float32(PLAN_IMPORTANCE[plan.type]) / np.float32(_MOST_IMPORTANT)


@kernel
def write_part(
    constants: Constants, state: State, world: int, agent: int, slot: int, out: NDArray[np.float32]
) -> None:
    """Writes what a plan has to do with the agent."""
    plan = state.plans[world, slot]
    takes_part = is_member(plan.accepted, agent)
    out[_AGENT] = plan.initiator == agent
    out[_AGENT + 1] = may_answer(state, world, slot, agent)
    out[_AGENT + 2] = takes_part
    out[_AGENT + 3] = takes_part and part_may_be_completed(constants, state, world, slot, agent)
    out[23] = is_member(plan.completed, agent)
