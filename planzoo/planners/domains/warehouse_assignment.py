"""Which robot fetches which shelf: costs of errands, and three ways to give them out.

A cost is the time until the robot is under the shelf and has brought it to a workstation, less what the order
is worth in time. Robots that bring a delivered shelf back take part: the storage for that shelf is chosen
together with the one to fetch next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, Request, WarehouseModel
from planzoo.errors import InputError
from planzoo.planners.coordination import NO_TASK, contract_net, hungarian_assignment, nearest_assignment
from planzoo.planners.domains.warehouse_energy import Energy
from planzoo.planners.domains.warehouse_errands import Burden, Errand, RobotMemory, Role
from planzoo.planners.domains.warehouse_travel import FULL, LIGHT, Floats, Travel

METHODS = ("hungarian", "nearest", "contract_net")
"""How tasks can be assigned."""
LOYALTY = 1.0
"""Steps by which another robot must be better before a shelf changes hands."""
MOST_PLACES = 64
"""How many places for a shelf a robot considers."""
URGENT_STEPS = 100.0
"""An order that expires in less than so many steps becomes more urgent."""


@dataclass
class Bids:
    """What errands cost and who got them.

    Attributes:
        robots: the n robots that could take one.
        requests: the m requests.
        costs: float64 (n, m), ``np.inf`` = impossible.
        times: float64 (n, m), steps until the shelf is delivered.
        places: for robots with a delivered shelf and no room, the places chosen with each request.
        chosen: robot → number of its request.
        messages: how many a contract net took.
    """

    robots: list[int]
    requests: list[Request]
    costs: Floats
    times: Floats
    places: dict[int, list[Cell | None]] = field(default_factory=dict)
    chosen: dict[int, int] = field(default_factory=dict)
    messages: int = 0


class Assignment:
    """Assigns shelves to robots, in the situation that travel looks at.

    Args:
        model: map and rules.
        travel: distances.
        energy: what errands take.
        method: one of ``METHODS``.

    Raises:
        InputError: unknown method.
    """

    def __init__(self, model: WarehouseModel, travel: Travel, energy: Energy, method: str) -> None:
        if method not in METHODS:
            raise InputError(f"There is no assignment '{method}'; choose one of {', '.join(METHODS)}.")
        self.model, self.travel, self.energy, self.method = model, travel, energy, method
        params = model.params
        self.lift: NDArray[np.int64] = np.array([kind.lift_class for kind in params.kind_of_robot])
        self.heavy_weight = params.heavy_weight

    def bid(
        self, robots: list[int], requests: list[Request], burdens: Sequence[Burden], free: Sequence[Cell]
    ) -> Bids:
        """Works out what every robot would take for every request.

        Args:
            robots: those that may get one: they carry nothing that an order waits for.
            requests: shelves that stand in storage.
            burdens: of all robots.
            free: storage where a shelf may be put down.
        """
        cells = [request.cell for request in requests]
        shape = len(robots), len(requests)
        bids = Bids(robots, requests, np.full(shape, np.inf), np.full(shape, np.inf))
        if not robots or not requests:
            return bids
        fetch = self._fetch_times(bids, burdens, free)
        deliver = self.travel.legs(cells, self.model.workstations, LIGHT).min(axis=1)
        paces = self.travel.paces[robots][:, np.newaxis]
        total = fetch + 1.0 + deliver * paces
        left = np.array([request.steps_left for request in requests])
        possible = (total <= left) & self.energy.suffices(robots, fetch / paces, cells)
        bids.times = np.where(possible, total, np.inf)
        bids.costs = np.where(possible, total - self._worth_in_steps(requests, total), np.inf)
        return bids

    def assign(self, bids: Bids, memories: Sequence[RobotMemory]) -> dict[int, Errand]:
        """Gives the requests out; fills ``chosen`` and ``messages`` of the bids."""
        if not bids.costs.size:
            return {}
        costs = bids.costs.copy()
        columns = {request.cell: number for number, request in enumerate(bids.requests)}
        for row, robot in enumerate(bids.robots):
            errand = memories[robot].errand
            if errand.role is Role.FETCH and errand.cell in columns:
                costs[row, columns[errand.cell]] -= LOYALTY
        tasks = self._solve(bids, costs)
        errands = {}
        for row, robot in enumerate(bids.robots):
            if tasks[row] == NO_TASK:
                continue
            number = int(tasks[row])
            bids.chosen[robot] = number
            place = bids.places[robot][number] if robot in bids.places else None
            request = bids.requests[number]
            errands[robot] = Errand(Role.FETCH, request.cell, place, request.needs_tool)
        return errands

    def detours(
        self, carriers: Sequence[int], requests: Sequence[Request], burdens: Sequence[Burden]
    ) -> dict[int, Errand]:
        """Lets robots with room take another shelf along where that is quicker than a trip of its own.

        Args:
            carriers: robots that carry a requested shelf and have room.
            requests: those that nobody fetches.
            burdens: of all robots.
        """
        errands: dict[int, Errand] = {}
        left = list(requests)
        for robot in carriers:
            fitting = [
                request
                for request in left
                if self._can_lift(robot, request) and (burdens[robot][3] or not request.needs_tool)
            ]
            if not fitting:
                continue
            best, saving = self._best_detour(robot, fitting)
            if saving > 0.0:
                errands[robot] = Errand(Role.FETCH, best.cell, needs_tool=best.needs_tool)
                left.remove(best)
        return errands

    def places(
        self, errands: Mapping[int, Errand], burdens: Sequence[Burden], free: Sequence[Cell]
    ) -> dict[int, Cell]:
        """Gives the robots that bring shelves back different places to put them down.

        Args:
            errands: of all robots; a place named there is kept if nobody nearer has it.
            burdens: of all robots.
            free: storage where a shelf may be put down.
        """
        returning = [robot for robot in errands if burdens[robot][1] > 0 and burdens[robot][0] == 0]
        chosen: dict[int, Cell] = {}
        left = list(free)
        for robot in sorted(returning, key=lambda each: (errands[each].place is None, each)):
            wanted = errands[robot].place
            if wanted not in left:
                wanted = self._nearest_place(robot, left if burdens[robot][2] < 0 else self._empty(left))
            if wanted is not None:
                chosen[robot] = wanted
                left.remove(wanted)
        return chosen

    def _empty(self, places: Sequence[Cell]) -> list[Cell]:
        """Leaves out places where robots are: they might not get out past a pair."""
        occupied = {(row, column) for row, column in self.travel.view.positions.tolist()}
        return [place for place in places if place not in occupied]

    def _nearest_place(self, robot: int, free: Sequence[Cell]) -> Cell | None:
        layer = FULL if self.travel.full[robot] else LIGHT
        times = self.travel.times([robot], free, layer)[0]
        return None if times.min(initial=np.inf) == np.inf else free[int(times.argmin())]

    def _fetch_times(self, bids: Bids, burdens: Sequence[Burden], free: Sequence[Cell]) -> Floats:
        cells = [request.cell for request in bids.requests]
        times = self.travel.times(bids.robots, cells, LIGHT)
        full = [robot for robot in bids.robots if self.travel.full[robot]]
        if full:
            rows = [bids.robots.index(robot) for robot in full]
            times[rows] = self._times_by_way_of_storage(bids, full, free)
        for column, request in enumerate(bids.requests):
            if request.needs_tool:
                times[:, column] = self._times_with_tool(bids.robots, times[:, column], request.cell, burdens)
            if request.heavy:
                times[self.lift[bids.robots] < self.heavy_weight, column] = np.inf
        return times

    def _times_by_way_of_storage(self, bids: Bids, robots: list[int], free: Sequence[Cell]) -> Floats:
        """Gives the times of robots that must put a shelf down first, and notes where they would."""
        cells = [request.cell for request in bids.requests]
        places = list(free)
        there = self.travel.times(robots, places, FULL)
        if len(places) > MOST_PLACES:
            nearest = np.argsort(there.min(axis=0), kind="stable")[:MOST_PLACES]
            places, there = [places[number] for number in nearest], there[:, nearest]
        if not places:
            return np.full((len(robots), len(cells)), np.inf)
        onwards = (
            self.travel.legs(places, cells, LIGHT, after_storing=True)[np.newaxis]
            * self.travel.paces[robots][:, None, None]
        )
        ways = there[:, :, np.newaxis] + 1.0 + onwards
        best = ways.argmin(axis=1)
        for row, robot in enumerate(robots):
            bids.places[robot] = [places[place] for place in best[row]]
        return np.take_along_axis(ways, best[:, np.newaxis, :], axis=1)[:, 0, :]

    def _times_with_tool(
        self, robots: Sequence[int], times: Floats, cell: Cell, burdens: Sequence[Burden]
    ) -> Floats:
        """Adds the way by a crib where a tool is missing."""
        crib_times = np.full(len(robots), np.inf)
        if self.model.cribs and self.travel.view.tools_left > 0.0:
            onwards = self.travel.legs(self.model.cribs, [cell], LIGHT)[:, 0]
            crib_times = (self.travel.times(robots, self.model.cribs, LIGHT) + onwards).min(axis=1) + 1.0
        empty = np.array([burdens[robot][0] + burdens[robot][1] == 0 for robot in robots])
        has = np.array([burdens[robot][3] for robot in robots])
        return np.where(has, times, np.where(empty, crib_times, np.inf))

    def _worth_in_steps(self, requests: Sequence[Request], total: Floats) -> Floats:
        """Gives what requests are worth, float64 (m,), in steps: the highest worth is a trip."""
        finite = total[np.isfinite(total)]
        trip = float(finite.mean()) if finite.size else 0.0
        worth = np.array([request.worth for request in requests])
        left = np.array([request.steps_left for request in requests])
        urgency = np.clip(1.0 - left / URGENT_STEPS, 0.0, 1.0) if self.model.params.deadline else 0.0
        return np.asarray(trip * (worth + 0.5 * urgency))

    def _solve(self, bids: Bids, costs: Floats) -> NDArray[np.int64]:
        if self.method == "hungarian":
            return hungarian_assignment(costs).tasks
        if self.method == "nearest":
            return nearest_assignment(costs).tasks
        contract = contract_net(costs, in_rounds=True)
        bids.messages = contract.messages
        return contract.assignment.tasks

    def _can_lift(self, robot: int, request: Request) -> bool:
        return not request.heavy or bool(self.lift[robot] >= self.heavy_weight)

    def _best_detour(self, robot: int, requests: Sequence[Request]) -> tuple[Request, float]:
        """Finds the request that saves most time if a robot takes it along."""
        cells, stations = [request.cell for request in requests], self.model.workstations
        there = self.travel.times([robot], cells, LIGHT)[0]
        deliver = self.travel.legs(cells, stations, LIGHT).min(axis=1) * self.travel.paces[robot]
        direct = self.travel.times([robot], stations, LIGHT)[0].min()
        # Both ways share the last leg; what can't be reached saves nothing.
        savings = direct - there - 1.0 if np.isfinite(direct) else np.full(len(cells), -np.inf)
        left = np.array([request.steps_left for request in requests])
        savings[there + 1.0 + deliver > left] = -np.inf
        best = int(savings.argmax())
        return requests[best], float(savings[best])


def reasons(bids: Bids, robot: int) -> dict[str, Any]:
    """Says with numbers why a robot got its request: its bid, and the lowest one of the others."""
    row, number = bids.robots.index(robot), bids.chosen[robot]
    others = np.delete(bids.costs[:, number], row)
    rival = float(others.min(initial=np.inf))
    return {"bid": float(bids.costs[row, number]), "rival": rival if np.isfinite(rival) else None}
