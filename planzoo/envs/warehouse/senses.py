"""What a robot senses around itself, in a row of numbers: as rware flattens it, or compact."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.warehouse.cells import robot_on
from planzoo.envs.warehouse.extras import write_cell_extras, write_self_extras
from planzoo.envs.warehouse.layout import STORAGE
from planzoo.envs.warehouse.state import (
    BLOCKED_CODE,
    CELL_EXTRAS,
    COMPACT_CELL,
    COMPACT_SELF,
    LOCAL_CELL,
    LOCAL_SELF,
    OBSERVE_COMPACT,
    REQUEST_CODE,
    ROBOT_CODES,
    SPECIAL_CODE,
    Constants,
    State,
)


@driver
def write_local(constants: Constants, state: State, out: NDArray[np.float32], first: int, last: int) -> None:
    """Writes the local observation of every robot of the worlds from ``first`` up to but not ``last``."""
    for world in range(first, last):
        for robot in range(out.shape[1]):
            local_observation(constants, state, world, robot, out[world, robot])


@driver
def write_compact(
    constants: Constants, state: State, out: NDArray[np.float32], first: int, last: int
) -> None:
    """Writes the compact observation of every robot of those worlds."""
    for world in range(first, last):
        for robot in range(out.shape[1]):
            compact_observation(constants, state, world, robot, out[world, robot])


@kernel
def local_observation(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32]
) -> int:
    """Writes rware's flattened observation and gives its length: oneself, then each sensed cell row by row.

    Oneself: x, y, carrying, direction (4, one-hot), on an aisle. A cell: robot, its direction (4, one-hot;
    up where there is none), its message, shelf, requested.
    """
    cell, padded_width = state.robots[world, robot].cell, constants.width + 2 * constants.padding
    out[0] = cell % padded_width - constants.padding
    out[1] = cell // padded_width - constants.padding
    out[2] = state.robots[world, robot].loads > 0
    out[3:7] = 0.0
    out[3 + state.robots[world, robot].direction] = 1.0
    out[7] = constants.kinds[cell] != STORAGE
    index = LOCAL_SELF
    if constants.extended:
        index = write_self_extras(constants, state, world, robot, out, index)
    return _write_window(constants, state, world, robot, out, index)


@kernel
def compact_observation(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32]
) -> int:
    """Writes the same in fewer numbers, all in [0, 1], and gives the length.

    Oneself: row, column, direction (4, one-hot), carrying, carrying a requested shelf, on a storage cell.
    A cell: 0 without a robot, else 0.25, 0.5, 0.75 or 1 for one that faces up, down, left or right; 0 without
    a shelf, 0.5 for one that is not requested, 1 for one that is; then the robot's message.
    """
    cell, padded_width = state.robots[world, robot].cell, constants.width + 2 * constants.padding
    out[0] = (cell // padded_width - constants.padding) * constants.row_scale
    out[1] = (cell % padded_width - constants.padding) * constants.column_scale
    out[2:8] = 0.0
    out[2 + state.robots[world, robot].direction] = 1.0
    for place in range(state.robots[world, robot].loads):
        out[6] = 1.0
        if state.shelves[world, state.robot_load[world, robot, place]].requested:
            out[7] = 1.0
    out[8] = constants.kinds[cell] == STORAGE
    index = COMPACT_SELF
    if constants.extended:
        index = write_self_extras(constants, state, world, robot, out, index)
    return _write_window(constants, state, world, robot, out, index)


@kernel
def _write_window(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32], index: int
) -> int:
    """Writes every sensed cell, row by row; gives the index after the last."""
    compact = constants.observation_kind == OBSERVE_COMPACT
    if constants.extended or constants.message_bits > 0:
        return _write_full_window(constants, state, world, robot, out, index)
    reach, padded_width = constants.sensor_range, constants.width + 2 * constants.padding
    for rows in range(-reach, reach + 1):
        start = state.robots[world, robot].cell + rows * padded_width - reach
        for cell in range(start, start + 2 * reach + 1):
            code = state.codes[world, cell]
            if compact:
                index = _write_compact_cell(constants, code, out, index)
            else:
                index = _write_local_cell(constants, code, out, index)
    return index


@kernel
def _write_local_cell(constants: Constants, code: int, out: NDArray[np.float32], index: int) -> int:
    for feature in range(LOCAL_CELL):
        out[index + feature] = constants.cell_features[code, feature]
    return index + LOCAL_CELL


@kernel
def _write_compact_cell(constants: Constants, code: int, out: NDArray[np.float32], index: int) -> int:
    out[index] = constants.compact_features[code, 0]
    out[index + 1] = constants.compact_features[code, 1]
    return index + COMPACT_CELL


@kernel
def _write_full_window(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32], index: int
) -> int:
    """The same with messages and with what options add; a cell that a robot does not sense is all zeros."""
    side, padded_width = 2 * constants.sensor_range + 1, constants.width + 2 * constants.padding
    length = _cell_length(constants)
    end = index + length * side * side
    out[index:end] = 0.0
    if state.robots[world, robot].blind:
        return end
    corner = state.robots[world, robot].cell - constants.sensor_range * (padded_width + 1)
    for row in range(side):
        for column in range(side):
            distance = max(abs(row - constants.sensor_range), abs(column - constants.sensor_range))
            cell = corner + row * padded_width + column
            if distance <= constants.robots[robot].sensors:
                _write_full_cell(constants, state, world, cell, distance, out[index : index + length])
            index += length
    return end


@kernel
def _cell_length(constants: Constants) -> int:
    """Counts the numbers of a sensed cell."""
    cell = COMPACT_CELL if constants.observation_kind == OBSERVE_COMPACT else LOCAL_CELL
    extras = CELL_EXTRAS if constants.extended else 0
    return cell + constants.message_bits + extras


@kernel
def _write_full_cell(
    constants: Constants, state: State, world: int, cell: int, distance: int, out: NDArray[np.float32]
) -> None:
    code = state.codes[world, cell]
    if constants.observation_kind == OBSERVE_COMPACT:
        if code == 0:
            return
        message = _write_compact_cell(constants, code, out, 0)
    else:
        # rware puts the message between the robot's direction and the shelf.
        message = _write_local_cell(constants, code, out, 0) - 2
        out[message + constants.message_bits] = constants.cell_features[code, message]
        out[message + constants.message_bits + 1] = constants.cell_features[code, message + 1]
    if constants.message_bits > 0:
        heard = distance <= constants.message_range and code & ROBOT_CODES
        said = state.robots[world, robot_on(state, world, cell)].message if heard else 0
        for bit in range(constants.message_bits):
            out[message + bit] = (said >> bit) & 1
    if constants.extended and code & (BLOCKED_CODE | REQUEST_CODE | SPECIAL_CODE):
        write_cell_extras(constants, state, world, cell, out, out.shape[0] - CELL_EXTRAS)
