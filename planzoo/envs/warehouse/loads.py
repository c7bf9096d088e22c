"""Lifting and putting down: shelves, alone or two robots together, and tools."""

from __future__ import annotations

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.warehouse.cells import robot_on, set_standing, standing_shelf
from planzoo.envs.warehouse.layout import CRIB, STORAGE
from planzoo.envs.warehouse.state import (
    NO_ROBOT,
    NO_SHELF,
    ROBOT_CODES,
    SPECIAL_CODE,
    STANDING_CODE,
    TOGGLE_LOAD,
    Constants,
    State,
)


@kernel
def may_toggle(constants: Constants, state: State, world: int, robot: int) -> bool:
    """Tells whether loading or unloading could change something."""
    cell, loads = state.robots[world, robot].cell, state.robots[world, robot].loads
    shelf = standing_shelf(constants, state, world, cell)
    if constants.plain:
        return shelf != NO_SHELF if loads == 0 else constants.kinds[cell] == STORAGE
    if shelf != NO_SHELF and loads < constants.robots[robot].capacity:
        if not _has_tool_for(constants, state, world, robot, shelf):
            return False
        alone = constants.shelves[shelf].weight <= constants.robots[robot].lift
        coupled = state.robots[world, robot].partner != NO_ROBOT
        return not coupled and (alone or (loads == 0 and state.robots.shape[1] > 1))
    if loads > 0:
        return constants.kinds[cell] == STORAGE and shelf == NO_SHELF
    if state.robots[world, robot].partner != NO_ROBOT:
        return False
    if constants.kinds[cell] == CRIB and constants.tools > 0:
        return state.robots[world, robot].tool or state.worlds[world].tools_left > 0
    return _may_assist(constants, state, world, cell)


@kernel
def _may_assist(constants: Constants, state: State, world: int, cell: int) -> bool:
    """Tells whether a robot on a neighbouring cell is under a shelf that it can't lift alone."""
    for direction in range(4):
        ahead = cell + constants.steps_ahead[direction]
        code = state.codes[world, ahead]
        if code & ROBOT_CODES == 0 or code & STANDING_CODE == 0 or code & SPECIAL_CODE == 0:
            continue
        other, shelf = robot_on(state, world, ahead), standing_shelf(constants, state, world, ahead)
        if constants.shelves[shelf].weight > constants.robots[other].lift:
            return True
    return False


@kernel
def _has_tool_for(constants: Constants, state: State, world: int, robot: int, shelf: int) -> bool:
    if not constants.shelves[shelf].tool:
        return True
    has: bool = constants.robots[robot].tool or state.robots[world, robot].tool
    return has


@kernel
def toggle_load(constants: Constants, state: State, world: int, robot: int) -> None:
    """Lifts the shelf on the robot's cell; puts one down where none stands; takes or returns a tool."""
    cell, loads = state.robots[world, robot].cell, state.robots[world, robot].loads
    shelf = standing_shelf(constants, state, world, cell)
    if shelf != NO_SHELF:
        if loads < constants.robots[robot].capacity and state.robots[world, robot].partner == NO_ROBOT:
            _try_to_lift(constants, state, world, robot, shelf)
    elif loads > 0:
        if constants.kinds[cell] == STORAGE:
            _put_down(constants, state, world, robot, cell)
    elif constants.kinds[cell] == CRIB and constants.tools > 0:
        _exchange_tool(state, world, robot)


@kernel
def _try_to_lift(constants: Constants, state: State, world: int, robot: int, shelf: int) -> None:
    if not _has_tool_for(constants, state, world, robot, shelf):
        return
    if constants.shelves[shelf].weight <= constants.robots[robot].lift:
        _lift(constants, state, world, robot, shelf)
    elif state.robots[world, robot].loads == 0:
        partner = _find_partner(constants, state, world, robot, shelf)
        if partner != NO_ROBOT:
            state.robots[world, robot].partner = partner
            state.robots[world, partner].partner = robot
            _lift(constants, state, world, robot, shelf)


@kernel
def _find_partner(constants: Constants, state: State, world: int, robot: int, shelf: int) -> int:
    """Gives a robot without a load beside this one that loads in the same step and is strong enough."""
    for direction in range(4):
        other = robot_on(state, world, state.robots[world, robot].cell + constants.steps_ahead[direction])
        if other == NO_ROBOT or state.robots[world, other].command != TOGGLE_LOAD:
            continue
        free = state.robots[world, other].loads == 0 and state.robots[world, other].partner == NO_ROBOT
        strength = constants.robots[robot].lift + constants.robots[other].lift
        if free and strength >= constants.shelves[shelf].weight:
            return int(other)
    return NO_ROBOT


@kernel
def _lift(constants: Constants, state: State, world: int, robot: int, shelf: int) -> None:
    state.robot_load[world, robot, state.robots[world, robot].loads] = shelf
    state.robots[world, robot].loads += 1
    set_standing(constants, state, world, state.robots[world, robot].cell, NO_SHELF)


@kernel
def _put_down(constants: Constants, state: State, world: int, robot: int, cell: int) -> None:
    """Puts the lowest shelf down that nobody waits for, else the topmost; a partner is free again."""
    top = state.robots[world, robot].loads - 1
    place = 0
    while place < top and state.shelves[world, state.robot_load[world, robot, place]].requested:
        place += 1
    shelf = state.robot_load[world, robot, place]
    for above in range(place, top):
        state.robot_load[world, robot, above] = state.robot_load[world, robot, above + 1]
    state.robot_load[world, robot, top] = NO_SHELF
    state.robots[world, robot].loads = top
    set_standing(constants, state, world, cell, shelf)
    if state.shelves[world, shelf].served:
        state.shelves[world, shelf].served = False
        state.robots[world, robot].returned += 1
    partner = state.robots[world, robot].partner
    if partner != NO_ROBOT:
        state.robots[world, partner].partner = NO_ROBOT
        state.robots[world, robot].partner = NO_ROBOT


@kernel
def _exchange_tool(state: State, world: int, robot: int) -> None:
    if state.robots[world, robot].tool:
        state.robots[world, robot].tool = False
        state.worlds[world].tools_left += 1
    elif state.worlds[world].tools_left > 0:
        state.robots[world, robot].tool = True
        state.worlds[world].tools_left -= 1
