"""The arrays of the warehouse are what their documentation says."""

from __future__ import annotations

import re

import numpy as np
import pytest

from planzoo.envs.warehouse.layout import STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import Constants, State

LAYOUT = "#....\n.xx..\n.xx..\n..x..\n..g#g"
ROBOTS, REQUESTS, WORLDS, SENSOR = 3, 2, 4, 2
PADDED = (5 + 2 * SENSOR) ** 2
LETTERS = {"B": WORLDS, "N": ROBOTS, "S": 5, "Q": REQUESTS, "C": PADDED, "F": 23, "G": 2}


@pytest.fixture
def simulator() -> WarehouseSimulator:
    return WarehouseSimulator(WarehouseParams(LAYOUT, ROBOTS, REQUESTS, sensor_range=SENSOR), WORLDS)


def documented(kind: type[Constants] | type[State]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Type and shape of every array that a docstring describes."""
    found = re.findall(r"^ +(\w+): (\w+) \(([^)]*)\)", kind.__doc__ or "", flags=re.MULTILINE)
    sizes = [[part.strip() for part in shape.split(",") if part.strip()] for *_, shape in found]
    return {
        name: (dtype, tuple(LETTERS[part] if part in LETTERS else int(part) for part in parts))
        for (name, dtype, _), parts in zip(found, sizes, strict=True)
    }


@pytest.mark.parametrize("kind", [Constants, State])
def test_arrays_are_as_documented(kind: type[Constants] | type[State], simulator: WarehouseSimulator) -> None:
    owner = simulator.constants if kind is Constants else simulator.state
    arrays = {name: value for name, value in owner._asdict().items() if isinstance(value, np.ndarray)}
    assert documented(kind) == {name: (array.dtype.name, array.shape) for name, array in arrays.items()}


def test_cells_are_numbered_with_padding(simulator: WarehouseSimulator) -> None:
    constants, width = simulator.constants, 5 + 2 * SENSOR
    kinds = constants.kinds.reshape(width, width)
    np.testing.assert_array_equal(kinds[SENSOR:-SENSOR, SENSOR:-SENSOR], simulator.params.map.kinds)
    assert (kinds[:SENSOR] == WALL).all() and (kinds[:, -SENSOR:] == WALL).all()
    first = (1 + SENSOR) * width + 1 + SENSOR
    assert constants.storage_cells.tolist() == [
        first, first + 1, first + width, first + width + 1, first + 2 * width + 1
    ]  # fmt: skip
    assert (constants.kinds[constants.storage_cells] == STORAGE).all()
    assert (constants.kinds[constants.workstations] == WORKSTATION).all()
    assert np.flatnonzero(constants.kinds != WALL).tolist() == constants.free_cells.tolist()
    assert constants.steps_ahead.tolist() == [-width, width, -1, 1], "up, down, left, right"
