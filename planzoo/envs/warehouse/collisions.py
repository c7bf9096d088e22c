"""Which robots move when all want to at once: the rules of the ``rware`` package.

Each robot wants one target cell, its own when it stays. A robot whose target holds another robot moves only
if that one moves too, so robots form chains and cycles:

- a chain that ends at a robot that stays, or in a cycle, stays;
- a cycle of three or more moves around; two robots never swap;
- of the chains that end at the same free cell, and wherever two chains join, only the longest moves; of
  equally long ones, the one whose last robot before the junction has the lower number;
- a robot that is pulled along by its partner, with whom it carries a heavy shelf, comes before all others.

The rules are the same for robots that turn and for robots that step to any neighbour.

Source: rware 2.0.0, ``Warehouse.step`` (there, a tie falls to the order of a Python set); pulling is ours.
"""

from __future__ import annotations

from typing import Any

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.warehouse.cells import robot_on
from planzoo.envs.warehouse.state import NO_ROBOT, PULLED, State

WAITS = 1
"""Value of ``moves`` for a robot whose chain has not been judged."""
STAYS, GOES = 0, 2


@kernel
def resolve_moves(state: State, world: int) -> None:
    """Fills the robots' ``moves`` from their ``target``."""
    robots = state.robots[world]
    for robot in range(robots.shape[0]):
        target = robots[robot].target
        stays = target == robots[robot].cell
        robots[robot].ahead = robot if stays else robot_on(state, world, target)
        robots[robot].depth = 0
        robots[robot].moves = WAITS
    for robot in range(robots.shape[0]):
        _measure_chain(robots, robot)
    for robot in range(robots.shape[0]):
        if robots[robot].moves == WAITS and not _wins_target(robots, robot):
            robots[robot].moves = STAYS
    for robot in range(robots.shape[0]):
        _follow_leader(robots, robot)


@kernel
def _measure_chain(robots: Any, robot: int) -> None:
    """Judges a robot that stays or is bound to a cycle; else lengthens the chain of those ahead of it."""
    ahead, length = robots[robot].ahead, 1
    while ahead != NO_ROBOT and ahead != robot and robots[ahead].ahead != ahead and length <= robots.shape[0]:
        ahead = robots[ahead].ahead
        length += 1
    if ahead == robot:
        robots[robot].moves = GOES if length >= 3 else STAYS
    elif ahead != NO_ROBOT:
        robots[robot].moves = STAYS
    else:
        behind, depth = robot, 0
        while robots[behind].ahead != NO_ROBOT:
            behind, depth = robots[behind].ahead, depth + 1
            robots[behind].depth = max(robots[behind].depth, depth)


@kernel
def _wins_target(robots: Any, robot: int) -> bool:
    """Tells whether no other chain into the same target is longer, or equally long with a lower number."""
    target, depth = robots[robot].target, robots[robot].depth
    if robots[robot].command == PULLED:
        return True
    for other in range(robots.shape[0]):
        if other == robot or robots[other].target != target:
            continue
        if robots[other].command == PULLED:
            return False
        if robots[other].depth > depth or (robots[other].depth == depth and other < robot):
            return False
    return True


@kernel
def _follow_leader(robots: Any, robot: int) -> None:
    """Lets a robot go that is still waiting if all robots ahead of it go."""
    leader = robot
    while robots[leader].moves == WAITS and robots[leader].ahead != NO_ROBOT:
        leader = robots[leader].ahead
    verdict = STAYS if robots[leader].moves == STAYS else GOES
    follower = robot
    while robots[follower].moves == WAITS:
        robots[follower].moves = verdict
        if robots[follower].ahead == NO_ROBOT:
            break
        follower = robots[follower].ahead
