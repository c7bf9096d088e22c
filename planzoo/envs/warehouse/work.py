"""Orders: how they come, change, expire and are delivered.

Each of the Q places for open orders has K places for shelves in ``State.requests``.
"""

from __future__ import annotations

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.simulation.random import random_below, random_unit
from planzoo.envs.warehouse.cells import note_world, robot_on, write_code
from planzoo.envs.warehouse.state import (
    NO_DEADLINE,
    NO_ROBOT,
    NO_SHELF,
    ORDER_ARRIVED,
    ORDER_CANCELLED,
    ORDER_CHANGED,
    ORDER_COMPLETED,
    ORDER_EXPIRED,
    ORDER_TURNED_AWAY,
    ORDERS_LIST,
    ORDERS_QUEUE,
    ORDERS_STREAM,
    Constants,
    State,
)


@kernel
def begin_orders(constants: Constants, state: State, world: int) -> None:
    """Opens the first orders; a stream begins with an empty queue."""
    state.requests[world] = NO_SHELF
    state.worlds[world].requested_shelves = 0
    state.worlds[world].orders_drawn = 0
    state.worlds[world].orders_open = 0
    for order in range(state.orders.shape[1]):
        state.orders[world, order].left = 0
        state.orders[world, order].asked = 0
    if constants.order_kind != ORDERS_STREAM:
        _fill_places(constants, state, world)


@kernel
def update_orders(constants: Constants, state: State, world: int) -> None:
    """Lets orders expire and arrive at the end of a step."""
    if _any_late(constants, state, world):
        _expire(constants, state, world)
    if constants.order_kind == ORDERS_STREAM:
        # Calling what is not inlined costs more than most steps need: none comes in them.
        product = random_unit(state.random_streams, world)
        if product > constants.no_arrival:
            _arrive(constants, state, world, product)
    elif state.worlds[world].orders_open < state.orders.shape[1]:
        _fill_places(constants, state, world)
        # A listed order may have waited for a place until after its deadline.
        if constants.listed_numbers.shape[0] > 0 and _any_late(constants, state, world):
            _expire(constants, state, world)
    if constants.order_kind == ORDERS_LIST:
        drawn = state.worlds[world].orders_drawn == constants.order_count
        state.worlds[world].finished = drawn and state.worlds[world].orders_open == 0


@kernel
def _fill_places(constants: Constants, state: State, world: int) -> None:
    for order in range(state.orders.shape[1]):
        if state.orders[world, order].left == 0:
            open_order(constants, state, world, order)


@kernel
def _any_late(constants: Constants, state: State, world: int) -> bool:
    if constants.longest_deadline == 0 and constants.listed_numbers.shape[0] == 0:
        return False
    late = False
    for order in range(state.orders.shape[1]):
        late |= _is_late(state, world, order)
    return late


@kernel
def _is_late(state: State, world: int, order: int) -> bool:
    late: bool = state.steps[world] >= state.orders[world, order].deadline
    return late and state.orders[world, order].left > 0


@driver
def _expire(constants: Constants, state: State, world: int) -> None:
    for order in range(state.orders.shape[1]):
        if _is_late(state, world, order):
            close_order(constants, state, world, order)
            note_world(state, world, ORDER_EXPIRED)
            state.worlds[world].penalty += constants.late_penalty


@driver
def _arrive(constants: Constants, state: State, world: int, product: float) -> None:
    """Draws a Poisson number of orders by multiplying uniform numbers, the first of which is ``product``.

    Source: Knuth, "The Art of Computer Programming", volume 2, section 3.4.1.
    """
    while product > constants.no_arrival:
        place = 0
        while place < state.orders.shape[1] and state.orders[world, place].left > 0:
            place += 1
        if place < state.orders.shape[1]:
            open_order(constants, state, world, place)
        else:
            note_world(state, world, ORDER_TURNED_AWAY)
        product *= random_unit(state.random_streams, world)


@driver
def open_order(constants: Constants, state: State, world: int, order: int) -> None:
    """Opens the next order in a place: drawn at random, or from the list if its time has come."""
    if constants.order_kind == ORDERS_LIST:
        if state.worlds[world].orders_drawn == constants.order_count:
            return
        if constants.listed_numbers.shape[0] > 0:
            _open_listed(constants, state, world, order)
            return
    shelves = constants.order_size
    size = shelves if shelves == 1 else 1 + random_below(state.random_streams, world, shelves)
    for item in range(size):
        _request_any(constants, state, world, order * shelves + item)
    priority, deadline = 1, NO_DEADLINE
    if constants.priorities > 1:
        priority = 1 + random_below(state.random_streams, world, constants.priorities)
    if constants.longest_deadline > 0:
        span = constants.longest_deadline - constants.shortest_deadline + 1
        time = constants.shortest_deadline + random_below(state.random_streams, world, span)
        deadline = state.steps[world] + time
    _note_opened(state, world, order, size, priority, deadline)


@kernel
def _open_listed(constants: Constants, state: State, world: int, order: int) -> None:
    """Opens the next order of the list, unless it is to come later or one of its shelves is asked for."""
    number = state.worlds[world].orders_drawn
    size, shelves = 0, constants.listed_items.shape[1]
    if constants.listed_numbers[number, 1] > state.steps[world]:
        return
    for item in range(shelves):
        shelf = constants.listed_items[number, item]
        if shelf != NO_SHELF:
            size += 1
            if state.shelves[world, shelf].requested:
                return
    for item in range(size):
        _request(constants, state, world, constants.listed_items[number, item], order * shelves + item)
    priority, deadline = constants.listed_numbers[number, 0], constants.listed_numbers[number, 2]
    _note_opened(state, world, order, size, priority, deadline)


@kernel
def _note_opened(state: State, world: int, order: int, size: int, priority: int, deadline: int) -> None:
    state.orders[world, order].left = size
    state.orders[world, order].asked = size
    state.orders[world, order].priority = priority
    state.orders[world, order].deadline = deadline
    state.worlds[world].orders_drawn += 1
    state.worlds[world].orders_open += 1
    note_world(state, world, ORDER_ARRIVED)


@kernel
def _request_any(constants: Constants, state: State, world: int, slot: int) -> None:
    """Requests a shelf that is not requested, all being equally likely."""
    shelves = state.shelves.shape[1]
    skip = random_below(state.random_streams, world, shelves - state.worlds[world].requested_shelves)
    for shelf in range(shelves):
        if state.shelves[world, shelf].requested:
            continue
        if skip == 0:
            _request(constants, state, world, shelf, slot)
            return
        skip -= 1


@kernel
def _request(constants: Constants, state: State, world: int, shelf: int, slot: int) -> None:
    state.requests[world, slot] = shelf
    state.shelves[world, shelf].slot = slot
    state.shelves[world, shelf].requested = True
    state.worlds[world].requested_shelves += 1
    _write_shelf_code(constants, state, world, shelf)


@kernel
def _unrequest(constants: Constants, state: State, world: int, shelf: int) -> None:
    state.shelves[world, shelf].requested = False
    state.worlds[world].requested_shelves -= 1
    _write_shelf_code(constants, state, world, shelf)


@kernel
def _write_shelf_code(constants: Constants, state: State, world: int, shelf: int) -> None:
    cell = state.shelves[world, shelf].cell
    write_code(constants, state, world, cell, robot_on(state, world, cell))


@kernel
def close_order(constants: Constants, state: State, world: int, order: int) -> None:
    """Takes an order back before it is completed."""
    shelves = constants.order_size
    for slot in range(order * shelves, (order + 1) * shelves):
        shelf = state.requests[world, slot]
        if shelf != NO_SHELF:
            state.requests[world, slot] = NO_SHELF
            _unrequest(constants, state, world, shelf)
    state.orders[world, order].left = 0
    state.orders[world, order].asked = 0
    state.worlds[world].orders_open -= 1


@driver
def cancel_order(constants: Constants, state: State, world: int) -> None:
    """Cancels one of the open orders; a queue then opens another."""
    if state.worlds[world].orders_open == 0:
        return
    order = _any_open(state, world)
    close_order(constants, state, world, order)
    note_world(state, world, ORDER_CANCELLED)
    if constants.order_kind == ORDERS_QUEUE:
        open_order(constants, state, world, order)


@driver
def change_order(constants: Constants, state: State, world: int) -> None:
    """Lets an open order ask for another shelf instead of the first that it still waits for."""
    if state.worlds[world].orders_open == 0:
        return
    slot = _any_open(state, world) * constants.order_size
    while state.requests[world, slot] == NO_SHELF:
        slot += 1
    shelf = state.requests[world, slot]
    _request_any(constants, state, world, slot)
    _unrequest(constants, state, world, shelf)
    note_world(state, world, ORDER_CHANGED)


@kernel
def _any_open(state: State, world: int) -> int:
    skip = random_below(state.random_streams, world, state.worlds[world].orders_open)
    order = 0
    while state.orders[world, order].left == 0 or skip > 0:
        if state.orders[world, order].left > 0:
            skip -= 1
        order += 1
    return order


@kernel
def deliver(constants: Constants, state: State, world: int, station: int) -> None:
    """Takes the requested shelves of the robot on a workstation, a package each."""
    robot = robot_on(state, world, constants.workstations[station])
    if robot == NO_ROBOT:
        return
    for place in range(state.robots[world, robot].loads):
        shelf = state.robot_load[world, robot, place]
        if not state.shelves[world, shelf].requested:
            continue
        if constants.packages > 0:
            if state.packages[world, station] == 0:
                return
            state.packages[world, station] -= 1
        _hand_over(constants, state, world, robot, shelf)


@kernel
def _hand_over(constants: Constants, state: State, world: int, robot: int, shelf: int) -> None:
    slot = state.shelves[world, shelf].slot
    order = constants.slot_orders[slot]
    _give_credit(state, world, robot, state.orders[world, order].priority / state.orders[world, order].asked)
    state.shelves[world, shelf].served = True
    state.requests[world, slot] = NO_SHELF
    state.orders[world, order].left -= 1
    if state.orders[world, order].left == 0:
        state.worlds[world].orders_open -= 1
        note_world(state, world, ORDER_COMPLETED)
        if constants.order_kind == ORDERS_QUEUE:
            # The new order is drawn while the old shelf still counts, so that it is never the same shelf.
            open_order(constants, state, world, order)
    _unrequest(constants, state, world, shelf)


@kernel
def _give_credit(state: State, world: int, robot: int, worth: float) -> None:
    """Counts a delivery; two robots that carry a shelf together share what it is worth."""
    state.robots[world, robot].delivered += 1
    state.robots[world, robot].deliveries += 1
    partner = state.robots[world, robot].partner
    if partner == NO_ROBOT:
        state.robots[world, robot].credit += worth
    else:
        state.robots[world, robot].credit += 0.5 * worth
        state.robots[world, partner].credit += 0.5 * worth
