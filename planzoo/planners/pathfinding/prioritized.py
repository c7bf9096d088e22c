"""Prioritized cooperative planning for a fleet, as kernels: one robot after the other, urgent ones first.

Cooperative A* with windows (Silver, "Cooperative Pathfinding", AIIDE 2005), made robust in three ways:

- *Urgency grows with waiting* and falls when a robot arrives, as priorities do in PIBT (Okumura et al.,
  "Priority Inheritance with Backtracking for Iterative Multi-agent Path Finding", Artificial Intelligence
  310, 2022), so that every robot comes first in the end.
- *Escalation.* A robot that the more urgent ones leave no path gets patience first: they may enter its cell
  only a little later, so that it can turn around. Then it is promoted to the most urgent, and stays so until
  it arrives. At last it stands still and all others keep clear. A robot climbs at most
  2 · ``PATIENCE_LIMIT`` rungs a step, so the rounds are bounded; as standing still is always possible, the
  plan is sound.
- *Refuges* (see :mod:`planzoo.planners.pathfinding.refuge`): a promoted robot that would only block again
  makes room.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.planners.pathfinding.distance import ANY_DIRECTION, UNREACHABLE, fill_oriented_distances
from planzoo.planners.pathfinding.motion import PaddedGrid, action_between
from planzoo.planners.pathfinding.refuge import NO_REFUGE, mark_route, nearest_refuge
from planzoo.planners.pathfinding.space_time import (
    FREE,
    NO_PATH,
    SearchScratch,
    search_path,
    search_scratch,
    trace_path,
)

PATIENCE_LIMIT = 4
"""For how many times, from time 0 on, a pressed robot can keep others out: enough to turn round and leave."""

CLEARANCE_DECAY = 1 / 32
"""How much of its clearance a robot forgets each step."""

ALL_PLANNED = -1


class FleetMemory(NamedTuple):
    """What carries over from one step to the next; one an environment, so that one planner serves many.

    Attributes:
        waiting: float64 (N,), steps since the robot was at its goal; more after a promotion.
        goals: int64 (N,), the padded cell of the goal at the last step, -1 before the first.
        refuges: int64 (N,), the padded cell a robot makes room to, or ``NO_REFUGE``.
        pressure: int64 (N,), for how many steps the robot was given patience and stayed where it was.
        clearance: float64 (N,), how far away the robot's next refuge must be at least.
    """

    waiting: NDArray[np.float64]
    goals: NDArray[np.int64]
    refuges: NDArray[np.int64]
    pressure: NDArray[np.int64]
    clearance: NDArray[np.float64]


def fleet_memory(robots: int) -> FleetMemory:
    """Gives the memory that an episode with this many robots starts with."""
    return FleetMemory(
        waiting=np.zeros(robots, dtype=np.float64),
        goals=np.full(robots, -1, dtype=np.int64),
        refuges=np.full(robots, NO_REFUGE, dtype=np.int64),
        pressure=np.zeros(robots, dtype=np.int64),
        clearance=np.zeros(robots, dtype=np.float64),
    )


class FleetProblem(NamedTuple):
    """One step's problem on a padded grid of C cells.

    Attributes:
        passable: bool (2, C), the cells open to unloaded and to loaded robots.
        forward: int64 (4,), see :class:`planzoo.planners.pathfinding.motion.PaddedGrid`.
        states: int64 (N,), 4 · cell + direction.
        goals: int64 (N,), cells.
        loaded: bool (N,).
        holding: bool (N,), True for robots that stay in their state this step.
        priorities: float64 (N,), steps of waiting that a robot is ahead of others.
    """

    passable: NDArray[np.bool_]
    forward: NDArray[np.int64]
    states: NDArray[np.int64]
    goals: NDArray[np.int64]
    loaded: NDArray[np.bool_]
    holding: NDArray[np.bool_]
    priorities: NDArray[np.float64]


class FleetScratch(NamedTuple):
    """What the kernels write into; the last four are the answer.

    Attributes:
        search: the scratch of the space-time search.
        distances: int32 (N, 4 · C), each robot's actions to where it is heading.
        queue: int32 (4 · C,), for breadth-first searches.
        reserved: int16 (W + 1, C), the robot that holds a cell at a time.
        order: int64 (N,), the robots, most urgent first.
        stays: int64 (N,), for how many times, from time 0 on, others must keep out of the robot's cell.
        promoted: bool (N,), robots promoted in this step.
        marks: bool (C,), cells in the way of others.
        cell_distances: int32 (C,), steps from a robot that looks for a refuge.
        paths: int32 (N, W + 1), the planned states.
        actions: int64 (N,), the first actions.
        reachable: bool (N,), whether the goal can be reached on the map without other robots.
        rounds: int64 (1,), how often the fleet was planned.
    """

    search: SearchScratch
    distances: NDArray[np.int32]
    queue: NDArray[np.int32]
    reserved: NDArray[np.int16]
    order: NDArray[np.int64]
    stays: NDArray[np.int64]
    promoted: NDArray[np.bool_]
    marks: NDArray[np.bool_]
    cell_distances: NDArray[np.int32]
    paths: NDArray[np.int32]
    actions: NDArray[np.int64]
    reachable: NDArray[np.bool_]
    rounds: NDArray[np.int64]


def fleet_scratch(robots: int, cells: int, window: int) -> FleetScratch:
    """Allocates the scratch arrays for N robots, C padded cells and a window of W steps."""
    return FleetScratch(
        search=search_scratch(cells, window),
        distances=np.zeros((robots, 4 * cells), dtype=np.int32),
        queue=np.zeros(4 * cells, dtype=np.int32),
        reserved=np.zeros((window + 1, cells), dtype=np.int16),
        order=np.zeros(robots, dtype=np.int64),
        stays=np.zeros(robots, dtype=np.int64),
        promoted=np.zeros(robots, dtype=np.bool_),
        marks=np.zeros(cells, dtype=np.bool_),
        cell_distances=np.zeros(cells, dtype=np.int32),
        paths=np.zeros((robots, window + 1), dtype=np.int32),
        actions=np.zeros(robots, dtype=np.int64),
        reachable=np.zeros(robots, dtype=np.bool_),
        rounds=np.zeros(1, dtype=np.int64),
    )


@driver
def plan_fleet(problem: FleetProblem, memory: FleetMemory, scratch: FleetScratch) -> None:
    """Plans one step of the whole fleet.

    Args:
        problem: where the robots are and want to go.
        memory: changed.
        scratch: written; ``paths``, ``actions``, ``reachable`` and ``rounds`` are the answer.
    """
    for robot in range(problem.states.size):
        _choose_heading(problem, robot, memory, scratch)
        scratch.stays[robot] = _least_stay(problem, robot)
        scratch.promoted[robot] = False
    sort_by_urgency(problem.priorities, memory.waiting, scratch.order)
    scratch.rounds[0] = 1
    failed = _plan_in_order(problem, scratch)
    while failed != ALL_PLANNED:
        _escalate(problem, failed, memory, scratch)
        scratch.rounds[0] += 1
        failed = _plan_in_order(problem, scratch)
    for robot in range(problem.states.size):
        state, after = problem.states[robot], scratch.paths[robot, 1]
        scratch.actions[robot] = action_between(state, after)
        pressed = scratch.stays[robot] > _least_stay(problem, robot) and after >> 2 == state >> 2
        memory.pressure[robot] = memory.pressure[robot] + 1 if pressed else 0


@driver
def sort_by_urgency(
    priorities: NDArray[np.float64], waiting: NDArray[np.float64], order: NDArray[np.int64]
) -> None:
    """Writes the robots' numbers, the most urgent first; among equals the lower number."""
    for robot in range(order.size):
        urgency = priorities[robot] + waiting[robot]
        slot = robot
        while slot > 0 and priorities[order[slot - 1]] + waiting[order[slot - 1]] < urgency:
            order[slot] = order[slot - 1]
            slot -= 1
        order[slot] = robot


@driver
def _grid_of(problem: FleetProblem, robot: int) -> PaddedGrid:
    return PaddedGrid(problem.passable[1 if problem.loaded[robot] else 0], problem.forward)


@driver
def _least_stay(problem: FleetProblem, robot: int) -> int:
    return 2 if problem.holding[robot] else 1


@driver
def _choose_heading(problem: FleetProblem, robot: int, memory: FleetMemory, scratch: FleetScratch) -> None:
    grid, state, goal = _grid_of(problem, robot), problem.states[robot], problem.goals[robot]
    distances = scratch.distances[robot]
    memory.clearance[robot] = max(0.0, memory.clearance[robot] - CLEARANCE_DECAY)
    if memory.goals[robot] != goal:
        if memory.goals[robot] == state >> 2:
            memory.waiting[robot] = 0.0
        memory.goals[robot] = goal
        # A robot that rests wherever it is still has to make room.
        if goal != state >> 2:
            memory.refuges[robot] = NO_REFUGE
            memory.clearance[robot] = 0.0
    if memory.refuges[robot] == state >> 2:
        memory.refuges[robot] = NO_REFUGE
        memory.waiting[robot] = 0.0
    fill_oriented_distances(grid, goal, ANY_DIRECTION, distances, scratch.queue)
    scratch.reachable[robot] = distances[state] != UNREACHABLE
    if memory.refuges[robot] != NO_REFUGE:
        fill_oriented_distances(grid, memory.refuges[robot], ANY_DIRECTION, distances, scratch.queue)
    if distances[state] == UNREACHABLE:
        memory.refuges[robot] = NO_REFUGE
        fill_oriented_distances(grid, state >> 2, ANY_DIRECTION, distances, scratch.queue)
    memory.waiting[robot] = 0.0 if distances[state] == 0 else memory.waiting[robot] + 1.0


@driver
def _plan_in_order(problem: FleetProblem, scratch: FleetScratch) -> int:
    window = scratch.reserved.shape[0] - 1
    scratch.reserved[:] = FREE
    for robot in range(problem.states.size):
        scratch.reserved[: scratch.stays[robot], problem.states[robot] >> 2] = robot
    for robot in scratch.order:
        if scratch.stays[robot] > window:
            scratch.paths[robot, :] = problem.states[robot]
        elif not _plan_robot(problem, robot, scratch):
            return int(robot)
    return ALL_PLANNED


@driver
def _plan_robot(problem: FleetProblem, robot: int, scratch: FleetScratch) -> bool:
    grid, distances, reserved = _grid_of(problem, robot), scratch.distances[robot], scratch.reserved
    start = problem.states[robot] + (distances.size if problem.holding[robot] else 0)
    end = search_path(grid, distances, reserved, robot, start, scratch.search)
    if end == NO_PATH:
        return False
    path = scratch.paths[robot]
    trace_path(scratch.search, end, distances.size, path)
    reserved[: scratch.stays[robot], problem.states[robot] >> 2] = FREE
    for time in range(path.size):
        reserved[time, path[time] >> 2] = robot
    return True


@driver
def _escalate(problem: FleetProblem, robot: int, memory: FleetMemory, scratch: FleetScratch) -> None:
    # A robot that was given patience and did not leave gets less of it, or it could put off leaving for ever.
    if scratch.stays[robot] < PATIENCE_LIMIT - memory.pressure[robot]:
        scratch.stays[robot] += 1
    elif not scratch.promoted[robot]:
        scratch.promoted[robot] = True
        scratch.stays[robot] = _least_stay(problem, robot)
        _seek_refuge(problem, robot, memory, scratch)
        first = scratch.order[0]
        ahead = problem.priorities[first] - problem.priorities[robot]
        memory.waiting[robot] = memory.waiting[first] + ahead + 1.0
        sort_by_urgency(problem.priorities, memory.waiting, scratch.order)
    else:
        scratch.stays[robot] = scratch.reserved.shape[0]


@driver
def _seek_refuge(problem: FleetProblem, robot: int, memory: FleetMemory, scratch: FleetScratch) -> None:
    distances, state, marks = scratch.distances[robot], problem.states[robot], scratch.marks
    marks[:] = False
    for other in scratch.order:
        if other == robot:
            break
        mark_route(_grid_of(problem, other), scratch.distances[other], problem.states[other], marks)
    goes_out_of_the_way = distances[state] > 0 and not marks[problem.goals[robot]]
    if goes_out_of_the_way or memory.refuges[robot] != NO_REFUGE:
        return
    for other in range(problem.states.size):
        marks[problem.states[other] >> 2] = True
    grid, clearance = _grid_of(problem, robot), memory.clearance[robot]
    refuge = nearest_refuge(grid, state >> 2, clearance, marks, (scratch.cell_distances, scratch.queue))
    memory.refuges[robot] = refuge
    memory.clearance[robot] = 0.0
    if refuge != NO_REFUGE:
        memory.clearance[robot] = scratch.cell_distances[refuge] + 2.0
        fill_oriented_distances(grid, refuge, ANY_DIRECTION, distances, scratch.queue)
