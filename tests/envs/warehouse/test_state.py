"""The arrays of the warehouse are what their documentation says."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse import state as state_module
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import (
    EVENTS,
    MOST_BLOCKED,
    NUM_CODES,
    ROBOT_EVENTS,
    Constants,
    State,
)

LAYOUT = "#....\n.xx..\n.xo..\n..xs.\n..gsg"
ROBOTS, PLACES, WORLDS, SENSOR = 2, 2, 4, 2
PADDED = (5 + 2 * SENSOR) ** 2
LETTERS = {
    "A": 17,
    "B": WORLDS, "N": ROBOTS, "S": 4, "Q": PLACES, "K": 1, "Q·K": PLACES, "C": PADDED, "F": 2, "G": 2, "L": 3,
    "E": len(EVENTS), "MOST_BLOCKED": MOST_BLOCKED, "storage cells": 5,
}  # fmt: skip
"""L is 3 both for listed orders and for the most shelves on a robot."""
RECORDS = {
    name: value for name, value in vars(state_module).items() if isinstance(value, np.dtype) and value.names
}


@pytest.fixture
def simulator() -> WarehouseSimulator:
    kinds = (RobotKind(1, capacity=3), RobotKind(1))
    params = WarehouseParams(
        LAYOUT, ROBOTS, PLACES, sensor_range=SENSOR, robot_kinds=kinds, orders="list",
        order_list=(Order((0,)), Order((1,)), Order((2,))),
    )  # fmt: skip
    return WarehouseSimulator(params, WORLDS)


def documented(kind: type[Constants] | type[State]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Type and shape of every array that a docstring describes."""
    found = re.findall(r"^ +(\w+): (\w+) \(([^)]*)\)", kind.__doc__ or "", flags=re.MULTILINE)
    sizes = [[part.strip() for part in shape.split(",") if part.strip()] for *_, shape in found]
    return {
        name: (dtype, tuple(LETTERS[part] if part in LETTERS else int(part) for part in parts))
        for (name, dtype, _), parts in zip(found, sizes, strict=True)
    }


def type_name(array: np.ndarray[Any, Any]) -> str:
    """The name of a plain type, or of a record in the module."""
    names = [name for name, record in RECORDS.items() if array.dtype == record]
    return names[0] if names else array.dtype.name


@pytest.mark.parametrize("kind", [Constants, State])
def test_arrays_are_as_documented(kind: type[Constants] | type[State], simulator: WarehouseSimulator) -> None:
    owner = simulator.constants if kind is Constants else simulator.state
    arrays = {name: value for name, value in owner._asdict().items() if isinstance(value, np.ndarray)}
    told = documented(kind)
    assert set(arrays) <= set(told)
    assert told == {name: (type_name(arrays[name]), arrays[name].shape) for name in told}


@pytest.mark.parametrize("kind", [Constants, State])
def test_every_field_is_documented(kind: type[Constants] | type[State]) -> None:
    text = inspect.getdoc(kind) or ""
    told = set(re.findall(r"\w+", " ".join(re.findall(r"^    ([\w, …]+):", text, flags=re.MULTILINE))))
    scales = {name for name in kind._fields if name.endswith("_scale")} if "…" in text else set()
    assert set(kind._fields) - scales <= told


def test_records_have_no_field_that_numpy_would_take_for_its_own() -> None:
    for name, record in RECORDS.items():
        own = set(record.names or ()) & set(dir(np.recarray))
        assert not own, f"{name}.{own} can't be read as an attribute"


def test_records_are_as_small_as_they_can_be() -> None:
    for name, record in RECORDS.items():
        fields = sum(record[field].itemsize for field in record.names or ())
        assert record.itemsize - fields < record.alignment, f"{name} has holes"


def test_codes_do_not_overlap() -> None:
    codes = [
        value
        for name, value in vars(state_module).items()
        if name.endswith(("_CODE", "_CODES")) and name != "NUM_CODES"
    ]
    assert sum(codes) == NUM_CODES - 1 == np.bitwise_or.reduce(codes) and len(codes) == 6
    assert state_module.ROBOT_CODES == 7 and state_module.SHELF_CODE == 8, (
        "directions, counted from 1, and none"
    )


def test_events_have_numbers_in_their_order() -> None:
    for number, name in enumerate(EVENTS):
        assert getattr(state_module, name.upper()) == number
    assert EVENTS[ROBOT_EVENTS - 1] == "stuck" and EVENTS[ROBOT_EVENTS] == "order_arrived"
    assert len(EVENTS) < 32, "they are bits of an int32"
