"""Shortest ways over what an agent remembers."""

from __future__ import annotations

from planzoo.envs.maze.places import is_frontier_cell, kings_distance
from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    FOOD,
    GROUND_CODES,
    HAZARD_CODE,
    ITEM_SHIFT,
    KEY,
    MEDICINE,
    NO_CELL,
    SAFE_ROOM,
    TO_EXIT,
    TO_FRONTIER,
    TO_HERE,
    TO_SAFE_ROOM,
    TO_SUPPLY,
    UNKNOWN,
    WALL,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.simulation.kernel import driver, kernel

NO_MOVE = -1
"""The first move to one's own cell, and to cells that are not reached."""
EVERYWHERE = -1
"""A search for this ends only when there is nothing left to reach."""


@driver
def search_known(constants: Constants, state: State, world: int, agent: int, scratch: Scratch) -> int:
    """Searches an agent's map breadth-first from its cell.

    Open cells that are no known hazards are passable; a door is for whoever has a key. Distances (-1 = not
    reached) and first moves (NO_MOVE at one's own cell) are in the scratch, and so are the cells that were
    reached, nearest first.

    Returns:
        How many cells were reached, one's own among them.
    """
    return _spread(constants, state, world, agent, EVERYWHERE, scratch)


@driver
def nearest_known(
    constants: Constants, state: State, world: int, agent: int, target: int, scratch: Scratch
) -> int:
    """Finds the nearest place of a kind on an agent's map.

    It is the nearest on foot, of several the one that the search reaches first; where none is reached, the
    nearest in king's moves, of several the one with the lowest number.

    Returns:
        Its cell; NO_CELL if the map has none. ``target`` is TO_HERE, TO_EXIT, TO_SAFE_ROOM, TO_SUPPLY or
        TO_FRONTIER.
    """
    if target == TO_HERE:
        return int(state.agents[world, agent].cell)
    reached = _spread(constants, state, world, agent, target, scratch)
    last = int(scratch.queue[reached - 1])
    if is_target(constants, state, world, agent, last, target):
        return last
    return _nearest_unreached(constants, state, world, agent, target)


@kernel
def is_target(constants: Constants, state: State, world: int, agent: int, cell: int, target: int) -> bool:
    """Tells whether a cell is of the kind that is looked for, on an agent's map."""
    code = state.known[world, agent, cell]
    ground, item = code & GROUND_CODES, code >> ITEM_SHIFT
    if target == TO_EXIT:
        return bool(ground == EXIT)
    if target == TO_SAFE_ROOM:
        return bool(ground == SAFE_ROOM)
    if target == TO_SUPPLY:
        return bool(FOOD < item <= MEDICINE + 1)
    return target == TO_FRONTIER and is_frontier_cell(constants, state, world, agent, cell)


@kernel
def _spread(constants: Constants, state: State, world: int, agent: int, target: int, scratch: Scratch) -> int:
    """Searches until a cell of the kind is reached, which is then the last in the queue."""
    scratch.distance[:] = -1
    start = state.agents[world, agent].cell
    scratch.distance[start], scratch.first[start], scratch.queue[0] = 0, NO_MOVE, start
    if is_target(constants, state, world, agent, start, target):
        return 1
    has_key = state.agents[world, agent].items[KEY] > 0
    reached, done = 1, 0
    while done < reached:
        cell = scratch.queue[done]
        done += 1
        for direction in range(4):
            beside = cell + constants.steps_ahead[direction]
            if scratch.distance[beside] >= 0 or not _is_passable(state.known[world, agent, beside], has_key):
                continue
            scratch.distance[beside] = scratch.distance[cell] + 1
            scratch.first[beside] = direction if cell == start else scratch.first[cell]
            scratch.queue[reached] = beside
            reached += 1
            if is_target(constants, state, world, agent, beside, target):
                return reached
    return reached


@kernel
def _is_passable(code: int, has_key: bool) -> bool:
    ground = code & GROUND_CODES
    if ground in (UNKNOWN, WALL) or code & HAZARD_CODE:
        return False
    return ground != DOOR or has_key


@kernel
def _nearest_unreached(constants: Constants, state: State, world: int, agent: int, target: int) -> int:
    """Looks at the whole map; that is rare."""
    start = state.agents[world, agent].cell
    nearest, least = NO_CELL, constants.height + constants.width
    for cell in range(state.known.shape[2]):
        if state.known[world, agent, cell] == UNKNOWN:
            continue
        if is_target(constants, state, world, agent, cell, target):
            moves = kings_distance(constants, start, cell)
            if moves < least:
                nearest, least = cell, moves
    return nearest
