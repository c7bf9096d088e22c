"""Distance fields to many goals on one map, in one compact table.

Only passable cells take space, and distances are 16-bit numbers wherever a map has fewer than 65,535 states:
all fields of a map with 5,700 passable cells take 65 MB. Fields are filled when they are first asked for, or
all at once. The table is bounded: when it is full, a field that was not asked for lately makes room. Maps may
change: most fields survive a cell that opens or closes (see
:mod:`planzoo.planners.pathfinding.field_search`).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.errors import InputError
from planzoo.planners.pathfinding.field_search import (
    fill_field,
    fill_fields,
    is_unaffected_by_closing,
    mend_after_opening,
)
from planzoo.planners.pathfinding.graph import CARDINAL, NO_VERTEX, GraphArrays, grid_graph, update_bridges

NO_FIELD = -1
"""The slot of a robot without a goal, and of a goal whose field is not in the table."""

DEFAULT_CAPACITY = 128 << 20
"""Bytes that the table of fields may take unless told otherwise."""


class FieldTable(NamedTuple):
    """Fields in F slots, for L layers of V vertices and S states.

    Attributes:
        fields: uint16 or int32 (F, S), steps to a slot's goal from every state.
        slots: int32 (L, V), the slot of a layer's goal, or ``NO_FIELD``.
        owners: int64 (F,), layer · V + goal of a slot, -1 while it is empty.
        last_use: int64 (F,), the clock when a slot was last asked for.
        clock: int64 (2,), how often fields were asked for; the slot that is next to make room.
        queue: int32 (S,), scratch.
    """

    fields: NDArray[Any]
    slots: NDArray[np.int32]
    owners: NDArray[np.int64]
    last_use: NDArray[np.int64]
    clock: NDArray[np.int64]
    queue: NDArray[np.int32]


class DistanceFields:
    """Steps to any number of goals on one map.

    For turn-and-move robots (``movement="turn"``) distances are exact too: a field has four states a cell and
    counts steps and quarter turns. It is four times as large, so such maps are better asked on demand.

    Args:
        passable: bool (H, W) or (L, H, W), True where robots (of a layer) may stand.
        movement: ``"cardinal"`` (any neighbour) or ``"turn"`` (forward or a quarter turn).
        capacity_bytes: how large the table of fields may become.

    Raises:
        InputError: the map or the movement is wrong, or not even one field fits.
    """

    def __init__(
        self,
        passable: NDArray[Any],
        movement: str = CARDINAL,
        capacity_bytes: int = DEFAULT_CAPACITY,
    ) -> None:
        self.graph = grid_graph(passable, movement)
        states = self.graph.states
        dtype = np.uint16 if states < np.iinfo(np.uint16).max else np.int32
        self.unreachable = int(np.iinfo(dtype).max)
        bytes_each = states * np.dtype(dtype).itemsize
        goals = self.graph.layers * self.graph.vertices
        slots = min(goals, int(capacity_bytes) // bytes_each)
        if slots < 1:
            raise InputError(
                f"A distance field of this map takes {bytes_each} bytes but capacity_bytes is "
                f"{capacity_bytes}; allow more bytes."
            )
        self.table = FieldTable(
            # Pages of this array take no memory until a field is written there.
            fields=np.empty((slots, states), dtype=dtype),
            slots=np.full((self.graph.layers, self.graph.vertices), NO_FIELD, dtype=np.int32),
            owners=np.full(slots, -1, dtype=np.int64),
            last_use=np.zeros(slots, dtype=np.int64),
            clock=np.zeros(2, dtype=np.int64),
            queue=np.empty(states, dtype=np.int32),
        )

    @property
    def capacity(self) -> int:
        """How many fields fit into the table."""
        return len(self.table.owners)

    @property
    def filled(self) -> int:
        """How many fields the table holds."""
        return int((self.table.owners >= 0).sum())

    @property
    def nbytes(self) -> int:
        """Bytes that the filled fields and the indices into them take."""
        bytes_each = self.table.fields.shape[1] * self.table.fields.itemsize
        indices = (self.table.slots, self.graph.vertex_at, self.graph.arrays.neighbours)
        return int(self.filled * bytes_each + sum(array.nbytes for array in indices))

    def vertex(self, position: tuple[int, int]) -> int:
        """Gives the number of a passable cell.

        Raises:
            InputError: the position is outside the map, or a wall in every layer.
        """
        row, column = int(position[0]), int(position[1])
        height, width = self.graph.shape
        inside = 0 <= row < height and 0 <= column < width
        if not inside or self.graph.vertex_at[row, column] == NO_VERTEX:
            raise InputError(
                f"The cell (row {row}, column {column}) is no passable cell of the map of {height} rows and "
                f"{width} columns; give a passable one."
            )
        return int(self.graph.vertex_at[row, column])

    def field(self, goal: tuple[int, int], layer: int = 0) -> NDArray[Any]:
        """Gives the steps to a goal from every cell.

        Args:
            goal: row and column.
            layer: the layer of the robots.

        Returns:
            uint16 or int32, (H, W) or for turn-and-move robots (H, W, 4); ``unreachable`` where no path leads
            to the goal.

        Raises:
            InputError: the goal is no passable cell, or the layer unknown.
        """
        self._require_layer(layer)
        slot = self.slots_of(np.array([layer]), np.array([self.vertex(goal)]))[0]
        inside = self.graph.vertex_at != NO_VERTEX
        per_vertex = self.table.fields[slot].reshape(self.graph.vertices, -1)
        cells = np.full((*self.graph.shape, per_vertex.shape[1]), self.unreachable, dtype=per_vertex.dtype)
        cells[inside] = per_vertex
        return cells if self.graph.arrays.turning else cells[:, :, 0]

    def distance(
        self, start: tuple[int, int], goal: tuple[int, int], direction: int = 0, layer: int = 0
    ) -> int:
        """Counts the steps from a cell to a goal; ``unreachable`` if no path leads there.

        Args:
            start: row and column.
            goal: row and column.
            direction: where a turn-and-move robot faces at the start.
            layer: the layer of the robot.

        Raises:
            InputError: a cell is not passable, or the layer or direction unknown.
        """
        self._require_layer(layer)
        if direction not in range(4):
            raise InputError(f"The direction {direction!r} is unknown; use 0, 1, 2 or 3.")
        slot = self.slots_of(np.array([layer]), np.array([self.vertex(goal)]))[0]
        vertex = self.vertex(start)
        return int(self.table.fields[slot, 4 * vertex + direction if self.graph.arrays.turning else vertex])

    def slots_of(self, layers: NDArray[np.int64], goals: NDArray[np.int64]) -> NDArray[np.int64]:
        """Gives the slots of the fields to some goals, which are filled where need be.

        Args:
            layers: int64 (N,), the robots' layers.
            goals: int64 (N,), vertices; ``NO_VERTEX`` for a robot without a goal.

        Returns:
            int64 (N,), ``NO_FIELD`` for robots without a goal; good until the next call.

        Raises:
            InputError: the table has fewer slots than there are robots.
        """
        slots = np.empty(len(goals), dtype=np.int64)
        self.require_capacity(len(goals))
        find_slots(self.graph.arrays, self.table, layers, goals, slots)
        return slots

    def require_capacity(self, robots: int) -> None:
        """Makes sure that the fields of so many robots fit at once.

        Raises:
            InputError: they do not.
        """
        if self.capacity < min(robots, self.table.slots.size):
            raise InputError(
                f"The table holds {self.capacity} distance fields but there are {robots} robots; "
                "give a larger capacity_bytes."
            )

    def fill_all(self, layer: int = 0, threads: int = 1) -> None:
        """Fills the fields to every passable cell of a layer.

        Args:
            layer: which layer.
            threads: how many threads share the work.

        Raises:
            InputError: the fields do not all fit into the table, or the layer is unknown.
        """
        self._require_layer(layer)
        goals = np.flatnonzero(self.graph.arrays.passable[layer]).astype(np.int64)
        if len(goals) > self.capacity:
            raise InputError(
                f"The table holds {self.capacity} distance fields but layer {layer} has {len(goals)} "
                "passable cells; give a larger capacity_bytes."
            )
        self.table.slots[:] = NO_FIELD
        self.table.owners[:] = -1
        parts = np.array_split(np.arange(len(goals)), max(1, min(threads, os.cpu_count() or 1)))

        def fill(part: NDArray[np.int64]) -> None:
            fields = self.table.fields[part[0] : part[-1] + 1] if len(part) else self.table.fields[:0]
            fill_fields(self.graph.arrays, layer, goals[part], fields, np.empty_like(self.table.queue))

        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(fill, parts))
        self.table.slots[layer, goals] = np.arange(len(goals))
        self.table.owners[: len(goals)] = layer * self.graph.vertices + goals

    def set_passable(self, passable: NDArray[np.bool_], layer: int = 0) -> int:
        """Opens and closes cells of a layer and mends its fields.

        Args:
            passable: bool (H, W), True where robots of the layer may stand from now on.
            layer: which layer.

        Returns:
            How many cells changed.

        Raises:
            InputError: the map has another shape, opens a cell that was closed in all layers when the fields
                were made, or the layer is unknown.
        """
        self._require_layer(layer)
        inside = self.graph.vertex_at != NO_VERTEX
        if np.shape(passable) != self.graph.shape or np.any(np.asarray(passable)[~inside]):
            raise InputError(
                f"The passable cells (shape {np.shape(passable)}) do not fit the map of "
                f"{self.graph.shape[0]} rows and {self.graph.shape[1]} columns: keep its shape and its walls."
            )
        wanted = np.ascontiguousarray(np.asarray(passable)[inside], dtype=np.bool_)
        changed = np.flatnonzero(wanted != self.graph.arrays.passable[layer])
        if changed.size:
            change_vertices(self.graph.arrays, self.table, layer, changed)
            update_bridges(self.graph.arrays, layer)
        return int(changed.size)

    def _require_layer(self, layer: int) -> None:
        if layer not in range(self.graph.layers):
            raise InputError(f"Layer {layer!r} is unknown; the map has layers 0 to {self.graph.layers - 1}.")


@driver
def find_slots(
    graph: GraphArrays,
    table: FieldTable,
    layers: NDArray[np.int64],
    goals: NDArray[np.int64],
    slots: NDArray[np.int64],
) -> None:
    """Writes the slot of each robot's field, as :meth:`DistanceFields.slots_of`.

    Args:
        graph: the map.
        table: the fields, changed.
        layers: int64 (N,).
        goals: int64 (N,), vertices or ``NO_VERTEX``.
        slots: int64 (N,), written.
    """
    table.clock[0] += 1
    for robot in range(goals.size):
        slots[robot] = NO_FIELD if goals[robot] == NO_VERTEX else table.slots[layers[robot], goals[robot]]
        if slots[robot] != NO_FIELD:
            table.last_use[slots[robot]] = table.clock[0]
    for robot in range(goals.size):
        if goals[robot] == NO_VERTEX or slots[robot] != NO_FIELD:
            continue
        if table.slots[layers[robot], goals[robot]] == NO_FIELD:
            _fill_slot(graph, table, layers[robot], goals[robot])
        slots[robot] = table.slots[layers[robot], goals[robot]]


@kernel
def _fill_slot(graph: GraphArrays, table: FieldTable, layer: int, goal: int) -> None:
    slot = table.clock[1]
    while table.owners[slot] >= 0 and table.last_use[slot] == table.clock[0]:
        slot = (slot + 1) % table.owners.size
    table.clock[1] = (slot + 1) % table.owners.size
    vertices = graph.passable.shape[1]
    if table.owners[slot] >= 0:
        table.slots[table.owners[slot] // vertices, table.owners[slot] % vertices] = NO_FIELD
    fill_field(graph, layer, goal, table.fields[slot], table.queue)
    table.owners[slot] = layer * vertices + goal
    table.slots[layer, goal] = slot
    table.last_use[slot] = table.clock[0]


@driver
def change_vertices(graph: GraphArrays, table: FieldTable, layer: int, changed: NDArray[np.int64]) -> None:
    """Opens the closed and closes the open ones of some vertices, one after the other, and mends the fields.

    Args:
        graph: the map, changed.
        table: the fields, changed; those that cannot be mended are dropped.
        layer: the layer that changes.
        changed: int64, vertices.
    """
    vertices = graph.passable.shape[1]
    for vertex in changed:
        graph.passable[layer, vertex] = not graph.passable[layer, vertex]
        for slot in range(table.owners.size):
            owner = table.owners[slot]
            if owner < 0 or owner // vertices != layer:
                continue
            if not _is_mended(graph, table, owner, vertex):
                table.slots[layer, owner % vertices] = NO_FIELD
                table.owners[slot] = -1


@kernel
def _is_mended(graph: GraphArrays, table: FieldTable, owner: int, vertex: int) -> bool:
    layer, goal = owner // graph.passable.shape[1], owner % graph.passable.shape[1]
    if goal == vertex:
        return False
    field = table.fields[table.slots[layer, goal]]
    if graph.passable[layer, vertex]:
        mend_after_opening(graph, layer, vertex, field, table.queue)
        return True
    return is_unaffected_by_closing(graph, layer, vertex, field)
