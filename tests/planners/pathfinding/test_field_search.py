from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.planners.pathfinding.distance_fields import DistanceFields
from planzoo.planners.pathfinding.field_search import fill_field, is_unaffected_by_closing, mend_after_opening
from planzoo.planners.pathfinding.graph import grid_graph
from tests.planners.pathfinding.test_distance_fields import expected_field

FAR = np.iinfo(np.int32).max


def filled(passable: NDArray[np.bool_], goal: int) -> NDArray[np.int32]:
    """The field of a map without walls but closed cells."""
    graph = grid_graph(np.stack([passable, np.ones_like(passable)]))
    field, queue = np.empty(graph.states, dtype=np.int32), np.empty(graph.states, dtype=np.int32)
    fill_field(graph.arrays, 0, goal, field, queue)
    return field


def test_a_cell_that_opens_shortens_ways() -> None:
    passable = np.array([[True, False, True], [True, True, True]])
    field = filled(passable, 0)
    assert field.tolist() == [0, FAR, 4, 1, 2, 3]
    graph = grid_graph(np.ones((2, 3), dtype=bool))
    mend_after_opening(graph.arrays, 0, 1, field, np.empty(6, dtype=np.int32))
    assert field.tolist() == [0, 1, 2, 1, 2, 3]


def test_a_cell_that_closes_is_taken_out_only_if_no_way_leads_through_it() -> None:
    field = filled(np.ones((2, 3), dtype=bool), 0)
    passable = np.array([[True, True, True], [True, False, True]])
    graph = grid_graph(np.stack([passable, np.ones_like(passable)]))
    assert is_unaffected_by_closing(graph.arrays, 0, 4, field)
    assert field.tolist() == [0, 1, 2, 1, FAR, 3]
    graph.arrays.passable[0, 1] = False
    assert not is_unaffected_by_closing(graph.arrays, 0, 1, field)


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_mended_fields_equal_new_ones(movement: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    layers = np.stack([np.ones((6, 7), dtype=bool), random.random((6, 7)) < 0.7])
    fields = DistanceFields(layers, movement)
    for _ in range(12):
        for goal in random.integers(0, (6, 7), size=(4, 2)):
            fields.field((goal[0], goal[1]), layer=1)
        for row, column in random.integers(0, (6, 7), size=(random.integers(1, 3), 2)):
            layers[1, row, column] = ~layers[1, row, column]
        fields.set_passable(layers[1], layer=1)
        for goal in fields.graph.cells[fields.table.slots[1] >= 0]:
            kept = fields.field((goal[0], goal[1]), layer=1)
            assert (kept == expected_field(layers[1], goal, movement)).all()
