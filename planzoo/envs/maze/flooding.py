"""Spreading over the open cells of a maze that is being made."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    FLOOR,
    GROUND_CODES,
    SAFE_ROOM,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.simulation.random import random_below


@driver
def flood(
    codes: NDArray[np.uint8],
    steps_ahead: NDArray[np.int32],
    scratch: Scratch,
    sources: int,
    through_doors: bool,
) -> int:
    """Spreads breadth-first over floor and safe rooms; nobody walks on from an exit.

    Distances (-1 = not reached) and the cells reached, nearest first, are in the scratch.

    Args:
        codes: uint8 (C,), the maze.
        steps_ahead: of the constants.
        scratch: the first cells of its queue are where it starts from.
        sources: how many these are.
        through_doors: whether doors count as open.

    Returns:
        How many cells were reached, the first ones among them.
    """
    queue, distance = scratch.queue, scratch.distance
    distance[:] = -1
    for place in range(sources):
        distance[queue[place]] = 0
    done, reached = 0, sources
    while done < reached:
        cell = queue[np.uintp(done)]
        done += 1
        for direction in range(4):
            beside = cell + steps_ahead[np.uintp(direction)]
            if distance[np.uintp(beside)] < 0 and is_walkable(codes[np.uintp(beside)], through_doors):
                distance[np.uintp(beside)] = distance[np.uintp(cell)] + 1
                queue[np.uintp(reached)] = beside
                reached += 1
    return reached


@kernel
def is_walkable(code: int, through_doors: bool) -> bool:
    """Tells whether one walks over a cell on the way to others."""
    ground = code & GROUND_CODES
    if ground == DOOR:
        return through_doors
    return ground in (FLOOR, SAFE_ROOM)


@kernel
def is_ground(code: int) -> bool:
    """Tells whether a cell is neither wall nor unknown."""
    ground = code & GROUND_CODES
    return FLOOR <= ground <= DOOR and ground != FLOOR + 1


@kernel
def open_sides(constants: Constants, state: State, world: int, cell: int) -> int:
    """Counts the open cells beside a cell, exits and doors among them."""
    count = 0
    for direction in range(4):
        count += is_ground(state.codes[world, np.uintp(cell + constants.steps_ahead[direction])])
    return count


@kernel
def cell_at(constants: Constants, row: int, column: int) -> int:
    """Gives the number of the cell in a row and column of the map."""
    across = constants.width + 2 * constants.padding
    return int((row + constants.padding) * across + column + constants.padding)


@kernel
def draw_cell(state: State, world: int, cells: NDArray[np.int32], first: int, end: int) -> int:
    """Draws one of the cells from ``first`` up to but not ``end`` in a list and puts it first."""
    place = first + random_below(state.random_streams, world, end - first)
    drawn = cells[place]
    cells[place] = cells[first]
    cells[first] = drawn
    return int(drawn)


@kernel
def copy_into(target: NDArray[Any], source: NDArray[Any]) -> None:
    """Copies a one-dimensional array to the beginning of another; by itself, Numba allocates for that."""
    for place in range(source.shape[0]):
        target[np.uintp(place)] = source[np.uintp(place)]


@kernel
def is_exit(code: int) -> bool:
    """Tells whether a cell is an exit."""
    return bool(code & GROUND_CODES == EXIT)
