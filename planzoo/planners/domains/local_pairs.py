"""Two robots with a heavy shelf: how the one that only helps behaves."""

from __future__ import annotations

from planzoo.envs.warehouse.model import Cell
from planzoo.envs.warehouse.state import NOOP
from planzoo.planners.domains.local_memory import STEP_OF, Neighbour, RobotMemory
from planzoo.planners.domains.local_traffic import Driver
from planzoo.planners.domains.local_view import LocalView

PATIENCE = 20
"""Steps without a move after which the helper tries to lead."""


def move_together(driver: Driver, view: LocalView, memory: RobotMemory) -> int:
    """Chooses the action of the robot that carries nothing itself.

    The carrier pulls it along. Only where the helper bars the carrier's one way out does it go ahead and pull
    the carrier behind it: away from the workstations with a requested shelf, so that the way there becomes
    free, else towards them.
    """
    carrier = next((each for each in memory.neighbours if _pulls(memory, each, view.position)), None)
    stuck = memory.still > PATIENCE
    if carrier is None or (_has_way_out(memory, carrier.cell, view.position) and not stuck):
        return NOOP
    if _charges(memory, carrier.cell) or _puts_down(memory, carrier):
        return NOOP
    ways = [cell for cell in _around(view.position) if _is_free(memory, cell)]
    if not ways:
        return NOOP
    steps = memory.hall.station_steps
    sign = -1 if carrier.requested else 1
    return driver.step_to(
        view, min(ways, key=lambda cell: (sign * int(steps[memory.hall.number(cell)]), cell))
    )


def _around(cell: Cell) -> list[Cell]:
    return [(cell[0] + row, cell[1] + column) for row, column in STEP_OF.values()]


def _pulls(memory: RobotMemory, other: Neighbour, cell: Cell) -> bool:
    return other.heavy and cell in _around(other.cell)


def _charges(memory: RobotMemory, carrier: Cell) -> bool:
    """Tells whether the carrier stands on a charger, and not yet for as long as a battery takes to fill."""
    params = memory.hall.params
    on_charger = memory.hall.charger_steps[memory.hall.number(carrier)] == 0
    return bool(on_charger) and memory.still <= params.battery / params.charge_rate


def _puts_down(memory: RobotMemory, carrier: Neighbour) -> bool:
    """Tells whether the carrier is in storage with a shelf that nobody waits for."""
    return not carrier.requested and bool(memory.hall.storage[memory.hall.number(carrier.cell)])


def _has_way_out(memory: RobotMemory, carrier: Cell, helper: Cell) -> bool:
    """Tells whether a robot with a shelf finds an open neighbouring cell other than its helper's."""
    open_cells = memory.open_cells(full=True)
    return any(open_cells[memory.hall.number(cell)] for cell in _around(carrier) if cell != helper)


def _is_free(memory: RobotMemory, cell: Cell) -> bool:
    open_cells = memory.open_cells(full=True)
    return bool(open_cells[memory.hall.number(cell)]) and memory.robot_at(cell) is None
