"""What must hold in every moment of every warehouse, recomputed from the plainest arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.layout import AISLE, STORAGE, WALL
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import (
    BLOCKED_CELL,
    BLOCKED_CODE,
    BLOCKED_UNTIL,
    NO_DEADLINE,
    NO_ROBOT,
    NO_SHELF,
    REQUEST_CODE,
    SHELF_CODE,
    SPECIAL_CODE,
    STANDING_CODE,
)

Array = NDArray[Any]


def check_moment(simulator: WarehouseSimulator) -> None:
    """Checks everything about the present moment of every world."""
    carried = check_places(simulator)
    check_codes(simulator)
    check_blocked(simulator)
    check_pairs(simulator)
    check_orders(simulator)
    check_resources(simulator)
    check_observations(simulator)
    check_masks(simulator)
    assert carried.sum() == simulator.state.robots.loads.sum()


def rows_of(array: Array) -> Array:
    """Gives the number of the world beside each entry, (B, 1)."""
    return np.arange(len(array))[:, None]


def standing_shelves(simulator: WarehouseSimulator) -> Array:
    """Gives the shelf that stands on each cell, or NO_SHELF, (B, C)."""
    numbers = simulator.constants.storage_numbers
    return np.where(numbers < 0, NO_SHELF, simulator.state.standing[:, numbers])


def check_places(simulator: WarehouseSimulator) -> Array:
    """No two robots in a cell, none in a wall, no shelf lost or doubled; gives which shelves are carried."""
    state, kinds = simulator.state, simulator.constants.kinds
    cells, loads, load = state.robots.cell, state.robots.loads, state.robot_load
    in_order = np.sort(cells, axis=1)
    assert (in_order[:, 1:] != in_order[:, :-1]).all(), "two robots in a cell"
    assert (kinds[cells] != WALL).all(), "a robot in a wall"
    held = np.arange(load.shape[2]) < loads[..., None]
    np.testing.assert_array_equal(load != NO_SHELF, held)
    worlds, robots, _ = np.nonzero(held)
    times_carried = np.zeros(state.shelves.shape, dtype=int)
    np.add.at(times_carried, (worlds, load[held]), 1)
    assert times_carried.max() <= 1, "a shelf on two robots"
    np.testing.assert_array_equal(state.shelves.cell[worlds, load[held]], cells[worlds, robots])
    standing = np.nonzero(times_carried == 0)
    shelf_at = np.full(state.codes.shape, NO_SHELF)
    shelf_at[standing[0], state.shelves.cell[standing]] = standing[1]
    np.testing.assert_array_equal(standing_shelves(simulator), shelf_at)
    assert (shelf_at != NO_SHELF).sum() == len(standing[0]), "two shelves in a cell"
    assert (kinds[state.shelves.cell[standing]] == STORAGE).all(), "a shelf stands off the storage"
    capacity = simulator.constants.robots.capacity
    assert (loads <= capacity).all()
    under = np.take_along_axis(shelf_at, cells, axis=1) != NO_SHELF
    assert not (under & (loads == capacity)).any(), "a full robot under a standing shelf"
    return times_carried


def check_codes(simulator: WarehouseSimulator) -> None:
    """What sensors see is what stands there."""
    state = simulator.state
    codes = np.where(standing_shelves(simulator) != NO_SHELF, STANDING_CODE, 0).astype(np.uint8)
    shelves = simulator.constants.shelves
    special = np.where((shelves.weight > 1) | shelves.tool, SPECIAL_CODE, 0)
    features = SHELF_CODE + np.where(state.shelves.requested, REQUEST_CODE, 0) + special
    np.bitwise_or.at(codes, (rows_of(codes), state.shelves.cell), features.astype(np.uint8))
    codes[rows_of(codes), state.robots.cell] |= (state.robots.direction + 1).astype(np.uint8)
    worlds, slots = np.nonzero(state.blocked[..., BLOCKED_CELL] >= 0)
    codes[worlds, state.blocked[worlds, slots, BLOCKED_CELL]] |= BLOCKED_CODE
    np.testing.assert_array_equal(state.codes, codes)


def check_blocked(simulator: WarehouseSimulator) -> None:
    """Blocked cells are different aisles without a robot, for the time that was asked for."""
    state = simulator.state
    for world, blocked in enumerate(state.blocked):
        cells = blocked[blocked[:, BLOCKED_CELL] >= 0]
        places = cells[:, BLOCKED_CELL]
        assert len(set(places.tolist())) == len(places)
        assert (simulator.constants.kinds[places] == AISLE).all()
        assert not np.isin(state.robots.cell[world], places).any(), "an aisle is blocked under a robot"
        left = cells[:, BLOCKED_UNTIL] - state.steps[world]
        assert ((left > 0) & (left <= simulator.params.blocked_steps)).all()


def check_pairs(simulator: WarehouseSimulator) -> None:
    """Partners stand side by side, and one of them carries a shelf that neither lifts alone."""
    state, constants = simulator.state, simulator.constants
    for world, robot in zip(*np.nonzero(state.robots.partner != NO_ROBOT), strict=True):
        robots = state.robots[world]
        partner = robots.partner[robot]
        assert partner != robot and robots.partner[partner] == robot, "a partner of somebody else"
        assert abs(robots.cell[partner] - robots.cell[robot]) in constants.steps_ahead, "partners apart"
        assert sorted(robots.loads[[robot, partner]].tolist()) == [0, 1]
    heavy = np.arange(state.robot_load.shape[2]) < state.robots.loads[..., None]
    for world, robot, place in zip(*np.nonzero(heavy), strict=True):
        weight = constants.shelves.weight[state.robot_load[world, robot, place]]
        alone = state.robots.partner[world, robot] == NO_ROBOT
        assert (weight <= constants.robots.lift[robot]) == alone, "who carries a heavy shelf has a partner"


def check_orders(simulator: WarehouseSimulator) -> None:
    """Requests, requested shelves and open orders tell the same story."""
    state, shape = simulator.state, simulator.state.orders.shape
    slots = state.requests.reshape(*shape, -1)
    np.testing.assert_array_equal(state.orders.left, (slots != NO_SHELF).sum(axis=2))
    assert (state.orders.left <= state.orders.asked).all()
    is_open = state.orders.left > 0
    np.testing.assert_array_equal(state.worlds.orders_open, is_open.sum(axis=1))
    np.testing.assert_array_equal(state.worlds.requested_shelves, state.orders.left.sum(axis=1))
    assert (state.orders.deadline > state.steps[:, None])[is_open].all(), "an order is open too long"
    most = max([simulator.params.priorities, *(order.priority for order in simulator.params.order_list)])
    assert (state.orders.priority[is_open] >= 1).all() and (state.orders.priority[is_open] <= most).all()
    if simulator.params.deadline is None and not simulator.params.order_list:
        assert (state.orders.deadline[is_open] == NO_DEADLINE).all()
    requested = np.zeros(state.shelves.shape, dtype=bool)
    worlds, places = np.nonzero(state.requests != NO_SHELF)
    shelves = state.requests[worlds, places]
    requested[worlds, shelves] = True
    np.testing.assert_array_equal(state.shelves.requested, requested)
    np.testing.assert_array_equal(state.shelves.slot[worlds, shelves], places)
    if simulator.params.orders == "queue":
        assert is_open.all(), "a queue is always full"


def check_resources(simulator: WarehouseSimulator) -> None:
    """Charge, money, tools and packages are within bounds; tools are neither lost nor made."""
    state, params = simulator.state, simulator.params
    assert (state.robots.battery >= 0).all() and (state.robots.battery <= params.battery).all()
    assert (state.worlds.money >= 0).all() and (state.worlds.money <= (params.budget or 0)).all()
    assert (state.worlds.tools_left >= 0).all()
    np.testing.assert_array_equal(state.worlds.tools_left + state.robots.tool.sum(axis=1), params.tools)
    assert (state.packages >= 0).all() and (state.packages <= params.packages).all()
    assert (state.robots.broken >= 0).all() and (state.robots.broken <= params.repair_steps).all()
    pace = simulator.constants.robots.pace
    assert (state.robots.wait >= 0).all() and (state.robots.wait < pace).all()
    assert (state.robots.message >= 0).all() and (state.robots.message < 1 << params.message_bits).all()


def check_observations(simulator: WarehouseSimulator) -> None:
    """Every observation is in its space."""
    seen = simulator.buffers.observations
    assert np.isfinite(seen).all()
    assert (seen >= simulator.observation_low).all() and (seen <= simulator.observation_high).all()


def check_masks(simulator: WarehouseSimulator) -> None:
    """Something is always allowed, no allowed step leads into a wall, and who can't act may only wait."""
    state, constants, masks = simulator.state, simulator.constants, simulator.buffers.action_masks
    assert masks[..., 0].all(), "standing still is forbidden"
    moves = masks.reshape(*masks.shape[:2], 1 << constants.message_bits, -1)
    assert (moves == moves[:, :, :1]).all(), "what may be done depends on what is said"
    moves = moves[:, :, 0]
    unpowered = (state.robots.battery == 0) & (simulator.params.battery > 0)
    idle = (state.robots.wait > 0) | (state.robots.broken > 0) | unpowered
    assert not moves[idle][:, 1:].any(), "a robot that can't act may do more than wait"
    steps = steps_allowed(simulator, moves)
    targets = state.robots.cell[..., None] + constants.steps_ahead
    codes = np.take_along_axis(state.codes, targets.reshape(len(targets), -1), axis=1)
    closed = (constants.kinds[targets] == WALL) | (codes.reshape(targets.shape) & BLOCKED_CODE > 0)
    assert not (steps & closed).any(), "a step into a wall or a blocked cell is allowed"
    if simulator.params.budget is not None:
        poor = state.worlds.money < simulator.params.load_cost - 1e-9
        assert not moves[poor][..., -1].any(), "loading is allowed that nobody can pay"


def steps_allowed(simulator: WarehouseSimulator, moves: Array) -> Array:
    """Gives in which directions a robot may step, bool (B, N, 4)."""
    if simulator.constants.cardinal:
        return moves[..., 1:5]
    return (np.arange(4) == simulator.state.robots.direction[..., None]) & moves[..., 1:2]
