"""Every number out of range, every contradiction and every impossible order is one clear sentence."""

from __future__ import annotations

import math
from typing import Any

import gymnasium
import numpy as np
import pettingzoo
import pytest
from hypothesis import given
from hypothesis import strategies as st

import planzoo  # noqa: F401, registers the environments
from planzoo.baselines.cli import main
from planzoo.envs.warehouse.checks import check_choice
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.errors import InputError
from tests.envs.warehouse.situations import HALL

PLAIN = HALL.replace("c", ".").replace("t", ".")
POSITIVE = (
    "robots",
    "request_queue_size",
    "max_steps",
    "sensor_range",
    "items_per_order",
    "priorities",
    "charge_rate",
    "package_period",
    "repair_steps",
    "blocked_steps",
    "stuck_after",
)
WHOLE = (
    "order_count",
    "battery",
    "move_drain",
    "turn_drain",
    "carry_drain",
    "tools",
    "packages",
    "message_bits",
)
SHARES = (
    "heavy_share",
    "tool_share",
    "slip",
    "breakdown",
    "blocked_aisle",
    "sensor_dropout",
    "order_cancelled",
    "order_changed",
)
AMOUNTS = ("move_cost", "turn_cost", "load_cost", "late_penalty", "budget")
MOST = {
    "robots": 2**15 - 1,
    "sensor_range": 200,
    "items_per_order": 100,
    "priorities": 100,
    "repair_steps": 2**15 - 1,
    "tools": 2**15 - 1,
    "packages": 2**15 - 1,
    "message_bits": 6,
    "max_steps": 2**30,
}


def refusal(**changes: Any) -> str:
    """Gives the one sentence with which params are refused."""
    fields = {"layout": HALL, "robots": 2, **changes}
    with pytest.raises(InputError) as refused:
        WarehouseParams(**fields)
    sentence = str(refused.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


@pytest.mark.parametrize("name", POSITIVE)
@pytest.mark.parametrize("value", [0, -1, 1.5, "2", None, True, math.nan])
def test_counts_are_positive(name: str, value: Any) -> None:
    assert refusal(**{name: value}).startswith(f"WarehouseParams.{name} must be a positive integer")


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("value", [-1, 0.5, "many", None, False])
def test_units_are_whole_numbers(name: str, value: Any) -> None:
    assert refusal(**{name: value}).startswith(f"WarehouseParams.{name} must be a whole number, 0 or more")


@pytest.mark.parametrize(("name", "most"), MOST.items())
def test_numbers_fit_their_arrays(name: str, most: int) -> None:
    assert f"WarehouseParams.{name} must be" in refusal(**{name: most + 1})


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, "0.5", None, True, 1j])
def test_probabilities_are_between_0_and_1(name: str, value: Any) -> None:
    assert refusal(**{name: value}).startswith(
        f"WarehouseParams.{name} must be a probability from 0 to 1, got "
    )


@pytest.mark.parametrize("name", [*AMOUNTS, "arrival_rate"])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, 1e300, "1", True])
def test_amounts_are_finite(name: str, value: Any) -> None:
    assert refusal(**{name: value}).startswith(f"WarehouseParams.{name} must be a number from 0 to ")


@pytest.mark.parametrize(
    ("name", "value"), [("robots", np.int64(2)), ("slip", np.float32(0.5)), ("tools", np.array([1]))]
)
def test_numbers_of_numpy_are_told_from_plain_ones(name: str, value: Any) -> None:
    assert refusal(**{name: value}).endswith(", which is NumPy's: turn it into a plain number with .item().")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("reward", "global, individual, two_stage"),
        ("observation", "local, fleet, compact, image"),
        ("movement", "turn, cardinal"),
        ("orders", "queue, list, stream"),
    ],
)
@pytest.mark.parametrize("value", ["other", None, ["turn"], 1])
def test_words_are_known_ones(name: str, known: str, value: Any) -> None:
    assert f"{name} {value!r} is unknown; choose one of {known}." in refusal(**{name: value})


def test_a_choice_is_checked_by_itself() -> None:
    check_choice("size", "tiny", ("tiny", "small"))
    with pytest.raises(InputError, match="size 'huge' is unknown; choose one of tiny, small"):
        check_choice("size", "huge", ("tiny", "small"))


COSTS = {"move_cost": 1.0, "turn_cost": 0.25, "load_cost": 0.5}
WEAK_OWNER = [RobotKind(1, tool=True), RobotKind(1, lift_class=2)]


@pytest.mark.parametrize(
    ("changes", "complaint", "fix"),
    [
        ({"robots": 31}, "robots is 31, but the layout has 30 free cells", "use fewer robots"),
        (
            {"layout": 5},
            "layout must be the map as text, got 5",
            "read a file with WarehouseParams.from_file",
        ),
        ({"layout": None}, "layout must be the map as text, got None", "from_file"),
        (
            {"layout": "g" + "x" * 2**15},
            "has 32768 shelves, but at most 32767 can be numbered",
            "storage without a shelf",
        ),
        ({"layout": "xg\nx"}, "layout, line 2 has 1 cells where the first row has 2", "make all rows equal"),
        ({"layout": "xg#x\n..#."}, "no robot reaches this shelf", "open a way through the walls"),
        ({"layout": "xxg#c"}, "no robot reaches this charger", "open a way through the walls"),
        ({"layout": "xxg#t"}, "no robot reaches this tool crib", "open a way through the walls"),
        ({"request_queue_size": 6}, "request_queue_size is 6, but the layout has 6 shelves", "request fewer"),
        (
            {"items_per_order": 3},
            "request_queue_size is 2 of up to 3 shelves, but the layout has 6 shelves",
            "request fewer",
        ),
        (
            {"robot_kinds": [RobotKind(3)]},
            "robots is 2, but the counts of robot_kinds add up to 3",
            "make them equal",
        ),
        ({"robot_kinds": {"count": 2}}, "robot_kinds must be a list of RobotKind", "list"),
        ({"robot_kinds": [{"kount": 2}]}, "robot_kinds[0] has no field kount", "it has count, lift_class"),
        (
            {"robot_kinds": [RobotKind(2, sensor_range=2)]},
            "robot_kinds[0].sensor_range is 2, more than the fleet's 1",
            "raise WarehouseParams.sensor_range",
        ),
        ({"arrival_rate": 0.5}, "arrival_rate is 0.5, but works only", "with orders='stream'"),
        (
            {"orders": "stream"},
            "orders='stream' needs an arrival_rate above 0",
            "so many orders come in a step",
        ),
        ({"orders": "list"}, "needs either an order_list or an order_count", "give one of them"),
        (
            {"orders": "list", "order_list": [Order((0,))], "order_count": 3},
            "needs either an order_list or an order_count",
            "give one of them",
        ),
        ({"order_list": [Order((0,))]}, "order_list is (Order(", "works only with orders='list'"),
        ({"order_count": 5}, "order_count is 5", "works only with orders='list'"),
        ({"orders": "list", "order_list": 7}, "order_list must be a list of Order", "list"),
        ({"orders": "list", "order_list": [{}]}, "order_list[0] lacks its items", "items"),
        (
            {"orders": "list", "order_list": [Order((0,)), Order((6,))]},
            "order_list[1] asks for shelf 6",
            "has shelves 0 to 5",
        ),
        (
            {"orders": "list", "order_list": [Order((0,))], "deadline": (5, 9)},
            "deadline is (5, 9), but holds only for orders that are drawn",
            "give those of the order_list a deadline",
        ),
        ({"late_penalty": 1.0}, "late_penalty is 1.0", "works only with deadlines"),
        ({"deadline": 9}, "deadline must be two numbers of steps, got 9", "two numbers"),
        ({"deadline": (1, 2, 3)}, "deadline must be two numbers of steps", "two numbers"),
        ({"deadline": (0, 9)}, "deadline must be a positive integer, got 0", "positive"),
        ({"deadline": (9, 5)}, "deadline is (9, 5)", "put the shorter time first"),
        ({"heavy_weight": 1}, "heavy_weight must be 2 or more", "2 or more"),
        (
            {"heavy_share": 0.1, "heavy_weight": 3},
            "heavy_weight is 3, but any two robots together lift at most 2",
            "use stronger robot_kinds",
        ),
        (
            {"heavy_share": 0.1, "robots": 1},
            "heavy_weight is 2, but the only robot lifts at most 1",
            "more robots or a lower weight",
        ),
        ({"layout": PLAIN, "battery": 50}, "battery is 50, but the layout has no place for it", "with 'c'"),
        ({"layout": PLAIN, "tools": 1}, "tools is 1, but the layout has no place for it", "with 't'"),
        ({"tool_share": 0.5}, "tool_share is 0.5, but works only with tools", "or a robot kind that has one"),
        (
            {
                "tool_share": 0.5,
                "heavy_share": 0.5,
                "heavy_weight": 4,
                "robot_kinds": WEAK_OWNER,
                "robots": 2,
            },
            "heavy_weight is 4, but any two robots together lift at most 3",
            "stronger",
        ),
        (
            {
                "tool_share": 0.5,
                "heavy_share": 0.5,
                "heavy_weight": 4,
                "robot_kinds": [RobotKind(1, tool=True), RobotKind(2, lift_class=2)],
                "robots": 3,
            },
            "heavy_weight is 4, but a robot with a tool and another lift at most 3",
            "add tools at a crib or stronger robot_kinds",
        ),
        (
            {"layout": "xxg\nooo", "robots": 1, "request_queue_size": 1, "blocked_aisle": 0.1},
            "blocked_aisle is on, but the layout has no aisle",
            "mark one with '.'",
        ),
        (
            {"battery": 2},
            "battery is 2, not enough for one turn and one move with a load",
            "at least 3 units",
        ),
        (
            {"battery": 9, "move_drain": 0, "turn_drain": 0, "carry_drain": 0},
            "battery is 9, but nothing drains it",
            "set move_drain",
        ),
        ({"budget": 5.0}, "budget limits what actions cost, but all of them are free", "set move_cost"),
        (
            {"budget": 5.0, "turn_cost": 1.0, "movement": "cardinal"},
            "but all of them are free",
            "set move_cost",
        ),
        ({"budget": 0.2, **COSTS}, "budget is 0.2, but the cheapest action costs 0.25", "raise the budget"),
        (
            {"budget": 0.3, "movement": "cardinal", **COSTS},
            "budget is 0.3, but the cheapest action costs 0.5",
            "lower the costs",
        ),
        ({"message_range": 1}, "message_range is 1", "works only with message_bits above 0"),
        (
            {"message_range": 0, "message_bits": 2},
            "message_range must be a positive integer, got 0",
            "positive",
        ),
        (
            {"message_range": 2, "message_bits": 2},
            "message_range is 2, more than the sensor_range of 1",
            "raise sensor_range",
        ),
    ],
)
def test_contradictions_are_refused(changes: dict[str, Any], complaint: str, fix: str) -> None:
    sentence = refusal(**changes)
    assert complaint in sentence and fix in sentence


@pytest.mark.parametrize(
    "changes",
    [
        {"robots": 30},
        {"request_queue_size": 5},
        {"request_queue_size": 1, "items_per_order": 5},
        {"heavy_share": 1.0},
        {"heavy_share": 1.0, "robot_kinds": [RobotKind(1, lift_class=2)], "robots": 1},
        {"tools": 1, "tool_share": 1.0, "heavy_share": 1.0},
        {"tool_share": 0.5, "heavy_share": 0.5, "heavy_weight": 3, "robot_kinds": WEAK_OWNER},
        {"battery": 3},
        {"budget": 0.25, **COSTS},
        {"budget": 0.5, "movement": "cardinal", **COSTS},
        {"message_bits": 6, "message_range": 1},
        {"deadline": (5, 5), "late_penalty": 1},
        {"deadline": [5, 9]},
        {"slip": 1, "breakdown": 0},
        {"slip": np.float64(0.5)},
        {"orders": "list", "order_list": [Order((5,), deadline=9)], "late_penalty": 0.5},
        {"orders": "stream", "arrival_rate": 100},
    ],
)
def test_what_is_just_possible_is_accepted(changes: dict[str, Any]) -> None:
    WarehouseParams(**{"layout": HALL, "robots": 2, **changes})


@given(
    name=st.sampled_from(
        [*POSITIVE, *WHOLE, *SHARES, *AMOUNTS, "reward", "orders", "deadline", "message_range"]
    ),
    value=st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
)
def test_any_value_is_accepted_or_refused_in_one_sentence(name: str, value: Any) -> None:
    try:
        params = WarehouseParams(**{"layout": HALL, "robots": 2, name: value})
    except InputError as refused:
        assert str(refused).endswith(".") and "\n" not in str(refused)
    else:
        assert WarehouseParams(**params.to_dict()) == params


def test_environments_are_refused_as_well() -> None:
    with pytest.raises(InputError, match="battery is 100, but the layout has no place for it"):
        gymnasium.make("planzoo/Warehouse-v0", battery=100)
    with pytest.raises(InputError, match="tools is 1, but the layout has no place for it"):
        pettingzoo.make("parallel", "planzoo/warehouse-v0", tools=1)


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("battery=abc", "WarehouseParams.battery must be a whole number, 0 or more"),
        ("battery=100", "the layout has no place for it"),
        ("slip=2", "WarehouseParams.slip must be a probability from 0 to 1"),
        ("orders=stream", "needs an arrival_rate"),
        ("robots=abc", "WarehouseParams.robots must be a positive integer"),
    ],
)
def test_the_command_line_says_it_in_one_line(
    setting: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", "warehouse_v0", "--set", setting]) == 2
    error = capsys.readouterr().err
    assert error.startswith("planzoo: ") and error.count("\n") == 1 and complaint in error
