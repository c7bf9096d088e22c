"""What a robot senses around itself, and what a fleet manager knows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.warehouse.layout import STORAGE, WORKSTATION
from planzoo.envs.warehouse.state import (
    FLEET_REQUEST,
    FLEET_ROBOT,
    LOCAL_CELL,
    LOCAL_SELF,
    NO_ROBOT,
    NO_SHELF,
    OBSERVE_LOCAL,
    Constants,
    State,
)

MAP_WALL, MAP_AISLE, MAP_WORKSTATION, MAP_FREE_STORAGE, MAP_SHELF = 0.0, 0.25, 0.5, 0.75, 1.0
"""Values of the fleet observation's map."""


@kernel
def observation(constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32]) -> None:
    """Writes a robot's observation into ``out``, float32 (D,)."""
    end = local_observation(constants, state, world, robot, out)
    if constants.observation_kind != OBSERVE_LOCAL:
        fleet_observation(constants, state, world, robot, out[end:])


@kernel
def local_observation(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32]
) -> int:
    """Writes rware's flattened observation and gives its length: oneself, then each sensed cell row by row.

    Oneself: x, y, carrying, direction (4, one-hot), on an aisle. A cell: robot, its direction (4, one-hot;
    up where there is none), shelf, requested.
    """
    cell, padded_width = state.robot_cell[world, robot], constants.width + 2 * constants.padding
    row, column = cell // padded_width, cell % padded_width
    out[0] = column - constants.padding
    out[1] = row - constants.padding
    out[2] = state.robot_load[world, robot] != NO_SHELF
    out[3:7] = 0.0
    out[3 + state.robot_direction[world, robot]] = 1.0
    out[7] = constants.kinds[cell] != STORAGE
    index, reach = LOCAL_SELF, constants.sensor_range
    for row_offset in range(-reach, reach + 1):
        start = cell + row_offset * padded_width
        for sensed in range(start - reach, start + reach + 1):
            code = state.codes[world, sensed]
            for feature in range(LOCAL_CELL):
                out[index + feature] = constants.cell_features[code, feature]
            index += LOCAL_CELL
    return index


@kernel
def fleet_observation(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32]
) -> None:
    """Writes what a fleet manager knows: every robot (oneself first), every request, the map.

    A robot: row and column in [0, 1], direction (4, one-hot), carrying, carrying a requested shelf. A
    request: row and column in [0, 1], carried. The map, row by row: see the constants of this module.
    """
    index = write_robot(constants, state, world, robot, out, 0)
    for other in range(state.robot_cell.shape[1]):
        if other != robot:
            index = write_robot(constants, state, world, other, out, index)
    for slot in range(state.requests.shape[1]):
        shelf = state.requests[world, slot]
        cell = state.shelf_cell[world, shelf]
        write_place(constants, cell, out, index)
        out[index + 2] = is_carried(state, world, cell)
        index += FLEET_REQUEST
    for row in range(constants.height):
        cell = (row + constants.padding) * (constants.width + 2 * constants.padding) + constants.padding
        for column in range(constants.width):
            out[index] = map_value(constants, state, world, cell + column)
            index += 1


@kernel
def write_robot(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32], index: int
) -> int:
    """Writes a robot's part of the fleet observation at ``index``; gives the index after it."""
    load = state.robot_load[world, robot]
    write_place(constants, state.robot_cell[world, robot], out, index)
    out[index + 2 : index + FLEET_ROBOT] = 0.0
    out[index + 2 + state.robot_direction[world, robot]] = 1.0
    if load != NO_SHELF:
        out[index + 6] = 1.0
        out[index + 7] = state.requested[world, load]
    return index + FLEET_ROBOT


@kernel
def write_place(constants: Constants, cell: int, out: NDArray[np.float32], index: int) -> None:
    """Writes a cell's row and column, scaled to [0, 1]."""
    padded_width = constants.width + 2 * constants.padding
    out[index] = (cell // padded_width - constants.padding) / max(1, constants.height - 1)
    out[index + 1] = (cell % padded_width - constants.padding) / max(1, constants.width - 1)


@kernel
def is_carried(state: State, world: int, cell: int) -> bool:
    """Tells whether the shelf on a cell is on a robot."""
    robot = state.robot_at[world, cell]
    carried: bool = robot != NO_ROBOT and state.robot_load[world, robot] != NO_SHELF
    return carried


@kernel
def map_value(constants: Constants, state: State, world: int, cell: int) -> float:
    """Gives the fleet map's value of a cell; a carried shelf is no obstacle on the map."""
    if state.shelf_at[world, cell] != NO_SHELF and not is_carried(state, world, cell):
        return MAP_SHELF
    kind = constants.kinds[cell]
    if kind == STORAGE:
        return MAP_FREE_STORAGE
    if kind == WORKSTATION:
        return MAP_WORKSTATION
    return MAP_WALL if kind == 0 else MAP_AISLE
