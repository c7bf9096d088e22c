"""The room of a search belongs to it alone, and its seed decides what is drawn."""

from __future__ import annotations

import numpy as np

from planzoo.planners.resources.arrays import project_arrays
from planzoo.planners.resources.search_room import SCORES, search_room
from tests.planners.resources.projects import random_project

ARRAYS = project_arrays(random_project(2, size=9))


def test_shapes_fit_the_project() -> None:
    room = search_room(ARRAYS, 5, seed=0)
    assert room.population.orders.shape == room.population.modes.shape == (5, 9)
    assert room.population.scores.shape == (5, SCORES)
    assert room.child.orders.shape == room.best.orders.shape == (1, 9)
    assert len(room.followers.activities) == len(room.precursors.activities) == len(ARRAYS.links)


def test_nothing_is_best_at_first() -> None:
    room = search_room(ARRAYS, 5, seed=0)
    assert np.isinf(room.best.scores).all()
    assert not room.counts.any()


def test_seeds_give_streams_of_their_own() -> None:
    keys = {int(search_room(ARRAYS, 1, seed).stream[0, 0]) for seed in (*range(50), 2**64 - 1)}
    assert len(keys) == 51
    assert search_room(ARRAYS, 1, 7).stream.tolist() == search_room(ARRAYS, 1, 7).stream.tolist()
