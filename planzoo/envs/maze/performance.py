"""What is known of how agents do their parts: rates, reliability, helpfulness, trust.

The formulas are those of the project's maze document: see ``RolePerformance`` in :mod:`cooperation_types`.
"""

from __future__ import annotations

from planzoo.envs.maze.state import (
    COMPLETED,
    DEAD,
    FOOD,
    HEALTH,
    HUNGER,
    KEY,
    PLAN_STATUSES,
    PLAN_TYPES,
    ROLES,
    THIRST,
    WATER,
    Constants,
    State,
)
from planzoo.envs.maze.teams import is_member
from planzoo.envs.simulation.kernel import kernel

FIRST_RELIABILITY = 0.5
PRAISE = 0.1
"""What reliability gains by a success, and helpfulness by a help."""
IN_NEED = 50.0
"""Below this much of a need an agent is in need of it."""


@kernel
def begin_performance(constants: Constants, state: State, world: int) -> None:
    """Forgets trust and statistics, unless they outlive episodes; at the first reset there are none."""
    agents = state.agents.shape[1]
    for agent in range(agents):
        if not constants.keeps_memory or state.performance[world, agent].reliability < FIRST_RELIABILITY:
            _forget_performance(state, world, agent)
            for other in range(agents):
                state.kept[world, agent, other] = 0
                state.broken[world, agent, other] = 0
    if not constants.keeps_memory:
        for plan_type in range(len(PLAN_TYPES)):
            state.type_steps[world, plan_type] = 0
            for status in range(len(PLAN_STATUSES)):
                state.type_counts[world, plan_type, status] = 0


@kernel
def _forget_performance(state: State, world: int, agent: int) -> None:
    performance = state.performance[world, agent]
    performance.tasks_completed = 0
    performance.success_rate = 0.0
    performance.efficiency = 0.0
    performance.helpfulness = 0.0
    performance.reliability = FIRST_RELIABILITY
    performance.proposed = 0
    performance.accepted = 0
    performance.rejected = 0
    for role in range(len(ROLES)):
        performance.role_tasks[role] = 0
        performance.role_successes[role] = 0


@kernel
def note_part(state: State, world: int, agent: int, role: int, efficiency: float) -> None:
    """Counts a part of a plan that an agent did or failed.

    ``efficiency`` is the share of the plan's time that was left, in [0, 1]; below 0 the part has failed.
    """
    performance = state.performance[world, agent]
    tasks = performance.tasks_completed + 1
    success = 1.0 if efficiency >= 0.0 else 0.0
    performance.tasks_completed = tasks
    performance.success_rate = (performance.success_rate * (tasks - 1) + success) / tasks
    performance.role_tasks[role] += 1
    if efficiency < 0.0:
        return
    performance.role_successes[role] += 1
    performance.reliability = min(1.0, performance.reliability + PRAISE)
    successes = 0
    for each in range(len(ROLES)):
        successes += performance.role_successes[each]
    performance.efficiency += (efficiency - performance.efficiency) / successes


@kernel
def praise_help(state: State, world: int, agent: int) -> None:
    """Counts a help that an agent gave."""
    performance = state.performance[world, agent]
    performance.helpfulness = min(1.0, performance.helpfulness + PRAISE)


@kernel
def needs_item(state: State, world: int, agent: int, item: int) -> bool:
    """Tells whether an agent is in need of what an item restores; nobody is in need of a key."""
    needs = state.agents[world, agent].needs
    if item == KEY:
        return False
    if item == FOOD:
        return bool(needs[HUNGER] < IN_NEED)
    return bool(needs[THIRST] < IN_NEED) if item == WATER else bool(needs[HEALTH] < IN_NEED)


@kernel
def note_trust(state: State, world: int, slot: int) -> None:
    """Lets the participants of a plan that has ended count whose commitments were kept.

    Whoever completed their part kept it. Whoever failed theirs broke it, and so did, unless the plan was
    completed, whoever did not complete theirs; that the dead did not counts as neither.
    """
    plan = state.plans[world, slot]
    agents = state.agents.shape[1]
    for other in range(agents):
        if not is_member(plan.accepted, other):
            continue
        kept = is_member(plan.completed, other)
        loose = plan.status != COMPLETED or is_member(plan.failed, other)
        broken = not kept and loose and state.agents[world, other].status != DEAD
        for agent in range(agents):
            if agent != other and is_member(plan.accepted, agent):
                state.kept[world, agent, other] += kept
                state.broken[world, agent, other] += broken


@kernel
def role_share(state: State, world: int, agent: int, role: int) -> float:
    """Gives the expected share of an agent's parts in a role that succeed: Laplace's rule of succession."""
    performance = state.performance[world, agent]
    return float((performance.role_successes[role] + 1.0) / (performance.role_tasks[role] + 2.0))


@kernel
def trust(state: State, world: int, agent: int, other: int) -> float:
    """Gives the share of commitments that an agent expects another to keep: Laplace's rule of succession."""
    kept, broken = state.kept[world, agent, other], state.broken[world, agent, other]
    return float((kept + 1.0) / (kept + broken + 2.0))
