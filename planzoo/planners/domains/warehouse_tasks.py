"""The warehouse as a hierarchical task network: what a robot's errand means, step by step.

The fleet's assignment (:mod:`planzoo.planners.domains.warehouse_assignment`) says which errand a robot is on;
the network decomposes it into actions. Facts, by robot:

- ``at[robot]``: its cell;
- ``wanted[robot]``, ``served[robot]``, ``room[robot]``: how many shelves on it open orders wait for, how many
  go back to storage, and how many it can take in addition;
- ``tool[robot]``: whether it has a tool;
- ``errand[robot]``: its :class:`~planzoo.planners.domains.warehouse_errands.Errand`.

``requested[cell]`` and ``free[cell]`` are True for shelves to fetch and for storage to put them in. Cells are
``(row, column)``. Robots carry out their own actions side by side; the last argument of an action
is the cell where it happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from planzoo.envs.warehouse.model import Cell, WarehouseModel
from planzoo.planners.domains.warehouse_errands import Errand, Role
from planzoo.planners.domains.warehouse_travel import FULL, LIGHT, Travel
from planzoo.planners.htn import Domain, State

PACKAGE_WAIT = 0.5
"""Which part of the time to a new package a robot expects to wait where there is none."""


def fleet_domain(model: WarehouseModel, travel: Travel) -> Domain:
    """Declares operators and methods.

    Args:
        model: map and rules.
        travel: distances in the situation at hand; it may look at others later.
    """
    domain = Domain("warehouse")
    operators = FleetOperators(model, travel)
    domain.add_operator(operators.drive, cost=operators.steps, duration=operators.steps)
    for function in (operators.lift, operators.drop, operators.take_tool, operators.give_tool):
        domain.add_operator(function)
    for function in (operators.lift_together, operators.assist, operators.charge):
        domain.add_operator(function)
    for function in (operators.deliver, operators.follow, operators.rest):
        domain.add_operator(function, cost=0.0, duration=0.0)
    methods = FleetMethods(model, travel)
    for method in (
        methods.charge_first,
        methods.go_with_a_partner,
        methods.finish_what_it_carries,
        methods.fetch_what_is_assigned,
        methods.give_the_tool_back,
        methods.wait_for_work,
    ):
        domain.add_method("serve", method)
    domain.add_method("fetch", methods.drive_and_lift)
    domain.add_method("equip", methods.has_what_it_needs)
    domain.add_method("equip", methods.borrow_a_tool)
    domain.add_method("finish", methods.put_down_here)
    domain.add_method("finish", methods.take_one_more)
    domain.add_method("finish", methods.deliver_then_store)
    domain.add_method("finish", methods.exchange)
    domain.add_method("finish", methods.store_at_once)
    domain.add_method("finish", methods.wait_for_a_way)
    domain.add_method("store", methods.nearest_free_storage)
    domain.add_method("store", methods.nothing_to_store)
    return domain


class FleetOperators:
    """What a robot can do, as the planner sees it; the path planner breaks ``drive`` into steps.

    Args:
        model: map and rules.
        travel: distances in the situation at hand.
    """

    def __init__(self, model: WarehouseModel, travel: Travel) -> None:
        self.workstations = set(model.workstations)
        self.travel = travel

    def steps(self, state: State, robot: int, cell: Cell) -> float:
        """Counts the steps of a drive; 0 where there is no way, which ``drive`` refuses."""
        steps = self.travel.distance(state.at[robot], cell, layer_of(state, robot))
        return steps * self.travel.paces[robot] if steps < np.inf else 0.0

    def drive(self, state: State, robot: int, cell: Cell) -> bool:
        """Brings a robot to a cell that it can reach."""
        start = state.at[robot]
        if start != cell and self.travel.distance(start, cell, layer_of(state, robot)) == np.inf:
            return False
        state.at[robot] = cell
        return True

    def lift(self, state: State, robot: int, cell: Cell) -> bool:
        """Loads a requested shelf; its place becomes free."""
        here = state.at[robot] == cell and cell in state.requested
        if not here or state.room[robot] == 0:
            return False
        del state.requested[cell]
        state.free[cell] = True
        state.room[robot] -= 1
        state.wanted[robot] += 1
        return True

    def lift_together(self, state: State, robot: int, cell: Cell) -> bool:
        """Loads a heavy shelf when the partner is at the robot's side."""
        return self.lift(state, robot, cell)

    def assist(self, state: State, robot: int, cell: Cell) -> bool:
        """Loads at the side of the robot that is under a heavy shelf, in the same step."""
        return bool(state.at[robot] == cell)

    def follow(self, state: State, robot: int, cell: Cell) -> bool:
        """Goes along with the heavy shelf until it is put down."""
        return True

    def deliver(self, state: State, robot: int, cell: Cell) -> bool:
        """Hands all requested shelves over at a workstation; the robot keeps them to bring them back."""
        if state.at[robot] != cell or cell not in self.workstations or state.wanted[robot] == 0:
            return False
        state.served[robot] += state.wanted[robot]
        state.wanted[robot] = 0
        return True

    def drop(self, state: State, robot: int, cell: Cell) -> bool:
        """Puts a shelf that nobody waits for down in free storage."""
        if state.served[robot] == 0 or cell not in state.free or state.at[robot] != cell:
            return False
        del state.free[cell]
        state.served[robot] -= 1
        state.room[robot] += 1
        return True

    def take_tool(self, state: State, robot: int, cell: Cell) -> bool:
        """Borrows a tool at a crib."""
        if state.at[robot] != cell or state.tool[robot]:
            return False
        state.tool[robot] = True
        return True

    def give_tool(self, state: State, robot: int, cell: Cell) -> bool:
        """Brings a borrowed tool back to a crib."""
        if state.at[robot] != cell or not state.tool[robot]:
            return False
        state.tool[robot] = False
        return True

    def charge(self, state: State, robot: int, cell: Cell) -> bool:
        """Fills the battery on a charger."""
        return bool(state.at[robot] == cell)

    def rest(self, state: State, robot: int, cell: Cell) -> bool:
        """Waits for work, or for a way to open."""
        return True


class FleetMethods:
    """How tasks are done; alternatives come nearest first.

    Args:
        model: map and rules.
        travel: distances in the situation at hand.
    """

    def __init__(self, model: WarehouseModel, travel: Travel) -> None:
        self.workstations, self.cribs = model.workstations, model.cribs
        self.package_wait = PACKAGE_WAIT * model.params.package_period
        self.travel = travel

    def charge_first(self, state: State, robot: int) -> Iterator[list[Any]]:
        """Serve: bring the battery to the bay that the robot was given, or save it until it can."""
        errand: Errand = state.errand[robot]
        if errand.role is Role.CHARGE:
            yield [("drive", robot, errand.cell), ("charge", robot, errand.cell)]
        if errand.role in (Role.CHARGE, Role.WAIT):
            yield [("rest", robot, state.at[robot])]

    def go_with_a_partner(self, state: State, robot: int) -> list[Any] | None:
        """Serve: lift or carry a heavy shelf with another robot."""
        errand: Errand = state.errand[robot]
        if errand.role is Role.FOLLOW:
            return [("follow", robot, errand.cell)]
        if errand.role is Role.ASSIST:
            return [("drive", robot, errand.cell), ("assist", robot, errand.cell)]
        if errand.role is not Role.LEAD:
            return None
        there = [("drive", robot, errand.cell), ("lift_together", robot, errand.cell)]
        return [("equip", robot, errand.needs_tool), *there, ("finish", robot)]

    def finish_what_it_carries(self, state: State, robot: int) -> list[Any] | None:
        """Serve: shelves on the robot come before others."""
        loaded = state.wanted[robot] + state.served[robot] > 0
        return [("finish", robot)] if loaded else None

    def fetch_what_is_assigned(self, state: State, robot: int) -> list[Any] | None:
        """Serve: fetch the shelf that the fleet has assigned to the robot."""
        errand: Errand = state.errand[robot]
        fetches = errand.role is Role.FETCH and errand.cell in state.requested
        return [("fetch", robot), ("finish", robot)] if fetches else None

    def give_the_tool_back(self, state: State, robot: int) -> Iterator[list[Any]]:
        """Serve: a tool that the robot has no use for goes to the nearest crib."""
        if state.errand[robot].role is Role.RETURN_TOOL:
            for crib in self.travel.by_distance(state.at[robot], self.cribs, LIGHT):
                yield [("drive", robot, crib), ("give_tool", robot, crib)]

    def wait_for_work(self, state: State, robot: int) -> Iterator[list[Any]]:
        """Serve: without work, wait where the robot was told to park."""
        cell = state.errand[robot].cell or state.at[robot]
        yield [("drive", robot, cell), ("rest", robot, cell)]
        yield [("rest", robot, state.at[robot])]

    def drive_and_lift(self, state: State, robot: int) -> list[Any]:
        """Fetch: get the tool that the shelf needs, drive there and lift it."""
        errand: Errand = state.errand[robot]
        there = [("drive", robot, errand.cell), ("lift", robot, errand.cell)]
        return [("equip", robot, errand.needs_tool), *there]

    def has_what_it_needs(self, state: State, robot: int, needs_tool: bool) -> list[Any] | None:
        """Equip: nothing is missing."""
        return [] if state.tool[robot] or not needs_tool else None

    def borrow_a_tool(self, state: State, robot: int, needs_tool: bool) -> Iterator[list[Any]]:
        """Equip: fetch a tool at the nearest crib."""
        for crib in self.travel.by_distance(state.at[robot], self.cribs, layer_of(state, robot)):
            yield [("drive", robot, crib), ("take_tool", robot, crib)]

    def put_down_here(self, state: State, robot: int) -> list[Any] | None:
        """Finish: where a requested shelf was just lifted, a delivered one goes in its place."""
        here = state.at[robot]
        if state.wanted[robot] == 0 or state.served[robot] == 0 or here not in state.free:
            return None
        return [("drop", robot, here), ("finish", robot)]

    def take_one_more(self, state: State, robot: int) -> list[Any] | None:
        """Finish a requested shelf: another one lies on the way and there is room for it."""
        errand: Errand = state.errand[robot]
        wants = errand.role is Role.FETCH and errand.cell in state.requested
        if not wants or state.room[robot] == 0 or state.wanted[robot] == 0:
            return None
        return [("fetch", robot), ("finish", robot)]

    def deliver_then_store(self, state: State, robot: int) -> Iterator[list[Any]]:
        """Finish requested shelves: workstation first."""
        if state.wanted[robot] == 0:
            return
        for cell in self._stations(state, robot):
            yield [("drive", robot, cell), ("deliver", robot, cell), ("finish", robot)]

    def exchange(self, state: State, robot: int) -> list[Any] | None:
        """Finish a delivered shelf: lift the next one, and put the delivered one down in its place."""
        errand: Errand = state.errand[robot]
        wants = errand.role is Role.FETCH and errand.cell in state.requested
        if not wants or state.served[robot] == 0 or state.room[robot] == 0:
            return None
        return [("fetch", robot), ("finish", robot)]

    def store_at_once(self, state: State, robot: int) -> list[Any] | None:
        """Finish delivered shelves: back to storage, then on with what is assigned."""
        if state.wanted[robot] > 0:
            return None
        if state.served[robot] > 0:
            return [("store", robot), ("finish", robot)]
        errand: Errand = state.errand[robot]
        fetches = errand.role is Role.FETCH and errand.cell in state.requested
        return [("fetch", robot), ("finish", robot)] if fetches else []

    def wait_for_a_way(self, state: State, robot: int) -> list[Any]:
        """Finish, when nothing can be reached: wait until something changes."""
        return [("rest", robot, state.at[robot])]

    def nearest_free_storage(self, state: State, robot: int) -> Iterator[list[Any]]:
        """Store: the place that the fleet has chosen, else the nearest free one."""
        chosen = state.errand[robot].place
        if chosen is not None and chosen in state.free:
            yield [("drive", robot, chosen), ("drop", robot, chosen)]
        for cell in self.travel.by_distance(state.at[robot], list(state.free), layer_of(state, robot)):
            yield [("drive", robot, cell), ("drop", robot, cell)]

    def nothing_to_store(self, state: State, robot: int) -> list[Any] | None:
        """Store: nothing is left to put down."""
        return [] if state.served[robot] == 0 else None

    def _stations(self, state: State, robot: int) -> list[Cell]:
        """Sorts the workstations by the time until they take a shelf."""
        steps = self.travel.steps_to(state.at[robot], self.workstations, layer_of(state, robot))
        times = np.array(steps) + np.where(self.travel.view.packages_left > 0.0, 0.0, self.package_wait)
        reached = sorted(zip(times.tolist(), self.workstations, strict=True))
        return [cell for time, cell in reached if time < np.inf]


def layer_of(state: State, robot: int) -> int:
    """Gives the layer of cells that are open to a robot in the planner's state."""
    return LIGHT if state.room[robot] > 0 else FULL
