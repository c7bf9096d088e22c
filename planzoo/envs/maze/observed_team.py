"""What an agent observes of its teammates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.layout import TEAMMATE_SIZE
from planzoo.envs.maze.places import in_message_range, kings_distance
from planzoo.envs.maze.role_effects import GATHERED_MORE
from planzoo.envs.maze.state import (
    ALIVE,
    DEAD,
    ESCAPED,
    GENERALIST,
    MOST_NEED,
    SEEN_TEAMMATES,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.simulation.kernel import driver, kernel

_SHARE_OF_NEED = np.float32(1.0 / MOST_NEED)
_ONE, _NOTHING = np.float32(1.0), np.float32(0.0)


@kernel
def write_teammates(
    constants: Constants,
    state: State,
    world: int,
    agent: int,
    out: NDArray[np.float32],
    scratch: Scratch,
) -> None:
    """Writes TEAMMATE_SIZE numbers for each other agent.

    In teams of up to eight all others stand in the order of their numbers; in larger ones the nearest whom
    the agent hears, the nearest first, and zeros where there are fewer.
    """
    agents = state.agents.shape[1]
    shown = min(agents - 1, SEEN_TEAMMATES)
    for place in range(shown):
        scratch.queue[place] = place + (place >= agent)
    found = shown
    if agents - 1 > SEEN_TEAMMATES:
        found = list_nearest(constants, state, world, agent, scratch)
        out[: shown * TEAMMATE_SIZE] = _NOTHING
    for place in range(found):
        block = out[place * TEAMMATE_SIZE :]
        write_teammate(constants, state, world, agent, scratch.queue[place], block)


@driver
def list_nearest(constants: Constants, state: State, world: int, agent: int, scratch: Scratch) -> int:
    """Lists the nearest living others in message range in ``scratch.queue`` and gives how many they are.

    Of those equally near the lower number comes first.
    """
    here, found = state.agents[world, agent].cell, 0
    for other in range(state.agents.shape[1]):
        if other == agent or not is_observed(constants, state, world, agent, other):
            continue
        apart = kings_distance(constants, here, state.agents[world, other].cell)
        if found < SEEN_TEAMMATES:
            found += 1
        elif scratch.distance[found - 1] <= apart:
            continue
        insert(scratch, found - 1, other, apart)
    return found


@kernel
def insert(scratch: Scratch, last: int, other: int, apart: int) -> None:
    """Puts an agent where it belongs by distance among those listed before ``last``."""
    place = last
    while place > 0 and scratch.distance[place - 1] > apart:
        scratch.distance[place] = scratch.distance[place - 1]
        scratch.queue[place] = scratch.queue[place - 1]
        place -= 1
    scratch.distance[place], scratch.queue[place] = apart, other


@kernel
def is_observed(constants: Constants, state: State, world: int, agent: int, other: int) -> bool:
    """Tells whether another agent lives and is heard."""
    return state.agents[world, other].status == ALIVE and in_message_range(
        constants, state, world, agent, other
    )


@kernel
def write_teammate(
    constants: Constants, state: State, world: int, agent: int, other: int, out: NDArray[np.float32]
) -> None:
    """Writes what an agent observes of one other; escapes and deaths are known everywhere."""
    body, here = state.agents[world, other], state.agents[world, agent].cell
    if is_observed(constants, state, world, agent, other):
        out[0] = _ONE
        columns = constants.columns[body.cell] - constants.columns[here]
        rows = constants.rows[body.cell] - constants.rows[here]
        out[1] = np.float32(columns) / np.float32(constants.width - 1)
        out[2] = np.float32(rows) / np.float32(constants.height - 1)
        for number in range(4):
            out[3 + number] = body.needs[number] * _SHARE_OF_NEED
            out[7 + number] = np.float32(body.items[number]) / np.float32(constants.carried + GATHERED_MORE)
        out[11] = np.float32(body.role) / np.float32(GENERALIST)
        kept, broken = state.kept[world, agent, other], state.broken[world, agent, other]
        out[12] = np.float32(kept + 1) / np.float32(kept + broken + 2)
    else:
        out[:13] = _NOTHING
    out[13] = body.status == ESCAPED
    out[14] = body.status == DEAD
    out[15] = np.float32(other) / np.float32(state.agents.shape[1] - 1)
