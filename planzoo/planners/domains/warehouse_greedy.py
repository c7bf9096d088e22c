"""The greedy team: every robot for itself."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView, WarehouseModel
from planzoo.envs.warehouse.movement import CARDINAL_ACTIONS, TURN_ACTIONS
from planzoo.planners.domains.warehouse_errands import Burden, burdens, cell_of
from planzoo.planners.domains.warehouse_fleet import FleetPolicy, only_allowed
from planzoo.planners.domains.warehouse_travel import FULL, LIGHT, Travel
from planzoo.planners.pathfinding.distance_fields import DistanceFields
from planzoo.planners.pathfinding.motion import DIRECTION_LEFT_OF, FORWARD, NOOP, TURN_LEFT, TURN_RIGHT
from planzoo.planners.policy import Explanation, Mask, Observation

LOW_CHARGE, FULL_CHARGE = 0.4, 0.95
"""Shares of a full battery at which a robot goes to charge, and leaves the charger."""
DIRECTION_STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))


class GreedyTeamPolicy(FleetPolicy):
    """Each robot goes the shortest way to what is nearest for it, as if it were alone.

    Without a load that is a requested shelf that it can lift by itself, with a requested shelf a workstation,
    else free storage. A robot whose battery runs low goes to the nearest charger; one that lacks the tool for
    all shelves goes to the crib. Nobody helps anybody.

    Args:
        model: map and rules of the warehouse; its params have ``observation="fleet"``.
        seed: unused, the policy is deterministic.
    """

    def __init__(self, model: WarehouseModel, seed: int | None = None) -> None:
        super().__init__(model, seed)
        params = model.params
        layers = np.stack([model.passable, model.passable])
        self.travel = Travel(model, DistanceFields(layers, params.movement))
        self.turning = params.movement == "turn"
        self.toggle = (TURN_ACTIONS if self.turning else CARDINAL_ACTIONS) - 1
        self._targets: dict[str, Cell | None] = {}

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._targets = {}

    def begin(self) -> None:
        """Needs no memory: the observation shows everything."""

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Chooses each robot's action by itself."""
        view = self.model.read_fleet(observations[0])
        self.travel.look(view)
        loads = burdens(view, self.tools(view))
        actions = [self._act(view, robot, loads[robot]) for robot in range(len(self.agents))]
        return only_allowed(np.array(actions, dtype=np.int64), masks)

    def explain(self) -> Explanation:
        """Tells which cell each robot is after."""
        if not self._targets:
            return Explanation("No decision has been made yet.", {})
        words = [
            f"{agent} has nowhere to go" if cell is None else f"{agent} goes to {cell}, its nearest goal"
            for agent, cell in self._targets.items()
        ]
        return Explanation("; ".join(words) + ".", dict(self._targets))

    def _act(self, view: FleetView, robot: int, burden: Burden) -> int:
        layer = FULL if self.travel.full[robot] else LIGHT
        goals, loads_there = self._goals(view, robot, burden)
        times = self.travel.times([robot], goals, layer)[0]
        reached = times.min(initial=np.inf) < np.inf
        goal = goals[int(times.argmin())] if reached else None
        self._targets[self.agents[robot]] = goal
        if goal is None or not view.ready[robot]:
            return NOOP
        if goal == cell_of(view, robot):
            return self.toggle if loads_there else NOOP
        return self._step_towards(view, robot, goal, layer)

    def _goals(self, view: FleetView, robot: int, burden: Burden) -> tuple[list[Cell], bool]:
        """Gives where a robot may want to go, and whether it loads or unloads there."""
        wanted, served, partner, has_tool = burden
        if self._wants_to_charge(view, robot):
            return self.model.chargers, False
        if wanted > 0:
            return self.model.workstations, False
        if served > 0:
            free = [cell for cell in self.model.storage if not view.standing_shelves[cell]]
            return free, partner < 0 or view.loads[robot] > 0
        strong = self.model.params.kind_of_robot[robot].lift_class >= self.model.params.heavy_weight
        liftable = [
            request for request in view.requests if not request.carried and (strong or not request.heavy)
        ]
        ready = sorted(request.cell for request in liftable if has_tool or not request.needs_tool)
        if not ready and liftable and view.tools_left > 0.0:
            return self.model.cribs, True
        return ready, True

    def _wants_to_charge(self, view: FleetView, robot: int) -> bool:
        if not self.model.params.battery or not self.model.chargers:
            return False
        on_charger = cell_of(view, robot) in self.model.chargers
        return bool(view.charge[robot] < (FULL_CHARGE if on_charger else LOW_CHARGE))

    def _step_towards(self, view: FleetView, robot: int, goal: Cell, layer: int) -> int:
        """Turns towards, or steps into, the neighbour nearest to the goal; straight on where equal."""
        row, column = cell_of(view, robot)
        facing = int(view.directions[robot])
        best, best_direction = np.inf, facing
        for direction in sorted(range(4), key=lambda each: each != facing):
            ahead = row + DIRECTION_STEPS[direction][0], column + DIRECTION_STEPS[direction][1]
            steps = self._steps_from(ahead, goal, layer)
            if steps < best:
                best, best_direction = steps, direction
        if not self.turning:
            return 1 + best_direction
        if best_direction == facing:
            return FORWARD
        return TURN_LEFT if DIRECTION_LEFT_OF[facing] == best_direction else TURN_RIGHT

    def _steps_from(self, cell: Cell, goal: Cell, layer: int) -> float:
        height, width = self.travel.passable.shape
        if not (0 <= cell[0] < height and 0 <= cell[1] < width and self.travel.is_open(cell, layer)):
            return np.inf
        return self.travel.distance(cell, goal, layer)
