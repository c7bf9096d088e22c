"""When two robots must change places in a one-wide aisle: the swap technique of PIBT.

Source: Okumura, "Improving LaCAM for Scalable Eventually Optimal Multi-Agent Pathfinding", IJCAI 2023,
section 4 ("swap"). Two robots that face each other in an aisle cannot pass. One, the *pusher*, needs the
other's place to get on; the other, the *puller*, may only get out of the way at a junction. The technique
follows the aisle, cell by cell and without searching, to find out whether they can only pass each other
behind the pusher; then the pusher prefers its choices in reverse, that is, it backs away and pulls the other
along until a junction lets them pass.

Here, robots may differ in where they can stand: a cell counts as open when either of the two can stand there.
"""

from __future__ import annotations

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.planners.pathfinding.graph import NO_VERTEX
from planzoo.planners.pathfinding.pibt_arrays import NOBODY, UNDECIDED, PIBTProblem, steps_from

JUNCTION = -2
"""Says that an aisle branches, so that two robots can pass each other."""

DEAD_END = -1
"""Says that an aisle ends."""


@driver
def swap_partner(problem: PIBTProblem, robot: int) -> int:
    """Gives the robot that ``robot`` has to pull along when it backs away, or ``NOBODY``.

    Args:
        problem: the step's problem, with the robot's choices sorted.
        robot: who asks.
    """
    scratch, here = problem.scratch, problem.fleet.vertices[robot]
    best = scratch.choices[robot, 0]
    if not _crosses_bridge(problem, robot, best):
        return NOBODY
    # The first round asks for the robot ahead; the others for those behind, for whom the robot may have to
    # clear the way by not going on: they would follow it to where it could only turn back.
    for direction in range(4, -1, -1):
        neighbour = best if direction == 4 else problem.graph.neighbours[here, direction]
        if neighbour == NO_VERTEX or scratch.robot_now[neighbour] == NOBODY:
            continue
        other, is_ahead = int(scratch.robot_now[neighbour]), direction == 4
        if (is_ahead and scratch.targets[other] != UNDECIDED) or (not is_ahead and neighbour == best):
            continue
        pusher, puller = (robot, other) if is_ahead else (other, robot)
        if _must_swap(problem, (pusher, puller), here, best) and _can_swap(
            problem, (pusher, puller), best, here
        ):
            return other
    return NOBODY


@kernel
def _crosses_bridge(problem: PIBTProblem, robot: int, vertex: int) -> bool:
    here, layer = problem.fleet.vertices[robot], problem.fleet.layers[robot]
    for direction in range(4):
        if (
            problem.graph.neighbours[here, direction] == vertex
            and problem.graph.bridges[layer, here, direction]
        ):
            return True
    return False


@kernel
def _must_swap(problem: PIBTProblem, pair: tuple[int, int], pusher_at: int, puller_at: int) -> bool:
    """Tells whether the pusher's way, the puller before it, goes through an aisle where they can't pass."""
    pusher, puller = pair
    start = pusher_at
    while steps_from(problem, pusher, puller_at) < steps_from(problem, pusher, pusher_at):
        beyond = _next_in_aisle(problem, pair, puller_at, pusher_at)
        if beyond in (JUNCTION, start):
            return False
        if beyond == DEAD_END:
            break
        pusher_at, puller_at = puller_at, beyond
    if steps_from(problem, puller, pusher_at) >= steps_from(problem, puller, puller_at):
        return False
    left = steps_from(problem, pusher, pusher_at)
    return left == 0 or steps_from(problem, pusher, puller_at) < left


@kernel
def _can_swap(problem: PIBTProblem, pair: tuple[int, int], pusher_at: int, puller_at: int) -> bool:
    """Tells whether there is a junction behind the one that backs away."""
    start = pusher_at
    while puller_at != start:
        beyond = _next_in_aisle(problem, pair, puller_at, pusher_at)
        if beyond == JUNCTION:
            return True
        if beyond == DEAD_END:
            return False
        pusher_at, puller_at = puller_at, beyond
    return False


@kernel
def _next_in_aisle(problem: PIBTProblem, pair: tuple[int, int], vertex: int, behind: int) -> int:
    """Gives the only vertex that an aisle goes on with, ``JUNCTION`` or ``DEAD_END``."""
    found = DEAD_END
    for direction in range(4):
        neighbour = problem.graph.neighbours[vertex, direction]
        if neighbour in (NO_VERTEX, behind) or not _is_open(problem, pair, neighbour):
            continue
        if found != DEAD_END:
            return JUNCTION
        found = neighbour
    return int(found)


@kernel
def _is_open(problem: PIBTProblem, pair: tuple[int, int], vertex: int) -> bool:
    passable, layers = problem.graph.passable, problem.fleet.layers
    if not passable[layers[pair[0]], vertex] and not passable[layers[pair[1]], vertex]:
        return False
    occupant = problem.scratch.robot_now[vertex]
    if occupant == NOBODY or occupant == pair[0] or occupant == pair[1]:
        return True
    if problem.fleet.holding[occupant]:
        return False
    # A robot that has arrived in a dead end could not make room.
    return not (steps_from(problem, occupant, vertex) == 0 and _is_dead_end(problem, occupant, vertex))


@kernel
def _is_dead_end(problem: PIBTProblem, robot: int, vertex: int) -> bool:
    count = 0
    for direction in range(4):
        neighbour = problem.graph.neighbours[vertex, direction]
        if neighbour != NO_VERTEX and problem.graph.passable[problem.fleet.layers[robot], neighbour]:
            count += 1
    return count <= 1
