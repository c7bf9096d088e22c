"""How one robot's own row of the local or compact observation is read: itself, and the cells around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.sizes import compact_size, local_size, window_side
from planzoo.envs.warehouse.state import (
    CELL_EXTRAS,
    COMPACT_CELL,
    COMPACT_SELF,
    LOCAL_CELL,
    LOCAL_SELF,
    SELF_EXTRAS,
)
from planzoo.errors import InputError

NOBODY = -1
"""The direction of the robot on a cell without one."""


@dataclass(frozen=True)
class LocalView:
    """What one robot senses in one step. r = the fleet's sensor range, windows are (2r + 1, 2r + 1).

    Of a robot under a shelf a sensor can't tell whether it carries it: ``shelves``, ``requested``, ``heavy``,
    ``needs_tool``, ``worth`` and ``steps_left`` speak of the shelf on the floor or on the robot.

    Attributes:
        position: its own row and column.
        direction: up 0, down 1, left 2, right 3.
        loads: shelves on it.
        charge: share of a full battery; 1 where batteries are off.
        broken: whether it is broken down.
        waiting: whether it is still busy with a slow move.
        tool: whether it has a tool, its own or a borrowed one.
        coupled: whether it carries a heavy shelf together with another robot.
        tools_left: share of the tools that are at the cribs.
        packages_left: share of the packages left, mean of the workstations.
        money_left: share of the budget; 1 where there is no limit.
        sensed: bool windows, cells that its sensors reach in this step; everything below is 0 elsewhere.
        robots: int64 windows, direction of the robot on each cell, ``NOBODY`` where there is none.
        messages: int64 windows, what the robot there said last.
        shelves: bool windows, a shelf stands there or is carried.
        requested: bool windows, an open order waits for such a shelf.
        blocked: bool windows, impassable for a while.
        heavy, needs_tool: bool windows, what the shelf there is like.
        worth: float64 windows, its order's priority as a share of the highest; 1 where nothing tells.
        steps_left: float64 windows, until its order expires; the length of an episode where nothing tells.
    """

    position: Cell
    direction: int
    loads: int
    charge: float
    broken: bool
    waiting: bool
    tool: bool
    coupled: bool
    tools_left: float
    packages_left: float
    money_left: float
    sensed: NDArray[np.bool_]
    robots: NDArray[np.int64]
    messages: NDArray[np.int64]
    shelves: NDArray[np.bool_]
    requested: NDArray[np.bool_]
    blocked: NDArray[np.bool_]
    heavy: NDArray[np.bool_]
    needs_tool: NDArray[np.bool_]
    worth: NDArray[np.float64]
    steps_left: NDArray[np.float64]

    @property
    def ready(self) -> bool:
        """Whether it can act in this step."""
        return self.charge > 0 and not self.broken and not self.waiting

    @property
    def blind(self) -> bool:
        """Whether it senses nothing at all, not even its own cell."""
        return not self.sensed.any()

    @property
    def centre(self) -> Cell:
        """The window's row and column in which it stands itself."""
        reach = len(self.sensed) // 2
        return reach, reach


class LocalReader:
    """Reads the rows of a fleet; robot n's row is read with what is known of robot n's kind.

    Args:
        params: the rules; their observation is ``local`` or ``compact``.

    Raises:
        InputError: another observation.
    """

    def __init__(self, params: WarehouseParams) -> None:
        if params.observation not in ("local", "compact"):
            raise InputError(
                f'A robot reads its own observation, not observation="{params.observation}": '
                'set observation="local" or "compact" in WarehouseParams.'
            )
        self.params = params
        self.compact = params.observation == "compact"
        self.size = compact_size(params) if self.compact else local_size(params)
        self.side = window_side(params)
        self._own = COMPACT_SELF if self.compact else LOCAL_SELF
        self._powers = 1 << np.arange(params.message_bits)
        self._reaches = [self._reach(kind.sensor_range) for kind in params.kind_of_robot]
        self._capacities = [kind.capacity for kind in params.kind_of_robot]
        self._nothing = np.zeros((self.side, self.side), dtype=np.bool_)
        self._ones = np.ones((self.side, self.side))

    def _reach(self, sensor_range: int | None) -> NDArray[np.bool_]:
        """Gives the cells of the window that a robot's sensors reach."""
        middle = self.side // 2
        offsets = np.abs(np.arange(self.side) - middle)
        reach = middle if sensor_range is None else sensor_range
        within: NDArray[np.bool_] = np.maximum(offsets[:, None], offsets[None, :]) <= reach
        return within

    def read(self, row: NDArray[np.float32], robot: int) -> LocalView:
        """Reads one row.

        Args:
            row: float32 (D,).
            robot: whose row it is.
        """
        start = self._own + (SELF_EXTRAS if self.params.extended else 0)
        own = row[:start].tolist()
        cells = row[start:].reshape(self.side, self.side, -1)
        extras = own[self._own :] or [1.0, 0, 0, 0, own[6 if self.compact else 2], 0, 0, 1.0, 0, 0, 1.0, 1.0]
        capacity = self._capacities[robot]
        return LocalView(
            position=self._position(own),
            direction=int(np.argmax(own[2:6] if self.compact else own[3:7])),
            loads=round(extras[4] * capacity) if self.params.extended else int(extras[4]),
            charge=extras[0],
            broken=extras[1] > 0,
            waiting=extras[2] > 0,
            tool=extras[3] > 0.5,
            coupled=extras[5] > 0.5,
            tools_left=extras[9],
            packages_left=extras[10],
            money_left=extras[11],
            sensed=self._nothing if extras[8] > 0.5 else self._reaches[robot],
            **self._windows(cells),
        )

    def _position(self, own: list[float]) -> Cell:
        if not self.compact:
            return round(own[1]), round(own[0])
        layout = self.params.map
        return round(own[0] * max(1, layout.height - 1)), round(own[1] * max(1, layout.width - 1))

    def _windows(self, cells: NDArray[np.float32]) -> dict[str, Any]:
        """Reads what stands on the cells, float32 (2r + 1, 2r + 1, F)."""
        bits = self.params.message_bits
        words = {"robots": self._robots(cells), **self._shelf_words(cells)}
        first = COMPACT_CELL if self.compact else LOCAL_CELL - COMPACT_CELL
        words["messages"] = np.rint(cells[:, :, first : first + bits]).astype(np.int64) @ self._powers
        if not self.params.extended:
            none = self._nothing
            ones, steps = self._ones, self._ones * self.params.max_steps
            return {
                **words,
                "blocked": none,
                "heavy": none,
                "needs_tool": none,
                "worth": ones,
                "steps_left": steps,
            }
        extras = cells[:, :, -CELL_EXTRAS:].astype(np.float64)
        return {
            **words,
            "blocked": extras[:, :, 0] > 0.5,
            "heavy": extras[:, :, 1] > 0.5,
            "needs_tool": extras[:, :, 2] > 0.5,
            "worth": extras[:, :, 3],
            "steps_left": extras[:, :, 4] * self.params.max_steps,
        }

    def _robots(self, cells: NDArray[np.float32]) -> NDArray[np.int64]:
        if self.compact:
            return np.rint(cells[:, :, 0] * 4).astype(np.int64) - 1
        return np.where(cells[:, :, 0] > 0.5, cells[:, :, 1:5].argmax(axis=2), NOBODY)

    def _shelf_words(self, cells: NDArray[np.float32]) -> dict[str, Any]:
        if self.compact:
            return {"shelves": cells[:, :, 1] > 0.25, "requested": cells[:, :, 1] > 0.75}
        place = 5 + self.params.message_bits
        return {"shelves": cells[:, :, place] > 0.5, "requested": cells[:, :, place + 1] > 0.5}
