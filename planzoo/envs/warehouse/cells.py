"""What stands on a cell, and what a sensor makes of it.

A cell's code says whether a robot, a shelf or both are there; which ones is looked up only when it matters.
"""

from __future__ import annotations

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.warehouse.state import (
    BLOCKED_CODE,
    NO_ROBOT,
    NO_SHELF,
    REQUEST_CODE,
    ROBOT_CODES,
    SHELF_CODE,
    SPECIAL_CODE,
    STANDING_CODE,
    Constants,
    State,
)


@kernel
def robot_on(state: State, world: int, cell: int) -> int:
    """Gives the robot on a cell, or NO_ROBOT."""
    if state.codes[world, cell] & ROBOT_CODES == 0:
        return NO_ROBOT
    for robot in range(state.robots.shape[1]):
        if state.robots[world, robot].cell == cell:
            return robot
    return NO_ROBOT


@kernel
def shelf_stands(state: State, world: int, cell: int) -> bool:
    """Tells whether a shelf that nobody carries is on a cell."""
    stands: bool = state.codes[world, cell] & STANDING_CODE != 0
    return stands


@kernel
def standing_shelf(constants: Constants, state: State, world: int, cell: int) -> int:
    """Gives the shelf that stands on a cell, or NO_SHELF."""
    if not shelf_stands(state, world, cell):
        return NO_SHELF
    return int(state.standing[world, constants.storage_numbers[cell]])


@kernel
def shelf_on(constants: Constants, state: State, world: int, cell: int) -> int:
    """Gives the shelf that stands on a cell, else the topmost one on its robot, else NO_SHELF."""
    shelf = standing_shelf(constants, state, world, cell)
    if shelf == NO_SHELF and state.codes[world, cell] & SHELF_CODE:
        robot = robot_on(state, world, cell)
        shelf = int(state.robot_load[world, robot, state.robots[world, robot].loads - 1])
    return shelf


@kernel
def is_carried(constants: Constants, state: State, world: int, shelf: int) -> bool:
    """Tells whether a shelf is on a robot."""
    carried: bool = standing_shelf(constants, state, world, state.shelves[world, shelf].cell) != shelf
    return carried


@kernel
def set_standing(constants: Constants, state: State, world: int, cell: int, shelf: int) -> None:
    """Says which shelf, or NO_SHELF, stands on a storage cell."""
    state.standing[world, constants.storage_numbers[cell]] = shelf
    if shelf == NO_SHELF:
        state.codes[world, cell] &= 255 - STANDING_CODE
    else:
        state.codes[world, cell] |= STANDING_CODE


@kernel
def write_code(constants: Constants, state: State, world: int, cell: int, robot: int) -> None:
    """Writes what a sensor sees on a cell on which a robot, or NO_ROBOT, is."""
    code = state.codes[world, cell] & (BLOCKED_CODE | STANDING_CODE)
    if code & STANDING_CODE:
        shelf = state.standing[world, constants.storage_numbers[cell]]
        code |= _shelf_code(constants, state, world, shelf)
    if robot != NO_ROBOT:
        code |= state.robots[world, robot].direction + 1
        for place in range(state.robots[world, robot].loads):
            code |= _shelf_code(constants, state, world, state.robot_load[world, robot, place])
    state.codes[world, cell] = code


@kernel
def _shelf_code(constants: Constants, state: State, world: int, shelf: int) -> int:
    code = SHELF_CODE
    if state.shelves[world, shelf].requested:
        code |= REQUEST_CODE
    if constants.shelves[shelf].special:
        code |= SPECIAL_CODE
    return code


@kernel
def note_robot(state: State, world: int, robot: int, event: int) -> None:
    """Reports that something happened to a robot."""
    state.robot_events[world, robot] |= 1 << event
    state.event_counts[world, event] += 1


@kernel
def note_world(state: State, world: int, event: int) -> None:
    """Reports that something happened in the warehouse."""
    state.worlds[world].events |= 1 << event
    state.event_counts[world, event] += 1


@driver
def rebuild_cells(constants: Constants, state: State, world: int) -> None:
    """Writes all cells of a world anew from the shelves and robots; blocked cells stay blocked."""
    for cell in range(state.codes.shape[1]):
        state.codes[world, cell] &= BLOCKED_CODE
    state.standing[world] = NO_SHELF
    for shelf in range(state.shelves.shape[1]):
        if not _is_loaded(state, world, shelf):
            set_standing(constants, state, world, state.shelves[world, shelf].cell, shelf)
    for cell in range(state.codes.shape[1]):
        write_code(constants, state, world, cell, NO_ROBOT)
    for robot in range(state.robots.shape[1]):
        write_code(constants, state, world, state.robots[world, robot].cell, robot)


@kernel
def _is_loaded(state: State, world: int, shelf: int) -> bool:
    for robot in range(state.robots.shape[1]):
        for place in range(state.robots[world, robot].loads):
            if state.robot_load[world, robot, place] == shelf:
                return True
    return False
