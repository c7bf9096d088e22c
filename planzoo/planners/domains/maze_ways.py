"""One agent's shortest way out of a maze that is known completely.

It is searched by A* (Hart, Nilsson and Raphael, "A formal basis for the heuristic determination of minimum
cost paths", 1968) over cells, keys and doors, with labels of health, needs and energy of which only those are
kept that no other reaches as early with as much of everything (Martins, "On a multicriteria shortest path
problem", EJOR 1984). Where that takes too long, because the way leads past many supplies, it is searched from
supply to supply, see :mod:`planzoo.planners.domains.maze_provisions`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.state import EXIT, ITEM_SHIFT, KEY, MOST_NEED, SAFE_ROOM
from planzoo.planners.domains.maze_masks import neighbours
from planzoo.planners.domains.maze_provisions import supplied_way
from planzoo.planners.domains.maze_steps import ENERGY, HEALTH, Body, Label, Maze, Steps
from planzoo.planners.pathfinding.cost_field import FAR

MOST_LABELS = 20_000
"""Labels that a search for one agent may take up before it gives up."""


def shortest_way(maze: Maze, body: Body, distances: NDArray[np.int64]) -> Label | None:
    """Searches one agent's way out; gives None if none was found.

    It is searched without supplies first. Where no way was given up because the agent would have died on it,
    supplies cannot make it earlier; else a second search has them, and a third also rests in which health
    comes back.
    """
    search = Search(maze, distances)
    label = search.run(body)
    if not search.steps.died:
        return label
    for rests in (False, True):
        latest = maze.params.max_steps if label is None else label.time - 1
        search = Search(maze, distances, supplies=True, rests=rests, latest=latest)
        better = search.run(body)
        label = label if better is None else better
    if label is None and not search.is_complete:
        return supplied_way(maze, body, distances, maze.params.max_steps)
    return label


class Search:
    """A* over labels.

    Args:
        maze: as the agent finds it.
        distances: of its cells from the exits.
        supplies: whether to use supplies.
        rests: whether to rest for health.
        latest: the last step in which arriving is of use.

    Attributes:
        steps: what actions lead to.
        is_complete: whether the search ended by itself, so that there is no other way.
    """

    def __init__(
        self,
        maze: Maze,
        distances: NDArray[np.int64],
        supplies: bool = False,
        rests: bool = False,
        latest: int | None = None,
    ) -> None:
        self.maze, self.params, self.distances = maze, maze.params, distances
        self.steps = Steps(maze)
        self.supplies, self.rests = supplies, rests
        self.most_labels = MOST_LABELS // 4 if rests else MOST_LABELS
        self.latest = self.params.max_steps if latest is None else latest
        self.is_complete = False
        self._kept: dict[tuple[int, frozenset[int]], list[tuple[float, ...]]] = {}

    def run(self, body: Body) -> Label | None:
        """Gives the label of the first arrival, None if there is none within ``MOST_LABELS``."""
        start = Label(0, body, frozenset(), frozenset())
        waiting = [(self._bound(start), 0, start)]
        count = 0
        while waiting and count < self.most_labels:
            _, _, label = heapq.heappop(waiting)
            if label.time and self.maze.ground(label.body.cell) == EXIT:
                return label
            for after in self._next(label):
                if self._is_new(after):
                    count += 1
                    heapq.heappush(waiting, (self._bound(after), count, after))
        self.is_complete = not waiting
        return None

    def _bound(self, label: Label) -> float:
        moves = int(self.distances[label.body.cell])
        lacking = moves * self.params.move_energy - label.body.needs[ENERGY]
        rested = 2.0 * self.params.rest_energy
        return label.time + moves + (max(0.0, np.ceil(lacking / rested - 1e-9)) if rested > 0 else 0.0)

    def _is_new(self, label: Label) -> bool:
        """Tells whether no other label is as good in everything, and keeps it then."""
        if self.distances[label.body.cell] >= FAR or self._bound(label) > self.latest:
            return False
        goods = label.goods()
        kept = self._kept.setdefault((label.body.cell, label.opened | label.taken), [])
        if any(all(mine <= theirs for mine, theirs in zip(goods, other, strict=True)) for other in kept):
            return False
        kept[:] = [o for o in kept if not all(t <= m for m, t in zip(goods, o, strict=True))] + [goods]
        return True

    def _next(self, label: Label) -> Iterator[Label]:
        """Gives what follows from each action."""
        for direction, cell in enumerate(neighbours(self.maze.across, label.body.cell)):
            for before in (label, self.steps.wait_for(label, cell)):
                moved = None if before is None else self.steps.move(before, direction, cell)
                if moved is not None:
                    yield moved
        for after in (self._rest(label), self._pick_up(label), *self.steps.uses(label)):
            if after is not None:
                yield after

    def _pick_up(self, label: Label) -> Label | None:
        """Takes keys, and supplies where they are looked for."""
        item = (int(self.maze.codes[label.body.cell]) >> ITEM_SHIFT) - 1
        return self.steps.pick_up(label) if self.supplies or item == KEY else None

    def _rest(self, label: Label) -> Label | None:
        """Rests where it gives most, where energy is spent, and where health comes back."""
        needs = label.body.needs
        safe = self.maze.ground(label.body.cell) == SAFE_ROOM and needs[ENERGY] < MOST_NEED
        healing = self.rests and self.params.regeneration > 0 and needs[HEALTH] < MOST_NEED
        if needs[ENERGY] < self.params.move_energy or safe or healing:
            return self.steps.rest(label)
        return None
