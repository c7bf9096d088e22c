"""Allocates a maze's state, and the room that its threads work in."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    AGENT,
    MAP_BLOCK,
    MEMORY,
    NO_CELL,
    PERFORMANCE,
    PLAN,
    PLAN_STATUSES,
    PLAN_TYPES,
    WORLD,
    Constants,
    Scratch,
    State,
)

SMALL_MAP = 4096
"""Cells of a map that are compared sooner than one could find out that they need not be."""


def allocate_state(params: MazeParams, constants: Constants, worlds: int) -> State:
    """Allocates a zeroed state of B worlds."""
    agents, cells = params.agents, len(constants.rows)
    blocks = -(-cells // MAP_BLOCK) if cells > SMALL_MAP else 0

    def records(kind: np.dtype[Any], *shape: int) -> Any:
        return np.zeros((worlds, *shape), dtype=kind).view(np.recarray)

    return State(
        random_streams=np.zeros((worlds, 2), dtype=np.uint64),
        steps=np.zeros(worlds, dtype=np.int32),
        ended=np.zeros(worlds, dtype=np.bool_),
        worlds=records(WORLD),
        codes=np.zeros((worlds, cells), dtype=np.uint8),
        seen=np.zeros((worlds, cells), dtype=np.bool_),
        agents=records(AGENT, agents),
        known=np.zeros((worlds, agents, cells), dtype=np.uint8),
        known_at=np.zeros((worlds, agents, cells), dtype=np.int16),
        editions=np.zeros((worlds, agents, blocks), dtype=np.int32),
        contact=np.zeros((worlds, agents, agents), dtype=np.bool_),
        plans=records(PLAN, params.plan_slots),
        history=records(PLAN, params.history),
        type_counts=np.zeros((worlds, len(PLAN_TYPES), len(PLAN_STATUSES)), dtype=np.int32),
        type_steps=np.zeros((worlds, len(PLAN_TYPES)), dtype=np.int64),
        performance=records(PERFORMANCE, agents),
        kept=np.zeros((worlds, agents, agents), dtype=np.int32),
        broken=np.zeros((worlds, agents, agents), dtype=np.int32),
        memories=records(MEMORY, agents, params.memories),
        memory_counts=np.zeros((worlds, agents), dtype=np.int32),
    )


def allocate_scratch(constants: Constants) -> Scratch:
    """Allocates the room of one thread."""
    cells, in_sight = len(constants.rows), len(constants.sight_offsets)
    return Scratch(
        queue=np.full(cells, NO_CELL, dtype=np.int32),
        distance=np.full(cells, -1, dtype=np.int32),
        first=np.zeros(cells, dtype=np.int8),
        open=np.zeros(in_sight, dtype=np.bool_),
        cells=np.zeros(cells, dtype=np.int32),
        marks=np.zeros(cells, dtype=np.uint8),
    )
