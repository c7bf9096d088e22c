"""Doors on the ways to exits, and their keys."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.flooding import draw_cell, flood, is_exit
from planzoo.envs.maze.placing import DOORS, START, mark_way, nearer_cell
from planzoo.envs.maze.state import DOOR, FLOOR, ITEM_SHIFT, KEY, Constants, Scratch, State
from planzoo.envs.simulation.kernel import kernel

TRIES = 8
"""Places tried for doors, besides four for each."""
KEY_CODE = (KEY + 1) << ITEM_SHIFT


@kernel
def lock(constants: Constants, state: State, world: int, scratch: Scratch, far: bool) -> bool:
    """Places doors, and as many keys where no door is in the way, and marks the ways between all of these.

    If ``far``, doors are the farthest cells from the agents, who are all in one place then, and keys the
    nearest, instead of drawn; that is always possible.

    Returns:
        Whether there was room for all. From each start all keys are reached before any door is opened.
    """
    doors = constants.amounts[DOORS]
    if doors == 0:
        return True
    if far:
        reached = _flood_from_first(constants, state, world, scratch)
        for place in range(reached - doors, reached):
            state.codes[world, scratch.queue[place]] = DOOR
    elif not _place_doors(constants, state, world, scratch):
        return False
    reached = _flood_from_first(constants, state, world, scratch)
    for agent in range(state.agents.shape[1]):
        mark_way(constants, scratch, state.agents[world, agent].cell)
    for place in range(1, doors + 1):
        cell = scratch.queue[place] if far else draw_cell(state, world, scratch.queue, place, reached)
        state.codes[world, cell] |= KEY_CODE
        mark_way(constants, scratch, cell)
    return True


@kernel
def _flood_from_first(constants: Constants, state: State, world: int, scratch: Scratch) -> int:
    """Spreads from where the first agent starts, with doors closed."""
    scratch.queue[0] = state.agents[world, 0].cell
    return flood(state.codes[world], constants.steps_ahead, scratch, 1, False)


@kernel
def _place_doors(constants: Constants, state: State, world: int, scratch: Scratch) -> bool:
    """Draws doors among the passages on the first agent's way out."""
    listed = _list_passages(constants, state, world, scratch)
    doors, placed = constants.amounts[DOORS], 0
    for attempt in range(min(listed, TRIES + 4 * doors)):
        if placed == doors:
            break
        cell = draw_cell(state, world, scratch.cells, attempt, listed)
        if not _is_passage(constants, state, world, scratch, cell):
            continue
        state.codes[world, cell] = DOOR
        if _are_joined(constants, state, world, scratch):
            placed += 1
        else:
            state.codes[world, cell] = FLOOR
    return bool(placed == doors)


@kernel
def _list_passages(constants: Constants, state: State, world: int, scratch: Scratch) -> int:
    """Lists the passages from the first agent's start to its exit; the last flood was from the exits."""
    listed = 0
    cell = state.agents[world, 0].cell
    while scratch.distance[cell] > 0:
        if _is_passage(constants, state, world, scratch, cell):
            scratch.cells[listed] = cell
            listed += 1
        cell = nearer_cell(constants, scratch, cell)
    return listed


@kernel
def _is_passage(constants: Constants, state: State, world: int, scratch: Scratch, cell: int) -> bool:
    """Tells whether two cells beside a cell are floor or exits, the others walls, and nobody starts there."""
    if scratch.marks[cell] & START:
        return False
    sides = 0
    for direction in range(4):
        code = state.codes[world, np.uintp(cell + constants.steps_ahead[direction])]
        if code == DOOR:
            return False
        sides += code == FLOOR or is_exit(code)
    return sides == 2


@kernel
def _are_joined(constants: Constants, state: State, world: int, scratch: Scratch) -> bool:
    """Tells whether agents reach each other with doors closed, and enough cells for the keys."""
    reached = _flood_from_first(constants, state, world, scratch)
    for agent in range(state.agents.shape[1]):
        if scratch.distance[state.agents[world, agent].cell] < 0:
            return False
    return bool(reached > constants.amounts[DOORS])
