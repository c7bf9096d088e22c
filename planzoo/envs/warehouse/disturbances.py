"""What comes between a fleet and its plans: breakdowns, blocked aisles, blind sensors, fickle customers.

Everything here happens at the end of a step, so that observations and masks already show it.
"""

from __future__ import annotations

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.random import random_below, random_odds
from planzoo.envs.warehouse.cells import note_robot, note_world
from planzoo.envs.warehouse.layout import CHARGER
from planzoo.envs.warehouse.state import (
    AISLE_BLOCKED,
    AISLE_CLEARED,
    BLOCKED_CELL,
    BLOCKED_CODE,
    BLOCKED_UNTIL,
    BROKE_DOWN,
    MOST_BLOCKED,
    REPAIRED,
    ROBOT_CODES,
    SENSORS_OUT,
    Constants,
    State,
)
from planzoo.envs.warehouse.work import cancel_order, change_order


@kernel
def recover(state: State, world: int, robot: int) -> None:
    """Counts down what keeps a robot from acting; at the beginning of a step."""
    if state.robots[world, robot].wait > 0:
        state.robots[world, robot].wait -= 1
    if state.robots[world, robot].broken > 0:
        state.robots[world, robot].broken -= 1
        if state.robots[world, robot].broken == 0:
            note_robot(state, world, robot, REPAIRED)


@kernel
def charge(constants: Constants, state: State, world: int, robot: int) -> None:
    """Charges a robot that stands on a charger."""
    if constants.kinds[state.robots[world, robot].cell] == CHARGER:
        filled = state.robots[world, robot].battery + constants.charge_rate
        state.robots[world, robot].battery = min(constants.battery, filled)


@kernel
def restock(constants: Constants, state: State, world: int) -> None:
    """Brings one more package to each workstation when it is time."""
    if state.steps[world] % constants.package_period != 0:
        return
    for station in range(state.packages.shape[1]):
        if state.packages[world, station] < constants.packages:
            state.packages[world, station] += 1


@kernel
def disturb_robot(constants: Constants, state: State, world: int, robot: int) -> None:
    """Lets a robot break down, or go blind for a step."""
    works = constants.breakdown_odds > 0 and state.robots[world, robot].broken == 0
    if works and random_odds(state.random_streams, world) < constants.breakdown_odds:
        state.robots[world, robot].broken = constants.repair_steps
        note_robot(state, world, robot, BROKE_DOWN)
    if constants.dropout_odds > 0:
        blind = random_odds(state.random_streams, world) < constants.dropout_odds
        state.robots[world, robot].blind = blind
        if blind:
            note_robot(state, world, robot, SENSORS_OUT)


@kernel
def disturb_world(constants: Constants, state: State, world: int) -> None:
    """Blocks and clears aisles, cancels and changes orders."""
    if constants.block_odds > 0:
        _clear_aisles(state, world)
        if random_odds(state.random_streams, world) < constants.block_odds:
            _block_aisle(constants, state, world)
    if constants.cancel_odds > 0 and random_odds(state.random_streams, world) < constants.cancel_odds:
        cancel_order(constants, state, world)
    if constants.change_odds > 0 and random_odds(state.random_streams, world) < constants.change_odds:
        change_order(constants, state, world)


@kernel
def _clear_aisles(state: State, world: int) -> None:
    for slot in range(MOST_BLOCKED):
        cell = state.blocked[world, slot, BLOCKED_CELL]
        if cell >= 0 and state.steps[world] >= state.blocked[world, slot, BLOCKED_UNTIL]:
            state.blocked[world, slot, BLOCKED_CELL] = -1
            state.codes[world, cell] &= 255 - BLOCKED_CODE
            note_world(state, world, AISLE_CLEARED)


@kernel
def _block_aisle(constants: Constants, state: State, world: int) -> None:
    """Blocks an aisle cell, unless a robot is there or enough are blocked."""
    choice = random_below(state.random_streams, world, constants.aisle_cells.shape[0])
    cell = constants.aisle_cells[choice]
    if state.codes[world, cell] & (BLOCKED_CODE | ROBOT_CODES):
        return
    for slot in range(MOST_BLOCKED):
        if state.blocked[world, slot, BLOCKED_CELL] < 0:
            state.blocked[world, slot, BLOCKED_CELL] = cell
            state.blocked[world, slot, BLOCKED_UNTIL] = state.steps[world] + constants.blocked_steps
            state.codes[world, cell] |= BLOCKED_CODE
            note_world(state, world, AISLE_BLOCKED)
            return
