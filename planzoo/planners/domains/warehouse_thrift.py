"""A fleet on a fuel budget: the HTN team, whose manager gives out only what the fuel pays for.

With less fuel than all robots would burn in the time that is left, time is plenty and fuel is what counts:
only as many robots work as burn the fuel up by the end, each on the cheapest errand there is; nobody drives
just to be out of the way; and nobody sets out for a shelf that could not be delivered any more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.warehouse.model import WarehouseModel
from planzoo.planners.domains.observed_resources import ObservedResource
from planzoo.planners.domains.warehouse import HTNTeamPolicy, TeamMemory
from planzoo.planners.domains.warehouse_assignment import Bids, reasons
from planzoo.planners.domains.warehouse_dispatch import Desk, Dispatcher
from planzoo.planners.domains.warehouse_travel import FULL, LIGHT
from planzoo.planners.policy import Mask, Observation


@dataclass
class ThriftyMemory(TeamMemory):
    """What the team remembers of an episode; ``steps`` counts its decisions, ``fuel`` was left last."""

    steps: int = 0
    fuel: float = math.inf


class ThriftyDispatcher(Dispatcher):
    """Gives out errands that the fuel pays for.

    Attributes:
        fuel: what is left, in moves; the policy keeps it up to date.
        steps: how many are left.
    """

    fuel: float = math.inf
    steps: int = 1

    def _assign_shelves(self, desk: Desk) -> None:
        free = self.free_storage(desk.view)
        robots = [robot for robot in desk.idle() if desk.burdens[robot][0] == 0]
        bids = self.assignment.bid(robots, desk.open, desk.burdens, free)
        bids.costs[bids.times > self.fuel - self._committed(desk)] = np.inf
        errands = self.assignment.assign(bids, desk.memories)
        for robot in self._surplus(desk, bids):
            del errands[robot], bids.chosen[robot]
        desk.give(errands)
        desk.dispatch.reasons = {robot: reasons(bids, robot) for robot in bids.chosen}
        desk.dispatch.messages = bids.messages

    def _park(self, desk: Desk, robots: list[int]) -> None:
        """Leaves idle robots where they are as soon as fuel is scarce."""
        if self._workers(desk) >= len(desk.memories):
            super()._park(desk, robots)

    def _committed(self, desk: Desk) -> float:
        """Gives the fuel that robots need to deliver the shelves that they carry already."""
        carriers = [robot for robot, burden in enumerate(desk.burdens) if burden[0] > 0]
        if not carriers:
            return 0.0
        layers = [FULL if self.travel.full[robot] else LIGHT for robot in carriers]
        stations = self.model.workstations
        ways = [
            float(self.travel.steps([robot], stations, layer).min(initial=np.inf))
            for robot, layer in zip(carriers, layers, strict=True)
        ]
        return sum(way for way in ways if way < math.inf)

    def _workers(self, desk: Desk) -> int:
        """Gives how many robots can work from now to the end: each burns one unit a step."""
        return min(len(desk.memories), max(1, math.ceil(self.fuel / max(1, self.steps))))

    def _surplus(self, desk: Desk, bids: Bids) -> list[int]:
        """Lists the idle robots with the dearest errands, beyond those that the fuel can keep at work."""
        working = {robot for robot, burden in enumerate(desk.burdens) if sum(burden[:2]) > 0}
        room = max(0, self._workers(desk) - len(working))
        rows = {robot: row for row, robot in enumerate(bids.robots)}
        idle = [robot for robot in bids.chosen if robot not in working]
        return sorted(idle, key=lambda robot: bids.times[rows[robot], bids.chosen[robot]])[room:]


class ThriftyTeamPolicy(HTNTeamPolicy):
    """The HTN team under the resource rules of a wrapper: it knows what moves take and what is left.

    Args:
        model: map and rules of the warehouse; its params have ``observation="fleet"``.
        resources: what the wrapper enforces: one resource of the whole team, which moves take in equal
            amounts.
        assignment: see :class:`~planzoo.planners.domains.warehouse.HTNTeamPolicy`.
        paths: as there.
        seed: unused, the policy is deterministic.

    Raises:
        InputError: the rules are of another kind.
    """

    def __init__(
        self,
        model: WarehouseModel,
        resources: ResourceRules,
        assignment: str = "hungarian",
        paths: str | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(model, assignment, paths, seed)
        self.fuel = ObservedResource(resources, self.agent_observation_size)
        self.thrift = self.dispatcher = ThriftyDispatcher(model, self.travel, assignment)
        self.agent_observation_size = self.fuel.row_size
        self.observation_size = self.fuel.row_size * len(self.agents)

    def begin(self) -> ThriftyMemory:
        """Begins an episode without errands."""
        whole = super().begin()
        return ThriftyMemory(whole.moves, whole.robots)

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Looks how much fuel is left, then decides as the HTN team does."""
        if observations[0].any():  # it is not lost
            memory.fuel = self.fuel.uses_left(observations[0])
        self.thrift.fuel = memory.fuel
        self.thrift.steps = max(1, self.model.params.max_steps - memory.steps)
        memory.steps += 1
        plain = self.fuel.plain(observations)
        return super().decide_team(plain, memory, masks, deterministic)
