"""Facts about episodes, for reports."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.coordination_score import coordination_scores
from planzoo.envs.maze.state import (
    ACCEPTED,
    COMPLETED,
    DEAD,
    ESCAPED,
    PLAN_TYPES,
    PROPOSED,
    Constants,
    State,
)

Columns = dict[str, NDArray[Any]]


def episode_facts(constants: Constants, state: State, worlds: NDArray[np.int64]) -> Columns:
    """Gives facts about the episodes of some worlds, int64 (n,), each with a column (n,).

    ``success``: all have escaped; ``escape_rate`` and ``survival_rate``: shares of the agents that escaped,
    and that escaped or live; ``escape_time``: mean step of those who escaped, the time limit if nobody has;
    ``amount_wasted``: units of needs that items would have given beyond 100; ``items_lost`` with the dead;
    what :func:`plan_facts` gives; ``coordination``: the score of
    :func:`~planzoo.envs.maze.coordination_score.coordination_scores`.
    """
    status, ended_at = state.agents.status[worlds], state.agents.ended_at[worlds]
    escaped = status == ESCAPED
    count = escaped.sum(axis=1)
    total = np.where(escaped, ended_at, 0).sum(axis=1)
    return {
        "success": escaped.all(axis=1),
        "escape_rate": escaped.mean(axis=1),
        "survival_rate": (status != DEAD).mean(axis=1),
        "escape_time": np.where(count > 0, total / np.maximum(count, 1), float(constants.max_steps)),
        "amount_wasted": state.worlds.amount_wasted[worlds].astype(np.float64),
        "items_lost": state.worlds.items_lost[worlds].astype(np.int64),
        **plan_facts(state, worlds),
        "coordination": coordination_scores(constants, state, worlds),
    }


def plan_facts(state: State, worlds: NDArray[np.int64]) -> Columns:
    """Gives the numbers of plans that were proposed, accepted and completed, also by type.

    ``plan_time`` is the mean number of steps from start to completion, 0 if none was completed. Where memory
    is kept all of this goes on from episode to episode.
    """
    counts = state.type_counts[worlds].astype(np.int64)
    proposed, completed = counts[:, :, PROPOSED], counts[:, :, COMPLETED]
    done = completed.sum(axis=1)
    names = [name.lower() for name in PLAN_TYPES]
    return {
        "plans_proposed": proposed.sum(axis=1),
        "plans_accepted": counts[:, :, ACCEPTED].sum(axis=1),
        "plans_completed": done,
        "plan_time": state.type_steps[worlds].sum(axis=1) / np.maximum(done, 1),
        **{f"proposed_{name}": proposed[:, number] for number, name in enumerate(names)},
        **{f"completed_{name}": completed[:, number] for number, name in enumerate(names)},
    }
