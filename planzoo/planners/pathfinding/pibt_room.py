"""Making room in dead ends, where PIBT alone gets stuck.

The most urgent robot fails to get ahead in one case only: the robot in its way, and all behind that, stand in
a part of the map that is full and has no other way out. Pushing is of no use then, whatever the others do.
So the robot in the way is made more urgent than the one that asks, and heads for a refuge on the other side,
pushing the asker back; it rests there until the asker has arrived. The refuge is drawn at random among the
nearer free cells, so that robots that fail together once do not fail in the same way for ever.
"""

from __future__ import annotations

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.planners.pathfinding.distance_fields import NO_FIELD
from planzoo.planners.pathfinding.graph import NO_VERTEX
from planzoo.planners.pathfinding.pibt_arrays import NOBODY, PIBTProblem, steps_from


@driver
def ask_for_room(problem: PIBTProblem, robot: int) -> None:
    """Lets the robot in the way of the most urgent one leave, if that one has tried in vain to push it.

    Args:
        problem: the step's problem; its memory is changed.
        robot: the most urgent robot, which has chosen its target.
    """
    scratch, memory, priorities = problem.scratch, problem.memory, problem.fleet.priorities
    vertex = problem.fleet.vertices[robot]
    if scratch.slots[robot] == NO_FIELD or scratch.partners[robot] != NOBODY:
        return
    left = steps_from(problem, robot, vertex)
    wanted = scratch.choices[robot, 0]
    if (
        wanted in (vertex, scratch.targets[robot])
        or left == 0
        or steps_from(problem, robot, scratch.targets[robot]) < left
    ):
        return
    blocker = scratch.robot_now[wanted]
    if blocker == NOBODY or problem.fleet.holding[blocker]:
        return
    refuge = _find_refuge(problem, blocker, vertex)
    if refuge == NO_VERTEX:
        return
    memory.refuges[blocker] = refuge
    memory.yields_to[blocker] = robot
    memory.yields_until[blocker] = problem.fleet.goals[robot]
    memory.refuges[robot] = NO_VERTEX
    memory.waiting[blocker] = memory.waiting[robot] + priorities[robot] - priorities[blocker] + 1.0


@kernel
def _find_refuge(problem: PIBTProblem, robot: int, gate: int) -> int:
    """Finds a free vertex for a robot on the other side of the gate where the asker stands."""
    scratch, start = problem.scratch, problem.fleet.vertices[robot]
    queue, marks = scratch.queue, scratch.marks
    marks[start] = marks[gate] = True
    queue[0] = start
    inside = _flood(problem, robot, 0, 1)
    queue[inside] = gate
    count = _flood(problem, robot, inside, inside + 1)
    refuge, luck = NO_VERTEX, problem.memory.steps[0] * 7919 + robot * 104729
    for index in range(inside + 1, count):
        if scratch.robot_now[queue[index]] != NOBODY:
            continue
        refuge = queue[index]
        luck = (luck * 1103515245 + 12345) & 0x7FFFFFFF
        if (luck >> 16) & 15 == 0:
            break
    for index in range(count):
        marks[queue[index]] = False
    return int(refuge)


@kernel
def _flood(problem: PIBTProblem, robot: int, first: int, count: int) -> int:
    """Adds all vertices to the queue that the robot can reach from those in it; gives their number."""
    queue, marks = problem.scratch.queue, problem.scratch.marks
    passable = problem.graph.passable[problem.fleet.layers[robot]]
    while first < count:
        for direction in range(4):
            neighbour = problem.graph.neighbours[queue[first], direction]
            if neighbour != NO_VERTEX and passable[neighbour] and not marks[neighbour]:
                marks[neighbour] = True
                queue[count] = neighbour
                count += 1
        first += 1
    return count
