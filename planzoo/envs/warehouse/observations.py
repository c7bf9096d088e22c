"""What a robot senses around itself, and what a fleet manager knows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.warehouse.cells import is_carried, shelf_stands
from planzoo.envs.warehouse.extras import (
    battery_share,
    money_share,
    order_of,
    time_share,
    tools_share,
    worth_share,
)
from planzoo.envs.warehouse.images import write_images
from planzoo.envs.warehouse.layout import AISLE, CHARGER, STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.senses import write_compact, write_local
from planzoo.envs.warehouse.state import (
    BLOCKED_CODE,
    CELL_EXTRAS,
    FLEET_REQUEST,
    FLEET_ROBOT,
    LOCAL_CELL,
    LOCAL_SELF,
    NO_ROBOT,
    NO_SHELF,
    OBSERVE_COMPACT,
    OBSERVE_FLEET,
    OBSERVE_IMAGE,
    REQUEST_EXTRAS,
    ROBOT_EXTRAS,
    SELF_EXTRAS,
    Constants,
    State,
)

MAP_WALL, MAP_AISLE, MAP_WORKSTATION, MAP_FREE_STORAGE, MAP_SHELF = 0.0, 0.25, 0.5, 0.75, 1.0
MAP_BLOCKED, MAP_CHARGER, MAP_CRIB = 0.125, 0.375, 0.625
"""Values of the fleet observation's map."""


@kernel
def write_observations(
    constants: Constants, state: State, out: NDArray[np.float32], first: int, last: int
) -> None:
    """Writes what all robots of the worlds from ``first`` up to but not ``last`` see into (B, N, D)."""
    if constants.observation_kind == OBSERVE_COMPACT:
        write_compact(constants, state, out, first, last)
    elif constants.observation_kind == OBSERVE_IMAGE:
        write_images(constants, state, out, first, last)
    else:
        write_local(constants, state, out, first, last)
    if constants.observation_kind == OBSERVE_FLEET:
        _write_fleet(constants, state, out, first, last)


@driver
def _write_fleet(constants: Constants, state: State, out: NDArray[np.float32], first: int, last: int) -> None:
    """Writes what a fleet manager knows at the end of each robot's observation."""
    start = local_length(constants)
    for world in range(np.uintp(first), np.uintp(last)):
        for robot in range(out.shape[1]):
            fleet_observation(constants, state, world, robot, out[world, robot, start:])


@kernel
def local_length(constants: Constants) -> int:
    """Counts the numbers of the local observation."""
    own, cell = LOCAL_SELF, LOCAL_CELL
    if constants.extended:
        own, cell = LOCAL_SELF + SELF_EXTRAS, LOCAL_CELL + CELL_EXTRAS
    side = 2 * constants.sensor_range + 1
    return own + (cell + constants.message_bits) * side * side


@driver
def write_fleet_view(constants: Constants, state: State, world: int, out: NDArray[np.float32]) -> None:
    """Writes what a fleet manager knows, the first robot first, into ``out``, float32."""
    fleet_observation(constants, state, world, 0, out)


@kernel
def fleet_observation(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32]
) -> None:
    """Writes what a fleet manager knows: every robot (oneself first), every request, the map, what is shared.

    A robot: row and column in [0, 1], direction (4, one-hot), carrying, carrying a requested shelf. A
    request: row and column in [0, 1], carried. The map, row by row: see the constants of this module. Where
    an option is on that rware lacks, see :func:`_write_robot_extras` and :func:`_write_request_extras`; then
    follow tools left, money left and the packages left at each workstation.
    """
    index = write_robot(constants, state, world, robot, out, 0)
    for other in range(state.robots.shape[1]):
        if other != robot:
            index = write_robot(constants, state, world, other, out, index)
    for slot in range(state.requests.shape[1]):
        index = _write_request(constants, state, world, slot, out, index)
    for row in range(constants.height):
        cell = (row + constants.padding) * (constants.width + 2 * constants.padding) + constants.padding
        for column in range(constants.width):
            out[index] = map_value(constants, state, world, cell + column)
            index += 1
    if constants.extended:
        out[index] = tools_share(constants, state, world)
        out[index + 1] = money_share(constants, state, world)
        for station in range(state.packages.shape[1]):
            full = constants.packages == 0
            stock = 1.0 if full else state.packages[world, station] / constants.packages
            out[index + 2 + station] = stock


@kernel
def write_robot(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32], index: int
) -> int:
    """Writes a robot's part of the fleet observation at ``index``; gives the index after it."""
    _write_place(constants, state.robots[world, robot].cell, out, index)
    out[index + 2 : index + FLEET_ROBOT] = 0.0
    out[index + 2 + state.robots[world, robot].direction] = 1.0
    for place in range(state.robots[world, robot].loads):
        out[index + 6] = 1.0
        if state.shelves[world, state.robot_load[world, robot, place]].requested:
            out[index + 7] = 1.0
    index += FLEET_ROBOT
    if constants.extended:
        index = _write_robot_extras(constants, state, world, robot, out, index)
    return index


@kernel
def _write_robot_extras(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32], index: int
) -> int:
    """Writes battery, broken, waiting, borrowed tool, load and partner (number + 1 as a share of N)."""
    out[index] = battery_share(constants, state, world, robot)
    out[index + 1] = state.robots[world, robot].broken * constants.repair_scale
    out[index + 2] = state.robots[world, robot].wait * constants.robots[robot].speed
    out[index + 3] = state.robots[world, robot].tool
    out[index + 4] = state.robots[world, robot].loads * constants.robots[robot].load_scale
    partner = state.robots[world, robot].partner
    out[index + 5] = 0.0 if partner == NO_ROBOT else (partner + 1) / state.robots.shape[1]
    return index + ROBOT_EXTRAS


@kernel
def _write_request(
    constants: Constants, state: State, world: int, slot: int, out: NDArray[np.float32], index: int
) -> int:
    shelf = state.requests[world, slot]
    length = FLEET_REQUEST + REQUEST_EXTRAS if constants.extended else FLEET_REQUEST
    if shelf == NO_SHELF:
        out[index : index + length] = 0.0
        return index + length
    _write_place(constants, state.shelves[world, shelf].cell, out, index)
    out[index + 2] = is_carried(constants, state, world, shelf)
    if constants.extended:
        _write_request_extras(constants, state, world, shelf, out, index + FLEET_REQUEST)
    return index + length


@kernel
def _write_request_extras(
    constants: Constants, state: State, world: int, shelf: int, out: NDArray[np.float32], index: int
) -> None:
    """Writes that there is one (1), worth, time left, heavy, needs a tool; shelves left and asked for.

    The last two count the shelves of its order, as shares of the most that an order can ask for.
    """
    order, most = order_of(constants, state, world, shelf), constants.order_size
    out[index] = 1.0
    out[index + 1] = worth_share(constants, state, world, order)
    out[index + 2] = time_share(constants, state, world, order)
    out[index + 3] = constants.shelves[shelf].weight > 1
    out[index + 4] = constants.shelves[shelf].tool
    out[index + 5] = state.orders[world, order].left / most
    out[index + 6] = state.orders[world, order].asked / most


@kernel
def _write_place(constants: Constants, cell: int, out: NDArray[np.float32], index: int) -> None:
    """Writes a cell's row and column, scaled to [0, 1]."""
    out[index] = constants.rows[cell] * constants.row_scale
    out[index + 1] = constants.columns[cell] * constants.column_scale


@kernel
def map_value(constants: Constants, state: State, world: int, cell: int) -> float:
    """Gives the fleet map's value of a cell; a carried shelf is no obstacle on the map."""
    if shelf_stands(state, world, cell):
        return MAP_SHELF
    if state.codes[world, cell] & BLOCKED_CODE:
        return MAP_BLOCKED
    kind = constants.kinds[cell]
    if kind == AISLE:
        return MAP_AISLE
    if kind == STORAGE:
        return MAP_FREE_STORAGE
    if kind == WORKSTATION:
        return MAP_WORKSTATION
    if kind == CHARGER:
        return MAP_CHARGER
    return MAP_WALL if kind == WALL else MAP_CRIB
