"""Perfect and braided mazes: rooms of one cell at odd rows and columns, and passages between them."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.flooding import cell_at, open_sides
from planzoo.envs.maze.state import FLOOR, UNKNOWN, Constants, Scratch, State
from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.random import random_below, random_odds


@kernel
def carve_perfect(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Carves a maze with exactly one way between any two cells out of walls.

    Randomized depth-first search, the recursive backtracker (Buck, "Mazes for Programmers", 2015, chapter 5).
    Mazes of an even height or width have a wall that is one cell thicker.
    """
    codes, queue = state.codes[world], scratch.queue
    rooms_down, rooms_across = (constants.height - 1) // 2, (constants.width - 1) // 2
    for down in range(rooms_down):
        for across in range(rooms_across):
            codes[cell_at(constants, 2 * down + 1, 2 * across + 1)] = UNKNOWN
    row = 2 * random_below(state.random_streams, world, rooms_down) + 1
    queue[0] = cell_at(constants, row, 2 * random_below(state.random_streams, world, rooms_across) + 1)
    codes[queue[0]] = FLOOR
    depth = 1
    while depth > 0:
        cell = queue[np.uintp(depth - 1)]
        step = random_step(constants, state, world, cell, UNKNOWN)
        if step == 0:
            depth -= 1
            continue
        codes[np.uintp(cell + step)] = FLOOR
        codes[np.uintp(cell + 2 * step)] = FLOOR
        queue[np.uintp(depth)] = cell + 2 * step
        depth += 1


@kernel
def random_step(constants: Constants, state: State, world: int, cell: int, wanted: int) -> int:
    """Draws a step towards one of the cells two steps away that have a code, through what is still wall.

    Returns:
        Difference of cell numbers; 0 where there is no such cell.
    """
    choices, packed = 0, 0
    for direction in range(4):
        step = constants.steps_ahead[np.uintp(direction)]
        beyond = state.codes[world, np.uintp(cell + 2 * step)]
        if beyond == wanted and state.codes[world, np.uintp(cell + step)] != FLOOR:
            packed |= direction << (2 * choices)
            choices += 1
    if choices == 0:
        return 0
    chosen = random_below(state.random_streams, world, choices) if choices > 1 else 0
    return int(constants.steps_ahead[np.uintp((packed >> (2 * chosen)) & 3)])


@kernel
def open_dead_ends(constants: Constants, state: State, world: int) -> None:
    """Opens a share of a perfect maze's dead ends to a neighbouring room, which makes it a braided one."""
    for row in range(1, constants.height - 1, 2):
        for column in range(1, constants.width - 1, 2):
            cell = cell_at(constants, row, column)
            if state.codes[world, cell] != FLOOR or open_sides(constants, state, world, cell) != 1:
                continue
            if random_odds(state.random_streams, world) < constants.openness:
                state.codes[world, cell + random_step(constants, state, world, cell, FLOOR)] = FLOOR
