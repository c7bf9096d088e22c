"""Warehouses that the tests of the drawing set up by hand, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from planzoo.envs.simulation.scene import Field, Panel, Scene, Shape
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.scene_view import View
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import NO_SHELF, RIGHT

LAYOUT = "#....\n..x.x\n..x.x\nct..g\n..x.x"
"""Shelves 0 to 5 row by row; a charger, a tool crib and a workstation in the row before the last."""

Kind = TypeVar("Kind", bound=Shape)


def staged(robots: Sequence[tuple[int, int]] = ((1, 1),), **changes: Any) -> WarehouseSimulator:
    """Robots at (row, column), all looking right; nothing is requested."""
    fields = {"request_queue_size": 1, "orders": "stream", "arrival_rate": 1.0, **changes}
    if fields["orders"] == "queue":
        del fields["arrival_rate"]
    simulator = WarehouseSimulator(WarehouseParams(LAYOUT, robots=len(robots), **fields))
    simulator.reset(0)
    simulator.place_robots(0, np.array(robots), np.full(len(robots), RIGHT))
    forget_orders(simulator)
    return simulator


def forget_orders(simulator: WarehouseSimulator) -> None:
    """Takes all requests away."""
    state = simulator.state
    state.requests[0] = NO_SHELF
    state.shelves.requested[0] = False
    state.orders.left[0] = 0
    state.worlds.orders_open[0] = 0
    simulator.refresh()


def order(simulator: WarehouseSimulator, place: int, shelves: Sequence[int], **facts: int) -> None:
    """Opens an order; ``facts`` are fields of ORDER."""
    state = simulator.state
    first = place * (state.requests.shape[1] // state.orders.shape[1])
    for slot, shelf in enumerate(shelves, start=first):
        state.requests[0, slot] = shelf
        state.shelves.requested[0, shelf], state.shelves.slot[0, shelf] = True, slot
    numbers = {"deadline": 2**31 - 1, "left": len(shelves), "asked": len(shelves), "priority": 1, **facts}
    for name, number in numbers.items():
        state.orders[name][0, place] = number
    simulator.refresh()


def load(simulator: WarehouseSimulator, robot: int, *shelves: int) -> None:
    """Puts shelves on a robot."""
    state = simulator.state
    for shelf in shelves:
        state.robot_load[0, robot, state.robots.loads[0, robot]] = shelf
        state.robots.loads[0, robot] += 1
        state.shelves.cell[0, shelf] = state.robots.cell[0, robot]
    simulator.refresh()


def cell(simulator: WarehouseSimulator, row: int, column: int) -> int:
    """Gives the padded cell number."""
    constants = simulator.constants
    return (row + constants.padding) * (constants.width + 2 * constants.padding) + column + constants.padding


def view(simulator: WarehouseSimulator) -> View:
    """Looks at the first world."""
    return View(simulator.constants, simulator.state, 0)


def of_type(shapes: Sequence[Shape], kind: type[Kind]) -> list[Kind]:
    """Gives the shapes of one type."""
    return [shape for shape in shapes if isinstance(shape, kind)]


def panel(drawn: Scene, title: str) -> Panel:
    """Gives the first panel with a title."""
    return next(panel for panel in drawn.panels if panel.title == title)


def fields(panel: Panel) -> list[tuple[str, str]]:
    """Gives the labels and values of a panel's fields."""
    return [(row.label, row.value) for row in panel.rows if isinstance(row, Field)]
