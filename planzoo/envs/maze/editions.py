"""Editions of large maps, by which those who meet know which parts they need not compare.

Each block of each agent's map has a number that changes whenever anything is written there. Equal numbers of
the same block mean equal contents: nobody has written there, or both wrote the same when they merged.
"""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.state import MAP_BLOCK, NO_CELL, Scratch, State
from planzoo.envs.simulation.kernel import kernel

SEEN, MERGED = 0, 1
"""How an edition came about."""


@kernel
def has_editions(state: State) -> bool:
    """Tells whether maps are so large that their editions are kept."""
    return state.editions.shape[2] > 0


@kernel
def new_edition(state: State, world: int, kind: int, agent: int, other: int) -> int:
    """Gives the number of what an agent has just shown another, or merged with it: each its own in a world.

    At most 32000 steps and 64 agents keep it in int32; 0 is the blank map.
    """
    agents = state.agents.shape[1]
    return int(((2 * np.int64(state.steps[world]) + kind) * agents + agent) * agents + other + 1)


@kernel
def note_seen(state: State, world: int, agent: int, reader: int, scratch: Scratch) -> None:
    """Numbers the blocks of a reader's map anew that have cells which ``look`` has listed for an agent."""
    number = new_edition(state, world, SEEN, agent, reader)
    place = 0
    while scratch.queue[place] != NO_CELL:
        state.editions[world, reader, np.uintp(scratch.queue[place]) // np.uintp(MAP_BLOCK)] = number
        place += 1


@kernel
def join_editions(state: State, world: int, pair: tuple[int, int], block: int, number: int) -> bool:
    """Gives a block of two maps one number before they are merged; tells whether it may differ until then."""
    mine, theirs = state.editions[world, pair[0], block], state.editions[world, pair[1], block]
    if mine == theirs:
        return False
    state.editions[world, pair[0], block] = state.editions[world, pair[1], block] = number
    return True
