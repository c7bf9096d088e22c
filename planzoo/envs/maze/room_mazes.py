"""Mazes of rooms that corridors join."""

from __future__ import annotations

from planzoo.envs.maze.flooding import cell_at
from planzoo.envs.maze.state import FLOOR, WALL, Constants, Scratch, State
from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.random import ODDS_BITS, random_below

LONGEST_ROOM = 9
"""Cells along a side of a room, at most."""
FEWEST_ROOMS = 2
LOOP_ODDS = 3
"""One room in so many has a second corridor, which makes loops."""


@kernel
def carve_rooms(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Carves rooms that do not touch, and joins each to the nearest of those before it.

    The rooms' middles are in ``scratch.cells`` meanwhile.
    """
    rooms = _place_rooms(constants, state, world, scratch)
    for room in range(rooms):
        if room > 0:
            _dig_corridor(
                constants, state, world, scratch, (room, _nearest_room(constants, scratch, room, 0, room))
            )
        if room + 1 < rooms and random_below(state.random_streams, world, LOOP_ODDS) == 0:
            other = _nearest_room(constants, scratch, room, room + 1, rooms)
            _dig_corridor(constants, state, world, scratch, (room, other))


@kernel
def _place_rooms(constants: Constants, state: State, world: int, scratch: Scratch) -> int:
    """Tries places at random until a share of the floor is room."""
    inside = (constants.height - 2) * (constants.width - 2)
    wanted = (inside * constants.openness) >> ODDS_BITS
    rooms, opened = 0, 0
    for _ in range(30 + inside // 4):
        if opened >= wanted and rooms >= FEWEST_ROOMS:
            break
        high, wide = _room_side(state, world, constants.height), _room_side(state, world, constants.width)
        top = 1 + random_below(state.random_streams, world, constants.height - 1 - high)
        left = 1 + random_below(state.random_streams, world, constants.width - 1 - wide)
        corner = cell_at(constants, top, left)
        if _is_solid(constants, state, world, corner, (high, wide)):
            _open_room(constants, state, world, corner, (high, wide))
            scratch.cells[rooms] = corner + high // 2 * constants.steps_ahead[1] + wide // 2
            rooms += 1
            opened += high * wide
    return rooms


@kernel
def _room_side(state: State, world: int, side: int) -> int:
    """Draws a length: from 2 cells to about half of the maze's side."""
    longest = min(LONGEST_ROOM, (side - 1) // 2)
    return 2 + random_below(state.random_streams, world, longest - 1)


@kernel
def _is_solid(constants: Constants, state: State, world: int, corner: int, size: tuple[int, int]) -> bool:
    """Tells whether a room and the cells around it are all wall."""
    for row in range(-1, size[0] + 1):
        first = corner + row * constants.steps_ahead[1]
        for column in range(-1, size[1] + 1):
            if state.codes[world, first + column] != WALL:
                return False
    return True


@kernel
def _open_room(constants: Constants, state: State, world: int, corner: int, size: tuple[int, int]) -> None:
    for row in range(size[0]):
        first = corner + row * constants.steps_ahead[1]
        for column in range(size[1]):
            state.codes[world, first + column] = FLOOR


@kernel
def _nearest_room(constants: Constants, scratch: Scratch, room: int, first: int, end: int) -> int:
    """Finds the room nearest to one on foot, of those from ``first`` up to but not ``end``."""
    cell = scratch.cells[room]
    nearest, least = first, constants.height + constants.width
    for other in range(first, end):
        there = scratch.cells[other]
        apart = abs(constants.rows[cell] - constants.rows[there])
        apart += abs(constants.columns[cell] - constants.columns[there])
        if apart < least:
            nearest, least = other, apart
    return nearest


@kernel
def _dig_corridor(
    constants: Constants, state: State, world: int, scratch: Scratch, rooms: tuple[int, int]
) -> None:
    """Digs from the middle of one room to that of another, with one bend at either corner."""
    start, end = scratch.cells[rooms[0]], scratch.cells[rooms[1]]
    if random_below(state.random_streams, world, 2) == 0:
        start, end = end, start
    cell = start
    down = constants.steps_ahead[1] * (1 if constants.rows[end] > constants.rows[start] else -1)
    while constants.rows[cell] != constants.rows[end]:
        cell += down
        state.codes[world, cell] = FLOOR
    across = 1 if end > cell else -1
    while cell != end:
        cell += across
        state.codes[world, cell] = FLOOR
