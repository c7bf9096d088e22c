"""Whether the numbers of a warehouse are in range, fit each other, and fit the layout."""

from __future__ import annotations

from typing import Any, TypeAlias

from planzoo.envs.warehouse.layout import AISLE, CHARGER, CRIB
from planzoo.envs.warehouse.orders import MOST_ITEMS, MOST_PRIORITY
from planzoo.envs.warehouse.robots import check_whole, numpy_hint
from planzoo.errors import InputError

Params: TypeAlias = Any
"""A WarehouseParams, whose module imports this one."""

REWARDS = ("global", "individual", "two_stage")
OBSERVATIONS = ("local", "fleet", "compact", "image")
MOVEMENTS = ("turn", "cardinal")
ORDERS = ("queue", "list", "stream")

MOST = 2**30
MOST_INT16 = 2**15 - 1
"""Robots, shelves and some counts of a state are kept in int16."""
_WHOLE = {
    "robots": (1, MOST_INT16),
    "request_queue_size": (1, MOST),
    "max_steps": (1, MOST),
    "sensor_range": (1, 200),
    "items_per_order": (1, MOST_ITEMS),
    "priorities": (1, MOST_PRIORITY),
    "heavy_weight": (2, MOST),
    "charge_rate": (1, MOST),
    "package_period": (1, MOST),
    "repair_steps": (1, MOST_INT16),
    "blocked_steps": (1, MOST),
    "stuck_after": (1, MOST),
    "order_count": (0, MOST),
    "battery": (0, MOST),
    "move_drain": (0, MOST),
    "turn_drain": (0, MOST),
    "carry_drain": (0, MOST),
    "tools": (0, MOST_INT16),
    "packages": (0, MOST_INT16),
    "message_bits": (0, 6),
}
"""Least and most of every whole number."""
_SHARES = (
    "heavy_share",
    "tool_share",
    "slip",
    "breakdown",
    "blocked_aisle",
    "sensor_dropout",
    "order_cancelled",
    "order_changed",
)
_AMOUNTS = ("move_cost", "turn_cost", "load_cost", "late_penalty")
MOST_MONEY = 1e9
MOST_ARRIVALS = 100.0


def check_params(params: Params) -> None:
    """Checks every value.

    Raises:
        InputError: the first one that is out of range, contradicts another, or does not fit the layout.
    """
    _check_ranges(params)
    _check_layout(params)
    _check_fleet(params)
    _check_orders(params)
    _check_listed_orders(params)
    _check_weights(params)
    _check_tools(params)
    _check_resources(params)
    _check_budget(params)
    _check_messages(params)


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Makes sure that a word is one of the known ones.

    Raises:
        InputError: it is not.
    """
    if value not in choices:
        raise InputError(f"WarehouseParams: {name} {value!r} is unknown; choose one of {', '.join(choices)}.")


def _check_ranges(params: Params) -> None:
    for name, (least, most) in _WHOLE.items():
        check_whole(f"WarehouseParams.{name}", getattr(params, name), least, most)
    for name in _SHARES:
        _check_number(name, getattr(params, name), 1.0)
    for name in _AMOUNTS:
        _check_number(name, getattr(params, name), MOST_MONEY)
    _check_number("arrival_rate", params.arrival_rate, MOST_ARRIVALS)
    for name, choices in (
        ("reward", REWARDS),
        ("observation", OBSERVATIONS),
        ("movement", MOVEMENTS),
        ("orders", ORDERS),
    ):
        check_choice(name, getattr(params, name), choices)


def _check_number(name: str, value: Any, most: float) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= most:
        wanted = "a probability from 0 to 1" if most == 1.0 else f"a number from 0 to {most:g}"
        raise InputError(f"WarehouseParams.{name} must be {wanted}, got {value!r}{numpy_hint(value)}.")


def _check_layout(params: Params) -> None:
    if not isinstance(params.layout, str):
        raise InputError(
            f"WarehouseParams.layout must be the map as text, got {params.layout!r}: "
            "read a file with WarehouseParams.from_file."
        )
    shelves = int(params.map.shelves.sum())
    if shelves > MOST_INT16:
        raise InputError(
            f"WarehouseParams.layout has {shelves} shelves, but at most {MOST_INT16} can be numbered: "
            "draw some storage without a shelf ('o')."
        )


def _check_fleet(params: Params) -> None:
    starts = int(params.map.starts.sum())
    if params.robots > starts:
        raise InputError(
            f"WarehouseParams.robots is {params.robots}, but the layout has {starts} free cells to start "
            "from: use fewer robots or a larger layout."
        )
    if not params.robot_kinds:
        return
    count = sum(kind.count for kind in params.robot_kinds)
    if count != params.robots:
        raise InputError(
            f"WarehouseParams.robots is {params.robots}, but the counts of robot_kinds add up to {count}: "
            "make them equal."
        )
    for number, kind in enumerate(params.robot_kinds):
        if kind.sensor_range is not None and kind.sensor_range > params.sensor_range:
            raise InputError(
                f"robot_kinds[{number}].sensor_range is {kind.sensor_range}, more than the fleet's "
                f"{params.sensor_range}: raise WarehouseParams.sensor_range, which sizes the observation."
            )


def _check_orders(params: Params) -> None:
    shelves = int(params.map.shelves.sum())
    if params.items >= shelves:
        of_items = f" of up to {params.order_size} shelves" if params.order_size > 1 else ""
        raise InputError(
            f"WarehouseParams.request_queue_size is {params.request_queue_size}{of_items}, but the layout "
            f"has {shelves} shelves: request fewer than there are."
        )
    _need(params.orders == "stream", "arrival_rate", params.arrival_rate, "orders='stream'")
    _need(params.orders == "list", "order_list", params.order_list, "orders='list'")
    _need(params.orders == "list", "order_count", params.order_count, "orders='list'")
    if params.orders == "stream" and params.arrival_rate <= 0:
        raise InputError("orders='stream' needs an arrival_rate above 0: so many orders come in a step.")
    if params.orders == "list" and bool(params.order_list) == bool(params.order_count):
        raise InputError("orders='list' needs either an order_list or an order_count: give one of them.")
    _need(
        params.deadline is not None or _listed_deadline(params),
        "late_penalty",
        params.late_penalty,
        "deadlines",
    )
    if params.deadline is not None:
        _check_deadline(params.deadline)
        if params.order_list:
            raise InputError(
                f"WarehouseParams.deadline is {params.deadline}, but holds only for orders that are drawn: "
                "give those of the order_list a deadline each."
            )


def _listed_deadline(params: Params) -> bool:
    return any(order.deadline is not None for order in params.order_list)


def _check_deadline(deadline: Any) -> None:
    if not isinstance(deadline, tuple) or len(deadline) != 2:
        raise InputError(f"WarehouseParams.deadline must be two numbers of steps, got {deadline!r}.")
    for steps in deadline:
        check_whole("WarehouseParams.deadline", steps, least=1)
    if deadline[0] > deadline[1]:
        raise InputError(f"WarehouseParams.deadline is {deadline}: put the shorter time first.")


def _need(met: bool, name: str, value: Any, condition: str) -> None:
    if value and not met:
        raise InputError(f"WarehouseParams.{name} is {value!r}, but works only with {condition}.")


def _check_listed_orders(params: Params) -> None:
    shelves = int(params.map.shelves.sum())
    for number, order in enumerate(params.order_list):
        if max(order.items) >= shelves:
            raise InputError(
                f"order_list[{number}] asks for shelf {max(order.items)}, but the layout has shelves "
                f"0 to {shelves - 1}."
            )


def _check_weights(params: Params) -> None:
    if not params.heavy_share:
        return
    lifts = sorted((kind.lift_class for kind in params.kind_of_robot), reverse=True)
    together = sum(lifts[:2])
    if params.heavy_weight > together:
        team = "any two robots together lift" if len(lifts) > 1 else "the only robot lifts"
        raise InputError(
            f"WarehouseParams.heavy_weight is {params.heavy_weight}, but {team} at most {together}: orders "
            "for heavy shelves would be impossible; use stronger robot_kinds, more robots or a lower weight."
        )


def _check_tools(params: Params) -> None:
    """Without a crib, only who has a tool lifts shelves that need one, alone or with the strongest other."""
    kinds = params.kind_of_robot
    owners = [kind for kind in kinds if kind.tool]
    met = params.tools > 0 or bool(owners)
    _need(met, "tool_share", params.tool_share, "tools, or a robot kind that has one")
    if params.tools or not (params.tool_share and params.heavy_share):
        return
    owner = max(owners, key=lambda kind: kind.lift_class)
    others = sorted((kind.lift_class for kind in kinds), reverse=True)
    others.remove(owner.lift_class)
    strongest = owner.lift_class + max(others, default=0)
    if params.heavy_weight > strongest:
        raise InputError(
            f"WarehouseParams.heavy_weight is {params.heavy_weight}, but a robot with a tool and another "
            f"lift at most {strongest}: shelves that are heavy and need a tool would stay; "
            "add tools at a crib or stronger robot_kinds."
        )


def _check_resources(params: Params) -> None:
    layout = params.map
    for name, kind, character, word in (
        ("battery", CHARGER, "c", "chargers=2"),
        ("tools", CRIB, "t", "crib=True"),
    ):
        if getattr(params, name) and not layout.cells(kind):
            raise InputError(
                f"WarehouseParams.{name} is {getattr(params, name)}, but the layout has no place for it: "
                f"mark at least one cell with '{character}', or give a preset {word}."
            )
    if params.blocked_aisle and not layout.cells(AISLE):
        raise InputError(
            "WarehouseParams.blocked_aisle is on, but the layout has no aisle: mark one with '.'."
        )
    drains = params.move_drain + params.carry_drain + params.turn_drain
    if params.battery and not drains:
        raise InputError(
            f"WarehouseParams.battery is {params.battery}, but nothing drains it: "
            "set move_drain, turn_drain or carry_drain."
        )
    if params.battery and params.battery < drains:
        raise InputError(
            f"WarehouseParams.battery is {params.battery}, not enough for one turn and one move with a load: "
            f"hold at least {drains} units, or drain less."
        )


def _check_budget(params: Params) -> None:
    if params.budget is None:
        return
    _check_number("budget", params.budget, MOST_MONEY)
    turn_cost = params.turn_cost if params.movement == "turn" else 0.0
    costs = [cost for cost in (params.move_cost, turn_cost, params.load_cost) if cost > 0]
    if not costs:
        raise InputError(
            "WarehouseParams.budget limits what actions cost, but all of them are free: "
            "set move_cost, load_cost or, for robots that turn, turn_cost."
        )
    if params.budget < min(costs):
        raise InputError(
            f"WarehouseParams.budget is {params.budget}, but the cheapest action costs {min(costs)}: "
            "raise the budget or lower the costs."
        )


def _check_messages(params: Params) -> None:
    reach = params.message_range
    if reach is None:
        return
    check_whole("WarehouseParams.message_range", reach, least=1)
    _need(params.message_bits > 0, "message_range", reach, "message_bits above 0")
    if reach > params.sensor_range:
        raise InputError(
            f"WarehouseParams.message_range is {reach}, more than the sensor_range of {params.sensor_range}: "
            "raise sensor_range, which sizes the observation, or lower message_range."
        )
