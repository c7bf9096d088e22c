"""The rules of the warehouse, as compiled functions over one world's rows.

Action meanings, rewards and collisions are those of the ``rware`` package 2.0.0 (Papoudakis et al., 2021).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.random import random_below
from planzoo.envs.warehouse.collisions import GOES, resolve_moves
from planzoo.envs.warehouse.layout import STORAGE, WALL
from planzoo.envs.warehouse.state import (
    DELIVERED,
    DOWN,
    LEFT,
    MOVES,
    NO_ROBOT,
    NO_SHELF,
    RETURNED,
    REWARD_GLOBAL,
    REWARD_TWO_STAGE,
    RIGHT,
    TARGET,
    UP,
    Constants,
    State,
)

NOOP, FORWARD, TURN_LEFT, TURN_RIGHT, TOGGLE_LOAD = 0, 1, 2, 3, 4
NUM_ACTIONS = 5
SHELF_CODE, REQUEST_CODE = 8, 16

_LEFT_OF = np.array([LEFT, RIGHT, DOWN, UP], dtype=np.int8)
_RIGHT_OF = np.array([RIGHT, LEFT, UP, DOWN], dtype=np.int8)


@kernel
def initial_state(constants: Constants, state: State, world: int) -> None:
    """Puts every shelf in its place, robots and requests at random."""
    state.steps[world] = 0
    state.ended[world] = False
    state.robot_at[world] = NO_ROBOT
    state.shelf_at[world] = NO_SHELF
    state.codes[world] = 0
    state.requested[world] = False
    state.events[world] = 0
    state.deliveries[world] = 0
    for shelf in range(constants.storage_cells.shape[0]):
        cell = constants.storage_cells[shelf]
        state.shelf_cell[world, shelf] = cell
        state.shelf_at[world, cell] = shelf
        write_code(state, world, cell)
    for slot in range(state.requests.shape[1]):
        _request_another(state, world, slot, slot)
    for robot in range(state.robot_cell.shape[1]):
        _place_robot(constants, state, world, robot)


@kernel
def _place_robot(constants: Constants, state: State, world: int, robot: int) -> None:
    free = constants.free_cells.shape[0]
    cell = constants.free_cells[random_below(state.random_streams, world, free)]
    while state.robot_at[world, cell] != NO_ROBOT:
        cell = constants.free_cells[random_below(state.random_streams, world, free)]
    state.robot_cell[world, robot] = cell
    state.robot_at[world, cell] = robot
    state.robot_direction[world, robot] = random_below(state.random_streams, world, 4)
    state.robot_load[world, robot] = NO_SHELF
    state.robot_delivered[world, robot] = False
    write_code(state, world, cell)


@kernel
def _request_another(state: State, world: int, slot: int, requested: int) -> None:
    """Fills a slot of the queue with a shelf that is not among the ``requested`` many."""
    shelves = state.requested.shape[1]
    skip = random_below(state.random_streams, world, shelves - requested)
    for shelf in range(shelves):
        if state.requested[world, shelf]:
            continue
        if skip == 0:
            state.requests[world, slot] = shelf
            state.requested[world, shelf] = True
            write_code(state, world, state.shelf_cell[world, shelf])
            return
        skip -= 1


@kernel
def write_code(state: State, world: int, cell: int) -> None:
    """Writes what a sensor sees on a cell."""
    code = 0
    robot, shelf = state.robot_at[world, cell], state.shelf_at[world, cell]
    if robot != NO_ROBOT:
        code = state.robot_direction[world, robot] + 1
    if shelf != NO_SHELF:
        code += SHELF_CODE
        if state.requested[world, shelf]:
            code += REQUEST_CODE
    state.codes[world, cell] = code


@kernel
def transition(constants: Constants, state: State, world: int, actions: NDArray[np.int64]) -> None:
    """Moves robots, lifts and drops shelves, takes deliveries; ``actions`` int64 (N,), -1 does nothing."""
    state.steps[world] += 1
    state.events[world] = 0
    wants_to_move = False
    for robot in range(actions.shape[0]):
        cell = state.robot_cell[world, robot]
        state.moves[world, robot, TARGET] = cell
        if actions[robot] == FORWARD:
            wants_to_move = True
            direction = state.robot_direction[world, robot]
            state.moves[world, robot, TARGET] = cell + constants.steps_ahead[direction]
    if wants_to_move:
        resolve_moves(state, world)
        _move_robots(state, world, actions)
    for robot in range(actions.shape[0]):
        if actions[robot] == TURN_LEFT or actions[robot] == TURN_RIGHT:
            _turn(state, world, robot, actions[robot])
        elif actions[robot] == TOGGLE_LOAD:
            _toggle_load(constants, state, world, robot)
    for index in range(constants.workstations.shape[0]):
        _deliver(state, world, constants.workstations[index])
    state.ended[world] = state.steps[world] >= constants.max_steps


@kernel
def _move_robots(state: State, world: int, actions: NDArray[np.int64]) -> None:
    """Lifts all robots that go off the map, then sets them down on their targets."""
    for robot in range(actions.shape[0]):
        if actions[robot] == FORWARD and state.moves[world, robot, MOVES] == GOES:
            cell = state.robot_cell[world, robot]
            state.robot_at[world, cell] = NO_ROBOT
            if state.robot_load[world, robot] != NO_SHELF:
                state.shelf_at[world, cell] = NO_SHELF
            write_code(state, world, cell)
    for robot in range(actions.shape[0]):
        if actions[robot] == FORWARD and state.moves[world, robot, MOVES] == GOES:
            cell, load = state.moves[world, robot, TARGET], state.robot_load[world, robot]
            state.robot_cell[world, robot] = cell
            state.robot_at[world, cell] = robot
            if load != NO_SHELF:
                state.shelf_cell[world, load] = cell
                state.shelf_at[world, cell] = load
            write_code(state, world, cell)


@kernel
def _turn(state: State, world: int, robot: int, action: int) -> None:
    direction = state.robot_direction[world, robot]
    turned = _LEFT_OF[direction] if action == TURN_LEFT else _RIGHT_OF[direction]
    state.robot_direction[world, robot] = turned
    write_code(state, world, state.robot_cell[world, robot])


@kernel
def _toggle_load(constants: Constants, state: State, world: int, robot: int) -> None:
    cell = state.robot_cell[world, robot]
    if state.robot_load[world, robot] == NO_SHELF:
        state.robot_load[world, robot] = state.shelf_at[world, cell]
    elif constants.kinds[cell] == STORAGE:
        state.robot_load[world, robot] = NO_SHELF
        if state.robot_delivered[world, robot]:
            state.robot_delivered[world, robot] = False
            state.events[world, robot, RETURNED] += 1


@kernel
def _deliver(state: State, world: int, workstation: int) -> None:
    shelf = state.shelf_at[world, workstation]
    if shelf == NO_SHELF or not state.requested[world, shelf]:
        return
    robot = state.robot_at[world, workstation]
    slot = 0
    while state.requests[world, slot] != shelf:
        slot += 1
    # The new request is drawn while the old one still counts, so that it is never the same shelf.
    _request_another(state, world, slot, state.requests.shape[1])
    state.requested[world, shelf] = False
    write_code(state, world, workstation)
    state.robot_delivered[world, robot] = True
    state.events[world, robot, DELIVERED] += 1
    state.deliveries[world, robot] += 1


@kernel
def reward(constants: Constants, state: State, world: int, out: NDArray[np.float32]) -> None:
    """Writes each robot's reward for the last transition into ``out``, float32 (N,)."""
    total = 0.0
    for robot in range(out.shape[0]):
        delivered = state.events[world, robot, DELIVERED]
        total += delivered
        out[robot] = delivered
        if constants.reward_kind == REWARD_TWO_STAGE:
            out[robot] = 0.5 * delivered + 0.5 * state.events[world, robot, RETURNED]
    if constants.reward_kind == REWARD_GLOBAL:
        out[:] = total


@kernel
def is_terminal(constants: Constants, state: State, world: int, agent: int) -> bool:
    """Tells whether the rules end a robot's episode: never, a warehouse works until its time is up."""
    return False


@kernel
def action_mask(constants: Constants, state: State, world: int, robot: int, out: NDArray[np.bool_]) -> None:
    """Writes which actions would change something (standing still always may) into ``out``, bool (A,)."""
    cell, load = state.robot_cell[world, robot], state.robot_load[world, robot]
    target = cell + constants.steps_ahead[state.robot_direction[world, robot]]
    out[NOOP] = out[TURN_LEFT] = out[TURN_RIGHT] = True
    out[FORWARD] = constants.kinds[target] != WALL
    out[TOGGLE_LOAD] = state.shelf_at[world, cell] != NO_SHELF
    if load != NO_SHELF:
        out[TOGGLE_LOAD] = constants.kinds[cell] == STORAGE
        if state.shelf_at[world, target] != NO_SHELF:
            other = state.robot_at[world, target]
            carried = other != NO_ROBOT and state.robot_load[world, other] != NO_SHELF
            out[FORWARD] = out[FORWARD] and carried
