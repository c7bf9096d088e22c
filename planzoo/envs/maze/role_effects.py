"""What the roles of a plan change in what agents can do."""

from __future__ import annotations

from planzoo.envs.maze.state import (
    COORDINATOR,
    GATHERER,
    IN_PROGRESS,
    MODE_ROLES,
    NAVIGATOR,
    PROTECTOR,
    SCOUT,
    Constants,
    State,
)
from planzoo.envs.maze.teams import is_member
from planzoo.envs.simulation.kernel import driver, kernel

GATHERED_MORE = 2
"""Items that a gatherer carries beyond what others do."""


@kernel
def acts_as(constants: Constants, state: State, world: int, agent: int, role: int) -> bool:
    """Tells whether a role has its effects: in mode roles, for participants of a plan in progress."""
    if constants.mode != MODE_ROLES or state.agents[world, agent].role != role:
        return False
    return is_at_work(state, world, agent)


@driver
def is_at_work(state: State, world: int, agent: int) -> bool:
    """Tells whether an agent takes part in a plan in progress."""
    for slot in range(state.plans.shape[1]):
        plan = state.plans[world, slot]
        if plan.status == IN_PROGRESS and is_member(plan.accepted, agent):
            return True
    return False


@kernel
def move_cost(constants: Constants, state: State, world: int, agent: int) -> float:
    """Gives the energy that a move takes; a scout's takes half."""
    return constants.move_energy * (0.5 if acts_as(constants, state, world, agent, SCOUT) else 1.0)


@kernel
def capacity(constants: Constants, state: State, world: int, agent: int) -> int:
    """Gives how many items an agent can carry."""
    more = GATHERED_MORE if acts_as(constants, state, world, agent, GATHERER) else 0
    return constants.carried + more


@kernel
def recognition(constants: Constants, state: State, world: int, agent: int) -> int:
    """Gives the king's moves within which an agent recognizes hazards: a navigator as far as it sees."""
    if acts_as(constants, state, world, agent, NAVIGATOR):
        return constants.sight
    return constants.hazard_sight


@kernel
def reach_of_voice(constants: Constants, state: State, world: int, agent: int) -> int:
    """Gives the king's moves within which an agent shares its map: a coordinator's are twice as many."""
    if acts_as(constants, state, world, agent, COORDINATOR):
        return 2 * constants.share_range
    return constants.share_range


@kernel
def hazard_loss(constants: Constants, state: State, world: int, agent: int) -> float:
    """Gives the health that a step on a hazard takes; it takes half of a protector."""
    return constants.hazard_damage * (0.5 if acts_as(constants, state, world, agent, PROTECTOR) else 1.0)
