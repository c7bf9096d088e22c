"""Situations of a warehouse, made by hand: shared by the tests of its planners."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from planzoo.envs.warehouse.model import Cell, FleetView, Request, WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
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
