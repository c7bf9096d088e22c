"""What a robot senses around itself, in a row of numbers: as rware flattens it, or compact.

Numba asks of every signed index whether it counts from the end. In these loops, where most of the time goes,
indices are unsigned.
"""

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
    for world in range(np.uintp(first), np.uintp(last)):
        _clear(constants, out, world)
        for robot in range(out.shape[1]):
            local_observation(constants, state, world, robot, out[world, robot])


@driver
def write_compact(
    constants: Constants, state: State, out: NDArray[np.float32], first: int, last: int
) -> None:
    """Writes the compact observation of every robot of those worlds."""
    for world in range(np.uintp(first), np.uintp(last)):
        _clear(constants, out, world)
        for robot in range(out.shape[1]):
            compact_observation(constants, state, world, robot, out[world, robot])


@kernel
def _is_full(constants: Constants) -> bool:
    """Tells whether there is more to sense than rware's flattened observation shows."""
    full: bool = constants.extended or constants.message_bits > 0
    return full


@kernel
def _clear(constants: Constants, out: NDArray[np.float32], world: int) -> None:
    """Sets everything to zero where not everything will be written: cells that a robot does not sense."""
    if _is_full(constants):
        out[world] = 0.0


@kernel
def local_observation(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32]
) -> int:
    """Writes rware's flattened observation and gives its length: oneself, then each sensed cell row by row.

    Oneself: x, y, carrying, direction (4, one-hot), on an aisle. A cell: robot, its direction (4, one-hot;
    up where there is none), its message, shelf, requested.
    """
    cell = np.uintp(state.robots[world, robot].cell)
    out[0] = constants.columns[cell]
    out[1] = constants.rows[cell]
    out[2] = state.robots[world, robot].loads > 0
    for direction in range(4):
        out[3 + direction] = state.robots[world, robot].direction == direction
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
    cell = np.uintp(state.robots[world, robot].cell)
    out[0] = constants.rows[cell] * constants.row_scale
    out[1] = constants.columns[cell] * constants.column_scale
    for direction in range(4):
        out[2 + direction] = state.robots[world, robot].direction == direction
    loads, wanted = state.robots[world, robot].loads, False
    for place in range(loads):
        shelf = np.uintp(state.robot_load[world, robot, place])
        wanted = wanted or state.shelves[world, shelf].requested
    out[6] = loads > 0
    out[7] = wanted
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
    if _is_full(constants):
        return _write_full_window(constants, state, world, robot, out, index)
    reach, padded_width = constants.sensor_range, constants.width + 2 * constants.padding
    for rows in range(-reach, reach + 1):
        start = state.robots[world, robot].cell + rows * padded_width - reach
        for cell in range(start, start + 2 * reach + 1):
            code = state.codes[world, np.uintp(cell)]
            if compact:
                index = _write_compact_cell(constants, code, out, index)
            else:
                index = _write_local_cell(constants, code, out, index)
    return index


@kernel
def _write_local_cell(constants: Constants, code: int, out: NDArray[np.float32], index: int) -> int:
    for feature in range(LOCAL_CELL):
        out[np.uintp(index + feature)] = constants.cell_features[code, feature]
    return index + LOCAL_CELL


@kernel
def _write_compact_cell(constants: Constants, code: int, out: NDArray[np.float32], index: int) -> int:
    out[np.uintp(index)] = constants.compact_features[code, 0]
    out[np.uintp(index + 1)] = constants.compact_features[code, 1]
    return index + COMPACT_CELL


@kernel
def _write_full_window(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32], index: int
) -> int:
    """The same, over zeros, with messages and with what options add."""
    reach, padded_width = constants.sensor_range, constants.width + 2 * constants.padding
    side, length = 2 * reach + 1, _cell_length(constants)
    end = index + length * side * side
    if state.robots[world, robot].blind:
        return end
    sensors = constants.robots[robot].sensors
    for rows in range(-sensors, sensors + 1):
        place = index + length * ((rows + reach) * side + reach - sensors)
        for columns in range(-sensors, sensors + 1):
            cell = state.robots[world, robot].cell + rows * padded_width + columns
            message = _write_full_cell(constants, state, world, cell, out, place)
            says = state.codes[world, np.uintp(cell)] & ROBOT_CODES
            if says and max(abs(rows), abs(columns)) <= constants.message_range:
                _write_message(constants, state, world, cell, out, message)
            place += length
    return end


@kernel
def _cell_length(constants: Constants) -> int:
    """Counts the numbers of a sensed cell."""
    cell = COMPACT_CELL if constants.observation_kind == OBSERVE_COMPACT else LOCAL_CELL
    extras = CELL_EXTRAS if constants.extended else 0
    return cell + constants.message_bits + extras


@kernel
def _write_full_cell(
    constants: Constants, state: State, world: int, cell: int, out: NDArray[np.float32], index: int
) -> int:
    """Writes a cell without messages; gives the place of the message."""
    code, message = state.codes[world, np.uintp(cell)], index + COMPACT_CELL
    if constants.observation_kind == OBSERVE_COMPACT:
        _write_compact_cell(constants, code, out, index)
    else:
        # rware puts the message between the robot's direction and the shelf.
        message = index + LOCAL_CELL - 2
        for feature in range(LOCAL_CELL):
            place = index + feature if feature < LOCAL_CELL - 2 else index + feature + constants.message_bits
            out[np.uintp(place)] = constants.cell_features[code, feature]
    if constants.extended and code & (BLOCKED_CODE | REQUEST_CODE | SPECIAL_CODE):
        extras = index + _cell_length(constants) - CELL_EXTRAS
        write_cell_extras(constants, state, world, cell, out, extras)
    return message


@kernel
def _write_message(
    constants: Constants, state: State, world: int, cell: int, out: NDArray[np.float32], index: int
) -> None:
    """Writes what the robot on a cell says."""
    said = state.robots[world, np.uintp(robot_on(state, world, cell))].message
    for bit in range(constants.message_bits):
        out[np.uintp(index + bit)] = (said >> bit) & 1
