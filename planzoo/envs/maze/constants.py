"""Lays params out as the arrays that the kernels read."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.arrays import allocate_scratch, allocate_state
from planzoo.envs.maze.layout import CELL_FEATURES
from planzoo.envs.maze.mazes import generated_layout
from planzoo.envs.maze.params import Coordination, Kind, MazeParams, ObservationKind
from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    GROUND_CODES,
    HAZARD_CODE,
    ITEM_SHIFT,
    ITEMS,
    NUM_CODES,
    PROPOSALS,
    SAFE_ROOM,
    UNKNOWN,
    WALL,
    Constants,
)
from planzoo.envs.simulation.random import KEY, odds, stream_keys

_SAME_NAME = (
    *("height", "width", "together", "sight", "hazard_sight", "view", "carried", "response_steps"),
    *("proposal_pause", "max_steps", "move_energy", "rest_energy", "hazard_damage", "regeneration"),
    *("escape_reward", "death_penalty", "step_cost", "exploration_reward", "plan_reward", "team_share"),
)
"""Fields that the constants have from the params as they are."""


def build_constants(params: MazeParams) -> Constants:
    """Lays out the map's geometry, what is seen, and all numbers."""
    sight = sight_tree(params.sight)
    padding = max(params.sight, params.view)
    width = params.width + 2 * padding
    everywhere = max(params.height, params.width)
    constants = Constants(
        layout=np.zeros(0, dtype=np.uint8),
        layout_starts=np.zeros(0, dtype=np.int32),
        **_geometry(params, padding),
        sight_offsets=np.array([row * width + column for (row, column), _ in sight], dtype=np.int32),
        sight_parents=np.array([parent for _, parent in sight], dtype=np.int32),
        sight_rings=np.array([max(abs(row), abs(column)) for (row, column), _ in sight], dtype=np.int32),
        cell_features=cell_features(),
        proposals=np.array(PROPOSALS, dtype=np.int32),
        plan_steps=np.array(list(params.plan_steps.values()), dtype=np.int32),
        amounts=np.array(_amounts(params), dtype=np.int32),
        needs_lost=np.array(
            [params.starvation, params.hunger_rate, params.thirst_rate, params.move_energy], dtype=np.float32
        ),
        item_gains=np.array([params.food_gain, params.water_gain, params.medicine_gain], dtype=np.float32),
        padding=padding,
        maze_kind=get_args(Kind).index(params.kind),
        openness=odds(params.openness),
        mode=get_args(Coordination).index(params.coordination),
        message_range=everywhere if params.message_range is None else params.message_range,
        share_range=params.share_range if params.map_sharing else -1,
        minimum=params.minimum_participants,
        observation_kind=get_args(ObservationKind).index(params.observation),
        keeps_memory=params.memory == "kept",
        **{name: getattr(params, name) for name in _SAME_NAME},
    )
    return with_layout(params, constants)


def with_layout(params: MazeParams, constants: Constants) -> Constants:
    """Adds the maze of all episodes, where there is one: written as text, or drawn with a seed."""
    maze = params.text_maze
    if maze is not None:
        codes = np.pad(maze.codes, constants.padding, constant_values=WALL).reshape(-1)
        places = np.array(maze.start_cells(params.agents), dtype=np.int32).reshape(-1, 2)
        width = params.width + 2 * constants.padding
        starts = (places[:, 0] + constants.padding) * width + places[:, 1] + constants.padding
        return constants._replace(layout=codes, layout_starts=starts.astype(np.int32))
    if params.maze_seed is not None:
        state, scratch = allocate_state(params, constants, 1), allocate_scratch(constants)
        state.random_streams[:, KEY] = stream_keys(np.array([params.maze_seed], dtype=np.uint64))
        codes, starts = generated_layout(constants, state, scratch)
        return constants._replace(layout=codes, layout_starts=starts)
    return constants


def _geometry(params: MazeParams, padding: int) -> dict[str, Any]:
    width = params.width + 2 * padding
    rows, columns = np.indices((params.height + 2 * padding, width), dtype=np.int32) - np.int32(padding)
    reach = range(-params.view, params.view + 1)
    window = [row * width + column for row in reach for column in reach]
    return {
        "rows": rows.reshape(-1),
        "columns": columns.reshape(-1),
        "steps_ahead": np.array([-width, width, -1, 1], dtype=np.int32),
        "window_offsets": np.array(window, dtype=np.int32),
    }


def _amounts(params: MazeParams) -> tuple[int, ...]:
    """Gives what generated mazes hold, in the order of ``Constants.amounts``."""
    supplies = params.food, params.water, params.medicine
    return (params.hazards, params.safe_rooms, *supplies, params.doors, params.exits)


def sight_tree(sight: int) -> list[tuple[tuple[int, int], int]]:
    """Lists the cells in sight, nearest first, as (row, column) from one's own and the place of the parent.

    The parent of a cell is the one before it on the straight line from the centre, rounded towards the axis
    that the line is nearer to: the same for all eight mirror images of a cell. As lines that meet stay
    together, a long one bends by up to half a cell and an eighth of its length.

    Args:
        sight: cells in each direction.
    """
    reach = range(-sight, sight + 1)
    cells = sorted(
        ((row, column) for row in reach for column in reach),
        key=lambda cell: (max(abs(cell[0]), abs(cell[1])), abs(cell[0]) + abs(cell[1]), cell),
    )
    places = {cell: place for place, cell in enumerate(cells)}
    return [(cell, places[_before(*cell)]) for cell in cells]


def _before(row: int, column: int) -> tuple[int, int]:
    """Gives the cell before another on its line from the centre; the centre's is itself."""
    ring = max(abs(row), abs(column))
    if ring == 0:
        return 0, 0
    return _nearer(row, ring), _nearer(column, ring)


def _nearer(coordinate: int, ring: int) -> int:
    """Gives coordinate · (ring − 1) / ring, rounded to the nearest whole number, halves to zero."""
    size = (2 * abs(coordinate) * (ring - 1) + ring - 1) // (2 * ring)
    return size if coordinate > 0 else -size


def cell_features() -> NDArray[np.float32]:
    """Gives what a cell of each code looks like in an observed window, float32 (128, 10)."""
    features = np.zeros((NUM_CODES, len(CELL_FEATURES)), dtype=np.float32)
    codes = np.arange(NUM_CODES)
    ground, items = codes & GROUND_CODES, codes >> ITEM_SHIFT
    features[:, 0] = ground == UNKNOWN
    features[:, 1] = (ground == WALL) + 0.5 * (ground == DOOR)
    features[:, 2] = (codes & HAZARD_CODE) > 0
    features[:, 3] = ground == EXIT
    features[:, 4] = ground == SAFE_ROOM
    for item in range(len(ITEMS)):
        features[:, 5 + item] = items == item + 1
    return features
