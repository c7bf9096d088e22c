"""How many numbers each observation has, their bounds, and how many actions there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.layout import WORKSTATION
from planzoo.envs.warehouse.movement import CARDINAL_ACTIONS, TURN_ACTIONS
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.state import (
    CELL_EXTRAS,
    COMPACT_CELL,
    COMPACT_SELF,
    FLEET_REQUEST,
    FLEET_ROBOT,
    IMAGE_LAYERS,
    LAYER_EXTRAS,
    LOCAL_CELL,
    LOCAL_SELF,
    REQUEST_EXTRAS,
    ROBOT_EXTRAS,
    SELF_EXTRAS,
    WORLD_EXTRAS,
)


def action_count(params: WarehouseParams) -> int:
    """Gives A: every move with every message."""
    moves = TURN_ACTIONS if params.movement == "turn" else CARDINAL_ACTIONS
    return moves << params.message_bits


def window_side(params: WarehouseParams) -> int:
    """Gives how many cells a robot senses across."""
    return 2 * params.sensor_range + 1


def local_size(params: WarehouseParams) -> int:
    """Gives the length of the local observation."""
    return _size(params, LOCAL_SELF, LOCAL_CELL)


def compact_size(params: WarehouseParams) -> int:
    """Gives the length of the compact observation."""
    return _size(params, COMPACT_SELF, COMPACT_CELL)


def _size(params: WarehouseParams, own: int, cell: int) -> int:
    if params.extended:
        own, cell = own + SELF_EXTRAS, cell + CELL_EXTRAS
    return own + (cell + params.message_bits) * window_side(params) ** 2


def image_layer_count(params: WarehouseParams) -> int:
    """Gives the number of layers of the image observation."""
    extras = LAYER_EXTRAS + SELF_EXTRAS if params.extended else 0
    return IMAGE_LAYERS + params.message_bits + extras


def fleet_size(params: WarehouseParams) -> int:
    """Gives the length of what a fleet manager knows."""
    robot, request, world = FLEET_ROBOT, FLEET_REQUEST, 0
    if params.extended:
        robot, request = robot + ROBOT_EXTRAS, request + REQUEST_EXTRAS
        world = WORLD_EXTRAS + len(params.map.cells(WORKSTATION))
    cells = params.map.height * params.map.width
    return params.robots * robot + params.items * request + cells + world


def observation_shape(params: WarehouseParams) -> tuple[int, ...]:
    """Gives the shape in which one robot's observation is handed out."""
    if params.observation == "image":
        return (image_layer_count(params), window_side(params), window_side(params))
    if params.observation == "compact":
        return (compact_size(params),)
    fleet = fleet_size(params) if params.observation == "fleet" else 0
    return (local_size(params) + fleet,)


def observation_bounds(params: WarehouseParams) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Gives the lowest and highest observation, float32 (D,) each."""
    high = np.ones(int(np.prod(observation_shape(params))), dtype=np.float32)
    if params.observation in ("local", "fleet"):
        high[:2] = params.map.width - 1, params.map.height - 1
    return np.zeros_like(high), high
