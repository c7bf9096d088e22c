"""The truth about a maze in numbers, for centralized critics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.role_effects import GATHERED_MORE
from planzoo.envs.maze.state import (
    DEAD,
    ESCAPED,
    GENERALIST,
    IN_PROGRESS,
    MOST_NEED,
    NUM_CODES,
    PLAN_TYPES,
    Constants,
    State,
)

AGENT_SIZE = 13
"""Row, column, needs, items, escaped, dead and role of each agent."""
PLAN_NUMBERS = 4
"""Of each plan slot the type, the status, the share that takes part, and the share of its time left."""


def global_state_size(params: MazeParams) -> int:
    """Counts the numbers of the global state."""
    slots = params.plan_slots if params.plans else 0
    return params.height * params.width + params.agents * AGENT_SIZE + slots * PLAN_NUMBERS + 1


def write_global_state(constants: Constants, state: State, world: int, out: NDArray[np.float32]) -> None:
    """Writes the truth, all in [0, 1].

    The codes of all cells row by row; AGENT_SIZE numbers for each agent; PLAN_NUMBERS for each plan slot
    where agents can make plans; and the share of the time that is left.
    """
    inside = (constants.rows >= 0) & (constants.rows < constants.height)
    inside &= (constants.columns >= 0) & (constants.columns < constants.width)
    parts = [state.codes[world][inside] / (NUM_CODES - 1), agent_numbers(constants, state, world)]
    time_left = 1.0 - state.steps[world] / constants.max_steps
    plans = out.size - sum(map(len, parts)) > 1
    out[:] = np.concatenate([*parts, plan_numbers(state, world) if plans else (), (time_left,)])


def agent_numbers(constants: Constants, state: State, world: int) -> NDArray[np.float64]:
    """Gives AGENT_SIZE numbers for each agent in a row, float64 (N * AGENT_SIZE,)."""
    agents = state.agents[world]
    numbers = np.column_stack(
        [
            constants.rows[agents.cell] / (constants.height - 1),
            constants.columns[agents.cell] / (constants.width - 1),
            agents.needs / MOST_NEED,
            agents["items"] / (constants.carried + GATHERED_MORE),
            agents.status == ESCAPED,
            agents.status == DEAD,
            agents.role / GENERALIST,
        ]
    )
    return np.asarray(numbers.reshape(-1), dtype=np.float64)


def plan_numbers(state: State, world: int) -> NDArray[np.float64]:
    """Gives PLAN_NUMBERS for each plan slot in a row, float64 (P * PLAN_NUMBERS,); zeros for free slots."""
    plans = state.plans[world]
    allowed = np.maximum(plans.deadline - plans.created_at, 1)
    left = np.clip((plans.deadline - state.steps[world]) / allowed, 0.0, 1.0)
    share = np.bitwise_count(plans.accepted) / state.agents.shape[1]
    columns = [plans.type / (len(PLAN_TYPES) - 1), plans.status / IN_PROGRESS, share, left]
    numbers = np.column_stack(columns) * (plans.status > 0)[:, np.newaxis]
    return np.asarray(numbers.reshape(-1), dtype=np.float64)
