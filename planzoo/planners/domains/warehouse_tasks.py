"""The warehouse as a hierarchical task network: what serving requests means, step by step.

Facts: ``("at", robot)`` is a cell; ``("load", robot)`` is NOTHING, REQUESTED or RETURNING; ``("requested",
cell)`` and ``("free", cell)`` are True for shelves to fetch and for storage to put them in. Cells are
``(row, column)``. The plan's actions name their robot; robots carry out their own actions side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        """Counts the steps between two cells; UNREACHABLE where there is no way.

        The goal itself may hold a shelf: by the time of arrival it may have been taken away.
        """
        field = self.field(start, loaded)
        if field[goal] != UNREACHABLE:
            return int(field[goal])
        nearest = min(int(field[cell]) for cell in _neighbours(goal, field.shape))
        return nearest if nearest == UNREACHABLE else nearest + 1

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

    def by_distance(self, start: Cell, goals: Iterable[Cell], loaded: bool) -> list[Cell]:
        """Sorts the goals that can be reached, nearest first."""
        distances = {goal: self.distance(start, goal, loaded) for goal in goals}
        reachable = [goal for goal, distance in distances.items() if distance != UNREACHABLE]
        return sorted(reachable, key=lambda goal: (distances[goal], goal))


def _neighbours(cell: Cell, shape: tuple[int, ...]) -> list[Cell]:
    row, column = cell
    around = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
    return [each for each in around if 0 <= each[0] < shape[0] and 0 <= each[1] < shape[1]]


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
    operators = FleetOperators(model, travel)
    domain.add_operator(operators.drive, cost=operators.steps, duration=operators.steps)
    domain.add_operator(operators.lift)
    domain.add_operator(operators.deliver, cost=0.0, duration=0.0)
    domain.add_operator(operators.drop)
    domain.add_operator(operators.rest, cost=0.0)
    methods = FleetMethods(model, travel)
    domain.add_method("serve", methods.loads_first)
    domain.add_method("assign", methods.nearest_pair)
    domain.add_method("assign", methods.nothing_left)
    domain.add_method("fetch", methods.drive_and_lift)
    domain.add_method("finish", methods.deliver_then_store)
    domain.add_method("finish", methods.store_at_once)
    domain.add_method("finish", methods.wait_for_a_way)
    domain.add_method("store", methods.nearest_free_storage)
    return domain


class FleetOperators:
    """What a robot can do, as the planner sees it; the path planner breaks ``drive`` into steps.

    Args:
        model: storage and workstations.
        travel: distances in the situation.
    """

    def __init__(self, model: WarehouseModel, travel: Travel) -> None:
        self.workstations = set(model.workstations)
        self.travel = travel

    def steps(self, state: State, robot: int, cell: Cell) -> float:
        """Counts the steps of a drive."""
        return float(self.travel.distance(state["at", robot], cell, state["load", robot] != NOTHING))

    def drive(self, state: State, robot: int, cell: Cell) -> bool:
        """Brings a robot to a cell that it can reach."""
        if self.steps(state, robot, cell) == UNREACHABLE:
            return False
        state["at", robot] = cell
        return True

    def lift(self, state: State, robot: int, cell: Cell) -> bool:
        """Loads a requested shelf; its place becomes free."""
        if state["at", robot] != cell or ("requested", cell) not in state or state["load", robot] != NOTHING:
            return False
        del state["requested", cell]
        state["free", cell] = True
        state["load", robot] = REQUESTED
        return True

    def deliver(self, state: State, robot: int, cell: Cell) -> bool:
        """Hands a requested shelf over at a workstation; the robot keeps it to bring it back."""
        if state["load", robot] != REQUESTED or cell not in self.workstations or state["at", robot] != cell:
            return False
        state["load", robot] = RETURNING
        return True

    def drop(self, state: State, robot: int, cell: Cell) -> bool:
        """Puts a shelf down in free storage."""
        if state["load", robot] == NOTHING or ("free", cell) not in state or state["at", robot] != cell:
            return False
        del state["free", cell]
        state["load", robot] = NOTHING
        return True

    def rest(self, state: State, robot: int) -> bool:
        """Waits for work, or for a way to open."""
        return True


class FleetMethods:
    """How tasks are done; alternatives come nearest first.

    Args:
        model: storage and workstations.
        travel: distances in the situation.
    """

    def __init__(self, model: WarehouseModel, travel: Travel) -> None:
        self.workstations = model.workstations
        self.travel = travel

    def loads_first(self, state: State, robots: tuple[int, ...]) -> list[Any]:
        """Serve: finish what is on the robots, then assign the robots that are free."""
        loaded = [robot for robot in robots if state["load", robot] != NOTHING]
        free = tuple(robot for robot in robots if state["load", robot] == NOTHING)
        return [*(("finish", robot) for robot in loaded), ("assign", free)]

    def nearest_pair(self, state: State, robots: tuple[int, ...]) -> Iterator[list[Any]]:
        """Assign: the robot and the requested shelf that are nearest to each other, then the others."""
        pairs = sorted(
            (self.travel.distance(state["at", robot], cell, False), robot, cell)
            for robot in robots
            for cell in _cells(state, "requested")
        )
        for _, robot, cell in pairs:
            others = tuple(other for other in robots if other != robot)
            yield [("fetch", robot, cell), ("assign", others)]

    def nothing_left(self, state: State, robots: tuple[int, ...]) -> list[Any]:
        """Assign: robots without a request rest."""
        return [("rest", robot) for robot in robots]

    def drive_and_lift(self, state: State, robot: int, cell: Cell) -> list[Any]:
        """Fetch a shelf, and finish with it."""
        return [("drive", robot, cell), ("lift", robot, cell), ("finish", robot)]

    def deliver_then_store(self, state: State, robot: int) -> Iterator[list[Any]]:
        """Finish a requested shelf: workstation first."""
        if state["load", robot] == REQUESTED:
            for cell in self.travel.by_distance(state["at", robot], self.workstations, True):
                yield [("drive", robot, cell), ("deliver", robot, cell), ("store", robot)]

    def store_at_once(self, state: State, robot: int) -> list[Any] | None:
        """Finish a shelf that is not requested: back to storage."""
        return [("store", robot)] if state["load", robot] == RETURNING else None

    def wait_for_a_way(self, state: State, robot: int) -> list[Any]:
        """Finish, when nothing can be reached: wait until something changes."""
        return [("rest", robot)]

    def nearest_free_storage(self, state: State, robot: int) -> Iterator[list[Any]]:
        """Store: the nearest free place."""
        for cell in self.travel.by_distance(state["at", robot], _cells(state, "free"), True):
            yield [("drive", robot, cell), ("drop", robot, cell)]


def _cells(state: State, name: str) -> list[Cell]:
    return [variable[1] for variable in state if isinstance(variable, tuple) and variable[0] == name]
