"""Situations of a warehouse, made by hand: shared by the tests of its planners."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView, Request, WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import EVENTS
from planzoo.planners.domains.warehouse_errands import Role
from planzoo.planners.domains.warehouse_fleet import FleetPolicy
from planzoo.planners.domains.warehouse_travel import Travel
from planzoo.planners.pathfinding.distance_fields import DistanceFields


def toy_model(**changes: Any) -> WarehouseModel:
    """The hand-drawn toy: shelves at (1, 1), (1, 3), (2, 1), (2, 3), a workstation at (4, 2)."""
    return WarehouseModel(WarehouseParams.toy(**{"observation": "fleet", **changes}))


def drawn_model(layout: str, **changes: Any) -> WarehouseModel:
    """A warehouse of a drawn layout."""
    fields = {"robots": 1, "request_queue_size": 1, "observation": "fleet", **changes}
    return WarehouseModel(WarehouseParams(layout, **fields))


def fleet_view(
    model: WarehouseModel, positions: list[Cell], requests: list[Cell] | None = None, **changes: Any
) -> FleetView:
    """Robots that carry nothing, and all shelves in their places, but for what ``changes`` says."""
    count = len(positions)
    view = FleetView(
        positions=np.array(positions),
        directions=np.zeros(count, dtype=np.int64),
        carrying=np.zeros(count, dtype=bool),
        carrying_requested=np.zeros(count, dtype=bool),
        requests=[Request(cell, False, number) for number, cell in enumerate(requests or [])],
        standing_shelves=model.params.map.shelves.copy(),
        blocked=np.zeros(model.passable.shape, dtype=bool),
        charge=np.ones(count),
        ready=np.ones(count, dtype=bool),
        broken=np.zeros(count, dtype=bool),
        tools=np.zeros(count, dtype=bool),
        loads=np.zeros(count, dtype=np.int64),
        partners=np.full(count, -1),
        tools_left=1.0,
        money_left=1.0,
        packages_left=np.ones(len(model.workstations)),
    )
    return replace(view, **changes)


def travel_in(model: WarehouseModel, view: FleetView) -> Travel:
    """Distances in a situation."""
    layers = np.stack([model.passable, model.passable])
    travel = Travel(model, DistanceFields(layers, model.params.movement))
    travel.look(view)
    return travel


class Game:
    """A team at work in B worlds; every action is checked against the masks.

    Attributes:
        simulator: the worlds.
        memories: the policy's.
        deliveries: so far, int64 (steps, B).
        longest_still: steps that a robot with something to do did not leave its cell, at most.
    """

    def __init__(self, policy: FleetPolicy, seeds: list[int]) -> None:
        self.policy, self.memories = policy, None
        self.simulator = WarehouseSimulator(policy.model.params, len(seeds))
        self.simulator.reset(np.array(seeds))
        self.deliveries: list[Any] = []
        self.longest_still = 0
        self.cells = self.simulator.state.robots.cell.copy()
        self.still = np.zeros_like(self.cells)

    def step(self) -> NDArray[np.int64]:
        """Plays one step; gives the actions, int64 (B, N)."""
        buffers, worlds = self.simulator.buffers, self.simulator.num_worlds
        flat = buffers.observations.reshape(worlds, -1)
        actions, self.memories = self.policy.predict(flat, self.memories)
        allowed = np.take_along_axis(buffers.action_masks, actions[:, :, np.newaxis], axis=2)[:, :, 0]
        assert allowed.all(), f"actions {actions[~allowed]} are forbidden"
        self.simulator.step(actions)
        self.deliveries.append(self.simulator.state.robots.deliveries.sum(axis=1))
        return np.asarray(actions)

    def play(self, steps: int) -> int:
        """Plays on, and gives the deliveries of all worlds."""
        for _ in range(steps):
            self.step()
            self._watch()
        return int(self.deliveries[-1].sum())

    def events(self, name: str) -> int:
        """Counts an event in all worlds."""
        return int(self.simulator.state.event_counts[:, EVENTS.index(name)].sum())

    def _watch(self) -> None:
        """Counts for how long robots with something to do have not left their cell."""
        cells = self.simulator.state.robots.cell
        for world, memory in enumerate(self.memories or ()):
            if memory is None:
                continue
            busy = np.array([each.errand.role in BUSY or each.burden[:2] != (0, 0) for each in memory.robots])
            self.still[world] = np.where(busy & (cells[world] == self.cells[world]), self.still[world] + 1, 0)
        self.cells = cells.copy()
        self.longest_still = max(self.longest_still, int(self.still.max()))


BUSY = (Role.FETCH, Role.LEAD, Role.ASSIST, Role.FOLLOW, Role.RETURN_TOOL)
"""Errands on which a robot has to get on."""
