"""Small situations of the warehouse, set up by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import DOWN, EVENTS, LEFT, RIGHT, UP

HALL = "......\n.xx.x.\n.xx.x.\n......\nc.g..t"
"""Shelves 0 and 1, 3 and 4 in a block, 2 above 5 beside it; a charger, a workstation and a crib below."""
SHELVES = [(1, 1), (1, 2), (1, 4), (2, 1), (2, 2), (2, 4)]
CHARGER, STATION, CRIB = (4, 0), (4, 2), (4, 5)
WAIT, GO_UP, GO_DOWN, GO_LEFT, GO_RIGHT, LOAD = 0, 1 + UP, 1 + DOWN, 1 + LEFT, 1 + RIGHT, 5
"""Actions of robots that step to any neighbour."""

Cell = tuple[int, int]


def hall(*robots: Cell, requests: Sequence[int] = (0,), **changes: Any) -> WarehouseSimulator:
    """Puts robots, which step to any neighbour, on cells of the hall; asks for the given shelves."""
    fields = {"layout": HALL, "movement": "cardinal", "request_queue_size": len(requests), **changes}
    simulator = WarehouseSimulator(WarehouseParams(robots=len(robots), **fields))
    simulator.reset(0)
    simulator.place_robots(0, np.array(robots), np.zeros(len(robots), dtype=int))
    if simulator.params.orders == "queue" and simulator.params.order_size == 1:
        simulator.set_requests(0, requests)
    return simulator


def where(simulator: WarehouseSimulator) -> list[Cell]:
    """Gives the row and column of every robot."""
    padding = simulator.constants.padding
    width = simulator.constants.width + 2 * padding
    rows, columns = np.divmod(simulator.state.robots.cell[0], width)
    return [(int(row) - padding, int(column) - padding) for row, column in zip(rows, columns, strict=True)]


def number(simulator: WarehouseSimulator, cell: Cell) -> int:
    """Gives the number of the cell at a row and column."""
    padding = simulator.constants.padding
    return (cell[0] + padding) * (simulator.constants.width + 2 * padding) + cell[1] + padding


def standing_on(simulator: WarehouseSimulator, cell: Cell) -> int:
    """Gives the shelf that stands on a cell, or -1."""
    storage = simulator.constants.storage_numbers[number(simulator, cell)]
    return int(simulator.state.standing[0, storage]) if storage >= 0 else -1


def act(simulator: WarehouseSimulator, *actions: int) -> NDArray[np.float32]:
    """Plays a step and gives the rewards."""
    return simulator.step(np.array([actions])).rewards[0].copy()


def allowed(simulator: WarehouseSimulator, robot: int = 0) -> list[int]:
    """Gives the actions that a robot's mask allows."""
    return [int(action) for action in np.flatnonzero(simulator.buffers.action_masks[0, robot])]


def loads(simulator: WarehouseSimulator, robot: int = 0) -> list[int]:
    """Gives the shelves on a robot, the lowest first."""
    return [int(shelf) for shelf in simulator.state.robot_load[0, robot] if shelf >= 0]


def count(simulator: WarehouseSimulator, event: str) -> int:
    """Counts how often something has happened since the reset."""
    return int(simulator.state.event_counts[0, EVENTS.index(event)])
