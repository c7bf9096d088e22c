"""How long robots of a warehouse travel: exact steps and turns on the map as it is now.

Robots that can take another shelf drive below standing shelves; those that are full keep off them. So the map
has two layers of open cells, whose distance fields are shared with the path planner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell, FleetView, WarehouseModel
from planzoo.planners.pathfinding.distance_fields import DistanceFields

LIGHT, FULL = 0, 1
"""Layers: robots with room for a shelf, and robots without."""

OPPOSITES = (1, 0, 3, 2)
"""The opposite of each direction."""

Floats = NDArray[np.float64]


class Travel:
    """Travel times in one situation after another.

    Args:
        model: map and robots.
        fields: distance fields with the layers ``LIGHT`` and ``FULL``.
    """

    def __init__(self, model: WarehouseModel, fields: DistanceFields) -> None:
        self.fields = fields
        self.passable = model.passable
        kinds = model.params.kind_of_robot
        self.paces: NDArray[np.int64] = np.array([kind.steps_per_move for kind in kinds])
        self.capacities: NDArray[np.int64] = np.array([kind.capacity for kind in kinds])
        self._turning = fields.graph.arrays.turning
        self._view: FleetView | None = None
        self._states: NDArray[np.int64] = np.zeros(len(kinds), dtype=np.int64)
        self._known: dict[tuple[Cell, Cell, int], float] = {}

    @property
    def view(self) -> FleetView:
        """The situation that was looked at last."""
        assert self._view is not None, "look at a situation first"
        return self._view

    def look(self, view: FleetView) -> None:
        """Reads a situation: where robots are, and what closes cells: shelves, blocks, dead robots."""
        self._view = view
        self._known.clear()
        self.full: NDArray[np.bool_] = view.loads >= self.capacities
        self.stalled: NDArray[np.bool_] = view.broken | (view.charge <= 0.0)
        self.open_for_light: NDArray[np.bool_] = self.passable & ~view.blocked
        rows, columns = view.positions[self.stalled].T
        self.open_for_light[rows, columns] = False
        self.fields.set_passable(self.open_for_light, LIGHT)
        self.open_for_full: NDArray[np.bool_] = self.open_for_light & ~view.standing_shelves
        self.fields.set_passable(self.open_for_full, FULL)
        vertices = self.fields.graph.vertex_at[view.positions[:, 0], view.positions[:, 1]].astype(np.int64)
        self._states = 4 * vertices + view.directions if self._turning else vertices

    def times(self, robots: Sequence[int], goals: Sequence[Cell], layer: int) -> Floats:
        """Gives the time that robots take to cells; as :meth:`steps`, but slow robots take longer."""
        return self.steps(robots, goals, layer) * self.paces[list(robots)][:, np.newaxis]

    def steps(self, robots: Sequence[int], goals: Sequence[Cell], layer: int) -> Floats:
        """Gives the steps and turns from robots, as they are and face now, to cells.

        Args:
            robots: n numbers of robots.
            goals: m cells.
            layer: ``LIGHT`` or ``FULL``.

        Returns:
            float64 (n, m), ``np.inf`` where there is no way.
        """
        if not goals or not len(robots):
            return np.full((len(robots), len(goals)), np.inf)
        numbers = np.asarray(robots, dtype=np.int64)
        slots = self._slots(goals, layer)
        steps = self.fields.table.fields[slots[np.newaxis, :], self._states[numbers][:, np.newaxis]]
        return self._finite(steps)

    def legs(
        self, starts: Sequence[Cell], goals: Sequence[Cell], layer: int, after_storing: bool = False
    ) -> Floats:
        """Gives the steps from cells to cells.

        Args:
            starts: n cells.
            goals: m cells.
            layer: ``LIGHT`` or ``FULL``.
            after_storing: whether the robot faces the way by which it brought a shelf to the start; if not,
                it begins facing the best way.

        Returns:
            float64 (n, m), ``np.inf`` where there is no way.
        """
        if not goals or not starts:
            return np.full((len(starts), len(goals)), np.inf)
        slots = self._slots(goals, layer)
        vertices = self._vertices(starts)
        if not self._turning:
            return self._finite(self.fields.table.fields[slots[np.newaxis, :], vertices[:, np.newaxis]])
        states = 4 * vertices[:, np.newaxis] + np.arange(4)
        steps = self.fields.table.fields[slots[np.newaxis, :, np.newaxis], states[:, np.newaxis, :]]
        if after_storing:
            steps = np.where(self._entrances(vertices)[:, np.newaxis, :], steps, self.fields.unreachable)
        return self._finite(steps.min(axis=2))

    def distances(self, start: Cell, goals: Sequence[Cell], layer: int) -> Floats:
        """Gives the steps from a cell to others, float64 (m,), ``np.inf`` where there is no way.

        Start and goals may be closed: a robot that is to lift a shelf there will open them.
        """
        steps = self.legs([start], goals, layer)[0]
        if layer == LIGHT:
            return steps
        if not self.open_for_full[start]:
            around = self.legs(self.around(start), goals, layer).min(axis=0, initial=np.inf)
            steps = np.minimum(steps, 1.0 + around)
        for number, goal in enumerate(goals):
            if not self.open_for_full[goal] and goal != start:
                steps[number] = 1.0 + self.distances(start, self._open_around(goal), layer).min(
                    initial=np.inf
                )
        return np.where([goal == start for goal in goals], 0.0, steps)

    def distance(self, start: Cell, goal: Cell, layer: int) -> float:
        """Gives the steps from one cell to another, as :meth:`distances`."""
        key = start, goal, layer
        if key not in self._known:
            self._known[key] = float(self.distances(start, [goal], layer)[0])
        return self._known[key]

    def steps_to(self, start: Cell, goals: Sequence[Cell], layer: int) -> list[float]:
        """Gives :meth:`distances` as a list, and remembers them for :meth:`distance`."""
        steps: list[float] = self.distances(start, goals, layer).tolist()
        self._known.update({(start, goal, layer): step for goal, step in zip(goals, steps, strict=True)})
        return steps

    def by_distance(self, start: Cell, goals: Iterable[Cell], layer: int) -> list[Cell]:
        """Sorts the goals that can be reached, nearest first."""
        listed = list(goals)
        reached = sorted(zip(self.steps_to(start, listed, layer), listed, strict=True))
        return [goal for step, goal in reached if step < np.inf]

    def is_open(self, cell: Cell, layer: int) -> bool:
        """Tells whether robots of a layer may enter a cell."""
        return bool(self.open_for_light[cell] if layer == LIGHT else self.open_for_full[cell])

    def around(self, cell: Cell) -> list[Cell]:
        """Gives the neighbours of a cell that are no wall."""
        vertex = self._vertices([cell])[0]
        neighbours = self.fields.graph.arrays.neighbours[vertex]
        rows = self.fields.graph.cells[neighbours[neighbours >= 0]].tolist()
        return [(row, column) for row, column in rows]

    def _entrances(self, vertices: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tells which way full robots face when they enter vertices, bool (n, 4); all where none can."""
        behind = self.fields.graph.arrays.neighbours[vertices][:, OPPOSITES]
        open_behind = (behind >= 0) & self.fields.graph.arrays.passable[FULL][behind]
        return open_behind | ~open_behind.any(axis=1, keepdims=True)

    def _open_around(self, cell: Cell) -> list[Cell]:
        return [neighbour for neighbour in self.around(cell) if self.open_for_full[neighbour]]

    def _vertices(self, cells: Sequence[Cell]) -> NDArray[np.int64]:
        rows, columns = np.asarray(cells, dtype=np.int64).T
        return self.fields.graph.vertex_at[rows, columns].astype(np.int64)

    def _slots(self, goals: Sequence[Cell], layer: int) -> NDArray[np.int64]:
        return self.fields.slots_of(np.full(len(goals), layer, dtype=np.int64), self._vertices(goals))

    def _finite(self, steps: NDArray[np.integer]) -> Floats:
        # Mended fields may hold numbers just below the mark for "no way".
        return np.where(steps >= self.fields.unreachable, np.inf, steps.astype(np.float64))
