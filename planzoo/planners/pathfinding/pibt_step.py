"""One step of PIBT as kernels: choose targets, most urgent robot first, then turn them into actions.

Priority Inheritance with Backtracking (Okumura, Machida, Défago and Tamura, "Priority Inheritance with
Backtracking for Iterative Multi-agent Path Finding", Artificial Intelligence 310, 2022, section 4). Every
robot takes the best free choice among its neighbours and its own cell; among equals, the least crowded. When
another robot is there, that one inherits the turn and must choose first; when it finds nowhere to go, the
asker tries its next choice. The recursion is an explicit stack here: a success ends the whole chain, as every
asker then has its choice.

*Turn-and-move robots.* A target is an intention then. A robot that faces its target enters it when it is free
or its occupant leaves in the same step; otherwise the robot turns, and keeps the target to itself meanwhile.
Targets are chosen anew in every step, but who has begun to turn tries the same target first, so that robots
that wait for each other do not turn to and fro. No two robots have one target, nor each other's places as
targets; so a step has no conflicts: those who move form chains that end at a free cell, or cycles of three
or more whose robots all face their targets.
"""

from __future__ import annotations

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.planners.pathfinding.distance_fields import NO_FIELD, find_slots
from planzoo.planners.pathfinding.graph import NO_VERTEX
from planzoo.planners.pathfinding.motion import (
    DIRECTION_RIGHT_OF,
    FORWARD,
    NOOP,
    TURN_LEFT,
    TURN_RIGHT,
)
from planzoo.planners.pathfinding.pibt_arrays import (
    CHOICES,
    NOBODY,
    UNDECIDED,
    PIBTProblem,
    steps_after_move,
    steps_after_wait,
    steps_from,
)
from planzoo.planners.pathfinding.pibt_room import ask_for_room
from planzoo.planners.pathfinding.pibt_swap import swap_partner

CHOSEN, FAILED = -1, -2
"""What :func:`_try_choices` answers when nobody has to be asked."""

STAYS, UNJUDGED, GOES = 0, 1, 2
"""Whether a robot enters its target in this step."""

RETREATS = 8
"""How many steps of a trip a robot may back away to swap; then it insists, for swapping leads nowhere."""

CROWD = 8
"""More than the robots on and around a vertex can be."""

NOISE_BITS = 3
"""Random bits that break ties between equally good choices."""


@driver
def plan_pibt(problem: PIBTProblem) -> None:
    """Plans one step of the whole fleet.

    Args:
        problem: its memory and table are changed; ``actions``, ``next_vertices`` and ``targets`` of its
            scratch and ``reachable`` of its memory are the answer.
    """
    fleet, scratch = problem.fleet, problem.scratch
    for robot in range(fleet.vertices.size):
        scratch.robot_now[fleet.vertices[robot]] = robot
        scratch.targets[robot] = UNDECIDED
        scratch.headings[robot] = _heading(problem, robot)
        if fleet.holding[robot]:
            _take(problem, robot, fleet.vertices[robot])
    find_slots(problem.graph, problem.table, fleet.layers, scratch.headings, scratch.slots)
    for robot in range(fleet.vertices.size):
        _update_waiting(problem, robot)
    _sort_by_urgency(problem)
    _choose_in_order(problem)
    if problem.graph.turning:
        _turn_and_move(problem)
    else:
        _move_cardinal(problem)
    for robot in range(fleet.vertices.size):
        scratch.robot_now[fleet.vertices[robot]] = NOBODY
        scratch.robot_next[scratch.targets[robot]] = NOBODY
    problem.memory.steps[0] += 1


@kernel
def _choose_in_order(problem: PIBTProblem) -> None:
    scratch, is_first = problem.scratch, True
    for robot in problem.memory.order:
        if scratch.targets[robot] != UNDECIDED:
            continue
        _choose(problem, robot)
        if is_first:
            ask_for_room(problem, robot)
        is_first = False


@kernel
def _take(problem: PIBTProblem, robot: int, vertex: int) -> None:
    problem.scratch.targets[robot] = vertex
    problem.scratch.robot_next[vertex] = robot


@kernel
def _heading(problem: PIBTProblem, robot: int) -> int:
    """Gives where a robot heads: its goal, or its refuge until the one that it makes room for has arrived."""
    fleet, memory = problem.fleet, problem.memory
    vertex, goal = fleet.vertices[robot], fleet.goals[robot]
    has_arrived = vertex == memory.goals[robot] or vertex == goal
    memory.ages[robot] = 0.0 if has_arrived else memory.ages[robot] + 1.0
    if memory.goals[robot] != goal:
        memory.goals[robot] = goal
        memory.waiting[robot] = max(memory.ages[robot] - 1.0, 0.0)
        memory.refuges[robot] = NO_VERTEX
    if has_arrived:
        memory.retreats[robot] = 0
    if memory.refuges[robot] != NO_VERTEX:
        other, until = memory.yields_to[robot], memory.yields_until[robot]
        if fleet.goals[other] != until or fleet.vertices[other] == until or memory.waiting[other] < 0.0:
            memory.refuges[robot] = NO_VERTEX
            memory.waiting[robot] = max(memory.ages[robot] - 1.0, 0.0)
    return int(goal if memory.refuges[robot] == NO_VERTEX else memory.refuges[robot])


@kernel
def _update_waiting(problem: PIBTProblem, robot: int) -> None:
    scratch, memory = problem.scratch, problem.memory
    reachable = scratch.slots[robot] != NO_FIELD and _reaches_goal(problem, robot)
    if memory.refuges[robot] == NO_VERTEX:
        memory.reachable[robot] = reachable
    if not reachable:
        scratch.slots[robot] = NO_FIELD
        memory.waiting[robot] = -1.0
    elif steps_from(problem, robot, problem.fleet.vertices[robot]) == 0:
        memory.waiting[robot] = 0.0
    else:
        memory.waiting[robot] += 1.0


@kernel
def _reaches_goal(problem: PIBTProblem, robot: int) -> bool:
    """Tells whether a path leads to the goal from the robot's vertex or, if that is closed, from beside."""
    vertex, states = problem.fleet.vertices[robot], problem.graph.neighbours.shape[0]
    farthest = states * (4 if problem.graph.turning else 1)
    if steps_from(problem, robot, vertex) < farthest:
        return True
    for direction in range(4):
        neighbour = problem.graph.neighbours[vertex, direction]
        if neighbour != NO_VERTEX and steps_from(problem, robot, neighbour) < farthest:
            return True
    return False


@kernel
def _sort_by_urgency(problem: PIBTProblem) -> None:
    """Sorts the last step's order anew; hardly anything changes places, so that insertion is quickest."""
    order, waiting, priorities = problem.memory.order, problem.memory.waiting, problem.fleet.priorities
    for index in range(order.size):
        robot, slot = order[index], index
        urgency = waiting[robot] + priorities[robot]
        while slot > 0 and waiting[order[slot - 1]] + priorities[order[slot - 1]] < urgency:
            order[slot] = order[slot - 1]
            slot -= 1
        order[slot] = robot


@kernel
def _choose(problem: PIBTProblem, first: int) -> None:
    """Finds a target for a robot and for all that must make room for it."""
    scratch = problem.scratch
    scratch.stack[0], depth, asked = first, 1, first
    while depth > 0:
        if asked != NOBODY:
            _prepare(problem, asked)
        robot = scratch.stack[depth - 1]
        asked = _try_choices(problem, robot)
        if asked == CHOSEN:
            break
        if asked == FAILED:
            _take(problem, robot, problem.fleet.vertices[robot])
            depth, asked = depth - 1, NOBODY
        else:
            scratch.stack[depth] = asked
            depth += 1
    for index in range(depth - 1, -1, -1):
        _pull_partner(problem, scratch.stack[index])


@driver
def _prepare(problem: PIBTProblem, robot: int) -> None:
    """Sorts a robot's choices, and turns them round if it has to back away."""
    scratch, memory = problem.scratch, problem.memory
    count = _sort_choices(problem, robot)
    scratch.tried[robot] = 0
    if memory.turning_to[robot] != NO_VERTEX:
        _put_first(problem, robot, count)
        scratch.partners[robot] = memory.partners[robot]
        return
    patient = memory.retreats[robot] < RETREATS
    scratch.partners[robot] = swap_partner(problem, robot) if patient else NOBODY
    if scratch.partners[robot] != NOBODY:
        memory.retreats[robot] += 1
        for index in range(count // 2):
            mirrored = count - 1 - index
            kept = scratch.choices[robot, index]
            scratch.choices[robot, index] = scratch.choices[robot, mirrored]
            scratch.choices[robot, mirrored] = kept


@kernel
def _put_first(problem: PIBTProblem, robot: int, count: int) -> None:
    """Puts the target that a robot has begun to turn to before its other choices."""
    choices, wanted = problem.scratch.choices[robot], problem.memory.turning_to[robot]
    for index in range(count - 1, 0, -1):
        if choices[index] == wanted:
            choices[index] = choices[index - 1]
            choices[index - 1] = wanted


@kernel
def _sort_choices(problem: PIBTProblem, robot: int) -> int:
    """Writes where a robot can go, the best first, and gives the number of choices."""
    scratch, vertex = problem.scratch, problem.fleet.vertices[robot]
    passable, count = problem.graph.passable[problem.fleet.layers[robot]], 1
    has_goal = problem.scratch.slots[robot] != NO_FIELD
    scratch.choices[robot, 0] = vertex
    scratch.keys[0] = _key(problem, robot, vertex, steps_after_wait(problem, robot) if has_goal else 0)
    for direction in range(4):
        neighbour = problem.graph.neighbours[vertex, direction]
        if neighbour == NO_VERTEX or not passable[neighbour]:
            continue
        steps = steps_after_move(problem, robot, neighbour, direction) if has_goal else 1
        key, slot = _key(problem, robot, neighbour, steps), count
        while slot > 0 and scratch.keys[slot - 1] > key:
            scratch.keys[slot] = scratch.keys[slot - 1]
            scratch.choices[robot, slot] = scratch.choices[robot, slot - 1]
            slot -= 1
        scratch.keys[slot] = key
        scratch.choices[robot, slot] = neighbour
        count += 1
    if count < CHOICES:
        scratch.choices[robot, count] = NO_VERTEX
    return count


@kernel
def _key(problem: PIBTProblem, robot: int, vertex: int, steps: int) -> int:
    """Orders choices by steps, then by the number of robots on and around the vertex, then at random."""
    neighbours, crowd = problem.graph.neighbours, 0
    if problem.scratch.robot_now[vertex] not in (NOBODY, robot):
        crowd = 1
    for direction in range(4):
        beyond = neighbours[vertex, direction]
        if beyond != NO_VERTEX and problem.scratch.robot_now[beyond] != NOBODY:
            crowd += 1
    value = (problem.memory.steps[0] * 73856093) ^ (robot * 19349663) ^ (vertex * 83492791)
    value = ((value & 0x7FFFFFFF) * 1274126177) & 0x7FFFFFFF
    noise = (value >> 15) & ((1 << NOISE_BITS) - 1)
    return int((((CROWD * steps) + crowd) << NOISE_BITS) + noise)


@kernel
def _try_choices(problem: PIBTProblem, robot: int) -> int:
    """Takes the next choice that is not denied; gives who must make room, ``CHOSEN`` or ``FAILED``."""
    scratch, vertices = problem.scratch, problem.fleet.vertices
    while scratch.tried[robot] < CHOICES:
        target = scratch.choices[robot, scratch.tried[robot]]
        if target == NO_VERTEX:
            break
        scratch.tried[robot] += 1
        if scratch.robot_next[target] != NOBODY:
            continue
        occupant = scratch.robot_now[target]
        if occupant != NOBODY and scratch.targets[occupant] == vertices[robot]:
            continue
        _take(problem, robot, target)
        if occupant in (NOBODY, robot) or scratch.targets[occupant] != UNDECIDED:
            return CHOSEN
        return int(occupant)
    return FAILED


@kernel
def _pull_partner(problem: PIBTProblem, robot: int) -> None:
    """Lets the partner of a robot that backs away follow it."""
    scratch, vertex = problem.scratch, problem.fleet.vertices[robot]
    partner = scratch.partners[robot]
    if partner == NOBODY or scratch.tried[robot] != 1 or scratch.targets[robot] == vertex:
        return
    if not _are_neighbours(problem, vertex, problem.fleet.vertices[partner]):
        return
    enters = problem.graph.passable[problem.fleet.layers[partner], vertex]
    if enters and scratch.targets[partner] == UNDECIDED and scratch.robot_next[vertex] == NOBODY:
        _take(problem, partner, vertex)


@kernel
def _are_neighbours(problem: PIBTProblem, vertex: int, other: int) -> bool:
    adjacent = False
    for direction in range(4):
        adjacent = adjacent or problem.graph.neighbours[vertex, direction] == other
    return adjacent


@kernel
def _move_cardinal(problem: PIBTProblem) -> None:
    scratch, vertices = problem.scratch, problem.fleet.vertices
    for robot in range(vertices.size):
        target = scratch.targets[robot]
        scratch.next_vertices[robot] = target
        scratch.actions[robot] = 0
        for direction in range(4):
            if problem.graph.neighbours[vertices[robot], direction] == target:
                scratch.actions[robot] = 1 + direction


@kernel
def _turn_and_move(problem: PIBTProblem) -> None:
    scratch, fleet = problem.scratch, problem.fleet
    for robot in range(fleet.vertices.size):
        ahead = problem.graph.neighbours[fleet.vertices[robot], fleet.directions[robot]]
        faces = ahead != NO_VERTEX and ahead == scratch.targets[robot]
        scratch.goes[robot] = UNJUDGED if faces else STAYS
    for robot in range(fleet.vertices.size):
        _judge_chain(problem, robot)
    for robot in range(fleet.vertices.size):
        scratch.next_vertices[robot] = fleet.vertices[robot]
        if scratch.goes[robot] == GOES:
            scratch.next_vertices[robot] = scratch.targets[robot]
            scratch.actions[robot] = FORWARD
            problem.memory.turning_to[robot] = NO_VERTEX
        else:
            scratch.actions[robot] = _turn_to_target(problem, robot)
            turns = scratch.actions[robot] != NOOP and scratch.targets[robot] != fleet.vertices[robot]
            problem.memory.turning_to[robot] = scratch.targets[robot] if turns else NO_VERTEX
            problem.memory.partners[robot] = scratch.partners[robot]


@kernel
def _judge_chain(problem: PIBTProblem, robot: int) -> None:
    """Finds out whether the robots ahead of one, and so the robot itself, move in this step."""
    scratch = problem.scratch
    leader, verdict = robot, UNJUDGED
    while verdict == UNJUDGED and scratch.goes[leader] == UNJUDGED:
        leader = scratch.robot_now[scratch.targets[leader]]
        # Coming back to the beginning means a cycle whose robots all face their targets.
        if leader in (NOBODY, robot):
            verdict = GOES
    if verdict == UNJUDGED:
        verdict = scratch.goes[leader]
    follower = robot
    while follower != NOBODY and scratch.goes[follower] == UNJUDGED:
        scratch.goes[follower] = verdict
        follower = scratch.robot_now[scratch.targets[follower]]


@kernel
def _turn_to_target(problem: PIBTProblem, robot: int) -> int:
    fleet, target = problem.fleet, problem.scratch.targets[robot]
    vertex, direction = fleet.vertices[robot], fleet.directions[robot]
    if fleet.holding[robot]:
        return NOOP
    wanted = direction
    for way in range(4):
        if target != vertex and problem.graph.neighbours[vertex, way] == target:
            wanted = way
    if wanted == direction:
        return NOOP
    # Of a half turn the side does not matter to the robot.
    return TURN_RIGHT if DIRECTION_RIGHT_OF[direction] == wanted else TURN_LEFT
