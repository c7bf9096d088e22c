"""Batteries: how much charge errands take, when a robot must charge, and who gets which bay.

A robot goes to charge while it can still get to a charger, with a margin for detours, whatever it carries. A
bay is given to one robot at a time; it keeps it until its battery is full, or full enough while others wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, WarehouseModel
from planzoo.planners.domains.warehouse_errands import WAIT, Errand, RobotMemory, Role, cell_of
from planzoo.planners.domains.warehouse_travel import FULL, LIGHT, Floats, Travel

DETOURS = 1.25
"""What a way costs with others in the way, as a multiple of what it costs alone."""
SLACK = 12
"""Steps with a load that the reserve is good for on top."""
FULL_CHARGE, ENOUGH_CHARGE = 0.95, 0.7
"""Shares of a full battery at which a robot leaves its bay, and leaves it to one that waits."""
TOP_UP = 0.75
"""Share below which a robot without work charges."""


class Energy:
    """What a fleet's errands cost in units of charge, in the situation that travel looks at.

    Args:
        model: map and rules.
        travel: distances.
    """

    def __init__(self, model: WarehouseModel, travel: Travel) -> None:
        params = model.params
        self.battery, self.chargers, self.stations = params.battery, model.chargers, model.workstations
        self.travel, self.rate = travel, params.charge_rate
        step = max(params.move_drain, params.turn_drain if params.movement == "turn" else 0)
        loaded = params.move_drain + params.carry_drain
        self.light_rate, self.loaded_rate = step, max(step, loaded)
        self.slack = SLACK * self.loaded_rate

    @property
    def enabled(self) -> bool:
        """Whether batteries matter and there is a charger."""
        return self.battery > 0 and bool(self.chargers)

    def charges(self) -> Floats:
        """Gives the robots' units of charge, float64 (N,)."""
        return self.travel.view.charge * self.battery

    def low(self) -> NDArray[np.bool_]:
        """Tells which robots have to charge now if they are to reach a charger at all, bool (N,)."""
        robots = range(len(self.travel.full))
        if not self.enabled:
            return np.zeros(len(robots), dtype=np.bool_)
        light = self.travel.steps(robots, self.chargers, LIGHT).min(axis=1)
        home = light * self.light_rate
        loaded = np.flatnonzero(self.travel.view.carrying | (self.travel.view.partners >= 0))
        for layer in (LIGHT, FULL):
            rows = loaded[self.travel.full[loaded] == (layer == FULL)]
            steps = self.travel.steps(rows, self.chargers, layer).min(axis=1, initial=np.inf)
            home[rows] = np.where(np.isfinite(steps), steps, light[rows]) * self.loaded_rate
        reserve = np.where(np.isfinite(home), home * DETOURS + self.slack, np.inf)
        return np.asarray(self.charges() <= np.minimum(reserve, FULL_CHARGE * self.battery))

    def suffices(
        self, robots: Sequence[int], fetch: Floats, cells: Sequence[Cell], margin: float = 1.0
    ) -> NDArray[np.bool_]:
        """Tells whether robots could fetch shelves, deliver them, and reach a charger then.

        Args:
            robots: n numbers.
            fetch: float64 (n, m), steps to the shelves.
            cells: the m shelves.
            margin: how many times the charge for that they must have.

        Returns:
            bool (n, m); True for robots whose battery is full: waiting would not help them.
        """
        if not self.enabled:
            return np.ones(fetch.shape, dtype=np.bool_)
        home = self.travel.legs(self.stations, self.chargers, LIGHT).min(axis=1)
        rest = (self.travel.legs(cells, self.stations, LIGHT) + home).min(axis=1, initial=np.inf)
        need = margin * DETOURS * (self.light_rate * fetch + self.loaded_rate * rest) + self.slack
        numbers = list(robots)
        is_full = self.travel.view.charge[numbers] >= FULL_CHARGE
        return np.asarray((need <= self.charges()[numbers][:, np.newaxis]) | is_full[:, np.newaxis])

    def give_bays(self, memories: Sequence[RobotMemory], low: NDArray[np.bool_]) -> dict[int, Errand]:
        """Gives bays to the robots that have to charge.

        Args:
            memories: of all robots; those that hold a bay keep it until they are charged.
            low: bool (N,), see :meth:`low`.

        Returns:
            Errands to charge, or to wait for a bay.
        """
        if not self.enabled:
            return {}
        view, can_go = self.travel.view, ~self.travel.stalled & (self.travel.view.partners < 0)
        holders = {
            robot: memory.errand
            for robot, memory in enumerate(memories)
            if memory.errand.role is Role.CHARGE and can_go[robot]
        }
        waiting = [robot for robot in np.flatnonzero(low & can_go).tolist() if robot not in holders]
        crowded = len(waiting) > len(self.chargers) - len(holders)
        enough = ENOUGH_CHARGE if crowded else FULL_CHARGE
        kept = {robot: errand for robot, errand in holders.items() if view.charge[robot] < enough}
        free = self.free_bays(errand.cell for errand in kept.values())
        given = self.nearest_bays(waiting, free)
        still_waiting = [robot for robot in waiting if robot not in given]
        given.update(self.bays_on_arrival(still_waiting, kept, given))
        return {**dict.fromkeys(waiting, WAIT), **kept, **given}

    def bays_on_arrival(
        self, robots: Sequence[int], kept: dict[int, Errand], given: dict[int, Errand]
    ) -> dict[int, Errand]:
        """Lets robots set out for bays whose robots will have been charged by the time they come.

        Args:
            robots: those that wait for a bay.
            kept: robots with a bay, on it or on their way.
            given: robots that were given a free one just now.
        """
        bays: dict[Cell | None, float] = {}
        for robot, errand in kept.items():
            if cell_of(self.travel.view, robot) == errand.cell:
                missing = (FULL_CHARGE - float(self.travel.view.charge[robot])) * self.battery
                bays[errand.cell] = missing / self.rate
        for robot, errand in [*kept.items(), *given.items()]:
            if cell_of(self.travel.view, robot) != errand.cell:
                bays.pop(errand.cell, None)
        soon: dict[int, Errand] = {}
        for robot in robots:
            left = [bay for bay in bays if bay is not None]
            steps = self._steps_in_reach(robot, left)
            ready = [(step, bay) for bay, step in zip(left, steps, strict=True) if bays[bay] <= step < np.inf]
            if ready:
                soon[robot] = Errand(Role.CHARGE, min(ready)[1])
                del bays[min(ready)[1]]
        return soon

    def free_bays(self, taken: Iterable[Cell | None]) -> list[Cell]:
        """Gives the chargers that nobody was given, and on which no dead robot stands."""
        used: set[Cell | None] = set(taken)
        stalled = self.travel.view.positions[self.travel.stalled].tolist()
        used.update((row, column) for row, column in stalled)
        return [bay for bay in self.chargers if bay not in used]

    def nearest_bays(self, robots: Sequence[int], free: list[Cell]) -> dict[int, Errand]:
        """Gives each robot the nearest bay that is left, the robot with the least charge first."""
        given: dict[int, Errand] = {}
        left = list(free)
        for robot in sorted(robots, key=lambda each: (self.travel.view.charge[each], each)):
            steps = self._steps_in_reach(robot, left)
            if steps.min(initial=np.inf) < np.inf:
                given[robot] = Errand(Role.CHARGE, left.pop(int(steps.argmin())))
        return given

    def _steps_in_reach(self, robot: int, bays: Sequence[Cell]) -> Floats:
        """Gives a robot's steps to bays, float64 (n,); ``np.inf`` for those beyond its battery.

        A robot that is farther away from all bays than it should be may try any.
        """
        layer = FULL if self.travel.full[robot] else LIGHT
        rate = self.loaded_rate if self.travel.view.carrying[robot] else self.light_rate
        all_steps = self.travel.steps([robot], self.chargers, layer)[0]
        spare = float(self.charges()[robot]) - self.slack / 2
        reach = max(spare / (DETOURS * rate), float(all_steps.min()))
        steps = self.travel.steps([robot], bays, layer)[0]
        return np.where(steps <= reach, steps, np.inf)
