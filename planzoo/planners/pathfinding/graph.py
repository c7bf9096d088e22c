"""Maps as graphs: the passable cells numbered one after the other, with the neighbours of each.

Walls get no number, so that a table over all cells holds nothing but cells on which robots can stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel
from planzoo.errors import InputError
from planzoo.planners.pathfinding.bridges import mark_bridges
from planzoo.planners.pathfinding.motion import DIRECTION_LEFT_OF, DIRECTION_RIGHT_OF

CARDINAL, TURN = "cardinal", "turn"
"""How robots move: to any neighbour at once, or forward and by quarter turns."""

NO_VERTEX = -1
"""Stands for a cell that is closed or outside the map."""

NO_STATE = -1
"""Stands for a state that does not exist."""


class GraphArrays(NamedTuple):
    """A map as kernels read it: V vertices, L layers, S = V states (cardinal) or 4 · V (turn-and-move).

    A turn-and-move robot's state is 4 · vertex + direction; a cardinal robot's state is its vertex.

    Attributes:
        neighbours: int32 (V, 4), the vertices above, below, left and right, or ``NO_VERTEX``.
        passable: bool (L, V), whether robots of a layer may stand on a vertex; may change.
        bridges: bool (L, V, 4), whether the step from a vertex in a direction crosses a bridge of the layer.
        turning: True for turn-and-move robots.
    """

    neighbours: NDArray[np.int32]
    passable: NDArray[np.bool_]
    bridges: NDArray[np.bool_]
    turning: bool


@dataclass(frozen=True)
class GridGraph:
    """A map whose passable cells are numbered row by row.

    Attributes:
        shape: the map's height H and width W.
        vertex_at: int32 (H, W), the number of a cell, or ``NO_VERTEX`` where no layer is passable.
        cells: int64 (V, 2), row and column of each vertex.
        arrays: what kernels read.
    """

    shape: tuple[int, int]
    vertex_at: NDArray[np.int32]
    cells: NDArray[np.int64]
    arrays: GraphArrays

    @property
    def vertices(self) -> int:
        """V, the number of passable cells."""
        return len(self.cells)

    @property
    def layers(self) -> int:
        """L, the number of layers."""
        return len(self.arrays.passable)

    @property
    def states(self) -> int:
        """S, the number of states of a robot."""
        return self.vertices * (4 if self.arrays.turning else 1)


def grid_graph(passable: NDArray[Any], movement: str = CARDINAL) -> GridGraph:
    """Numbers the passable cells of a map.

    Args:
        passable: bool (H, W) or (L, H, W), True where robots (of a layer) may stand.
        movement: ``"cardinal"`` or ``"turn"``.

    Raises:
        InputError: the map has another number of dimensions or no passable cell, or the movement is unknown.
    """
    layers = np.asarray(passable, dtype=np.bool_)
    layers = layers[np.newaxis] if layers.ndim == 2 else layers
    if layers.ndim != 3 or not layers.any():
        raise InputError(
            f"The map has shape {np.shape(passable)} and {int(layers.sum())} passable cells; "
            "give a (height, width) or (layers, height, width) array with a passable cell."
        )
    if movement not in (CARDINAL, TURN):
        raise InputError(f"The movement {movement!r} is unknown; use 'cardinal' or 'turn'.")
    inside = layers.any(axis=0)
    cells = np.argwhere(inside).astype(np.int64)
    padded = np.full((inside.shape[0] + 2, inside.shape[1] + 2), NO_VERTEX, dtype=np.int32)
    padded[1:-1, 1:-1][inside] = np.arange(len(cells), dtype=np.int32)
    views = (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:])
    neighbours = np.ascontiguousarray(np.stack([view[inside] for view in views], axis=1))
    bridges = np.zeros((len(layers), len(cells), 4), dtype=np.bool_)
    arrays = GraphArrays(neighbours, layers[:, inside].copy(), bridges, movement == TURN)
    for layer in range(len(layers)):
        update_bridges(arrays, layer)
    return GridGraph((inside.shape[0], inside.shape[1]), padded[1:-1, 1:-1].copy(), cells, arrays)


def update_bridges(arrays: GraphArrays, layer: int) -> None:
    """Finds the bridges of a layer anew, after its passable vertices have changed."""
    scratch = np.empty((4, len(arrays.neighbours)), dtype=np.int32)
    mark_bridges(arrays.neighbours, arrays.passable[layer], arrays.bridges[layer], scratch)


@kernel
def state_before(graph: GraphArrays, state: int, way: int) -> int:
    """Gives a state from which one step leads to ``state``, or ``NO_STATE``.

    Args:
        graph: the map.
        state: where the step ends.
        way: which of the four (cardinal) or of the three (turn-and-move: forward and the two turns).
    """
    if not graph.turning:
        return int(graph.neighbours[state, way])
    direction = state & 3
    if way == 0:
        # Directions come in opposite pairs: up and down, left and right.
        vertex = graph.neighbours[state >> 2, direction ^ 1]
        return int(NO_STATE if vertex == NO_VERTEX else 4 * vertex + direction)
    turned = DIRECTION_RIGHT_OF[direction] if way == 1 else DIRECTION_LEFT_OF[direction]
    return int(state - direction + turned)


@kernel
def state_behind(graph: GraphArrays, state: int, way: int) -> int:
    """Gives a state to which one step leads from ``state``, or ``NO_STATE``; ``way`` as above."""
    if not graph.turning:
        return int(graph.neighbours[state, way])
    direction = state & 3
    if way == 0:
        vertex = graph.neighbours[state >> 2, direction]
        return int(NO_STATE if vertex == NO_VERTEX else 4 * vertex + direction)
    turned = DIRECTION_LEFT_OF[direction] if way == 1 else DIRECTION_RIGHT_OF[direction]
    return int(state - direction + turned)
