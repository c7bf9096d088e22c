"""State and constants of the warehouse, as arrays with the world as first axis.

Cells are numbers: the map is padded on all sides by ``padding`` cells of wall, and cell
``(row + padding) * padded_width + column + padding`` is the cell at (row, column).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

UP, DOWN, LEFT, RIGHT = 0, 1, 2, 3
NO_SHELF = -1
NO_ROBOT = -1
DELIVERED, RETURNED = 0, 1
"""Columns of ``State.events``."""
TARGET, AHEAD, DEPTH, MOVES = 0, 1, 2, 3
"""Columns of ``State.moves``."""
REWARD_GLOBAL, REWARD_INDIVIDUAL, REWARD_TWO_STAGE = 0, 1, 2
OBSERVE_LOCAL, OBSERVE_FLEET = 0, 1
LOCAL_SELF, LOCAL_CELL = 8, 7
"""Length of the local observation's own part, and of its part for each sensed cell."""
FLEET_ROBOT, FLEET_REQUEST = 8, 3
"""Length of the fleet observation's part for each robot, and for each request."""


class Constants(NamedTuple):
    """What never changes in an instance. C = padded cells, F = free cells, G = workstations, S = shelves.

    Attributes:
        kinds: uint8 (C,), kind of each cell.
        free_cells: int32 (F,), where robots may start.
        storage_cells: int32 (S,), where shelves stand at the beginning, row by row.
        workstations: int32 (G,).
        steps_ahead: int32 (4,), difference of cell numbers for a step in each direction.
        cell_features: float32 (32, 7), what a sensed cell of each code looks like.
        height, width: size of the map in cells, without padding.
        padding: cells of padding on each side.
        sensor_range: cells sensed in each direction.
        max_steps: time limit in steps.
        reward_kind, observation_kind: see the constants of this module.
    """

    kinds: NDArray[np.uint8]
    free_cells: NDArray[np.int32]
    storage_cells: NDArray[np.int32]
    workstations: NDArray[np.int32]
    steps_ahead: NDArray[np.int32]
    cell_features: NDArray[np.float32]
    height: int
    width: int
    padding: int
    sensor_range: int
    max_steps: int
    reward_kind: int
    observation_kind: int


class State(NamedTuple):
    """The truth about B worlds. N = robots, S = shelves, Q = requests, C = padded cells.

    Attributes:
        random_streams: uint64 (B, 2), key and counter of each world's random stream.
        steps: int32 (B,), steps since the reset.
        ended: bool (B,).
        robot_cell: int32 (B, N).
        robot_direction: int8 (B, N), UP, DOWN, LEFT or RIGHT.
        robot_load: int16 (B, N), the shelf a robot carries, or NO_SHELF.
        robot_delivered: bool (B, N), has delivered the load but not yet put it back (two-stage reward).
        shelf_cell: int32 (B, S), of standing and carried shelves alike.
        requested: bool (B, S).
        requests: int16 (B, Q), the requested shelves.
        robot_at: int16 (B, C), robot on each cell, or NO_ROBOT.
        shelf_at: int16 (B, C), shelf on each cell, carried ones included, or NO_SHELF.
        codes: uint8 (B, C), what a sensor sees: direction + 1 of a robot, + 8 for a shelf, + 16 if requested.
        events: int8 (B, N, 2), deliveries and returns of the last step.
        deliveries: int32 (B, N), since the reset.
        moves: int32 (B, N, 4), scratch of the transition: target cell, robot ahead, chain behind, moves.
    """

    random_streams: NDArray[np.uint64]
    steps: NDArray[np.int32]
    ended: NDArray[np.bool_]
    robot_cell: NDArray[np.int32]
    robot_direction: NDArray[np.int8]
    robot_load: NDArray[np.int16]
    robot_delivered: NDArray[np.bool_]
    shelf_cell: NDArray[np.int32]
    requested: NDArray[np.bool_]
    requests: NDArray[np.int16]
    robot_at: NDArray[np.int16]
    shelf_at: NDArray[np.int16]
    codes: NDArray[np.uint8]
    events: NDArray[np.int8]
    deliveries: NDArray[np.int32]
    moves: NDArray[np.int32]
