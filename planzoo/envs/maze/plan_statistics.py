"""Counts of plans and performances of agents, as a person reads them."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.envs.maze.cooperation_types import AgentRole, RolePerformance
from planzoo.envs.maze.coordination_score import coordination_scores
from planzoo.envs.maze.state import (
    COMPLETED,
    NO_STATUS,
    PLAN_STATUSES,
    PLAN_TYPES,
    PROPOSED,
    ROLES,
    Constants,
    State,
)

ANSWERS = ("proposed", "accepted", "rejected")
"""What is counted of an agent's proposals and answers."""


def as_performance(agent_id: str, role: AgentRole, performance: Any) -> RolePerformance:
    """Reads an agent's performance (a PERFORMANCE record)."""
    stats = {name: float(performance[name]) for name in ANSWERS}
    for number, name in enumerate(ROLES):
        stats[f"{name}_tasks"] = float(performance.role_tasks[number])
        stats[f"{name}_successes"] = float(performance.role_successes[number])
    return RolePerformance(
        agent_id=agent_id,
        role=role,
        tasks_completed=int(performance.tasks_completed),
        success_rate=float(performance.success_rate),
        efficiency=float(performance.efficiency),
        helpfulness=float(performance.helpfulness),
        reliability=float(performance.reliability),
        role_specific_stats=stats,
    )


def plan_statistics(constants: Constants, state: State, world: int) -> dict[str, Any]:
    """Counts the plans of a world.

    Where memory is kept all but ``active`` goes on from episode to episode.

    Args:
        constants: of the simulator.
        state: of the simulator.
        world: which of its worlds.

    Returns:
        ``total_proposed``, ``total_accepted`` …: how many plans ever had each status; ``by_type``: the same
        for each type; ``active``: plans that have not ended; ``success_rate``: completed / proposed;
        ``acceptance_rate``: share of answers that accepted; ``coordination_score``; ``mean_steps``: by type
        the mean number of steps from start to completion, None before the first.
    """
    counts, performance = state.type_counts[world], state.performance[world]
    totals = counts.sum(axis=0).tolist()
    accepted, rejected = int(performance.accepted.sum()), int(performance.rejected.sum())
    named = [(status, name.lower()) for status, name in enumerate(PLAN_STATUSES)][PROPOSED:]
    steps, done = state.type_steps[world].tolist(), counts[:, COMPLETED].tolist()
    score = coordination_scores(constants, state, np.array([world]))
    return {
        **{f"total_{name}": totals[status] for status, name in named},
        "active": int((state.plans[world].status != NO_STATUS).sum()),
        "success_rate": totals[COMPLETED] / max(1, totals[PROPOSED]),
        "acceptance_rate": accepted / max(1, accepted + rejected),
        "coordination_score": float(score[0]),
        "by_type": {
            plan_type: {name: int(counts[number, status]) for status, name in named}
            for number, plan_type in enumerate(PLAN_TYPES)
        },
        "mean_steps": {
            plan_type: steps[number] / done[number] if done[number] else None
            for number, plan_type in enumerate(PLAN_TYPES)
        },
    }
