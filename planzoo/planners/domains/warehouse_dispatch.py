"""The fleet manager: which errand every robot is on, whatever the options of the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView, Request, WarehouseModel
from planzoo.planners.domains.warehouse_assignment import Assignment, reasons
from planzoo.planners.domains.warehouse_energy import TOP_UP, Energy
from planzoo.planners.domains.warehouse_errands import REST, Burden, Errand, RobotMemory, Role, cell_of
from planzoo.planners.domains.warehouse_pairs import form_team
from planzoo.planners.domains.warehouse_travel import FULL, LIGHT, Travel

PAIR_MARGIN = 1.5
"""How much more charge pairs start with: they can't part before their shelf is back in storage."""


@dataclass
class Dispatch:
    """Who is to do what.

    Attributes:
        errands: one for each robot.
        reasons: for robots that got a shelf: their bid and the lowest other one.
        messages: how many the contract net took.
    """

    errands: dict[int, Errand] = field(default_factory=dict)
    reasons: dict[int, dict[str, Any]] = field(default_factory=dict)
    messages: int = 0


@dataclass
class Desk:
    """What lies before the manager.

    Attributes:
        view: the situation.
        memories: what each robot is about.
        burdens: what is on each robot.
        low: bool (N,), robots that have to charge.
        open: the requested shelves that stand in storage and nobody was given yet.
        dispatch: what has been decided.
    """

    view: FleetView
    memories: Sequence[RobotMemory]
    burdens: Sequence[Burden]
    low: NDArray[np.bool_]
    open: list[Request]
    dispatch: Dispatch = field(default_factory=Dispatch)

    def give(self, errands: dict[int, Errand]) -> None:
        """Notes errands, and takes the shelves that they fetch off the open ones."""
        self.dispatch.errands.update(errands)
        taken = {errand.cell for errand in errands.values() if errand.role in (Role.FETCH, Role.LEAD)}
        self.open = [request for request in self.open if request.cell not in taken]

    def idle(self) -> list[int]:
        """Lists the robots that have no errand yet."""
        return [robot for robot in range(len(self.memories)) if robot not in self.dispatch.errands]


class Dispatcher:
    """Gives errands out, in the situation that travel looks at.

    Args:
        model: map and rules.
        travel: distances.
        method: how shelves are assigned, one of
            :data:`~planzoo.planners.domains.warehouse_assignment.METHODS`.
    """

    def __init__(self, model: WarehouseModel, travel: Travel, method: str) -> None:
        self.model, self.travel = model, travel
        self.energy = Energy(model, travel)
        self.assignment = Assignment(model, travel, self.energy, method)
        self._storage = np.zeros(model.passable.shape, dtype=np.bool_)
        self._storage[tuple(np.array(model.storage).T)] = True
        self._centrality: dict[Cell, float] = {}

    def decide(
        self,
        view: FleetView,
        memories: Sequence[RobotMemory],
        burdens: Sequence[Burden],
        low: NDArray[np.bool_],
    ) -> Dispatch:
        """Gives every robot an errand.

        Args:
            view: the situation, which travel has looked at.
            memories: what each robot is about.
            burdens: what is on each robot.
            low: bool (N,), robots that have to charge.
        """
        requests = [request for request in view.requests if not request.carried]
        desk = Desk(view, memories, burdens, low, requests)
        desk.give(dict.fromkeys(np.flatnonzero(self.travel.stalled).tolist(), REST))
        desk.give(self._pairs(desk))
        desk.give(self._charging(desk))
        desk.give(self._teams_that_stand(desk))
        self._assign_shelves(desk)
        self._form_teams(desk)
        self._take_along(desk)
        self._busy_the_rest(desk)
        self._choose_places(desk)
        return desk.dispatch

    def free_storage(self, view: FleetView, taken: Iterable[Cell | None] = ()) -> list[Cell]:
        """Lists storage where a shelf may be put down and that no other robot was given."""
        free = self._storage & ~view.standing_shelves
        rows, columns = view.positions[self.travel.stalled].T
        free[rows, columns] = False
        for cell in taken:
            if cell is not None:
                free[cell] = False
        return [(row, column) for row, column in np.argwhere(free).tolist()]

    def _pairs(self, desk: Desk) -> dict[int, Errand]:
        """Pairs that carry a shelf go on."""
        errands = {}
        for robot in np.flatnonzero((desk.view.partners >= 0) & ~self.travel.stalled).tolist():
            partner = int(desk.view.partners[robot])
            role = Role.LEAD if desk.view.loads[robot] > 0 else Role.FOLLOW
            before = desk.memories[robot].errand
            cell = before.cell or cell_of(desk.view, robot)
            errands[robot] = Errand(role, cell, before.place, before.needs_tool, partner)
        return errands

    def _charging(self, desk: Desk) -> dict[int, Errand]:
        errands = self.energy.give_bays(desk.memories, desk.low)
        return {robot: errand for robot, errand in errands.items() if robot not in desk.dispatch.errands}

    def _teams_that_stand(self, desk: Desk) -> dict[int, Errand]:
        """Teams on their way to a heavy shelf stay together while both can go on."""
        heavy = {(request.cell, request.needs_tool) for request in desk.open if request.heavy}
        idle = set(desk.idle())
        errands = {}
        for robot in sorted(idle):
            errand = desk.memories[robot].errand
            wanted = (errand.cell, errand.needs_tool) in heavy
            if errand.role is not Role.LEAD or not wanted or errand.partner not in idle:
                continue
            other = desk.memories[errand.partner].errand
            side_is_open = other.cell is not None and self.travel.is_open(other.cell, FULL)
            if other.role is Role.ASSIST and other.partner == robot and side_is_open:
                errands.update({robot: errand, errand.partner: other})
        return errands

    def _assign_shelves(self, desk: Desk) -> None:
        free = self.free_storage(desk.view)
        robots = [robot for robot in desk.idle() if desk.burdens[robot][0] == 0]
        bids = self.assignment.bid(robots, desk.open, desk.burdens, free)
        desk.give(self.assignment.assign(bids, desk.memories))
        desk.dispatch.reasons = {robot: reasons(bids, robot) for robot in bids.chosen}
        desk.dispatch.messages = bids.messages

    def _form_teams(self, desk: Desk) -> None:
        """Robots that got no shelf for themselves lift heavy ones together, the most valuable first."""
        if not self.model.params.heavy_share:
            return
        tools = np.array([burden[3] for burden in desk.burdens])
        heavy = [request for request in desk.open if request.heavy]
        for request in sorted(heavy, key=lambda each: (-each.worth, each.steps_left, each.cell)):
            robots = self._rested(desk, request)
            team = form_team(request, robots, tools, self.model, self.travel)
            if team is None or team.cost > request.steps_left:
                continue
            lead = Errand(Role.LEAD, request.cell, None, request.needs_tool, team.helper)
            desk.give({team.lifter: lead, team.helper: Errand(Role.ASSIST, team.side, partner=team.lifter)})
            desk.dispatch.reasons[team.lifter] = {"bid": team.cost, "rival": None}

    def _rested(self, desk: Desk, request: Request) -> list[int]:
        """Lists the idle robots whose battery is good for carrying a shelf."""
        robots = [robot for robot in desk.idle() if sum(desk.burdens[robot][:2]) == 0]
        steps = self.travel.steps(robots, [request.cell], LIGHT)
        suffices = self.energy.suffices(robots, steps, [request.cell], PAIR_MARGIN)[:, 0]
        return [robot for robot, rested in zip(robots, suffices.tolist(), strict=True) if rested]

    def _take_along(self, desk: Desk) -> None:
        """Robots with a requested shelf and room for another take one along that lies on the way."""
        carriers = [
            robot for robot in desk.idle() if desk.burdens[robot][0] > 0 and not self.travel.full[robot]
        ]
        kept, cells = {}, {request.cell for request in desk.open}
        for robot in carriers:
            errand = desk.memories[robot].errand
            if errand.role is Role.FETCH and errand.cell in cells:
                kept[robot] = errand
        desk.give(kept)
        left = [robot for robot in carriers if robot not in kept]
        desk.give(self.assignment.detours(left, desk.open, desk.burdens))

    def _busy_the_rest(self, desk: Desk) -> None:
        """Robots without a shelf charge, bring tools back that others need, or wait for work."""
        empty = [robot for robot in desk.idle() if sum(desk.burdens[robot][:2]) == 0]
        if self.energy.enabled:
            charge = desk.view.charge
            tired = [robot for robot in empty if charge[robot] < TOP_UP]
            taken = [errand.cell for errand in desk.dispatch.errands.values() if errand.role is Role.CHARGE]
            desk.give(self.energy.nearest_bays(tired, self.energy.free_bays(taken)))
        needed = any(request.needs_tool for request in desk.open)
        if needed and desk.view.tools_left <= 0.0:
            holders = [robot for robot in empty if desk.view.tools[robot] and robot in desk.idle()]
            desk.give({robot: Errand(Role.RETURN_TOOL) for robot in holders})
        self._park(desk, [robot for robot in desk.idle() if sum(desk.burdens[robot][:2]) == 0])
        desk.give(dict.fromkeys(desk.idle(), REST))

    def _park(self, desk: Desk, robots: list[int]) -> None:
        """Lets idle robots wait below shelves in the middle of the storage, in nobody's way."""
        if not robots:
            return
        wanted = {errand.cell for errand in desk.dispatch.errands.values()}
        wanted.update(request.cell for request in desk.open)
        standing = np.argwhere(self._storage & desk.view.standing_shelves).tolist()
        places = [(row, column) for row, column in standing if (row, column) not in wanted]
        for robot in robots:
            before = desk.memories[robot].errand
            if before.role is Role.REST and before.cell in places:
                desk.give({robot: before})
                places.remove(before.cell)
            elif places:
                times = self.travel.times([robot], places, LIGHT)[0] + self._central(places)
                if times.min() < np.inf:
                    desk.give({robot: Errand(Role.REST, places.pop(int(times.argmin())))})

    def _central(self, places: Sequence[Cell]) -> NDArray[np.float64]:
        """Gives the mean steps from places to all storage."""
        for place in places:
            if place not in self._centrality:
                offsets = np.abs(np.array(self.model.storage) - place).sum(axis=1)
                self._centrality[place] = float(offsets.mean())
        return np.array([self._centrality[place] for place in places])

    def _choose_places(self, desk: Desk) -> None:
        """Gives the robots that bring shelves back a place each."""
        errands = desk.dispatch.errands
        sides = [errand.cell for errand in errands.values() if errand.role is Role.ASSIST]
        free = self.free_storage(desk.view, sides)
        for robot, place in self.assignment.places(errands, desk.burdens, free).items():
            old = errands[robot]
            errands[robot] = Errand(old.role, old.cell, place, old.needs_tool, old.partner)
