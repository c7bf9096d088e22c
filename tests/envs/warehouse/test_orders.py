"""Orders of a fixed list are checked when they are made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse.orders import MOST_ITEMS, MOST_PRIORITY, Order
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import NO_DEADLINE, NO_SHELF
from planzoo.errors import InputError
from tests.envs.warehouse.situations import HALL


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"items": ()}, r"Order.items must be a list of shelf numbers, got \(\)"),
        ({"items": 3}, "Order.items must be a list of shelf numbers, got 3"),
        ({"items": "34"}, "Order.items must be a list of shelf numbers, got '34'"),
        ({"items": (-1,)}, "Order.items must be a whole number, 0 or more, got -1"),
        ({"items": (1.0,)}, "Order.items must be a whole number, 0 or more, got 1.0"),
        ({"items": (np.int64(1),)}, "which is NumPy's: turn it into a plain number"),
        ({"items": (4, 2, 4)}, r"Order.items names a shelf twice: \(4, 2, 4\); ask for each shelf once"),
        ({"items": tuple(range(101))}, "Order.items names 101 shelves: ask for at most 100"),
        ({"items": (1,), "priority": 0}, "Order.priority must be a positive integer and at most 100, got 0"),
        ({"items": (1,), "priority": 101}, "Order.priority must be a positive integer and at most 100"),
        ({"items": (1,), "release": -1}, "Order.release must be a whole number, 0 or more, got -1"),
        ({"items": (1,), "deadline": 0}, "Order.deadline must be a positive integer, got 0"),
        ({"items": (1,), "release": 5, "deadline": 5}, "Order.deadline is 5, not after its release at 5"),
    ],
)
def test_orders_are_checked(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        Order(**fields)


def test_lists_become_tuples() -> None:
    order = Order([3, 1])  # type: ignore[arg-type]
    assert order == Order((3, 1)) and hash(order) == hash(Order((3, 1)))


def test_the_largest_order_fits_the_arrays() -> None:
    layout = "x" * (MOST_ITEMS + 2) + "\n" + "." * (MOST_ITEMS + 1) + "g"
    orders = [Order(tuple(range(MOST_ITEMS)), MOST_PRIORITY), Order((0,))]
    params = WarehouseParams(layout, robots=1, request_queue_size=1, orders="list", order_list=tuple(orders))
    simulator = WarehouseSimulator(params)
    simulator.reset(0)
    order = simulator.state.orders[0, 0]
    assert (order.left, order.asked, order.priority) == (MOST_ITEMS, MOST_ITEMS, MOST_PRIORITY)
    assert simulator.state.requests[0].tolist() == list(range(MOST_ITEMS))


def test_listed_orders_are_laid_out_in_rows() -> None:
    orders = [Order((3, 1), 2, release=4, deadline=9), Order((0,))]
    params = WarehouseParams(HALL, request_queue_size=1, orders="list", order_list=tuple(orders))
    constants = WarehouseSimulator(params).constants
    assert constants.listed_items.tolist() == [[3, 1], [0, NO_SHELF]]
    assert constants.listed_numbers.tolist() == [[2, 4, 9], [1, 0, NO_DEADLINE]]
    assert constants.order_count == 2 and params.order_size == 2 == params.items
