"""How a team gets out of a maze that is known completely, as early as can be done.

Agents plan one after the other, each its shortest way: keys that an earlier one has taken are gone, doors
that it has opened are open from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import DOOR, GROUND_CODES
from planzoo.planners.domains.maze_steps import ENERGY, Body, Label, Maze
from planzoo.planners.domains.maze_ways import shortest_way

MOST_ORDERS = 24
"""Orders of agents that are tried where doors make the order matter."""
NO_WAY = -1


@dataclass(frozen=True)
class Way:
    """One agent's way out.

    Attributes:
        steps: when it is out; ``NO_WAY`` if no way was found.
        actions: what it does in each step.
        cells: where it is after each step.
    """

    steps: int
    actions: tuple[int, ...] = ()
    cells: tuple[int, ...] = ()


@dataclass(frozen=True)
class JointEscape:
    """How a team gets out.

    Attributes:
        ways: one an agent.
        steps: when the last is out; ``NO_WAY`` if somebody has no way.
        lower_bound: no team is out before: the moves and rests of the agent that is farthest from the exits.
    """

    ways: tuple[Way, ...]
    steps: int
    lower_bound: int

    @property
    def is_shortest(self) -> bool:
        """Whether it is proven that nobody can do better."""
        return self.steps == self.lower_bound


def joint_escape(maze: Maze, bodies: list[Body]) -> JointEscape:
    """Searches for the earliest step in which all can be out, and for the ways.

    Without doors agents are in each other's way only where they need the same supply. With doors orders of
    the agents are tried, all of them in teams of up to four.
    """
    distances = maze.distances()
    bound = max(least_steps(maze.params, body, distances) for body in bodies)
    best: tuple[Way, ...] | None = None
    for order in _orders(maze, bodies, distances):
        ways = _plan_in_order(maze, bodies, order, distances)
        if best is None or _worth(ways) < _worth(best):
            best = ways
        if _worth(ways)[0] == 0 and max(way.steps for way in ways) == bound:
            break
    assert best is not None
    lost = any(way.steps == NO_WAY for way in best)
    return JointEscape(best, NO_WAY if lost else max(way.steps for way in best), bound)


def _worth(ways: tuple[Way, ...]) -> tuple[int, int, int]:
    """How bad a team's ways are: who stays behind, when the last is out, when all are, summed up."""
    times = [way.steps for way in ways]
    return times.count(NO_WAY), max(times), sum(times)


def _orders(maze: Maze, bodies: list[Body], distances: NDArray[np.int64]) -> Iterator[tuple[int, ...]]:
    nearest = sorted(range(len(bodies)), key=lambda number: int(distances[bodies[number].cell]))
    if not (maze.codes & GROUND_CODES == DOOR).any():
        yield tuple(nearest)
        return
    for count, order in enumerate(permutations(nearest)):
        if count == MOST_ORDERS:
            return
        yield order


def _plan_in_order(
    maze: Maze, bodies: list[Body], order: tuple[int, ...], distances: NDArray[np.int64]
) -> tuple[Way, ...]:
    """Lets agents plan one after the other; those without a way try again once others have opened doors."""
    ways = [Way(NO_WAY)] * len(bodies)
    for _ in range(2):
        for number in order:
            if ways[number].steps != NO_WAY:
                continue
            label = shortest_way(maze, bodies[number], distances)
            if label is not None:
                ways[number] = _way(label)
                maze = _after(maze, label)
    return tuple(ways)


def _after(maze: Maze, label: Label) -> Maze:
    """Gives the maze as others will find it: opened doors, taken items."""
    opened = dict(maze.opened)
    each: Label | None = label
    while each is not None and each.before is not None:
        for door in each.opened - each.before.opened:
            opened[door] = each.time
        each = each.before
    return replace(maze, opened=opened, taken=maze.taken | label.taken)


def _way(label: Label) -> Way:
    actions, cells = [], []
    each: Label | None = label
    while each is not None and each.before is not None:
        actions.append(each.action)
        cells.append(each.body.cell)
        each = each.before
    return Way(label.time, tuple(actions[::-1]), tuple(cells[::-1]))


def least_steps(params: MazeParams, body: Body, distances: NDArray[np.int64]) -> int:
    """Gives the steps below which an agent cannot be out: its moves, and rests where energy is short."""
    moves = int(distances[body.cell])
    lacking = (
        moves * params.move_energy / (2.0 if params.coordination == "roles" else 1.0) - body.needs[ENERGY]
    )
    rested = params.rest_energy * 2.0
    return moves + (max(0, int(np.ceil(lacking / rested - 1e-9))) if rested > 0 else 0)
