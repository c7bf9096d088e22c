"""Drawn warehouses: each can be served, and looks as it should."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.warehouse.generator import (
    FULFILMENT_SIZES,
    RWARE_SIZES,
    SORTING_SIZES,
    fulfilment_instance,
    fulfilment_layout,
    random_instance,
    rware_instance,
    sorting_instance,
    sorting_layout,
    toy_instance,
)
from planzoo.envs.warehouse.layout import AISLE, CHARGER, CRIB, WALL, WORKSTATION, Layout, parse_layout
from planzoo.errors import InputError
from planzoo.planners.pathfinding import UNREACHABLE, cell_distances

SIZES = ["tiny", "small", "medium", "large", "xlarge"]
INSTANCES: list[Callable[..., str]] = [rware_instance, fulfilment_instance, sorting_instance]

FULFILMENT_TINY = """\
##c##c##c##tt#
#............#
g..xxxx.xxxx.#
#..xxxx.xxxx.#
#............#
#..xxxx.xxxx.#
g..xxxx.xxxx.#
#............#
##############"""

SORTING_TINY = """\
##c###c##c##tt#
#.............#
#x...........x#
#x..g..g..g..x#
#.............#
#x...........x#
#x..g..g..g..x#
#.............#
#x...........x#
###############"""


def assert_served(layout: Layout) -> None:
    """While shelves stand and robots stay at chargers and cribs, aisles join all the other places."""
    open_cells = (layout.kinds == AISLE) | (layout.kinds == WORKSTATION)
    distances = cell_distances(open_cells, layout.cells(WORKSTATION)[0])
    reached = np.pad(distances != UNREACHABLE, 1)
    beside = reached[:-2, 1:-1] | reached[2:, 1:-1] | reached[1:-1, :-2] | reached[1:-1, 2:]
    assert beside[layout.kinds != WALL].all()
    assert (distances[open_cells] != UNREACHABLE).all()


def test_tiny_centres_look_like_centres() -> None:
    assert fulfilment_instance("tiny", chargers=3, crib=True) == FULFILMENT_TINY
    assert sorting_instance("tiny", chargers=3, crib=True) == SORTING_TINY


@pytest.mark.parametrize("instance", INSTANCES)
@pytest.mark.parametrize("size", SIZES)
def test_every_preset_can_be_served(size: str, instance: Callable[..., str]) -> None:
    bare, docked = parse_layout(instance(size)), parse_layout(instance(size, chargers=4, crib=True))
    for layout in (bare, docked):
        assert_served(layout)
    assert bare.cells(CHARGER) == bare.cells(CRIB) == []
    assert len(docked.cells(CHARGER)) == 4 and len(docked.cells(CRIB)) == 2
    assert docked.shelves.sum() == bare.shelves.sum()


@pytest.mark.parametrize("instance", INSTANCES)
def test_sizes_grow(instance: Callable[..., str]) -> None:
    layouts = [parse_layout(instance(size)) for size in SIZES]
    for smaller, larger in pairwise(layouts):
        assert smaller.kinds.size < larger.kinds.size and smaller.shelves.sum() < larger.shelves.sum()


def test_every_table_has_every_size() -> None:
    assert list(RWARE_SIZES) == list(FULFILMENT_SIZES) == list(SORTING_SIZES) == SIZES


@given(
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    st.integers(1, 8),
    st.integers(1, 2),
    st.data(),
)
@settings(max_examples=50)
def test_fulfilment_centres_can_be_served(
    blocks: tuple[int, int], block_length: int, sides: int, data: st.DataObject
) -> None:
    workstations = data.draw(st.integers(sides, sides * ((3 * blocks[0] + 2) // 2)))
    chargers, crib = data.draw(docks(blocks[1] * (block_length + 1) + 1 + sides))
    layout = parse_layout(fulfilment_layout(blocks, block_length, workstations, sides, chargers, crib))
    assert_served(layout)
    assert layout.shelves.sum() == 2 * block_length * blocks[0] * blocks[1]
    stations = layout.cells(WORKSTATION)
    assert len(stations) == workstations and len(layout.cells(CHARGER)) == chargers
    assert {column for _, column in stations} == {0, layout.width - 1} if sides == 2 else {0}
    for row, column in stations:
        step = 1 if column == 0 else -1
        assert (layout.kinds[row, [column + step, column + 2 * step]] == AISLE).all(), "queue, and pass by"


def docks(places: int) -> st.SearchStrategy[tuple[int, bool]]:
    """How many chargers, and whether a crib, a wall of so many places has room for."""
    room = st.booleans().filter(lambda crib: places >= 3 * crib)
    return room.flatmap(lambda crib: st.tuples(st.integers(0, min(6, places - 3 * crib)), st.just(crib)))


@given(
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    st.integers(1, 4),
    st.integers(1, 5),
    st.integers(1, 2),
    st.data(),
)
@settings(max_examples=50)
def test_sorting_centres_can_be_served(
    chutes: tuple[int, int], lane_width: int, belt_length: int, sides: int, data: st.DataObject
) -> None:
    width = (lane_width + 1) * chutes[1] + lane_width + sides * belt_length
    chargers, crib = data.draw(docks(width))
    layout = parse_layout(sorting_layout(chutes, lane_width, belt_length, sides, chargers, crib))
    assert_served(layout)
    assert len(layout.cells(WORKSTATION)) == chutes[0] * chutes[1]
    assert (len(layout.cells(CHARGER)), len(layout.cells(CRIB))) == (chargers, 2 * crib)
    columns = {column for _, column in layout.shelf_cells}
    assert len(columns) == sides * belt_length and min(columns) == 1
    assert (max(columns) == layout.width - 2) == (sides == 2)


@given(st.integers(0, 10_000), st.floats(0.05, 1.0), st.integers(0, 5), st.booleans())
def test_random_instances_can_be_served(seed: int, density: float, chargers: int, crib: bool) -> None:
    text = random_instance(seed, density=density, chargers=chargers, crib=crib)
    assert text == random_instance(seed, density=density, chargers=chargers, crib=crib)
    assert text.endswith(random_instance(seed, density=density))
    layout = parse_layout(text)
    assert_served(layout)
    assert (len(layout.cells(CHARGER)), len(layout.cells(CRIB))) == (chargers, 2 * crib)


@given(st.integers(5, 9), st.integers(4, 9), st.integers(0, 50))
def test_random_instances_of_any_size_can_be_served(height: int, width: int, seed: int) -> None:
    layout = parse_layout(random_instance(seed, height, width, density=1.0))
    assert_served(layout)
    assert (layout.height, layout.width) == (height, width)


def test_the_toy_has_four_shelves_and_one_workstation() -> None:
    layout = parse_layout(toy_instance())
    assert len(layout.shelf_cells) == 4 and layout.cells(WORKSTATION) == [(4, 2)]
    assert_served(layout)


@pytest.mark.parametrize(
    ("draw", "complaint"),
    [
        (lambda: fulfilment_layout((0, 2)), "fulfilment_layout: blocks must be a positive integer, got 0"),
        (lambda: fulfilment_layout((1, 1), sides=3), "sides must be a positive integer and at most 2, got 3"),
        (lambda: fulfilment_layout((1, 1), workstations=1, sides=2), "workstations must be 2 or more, got 1"),
        (
            lambda: fulfilment_layout((1, 1), workstations=3),
            "of 4 cells has room for 2 workstations, not for 3",
        ),
        (lambda: fulfilment_layout((1, 1), chargers=9), "has room for 8 chargers, not for 9"),
        (lambda: sorting_layout((1, 1), lane_width=0), "lane_width must be a positive integer, got 0"),
        (lambda: sorting_layout((1, 1), belt_length=0), "belt_length must be a positive integer, got 0"),
        (lambda: sorting_layout((1, 1), 1, 1, 1, 2, True), "has room for 1 chargers beside the tool crib"),
        (
            lambda: sorting_instance("huge"),
            "size 'huge' is unknown; choose one of tiny, small, medium, large",
        ),
        (lambda: random_instance(0, height=4), "height must be 5 or more, got 4"),
        (lambda: random_instance(0, density=0.0), "density must be above 0 and at most 1, got 0.0"),
    ],
)
def test_refuses_what_cannot_be_drawn(draw: Callable[[], str], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        draw()
