"""The arrays that kernels read: geometry, the tree of sight, what cells look like, and all numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.constants import build_constants, cell_features, sight_tree
from planzoo.envs.maze.layout import CELL_FEATURES
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    FLOOR,
    HAZARD_CODE,
    ITEM_SHIFT,
    ITEMS,
    PROPOSALS,
    SAFE_ROOM,
    WALL,
)

MIRRORS: tuple[Any, ...] = (
    lambda row, column: (-row, column),
    lambda row, column: (row, -column),
    lambda row, column: (column, row),
)


@pytest.mark.parametrize("sight", [1, 2, 3, 4, 7, 12, 32])
def test_the_tree_of_sight_is_a_tree_of_neighbours(sight: int) -> None:
    tree = sight_tree(sight)
    cells = [cell for cell, _ in tree]
    assert sorted(cells) == [
        (row, column) for row in range(-sight, sight + 1) for column in range(-sight, sight + 1)
    ]
    assert tree[0] == ((0, 0), 0)
    for place, ((row, column), parent) in enumerate(tree[1:], start=1):
        before = cells[parent]
        assert parent < place
        assert max(abs(before[0]), abs(before[1])) == max(abs(row), abs(column)) - 1
        assert max(abs(row - before[0]), abs(column - before[1])) == 1


@pytest.mark.parametrize("sight", [2, 5, 9])
@pytest.mark.parametrize("mirror", MIRRORS)
def test_the_tree_of_sight_is_its_own_mirror_image(sight: int, mirror: Any) -> None:
    """Three mirrors make all eight symmetries of a square."""
    tree = sight_tree(sight)
    cells = [cell for cell, _ in tree]
    parents = {cell: cells[parent] for cell, parent in tree}
    assert {mirror(*cell): mirror(*parent) for cell, parent in parents.items()} == parents


def test_lines_of_sight_are_nearly_straight() -> None:
    """No cell of a line is further from the straight line to its end than is documented."""
    tree = sight_tree(32)
    cells = [cell for cell, _ in tree]
    for place, (end, _) in enumerate(tree):
        ring = max(abs(end[0]), abs(end[1]))
        at = place
        while at:
            at = tree[at][1]
            share = max(abs(cells[at][0]), abs(cells[at][1])) / ring
            most = 0.5 + ring / 8
            assert abs(cells[at][0] - share * end[0]) <= most
            assert abs(cells[at][1] - share * end[1]) <= most


def test_cells_are_numbered_with_their_padding() -> None:
    constants = build_constants(MazeParams(height=7, width=9, sight=3, view=2, hazards=0))
    assert constants.padding == 3
    assert constants.rows.shape == (13 * 15,)
    cell = (2 + 3) * 15 + 4 + 3
    assert (constants.rows[cell], constants.columns[cell]) == (2, 4)
    assert (constants.rows[0], constants.columns[0]) == (-3, -3)
    assert constants.steps_ahead.tolist() == [-15, 15, -1, 1]
    assert constants.window_offsets.reshape(5, 5)[1, 4] == -15 + 2
    assert constants.sight_offsets[0] == 0
    for offset, ring in zip(constants.sight_offsets, constants.sight_rings, strict=True):
        apart = constants.rows[cell + offset] - 2, constants.columns[cell + offset] - 4
        assert max(map(abs, apart)) == ring
    assert len(constants.sight_offsets) == 49


def test_a_cell_looks_like_what_it_is() -> None:
    features = cell_features()
    assert features.shape == (128, 10)

    def look(code: int) -> dict[str, float]:
        row = dict(zip(CELL_FEATURES, features[code].tolist(), strict=True))
        return {name: value for name, value in row.items() if value}

    assert look(0) == {"unknown": 1.0}
    assert look(FLOOR) == {}
    assert look(WALL) == {"wall": 1.0}
    assert look(DOOR) == {"wall": 0.5}
    assert look(EXIT) == {"exit": 1.0}
    assert look(SAFE_ROOM) == {"safe_room": 1.0}
    assert look(FLOOR | HAZARD_CODE) == {"hazard": 1.0}
    for number, item in enumerate(ITEMS):
        assert look(FLOOR | (number + 1) << ITEM_SHIFT) == {item: 1.0}
    assert look(SAFE_ROOM | HAZARD_CODE | 4 << ITEM_SHIFT) == {"safe_room": 1.0, "hazard": 1.0, "key": 1.0}


def test_numbers_are_those_of_the_params() -> None:
    params = MazeParams(
        doors=1,
        exits=2,
        starvation=2.0,
        hunger_rate=0.25,
        thirst_rate=0.75,
        food_gain=40.0,
        coordination="roles",
    )
    constants = build_constants(params)
    assert constants.amounts.tolist() == [4, 1, 5, 5, 2, 1, 2]
    assert constants.needs_lost[:3].tolist() == [2.0, 0.25, 0.75]
    assert constants.item_gains.tolist() == [40.0, 50.0, 50.0]
    assert constants.plan_steps.tolist() == list(params.plan_steps.values())
    assert constants.proposals.tolist() == [list(proposal) for proposal in PROPOSALS]
    assert (constants.maze_kind, constants.mode, constants.openness) == (1, 3, 2**20)
    assert (constants.sight, constants.view, constants.max_steps) == (4, 3, 400)
    assert not constants.keeps_memory
    assert build_constants(MazeParams(memory="kept")).keeps_memory


def test_ranges_that_are_switched_off() -> None:
    assert build_constants(MazeParams(map_sharing=False)).share_range == -1
    assert build_constants(MazeParams(share_range=2)).share_range == 2
    assert build_constants(MazeParams(message_range=6)).message_range == 6
    # Everywhere is as far as the maze goes.
    assert build_constants(MazeParams(height=9, width=30)).message_range >= 29


def test_a_maze_for_all_episodes_is_laid_out() -> None:
    params = MazeParams.from_text("####\n#@E#\n####\n", agents=1, coordination="none", sight=2, view=1)
    constants = build_constants(params)
    layout = constants.layout.reshape(3 + 4, 4 + 4)
    assert layout[2:-2, 2:-2].tolist() == [[WALL] * 4, [WALL, FLOOR, EXIT, WALL], [WALL] * 4]
    assert (np.delete(layout, [2, 3, 4], axis=0) == WALL).all()
    assert constants.layout_starts.tolist() == [3 * 8 + 3]
    drawn = build_constants(MazeParams(maze_seed=8))
    assert drawn.layout.shape == drawn.rows.shape
    assert drawn.layout_starts.shape == (3,)
    assert build_constants(MazeParams()).layout.size == 0
