"""What agents see, and the maps on which they keep it.

Light goes along a fixed tree of lattice lines: a cell is seen if the cell before it on its line is seen and
lets light pass.
"""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.memories import remember
from planzoo.envs.maze.places import is_frontier_cell
from planzoo.envs.maze.role_effects import recognition
from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    FOOD,
    FOUND_EXIT,
    GROUND_CODES,
    HAZARD_CODE,
    ITEM_SHIFT,
    MEDICINE,
    NO_AGENT,
    NO_CELL,
    SAFE_ROOM,
    UNKNOWN,
    WALL,
    WARNED,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.simulation.kernel import kernel


@kernel
def is_open(code: int) -> bool:
    """Tells whether a cell's code is of open ground: known, and neither wall nor door."""
    ground = code & GROUND_CODES
    return ground != UNKNOWN and ground != WALL and ground != DOOR


@kernel
def is_supply(code: int) -> bool:
    """Tells whether a cell's code has food, water or medicine."""
    return FOOD < code >> ITEM_SHIFT <= MEDICINE + 1


@kernel
def look(constants: Constants, state: State, world: int, agent: int, scratch: Scratch) -> None:
    """Lists the cells that an agent sees in ``scratch.queue``, with NO_CELL after the last.

    What it makes of them is in ``scratch.distance``: a hazard is recognized where it is near or was known.
    """
    here = state.agents[world, agent].cell
    near = recognition(constants, state, world, agent)
    seen = 0
    scratch.open[0] = True
    for place in range(constants.sight_offsets.shape[0]):
        if not scratch.open[np.uintp(constants.sight_parents[place])]:
            scratch.open[place] = False
            continue
        cell = here + constants.sight_offsets[place]
        code = np.int32(state.codes[world, np.uintp(cell)])
        ground = code & GROUND_CODES
        scratch.open[place] = (ground != WALL) & (ground != DOOR)
        if code & HAZARD_CODE and constants.sight_rings[place] > near:
            code ^= HAZARD_CODE & ~state.known[world, agent, np.uintp(cell)]
        scratch.queue[seen], scratch.distance[seen] = cell, code
        seen += 1
    scratch.queue[seen] = NO_CELL


@kernel
def take_in(constants: Constants, state: State, world: int, agent: int, other: int, scratch: Scratch) -> None:
    """Puts what was listed by ``look`` on an agent's map.

    ``other`` is who saw it, if it was not the agent itself; else NO_AGENT.
    """
    now = np.int16(state.steps[world])
    place = 0
    while scratch.queue[place] != NO_CELL:
        cell, code = np.uintp(scratch.queue[place]), scratch.distance[place]
        place += 1
        state.known_at[world, agent, cell] = now
        old = state.known[world, agent, cell]
        if old == code:
            continue
        if code & HAZARD_CODE & ~old and other != NO_AGENT:
            warn(state, world, agent, other, int(cell))
        # Hazards once recognized stay.
        write_known(constants, state, world, agent, int(cell), code | (old & HAZARD_CODE))


@kernel
def warn(state: State, world: int, agent: int, other: int, cell: int) -> None:
    """Notes that an agent learnt of a hazard from another, once in a step."""
    if not state.agents[world, agent].events >> WARNED & 1:
        remember(state, world, agent, WARNED, other, cell)


@kernel
def write_known(constants: Constants, state: State, world: int, agent: int, cell: int, code: int) -> None:
    """Writes a cell on an agent's map and keeps what is counted there up to date."""
    old = state.known[world, agent, cell]
    state.known[world, agent, cell] = code
    state.agents[world, agent].supplies_known += np.int32(is_supply(code)) - np.int32(is_supply(old))
    if (code ^ old) & GROUND_CODES:
        note_ground(constants, state, world, agent, cell)
    if old == UNKNOWN:
        note_discovery(state, world, agent, cell)
        note_neighbours(constants, state, world, agent, cell)


@kernel
def note_ground(constants: Constants, state: State, world: int, agent: int, cell: int) -> None:
    """Counts a cell whose ground is new on an agent's map: it was unknown, or a door that has been opened."""
    mapped, code = state.agents[world, agent], state.known[world, agent, cell]
    if not is_open(code):
        return
    mapped.cells_known += 1
    mapped.frontier_known += is_frontier_cell(constants, state, world, agent, cell)
    ground = code & GROUND_CODES
    if ground == EXIT and mapped.exit_known == NO_CELL:
        mapped.exit_known = cell
        remember(state, world, agent, FOUND_EXIT, NO_AGENT, cell)
    elif ground == SAFE_ROOM and mapped.safe_known == NO_CELL:
        mapped.safe_known = cell


@kernel
def note_discovery(state: State, world: int, agent: int, cell: int) -> None:
    """Counts a cell that nobody had seen."""
    if not state.seen[world, cell]:
        state.seen[world, cell] = True
        if is_open(state.codes[world, cell]):
            state.worlds[world].cells_seen += 1
            state.agents[world, agent].discovered += 1


@kernel
def note_neighbours(constants: Constants, state: State, world: int, agent: int, cell: int) -> None:
    """Takes the cells off the frontier that were there only because of one that was unknown."""
    for direction in range(4):
        beside = cell + constants.steps_ahead[direction]
        # Beyond the edge of the padding nothing is open.
        inside = 0 <= beside < state.known.shape[2]
        if (
            inside
            and is_open(state.known[world, agent, beside])
            and not is_frontier_cell(constants, state, world, agent, beside)
        ):
            state.agents[world, agent].frontier_known -= 1
