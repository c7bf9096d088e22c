"""What parameters become: constants, what each cell code looks like, heavy shelves, a state of zeros."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.warehouse.arrays import (
    allocate_state,
    build_constants,
    cell_features,
    compact_features,
    spread_shelves,
)
from planzoo.envs.warehouse.layout import STORAGE, WALL
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.state import (
    NO_DEADLINE,
    NO_SHELF,
    NUM_CODES,
    REQUEST_CODE,
    SHELF_CODE,
    Constants,
)
from tests.envs.warehouse.placements import HALL, in_hall


def constants(**options: Any) -> Constants:
    return build_constants(in_hall(**options))


def test_what_a_cell_of_each_code_looks_like() -> None:
    features = cell_features()
    assert features.shape == (NUM_CODES, 7) and features.dtype == np.float32
    nothing, up, right = [0, 1, 0, 0, 0], [1, 1, 0, 0, 0], [1, 0, 0, 0, 1]
    assert features[0].tolist() == [*nothing, 0, 0]
    assert features[1].tolist() == [*up, 0, 0]
    assert features[4].tolist() == [*right, 0, 0]
    assert features[8].tolist() == [*nothing, 1, 0]
    assert features[8 + 16 + 4].tolist() == [*right, 1, 1]


def test_what_a_cell_of_each_code_becomes_in_few_numbers() -> None:
    features = compact_features()
    assert features.shape == (NUM_CODES, 2) and features.dtype == np.float32
    assert features[:5, 0].tolist() == [0, 0.25, 0.5, 0.75, 1] and not features[:5, 1].any()
    assert features[[SHELF_CODE, SHELF_CODE + REQUEST_CODE], 1].tolist() == [0.5, 1]
    assert features[4 + SHELF_CODE].tolist() == [1, 0.5]


@pytest.mark.parametrize("features", [cell_features(), compact_features()])
def test_these_numbers_tell_robots_shelves_and_requests_only(features: Any) -> None:
    for code in range(NUM_CODES):
        np.testing.assert_array_equal(features[code], features[code % 32])


@given(st.integers(1, 500), st.floats(0, 1), st.sampled_from([0.0, 0.5]))
def test_a_share_of_the_shelves_and_at_least_one(count: int, share: float, offset: float) -> None:
    chosen = spread_shelves(count, share, offset)
    assert chosen.dtype == bool and chosen.shape == (count,)
    np.testing.assert_array_equal(chosen, spread_shelves(count, share, offset))
    assert chosen.any() == (share > 0)
    # The discrepancy of the golden ratio's multiples is below 1 + 2.2 · ln(n) shelves (Niederreiter, 1992).
    assert abs(chosen.sum() - share * count) <= 2 + 2.2 * math.log(count + 1)
    assert spread_shelves(count, 1.0, offset).all()


@given(st.integers(20, 400), st.floats(0.1, 0.9))
def test_chosen_shelves_are_spread_evenly(count: int, share: float) -> None:
    chosen = np.flatnonzero(spread_shelves(count, share, 0.0))
    gaps = np.diff(np.concatenate([[-1], chosen, [count]]))
    # By the three-gap theorem the gaps are two Fibonacci numbers and their sum.
    assert gaps.max() <= 3 / share + 2 and len(np.unique(gaps[1:-1])) <= 3


def test_larger_shares_keep_the_shelves_of_smaller_ones() -> None:
    some, more = spread_shelves(60, 0.2, 0.0), spread_shelves(60, 0.5, 0.0)
    assert more[some].all() and more.sum() == 30 and some.sum() == 12
    assert (spread_shelves(60, 0.2, 0.5) != some).any(), "tools are needed for other shelves than two robots"


def test_cells_are_numbered_with_padding() -> None:
    for reach in (1, 2):
        numbers, width = constants(sensor_range=reach), 5 + 2 * reach
        kinds = numbers.kinds.reshape(width, width)
        np.testing.assert_array_equal(kinds[reach:-reach, reach:-reach], in_hall().map.kinds)
        assert (kinds[:reach] == WALL).all() and (kinds[:, -reach:] == WALL).all()
        first = (2 + reach) * width + 1 + reach
        assert numbers.shelves.cell.tolist() == [first, first + 1]
        assert np.flatnonzero(numbers.kinds == STORAGE).tolist() == [first, first + 1, first + 2]
        stored = numbers.storage_numbers
        assert stored[[first, first + 1, first + 2]].tolist() == [0, 1, 2] and (stored >= 0).sum() == 3
        assert numbers.workstations.tolist() == [(4 + reach) * width + column + reach for column in (2, 4)]
        assert numbers.steps_ahead.tolist() == [-width, width, -1, 1], "up, down, left, right"
        assert numbers.padding == numbers.sensor_range == numbers.message_range == reach


def test_aisles_may_be_blocked_and_starts_are_where_robots_start() -> None:
    numbers = constants(sensor_range=1)
    rows, columns = np.divmod(numbers.aisle_cells, 7)
    kinds = in_hall().map.kinds
    assert sorted(zip((rows - 1).tolist(), (columns - 1).tolist(), strict=True)) == [
        tuple(cell) for cell in np.argwhere(kinds == 1).tolist()
    ]
    np.testing.assert_array_equal(numbers.start_cells, np.flatnonzero(numbers.kinds != WALL))
    marked = constants(layout=HALL.replace("..g.g", "s.gsg"))
    assert marked.start_cells.tolist() == [5 * 7 + 1, 5 * 7 + 4]


def test_robots_and_shelves_have_their_kinds() -> None:
    kinds = (
        RobotKind(1, lift_class=4, capacity=2),
        RobotKind(2, steps_per_move=5, sensor_range=1, tool=True),
    )
    numbers = constants(
        robots=3, robot_kinds=kinds, sensor_range=2, heavy_share=0.5, heavy_weight=3, tool_share=0.5, tools=1
    )
    robots, shelves = numbers.robots, numbers.shelves
    assert robots.lift.tolist() == [4, 1, 1] and robots.capacity.tolist() == [2, 1, 1]
    assert robots.pace.tolist() == [1, 5, 5] and robots.sensors.tolist() == [2, 1, 1]
    assert robots.tool.tolist() == [False, True, True]
    assert shelves.weight.tolist() == [3, 1], "the fractional parts are 0 and 0.618"
    assert shelves.tool.tolist() == [False, True], "they are 0.5 and 0.118"


def test_plain_robots_and_shelves() -> None:
    numbers = constants(robots=2)
    robot = {name: numbers.robots[name].tolist() for name in ("lift", "capacity", "pace", "sensors", "tool")}
    assert robot == {
        "lift": [1, 1], "capacity": [1, 1], "pace": [1, 1], "sensors": [1, 1], "tool": [False, False]
    }  # fmt: skip
    assert numbers.shelves.weight.tolist() == [1, 1] and not numbers.shelves.tool.any()


def test_listed_orders_stand_in_rows() -> None:
    orders = (Order((1, 0), priority=3, release=4, deadline=50), Order((1,)))
    layout = HALL.replace("xxo", "xxx")
    numbers = constants(layout=layout, orders="list", order_list=orders)
    assert numbers.listed_items.tolist() == [[1, 0], [1, NO_SHELF]]
    assert numbers.listed_numbers.tolist() == [[3, 4, 50], [1, 0, NO_DEADLINE]]
    assert numbers.order_count == 2
    drawn = constants(orders="list", order_count=7)
    assert drawn.order_count == 7 and drawn.listed_items.shape[0] == drawn.listed_numbers.shape[0] == 0


def test_options_become_numbers() -> None:
    numbers = constants(
        orders="stream", arrival_rate=0.5, deadline=(4, 9), budget=3, move_cost=1, slip=0.5, breakdown=1e-9,
        sensor_dropout=1.0, blocked_aisle=0.25, order_cancelled=0.0, message_bits=2, message_range=1,
        sensor_range=2, movement="cardinal", reward="two_stage", observation="image",
    )  # fmt: skip
    assert numbers.no_arrival == pytest.approx(math.exp(-0.5))
    assert (numbers.shortest_deadline, numbers.longest_deadline) == (4, 9)
    assert (numbers.budget, numbers.move_cost) == (3.0, 1.0)
    odds = (numbers.slip_odds, numbers.breakdown_odds, numbers.dropout_odds, numbers.block_odds)
    assert odds == (2**20, 1, 2**21, 2**19) and numbers.cancel_odds == 0
    assert (numbers.message_bits, numbers.message_range, numbers.cardinal) == (2, 1, True)
    assert (numbers.reward_kind, numbers.observation_kind, numbers.order_kind) == (2, 3, 2)
    assert numbers.extended and not numbers.plain


@pytest.mark.parametrize(
    ("options", "plain", "extended"),
    [
        ({}, True, False),
        ({"movement": "cardinal", "message_bits": 1, "reward": "global"}, True, False),
        ({"slip": 0.1}, False, False),
        ({"turn_cost": 0.1}, False, False),
        ({"order_changed": 0.1}, False, False),
        ({"battery": 20}, False, True),
        ({"budget": 0.1, "move_cost": 0.1}, False, True),
        ({"robot_kinds": (RobotKind(),)}, False, True),
    ],
)
def test_what_rware_lacks(options: dict[str, Any], plain: bool, extended: bool) -> None:
    numbers = constants(**options)
    assert (numbers.plain, numbers.extended) == (plain, extended)
    assert constants().budget < 0, "no limit"


def test_a_state_of_zeros() -> None:
    params = WarehouseParams.everything("tiny", 3)
    numbers = build_constants(params)
    state = allocate_state(params, numbers, 7)
    for array in state:
        assert array.shape[0] == 7 and array.flags.c_contiguous
        assert not any(array.tobytes())
    assert state.robots.cell.shape == (7, 3) and state.robot_load.shape == (7, 3, 2)
    assert state.requests.shape == (7, 3 * 2) and state.orders.shape == (7, 3)
    assert state.shelves.shape == (7, len(numbers.shelves)) and state.codes.shape == (7, len(numbers.kinds))
