"""The plan kernels that Python calls: what agents do about plans outside of a step."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.performance import note_part
from planzoo.envs.maze.plan_life import answer_plan, finish_part
from planzoo.envs.maze.plan_parts import part_may_be_completed
from planzoo.envs.maze.plan_rules import audience, is_busy, neediest, open_types
from planzoo.envs.maze.plans import update_plans
from planzoo.envs.maze.state import Constants, State
from planzoo.envs.maze.teams import team_of
from planzoo.envs.simulation.kernel import driver


@driver
def call_answer(
    constants: Constants, state: State, world: int, slot: int, agent: int, accepted: bool
) -> None:
    """See :func:`~planzoo.envs.maze.plan_life.answer_plan`."""
    answer_plan(constants, state, world, slot, agent, accepted)


@driver
def call_finish(constants: Constants, state: State, world: int, slot: int, agent: int, success: bool) -> None:
    """See :func:`~planzoo.envs.maze.plan_life.finish_part`."""
    finish_part(constants, state, world, slot, agent, success)


@driver
def call_update(constants: Constants, state: State, world: int) -> None:
    """See :func:`~planzoo.envs.maze.plans.update_plans`."""
    update_plans(constants, state, world)


@driver
def call_note_part(state: State, world: int, agent: int, role: int, efficiency: float) -> None:
    """See :func:`~planzoo.envs.maze.performance.note_part`."""
    note_part(state, world, agent, role, efficiency)


@driver
def ask_part(constants: Constants, state: State, world: int, slot: int, agent: int) -> bool:
    """See :func:`~planzoo.envs.maze.plan_parts.part_may_be_completed`."""
    return part_may_be_completed(constants, state, world, slot, agent)


@driver
def ask_busy(state: State, world: int, agent: int) -> bool:
    """See :func:`~planzoo.envs.maze.plan_rules.is_busy`."""
    return is_busy(state, world, agent)


@driver
def ask_types(constants: Constants, state: State, world: int, agent: int) -> int:
    """See :func:`~planzoo.envs.maze.plan_rules.open_types`."""
    return open_types(constants, state, world, agent)


@driver
def ask_audience(constants: Constants, state: State, world: int, agent: int) -> np.uint64:
    """See :func:`~planzoo.envs.maze.plan_rules.audience`."""
    return audience(constants, state, world, agent)


@driver
def ask_neediest(state: State, world: int, team: np.uint64, agent: int, plan_type: int) -> int:
    """See :func:`~planzoo.envs.maze.plan_rules.neediest`; the agent itself is left out of the set."""
    return neediest(state, world, team & ~team_of(agent), plan_type)
