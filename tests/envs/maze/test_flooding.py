"""The flood over a maze in the making agrees with a naive search."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.arrays import allocate_scratch
from planzoo.envs.maze.constants import build_constants
from planzoo.envs.maze.flooding import flood
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import DOOR, EXIT, FLOOR, HAZARD_CODE, SAFE_ROOM, WALL
from tests.envs.maze.drawn_mazes import reached

PARAMS = MazeParams.small(height=7, width=9, hazards=0)
CONSTANTS = build_constants(PARAMS)
GROUNDS = st.sampled_from((FLOOR, FLOOR, FLOOR, WALL, WALL, DOOR, EXIT, SAFE_ROOM, FLOOR | HAZARD_CODE))


@given(st.lists(GROUNDS, min_size=63, max_size=63), st.integers(0, 62), st.integers(0, 62), st.booleans())
@settings(max_examples=200, deadline=None)
def test_it_finds_what_a_naive_search_finds(
    grounds: list[int], first: int, second: int, through_doors: bool
) -> None:
    codes = np.array(grounds, dtype=np.uint8).reshape(7, 9)
    padded = np.pad(codes, CONSTANTS.padding, constant_values=WALL).reshape(-1)
    sources = sorted({first, second})
    inside = np.flatnonzero(
        (CONSTANTS.rows >= 0) & (CONSTANTS.rows < 7) & (CONSTANTS.columns >= 0) & (CONSTANTS.columns < 9)
    )
    scratch = allocate_scratch(CONSTANTS)
    scratch.queue[: len(sources)] = inside[sources]
    count = flood(padded, CONSTANTS.steps_ahead, scratch, len(sources), through_doors)

    def may_enter(cell: tuple[int, int]) -> bool:
        if not (0 <= cell[0] < 7 and 0 <= cell[1] < 9):
            return False
        ground = codes[cell] & 7
        return bool(ground in (FLOOR, SAFE_ROOM) or (ground == DOOR and through_doors))

    naive = reached([divmod(source, 9) for source in sources], may_enter)
    found = {
        (int(CONSTANTS.rows[cell]), int(CONSTANTS.columns[cell])): int(scratch.distance[cell])
        for cell in scratch.queue[:count]
    }
    assert found == naive
    assert count == len(naive)
    assert (scratch.distance >= 0).sum() == count
    nearest_first = scratch.distance[scratch.queue[:count]]
    assert (np.diff(nearest_first) >= 0).all()
