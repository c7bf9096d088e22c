"""State and constants of the warehouse, as arrays with the world as first axis.

Cells are numbers: the map is padded on all sides by ``padding`` cells of wall, and cell
``(row + padding) * padded_width + column + padding`` is the cell at (row, column).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

UP, DOWN, LEFT, RIGHT = 0, 1, 2, 3
NO_SHELF = -1
NO_ROBOT = -1
NO_DEADLINE = 2**31 - 1
NOOP, FORWARD, TURN_LEFT, TURN_RIGHT, TOGGLE_LOAD, PULLED = 0, 1, 2, 3, 4, 5
"""Values of a robot's ``command``; the first five are the actions of robots that turn and move."""
BLOCKED_CELL, BLOCKED_UNTIL = 0, 1
"""Columns of ``State.blocked``."""
REWARD_GLOBAL, REWARD_INDIVIDUAL, REWARD_TWO_STAGE = 0, 1, 2
OBSERVE_LOCAL, OBSERVE_FLEET, OBSERVE_COMPACT, OBSERVE_IMAGE = 0, 1, 2, 3
ORDERS_QUEUE, ORDERS_LIST, ORDERS_STREAM = 0, 1, 2
LOCAL_SELF, LOCAL_CELL = 8, 7
"""Length of the local observation's own part, and of its part for each sensed cell."""
COMPACT_SELF, COMPACT_CELL = 9, 2
"""The same for the compact observation."""
IMAGE_LAYERS = 5
FLEET_ROBOT, FLEET_REQUEST = 8, 3
"""Length of the fleet observation's part for each robot, and for each request."""
SELF_EXTRAS, CELL_EXTRAS, LAYER_EXTRAS, ROBOT_EXTRAS, REQUEST_EXTRAS, WORLD_EXTRAS = 12, 5, 3, 6, 7, 2
"""How much longer each part is where an option is on that rware lacks."""
ROBOT_CODES, SHELF_CODE, REQUEST_CODE, BLOCKED_CODE, STANDING_CODE, SPECIAL_CODE = 7, 8, 16, 32, 64, 128
"""A cell's code: the direction + 1 of a robot (bits of ROBOT_CODES), a shelf, a requested one, the cell is
blocked, the shelf stands there (and is not carried), the shelf is heavy or needs a tool."""
NUM_CODES = 256
MOST_BLOCKED = 4
"""Aisle cells that are blocked at a time, at most."""

EVENTS = (
    "slipped",
    "broke_down",
    "repaired",
    "ran_dry",
    "sensors_out",
    "stuck",
    "order_arrived",
    "order_completed",
    "order_expired",
    "order_cancelled",
    "order_changed",
    "order_turned_away",
    "aisle_blocked",
    "aisle_cleared",
    "money_spent",
)
"""Names of the events; event number n is bit n of a robot's or world's ``events``."""
SLIPPED, BROKE_DOWN, REPAIRED, RAN_DRY, SENSORS_OUT, STUCK = 0, 1, 2, 3, 4, 5
ORDER_ARRIVED, ORDER_COMPLETED, ORDER_EXPIRED, ORDER_CANCELLED, ORDER_CHANGED = 6, 7, 8, 9, 10
ORDER_TURNED_AWAY, AISLE_BLOCKED, AISLE_CLEARED, MONEY_SPENT = 11, 12, 13, 14
ROBOT_EVENTS = 6
"""The first so many events happen to robots, the others to the whole warehouse."""


ROBOT_KIND = np.dtype(
    [
        ("lift", np.int32),  # weight that it lifts alone
        ("capacity", np.int32),  # shelves that it carries at a time
        ("pace", np.int32),  # steps that a move takes
        ("sensors", np.int32),  # cells that it senses in each direction
        ("tool", np.bool_),  # has a tool of its own
        ("strength", np.float32),  # 1 - 1 / lift
        ("speed", np.float32),  # 1 / pace
        ("load_scale", np.float32),  # 1 / capacity
    ],
    align=True,
)
SHELF_KIND = np.dtype(
    [
        ("cell", np.int32),  # where it stands at the beginning
        ("weight", np.int32),
        ("tool", np.bool_),  # only a robot with a tool lifts it
        ("special", np.bool_),  # heavy, or needs a tool
    ],
    align=True,
)
WORLD = np.dtype(
    [
        ("money", np.float64),  # exact enough that the smallest cost counts
        ("penalty", np.float64),  # what the fleet lost by expired orders in the last step
        ("requested_shelves", np.int32),
        ("orders_drawn", np.int32),  # orders that were opened since the reset
        ("orders_open", np.int32),
        ("events", np.int32),  # bits of EVENTS that happened to the whole warehouse in the last step
        ("tools_left", np.int16),  # at the cribs
        ("finished", np.bool_),  # all orders of a list are done
    ],
    align=True,
)
ROBOT = np.dtype(
    [
        ("credit", np.float64),  # worth of its deliveries in the last step
        ("charge", np.float64),  # cost of its actions in the last step
        ("cell", np.int32),
        ("battery", np.int32),  # units of charge
        ("still", np.int32),  # steps since it was last in another cell
        ("deliveries", np.int32),  # shelves delivered since the reset
        ("partner", np.int16),  # the robot that it carries a heavy shelf with, or NO_ROBOT
        ("wait", np.int16),  # steps until a slow robot can act again
        ("broken", np.int16),  # steps until it is repaired
        ("message", np.int16),  # what it said last, as a number whose bits are the message, lowest first
        ("direction", np.int8),  # UP, DOWN, LEFT or RIGHT: of the nose, or of the last cardinal step
        ("loads", np.int8),  # shelves on it, see State.robot_load
        ("delivered", np.int8),  # shelves delivered in the last step
        ("returned", np.int8),  # delivered shelves that it put back in the last step
        ("tool", np.bool_),  # has borrowed a tool
        ("blind", np.bool_),  # its sensors are out in this step
        ("command", np.int8),  # scratch of a step: what it tries
        ("moves", np.int8),  # scratch: whether it gets to its target
        ("target", np.int32),  # scratch: the cell that it wants
        ("ahead", np.int16),  # scratch: the robot there, or NO_ROBOT
        ("depth", np.int16),  # scratch: how many robots wait behind it for it to go
    ],
    align=True,
)
SHELF = np.dtype(
    [
        ("cell", np.int32),  # of standing and carried shelves alike
        ("slot", np.int16),  # where in State.requests a requested shelf is
        ("requested", np.bool_),
        ("served", np.bool_),  # delivered and not yet put back
    ],
    align=True,
)
ORDER = np.dtype(
    [
        ("deadline", np.int32),  # the last step at which it can be completed, or NO_DEADLINE
        ("left", np.int8),  # shelves that it still waits for; 0 = no order is open here
        ("asked", np.int8),  # shelves that it asked for at the beginning
        ("priority", np.int8),
    ],
    align=True,
)


class Constants(NamedTuple):
    """What never changes in an instance. C = padded cells, A = aisle cells, S = shelves, N = robots.

    Attributes:
        kinds: uint8 (C,), kind of each cell.
        rows: int32 (C,), each cell's row on the map; negative in the padding.
        columns: int32 (C,), the same for columns.
        start_cells: int32 (F,), where robots may start.
        aisle_cells: int32 (A,), the cells that may be blocked.
        workstations: int32 (G,).
        steps_ahead: int32 (4,), difference of cell numbers for a step in each direction.
        storage_numbers: int32 (C,), the number of each storage cell, row by row; -1 elsewhere.
        cell_features: float32 (256, 7), what a sensed cell of each code looks like.
        compact_features: float32 (256, 2), the same for the compact observation.
        robots: ROBOT_KIND (N,), what each robot can do.
        shelves: SHELF_KIND (S,), what each shelf is like, row by row.
        slot_orders: int32 (Q·K,), the place of the order to which each place of a requested shelf belongs.
        listed_items: int16 (L, K), the shelves of each listed order, NO_SHELF where there is none.
        listed_numbers: int32 (L, 3), priority, release and deadline of each listed order.
        height, width: size of the map in cells, without padding.
        row_scale, …, money_scale: what turns rows, columns, steps, priorities, units of charge, steps of
            repair, tools, packages of all workstations, and money into shares of the most that there can be.
        padding: cells of padding on each side.
        sensor_range: cells sensed in each direction.
        message_bits, message_range: length of a message, and cells from which it is heard.
        max_steps: time limit in steps.
        reward_kind, observation_kind, order_kind: see the constants of this module.
        plain: whether all options are off that rware lacks, so that the rules are rware's.
        extended: whether observations show more than rware's.
        cardinal: whether robots step to any neighbour instead of turning.
        order_size: K, the most shelves of an order.
        order_count: length of a list of orders; 0 = endless.
        priorities: orders are worth 1 to so much.
        shortest_deadline, longest_deadline: in steps; 0 = none.
        no_arrival: probability that no order arrives in a step.
        battery, move_drain, turn_drain, carry_drain, charge_rate: units of charge; a battery of 0 is none.
        tools, packages, package_period: see :class:`~planzoo.envs.warehouse.params.WarehouseParams`.
        budget: money at the beginning; negative = no limit.
        move_cost, turn_cost, load_cost, late_penalty: in units of reward.
        slip_odds, breakdown_odds, dropout_odds, block_odds, cancel_odds, change_odds: probabilities in units
            of 2 ** -21.
        repair_steps, blocked_steps, stuck_after: in steps.
    """

    kinds: NDArray[np.uint8]
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    start_cells: NDArray[np.int32]
    aisle_cells: NDArray[np.int32]
    workstations: NDArray[np.int32]
    steps_ahead: NDArray[np.int32]
    storage_numbers: NDArray[np.int32]
    cell_features: NDArray[np.float32]
    compact_features: NDArray[np.float32]
    robots: Any
    shelves: Any
    slot_orders: NDArray[np.int32]
    listed_items: NDArray[np.int16]
    listed_numbers: NDArray[np.int32]
    height: int
    width: int
    row_scale: float
    column_scale: float
    time_scale: float
    worth_scale: float
    battery_scale: float
    repair_scale: float
    tools_scale: float
    packages_scale: float
    money_scale: float
    padding: int
    sensor_range: int
    message_bits: int
    message_range: int
    max_steps: int
    reward_kind: int
    observation_kind: int
    order_kind: int
    plain: bool
    extended: bool
    cardinal: bool
    order_size: int
    order_count: int
    priorities: int
    shortest_deadline: int
    longest_deadline: int
    no_arrival: float
    battery: int
    move_drain: int
    turn_drain: int
    carry_drain: int
    charge_rate: int
    tools: int
    packages: int
    package_period: int
    budget: float
    move_cost: float
    turn_cost: float
    load_cost: float
    late_penalty: float
    slip_odds: int
    breakdown_odds: int
    dropout_odds: int
    block_odds: int
    cancel_odds: int
    change_odds: int
    repair_steps: int
    blocked_steps: int
    stuck_after: int


class State(NamedTuple):
    """The truth about B worlds, as arrays of records: one robot's numbers lie side by side in memory.

    N = robots, L = most shelves on a robot, S = shelves, Q = open orders, K = most shelves of an order,
    C = padded cells, G = workstations, E = kinds of events. ``state.robots.cell`` is the array (B, N) of one
    field.

    Attributes:
        random_streams: uint64 (B, 2), key and counter of each world's random stream.
        steps: int32 (B,), steps since the reset.
        ended: bool (B,).
        worlds: WORLD (B,).
        robots: ROBOT (B, N).
        robot_load: int16 (B, N, L), the shelves on a robot, the lowest first, then NO_SHELF.
        robot_events: int32 (B, N), bits of EVENTS of the last step that a robot is told of: its own and the
            whole warehouse's.
        shelves: SHELF (B, S).
        requests: int16 (B, Q·K), the shelves that open orders still wait for, order after order, or NO_SHELF.
        orders: ORDER (B, Q).
        standing: int16 (B, storage cells), the shelf that stands on each storage cell, or NO_SHELF.
        codes: uint8 (B, C), what is on each cell: see SHELF_CODE and its neighbours.
        blocked: int32 (B, MOST_BLOCKED, 2), blocked cell (-1 = none) and the step when it is free again.
        packages: int16 (B, G), left at each workstation.
        event_counts: int32 (B, E), since the reset.
    """

    random_streams: NDArray[np.uint64]
    steps: NDArray[np.int32]
    ended: NDArray[np.bool_]
    worlds: Any
    robots: Any
    robot_load: NDArray[np.int16]
    robot_events: NDArray[np.int32]
    shelves: Any
    requests: NDArray[np.int16]
    orders: Any
    standing: NDArray[np.int16]
    codes: NDArray[np.uint8]
    blocked: NDArray[np.int32]
    packages: NDArray[np.int16]
    event_counts: NDArray[np.int32]
