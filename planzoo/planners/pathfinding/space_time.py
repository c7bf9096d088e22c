"""Space-time A* for one turn-and-move robot among reservations.

Windowed hierarchical cooperative A* (Silver, "Cooperative Pathfinding", AIIDE 2005): the search looks W steps
ahead, keeps clear of cells that others reserved at those times, and judges the last state by the robot's
exact distance to the goal on the empty map. A state is a cell and a direction, so that turns cost time.

A path's cost is ``TIME_COST`` for every step that does not end in waiting at the goal, plus ``ACTION_COST``
for every step or turn: fewer steps first, fewer movements among equals.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.errors import InputError
from planzoo.planners.pathfinding.binary_heap import push, remove_first
from planzoo.planners.pathfinding.distance import ANY_DIRECTION, UNREACHABLE, fill_oriented_distances
from planzoo.planners.pathfinding.motion import (
    BLOCKED,
    NOOP,
    PaddedGrid,
    action_between,
    checked_direction,
    padded_cell,
    padded_grid,
    state_after,
)

TIME_COST = 1024
"""What a step off the goal costs."""

ACTION_COST = 1
"""What a step forward or a turn costs on top."""

FREE = -1
"""A cell that nobody reserved."""

NO_PATH = -1
"""What :func:`search_path` gives when every way is reserved."""

NOBODY = -2
"""A robot number that matches no reservation."""

MAX_WINDOW = 255
"""The longest window; longer ones would let a path's movements outweigh a step of time."""

EXPANSIONS = 2
"""Where a scratch's counters keep the number of nodes expanded."""

_GENERATION, _HEAP_SIZE = 0, 1
_LAST_GENERATION = np.iinfo(np.int32).max
_COST_SHIFT, _TIME_SHIFT = 26, 16


class SearchScratch(NamedTuple):
    """What the search writes into, made once for a map of C padded cells; M = (W + 1) · 4 · C nodes.

    A node is time · 4 · C + state. Stamps tell which nodes the current search has seen, so that nothing is
    cleared.

    Attributes:
        costs: int32 (M,), the cheapest known way to a node.
        parents: int32 (M,), the node before.
        stamps: int32 (M,), the number of the search that wrote the node.
        heap_keys: int64 (4 · M,), the open list's keys.
        heap_items: int32 (4 · M,), the open list's nodes.
        counters: int64 (3,): the number of the search, the open list's size, nodes expanded since it was set
            to 0.
    """

    costs: NDArray[np.int32]
    parents: NDArray[np.int32]
    stamps: NDArray[np.int32]
    heap_keys: NDArray[np.int64]
    heap_items: NDArray[np.int32]
    counters: NDArray[np.int64]


def search_scratch(cells: int, window: int) -> SearchScratch:
    """Allocates the scratch arrays for a padded grid of ``cells`` cells and a window of ``window`` steps."""
    nodes = (window + 1) * 4 * cells
    return SearchScratch(
        costs=np.zeros(nodes, dtype=np.int32),
        parents=np.zeros(nodes, dtype=np.int32),
        stamps=np.zeros(nodes, dtype=np.int32),
        heap_keys=np.zeros(4 * nodes, dtype=np.int64),
        heap_items=np.zeros(4 * nodes, dtype=np.int32),
        counters=np.zeros(3, dtype=np.int64),
    )


def checked_window(window: int) -> int:
    """Gives the window back.

    Raises:
        InputError: it is not a whole number from 1 to ``MAX_WINDOW``.
    """
    if not isinstance(window, int | np.integer) or not 1 <= window <= MAX_WINDOW:
        raise InputError(
            f"The window of {window!r} steps cannot be used; give a whole number from 1 to {MAX_WINDOW}."
        )
    return int(window)


class ReservationTable:
    """Who stands where at which time, for W steps ahead.

    Args:
        shape: the map's height and width.
        window: W, the number of steps.

    Raises:
        InputError: the window is not a whole number from 1 to ``MAX_WINDOW``.
    """

    def __init__(self, shape: tuple[int, int], window: int) -> None:
        self.shape = shape
        self.window = checked_window(window)
        self.reserved = np.full((self.window + 1, (shape[0] + 2) * (shape[1] + 2)), FREE, dtype=np.int16)
        """int16 (W + 1, C): the robot that holds a padded cell at a time, or ``FREE``."""

    def reserve(self, robot: int, position: tuple[int, int], first: int, last: int) -> None:
        """Gives a cell to a robot from the time ``first`` to the time ``last``, both included."""
        self.reserved[first : last + 1, padded_cell(position, self.shape, "reserved cell")] = robot

    def reserve_path(self, robot: int, cells: NDArray[np.int64]) -> None:
        """Gives the cells of a path, int64 (W + 1, 2) rows and columns from time 0 on, to a robot."""
        for time, (row, column) in enumerate(cells):
            self.reserve(robot, (row, column), time, time)


@dataclass(frozen=True)
class TimedPath:
    """A path through the window.

    Attributes:
        cells: int64 (W + 1, 2), row and column at every time.
        directions: int64 (W + 1,), the direction at every time.
        actions: int64 (W,), the action between one time and the next.
        cost: the path's cost (see the module) plus that of the remaining way on the empty map.
    """

    cells: NDArray[np.int64]
    directions: NDArray[np.int64]
    actions: NDArray[np.int64]
    cost: int


class SpaceTimePlanner:
    """Finds cheapest paths among reservations on maps of one shape.

    Args:
        shape: the map's height and width.
        window: W, the number of steps to look ahead.

    Raises:
        InputError: the window is not a whole number from 1 to ``MAX_WINDOW``.
    """

    def __init__(self, shape: tuple[int, int], window: int) -> None:
        self.shape = shape
        self.window = checked_window(window)
        cells = (shape[0] + 2) * (shape[1] + 2)
        self._scratch = search_scratch(cells, self.window)
        self._distances = np.empty(4 * cells, dtype=np.int32)
        self._queue = np.empty(4 * cells, dtype=np.int32)
        self._states = np.empty(self.window + 1, dtype=np.int32)

    def plan(
        self,
        passable: NDArray[np.bool_],
        start: tuple[int, int, int],
        goal: tuple[int, int],
        reservations: ReservationTable,
        final_direction: int | None = None,
        robot: int = NOBODY,
    ) -> TimedPath | None:
        """Finds a cheapest path that meets nobody.

        Args:
            passable: bool (H, W), True where the robot may stand.
            start: row, column and direction at time 0.
            goal: row and column of the goal; the robot stays there when it arrives within the window.
            reservations: the others' cells, for the same window.
            final_direction: the direction to face at the goal; None = any.
            robot: the robot's own number, whose reservations do not bind it.

        Returns:
            The path, or None when the goal is out of reach on the empty map or all ways are reserved.

        Raises:
            InputError: the shapes of the maps or the windows differ, or start or goal is outside the map.
        """
        fits = reservations.shape == self.shape and reservations.window == self.window
        if np.shape(passable) != self.shape or not fits:
            raise InputError(
                f"The planner was made for maps of shape {self.shape} and {self.window} steps; "
                "give a map and a reservation table of that shape and window."
            )
        grid = padded_grid(passable)
        state = 4 * padded_cell(start[:2], self.shape, "start") + checked_direction(start[2])
        direction = ANY_DIRECTION if final_direction is None else checked_direction(final_direction)
        goal_cell = padded_cell(goal, self.shape, "goal")
        fill_oriented_distances(grid, goal_cell, direction, self._distances, self._queue)
        end = search_path(grid, self._distances, reservations.reserved, robot, state, self._scratch)
        return None if end == NO_PATH else self._timed_path(end)

    def _timed_path(self, end: int) -> TimedPath:
        trace_path(self._scratch, end, self._distances.size, self._states)
        states = self._states.astype(np.int64)
        rows, columns = np.divmod(states >> 2, self.shape[1] + 2)
        actions = [action_between(a, b) for a, b in pairwise(states.tolist())]
        remaining = int(self._distances[states[-1]]) * (TIME_COST + ACTION_COST)
        return TimedPath(
            cells=np.stack([rows - 1, columns - 1], axis=1),
            directions=states & 3,
            actions=np.array(actions, dtype=np.int64),
            cost=int(self._scratch.costs[end]) + remaining,
        )


@driver
def search_path(
    grid: PaddedGrid,
    distances: NDArray[np.int32],
    reserved: NDArray[np.int16],
    robot: int,
    start: int,
    scratch: SearchScratch,
) -> int:
    """Finds a cheapest path to the end of the window.

    Args:
        grid: the map, C padded cells.
        distances: int32 (4 · C,), the actions to the goal on the empty map; 0 marks the goal.
        reserved: int16 (W + 1, C), the robot that holds a cell at a time, or ``FREE``.
        robot: the robot that plans; its own reservations do not bind it.
        start: the node to start from: time · 4 · C + 4 · cell + direction.
        scratch: written.

    Returns:
        The path's last node, to be followed by :func:`trace_path`, or ``NO_PATH``.
    """
    states = distances.size
    window = reserved.shape[0] - 1
    if distances[start % states] == UNREACHABLE:
        return NO_PATH
    counters = scratch.counters
    if counters[_GENERATION] == _LAST_GENERATION:
        scratch.stamps[:] = 0
        counters[_GENERATION] = 0
    counters[_GENERATION] += 1
    counters[_HEAP_SIZE] = 0
    _reach(start, start, 0, distances, window, scratch)
    while counters[_HEAP_SIZE] > 0:
        node, cost = scratch.heap_items[0], scratch.heap_keys[0] >> _COST_SHIFT
        counters[_HEAP_SIZE] = remove_first(scratch.heap_keys, scratch.heap_items, counters[_HEAP_SIZE])
        time, state = node // states, node % states
        if cost > scratch.costs[node] + _estimate(distances[state]):
            continue
        if time == window:
            return int(node)
        counters[EXPANSIONS] += 1
        for action in range(4):
            after = state_after(state, action, grid)
            if after != BLOCKED and step_is_free(reserved, robot, time, state >> 2, after >> 2):
                step_cost = _step_cost(action, distances[state])
                _reach((time + 1) * states + after, node, step_cost, distances, window, scratch)
    return NO_PATH


@driver
def step_is_free(reserved: NDArray[np.int16], robot: int, time: int, cell: int, next_cell: int) -> bool:
    """Says whether a robot may be in ``cell`` at ``time`` and in ``next_cell`` one step later.

    It may not when another robot holds the next cell then, or comes the opposite way (a swap).
    """
    holder = reserved[time + 1, next_cell]
    if holder not in (FREE, robot):
        return False
    if cell == next_cell:
        return True
    leaving = reserved[time, next_cell]
    return leaving in (FREE, robot) or reserved[time + 1, cell] != leaving


@driver
def trace_path(scratch: SearchScratch, end: int, states: int, path: NDArray[np.int32]) -> None:
    """Writes the path that ends in a node, as one oriented state a time.

    Args:
        scratch: what the last :func:`search_path` wrote.
        end: the node it gave.
        states: 4 · C.
        path: int32 (W + 1,), written; times before the search's start get its first state.
    """
    node = end
    while scratch.parents[node] != node:
        path[node // states] = node % states
        node = scratch.parents[node]
    path[: node // states + 1] = node % states


@driver
def _step_cost(action: int, distance: int) -> int:
    if action != NOOP:
        return TIME_COST + ACTION_COST
    return 0 if distance == 0 else TIME_COST


@driver
def _estimate(distance: int) -> int:
    return int(distance) * (TIME_COST + ACTION_COST)


@driver
def _reach(
    node: int, parent: int, step_cost: int, distances: NDArray[np.int32], window: int, scratch: SearchScratch
) -> None:
    cost = scratch.costs[parent] + step_cost if parent != node else 0
    seen = scratch.stamps[node] == scratch.counters[_GENERATION]
    if seen and scratch.costs[node] <= cost:
        return
    scratch.stamps[node] = scratch.counters[_GENERATION]
    scratch.costs[node] = cost
    scratch.parents[node] = parent
    distance = distances[node % distances.size]
    # Among equal costs: the later node first, then the one nearer to the goal, whose robot acts early and
    # waits late.
    remaining_time = window - node // distances.size
    key = (cost + _estimate(distance)) << _COST_SHIFT | remaining_time << _TIME_SHIFT | min(distance, 65535)
    size = scratch.counters[_HEAP_SIZE]
    scratch.counters[_HEAP_SIZE] = push(scratch.heap_keys, scratch.heap_items, size, key, node)
