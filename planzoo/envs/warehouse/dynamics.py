"""The rules of the warehouse, as compiled functions over one world's rows.

Action meanings, rewards and collisions are those of the ``rware`` package 2.0.0 (Papoudakis et al., 2021)
unless an option says otherwise. The order of a step: robots try what they want, move, turn, load;
workstations take deliveries; chargers charge; orders expire and arrive; disturbances strike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.random import random_below
from planzoo.envs.warehouse.cells import set_standing, write_code
from planzoo.envs.warehouse.collisions import resolve_moves
from planzoo.envs.warehouse.disturbances import charge, disturb_robot, disturb_world, recover, restock
from planzoo.envs.warehouse.loads import may_toggle, toggle_load
from planzoo.envs.warehouse.movement import (
    CARDINAL_ACTIONS,
    ROUNDING,
    TURN_ACTIONS,
    aim,
    is_ready,
    may_enter,
    may_leave,
    move_robots,
    pay,
    pull_partners,
    read_command,
    settle,
    slip,
    turn,
)
from planzoo.envs.warehouse.state import (
    BLOCKED_CELL,
    FORWARD,
    NO_ROBOT,
    NO_SHELF,
    NOOP,
    REWARD_GLOBAL,
    REWARD_TWO_STAGE,
    ROBOT_CODES,
    TOGGLE_LOAD,
    TURN_LEFT,
    TURN_RIGHT,
    Constants,
    State,
)
from planzoo.envs.warehouse.work import begin_orders, deliver, update_orders

TURNS = 1 << TURN_LEFT | 1 << TURN_RIGHT
STEPS = 0b11110
"""Bits of the moves of robots that turn, and of those that step to any neighbour."""


@kernel
def initial_state(constants: Constants, state: State, world: int) -> None:
    """Puts every shelf in its place, robots and requests at random."""
    state.steps[world] = 0
    state.ended[world] = False
    state.blocked[world, :, BLOCKED_CELL] = -1
    state.packages[world] = constants.packages
    state.worlds[world].finished = False
    state.worlds[world].tools_left = constants.tools
    state.worlds[world].money = max(0.0, constants.budget)
    state.codes[world] = 0
    state.standing[world] = NO_SHELF
    for shelf in range(constants.shelves.shape[0]):
        _place_shelf(constants, state, world, shelf)
    begin_orders(constants, state, world)
    for robot in range(state.robots.shape[1]):
        _place_robot(constants, state, world, robot)
    _forget_step(constants, state, world)
    state.event_counts[world] = 0


@kernel
def _place_shelf(constants: Constants, state: State, world: int, shelf: int) -> None:
    cell = constants.shelves[shelf].cell
    state.shelves[world, shelf].cell = cell
    state.shelves[world, shelf].requested = False
    state.shelves[world, shelf].served = False
    set_standing(constants, state, world, cell, shelf)
    write_code(constants, state, world, cell, NO_ROBOT)


@kernel
def _place_robot(constants: Constants, state: State, world: int, robot: int) -> None:
    free = constants.start_cells.shape[0]
    cell = constants.start_cells[random_below(state.random_streams, world, free)]
    while state.codes[world, cell] & ROBOT_CODES:
        cell = constants.start_cells[random_below(state.random_streams, world, free)]
    state.robots[world, robot].cell = cell
    state.robots[world, robot].direction = random_below(state.random_streams, world, 4)
    state.robot_load[world, robot] = NO_SHELF
    state.robots[world, robot].loads = 0
    state.robots[world, robot].deliveries = 0
    state.robots[world, robot].partner = NO_ROBOT
    state.robots[world, robot].battery = constants.battery
    state.robots[world, robot].wait = 0
    state.robots[world, robot].broken = 0
    state.robots[world, robot].tool = False
    state.robots[world, robot].blind = False
    state.robots[world, robot].message = 0
    state.robots[world, robot].still = 0
    write_code(constants, state, world, cell, robot)


@kernel
def _forget_step(constants: Constants, state: State, world: int) -> None:
    """Clears what is told of the last step."""
    state.worlds[world].events = 0
    for robot in range(state.robots.shape[1]):
        state.robots[world, robot].delivered = 0
        state.robots[world, robot].returned = 0
        state.robots[world, robot].credit = 0.0
        state.robot_events[world, robot] = 0
        state.robots[world, robot].charge = 0.0
    state.worlds[world].penalty = 0.0


@kernel
def transition(constants: Constants, state: State, world: int, actions: NDArray[np.int64]) -> None:
    """Plays one step; ``actions`` int64 (N,), -1 does nothing."""
    state.steps[world] += 1
    _forget_step(constants, state, world)
    if _read_commands(constants, state, world, actions):
        if not constants.plain:
            pull_partners(state, world)
        resolve_moves(state, world)
        move_robots(constants, state, world)
    for robot in range(actions.shape[0]):
        command = state.robots[world, robot].command
        if command == TOGGLE_LOAD:
            toggle_load(constants, state, world, robot)
        elif command in (TURN_LEFT, TURN_RIGHT):
            turn(constants, state, world, robot, command)
        settle(constants, state, world, robot)
    for station in range(constants.workstations.shape[0]):
        deliver(constants, state, world, station)
    if not constants.plain:
        _end_step(constants, state, world)
    for robot in range(actions.shape[0]):
        state.robot_events[world, robot] |= state.worlds[world].events
    state.ended[world] = state.steps[world] >= constants.max_steps or state.worlds[world].finished


@kernel
def _read_commands(constants: Constants, state: State, world: int, actions: NDArray[np.int64]) -> bool:
    """Finds out what robots try, and takes what it costs; tells whether any wants to drive."""
    wants_to_move = False
    for robot in range(actions.shape[0]):
        command = read_command(constants, state, world, robot, actions[robot])
        if not constants.plain:
            recover(state, world, robot)
            command = pay(constants, state, world, robot, command)
            command = slip(constants, state, world, robot, command)
        aim(constants, state, world, robot, command)
        wants_to_move = wants_to_move or command == FORWARD
    return wants_to_move


@kernel
def _end_step(constants: Constants, state: State, world: int) -> None:
    """Lets happen what no robot does."""
    if constants.packages > 0:
        restock(constants, state, world)
    update_orders(constants, state, world)
    disturb_world(constants, state, world)
    for robot in range(state.robots.shape[1]):
        if constants.battery > 0:
            charge(constants, state, world, robot)
        disturb_robot(constants, state, world, robot)


@kernel
def reward(constants: Constants, state: State, world: int, out: NDArray[np.float32]) -> None:
    """Writes each robot's reward for the last transition into ``out``, float32 (N,)."""
    total = 0.0
    share = 0.0 if constants.plain else state.worlds[world].penalty / out.shape[0]
    for robot in range(out.shape[0]):
        value = state.robots[world, robot].credit
        if constants.reward_kind == REWARD_TWO_STAGE:
            value = 0.5 * value + 0.5 * state.robots[world, robot].returned
        if not constants.plain:
            value -= state.robots[world, robot].charge + share
        total += value
        out[robot] = value
    if constants.reward_kind == REWARD_GLOBAL:
        out[:] = total


@kernel
def is_terminal(constants: Constants, state: State, world: int, agent: int) -> bool:
    """Tells whether the rules end a robot's episode: when all orders of a list are done."""
    finished: bool = state.worlds[world].finished
    return finished


@kernel
def action_mask(constants: Constants, state: State, world: int, robot: int, out: NDArray[np.bool_]) -> None:
    """Writes which actions would change something (standing still always may) into ``out``, bool (A,)."""
    actions = CARDINAL_ACTIONS if constants.cardinal else TURN_ACTIONS
    allowed = 1 << NOOP
    if constants.plain or is_ready(constants, state, world, robot):
        allowed |= _allowed_moves(constants, state, world, robot)
        if may_toggle(constants, state, world, robot):
            allowed |= 1 << (actions - 1)
        if constants.budget >= 0.0:
            allowed &= _affordable(constants, state, world)
    for message in range(0, out.shape[0], actions):
        # A loop of known length is no loop once it is compiled.
        for action in range(TURN_ACTIONS):
            out[np.uintp(message + action)] = (allowed >> action) & 1
        if constants.cardinal:
            out[np.uintp(message + TURN_ACTIONS)] = (allowed >> TURN_ACTIONS) & 1


@kernel
def _allowed_moves(constants: Constants, state: State, world: int, robot: int) -> int:
    """Gives bit n for each move n that would change something."""
    cell = state.robots[world, robot].cell
    full = state.robots[world, robot].loads >= constants.robots[robot].capacity
    free = constants.plain or may_leave(constants, state, world, robot)
    allowed = 0 if constants.cardinal else TURNS
    if constants.cardinal:
        for direction in range(4):
            ahead = cell + constants.steps_ahead[direction]
            if free and may_enter(constants, state, world, ahead, full):
                allowed |= 1 << (1 + direction)
        return allowed
    ahead = cell + constants.steps_ahead[state.robots[world, robot].direction]
    if free and may_enter(constants, state, world, ahead, full):
        allowed |= 1 << FORWARD
    return allowed


@kernel
def _affordable(constants: Constants, state: State, world: int) -> int:
    """Gives bit n for each action n that the money left pays for."""
    money = state.worlds[world].money + ROUNDING
    moves = STEPS if constants.cardinal else 1 << FORWARD
    actions = CARDINAL_ACTIONS if constants.cardinal else TURN_ACTIONS
    affordable = 1 << NOOP
    if money >= constants.move_cost:
        affordable |= moves
    if money >= constants.turn_cost and not constants.cardinal:
        affordable |= TURNS
    if money >= constants.load_cost:
        affordable |= 1 << (actions - 1)
    return affordable
