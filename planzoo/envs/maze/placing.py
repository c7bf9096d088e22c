"""Where agents start in a maze, how they get out, and what lies in it."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.flooding import cell_at, copy_into, draw_cell, flood, open_sides
from planzoo.envs.maze.state import (
    EXIT,
    FLOOR,
    FOOD,
    HAZARD_CODE,
    ITEM_SHIFT,
    MEDICINE,
    SAFE_ROOM,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.simulation.kernel import kernel

HAZARDS, SAFE_ROOMS, FIRST_SUPPLY, DOORS, EXITS = 0, 1, 2, 5, 6
"""Columns of ``Constants.amounts``."""
ON_THE_WAY, START = 1, 2
"""Marks on cells: that someone needs to get out, and where agents start."""


@kernel
def place_exits(constants: Constants, state: State, world: int, scratch: Scratch) -> bool:
    """Opens exits in the rim and turns dead ends into exits, so that no exit is in anybody's way.

    Returns:
        Whether there was room for all; they are the first cells of ``scratch.cells`` then.
    """
    left = _list_ends(constants, state, world, scratch)
    placed = 0
    while placed < constants.amounts[EXITS] and placed < left:
        cell = draw_cell(state, world, scratch.cells, placed, left)
        # An exit that was placed before may have taken the way to this one.
        if is_end(constants, state, world, cell):
            state.codes[world, cell] = EXIT
            placed += 1
        else:
            left -= 1
            scratch.cells[placed] = scratch.cells[left]
    return bool(placed == constants.amounts[EXITS])


@kernel
def _list_ends(constants: Constants, state: State, world: int, scratch: Scratch) -> int:
    """Lists the cells that can be exits: dead ends, and walls at the rim with open floor on one side."""
    ends = 0
    for row in range(constants.height):
        first = cell_at(constants, row, 0)
        # Where the size is even, the wall at the far side may be two cells thick.
        row_at_rim = row == 0 or row >= constants.height - 2
        for column in range(constants.width):
            at_rim = row_at_rim or column == 0 or column >= constants.width - 2
            is_floor = state.codes[world, np.uintp(first + column)] == FLOOR
            if (at_rim or is_floor) and is_end(constants, state, world, first + column):
                scratch.cells[ends] = first + column
                ends += 1
    return ends


@kernel
def is_end(constants: Constants, state: State, world: int, cell: int) -> bool:
    """Tells whether just one of the cells beside a cell is open, and that is plain floor."""
    if open_sides(constants, state, world, cell) != 1:
        return False
    for direction in range(4):
        if state.codes[world, np.uintp(cell + constants.steps_ahead[direction])] == FLOOR:
            return True
    return False


@kernel
def flood_from_exits(constants: Constants, state: State, world: int, scratch: Scratch) -> int:
    """Spreads from all exits, which ``scratch.cells`` lists, as if doors were open."""
    exits = constants.amounts[EXITS]
    for place in range(exits):
        scratch.queue[place] = scratch.cells[place]
    return flood(state.codes[world], constants.steps_ahead, scratch, exits, True)


@kernel
def place_starts(constants: Constants, state: State, world: int, scratch: Scratch, near: bool) -> None:
    """Draws where agents start: cells at least half as far from the exits as the farthest one.

    If ``near``, they all start beside an exit instead, which leaves most room for all else.
    """
    reached = flood_from_exits(constants, state, world, scratch)
    first = constants.amounts[EXITS]
    if near:
        for agent in range(state.agents.shape[1]):
            state.agents[world, agent].cell = scratch.queue[first]
        return
    farthest = scratch.distance[scratch.queue[reached - 1]]
    while 2 * scratch.distance[scratch.queue[first]] < farthest:
        first += 1
    if constants.together:
        scratch.queue[0] = draw_cell(state, world, scratch.queue, first, reached)
        _start_together(constants, state, world, scratch)
        flood_from_exits(constants, state, world, scratch)
        return
    for agent in range(state.agents.shape[1]):
        place = first + agent % (reached - first)
        state.agents[world, agent].cell = draw_cell(state, world, scratch.queue, place, reached)


@kernel
def _start_together(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Puts agents on the cells nearest to the first in the queue; as often as it takes, if these are few."""
    reached = flood(state.codes[world], constants.steps_ahead, scratch, 1, False)
    safe = 0
    for place in range(reached):
        cell = scratch.queue[place]
        if not state.codes[world, cell] & HAZARD_CODE:
            scratch.queue[safe] = cell
            safe += 1
    for agent in range(state.agents.shape[1]):
        state.agents[world, agent].cell = scratch.queue[agent % safe]


@kernel
def use_starts(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Puts agents where they start in a maze that is the same in all episodes."""
    starts, agents = constants.layout_starts.shape[0], state.agents.shape[1]
    copy_into(scratch.queue, constants.layout_starts)
    if starts != agents and constants.together:
        draw_cell(state, world, scratch.queue, 0, starts)
        _start_together(constants, state, world, scratch)
        return
    for agent in range(agents):
        if starts != agents:
            draw_cell(state, world, scratch.queue, agent % starts, starts)
        state.agents[world, agent].cell = scratch.queue[agent % starts]


@kernel
def mark_ways_out(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Marks all starts and the cells from each of them to its nearest exit."""
    scratch.marks[:] = 0
    for agent in range(state.agents.shape[1]):
        cell = state.agents[world, agent].cell
        mark_way(constants, scratch, cell)
        scratch.marks[cell] = ON_THE_WAY | START


@kernel
def mark_way(constants: Constants, scratch: Scratch, cell: int) -> None:
    """Marks the cells of a shortest way from a cell back to where the last flood began."""
    scratch.marks[cell] |= ON_THE_WAY
    while scratch.distance[np.uintp(cell)] > 0:
        cell = nearer_cell(constants, scratch, cell)
        scratch.marks[np.uintp(cell)] |= ON_THE_WAY


@kernel
def nearer_cell(constants: Constants, scratch: Scratch, cell: int) -> int:
    """Gives the first of the cells beside one that are nearer to where the last flood began."""
    for direction in range(4):
        beside = cell + constants.steps_ahead[np.uintp(direction)]
        if scratch.distance[np.uintp(beside)] == scratch.distance[np.uintp(cell)] - 1:
            return int(beside)
    return int(cell)


@kernel
def place_hazards(constants: Constants, state: State, world: int, scratch: Scratch) -> bool:
    """Puts hazards where nobody has to walk, and tells whether there was room for all."""
    free = _list_free(constants, state, world, scratch, True)
    hazards = constants.amounts[HAZARDS]
    if free < hazards:
        return False
    for place in range(hazards):
        state.codes[world, draw_cell(state, world, scratch.cells, place, free)] |= HAZARD_CODE
    return True


@kernel
def _list_free(constants: Constants, state: State, world: int, scratch: Scratch, unmarked: bool) -> int:
    """Lists the cells that are nothing but floor; only those without a mark, if so asked."""
    free = 0
    for row in range(constants.height):
        first = cell_at(constants, row, 0)
        for cell in range(first, first + constants.width):
            if state.codes[world, np.uintp(cell)] == FLOOR and not (
                unmarked and scratch.marks[np.uintp(cell)]
            ):
                scratch.cells[np.uintp(free)] = cell
                free += 1
    return free


@kernel
def place_rest(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Puts safe rooms and supplies anywhere on free floor."""
    free = _list_free(constants, state, world, scratch, False)
    placed = 0
    for _ in range(constants.amounts[SAFE_ROOMS]):
        state.codes[world, draw_cell(state, world, scratch.cells, placed, free)] = SAFE_ROOM
        placed += 1
    for item in range(FOOD, MEDICINE + 1):
        for _ in range(constants.amounts[FIRST_SUPPLY + item]):
            cell = draw_cell(state, world, scratch.cells, placed, free)
            state.codes[world, cell] |= (item + 1) << ITEM_SHIFT
            placed += 1
