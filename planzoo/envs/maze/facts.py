"""Facts about episodes, for reports."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.coordination_score import coordination_scores
from planzoo.envs.maze.state import (
    ABANDONED,
    ACCEPTED,
    COMPLETED,
    DEAD,
    ESCAPED,
    EXPIRED,
    PLAN_TYPES,
    PROPOSED,
    REJECTED,
    Constants,
    State,
)

Columns = dict[str, NDArray[Any]]


def episode_facts(constants: Constants, state: State, worlds: NDArray[np.int64]) -> Columns:
    """Gives facts about the episodes of some worlds, int64 (n,), each with a column (n,).

    ``success``: all have escaped; ``escape_rate`` and ``survival_rate``: shares of the agents that escaped,
    and that escaped or live; ``escape_time``: mean step of those who escaped, the time limit if nobody has;
    ``team_time``: the step in which the last was out, the time limit if not all are;
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
        "team_time": np.where(escaped.all(axis=1), ended_at.max(axis=1), constants.max_steps),
        "amount_wasted": state.worlds.amount_wasted[worlds].astype(np.float64),
        "items_lost": state.worlds.items_lost[worlds].astype(np.int64),
        **plan_facts(state, worlds),
        "coordination": coordination_scores(constants, state, worlds),
    }


def plan_facts(state: State, worlds: NDArray[np.int64]) -> Columns:
    """Gives the numbers of plans that were proposed, accepted and completed, also by type.

    ``plans_rejected``, ``plans_expired`` and ``plans_abandoned`` are how the others ended that have;
    ``answers_accepted`` and ``answers_rejected`` are what single agents answered; ``plan_time`` is the mean
    number of steps from start to completion, 0 if none was completed. Where memory is kept all of this goes
    on from episode to episode.
    """
    counts = state.type_counts[worlds].astype(np.int64)
    proposed, completed = counts[:, :, PROPOSED], counts[:, :, COMPLETED]
    done = completed.sum(axis=1)
    answers = state.performance[worlds]
    names = [name.lower() for name in PLAN_TYPES]
    return {
        "plans_proposed": proposed.sum(axis=1),
        "plans_accepted": counts[:, :, ACCEPTED].sum(axis=1),
        "plans_completed": done,
        "plans_rejected": counts[:, :, REJECTED].sum(axis=1),
        "plans_expired": counts[:, :, EXPIRED].sum(axis=1),
        "plans_abandoned": counts[:, :, ABANDONED].sum(axis=1),
        "answers_accepted": answers.accepted.sum(axis=1).astype(np.int64),
        "answers_rejected": answers.rejected.sum(axis=1).astype(np.int64),
        "plan_time": state.type_steps[worlds].sum(axis=1) / np.maximum(done, 1),
        **{f"proposed_{name}": proposed[:, number] for number, name in enumerate(names)},
        **{f"accepted_{name}": counts[:, number, ACCEPTED] for number, name in enumerate(names)},
        **{f"completed_{name}": completed[:, number] for number, name in enumerate(names)},
    }
