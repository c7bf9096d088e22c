"""What robots want, what it takes out of them, and how they move."""

from __future__ import annotations

import numpy as np

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.random import random_odds
from planzoo.envs.warehouse.cells import note_robot, note_world, shelf_stands, write_code
from planzoo.envs.warehouse.collisions import GOES, STAYS
from planzoo.envs.warehouse.layout import WALL
from planzoo.envs.warehouse.state import (
    BLOCKED_CODE,
    DOWN,
    FORWARD,
    LEFT,
    MONEY_SPENT,
    NO_ROBOT,
    NOOP,
    PULLED,
    RAN_DRY,
    RIGHT,
    SLIPPED,
    STUCK,
    TOGGLE_LOAD,
    TURN_LEFT,
    UP,
    Constants,
    State,
)

TURN_ACTIONS, CARDINAL_ACTIONS = 5, 6
"""Number of actions, without messages, of robots that turn and of robots that step to any neighbour."""
ROUNDING = 1e-9
"""Money that may be missing for an action: a budget of 0.3 pays for three that cost 0.1."""

_LEFT_OF = np.array([LEFT, RIGHT, DOWN, UP], dtype=np.int8)
_RIGHT_OF = np.array([RIGHT, LEFT, UP, DOWN], dtype=np.int8)


@kernel
def is_ready(constants: Constants, state: State, world: int, robot: int) -> bool:
    """Tells whether a robot can act: not slow, broken or dry."""
    powered = constants.battery == 0 or state.robots[world, robot].battery > 0
    ready: bool = powered and state.robots[world, robot].wait == 0 and state.robots[world, robot].broken == 0
    return ready


@kernel
def may_enter(constants: Constants, state: State, world: int, cell: int, full: bool) -> bool:
    """Tells whether a cell is open for a robot, ``full`` if it can't take another shelf."""
    if constants.kinds[cell] == WALL or state.codes[world, cell] & BLOCKED_CODE:
        return False
    open_to_it: bool = not full or not shelf_stands(state, world, cell)
    return open_to_it


@kernel
def may_leave(constants: Constants, state: State, world: int, robot: int) -> bool:
    """Tells whether a robot's partner, if it has one, could be pulled along."""
    partner = state.robots[world, robot].partner
    if partner == NO_ROBOT:
        return True
    if not is_ready(constants, state, world, partner):
        return False
    carries = state.robots[world, robot].loads > 0
    # The shelf would be pulled onto the cell that the partner leaves.
    return carries or not shelf_stands(state, world, state.robots[world, robot].cell)


@kernel
def read_command(constants: Constants, state: State, world: int, robot: int, action: int) -> int:
    """Gives what an action (-1 does nothing) asks for; a cardinal step points the robot that way at once."""
    if action < 0:
        return NOOP
    if not constants.cardinal:
        return action % TURN_ACTIONS if constants.message_bits else action
    move = action % CARDINAL_ACTIONS
    if move == CARDINAL_ACTIONS - 1:
        return TOGGLE_LOAD
    if move == 0:
        return NOOP
    if state.robots[world, robot].direction != move - 1:
        state.robots[world, robot].direction = move - 1
        write_code(constants, state, world, state.robots[world, robot].cell, robot)
    return FORWARD


@kernel
def send_message(constants: Constants, state: State, world: int, robot: int, action: int) -> None:
    """Says what the action says, even if it asks for something that can't be done."""
    # Division by a number that the compiler knows is several times faster.
    message = action // CARDINAL_ACTIONS if constants.cardinal else action // TURN_ACTIONS
    state.robots[world, robot].message = message if 0 <= message < 1 << constants.message_bits else 0


@kernel
def pay(constants: Constants, state: State, world: int, robot: int, command: int) -> int:
    """Takes charge and money for what a robot tries; gives NOOP where the money does not suffice."""
    if command == NOOP:
        return command
    cost, drain = constants.turn_cost, constants.turn_drain
    if command == FORWARD:
        cost, drain = constants.move_cost, constants.move_drain
        if state.robots[world, robot].loads > 0:
            drain += constants.carry_drain
    elif command == TOGGLE_LOAD:
        cost, drain = constants.load_cost, constants.turn_drain
    if constants.budget >= 0.0 and cost > 0.0:
        if state.worlds[world].money + ROUNDING < cost:
            return NOOP
        state.worlds[world].money = max(0.0, state.worlds[world].money - cost)
        if state.worlds[world].money + ROUNDING < cheapest(constants):
            note_world(state, world, MONEY_SPENT)
    state.robots[world, robot].charge += cost
    if constants.battery > 0:
        state.robots[world, robot].battery -= drain
        if state.robots[world, robot].battery <= 0:
            state.robots[world, robot].battery = 0
            note_robot(state, world, robot, RAN_DRY)
    return command


@kernel
def cheapest(constants: Constants) -> float:
    """Gives the cost of the cheapest action that is not free."""
    least = constants.move_cost if constants.move_cost > 0.0 else 1e30
    if constants.turn_cost > 0.0 and not constants.cardinal:
        least = min(least, constants.turn_cost)
    if constants.load_cost > 0.0:
        least = min(least, constants.load_cost)
    return least


@kernel
def slip(constants: Constants, state: State, world: int, robot: int, command: int) -> int:
    """Gives NOOP where a robot that wants to drive slips."""
    if command != FORWARD or constants.slip_odds == 0:
        return command
    if random_odds(state.random_streams, world) >= constants.slip_odds:
        return command
    note_robot(state, world, robot, SLIPPED)
    return NOOP


@kernel
def aim(constants: Constants, state: State, world: int, robot: int, command: int) -> None:
    """Writes a robot's command and target cell down."""
    cell = state.robots[world, robot].cell
    state.robots[world, robot].command = command
    state.robots[world, robot].moves = STAYS
    state.robots[world, robot].target = cell
    if command == FORWARD:
        direction = state.robots[world, robot].direction
        state.robots[world, robot].target = cell + constants.steps_ahead[direction]


@kernel
def pull_partners(state: State, world: int) -> None:
    """Lets robots that carry a shelf together move together: who drives pulls, the carrier first."""
    for robot in range(state.robots.shape[1]):
        partner = state.robots[world, robot].partner
        if partner == NO_ROBOT or state.robots[world, robot].loads == 0:
            continue
        if state.robots[world, robot].command == FORWARD:
            _pull(state, world, robot, partner)
        elif state.robots[world, partner].command == FORWARD:
            _pull(state, world, partner, robot)


@kernel
def _pull(state: State, world: int, leader: int, follower: int) -> None:
    """Lets the follower have the leader's cell; whoever else wants it stays, or a ring could part the two."""
    cell = state.robots[world, leader].cell
    for other in range(state.robots.shape[1]):
        if state.robots[world, other].target == cell:
            state.robots[world, other].target = state.robots[world, other].cell
    state.robots[world, follower].command = PULLED
    state.robots[world, follower].target = cell


@kernel
def move_robots(constants: Constants, state: State, world: int) -> None:
    """Lifts all robots that go off the map, then sets them down on their targets."""
    for robot in range(state.robots.shape[1]):
        if state.robots[world, robot].moves == GOES:
            cell = state.robots[world, robot].cell
            write_code(constants, state, world, cell, NO_ROBOT)
    for robot in range(state.robots.shape[1]):
        if state.robots[world, robot].moves == GOES:
            cell = state.robots[world, robot].target
            state.robots[world, robot].cell = cell
            for place in range(state.robots[world, robot].loads):
                state.shelves[world, state.robot_load[world, robot, place]].cell = cell
            write_code(constants, state, world, cell, robot)


@kernel
def turn(constants: Constants, state: State, world: int, robot: int, command: int) -> None:
    """Turns a robot by 90 degrees."""
    direction = state.robots[world, robot].direction
    turned = _LEFT_OF[direction] if command == TURN_LEFT else _RIGHT_OF[direction]
    state.robots[world, robot].direction = turned
    write_code(constants, state, world, state.robots[world, robot].cell, robot)


@kernel
def settle(constants: Constants, state: State, world: int, robot: int) -> None:
    """Counts how long a robot has stood still, and how long a slow one takes for its move."""
    if state.robots[world, robot].moves != GOES:
        state.robots[world, robot].still += 1
        if state.robots[world, robot].still == constants.stuck_after:
            note_robot(state, world, robot, STUCK)
        return
    state.robots[world, robot].still = 0
    if not constants.plain:
        state.robots[world, robot].wait = constants.robots[robot].pace - 1
