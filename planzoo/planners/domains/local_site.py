"""What one robot believes of the hall while it plans: distances, and which requests are worth a drive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, WarehouseModel
from planzoo.planners.domains.local_memory import STEP_OF, RobotMemory
from planzoo.planners.pathfinding import UNREACHABLE, cell_distances

CHARGED = 0.9
"""Share of a full battery that is as good as a full one."""
TURNS = 1.3
"""Actions a step on a way with turns, roughly."""
HELP_STEPS = 30
"""Steps that a robot waits for a helper, and that a helper tries to help."""
STALE = 0.35
"""A request that is still open with a lower chance is no longer worth a drive."""


@dataclass(frozen=True)
class Abilities:
    """What a robot can do with heavy shelves.

    Attributes:
        capacity: shelves that it carries at a time.
        lifts_heavy: whether it lifts heavy shelves alone.
        pair_lifts_heavy: whether it does with the help of another robot.
    """

    capacity: int = 1
    lifts_heavy: bool = False
    pair_lifts_heavy: bool = False


class Site:
    """What a robot believes of the hall while it plans.

    Args:
        model: the map and the rules.
        memory: what the robot remembers.
        abilities: what it can lift.
        lookout: the cell from which it would see most, None where there is nothing to see.
        tools_left: whether a tool is left at the cribs.
    """

    def __init__(
        self,
        model: WarehouseModel,
        memory: RobotMemory,
        abilities: Abilities,
        lookout: Cell | None = None,
        tools_left: bool = False,
    ) -> None:
        self.model = model
        self.hall = memory.hall
        self.memory = memory
        self.abilities = abilities
        self.lookout = lookout
        self.tools_left = tools_left
        self._open = {full: self._inner(memory.open_cells(full)) for full in (False, True)}
        self._fields: dict[tuple[Cell, bool], NDArray[np.int32]] = {}

    def _inner(self, cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        border = self.hall.border
        return cells.reshape(self.hall.shape)[border:-border, border:-border]

    def steps(self, start: Cell, goal: Cell, full: bool) -> int:
        """Counts the steps between two cells; UNREACHABLE where there is no way.

        The goal itself may hold a shelf: by the time of arrival it may have been taken away.
        """
        if (start, full) not in self._fields:
            passable = self._open[full].copy()
            passable[start] = True
            self._fields[start, full] = cell_distances(passable, start)
        field = self._fields[start, full]
        if field[goal] == UNREACHABLE and full:
            around = [(goal[0] + row, goal[1] + column) for row, column in STEP_OF.values()]
            height, width = field.shape
            beside = [int(field[each]) for each in around if 0 <= each[0] < height and 0 <= each[1] < width]
            nearest = min(beside, default=int(UNREACHABLE))
            return nearest + 1 if nearest != UNREACHABLE else nearest
        return int(field[goal])

    def by_distance(self, start: Cell, goals: Iterable[Cell], full: bool) -> list[Cell]:
        """Sorts the goals that can be reached, nearest first."""
        steps = {goal: self.steps(start, goal, full) for goal in goals}
        return sorted(
            (goal for goal in steps if steps[goal] != UNREACHABLE), key=lambda goal: (steps[goal], goal)
        )

    def requests(self, start: Cell, cells: Iterable[Cell]) -> list[Cell]:
        """Sorts requested shelves by worth for their time; leaves out what is too late or too far."""
        memory, ranked = self.memory, []
        for cell in cells:
            number = self.hall.number(cell)
            chance = float(np.exp((memory.wanted_at[number] - memory.step) / self.hall.turnover))
            reach, rest = self.steps(start, cell, False), int(self.hall.station_steps[number])
            in_time = memory.step + reach + rest < memory.due[number]
            if chance > STALE and in_time and self.affords(cell, reach) and UNREACHABLE not in (reach, rest):
                steps = reach + 2 * rest + 1 + (HELP_STEPS if self.is_heavy(cell) else 0)
                ranked.append((-chance * memory.worth[number] / steps, cell))
        return [cell for _, cell in sorted(ranked)]

    def affords(self, cell: Cell, reach: int) -> bool:
        """Tells whether the charge lasts to fetch and deliver a shelf and to drive to a charger.

        Args:
            cell: where the shelf stands.
            reach: steps to it.
        """
        params, number = self.model.params, self.hall.number(cell)
        if params.battery == 0 or not self.model.chargers or self.memory.charge > CHARGED:
            return True
        stations = [self.hall.number(station) for station in self.model.workstations]
        loaded = int(self.hall.station_steps[number]) + int(self.hall.charger_steps[stations].min())
        drain = params.move_drain * (reach + loaded) + params.carry_drain * loaded
        return self.memory.charge * params.battery > TURNS * drain

    def is_heavy(self, cell: Cell) -> bool:
        """Tells whether the robot needs help with the shelf on a cell."""
        return bool(self.memory.heavy[self.hall.number(cell)]) and not self.abilities.lifts_heavy

    def needs_tool(self, cell: Cell) -> bool:
        """Tells whether only a robot with a tool lifts the shelf on a cell."""
        return bool(self.memory.needs_tool[self.hall.number(cell)])
