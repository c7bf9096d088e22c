"""The warehouse as a hierarchical task network: what serving requests means, step by step.

Facts: ``("at", robot)`` is a cell; ``("load", robot)`` is NOTHING, REQUESTED or RETURNING; ``("requested",
cell)`` and ``("free", cell)`` are True for shelves to fetch and for storage to put them in. Cells are
``(row, column)``. The plan's actions name their robot; robots carry out their own actions side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView, WarehouseModel
from planzoo.planners.htn import Domain, Problem, State, Task
from planzoo.planners.pathfinding import UNREACHABLE, cell_distances

NOTHING, REQUESTED, RETURNING = "nothing", "requested", "returning"


class Travel:
    """Distances in one situation: robots with a load keep off standing shelves.

    Args:
        model: the map.
        standing_shelves: bool (H, W).
    """

    def __init__(self, model: WarehouseModel, standing_shelves: NDArray[np.bool_]) -> None:
        self._passable = model.passable
        self._open = model.passable & ~standing_shelves
        self._fields: dict[tuple[Cell, bool], NDArray[np.int32]] = {}

    def distance(self, start: Cell, goal: Cell, loaded: bool) -> int:
        """Counts the steps between two cells; UNREACHABLE where there is no way."""
        return int(self.field(start, loaded)[goal])

    def field(self, start: Cell, loaded: bool) -> NDArray[np.int32]:
        """Gives the steps from a cell to every other, int32 (H, W)."""
        if (start, loaded) not in self._fields:
            passable = self._passable
            if loaded:
                passable = self._open.copy()
                # A robot that has just lifted a shelf stands where the map still shows it.
                passable[start] = True
            self._fields[start, loaded] = cell_distances(passable, start)
        return self._fields[start, loaded]

    def by_distance(self, start: Cell, goals: list[Cell], loaded: bool) -> list[Cell]:
        """Sorts the goals that can be reached, nearest first."""
        field = self.field(start, loaded)
        reachable = [goal for goal in goals if field[goal] != UNREACHABLE]
        return sorted(reachable, key=lambda goal: (int(field[goal]), goal))


def fleet_problem(model: WarehouseModel, view: FleetView) -> Problem:
    """Turns a fleet observation into facts and the task of serving all requests at hand."""
    facts: dict[Any, Any] = {}
    robots = tuple(range(len(view.positions)))
    for robot in robots:
        facts["at", robot] = (int(view.positions[robot, 0]), int(view.positions[robot, 1]))
        loaded = REQUESTED if view.carrying_requested[robot] else RETURNING
        facts["load", robot] = loaded if view.carrying[robot] else NOTHING
    for cell, carried in zip(view.requests, view.request_carried, strict=True):
        if not carried:
            facts["requested", cell] = True
    for cell in model.storage:
        if not view.standing_shelves[cell]:
            facts["free", cell] = True
    return Problem(State(facts), [Task("serve", robots)])


def fleet_domain(model: WarehouseModel, travel: Travel) -> Domain:
    """Declares operators and methods for one situation.

    Args:
        model: storage and workstations.
        travel: distances in the situation.
    """
    domain = Domain("warehouse")
    _add_operators(domain, model, travel)

    @domain.method("serve")
    def loads_first(state: State, robots: tuple[int, ...]) -> list[Any]:
        loaded = [robot for robot in robots if state["load", robot] != NOTHING]
        free = tuple(robot for robot in robots if state["load", robot] == NOTHING)
        return [*(("finish", robot) for robot in loaded), ("assign", free)]

    @domain.method("assign")
    def nearest_pair(state: State, robots: tuple[int, ...]) -> Iterator[list[Any]]:
        requests = [variable[1] for variable in state if variable[0] == "requested"]
        pairs = sorted(
            (travel.distance(state["at", robot], cell, False), robot, cell)
            for robot in robots
            for cell in requests
        )
        for _, robot, cell in pairs:
            others = tuple(other for other in robots if other != robot)
            yield [("fetch", robot, cell), ("assign", others)]

    @domain.method("assign")
    def nothing_left(state: State, robots: tuple[int, ...]) -> list[Any]:
        return [("rest", robot) for robot in robots]

    @domain.method("fetch")
    def drive_and_lift(state: State, robot: int, cell: Cell) -> list[Any]:
        return [("drive", robot, cell), ("lift", robot, cell), ("finish", robot)]

    @domain.method("finish")
    def deliver_then_store(state: State, robot: int) -> Iterator[list[Any]]:
        if state["load", robot] == REQUESTED:
            for cell in travel.by_distance(state["at", robot], model.workstations, True):
                yield [("drive", robot, cell), ("deliver", robot, cell), ("store", robot)]

    @domain.method("finish")
    def store_at_once(state: State, robot: int) -> list[Any] | None:
        return [("store", robot)] if state["load", robot] == RETURNING else None

    @domain.method("finish")
    def wait_for_a_way(state: State, robot: int) -> list[Any]:
        return [("rest", robot)]

    @domain.method("store")
    def nearest_free_storage(state: State, robot: int) -> Iterator[list[Any]]:
        free = [variable[1] for variable in state if variable[0] == "free"]
        for cell in travel.by_distance(state["at", robot], free, True):
            yield [("drive", robot, cell), ("drop", robot, cell)]

    return domain


def _add_operators(domain: Domain, model: WarehouseModel, travel: Travel) -> None:
    def steps(state: State, robot: int, cell: Cell) -> float:
        return float(travel.distance(state["at", robot], cell, state["load", robot] != NOTHING))

    @domain.operator(cost=steps, duration=steps)
    def drive(state: State, robot: int, cell: Cell) -> bool:
        loaded = state["load", robot] != NOTHING
        if travel.distance(state["at", robot], cell, loaded) == UNREACHABLE:
            return False
        state["at", robot] = cell
        return True

    @domain.operator
    def lift(state: State, robot: int, cell: Cell) -> bool:
        if state["at", robot] != cell or ("requested", cell) not in state or state["load", robot] != NOTHING:
            return False
        del state["requested", cell]
        state["free", cell] = True
        state["load", robot] = REQUESTED
        return True

    @domain.operator(cost=0.0, duration=0.0)
    def deliver(state: State, robot: int, cell: Cell) -> bool:
        if state["load", robot] != REQUESTED or cell not in model.workstations or state["at", robot] != cell:
            return False
        state["load", robot] = RETURNING
        return True

    @domain.operator
    def drop(state: State, robot: int, cell: Cell) -> bool:
        if state["load", robot] == NOTHING or ("free", cell) not in state or state["at", robot] != cell:
            return False
        del state["free", cell]
        state["load", robot] = NOTHING
        return True

    @domain.operator(cost=0.0)
    def rest(state: State, robot: int) -> bool:
        return True
