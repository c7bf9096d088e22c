from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.simulation.kernel import python_function
from planzoo.errors import InputError
from planzoo.planners.pathfinding.graph import NO_STATE, grid_graph, state_before, state_behind
from tests.planners.pathfinding.grid_world import parse

behind, before = python_function(state_behind), python_function(state_before)
MAP = parse("..#  ...")


def test_passable_cells_are_numbered_row_by_row() -> None:
    graph = grid_graph(MAP)
    assert graph.vertices == graph.states == 5
    assert graph.vertex_at.tolist() == [[0, 1, -1], [2, 3, 4]]
    assert graph.cells.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1], [1, 2]]
    assert graph.arrays.neighbours[3].tolist() == [1, -1, 2, 4]


def test_layers_share_the_numbers_of_what_any_of_them_opens() -> None:
    graph = grid_graph(np.stack([MAP, ~MAP]), "turn")
    assert (graph.vertices, graph.layers, graph.states) == (6, 2, 24)
    assert graph.arrays.passable.sum(axis=1).tolist() == [5, 1]


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
def test_steps_backwards_undo_steps_forwards(movement: str) -> None:
    graph = grid_graph(MAP, movement)
    ways = 4 if movement == "cardinal" else 3
    forth = {(s, behind(graph.arrays, s, w)) for s in range(graph.states) for w in range(ways)}
    back = {(before(graph.arrays, s, w), s) for s in range(graph.states) for w in range(ways)}
    assert {pair for pair in forth if NO_STATE not in pair} == {pair for pair in back if NO_STATE not in pair}


@pytest.mark.parametrize(
    ("passable", "movement"), [([True], "turn"), ([[False]], "turn"), ([[True]], "diagonal")]
)
def test_bad_input_is_refused(passable: list[bool], movement: str) -> None:
    with pytest.raises(InputError):
        grid_graph(np.array(passable), movement)
