"""Two robots with one heavy shelf: who lifts with whose help, and how the pair drives.

A pair is a train of two cells, the carrier and its partner side by side, that either of them can lead; the
other is pulled along; :mod:`planzoo.planners.domains.warehouse_pair_paths` has its exact distances. Single
robots make room for the leader, which the path planner moves before all others; when that fails for a while,
the pair backs away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView, Request, WarehouseModel
from planzoo.planners.domains.warehouse_errands import cell_of
from planzoo.planners.domains.warehouse_pair_paths import NO_WAY, pair_distances
from planzoo.planners.domains.warehouse_travel import LIGHT, Travel
from planzoo.planners.pathfinding.graph import NO_VERTEX
from planzoo.planners.pathfinding.pibt_arrays import QUARTER_TURNS

PATIENCE, RETREAT, LONGEST_RETREAT = 4, 6, 24
"""Steps that a pair is blocked before it backs away, for how many at first, and for how many at most."""


class Team(NamedTuple):
    """Two robots that are to lift a heavy shelf together.

    Attributes:
        lifter: the robot under the shelf.
        helper: the robot at its side.
        side: where the helper stands.
        cost: the time until both are there.
    """

    lifter: int
    helper: int
    side: Cell
    cost: float


class Drive(NamedTuple):
    """What a pair does next.

    Attributes:
        leader: the robot that drives; the other is pulled.
        direction: where it drives to, 0 up, 1 down, 2 left, 3 right.
        target: the cell that it enters.
    """

    leader: int
    direction: int
    target: Cell


@dataclass
class PairMemory:
    """What a carrier remembers while it drives with its partner.

    Attributes:
        blocked: steps in a row in which the pair could not do what it wanted.
        retreat: steps for which it still backs away.
        attempts: how often it has backed away on its way to the goal.
        places: the cells of the pair in the last step.
        goal: where it drove to in the last step.
    """

    blocked: int = 0
    retreat: int = 0
    attempts: int = 0
    places: tuple[Cell, Cell] | None = None
    goal: Cell | None = None


def form_team(
    request: Request,
    robots: Sequence[int],
    tools: NDArray[np.bool_],
    model: WarehouseModel,
    travel: Travel,
) -> Team | None:
    """Chooses the two robots that can be at a heavy shelf first.

    Args:
        request: the shelf.
        robots: those that have neither load nor errand.
        tools: bool (N,), robots that have a tool.
        model: map and robots.
        travel: distances.

    Returns:
        The team, or None if no two robots are strong enough, or none may lift or stand beside the shelf. Who
        could lift it alone does not lead a team.
    """
    sides = [cell for cell in travel.around(request.cell) if can_help_from(cell, model, travel)]
    if not sides or len(robots) < 2:
        return None
    there = travel.times(robots, [request.cell], LIGHT)[:, 0]
    beside = travel.times(robots, sides, LIGHT)
    lift = [model.params.kind_of_robot[robot].lift_class for robot in robots]
    best: Team | None = None
    for one, lifter in enumerate(robots):
        if lift[one] >= model.params.heavy_weight or (request.needs_tool and not tools[lifter]):
            continue
        for other, helper in enumerate(robots):
            if other == one or lift[one] + lift[other] < model.params.heavy_weight:
                continue
            side = int(beside[other].argmin())
            cost = float(max(there[one], beside[other, side]))
            if cost < np.inf and (best is None or cost < best.cost):
                best = Team(lifter, helper, sides[side], cost)
    return best


def can_help_from(cell: Cell, model: WarehouseModel, travel: Travel) -> bool:
    """Tells whether a robot can help from a cell: there it would neither lift a shelf nor borrow a tool."""
    return bool(travel.open_for_full[cell]) and cell not in model.cribs and cell not in model.chargers


class PairDriver:
    """Finds the next step of pairs.

    Args:
        model: map and rules.
        travel: distances and the map as it is now.
    """

    def __init__(self, model: WarehouseModel, travel: Travel) -> None:
        self.turning = model.params.movement == "turn"
        self.travel = travel
        self._graph = travel.fields.graph
        self._known: dict[tuple[bytes, int], NDArray[np.int32]] = {}

    def next_drive(self, carrier: int, goal: Cell, memory: PairMemory) -> Drive | None:
        """Chooses who leads where; None if the pair is there or cannot get there.

        Args:
            carrier: the robot with the shelf.
            goal: where it is to go.
            memory: the carrier's, changed.
        """
        view = self.travel.view
        partner = int(view.partners[carrier])
        places = cell_of(view, carrier), cell_of(view, partner)
        self._note_progress(memory, places, goal)
        steps = self._distances(goal)
        here = self._steps(steps, *places)
        after = [
            (self._steps_after(steps, drive, carrier), drive) for drive in self._drives(carrier, partner)
        ]
        if memory.retreat > 0:
            return self._retreat(after, carrier if memory.attempts % 2 else partner)
        nearer = [(left + self._turns(drive), drive) for left, drive in after if left < here]
        return min(nearer)[1] if nearer else None

    def _note_progress(self, memory: PairMemory, places: tuple[Cell, Cell], goal: Cell) -> None:
        if memory.goal != goal:
            memory.goal, memory.attempts, memory.retreat = goal, 0, 0
        memory.blocked = memory.blocked + 1 if places == memory.places else 0
        memory.places = places
        if memory.retreat > 0:
            memory.retreat -= 1
        elif memory.blocked > PATIENCE:
            memory.attempts += 1
            memory.blocked, memory.retreat = 0, min(LONGEST_RETREAT, RETREAT * memory.attempts)

    def _retreat(self, after: list[tuple[int, Drive]], leader: int) -> Drive | None:
        """Backs away from the goal, led by one and the same robot; to where nobody is, if it can."""
        taken = {(row, column) for row, column in self.travel.view.positions.tolist()}
        ways = [
            (drive.target in taken, left == NO_WAY, -left, drive)
            for left, drive in after
            if drive.leader == leader
        ]
        return min(ways)[-1] if ways else None

    def _drives(self, carrier: int, partner: int) -> list[Drive]:
        """Lists what the pair could do if nobody else were there."""
        view, graph = self.travel.view, self._graph
        own = cell_of(view, carrier), cell_of(view, partner)
        found = []
        for leader, cell in zip((carrier, partner), own, strict=True):
            for direction, ahead in enumerate(graph.arrays.neighbours[graph.vertex_at[cell]].tolist()):
                if ahead == NO_VERTEX:
                    continue
                row, column = graph.cells[ahead].tolist()
                if self.travel.open_for_full[row, column] and (row, column) not in own:
                    found.append(Drive(leader, direction, (row, column)))
        return found

    def _distances(self, goal: Cell) -> NDArray[np.int32]:
        graph = self._graph
        open_vertices = self.travel.open_for_full[graph.cells[:, 0], graph.cells[:, 1]]
        key = open_vertices.tobytes(), int(graph.vertex_at[goal])
        if key not in self._known:
            if len(self._known) >= 64:
                self._known.clear()
            self._known[key] = pair_distances(graph.arrays, open_vertices, key[1])
        return self._known[key]

    def _steps_after(self, steps: NDArray[np.int32], drive: Drive, carrier: int) -> int:
        behind = cell_of(self.travel.view, drive.leader)
        places = (drive.target, behind) if drive.leader == carrier else (behind, drive.target)
        return self._steps(steps, *places)

    def _steps(self, steps: NDArray[np.int32], carrier: Cell, partner: Cell) -> int:
        vertex = self._graph.vertex_at[carrier]
        sides = self._graph.arrays.neighbours[vertex] == self._graph.vertex_at[partner]
        return int(steps[vertex, int(sides.argmax())])

    def _turns(self, drive: Drive) -> int:
        if not self.turning:
            return 0
        return QUARTER_TURNS[int(self.travel.view.directions[drive.leader])][drive.direction]


def is_together(view: FleetView, lifter: int, helper: int, shelf: Cell, side: Cell) -> bool:
    """Tells whether a team is in place, so that both can load in this step."""
    places = view.positions[[lifter, helper]].tolist()
    return places == [list(shelf), list(side)] and bool(view.ready[[lifter, helper]].all())
