"""What a robot senses around itself, as an image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.warehouse.cells import robot_on, shelf_on
from planzoo.envs.warehouse.extras import write_self_extras
from planzoo.envs.warehouse.layout import CHARGER, CRIB, WALL, WORKSTATION
from planzoo.envs.warehouse.state import (
    BLOCKED_CODE,
    DOWN,
    IMAGE_LAYERS,
    LAYER_EXTRAS,
    LEFT,
    NO_SHELF,
    REQUEST_CODE,
    RIGHT,
    ROBOT_CODES,
    SELF_EXTRAS,
    SHELF_CODE,
    UP,
    Constants,
    State,
)


@driver
def write_images(constants: Constants, state: State, out: NDArray[np.float32], first: int, last: int) -> None:
    """Writes the image of every robot of the worlds from ``first`` up to but not ``last``."""
    for world in range(np.uintp(first), np.uintp(last)):
        for robot in range(out.shape[1]):
            image_observation(constants, state, world, robot, out[world, robot])


@kernel
def image_observation(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32]
) -> None:
    """Writes rware's image layers, each (2r + 1) × (2r + 1) cells, turned so that the robot looks up.

    Layers: shelves (carried ones too), requested shelves, robots, workstations, cells that are open and free.
    Where an option is on that rware lacks: chargers, cribs and heavy shelves; then a layer for each message
    bit, and each number of :func:`~planzoo.envs.warehouse.extras.write_self_extras` in a layer of its own.
    Robots that step to any neighbour see the map upright.
    """
    side, padded_width = 2 * constants.sensor_range + 1, constants.width + 2 * constants.padding
    direction = UP if constants.cardinal else state.robots[world, robot].direction
    down, right = padded_width, 1
    if direction == DOWN:
        down, right = -padded_width, -1
    elif direction == LEFT:
        down, right = 1, -padded_width
    elif direction == RIGHT:
        down, right = -1, padded_width
    corner = state.robots[world, robot].cell - constants.sensor_range * (down + right)
    out[:] = 0.0
    more = constants.extended or constants.message_bits > 0
    margin = constants.sensor_range - constants.robots[robot].sensors
    if state.robots[world, robot].blind:
        margin = side
    for row in range(margin, side - margin):
        cell, pixel = corner + row * down + margin * right, row * side + margin
        for column in range(margin, side - margin):
            _write_pixel(constants, state, world, cell, out, pixel)
            if more:
                _write_more(constants, state, world, cell, out, (row, column))
            cell, pixel = cell + right, pixel + 1
    if constants.extended:
        _write_planes(constants, state, world, robot, out)


@kernel
def _write_more(
    constants: Constants,
    state: State,
    world: int,
    cell: int,
    out: NDArray[np.float32],
    place: tuple[int, int],
) -> None:
    """Writes what options add to a pixel: what else is on the cell, and what the robot there says."""
    pixel = place[0] * (2 * constants.sensor_range + 1) + place[1]
    if constants.extended:
        _write_extras(constants, state, world, cell, out, pixel)
    if constants.message_bits > 0 and is_heard(constants, place[0], place[1]):
        _write_message(constants, state, world, cell, out, pixel)


@kernel
def is_heard(constants: Constants, row: int, column: int) -> bool:
    """Tells whether messages reach a robot from a pixel of its image."""
    reach = constants.sensor_range
    return max(abs(row - reach), abs(column - reach)) <= constants.message_range


@kernel
def _write_pixel(
    constants: Constants, state: State, world: int, cell: int, out: NDArray[np.float32], pixel: int
) -> None:
    """Writes what is on a cell, over zeros. Indices are unsigned for the reason that ``senses.py`` gives."""
    area = (2 * constants.sensor_range + 1) ** 2
    code, kind = state.codes[world, np.uintp(cell)], constants.kinds[np.uintp(cell)]
    out[np.uintp(pixel + 4 * area)] = kind != WALL and code & (ROBOT_CODES | BLOCKED_CODE) == 0
    if code:
        out[np.uintp(pixel)] = code & SHELF_CODE != 0
        out[np.uintp(pixel + area)] = code & REQUEST_CODE != 0
        out[np.uintp(pixel + 2 * area)] = code & ROBOT_CODES != 0
    if kind == WORKSTATION:
        out[np.uintp(pixel + 3 * area)] = 1.0


@kernel
def _write_extras(
    constants: Constants, state: State, world: int, cell: int, out: NDArray[np.float32], pixel: int
) -> None:
    """Writes what options put on a cell: a charger, a crib or a heavy shelf."""
    area, kind = (2 * constants.sensor_range + 1) ** 2, constants.kinds[cell]
    shelf = shelf_on(constants, state, world, cell)
    out[pixel + 5 * area] = kind == CHARGER
    out[pixel + 6 * area] = kind == CRIB
    out[pixel + 7 * area] = shelf != NO_SHELF and constants.shelves[shelf].weight > 1


@kernel
def _write_message(
    constants: Constants, state: State, world: int, cell: int, out: NDArray[np.float32], pixel: int
) -> None:
    """Writes the bits that the robot on a cell has said."""
    if state.codes[world, cell] & ROBOT_CODES == 0:
        return
    area = (2 * constants.sensor_range + 1) ** 2
    message = state.robots[world, robot_on(state, world, cell)].message
    first = IMAGE_LAYERS + LAYER_EXTRAS if constants.extended else IMAGE_LAYERS
    for bit in range(constants.message_bits):
        out[pixel + (first + bit) * area] = (message >> bit) & 1


@kernel
def _write_planes(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32]
) -> None:
    """Fills a layer with each number that a robot knows of itself.

    The numbers are first written one after another where the first of these layers begins, then spread, the
    last one first.
    """
    area = (2 * constants.sensor_range + 1) ** 2
    first = out.shape[0] - SELF_EXTRAS * area
    write_self_extras(constants, state, world, robot, out, first)
    for number in range(SELF_EXTRAS - 1, -1, -1):
        value = out[first + number]
        for pixel in range(first + number * area, first + (number + 1) * area):
            out[pixel] = value
