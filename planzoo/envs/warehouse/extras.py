"""The numbers that observations gain where an option is on that rware lacks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.warehouse.cells import shelf_on
from planzoo.envs.warehouse.state import (
    BLOCKED_CODE,
    NO_DEADLINE,
    NO_ROBOT,
    REQUEST_CODE,
    SELF_EXTRAS,
    SPECIAL_CODE,
    Constants,
    State,
)


@kernel
def write_self_extras(
    constants: Constants, state: State, world: int, robot: int, out: NDArray[np.float32], index: int
) -> int:
    """Writes what a robot knows of itself and of shared resources; gives the index after it.

    Battery, broken, waiting, own or borrowed tool, load, carrying together, lift class, pace, blind; tools
    left at the cribs, packages left (mean of the workstations), money left. All in [0, 1].
    """
    out[index] = battery_share(constants, state, world, robot)
    out[index + 1] = state.robots[world, robot].broken * constants.repair_scale
    out[index + 2] = state.robots[world, robot].wait * constants.robots[robot].speed
    out[index + 3] = constants.robots[robot].tool or state.robots[world, robot].tool
    out[index + 4] = state.robots[world, robot].loads * constants.robots[robot].load_scale
    out[index + 5] = state.robots[world, robot].partner != NO_ROBOT
    out[index + 6] = constants.robots[robot].strength
    out[index + 7] = constants.robots[robot].speed
    out[index + 8] = state.robots[world, robot].blind
    out[index + 9] = tools_share(constants, state, world)
    out[index + 10] = packages_share(constants, state, world)
    out[index + 11] = money_share(constants, state, world)
    return index + SELF_EXTRAS


@kernel
def write_cell_extras(
    constants: Constants, state: State, world: int, cell: int, out: NDArray[np.float32], index: int
) -> None:
    """Writes what more a sensor sees on a cell where something is, over zeros.

    Blocked, heavy shelf, shelf that needs a tool, worth and time left of its order. All in [0, 1].
    """
    code = state.codes[world, np.uintp(cell)]
    if code & BLOCKED_CODE:
        out[np.uintp(index)] = 1.0
    if code & (REQUEST_CODE | SPECIAL_CODE):
        shelf = shelf_on(constants, state, world, cell)
        out[np.uintp(index + 1)] = constants.shelves[shelf].weight > 1
        out[np.uintp(index + 2)] = constants.shelves[shelf].tool
        if state.shelves[world, shelf].requested:
            order = order_of(constants, state, world, shelf)
            out[np.uintp(index + 3)] = worth_share(constants, state, world, order)
            out[np.uintp(index + 4)] = time_share(constants, state, world, order)


@kernel
def order_of(constants: Constants, state: State, world: int, shelf: int) -> int:
    """Gives the place of the open order that asks for a requested shelf."""
    return int(constants.slot_orders[state.shelves[world, shelf].slot])


@kernel
def worth_share(constants: Constants, state: State, world: int, order: int) -> float:
    """Gives an order's priority as a share of the highest."""
    return state.orders[world, order].priority * constants.worth_scale


@kernel
def time_share(constants: Constants, state: State, world: int, order: int) -> float:
    """Gives the time until an order expires as a share of an episode; 1 where it never does."""
    deadline = state.orders[world, order].deadline
    if deadline == NO_DEADLINE:
        return 1.0
    return min(1.0, max(0.0, (deadline - state.steps[world]) * constants.time_scale))


@kernel
def battery_share(constants: Constants, state: State, world: int, robot: int) -> float:
    """Gives a robot's charge as a share of a full battery; 1 where batteries are off."""
    if constants.battery == 0:
        return 1.0
    return state.robots[world, robot].battery * constants.battery_scale


@kernel
def tools_share(constants: Constants, state: State, world: int) -> float:
    """Gives the tools at the cribs as a share of all."""
    return state.worlds[world].tools_left * constants.tools_scale


@kernel
def packages_share(constants: Constants, state: State, world: int) -> float:
    """Gives the packages left as a share of what all workstations hold; 1 where deliveries need none."""
    if constants.packages == 0:
        return 1.0
    total = 0
    for station in range(state.packages.shape[1]):
        total += state.packages[world, station]
    return total * constants.packages_scale


@kernel
def money_share(constants: Constants, state: State, world: int) -> float:
    """Gives the money left as a share of the budget; 1 where there is no limit."""
    if constants.budget < 0.0:
        return 1.0
    return state.worlds[world].money * constants.money_scale
