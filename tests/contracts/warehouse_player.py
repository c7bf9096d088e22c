"""A rough player who gets things done in any warehouse, so that every rule is reached; it sees everything."""

from __future__ import annotations

from collections import deque
from collections.abc import Set

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.layout import CHARGER, CRIB, STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import BLOCKED_CODE, DOWN, LEFT, NO_SHELF, RIGHT, STANDING_CODE, UP

PURPOSE = 0.8
"""Probability that a robot does what it is for; else it does anything that is allowed."""
_LEFT_OF = {UP: LEFT, LEFT: DOWN, DOWN: RIGHT, RIGHT: UP}


def choose_actions(simulator: WarehouseSimulator, random: np.random.Generator) -> NDArray[np.int64]:
    """Chooses an action for every robot of every world, int64 (B, N)."""
    masks = simulator.buffers.action_masks
    actions = (random.random(masks.shape) * masks).argmax(axis=2)
    purposeful = random.random(actions.shape) < PURPOSE
    moves = masks.shape[2] >> simulator.params.message_bits
    messages = random.integers(1 << simulator.params.message_bits, size=actions.shape)
    for world, robot in zip(*np.nonzero(purposeful), strict=True):
        action = purposeful_action(simulator, world, robot, random)
        if masks[world, robot, action]:
            actions[world, robot] = action + moves * messages[world, robot]
    return actions


def purposeful_action(
    simulator: WarehouseSimulator, world: int, robot: int, random: np.random.Generator
) -> int:
    """Gives what brings a robot nearer to its next goal; the action may be forbidden."""
    goals = goals_of(simulator, world, robot)
    cell = int(simulator.state.robots.cell[world, robot])
    actions = simulator.num_actions >> simulator.params.message_bits
    if cell in goals:
        # Two robots lift a heavy shelf only if both load in the same step.
        return actions - 1
    direction = first_step(simulator, world, robot, goals)
    if direction is None:
        return int(random.integers(actions))
    if simulator.constants.cardinal:
        return 1 + direction
    heading = int(simulator.state.robots.direction[world, robot])
    if heading == direction:
        return 1
    return 2 if _LEFT_OF[heading] == direction else 3


def goals_of(simulator: WarehouseSimulator, world: int, robot: int) -> Set[int]:
    """Gives the cells where a robot has something to do, the most pressing ones."""
    state, kinds, params = simulator.state, simulator.constants.kinds, simulator.params
    body, shelves = state.robots[world, robot], state.shelves[world]
    load = state.robot_load[world, robot, : body.loads]
    standing = state.codes[world] & STANDING_CODE > 0
    if params.battery and body.battery < params.battery // 3:
        return _cells(kinds == CHARGER)
    if shelves.requested[load].any():
        return _cells(kinds == WORKSTATION)
    if body.loads and body.loads == simulator.constants.robots.capacity[robot]:
        return _cells((kinds == STORAGE) & ~standing)
    if params.tools and not body.tool and state.worlds.tools_left[world] and robot % 2 == 0:
        return _cells(kinds == CRIB)
    wanted = _wanted(simulator, world, robot)
    return wanted or _cells((kinds == STORAGE) & ~standing)


def _wanted(simulator: WarehouseSimulator, world: int, robot: int) -> Set[int]:
    """Gives the cells of requested standing shelves, and those beside a robot that needs a second one."""
    state, constants = simulator.state, simulator.constants
    cells: set[int] = set()
    for shelf in state.requests[world][state.requests[world] != NO_SHELF].tolist():
        cell = int(state.shelves.cell[world, shelf])
        if shelf in state.robot_load[world]:
            continue
        holders = np.flatnonzero(state.robots.cell[world] == cell).tolist()
        if holders in ([], [robot]):
            cells.add(cell)
        elif constants.shelves.weight[shelf] > constants.robots.lift[holders[0]]:
            cells.update((cell + constants.steps_ahead).tolist())
    return cells


def _cells(chosen: NDArray[np.bool_]) -> Set[int]:
    return set(np.flatnonzero(chosen).tolist())


def first_step(simulator: WarehouseSimulator, world: int, robot: int, goals: Set[int]) -> int | None:
    """Gives the direction of the first step to the nearest goal, around other robots, or None."""
    state, constants = simulator.state, simulator.constants
    closed = (constants.kinds == WALL) | (state.codes[world] & BLOCKED_CODE > 0)
    if state.robots.loads[world, robot] >= constants.robots.capacity[robot]:
        closed |= state.codes[world] & STANDING_CODE > 0
    closed[np.delete(state.robots.cell[world], robot)] = True
    start, steps = int(state.robots.cell[world, robot]), constants.steps_ahead.tolist()
    came_by: dict[int, int] = {start: -1}
    waiting = deque([start])
    while waiting:
        cell = waiting.popleft()
        for direction, step in enumerate(steps):
            ahead = cell + step
            if ahead in came_by or closed[ahead]:
                continue
            came_by[ahead] = direction if cell == start else came_by[cell]
            if ahead in goals:
                return came_by[ahead]
            waiting.append(ahead)
    return None
