"""Warehouse parameters: presets, what they derive from their fields, and the way to plain data and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planzoo.envs.warehouse.generator import toy_instance
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.errors import InputError
from tests.contracts.warehouse_options import covering_sets, make_params
from tests.envs.warehouse.situations import HALL


@pytest.mark.parametrize(
    ("robots", "difficulty", "queue"), [(2, "easy", 4), (2, "normal", 2), (4, "hard", 2), (1, "hard", 1)]
)
def test_rware_presets(robots: int, difficulty: str, queue: int) -> None:
    params = WarehouseParams.rware("small", robots, difficulty)
    assert (params.robots, params.request_queue_size, params.max_steps) == (robots, queue, 500)
    assert (params.map.height, params.map.width) == (20, 10)
    assert params.plain and not params.extended


def test_unknown_presets_are_refused() -> None:
    with pytest.raises(InputError, match="size 'huge' is unknown; choose one of tiny, small, medium, large"):
        WarehouseParams.rware("huge")
    with pytest.raises(InputError, match="difficulty 'brutal' is unknown"):
        WarehouseParams.rware(difficulty="brutal")
    with pytest.raises(InputError, match="robots must be a positive integer, got 'two'"):
        WarehouseParams.rware(robots="two")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="everything: robots must be 2 or more, got 1"):
        WarehouseParams.everything(robots=1)
    with pytest.raises(InputError, match="size 'huge' is unknown"):
        WarehouseParams.fulfilment("huge")
    with pytest.raises(InputError, match="size 'huge' is unknown"):
        WarehouseParams.sorting("huge")


@pytest.mark.parametrize("preset", [WarehouseParams.fulfilment, WarehouseParams.sorting])
@pytest.mark.parametrize("size", ["tiny", "small", "medium", "large", "xlarge"])
def test_centres_of_every_size(preset: Any, size: str) -> None:
    params = preset(size, crib=True, battery=100, tools=1)
    assert params.robots == params.request_queue_size == 4
    assert params.extended and not params.plain


@pytest.mark.parametrize("robots", [2, 3, 6, 16])
def test_everything_is_on(robots: int) -> None:
    params = WarehouseParams.everything(robots=robots)
    off = WarehouseParams(params.layout)
    kept = {
        "layout",
        "max_steps",
        "reward",
        "observation",
        "sensor_range",
        "movement",
        "order_list",
        "order_count",
    }
    same = {name for name, value in params.to_dict().items() if value == getattr(off, name)} - kept
    units = {"move_drain", "turn_drain", "carry_drain", "charge_rate", "package_period", "heavy_weight"}
    assert same <= units | {
        "robots",
        "request_queue_size",
        "repair_steps",
        "blocked_steps",
        "stuck_after",
        "message_range",
    }


@pytest.mark.parametrize(
    "changes", [{"slip": 0.1}, {"move_cost": 0.1}, {"order_cancelled": 0.1}, {"order_changed": 0.1}]
)
def test_options_that_nobody_sees_change_the_rules_only(changes: dict[str, float]) -> None:
    params = WarehouseParams.toy(**changes)
    assert not params.plain and not params.extended


@pytest.mark.parametrize("changes", [{"movement": "cardinal"}, {"message_bits": 2}, {"reward": "two_stage"}])
def test_some_options_leave_the_rules_plain(changes: dict[str, Any]) -> None:
    assert WarehouseParams.toy(**changes).plain


def test_a_robot_is_ordinary_unless_kinds_are_given() -> None:
    assert WarehouseParams(HALL, robots=3).kind_of_robot == (RobotKind(3),) * 3


def test_from_file_equals_from_text(tmp_path: Path) -> None:
    path = tmp_path / "hall.txt"
    path.write_text(toy_instance())
    assert WarehouseParams.from_file(path, robots=3) == WarehouseParams(toy_instance(), robots=3)
    with pytest.raises(InputError, match="Cannot read the layout file"):
        WarehouseParams.from_file(tmp_path / "missing.txt")


def test_from_map_puts_a_warehouse_on_it(tmp_path: Path) -> None:
    path = tmp_path / "hall.map"
    path.write_text("type octile\nheight 8\nwidth 8\nmap\n" + "........\n" * 8)
    params = WarehouseParams.from_map(path, shelves=6, workstations=2, chargers=1, battery=50)
    assert params.map.shelves.sum() == 6 and params.battery == 50


def test_json_and_back_gives_the_same_params() -> None:
    for options in covering_sets():
        params = make_params(options)
        again = WarehouseParams(**json.loads(json.dumps(params.to_dict())))
        assert again == params and hash(again) == hash(params)
    params = WarehouseParams.everything()
    assert WarehouseParams(**json.loads(json.dumps(params.to_dict()))) == params


def test_plain_data_becomes_records() -> None:
    kinds, orders = [{"count": 2, "tool": True}], [{"items": [0, 4], "deadline": 30}, {"items": [1]}]
    params = WarehouseParams(HALL, robot_kinds=kinds, orders="list", order_list=orders, request_queue_size=1)  # type: ignore[arg-type]
    assert params.robot_kinds == (RobotKind(2, tool=True),)
    assert params.order_list == (Order((0, 4), deadline=30), Order((1,)))
    assert (params.order_size, params.items) == (2, 2)


def test_the_seed_alone_draws_the_episode() -> None:
    simulators = [WarehouseSimulator(WarehouseParams.everything(robots=3)) for _ in range(2)]
    for simulator in simulators:
        simulator.reset(9)
    for first, second in zip(simulators[0].state, simulators[1].state, strict=True):
        assert first.tobytes() == second.tobytes()
