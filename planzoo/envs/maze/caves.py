"""Caves: a cellular automaton makes them, tunnels join them."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.flooding import cell_at, copy_into
from planzoo.envs.maze.state import FLOOR, UNKNOWN, WALL, Constants, Scratch, State
from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.random import random_below, random_odds

ROUNDS = 4
MOST_FLOOR = 9 * FLOOR + 4 * (WALL - FLOOR)
"""The codes of a cell and the eight around it add up to no more than this if at most four are wall."""
_NOT_YET, _REACHED = -1, 0


@kernel
def carve_caves(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Opens cells at random, smoothes them by majority, and joins what is apart.

    A cell becomes wall if five or more of the nine cells around it are (Johnson, Yannakakis and Togelius,
    "Cellular automata for real-time generation of infinite cave levels", PCGames 2010).
    """
    for row in range(1, constants.height - 1):
        first = cell_at(constants, row, 0)
        for column in range(1, constants.width - 1):
            if random_odds(state.random_streams, world) < constants.openness:
                state.codes[world, np.uintp(first + column)] = FLOOR
    for _ in range(ROUNDS):
        _smooth(constants, state, world, scratch)
    join_parts(constants, state, world, scratch)


@kernel
def _smooth(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    codes, marks = state.codes[world], scratch.marks
    copy_into(marks, codes)
    down = constants.steps_ahead[1]
    for row in range(1, constants.height - 1):
        first = cell_at(constants, row, 0)
        for column in range(1, constants.width - 1):
            total = 0
            for middle in (first + column - down, first + column, first + column + down):
                total += marks[np.uintp(middle - 1)] + marks[np.uintp(middle)] + marks[np.uintp(middle + 1)]
            codes[np.uintp(first + column)] = FLOOR if total <= MOST_FLOOR else WALL


@kernel
def join_parts(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Joins all open parts by tunnels.

    One part spreads breadth-first through rock. Where it meets another, the way that it came is dug, and the
    whole other part spreads along with it. ``scratch.first`` has the step by which each cell was reached.
    """
    scratch.distance[:] = _REACHED
    seed = _mark_inside(constants, state, world, scratch)
    reached = _spread_part(constants, state, world, scratch, (seed, 0))
    done = 0
    while done < reached:
        cell = scratch.queue[np.uintp(done)]
        done += 1
        for direction in range(4):
            beside = cell + constants.steps_ahead[np.uintp(direction)]
            if scratch.distance[np.uintp(beside)] == _REACHED:
                continue
            scratch.first[np.uintp(beside)] = direction
            if state.codes[world, np.uintp(beside)] == FLOOR:
                _dig_back(constants, state, world, scratch, cell)
                reached = _spread_part(constants, state, world, scratch, (beside, reached))
            else:
                scratch.distance[np.uintp(beside)] = _REACHED
                scratch.queue[np.uintp(reached)] = beside
                reached += 1


@kernel
def _mark_inside(constants: Constants, state: State, world: int, scratch: Scratch) -> int:
    """Marks all cells within the rim as not reached, and gives an open one; if there is none, opens one."""
    seed = UNKNOWN
    for row in range(1, constants.height - 1):
        first = cell_at(constants, row, 0)
        for column in range(1, constants.width - 1):
            scratch.distance[first + column] = _NOT_YET
            if state.codes[world, first + column] == FLOOR:
                seed = first + column
    if seed == UNKNOWN:
        seed = cell_at(constants, constants.height // 2, constants.width // 2)
        state.codes[world, seed] = FLOOR
    return seed


@kernel
def _spread_part(
    constants: Constants, state: State, world: int, scratch: Scratch, begin: tuple[int, int]
) -> int:
    """Puts a whole open part into the queue.

    ``begin`` is a cell of it, and how many cells are in the queue; how many there are then is returned.
    """
    done = begin[1]
    scratch.queue[done], scratch.distance[begin[0]] = begin[0], _REACHED
    reached = done + 1
    while done < reached:
        cell = scratch.queue[np.uintp(done)]
        done += 1
        for direction in range(4):
            beside = np.uintp(cell + constants.steps_ahead[np.uintp(direction)])
            if scratch.distance[beside] != _REACHED and state.codes[world, beside] == FLOOR:
                scratch.distance[beside] = _REACHED
                scratch.queue[np.uintp(reached)] = beside
                reached += 1
    return reached


@kernel
def _dig_back(constants: Constants, state: State, world: int, scratch: Scratch, cell: int) -> None:
    """Opens the rock by which a cell was reached, back to where it is open."""
    while state.codes[world, cell] != FLOOR:
        state.codes[world, cell] = FLOOR
        cell -= constants.steps_ahead[scratch.first[cell]]


@kernel
def widen(constants: Constants, state: State, world: int, scratch: Scratch, needed: int) -> None:
    """Opens walls beside open cells, drawn at random, until enough cells within the rim are open."""
    opened = 0
    for cell in range(state.codes.shape[1]):
        if state.codes[world, cell] == FLOOR:
            scratch.queue[opened] = cell
            opened += 1
    while opened < needed:
        cell = scratch.queue[random_below(state.random_streams, world, opened)]
        beside = cell + constants.steps_ahead[random_below(state.random_streams, world, 4)]
        row, column = constants.rows[beside], constants.columns[beside]
        inside = 0 < row < constants.height - 1 and 0 < column < constants.width - 1
        if inside and state.codes[world, beside] == WALL:
            state.codes[world, beside] = FLOOR
            scratch.queue[opened] = beside
            opened += 1
