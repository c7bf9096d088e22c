"""The ways that a guided agent is shown: how far what it knows is, and which move leads there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.layout import GUIDE_SIZE, GUIDES
from planzoo.envs.maze.places import is_frontier_cell
from planzoo.envs.maze.search import NO_MOVE, search_known
from planzoo.envs.maze.state import (
    EXIT,
    GROUND_CODES,
    IN_PROGRESS,
    ITEM_SHIFT,
    KEY,
    NO_CELL,
    SAFE_ROOM,
    Constants,
    Scratch,
    State,
)
from planzoo.envs.maze.teams import is_member
from planzoo.envs.simulation.kernel import driver, kernel

_NOTHING, _ONE = np.float32(0.0), np.float32(1.0)
TO_AN_EXIT, TO_A_SAFE_ROOM, TO_AN_ITEM, TO_THE_FRONTIER, TO_THE_PLAN = 0, 1, 2, 6, 7
"""Places in GUIDES; those of the items follow the first of them."""


@driver
def write_guide(
    constants: Constants,
    state: State,
    world: int,
    agent: int,
    out: NDArray[np.float32],
    scratch: Scratch,
) -> None:
    """Writes GUIDE_SIZE numbers for each of GUIDES.

    They are whether it is known and reached over the agent's map, the first move there one-hot, and
    1 / (1 + distance).
    """
    for number in range(len(GUIDES) * GUIDE_SIZE):
        out[number] = _NOTHING
    reached = search_known(constants, state, world, agent, scratch)
    for place in range(reached):
        cell = scratch.queue[place]
        code = state.known[world, agent, cell]
        ground, item = code & GROUND_CODES, code >> ITEM_SHIFT
        if ground == EXIT:
            show_way(out, TO_AN_EXIT, cell, scratch)
        if ground == SAFE_ROOM:
            show_way(out, TO_A_SAFE_ROOM, cell, scratch)
        if 0 < item <= KEY + 1:
            show_way(out, TO_AN_ITEM + item - 1, cell, scratch)
        unexplored = out[TO_THE_FRONTIER * GUIDE_SIZE] == _NOTHING
        if unexplored and is_frontier_cell(constants, state, world, agent, cell):
            show_way(out, TO_THE_FRONTIER, cell, scratch)
    target = plan_target(state, world, agent)
    if target != NO_CELL and scratch.distance[target] >= 0:
        show_way(out, TO_THE_PLAN, target, scratch)


@kernel
def show_way(out: NDArray[np.float32], guide: int, cell: int, scratch: Scratch) -> None:
    """Writes the way to a cell, if nothing nearer of its kind has been written."""
    start = guide * GUIDE_SIZE
    if out[start] > _NOTHING:
        return
    out[start] = _ONE
    if scratch.first[cell] != NO_MOVE:
        out[start + 1 + scratch.first[cell]] = _ONE
    out[start + 5] = _ONE / np.float32(1 + scratch.distance[cell])


@kernel
def plan_target(state: State, world: int, agent: int) -> int:
    """Gives the target of the plan in progress that an agent takes part in; NO_CELL if there is none."""
    for slot in range(state.plans.shape[1]):
        plan = state.plans[world, slot]
        if plan.status == IN_PROGRESS and is_member(plan.accepted, agent):
            return int(plan.target)
    return NO_CELL
