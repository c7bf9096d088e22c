"""Sets of agents as bits of 64, as plans keep them."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.state import ALIVE, State
from planzoo.envs.simulation.kernel import kernel

NOBODY = np.uint64(0)
_ONE = np.uint64(1)


@kernel
def team_of(agent: int) -> np.uint64:
    """Gives the set of one agent."""
    return _ONE << np.uint64(agent)


@kernel
def is_member(team: np.uint64, agent: int) -> bool:
    """Tells whether an agent is in a set."""
    return (team >> np.uint64(agent)) & _ONE != NOBODY


@kernel
def team_size(team: np.uint64) -> int:
    """Counts a set, one round a member (Wegner, "A technique for counting ones", CACM 3(5), 1960)."""
    size = 0
    while team != NOBODY:
        team &= team - _ONE
        size += 1
    return size


@kernel
def living_team(state: State, world: int) -> np.uint64:
    """Gives the set of the agents that neither escaped nor died."""
    team = NOBODY
    for agent in range(state.agents.shape[1]):
        if state.agents[world, agent].status == ALIVE:
            team |= team_of(agent)
    return team
