"""Collision-free path following for fleets of turn-and-move robots, usable on any grid map.

The planner knows the rules of ``rware``-style warehouses and nothing of any environment: robots step forward
or turn by 90 degrees, robots with a load keep off standing shelves, no two robots share a cell or swap, and a
robot may enter a cell that another leaves in the same step. The first actions of a plan never conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.pathfinding.motion import padded_grid
from planzoo.planners.pathfinding.prioritized import (
    FleetMemory,
    FleetProblem,
    FleetScratch,
    fleet_memory,
    fleet_scratch,
    plan_fleet,
)
from planzoo.planners.pathfinding.space_time import EXPANSIONS, checked_window


@dataclass(frozen=True)
class FleetSituation:
    """Where a fleet of N robots is and where it wants to go.

    Attributes:
        positions: int (N, 2), rows and columns.
        directions: int (N,), 0 up, 1 down, 2 left, 3 right.
        goals: int (N, 2), rows and columns; an idle robot's goal is where it likes to rest, such as its own
            cell.
        loaded: bool (N,), True for robots that carry a shelf.
        standing_shelves: bool (H, W), True where a shelf stands that nobody carries.
        priorities: float (N,), how many steps of waiting a robot is ahead of others; None = nobody is.
        holding: bool (N,), True for robots that do not move in this step, because they load or unload; None =
            nobody.
    """

    positions: NDArray[Any]
    directions: NDArray[Any]
    goals: NDArray[Any]
    loaded: NDArray[np.bool_]
    standing_shelves: NDArray[np.bool_]
    priorities: NDArray[Any] | None = None
    holding: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class FleetPlan:
    """What the fleet does next.

    Attributes:
        actions: int64 (N,), the first actions: 0 noop, 1 forward, 2 turn left, 3 turn right.
        reachable: bool (N,), False for robots whose goal no path leads to, whatever the others do; they only
            give way.
        rounds: how often the fleet was planned until all robots had a path.
        expansions: nodes that the searches expanded.
        states: int32 (N, W + 1), the planned states on the padded grid, 4 · cell + direction.
        stride: the padded grid's width.
    """

    actions: NDArray[np.int64]
    reachable: NDArray[np.bool_]
    rounds: int
    expansions: int
    states: NDArray[np.int32]
    stride: int

    @property
    def cells(self) -> NDArray[np.int64]:
        """The planned rows and columns, int64 (N, W + 1, 2), from now to the end of the window."""
        rows, columns = np.divmod(self.states.astype(np.int64) >> 2, self.stride)
        return np.stack([rows - 1, columns - 1], axis=-1)

    @property
    def directions(self) -> NDArray[np.int64]:
        """The planned directions, int64 (N, W + 1)."""
        return self.states.astype(np.int64) & 3


class FleetPathPlanner:
    """Plans one step of a fleet at a time; see :mod:`planzoo.planners.pathfinding.prioritized` for how.

    One planner serves any number of environments with the same map, each with its own memory, but one thread
    only. The same situation and memory always give the same plan.

    Args:
        passable_unloaded: bool (H, W), True where a robot without a load may stand, under shelves included.
        window: W, how many steps to plan ahead.

    Raises:
        InputError: the map is not two-dimensional or empty, or the window not a whole number from 1 to 255.
    """

    def __init__(self, passable_unloaded: NDArray[np.bool_], window: int = 16) -> None:
        grid = padded_grid(passable_unloaded)
        self.window = checked_window(window)
        self.shape = (int(np.shape(passable_unloaded)[0]), int(np.shape(passable_unloaded)[1]))
        self.stride = self.shape[1] + 2
        self._forward = grid.forward
        self._passable = np.stack([grid.passable, grid.passable])
        self._scratches: dict[int, FleetScratch] = {}

    def begin(self, robots: int) -> FleetMemory:
        """Gives the memory that an episode with this many robots starts with."""
        return fleet_memory(robots)

    def plan(self, situation: FleetSituation, memory: FleetMemory) -> FleetPlan:
        """Chooses the fleet's next actions.

        Args:
            situation: where the robots are and want to go.
            memory: what :meth:`begin` gave; changed in place.

        Raises:
            InputError: an array's shape is wrong, two robots are in one cell, or a robot is where it cannot
                be.
        """
        problem = self._problem(situation)
        robots = problem.states.size
        if memory.waiting.shape != (robots,):
            raise InputError(
                f"The memory is for {memory.waiting.size} robots but the situation has {robots}; "
                "begin an episode's memory with its number of robots."
            )
        if robots not in self._scratches:
            self._scratches[robots] = fleet_scratch(robots, self._passable.shape[1], self.window)
        scratch = self._scratches[robots]
        scratch.search.counters[EXPANSIONS] = 0
        plan_fleet(problem, memory, scratch)
        return FleetPlan(
            actions=scratch.actions.copy(),
            reachable=scratch.reachable.copy(),
            rounds=int(scratch.rounds[0]),
            expansions=int(scratch.search.counters[EXPANSIONS]),
            states=scratch.paths.copy(),
            stride=self.stride,
        )

    def _problem(self, situation: FleetSituation) -> FleetProblem:
        robots = len(situation.positions)
        positions = _checked(situation.positions, (robots, 2), np.int64, "positions")
        goals = _checked(situation.goals, (robots, 2), np.int64, "goals")
        directions = _checked(situation.directions, (robots,), np.int64, "directions")
        loaded = _checked(situation.loaded, (robots,), np.bool_, "loaded")
        standing_shelves = _checked(situation.standing_shelves, self.shape, np.bool_, "standing_shelves")
        priorities = np.zeros(robots) if situation.priorities is None else situation.priorities
        holding = np.zeros(robots, dtype=np.bool_) if situation.holding is None else situation.holding
        self._require_inside(positions, "position")
        self._require_inside(goals, "goal")
        _require((directions >= 0) & (directions <= 3), "faces an unknown direction; use 0, 1, 2 or 3")
        priorities = _checked(priorities, (robots,), np.float64, "priorities")
        _require(np.isfinite(priorities), "has a priority that is not a finite number")
        self._close_shelves(standing_shelves)
        cells = (positions[:, 0] + 1) * self.stride + positions[:, 1] + 1
        self._require_places(cells, loaded)
        return FleetProblem(
            passable=self._passable,
            forward=self._forward,
            states=4 * cells + directions,
            goals=(goals[:, 0] + 1) * self.stride + goals[:, 1] + 1,
            loaded=loaded,
            holding=_checked(holding, (robots,), np.bool_, "holding"),
            priorities=priorities,
        )

    def _close_shelves(self, standing_shelves: NDArray[np.bool_]) -> None:
        inner = self._passable.reshape(2, self.shape[0] + 2, self.stride)[:, 1:-1, 1:-1]
        np.logical_and(inner[0], ~standing_shelves, out=inner[1])

    def _require_inside(self, positions: NDArray[np.int64], what: str) -> None:
        inside = ((positions >= 0) & (positions < self.shape)).all(axis=1)
        _require(inside, f"has a {what} outside the map of {self.shape[0]} rows and {self.shape[1]} columns")

    def _require_places(self, cells: NDArray[np.int64], loaded: NDArray[np.bool_]) -> None:
        _require(self._passable[0, cells], "is in a cell that is not passable")
        _require(self._passable[loaded.astype(np.int64), cells], "carries a shelf where another shelf stands")
        occupants = np.equal.outer(cells, cells).sum(axis=1)
        _require(np.less(occupants, 2), "shares its cell with another robot")


def _checked(values: Any, shape: tuple[int, ...], dtype: type, name: str) -> NDArray[Any]:
    array = np.asarray(values)
    if array.shape != shape:
        raise InputError(f"The fleet's {name} have shape {array.shape}; give an array of shape {shape}.")
    if dtype is np.int64 and array.dtype.kind not in "iu":
        raise InputError(f"The fleet's {name} are of type {array.dtype}; give an array of whole numbers.")
    return np.ascontiguousarray(array, dtype=dtype)


def _require(holds: NDArray[np.bool_] | np.bool_, complaint: str) -> None:
    if not holds.all():
        raise InputError(f"Robot {int(np.argmin(holds))} {complaint}; give the fleet's true situation.")
