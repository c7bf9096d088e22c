"""The arrays of a warehouse: its constants, and a zeroed state."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.random import odds
from planzoo.envs.warehouse.checks import OBSERVATIONS, ORDERS, REWARDS
from planzoo.envs.warehouse.layout import AISLE, STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.state import (
    COMPACT_CELL,
    EVENTS,
    LOCAL_CELL,
    MOST_BLOCKED,
    NO_DEADLINE,
    NO_SHELF,
    NUM_CODES,
    ORDER,
    ROBOT,
    ROBOT_KIND,
    SHELF,
    SHELF_KIND,
    WORLD,
    Constants,
    State,
)

_GOLDEN_RATIO = (math.sqrt(5) - 1) / 2


_WHOLE = (
    *("sensor_range", "message_bits", "max_steps", "priorities", "stuck_after"),
    *("battery", "move_drain", "turn_drain", "carry_drain", "charge_rate"),
    *("tools", "packages", "package_period", "repair_steps", "blocked_steps"),
)
_REAL = ("move_cost", "turn_cost", "load_cost", "late_penalty")
"""Fields that the constants have from the params as they are."""


def build_constants(params: WarehouseParams) -> Constants:
    """Lays the map out in padded cells and everything else in arrays and numbers."""
    return Constants(
        robots=_robot_kinds(params),
        shelves=_shelf_kinds(params),
        slot_orders=np.repeat(np.arange(params.request_queue_size, dtype=np.int32), params.order_size),
        listed_items=_listed_items(params),
        listed_numbers=_listed_numbers(params),
        **_map_constants(params),
        **_scales(params),
        **_switches(params),
        **_numbers_of(params, _WHOLE, int),
        **_numbers_of(params, _REAL, float),
    )


def _numbers_of(params: WarehouseParams, names: tuple[str, ...], kind: type) -> dict[str, Any]:
    return {name: kind(getattr(params, name)) for name in names}


def _map_constants(params: WarehouseParams) -> dict[str, Any]:
    layout, padding = params.map, params.sensor_range
    kinds = np.pad(layout.kinds, padding, constant_values=WALL).reshape(-1)
    width = layout.width + 2 * padding
    rows, columns = np.indices((layout.height + 2 * padding, width), dtype=np.int32) - padding
    return {
        "kinds": kinds,
        "rows": rows.reshape(-1),
        "columns": columns.reshape(-1),
        "start_cells": _cells(np.pad(layout.starts, padding)),
        "aisle_cells": _cells(kinds == AISLE),
        "workstations": _cells(kinds == WORKSTATION),
        "steps_ahead": np.array([-width, width, -1, 1], dtype=np.int32),
        "storage_numbers": _numbers(kinds == STORAGE),
        "cell_features": cell_features(),
        "compact_features": compact_features(),
        "height": layout.height,
        "width": layout.width,
        "padding": padding,
    }


def _scales(params: WarehouseParams) -> dict[str, Any]:
    """Gives what turns amounts into shares."""
    worths = [params.priorities, *(order.priority for order in params.order_list)]
    most = {
        "row": params.map.height - 1,
        "column": params.map.width - 1,
        "time": params.max_steps,
        "worth": max(worths),
        "battery": params.battery,
        "repair": params.repair_steps,
        "tools": params.tools,
        "packages": params.packages * len(params.map.cells(WORKSTATION)),
    }
    scales = {f"{name}_scale": 1.0 / max(1, amount) for name, amount in most.items()}
    return {**scales, "money_scale": 1.0 / params.budget if params.budget else 0.0}


def _switches(params: WarehouseParams) -> dict[str, Any]:
    shortest, longest = params.deadline or (0, 0)
    return {
        "message_range": _reach(params, params.message_range),
        "reward_kind": REWARDS.index(params.reward),
        "observation_kind": OBSERVATIONS.index(params.observation),
        "order_kind": ORDERS.index(params.orders),
        "plain": params.plain,
        "extended": params.extended,
        "cardinal": params.movement == "cardinal",
        "order_size": params.order_size,
        "order_count": len(params.order_list) or params.order_count,
        "shortest_deadline": shortest,
        "longest_deadline": longest,
        "no_arrival": math.exp(-params.arrival_rate),
        "budget": -1.0 if params.budget is None else float(params.budget),
        "slip_odds": odds(params.slip),
        "breakdown_odds": odds(params.breakdown),
        "dropout_odds": odds(params.sensor_dropout),
        "block_odds": odds(params.blocked_aisle),
        "cancel_odds": odds(params.order_cancelled),
        "change_odds": odds(params.order_changed),
    }


def _robot_kinds(params: WarehouseParams) -> Any:
    kinds = np.zeros(params.robots, dtype=ROBOT_KIND).view(np.recarray)
    for number, kind in enumerate(params.kind_of_robot):
        reach = _reach(params, kind.sensor_range)
        shares = 1.0 - 1.0 / kind.lift_class, 1.0 / kind.steps_per_move, 1.0 / kind.capacity
        kinds[number] = kind.lift_class, kind.capacity, kind.steps_per_move, reach, kind.tool, *shares
    return kinds


def _shelf_kinds(params: WarehouseParams) -> Any:
    cells = _cells(np.pad(params.map.shelves, params.sensor_range))
    kinds = np.zeros(len(cells), dtype=SHELF_KIND).view(np.recarray)
    kinds.cell = cells
    kinds.weight = np.where(spread_shelves(len(cells), params.heavy_share, 0.0), params.heavy_weight, 1)
    kinds.tool = spread_shelves(len(cells), params.tool_share, 0.5)
    kinds.special = kinds.tool | (kinds.weight > 1)
    return kinds


def _cells(chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
    return np.flatnonzero(chosen).astype(np.int32)


def _numbers(chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
    return np.where(chosen, np.cumsum(chosen) - 1, -1).astype(np.int32)


def _reach(params: WarehouseParams, own: int | None) -> int:
    return params.sensor_range if own is None else own


def spread_shelves(count: int, share: float, offset: float) -> NDArray[np.bool_]:
    """Chooses a share of the shelves, evenly spread over the hall and the same in every episode.

    Shelf n is chosen if the fractional part of ``offset + n · golden ratio`` is below the share: multiples of
    the golden ratio are spread more evenly than those of any other number (Knuth, "The Art of Computer
    Programming", volume 3, section 6.4). With a share above 0 at least one is chosen.

    Args:
        count: S.
        share: in [0, 1].
        offset: another one chooses other shelves.

    Returns:
        bool (S,).
    """
    fractions = (offset + np.arange(count) * _GOLDEN_RATIO) % 1.0
    chosen = fractions < share
    if share > 0 and not chosen.any():
        chosen[int(np.argmin(fractions))] = True
    return chosen


def _listed_items(params: WarehouseParams) -> NDArray[np.int16]:
    items = np.full((len(params.order_list), params.order_size), NO_SHELF, dtype=np.int16)
    for number, order in enumerate(params.order_list):
        items[number, : len(order.items)] = order.items
    return items


def _listed_numbers(params: WarehouseParams) -> NDArray[np.int32]:
    rows = [
        (order.priority, order.release, NO_DEADLINE if order.deadline is None else order.deadline)
        for order in params.order_list
    ]
    return np.array(rows, dtype=np.int32).reshape(-1, 3)


def cell_features() -> NDArray[np.float32]:
    """Gives the seven numbers that a sensed cell of each code becomes, float32 (256, 7)."""
    features = np.zeros((NUM_CODES, LOCAL_CELL), dtype=np.float32)
    for code in range(NUM_CODES):
        direction = code % 8
        features[code, 0] = direction > 0
        features[code, 1 + max(0, min(direction, 4) - 1)] = 1.0
        features[code, 5] = code // 8 % 2
        features[code, 6] = code // 16 % 2
    return features


def compact_features() -> NDArray[np.float32]:
    """Gives the two numbers that a cell of each code becomes in the compact observation, float32 (256, 2)."""
    features = np.zeros((NUM_CODES, COMPACT_CELL), dtype=np.float32)
    for code in range(NUM_CODES):
        features[code, 0] = min(code % 8, 4) / 4
        features[code, 1] = 0.5 * (code // 8 % 2) * (1 + code // 16 % 2)
    return features


def allocate_state(params: WarehouseParams, constants: Constants, num_worlds: int) -> State:
    """Allocates a zeroed state."""
    robots, capacity = params.robots, int(constants.robots.capacity.max())

    def records(kind: np.dtype[Any], *shape: int) -> Any:
        return np.zeros((num_worlds, *shape), dtype=kind).view(np.recarray)

    return State(
        random_streams=np.zeros((num_worlds, 2), dtype=np.uint64),
        steps=np.zeros(num_worlds, dtype=np.int32),
        ended=np.zeros(num_worlds, dtype=np.bool_),
        worlds=records(WORLD),
        robots=records(ROBOT, robots),
        robot_load=np.zeros((num_worlds, robots, capacity), dtype=np.int16),
        robot_events=np.zeros((num_worlds, robots), dtype=np.int32),
        shelves=records(SHELF, len(constants.shelves)),
        requests=np.zeros((num_worlds, params.items), dtype=np.int16),
        orders=records(ORDER, params.request_queue_size),
        standing=np.zeros((num_worlds, constants.storage_numbers.max() + 1), dtype=np.int16),
        codes=np.zeros((num_worlds, len(constants.kinds)), dtype=np.uint8),
        blocked=np.zeros((num_worlds, MOST_BLOCKED, 2), dtype=np.int32),
        packages=np.zeros((num_worlds, len(constants.workstations)), dtype=np.int16),
        event_counts=np.zeros((num_worlds, len(EVENTS)), dtype=np.int32),
    )
