"""A way out from supply to supply, for mazes in which nobody gets out without eating and drinking on the way.

Best-first search (Dechter and Pearl, "Generalized best-first search strategies", JACM 1985) over the supplies
that are fetched one after the other: between two of them the agent takes the safest short way, rests when it
has to, and uses what it carries as soon as nothing of it is wasted. What it finds need not be the shortest.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    GROUND_CODES,
    HAZARD_CODE,
    ITEM_SHIFT,
    KEY,
    MOST_NEED,
    WALL,
)
from planzoo.planners.domains.maze_masks import neighbours
from planzoo.planners.domains.maze_steps import ENERGY, NEED_OF, Body, Label, Maze, Steps
from planzoo.planners.pathfinding.cost_field import CLOSED, CostField

MOST_FETCHED = 1500
"""Ways to supplies that a search may try."""
NEAREST = 6
"""Supplies that are tried next from each, the nearest ones and those nearest to the way out."""
HAZARD_STEPS = 25
"""Steps that an agent goes out of its way around a hazard."""


def supplied_way(maze: Maze, body: Body, distances: NDArray[np.int64], latest: int) -> Label | None:
    """Searches a way out past supplies.

    Args:
        maze: as the agent finds it.
        body: the agent.
        distances: int64 (C,), moves from each cell to the nearest exit.
        latest: the last step in which arriving is of use.

    Returns:
        The label of the arrival; None if no way was found.
    """
    return _Provisions(maze, distances, latest).run(body)


class _Provisions:
    """The search."""

    def __init__(self, maze: Maze, distances: NDArray[np.int64], latest: int) -> None:
        self.maze, self.params, self.distances, self.latest = maze, maze.params, distances, latest
        self.steps = Steps(maze)
        self._costs = self._cell_costs()
        items = maze.codes >> ITEM_SHIFT
        supplies = np.flatnonzero((items > 0) & (items <= KEY)).tolist()
        self._supplies = [cell for cell in supplies if cell not in maze.taken]
        self._exits = np.flatnonzero(maze.codes & GROUND_CODES == EXIT).tolist()
        self._fields: dict[int, CostField] = {}

    def _cell_costs(self) -> NDArray[np.int64]:
        codes = self.maze.codes
        costs = np.ones(len(codes), dtype=np.int64)
        costs[codes & HAZARD_CODE != 0] += HAZARD_STEPS
        ground = codes & GROUND_CODES
        costs[(ground == WALL) | (ground == DOOR)] = CLOSED
        return costs

    def run(self, body: Body) -> Label | None:
        """Gives the label of the first arrival that is found."""
        start = Label(0, body, frozenset(), frozenset())
        waiting = [(self._bound(start), 0, start)]
        count = 0
        while waiting and count < MOST_FETCHED:
            _, _, label = heapq.heappop(waiting)
            out = self._leave(label)
            if out is not None:
                return out
            for after in self._fetches(label):
                count += 1
                heapq.heappush(waiting, (self._bound(after), count, after))
        return None

    def _bound(self, label: Label) -> int:
        return label.time + int(self.distances[label.body.cell])

    def _leave(self, label: Label) -> Label | None:
        """Goes to the nearest exit; None if the agent does not live or is too late."""
        field = self._field(label.body.cell)
        goal = min(self._exits, key=lambda cell: int(field.totals[cell]))
        out = self._walk(label, goal)
        return None if out is None or out.time > self.latest else out

    def _fetches(self, label: Label) -> Iterator[Label]:
        """Gives what follows from fetching each of the supplies that come into question next."""
        field = self._field(label.body.cell)
        left = [cell for cell in self._supplies if cell not in label.taken and field.reaches(cell)]
        near = sorted(left, key=lambda cell: int(field.totals[cell]))[:NEAREST]
        ahead = sorted(left, key=lambda cell: int(field.totals[cell] + self.distances[cell]))[:NEAREST]
        for cell in dict.fromkeys((*near, *ahead)):
            there = self._walk(label, cell)
            taken = None if there is None else self.steps.pick_up(there)
            if taken is not None:
                yield taken

    def _field(self, cell: int) -> CostField:
        if cell not in self._fields:
            self._fields[cell] = CostField(self._costs, self.maze.across, cell)
        return self._fields[cell]

    def _walk(self, label: Label, goal: int) -> Label | None:
        """Goes to a cell; None if there is no way, or the agent does not live through it."""
        field = self._field(label.body.cell)
        if not field.reaches(goal):
            return None
        at: Label | None = label
        for cell in field.path(goal):
            at = None if at is None else self._step(at, cell)
        return at

    def _step(self, label: Label, cell: int) -> Label | None:
        """Uses what is needed, rests while there is no energy for a move, and moves."""
        at = self._tend(label)
        while at is not None and at.body.needs[ENERGY] < self.params.move_energy:
            at = self.steps.rest(at)
        if at is None:
            return None
        return self.steps.move(at, neighbours(self.maze.across, at.body.cell).index(cell), cell)

    def _tend(self, label: Label) -> Label | None:
        """Uses what is carried as soon as nothing of it is wasted."""
        gains = (self.params.food_gain, self.params.water_gain, self.params.medicine_gain)
        for item, gain in enumerate(gains):
            if label.body.items[item] and label.body.needs[NEED_OF[item]] <= max(0.0, MOST_NEED - gain):
                return self.steps.use(label, item)
        return label
