"""The arrays that PIBT's kernels work on, and the few questions that all of them ask."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel
from planzoo.planners.pathfinding.distance_fields import NO_FIELD, FieldTable
from planzoo.planners.pathfinding.graph import NO_VERTEX, GraphArrays

NOBODY = -1
"""Stands for a robot that is not there."""

UNDECIDED = -1
"""The next vertex of a robot that has not chosen."""

QUARTER_TURNS = ((0, 2, 1, 1), (2, 0, 1, 1), (1, 1, 0, 2), (1, 1, 2, 0))
"""How many quarter turns lie between two directions."""

CHOICES = 5
"""Four neighbours, and to stay."""


class PIBTFleet(NamedTuple):
    """N robots on a map, as kernels read them.

    Attributes:
        vertices: int64 (N,), where the robots are.
        directions: int64 (N,), where they face; not read for cardinal robots.
        goals: int64 (N,), vertices, ``NO_VERTEX`` for robots without a goal.
        layers: int64 (N,), whose cells a robot may enter.
        holding: bool (N,), True for robots that stay as they are in this step.
        priorities: float64 (N,), steps of waiting that a robot is ahead of others.
    """

    vertices: NDArray[np.int64]
    directions: NDArray[np.int64]
    goals: NDArray[np.int64]
    layers: NDArray[np.int64]
    holding: NDArray[np.bool_]
    priorities: NDArray[np.float64]


class PIBTMemory(NamedTuple):
    """What carries over from one step to the next; one an environment, so that one planner serves many.

    Attributes:
        waiting: float64 (N,), steps since the robot was at its goal; -1 for robots without one; more for
            those that are to make room, 0 for those that have.
        ages: float64 (N,), steps since the robot was at its goal, whatever it makes room for.
        reachable: bool (N,), False for robots without a goal, or whose goal no path leads to.
        goals: int64 (N,), the goals of the last step, ``NO_VERTEX`` before the first.
        order: int64 (N,), the robots, the most urgent of the last step first.
        turning_to: int64 (N,), the target that a robot has begun to turn to, or ``NO_VERTEX``.
        partners: int64 (N,), whom it pulls along when it goes there, or ``NOBODY``.
        retreats: int64 (N,), in how many steps since its last goal the robot backed away to swap.
        refuges: int64 (N,), the vertex where a robot makes room for another, or ``NO_VERTEX``.
        yields_to: int64 (N,), for whom a robot with a refuge makes room.
        yields_until: int64 (N,), that robot's goal: when it gets there, the refuge is left.
        steps: int64 (1,), how many steps were planned.
    """

    waiting: NDArray[np.float64]
    ages: NDArray[np.float64]
    reachable: NDArray[np.bool_]
    goals: NDArray[np.int64]
    order: NDArray[np.int64]
    turning_to: NDArray[np.int64]
    partners: NDArray[np.int64]
    retreats: NDArray[np.int64]
    refuges: NDArray[np.int64]
    yields_to: NDArray[np.int64]
    yields_until: NDArray[np.int64]
    steps: NDArray[np.int64]


class PIBTScratch(NamedTuple):
    """What the kernels write into; the arrays over vertices hold ``NOBODY`` between two steps.

    Attributes:
        robot_now: int32 (V,), who is on a vertex.
        robot_next: int32 (V,), who will be, or intends to be, on a vertex.
        headings: int64 (N,), the robots' refuges or goals, ``NO_VERTEX`` for those with neither.
        slots: int64 (N,), their distance fields, ``NO_FIELD`` for robots that head nowhere.
        targets: int64 (N,), the vertex a robot has chosen, or ``UNDECIDED``.
        choices: int64 (N, CHOICES), a robot's vertices, the best first, ``NO_VERTEX`` behind the last.
        keys: int64 (CHOICES,), what the choices are sorted by.
        tried: int64 (N,), how many choices a robot has tried.
        partners: int64 (N,), whom a robot pulls along when it gets its first choice, or ``NOBODY``.
        stack: int64 (N,), the robots that wait for the answer of the one behind them.
        queue: int32 (V,), for searches through the map.
        marks: bool (V,), vertices that a search has seen; all False between two steps.
        goes: int8 (N,), whether a robot that chose another vertex can enter it in this step.
        actions: int64 (N,), the answer.
        next_vertices: int64 (N,), where the robots will be.
    """

    robot_now: NDArray[np.int32]
    robot_next: NDArray[np.int32]
    headings: NDArray[np.int64]
    slots: NDArray[np.int64]
    targets: NDArray[np.int64]
    choices: NDArray[np.int64]
    keys: NDArray[np.int64]
    tried: NDArray[np.int64]
    partners: NDArray[np.int64]
    stack: NDArray[np.int64]
    queue: NDArray[np.int32]
    marks: NDArray[np.bool_]
    goes: NDArray[np.int8]
    actions: NDArray[np.int64]
    next_vertices: NDArray[np.int64]


class PIBTProblem(NamedTuple):
    """One step's problem.

    Attributes:
        graph: the map.
        table: the distance fields, filled as needed.
        fleet: the robots.
        memory: what carries over, changed.
        scratch: written.
    """

    graph: GraphArrays
    table: FieldTable
    fleet: PIBTFleet
    memory: PIBTMemory
    scratch: PIBTScratch


def pibt_memory(robots: int) -> PIBTMemory:
    """Gives the memory that an episode with this many robots starts with."""
    return PIBTMemory(
        waiting=np.zeros(robots, dtype=np.float64),
        ages=np.zeros(robots, dtype=np.float64),
        reachable=np.zeros(robots, dtype=np.bool_),
        goals=np.full(robots, NO_VERTEX, dtype=np.int64),
        order=np.arange(robots, dtype=np.int64),
        turning_to=np.full(robots, NO_VERTEX, dtype=np.int64),
        partners=np.full(robots, NOBODY, dtype=np.int64),
        retreats=np.zeros(robots, dtype=np.int64),
        refuges=np.full(robots, NO_VERTEX, dtype=np.int64),
        yields_to=np.full(robots, NOBODY, dtype=np.int64),
        yields_until=np.full(robots, NO_VERTEX, dtype=np.int64),
        steps=np.zeros(1, dtype=np.int64),
    )


def pibt_scratch(robots: int, vertices: int) -> PIBTScratch:
    """Gives the working space for this many robots on this many vertices."""
    return PIBTScratch(
        robot_now=np.full(vertices, NOBODY, dtype=np.int32),
        robot_next=np.full(vertices, NOBODY, dtype=np.int32),
        headings=np.empty(robots, dtype=np.int64),
        slots=np.empty(robots, dtype=np.int64),
        targets=np.full(robots, UNDECIDED, dtype=np.int64),
        choices=np.empty((robots, CHOICES), dtype=np.int64),
        keys=np.empty(CHOICES, dtype=np.int64),
        tried=np.empty(robots, dtype=np.int64),
        partners=np.empty(robots, dtype=np.int64),
        stack=np.empty(robots, dtype=np.int64),
        queue=np.empty(vertices, dtype=np.int32),
        marks=np.zeros(vertices, dtype=np.bool_),
        goes=np.empty(robots, dtype=np.int8),
        actions=np.empty(robots, dtype=np.int64),
        next_vertices=np.empty(robots, dtype=np.int64),
    )


@kernel
def steps_from(problem: PIBTProblem, robot: int, vertex: int) -> int:
    """Gives a robot's steps from a vertex to its goal, facing whichever way is best; 0 without a goal."""
    slot = problem.scratch.slots[robot]
    if slot == NO_FIELD:
        return 0
    if not problem.graph.turning:
        return int(problem.table.fields[slot, vertex])
    state = 4 * vertex
    fields = problem.table.fields
    one = min(fields[slot, state], fields[slot, state + 1])
    return int(min(one, fields[slot, state + 2], fields[slot, state + 3]))


@kernel
def steps_after_move(problem: PIBTProblem, robot: int, vertex: int, direction: int) -> int:
    """Gives a robot's steps to its goal by way of a neighbour: to face it, to enter it, and those from there.

    Args:
        problem: the step's problem.
        robot: a robot with a goal.
        vertex: the neighbour.
        direction: in which direction it lies.
    """
    slot = problem.scratch.slots[robot]
    if not problem.graph.turning:
        return 1 + int(problem.table.fields[slot, vertex])
    turns = QUARTER_TURNS[problem.fleet.directions[robot]][direction]
    return turns + 1 + int(problem.table.fields[slot, 4 * vertex + direction])


@kernel
def steps_after_wait(problem: PIBTProblem, robot: int) -> int:
    """Gives a robot's steps to its goal if it waits for one step."""
    slot, vertex = problem.scratch.slots[robot], problem.fleet.vertices[robot]
    if not problem.graph.turning:
        return 1 + int(problem.table.fields[slot, vertex])
    return 1 + int(problem.table.fields[slot, 4 * vertex + problem.fleet.directions[robot]])
