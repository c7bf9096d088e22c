"""Which robots move when all want to at once: the rules of the ``rware`` package.

Each robot wants one target cell, its own when it stays. A robot whose target holds another robot moves only
if that one moves too, so robots form chains and cycles:

- a chain that ends at a robot that stays, or in a cycle, stays;
- a cycle of three or more moves around; two robots never swap;
- of the chains that end at the same free cell, and wherever two chains join, only the longest moves; of
  equally long ones, the one whose last robot before the junction has the lower number.

Source: rware 2.0.0, ``Warehouse.step`` (there, a tie falls to the order of a Python set).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.warehouse.state import AHEAD, DEPTH, MOVES, NO_ROBOT, TARGET, State

WAITS = 1
"""Value of the MOVES column for a robot whose chain has not been judged."""
STAYS, GOES = 0, 2


@kernel
def resolve_moves(state: State, world: int) -> None:
    """Fills the MOVES column of ``state.moves`` from its TARGET column."""
    moves = state.moves[world]
    robots = moves.shape[0]
    for robot in range(robots):
        target = moves[robot, TARGET]
        moves[robot, AHEAD] = state.robot_at[world, target]
        moves[robot, DEPTH] = 0
        moves[robot, MOVES] = WAITS
    for robot in range(robots):
        _measure_chain(moves, robot)
    for robot in range(robots):
        if moves[robot, MOVES] == WAITS and not _wins_target(moves, robot):
            moves[robot, MOVES] = STAYS
    for robot in range(robots):
        _follow_leader(moves, robot)


@kernel
def _measure_chain(moves: NDArray[np.int32], robot: int) -> None:
    """Judges a robot that stays or is bound to a cycle; else lengthens the chain of those ahead of it."""
    ahead, length = moves[robot, AHEAD], 1
    while ahead != NO_ROBOT and ahead != robot and moves[ahead, AHEAD] != ahead and length <= moves.shape[0]:
        ahead = moves[ahead, AHEAD]
        length += 1
    if ahead == robot:
        moves[robot, MOVES] = GOES if length >= 3 else STAYS
    elif ahead != NO_ROBOT:
        moves[robot, MOVES] = STAYS
    else:
        behind, depth = robot, 0
        while moves[behind, AHEAD] != NO_ROBOT:
            behind, depth = moves[behind, AHEAD], depth + 1
            moves[behind, DEPTH] = max(moves[behind, DEPTH], depth)


@kernel
def _wins_target(moves: NDArray[np.int32], robot: int) -> bool:
    """Tells whether no other chain into the same target is longer, or equally long with a lower number."""
    target, depth = moves[robot, TARGET], moves[robot, DEPTH]
    for other in range(moves.shape[0]):
        if other == robot or moves[other, TARGET] != target:
            continue
        if moves[other, DEPTH] > depth or (moves[other, DEPTH] == depth and other < robot):
            return False
    return True


@kernel
def _follow_leader(moves: NDArray[np.int32], robot: int) -> None:
    """Lets a robot go that is still waiting if all robots ahead of it go."""
    leader = robot
    while moves[leader, MOVES] == WAITS and moves[leader, AHEAD] != NO_ROBOT:
        leader = moves[leader, AHEAD]
    verdict = STAYS if moves[leader, MOVES] == STAYS else GOES
    follower = robot
    while moves[follower, MOVES] == WAITS:
        moves[follower, MOVES] = verdict
        if moves[follower, AHEAD] == NO_ROBOT:
            break
        follower = moves[follower, AHEAD]
