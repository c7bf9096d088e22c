from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.pathfinding import DistanceFields, cell_distances, oriented_distances
from tests.planners.pathfinding.grid_world import parse

ROOM = parse("..... .###. ..... ##.## .....")


def expected_field(passable: NDArray[np.bool_], goal: NDArray[np.int64], movement: str) -> NDArray[np.int64]:
    """The same distances, found without a table, with its number for `unreachable`."""
    distances = cell_distances if movement == "cardinal" else oriented_distances
    return np.minimum(distances(passable, (int(goal[0]), int(goal[1]))), np.iinfo(np.uint16).max)


@pytest.mark.parametrize("movement", ["cardinal", "turn"])
def test_fields_are_exact(movement: str) -> None:
    fields = DistanceFields(ROOM, movement)
    for goal in np.argwhere(ROOM):
        assert (fields.field((goal[0], goal[1])) == expected_field(ROOM, goal, movement)).all()
    assert fields.distance((4, 0), (2, 0)) == (6 if movement == "cardinal" else 9)


@pytest.mark.parametrize("threads", [1, 2])
def test_all_fields_at_once_are_the_same(threads: int) -> None:
    fields = DistanceFields(ROOM)
    fields.fill_all(threads=threads)
    assert fields.filled == ROOM.sum()
    for goal in np.argwhere(ROOM):
        assert (fields.field((goal[0], goal[1])) == expected_field(ROOM, goal, "cardinal")).all()
    assert fields.filled == ROOM.sum()


def test_all_fields_of_a_large_map_take_two_bytes_a_pair() -> None:
    passable = np.ones((63, 90), dtype=bool)
    fields = DistanceFields(passable)
    fields.fill_all()
    assert fields.nbytes < 1.01 * 2 * passable.sum() ** 2
    assert fields.distance((0, 0), (62, 89)) == 62 + 89


def test_a_full_table_makes_room_for_what_is_asked_for() -> None:
    states = int(ROOM.sum())
    fields = DistanceFields(ROOM, capacity_bytes=3 * 2 * states)
    assert fields.capacity == 3
    for goal in list(np.argwhere(ROOM)) * 2:
        assert (fields.field((goal[0], goal[1])) == expected_field(ROOM, goal, "cardinal")).all()
    assert fields.filled == 3


def test_fields_in_use_are_kept_when_others_make_room() -> None:
    fields = DistanceFields(ROOM, capacity_bytes=3 * 2 * int(ROOM.sum()))
    layers = np.zeros(3, dtype=np.int64)
    for goals in ([0, 1, 2], [2, 3, 4], [4, 4, 5], [-1, 5, 0]):
        slots = fields.slots_of(layers, np.array(goals))
        assert [fields.table.owners[slot] for slot, goal in zip(slots, goals, strict=True) if goal >= 0] == [
            goal for goal in goals if goal >= 0
        ]
        assert (slots < 0).tolist() == [goal < 0 for goal in goals]


def test_wide_maps_get_wide_numbers() -> None:
    fields = DistanceFields(np.ones((1, 17_000), dtype=bool), "turn")
    assert fields.table.fields.dtype == np.int32
    assert fields.distance((0, 16_999), (0, 0), direction=2) == 16_999


def test_closing_a_goal_makes_it_unreachable() -> None:
    layers = np.stack([ROOM, ROOM])
    fields = DistanceFields(layers)
    assert fields.distance((0, 0), (4, 4), layer=1) == 8
    layers[1, 4, 4] = False
    assert fields.set_passable(layers[1], layer=1) == 1
    assert fields.set_passable(layers[1], layer=1) == 0
    assert fields.distance((0, 0), (4, 4), layer=1) == fields.unreachable
    assert fields.distance((0, 0), (4, 4), layer=0) == 8


def test_bad_input_is_refused() -> None:
    fields = DistanceFields(ROOM, capacity_bytes=3 * 2 * int(ROOM.sum()))
    with pytest.raises(InputError, match="capacity_bytes is 5"):
        DistanceFields(ROOM, capacity_bytes=5)
    with pytest.raises(InputError, match="4 robots"):
        fields.slots_of(np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64))
    with pytest.raises(InputError, match="larger capacity_bytes"):
        fields.fill_all()
    with pytest.raises(InputError, match="row 1, column 1"):
        fields.field((1, 1))
    with pytest.raises(InputError, match="row 9, column 0"):
        fields.distance((9, 0), (0, 0))
    with pytest.raises(InputError, match="direction 4"):
        fields.distance((0, 0), (0, 0), direction=4)
    with pytest.raises(InputError, match="Layer 1"):
        fields.field((0, 0), layer=1)
    with pytest.raises(InputError, match="keep its shape and its walls"):
        fields.set_passable(np.ones_like(ROOM))
