from __future__ import annotations

import numpy as np

from planzoo.planners.pathfinding.distance import ANY_DIRECTION, fill_oriented_distances
from planzoo.planners.pathfinding.motion import padded_cell, padded_grid
from planzoo.planners.pathfinding.refuge import NO_REFUGE, mark_route, nearest_refuge
from tests.planners.pathfinding.grid_world import parse

BRANCH = parse("..... #.#.#")


def cell(row: int, column: int) -> int:
    return padded_cell((row, column), (2, 5), "cell")


def route(start: tuple[int, int, int], goal: tuple[int, int]) -> set[int]:
    grid = padded_grid(BRANCH)
    distances, queue = np.empty(4 * grid.passable.size, np.int32), np.empty(4 * grid.passable.size, np.int32)
    fill_oriented_distances(grid, cell(*goal), ANY_DIRECTION, distances, queue)
    marks = np.zeros(grid.passable.size, dtype=bool)
    mark_route(grid, distances, 4 * cell(*start[:2]) + start[2], marks)
    return set(np.flatnonzero(marks).tolist())


def refuge(marked: set[int], clearance: float) -> int:
    grid = padded_grid(BRANCH)
    marks = np.zeros(grid.passable.size, dtype=bool)
    marks[list(marked)] = True
    scratch = np.empty(grid.passable.size, np.int32), np.empty(4 * grid.passable.size, np.int32)
    return nearest_refuge(grid, cell(0, 0), clearance, marks, scratch)


def test_a_route_is_marked_from_end_to_end() -> None:
    assert route((1, 1, 1), (0, 3)) == {cell(1, 1), cell(0, 1), cell(0, 2), cell(0, 3)}
    assert route((0, 2, 0), (0, 2)) == {cell(0, 2)}


def test_the_nearest_cell_off_the_route_is_the_refuge() -> None:
    row = {cell(0, column) for column in range(5)}
    assert refuge(row, 0.0) == cell(1, 1)
    assert refuge(row - {cell(0, 1)}, 0.0) == cell(0, 1)


def test_clearance_sends_a_robot_farther() -> None:
    row = {cell(0, column) for column in range(5)}
    assert refuge(row, 2.0) == cell(1, 1)
    assert refuge(row, 2.5) == cell(1, 3)
    assert refuge(row, 4.5) == NO_REFUGE


def test_no_refuge_where_every_cell_is_in_the_way() -> None:
    assert refuge(set(range(28)), 0.0) == NO_REFUGE
