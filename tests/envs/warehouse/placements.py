"""Situations by hand: robots where a test wants them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import BLOCKED_CODE

Robot = tuple[int, int, int]
"""Row, column, direction."""

HALL = """
#c#t#
.....
.xxo.
.....
..g.g
"""
"""A charger, a crib, two shelves (numbers 0 and 1), a free storage cell and two workstations."""


def situation(*robots: Robot, layout: str | None = None, **changes: Any) -> WarehouseSimulator:
    """Places robots in the toy warehouse, or in another; the first shelves are requested, one an order."""
    options = {"robots": len(robots), **changes}
    params = WarehouseParams.toy(**options) if layout is None else in_hall(layout, **options)
    simulator = WarehouseSimulator(params)
    simulator.reset(0)
    places = np.array(robots)
    simulator.place_robots(0, places[:, :2], places[:, 2])
    if params.order_size == 1:
        simulator.set_requests(0, list(range(params.request_queue_size)))
    return simulator


def in_hall(layout: str = HALL, **options: Any) -> WarehouseParams:
    """Gives parameters with one request at a time and 100 steps."""
    return WarehouseParams(layout, **{"robots": 1, "request_queue_size": 1, "max_steps": 100, **options})


def where(simulator: WarehouseSimulator) -> list[tuple[int, int]]:
    """The robots' rows and columns in the first world."""
    padding = simulator.constants.padding
    width = simulator.constants.width + 2 * padding
    cells = simulator.state.robots.cell[0].tolist()
    return [(cell // width - padding, cell % width - padding) for cell in cells]


def act(simulator: WarehouseSimulator, *actions: int) -> NDArray[Any]:
    """Plays one step and gives the robots' rewards, float32 (N,)."""
    rewards: NDArray[Any] = simulator.step(np.array([actions])).rewards[0].copy()
    return rewards


def cell_number(simulator: WarehouseSimulator, row: int, column: int) -> int:
    """The number of a cell, padding counted."""
    padding = simulator.constants.padding
    return (row + padding) * (simulator.constants.width + 2 * padding) + column + padding


def block(simulator: WarehouseSimulator, row: int, column: int, steps: int = 50) -> None:
    """Makes a cell impassable by hand."""
    cell = cell_number(simulator, row, column)
    simulator.state.blocked[0, 0] = cell, steps
    simulator.state.codes[0, cell] |= BLOCKED_CODE
    simulator.refresh()
