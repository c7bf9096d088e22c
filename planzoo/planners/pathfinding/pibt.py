"""PIBT for fleets on any grid map: one quick step at a time, for cardinal and for turn-and-move robots.

Priority Inheritance with Backtracking (Okumura et al., Artificial Intelligence 310, 2022) with the swap
technique (Okumura, IJCAI 2023); :mod:`planzoo.planners.pathfinding.pibt_step` has the algorithm. The priority
of a robot grows while it is on its way and falls when it arrives, so that the planner serves fleets whose
robots get new goals for ever. It looks one step ahead and takes time proportional to the number of robots.

What is known: where the map has no bridges (every two neighbours lie on a cycle of three or more cells), the
most urgent cardinal robot gets nearer to its goal in every step, so that all arrive in the end (Theorem 1 of
the paper). Dead ends and trees come without such a guarantee. There the swap technique sorts out robots that
meet head-on; because it is a rule of thumb that can run in circles, a robot backs away a few times on each
trip only. What remains is settled by :mod:`planzoo.planners.pathfinding.pibt_room`: the most urgent robot
lets those out that are in its way. Both are silent where there are no bridges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.errors import InputError
from planzoo.planners.pathfinding.distance_fields import DEFAULT_CAPACITY, DistanceFields
from planzoo.planners.pathfinding.graph import CARDINAL, NO_VERTEX, GraphArrays
from planzoo.planners.pathfinding.pibt_arrays import (
    PIBTFleet,
    PIBTMemory,
    PIBTProblem,
    PIBTScratch,
    pibt_memory,
    pibt_scratch,
)
from planzoo.planners.pathfinding.pibt_step import plan_pibt

NO_GOAL = -1
"""Row and column of the goal of a robot that has none."""

_FAULTS = (
    "stands outside the map or on a wall",
    "has a goal outside the map",
    "is of an unknown layer",
    "faces an unknown direction (use 0, 1, 2 or 3)",
    "shares its cell with another robot",
)
_ALL_WELL = -1


@dataclass(frozen=True)
class PIBTSituation:
    """Where a fleet of N robots is and where it wants to go.

    Attributes:
        positions: int (N, 2), rows and columns.
        goals: int (N, 2), rows and columns; ``NO_GOAL`` in both for a robot that has none and only gives way.
        directions: int (N,), 0 up, 1 down, 2 left, 3 right; needed for turn-and-move robots only.
        layers: int (N,), which of the planner's layers of passable cells a robot keeps to; None = layer 0.
        holding: bool (N,), True for robots that do not move in this step, because they load, wait or are
            broken: all others keep clear of them; None = nobody.
        priorities: float (N,), how many steps of waiting a robot is ahead of others; None = nobody is.
    """

    positions: NDArray[Any]
    goals: NDArray[Any]
    directions: NDArray[Any] | None = None
    layers: NDArray[Any] | None = None
    holding: NDArray[Any] | None = None
    priorities: NDArray[Any] | None = None


@dataclass(frozen=True)
class PIBTPlan:
    """What the fleet does next.

    Attributes:
        actions: int64 (N,); cardinal: 0 wait, 1 up, 2 down, 3 left, 4 right; turn-and-move: 0 noop,
            1 forward, 2 turn left, 3 turn right.
        next_cells: int64 (N, 2), rows and columns after this step.
        targets: int64 (N, 2), the cells that the robots are about to enter; a turn-and-move robot may have to
            turn to its target first.
        reachable: bool (N,), False for robots without a goal, and for those whose goal no path leads to,
            whatever the others do: they only give way.
    """

    actions: NDArray[np.int64]
    next_cells: NDArray[np.int64]
    targets: NDArray[np.int64]
    reachable: NDArray[np.bool_]


class PIBTPlanner:
    """Plans one step of a fleet at a time.

    One planner serves any number of environments with the same map, each with its own memory, but one thread
    only. The same situation and memory always give the same plan.

    Args:
        passable: bool (H, W) or (L, H, W), True where robots (of a layer) may stand; such as one layer for
            robots without a load, which drive below shelves, and one for those that carry a shelf.
        movement: ``"cardinal"`` or ``"turn"``.
        capacity_bytes: how much memory the distance fields may take.

    Raises:
        InputError: the map or the movement is wrong, or not even one distance field fits.
    """

    def __init__(
        self, passable: NDArray[Any], movement: str = CARDINAL, capacity_bytes: int = DEFAULT_CAPACITY
    ) -> None:
        self.fields = DistanceFields(passable, movement, capacity_bytes)
        self.graph = self.fields.graph
        self._scratches: dict[int, PIBTScratch] = {}

    def begin(self, robots: int) -> PIBTMemory:
        """Gives the memory that an episode with this many robots starts with."""
        return pibt_memory(robots)

    def set_passable(self, passable: NDArray[np.bool_], layer: int = 0) -> int:
        """Opens and closes cells of a layer; see :meth:`DistanceFields.set_passable`.

        Cells that stay closed for longer (a broken robot, a shelf that was put down) should be closed here:
        robots that hold still are obstacles for a step, which nobody plans a way around.
        """
        return self.fields.set_passable(passable, layer)

    def plan(self, situation: PIBTSituation, memory: PIBTMemory) -> PIBTPlan:
        """Chooses the fleet's next actions.

        Args:
            situation: where the robots are and want to go.
            memory: what :meth:`begin` gave; changed in place.

        Raises:
            InputError: an array's shape is wrong, two robots are in one cell, or a robot is where it cannot
                be; or there are more robots than the distance fields have room for.
        """
        fleet = self.fleet(situation)
        if memory.waiting.shape != fleet.vertices.shape:
            raise InputError(
                f"The memory is for {memory.waiting.size} robots but the situation has "
                f"{fleet.vertices.size}; begin an episode's memory with its number of robots."
            )
        problem = self.problem(fleet, memory)
        plan_pibt(problem)
        scratch, cells = problem.scratch, self.graph.cells
        return PIBTPlan(
            actions=scratch.actions.copy(),
            next_cells=cells[scratch.next_vertices],
            targets=cells[scratch.targets],
            reachable=memory.reachable.copy(),
        )

    def problem(self, fleet: PIBTFleet, memory: PIBTMemory) -> PIBTProblem:
        """Joins what the kernel :func:`~planzoo.planners.pathfinding.pibt_step.plan_pibt` needs.

        Loops that should be quick keep the problem, write into its fleet, and read the answer from its
        scratch. Nothing is checked there.
        """
        robots = fleet.vertices.size
        if robots not in self._scratches:
            self._scratches[robots] = pibt_scratch(robots, self.graph.vertices)
        return PIBTProblem(self.graph.arrays, self.fields.table, fleet, memory, self._scratches[robots])

    def fleet(self, situation: PIBTSituation) -> PIBTFleet:
        """Checks a situation and lays it out for the kernels.

        Raises:
            InputError: as :meth:`plan`.
        """
        robots = len(situation.positions)
        positions = _checked(situation.positions, (robots, 2), np.int64, "positions")
        goals = _checked(situation.goals, (robots, 2), np.int64, "goals")
        if situation.directions is None and self.graph.arrays.turning:
            raise InputError("Turn-and-move robots need directions; give an array of numbers from 0 to 3.")
        fleet = PIBTFleet(
            vertices=np.empty(robots, dtype=np.int64),
            directions=_optional(situation.directions, robots, np.int64, "directions"),
            goals=np.empty(robots, dtype=np.int64),
            layers=_optional(situation.layers, robots, np.int64, "layers"),
            holding=_optional(situation.holding, robots, np.bool_, "holding"),
            priorities=_optional(situation.priorities, robots, np.float64, "priorities"),
        )
        if not np.isfinite(fleet.priorities).all():
            raise InputError("The fleet's priorities are not all finite numbers; give finite ones.")
        occupied = np.zeros(self.graph.vertices, dtype=np.bool_)
        fault = read_fleet(self.graph.arrays, self.graph.vertex_at, positions, goals, fleet, occupied)
        if fault != _ALL_WELL:
            raise InputError(
                f"Robot {fault // len(_FAULTS)} {_FAULTS[fault % len(_FAULTS)]}; "
                "give the fleet's true situation."
            )
        self.fields.require_capacity(robots)
        return fleet


@driver
def read_fleet(
    graph: GraphArrays,
    vertex_at: NDArray[np.int32],
    positions: NDArray[np.int64],
    goals: NDArray[np.int64],
    fleet: PIBTFleet,
    occupied: NDArray[np.bool_],
) -> int:
    """Writes the vertices and goals of a fleet, and looks for what cannot be.

    Args:
        graph: the map.
        vertex_at: int32 (H, W), the map's vertices.
        positions: int64 (N, 2), rows and columns.
        goals: int64 (N, 2), rows and columns; a goal on a wall counts as none.
        fleet: ``vertices`` and ``goals`` are written.
        occupied: bool (V,), all False, changed.

    Returns:
        -1, or robot · 5 + number of the fault.
    """
    faults = 5
    for robot in range(fleet.vertices.size):
        row, column = positions[robot]
        inside = 0 <= row < vertex_at.shape[0] and 0 <= column < vertex_at.shape[1]
        vertex = vertex_at[row, column] if inside else NO_VERTEX
        if vertex == NO_VERTEX:
            return robot * faults
        fleet.vertices[robot] = vertex
        row, column = goals[robot]
        fleet.goals[robot] = NO_VERTEX
        if not (row == NO_GOAL and column == NO_GOAL):
            if not (0 <= row < vertex_at.shape[0] and 0 <= column < vertex_at.shape[1]):
                return robot * faults + 1
            fleet.goals[robot] = vertex_at[row, column]
        if not 0 <= fleet.layers[robot] < graph.passable.shape[0]:
            return robot * faults + 2
        if not 0 <= fleet.directions[robot] < 4:
            return robot * faults + 3
        if occupied[vertex]:
            return robot * faults + 4
        occupied[vertex] = True
    return _ALL_WELL


def _optional(values: Any, robots: int, dtype: type, name: str) -> NDArray[Any]:
    return np.zeros(robots, dtype=dtype) if values is None else _checked(values, (robots,), dtype, name)


def _checked(values: Any, shape: tuple[int, ...], dtype: type, name: str) -> NDArray[Any]:
    array = np.asarray(values)
    if array.shape != shape:
        raise InputError(f"The fleet's {name} have shape {array.shape}; give an array of shape {shape}.")
    if dtype is np.int64 and array.dtype.kind not in "iu":
        raise InputError(f"The fleet's {name} are of type {array.dtype}; give an array of whole numbers.")
    return np.ascontiguousarray(array, dtype=dtype)
