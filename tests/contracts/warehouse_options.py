"""Option sets of the warehouse, and a few of them in which every pair of options occurs."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from planzoo.envs.warehouse.generator import fulfilment_instance, rware_instance, sorting_instance
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind

TOY = "c.....t\n.xx.xx.\n.xo.xx.\n.......\n..g.g.."
LAYOUTS = {
    "toy": TOY,
    "rware": rware_instance("tiny", chargers=2, crib=True),
    "fulfilment": fulfilment_instance("tiny", chargers=2, crib=True),
    "sorting": sorting_instance("tiny", chargers=2, crib=True),
}
OPTIONS: dict[str, tuple[str, ...]] = {
    "layout": tuple(LAYOUTS),
    "fleet": ("two", "five", "double decks", "slow", "mixed"),
    "orders": ("queue", "given list", "drawn list", "stream"),
    "observation": ("local", "fleet", "compact", "image"),
    "reward": ("individual", "global", "two_stage"),
    "movement": ("turn", "cardinal"),
    "money": ("free", "costs", "budget"),
    "messages": ("none", "two bits", "two bits, next cell"),
    "deadlines": ("never", "expire", "penalty"),
    "sensors": ("1", "2"),
    "items": ("1", "2"),
    "priorities": ("1", "4"),
    "heavy": ("off", "on"),
    "battery": ("off", "on"),
    "tools": ("off", "on"),
    "packages": ("off", "on"),
    "slip": ("off", "on"),
    "breakdown": ("off", "on"),
    "blocked": ("off", "on"),
    "dropout": ("off", "on"),
    "cancelled": ("off", "on"),
    "changed": ("off", "on"),
}
"""Every option with its values; the first one is the default."""
OptionSet = dict[str, str]

_FLEETS: dict[str, tuple[RobotKind, ...]] = {
    "two": (),
    "five": (),
    "double decks": (RobotKind(3, capacity=2),),
    "slow": (RobotKind(1), RobotKind(2, steps_per_move=3)),
    "mixed": (RobotKind(2, capacity=3, sensor_range=0), RobotKind(2, lift_class=2, tool=True)),
}
_MONEY: dict[str, dict[str, float]] = {
    "free": {},
    "costs": {"move_cost": 0.01, "turn_cost": 0.005, "load_cost": 0.02},
    "budget": {"budget": 2.0, "move_cost": 0.01, "turn_cost": 0.005, "load_cost": 0.02},
}
_MESSAGES: dict[str, dict[str, int]] = {
    "none": {},
    "two bits": {"message_bits": 2},
    "two bits, next cell": {"message_bits": 2, "message_range": 1},
}
_SWITCHES: dict[str, dict[str, Any]] = {
    "heavy": {"heavy_share": 0.4},
    "battery": {"battery": 60, "charge_rate": 7},
    "tools": {"tools": 1, "tool_share": 0.4},
    "packages": {"packages": 2, "package_period": 15},
    "slip": {"slip": 0.1},
    "breakdown": {"breakdown": 0.02, "repair_steps": 5},
    "blocked": {"blocked_aisle": 0.2, "blocked_steps": 7},
    "dropout": {"sensor_dropout": 0.1},
    "cancelled": {"order_cancelled": 0.03},
    "changed": {"order_changed": 0.05},
}


def make_params(options: OptionSet) -> WarehouseParams:
    """Turns an option set into params of a small warehouse."""
    kinds = _FLEETS[options["fleet"]]
    robots = {"two": 2, "five": 5}.get(options["fleet"]) or sum(kind.count for kind in kinds)
    changes: dict[str, Any] = {
        "layout": LAYOUTS[options["layout"]],
        "robots": robots,
        "robot_kinds": kinds,
        "request_queue_size": 2,
        "max_steps": 10_000,
        "stuck_after": 6,
        "sensor_range": int(options["sensors"]),
        "priorities": int(options["priorities"]),
        **{name: options[name] for name in ("observation", "reward", "movement")},
        **_MONEY[options["money"]],
        **_MESSAGES[options["messages"]],
        **_orders(options),
    }
    for name, switched_on in _SWITCHES.items():
        if options[name] == "on":
            changes.update(switched_on)
    return WarehouseParams(**changes)


def _orders(options: OptionSet) -> dict[str, Any]:
    """Orders of each sort; a given list has its own deadlines and sizes."""
    late, size = options["deadlines"] != "never", int(options["items"])
    changes: dict[str, Any] = {"items_per_order": size}
    if options["deadlines"] == "penalty":
        changes["late_penalty"] = 0.5
    if options["orders"] == "given list":
        orders = [_listed_order(number, size, late) for number in range(30)]
        return {**changes, "orders": "list", "order_list": tuple(orders)}
    if late:
        changes["deadline"] = (15, 60)
    if options["orders"] == "drawn list":
        return {**changes, "orders": "list", "order_count": 25}
    if options["orders"] == "stream":
        return {**changes, "orders": "stream", "arrival_rate": 0.1}
    return changes


def _listed_order(number: int, size: int, late: bool) -> Order:
    """Asks for the shelves 0 to 4 in turn."""
    items = tuple(sorted({number % 5, (number + 2 * (number % size)) % 5}))
    return Order(items, 1 + number % 4, release=3 * number, deadline=3 * number + 40 if late else None)


Choice = tuple[tuple[str, str], tuple[str, str]]


def pairs_of(options: OptionSet) -> set[Choice]:
    """Gives every pair of options with their values."""
    return set(combinations(options.items(), 2))


def all_pairs() -> set[Choice]:
    """Gives every pair of values that two options can have."""
    return {
        ((first, value), (second, other))
        for first, second in combinations(OPTIONS, 2)
        for value in OPTIONS[first]
        for other in OPTIONS[second]
    }


@cache
def covering_sets() -> tuple[OptionSet, ...]:
    """Chooses option sets greedily, each the best of some drawn ones, until every pair of values occurs.

    Source: Cohen, Dalal, Fredman and Patton, "The AETG System: An Approach to Testing Based on Combinatorial
    Design", IEEE Transactions on Software Engineering 1997.
    """
    random, missing = np.random.default_rng(0), all_pairs()
    chosen: list[OptionSet] = []
    while missing:
        candidates = [_candidate(missing, random) for _ in range(8)]
        best = max(candidates, key=lambda options: len(missing & pairs_of(options)))
        missing -= pairs_of(best)
        chosen.append(best)
    return tuple(chosen)


def _candidate(missing: set[Choice], random: np.random.Generator) -> OptionSet:
    """Begins with a missing pair and gives each other option what covers most with those before."""
    options = dict(sorted(missing)[random.integers(len(missing))])
    for name in random.permutation([name for name in OPTIONS if name not in options]).tolist():
        values = random.permutation(OPTIONS[name]).tolist()
        options[name] = max(values, key=lambda value: _gain(options, (name, value), missing))
    return {name: options[name] for name in OPTIONS}


def _gain(options: OptionSet, choice: tuple[str, str], missing: set[Choice]) -> int:
    return sum((choice, other) in missing or (other, choice) in missing for other in options.items())
