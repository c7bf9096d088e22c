"""How a turn-and-move robot moves on a grid: its directions, its actions and what they do.

The numbers are those of the ``rware`` package (Papoudakis et al., "Benchmarking Multi-Agent Deep
Reinforcement Learning Algorithms in Cooperative Tasks", NeurIPS Datasets and Benchmarks 2021). Kernels work
on *padded grids*: the map laid out row after row in one array, with a border of closed cells around it, so
that a step never leaves the array and needs no test for the edge.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.errors import InputError

UP, DOWN, LEFT, RIGHT = 0, 1, 2, 3
"""Directions a robot can face; the row index grows downwards."""

NOOP, FORWARD, TURN_LEFT, TURN_RIGHT, TOGGLE_LOAD = 0, 1, 2, 3, 4
"""Actions; the path planners use all but ``TOGGLE_LOAD``."""

DIRECTION_LEFT_OF = (2, 3, 1, 0)
"""The direction after a turn to the left, by the direction before."""

DIRECTION_RIGHT_OF = (3, 2, 0, 1)
"""The direction after a turn to the right, by the direction before."""

BLOCKED = -1
"""What :func:`state_after` gives for a step into a closed cell."""


class PaddedGrid(NamedTuple):
    """A map as kernels read it; C = (H + 2) · (W + 2) cells, numbered row after row, border included.

    Attributes:
        passable: bool (C,), False on the border.
        forward: int64 (4,), what a step forward adds to the cell's number, by direction.
    """

    passable: NDArray[np.bool_]
    forward: NDArray[np.int64]


def padded_grid(passable: NDArray[np.bool_]) -> PaddedGrid:
    """Lays a map out for the kernels.

    Args:
        passable: bool (H, W), True where a robot may stand.

    Raises:
        InputError: the map is not two-dimensional, or is empty.
    """
    cells = np.asarray(passable, dtype=np.bool_)
    if cells.ndim != 2 or cells.size == 0:
        raise InputError(
            f"The map of passable cells has shape {cells.shape}; give a non-empty (height, width) array."
        )
    stride = cells.shape[1] + 2
    forward = np.array([-stride, stride, -1, 1], dtype=np.int64)
    return PaddedGrid(np.pad(cells, 1).reshape(-1), forward)


def padded_cell(position: tuple[int, int], shape: tuple[int, int], what: str) -> int:
    """Gives a position's cell number on the padded grid.

    Args:
        position: row and column on the map.
        shape: the map's height and width.
        what: what stands there, for the error message.

    Raises:
        InputError: the position is outside the map.
    """
    row, column = int(position[0]), int(position[1])
    if not (0 <= row < shape[0] and 0 <= column < shape[1]):
        raise InputError(
            f"The {what} (row {row}, column {column}) is outside the map of {shape[0]} rows and "
            f"{shape[1]} columns; give a cell inside it."
        )
    return (row + 1) * (shape[1] + 2) + column + 1


def checked_direction(direction: int) -> int:
    """Gives the direction back as a plain integer.

    Raises:
        InputError: it is none of 0 (up), 1 (down), 2 (left), 3 (right).
    """
    if direction not in (UP, DOWN, LEFT, RIGHT):
        raise InputError(
            f"The direction {direction!r} is unknown; use 0 (up), 1 (down), 2 (left) or 3 (right)."
        )
    return int(direction)


@driver
def state_after(state: int, action: int, grid: PaddedGrid) -> int:
    """Gives the oriented state that an action leads to.

    Args:
        state: 4 · cell + direction.
        action: ``NOOP``, ``FORWARD``, ``TURN_LEFT`` or ``TURN_RIGHT``.
        grid: the map.

    Returns:
        4 · cell + direction, or ``BLOCKED`` for a step into a closed cell.
    """
    direction = state & 3
    if action == FORWARD:
        cell = (state >> 2) + grid.forward[direction]
        return cell * 4 + direction if grid.passable[cell] else BLOCKED
    if action == TURN_LEFT:
        return state - direction + DIRECTION_LEFT_OF[direction]
    if action == TURN_RIGHT:
        return state - direction + DIRECTION_RIGHT_OF[direction]
    return state


@driver
def action_between(state: int, successor: int) -> int:
    """Gives the action that leads from one oriented state to the next of a path."""
    if successor == state:
        return NOOP
    if successor >> 2 != state >> 2:
        return FORWARD
    return TURN_LEFT if DIRECTION_LEFT_OF[state & 3] == successor & 3 else TURN_RIGHT
