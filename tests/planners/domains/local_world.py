"""What the tests of lone robots share: halls, and views made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from planzoo.envs.warehouse.model import Cell, WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.planners.domains.local_memory import Hall, RobotMemory
from planzoo.planners.domains.local_view import NOBODY, LocalView

UP, DOWN, LEFT, RIGHT = range(4)


def model_of(layout: str | None = None, **changes: Any) -> WarehouseModel:
    """The toy hall (four shelves, a workstation at (4, 2)), or another one."""
    if layout is None:
        return WarehouseModel(WarehouseParams.toy(**changes))
    return WarehouseModel(WarehouseParams(layout=layout, **{"robots": 1, "request_queue_size": 1, **changes}))


def memory_of(model: WarehouseModel, capacity: int = 1) -> RobotMemory:
    return RobotMemory(Hall(model), capacity, (0, 0))


def view_of(
    memory: RobotMemory,
    position: Cell,
    requested: Iterable[Cell] = (),
    robots: Mapping[Cell, int] | None = None,
    shelves: Mapping[Cell, bool] | None = None,
    **own: Any,
) -> LocalView:
    """What a robot with sensor range 1 senses where shelves stand as it believes, but for ``shelves``."""
    cells = [(position[0] + row, position[1] + column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    known = dict(shelves or {})

    def window(answers: Iterable[Any]) -> Any:
        return np.array(list(answers)).reshape(3, 3)

    def has_shelf(cell: Cell) -> bool:
        return bool(known.get(cell, memory.standing[memory.hall.number(cell)]))

    return LocalView(
        **{
            "position": position,
            "direction": UP,
            "loads": 0,
            "charge": 1.0,
            "broken": False,
            "waiting": False,
            "tool": False,
            "coupled": False,
            "tools_left": 0.0,
            "packages_left": 1.0,
            "money_left": 1.0,
            "sensed": np.ones((3, 3), dtype=bool),
            "robots": window((robots or {}).get(cell, NOBODY) for cell in cells),
            "messages": np.zeros((3, 3), dtype=int),
            "shelves": window(has_shelf(cell) for cell in cells),
            "requested": window(cell in set(requested) for cell in cells),
            "blocked": np.zeros((3, 3), dtype=bool),
            "heavy": np.zeros((3, 3), dtype=bool),
            "needs_tool": np.zeros((3, 3), dtype=bool),
            "worth": np.ones((3, 3)),
            "steps_left": np.full((3, 3), 500.0),
            **own,
        }
    )


def marked(position: Cell, cells: Iterable[Cell]) -> Any:
    """A window around a position in which some cells are True."""
    window = np.zeros((3, 3), dtype=bool)
    for row, column in cells:
        window[row - position[0] + 1, column - position[1] + 1] = True
    return window
