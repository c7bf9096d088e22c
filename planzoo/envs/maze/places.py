"""Distances between cells, and the frontier of what an agent knows."""

from __future__ import annotations

from planzoo.envs.maze.state import DOOR, GROUND_CODES, UNKNOWN, WALL, Constants, State
from planzoo.envs.simulation.kernel import kernel


@kernel
def kings_distance(constants: Constants, cell: int, other: int) -> int:
    """Counts the king's moves from one cell to another, walls apart."""
    rows = abs(constants.rows[cell] - constants.rows[other])
    columns = abs(constants.columns[cell] - constants.columns[other])
    return int(max(rows, columns))


@kernel
def in_message_range(constants: Constants, state: State, world: int, agent: int, other: int) -> bool:
    """Tells whether one agent hears the other; a negative range reaches everywhere."""
    cell, there = state.agents[world, agent].cell, state.agents[world, other].cell
    return constants.message_range < 0 or kings_distance(constants, cell, there) <= constants.message_range


@kernel
def is_frontier_cell(constants: Constants, state: State, world: int, agent: int, cell: int) -> bool:
    """Tells whether a cell is open on an agent's map and beside a cell that is not on it."""
    ground = state.known[world, agent, cell] & GROUND_CODES
    if ground in (UNKNOWN, WALL, DOOR):
        return False
    for direction in range(4):
        beside = cell + constants.steps_ahead[direction]
        if state.known[world, agent, beside] & GROUND_CODES == UNKNOWN:
            return True
    return False


@kernel
def frontier_within(
    constants: Constants, state: State, world: int, agent: int, reach: tuple[int, int]
) -> bool:
    """Tells whether an agent's map has a frontier cell near a place.

    ``reach`` is the cell in the middle and how many king's moves are near.
    """
    middle, moves = reach
    row, column = constants.rows[middle], constants.columns[middle]
    across = constants.width + 2 * constants.padding
    for near_row in range(max(0, row - moves), min(constants.height, row + moves + 1)):
        first = (near_row + constants.padding) * across + constants.padding
        for near in range(max(0, column - moves), min(constants.width, column + moves + 1)):
            if is_frontier_cell(constants, state, world, agent, first + near):
                return True
    return False
