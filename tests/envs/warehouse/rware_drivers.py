"""Drives rware's robots with a purpose, so that episodes hold many deliveries, queues and jams."""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.movement import TURN_ACTIONS
from planzoo.envs.warehouse.state import FORWARD, TOGGLE_LOAD, TURN_LEFT, TURN_RIGHT

Place = tuple[int, int]
STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))
LEFT_OF = (2, 3, 1, 0)
DETOUR = 12
"""For so many steps a robot that was held up drives around the others."""


class Drivers:
    """Sends robots to requested shelves, workstations and free storage.

    Each drives as if it were alone until another holds it up: enough for jams, and for getting out of them.

    Args:
        peer: the rware environment.
    """

    def __init__(self, peer: Any) -> None:
        self.peer = peer
        size = peer.grid_size
        self.neighbours = {place: neighbours_of(place, size) for place in np.ndindex(*size)}
        self.storage = frozenset(place for place in self.neighbours if not peer.highways[place])
        self.aisles = frozenset(self.neighbours) - self.storage
        self.detours = [0] * peer.n_agents
        self.moves: NDArray[np.int64] = np.zeros(peer.n_agents, dtype=np.int64)
        self.distances = lru_cache(maxsize=4096)(self._distances)

    def actions(self, random: np.random.Generator, noise: float) -> NDArray[np.int64]:
        """Gives a move for each robot; a share of ``noise`` is random, and so is each robot's message."""
        requested, stations, free = self._places()
        moves = np.zeros(len(self.peer.agents), dtype=np.int64)
        for number, agent in enumerate(self.peer.agents):
            if agent.carrying_shelf is None:
                moves[number] = self._move(agent, requested, loaded=False)
            else:
                wanted = agent.carrying_shelf in self.peer.request_queue
                moves[number] = self._move(agent, stations if wanted else free, loaded=True)
        noisy = random.random(len(moves)) < noise
        self.moves = np.where(noisy, random.integers(TURN_ACTIONS, size=len(moves)), moves)
        return self.moves + TURN_ACTIONS * random.integers(1 << self.peer.msg_bits, size=len(moves))

    def _places(self) -> tuple[frozenset[Place], frozenset[Place], frozenset[Place]]:
        """Gives where requested shelves are, where the workstations are, and where there is free storage."""
        requested = frozenset((int(shelf.y), int(shelf.x)) for shelf in self.peer.request_queue)
        stations = frozenset((row, column) for column, row in self.peer.goals)
        standing = {(int(shelf.y), int(shelf.x)) for shelf in self.peer.shelfs}
        return requested, stations, self.storage - standing

    def _move(self, agent: Any, targets: frozenset[Place], loaded: bool) -> int:
        here = (int(agent.y), int(agent.x))
        if here in targets:
            return TOGGLE_LOAD
        distances = self.distances(targets, loaded, self._obstacles(agent))
        nearer = [
            direction
            for direction, (down, right) in enumerate(STEPS)
            if distances.get((here[0] + down, here[1] + right), 10**6) < distances.get(here, 10**6)
        ]
        if not nearer or agent.dir.value in nearer:
            return FORWARD
        return TURN_LEFT if LEFT_OF[agent.dir.value] == nearer[0] else TURN_RIGHT

    def _obstacles(self, agent: Any) -> frozenset[Place]:
        """Gives where robots are near this one, if it has wanted to drive lately and could not."""
        number = agent.id - 1
        failed = self.moves[number] == FORWARD and (agent.prev_y, agent.prev_x) == (agent.y, agent.x)
        self.detours[number] = DETOUR if failed else max(0, self.detours[number] - 1)
        if not self.detours[number]:
            return frozenset()
        others = {(int(other.y), int(other.x)) for other in self.peer.agents if other is not agent}
        return frozenset(others.intersection(self.neighbours[int(agent.y), int(agent.x)]))

    def _distances(
        self, targets: frozenset[Place], loaded: bool, obstacles: frozenset[Place]
    ) -> dict[Place, int]:
        """Measures the steps from each place to the nearest target; with a load, along aisles only."""
        distances, queue = dict.fromkeys(targets, 0), deque(targets)
        while queue:
            place = queue.popleft()
            for cell in self.neighbours[place]:
                if cell not in distances:
                    distances[cell] = distances[place] + 1
                    if cell not in obstacles and (not loaded or cell in self.aisles):
                        queue.append(cell)
        return distances


def neighbours_of(place: Place, size: tuple[int, int]) -> list[Place]:
    """Gives the places beside one in a hall of so many rows and columns."""
    cells = ((place[0] + down, place[1] + right) for down, right in STEPS)
    return [cell for cell in cells if 0 <= cell[0] < size[0] and 0 <= cell[1] < size[1]]
