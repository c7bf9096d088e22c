"""Where an observation holds what."""

from __future__ import annotations

import itertools

import pytest

from planzoo.envs.maze.layout import (
    CELL_FEATURES,
    CELL_SIZE,
    PLAN_SIZE,
    PLAN_TARGET,
    TEAMMATE_SIZE,
    observation_layout,
    signed_places,
)
from planzoo.envs.maze.params import MazeParams


def test_default_layout_by_hand() -> None:
    layout = observation_layout(MazeParams())
    assert layout.own == slice(0, 22)
    assert layout.window == slice(22, 22 + 49 * 10)
    assert layout.teammates == slice(512, 512 + 2 * 16)
    assert layout.plans == slice(544, 544 + 4 * 26)
    assert layout.guide == layout.map == slice(648, 648)
    assert layout.size == 648


@pytest.mark.parametrize(
    ("changes", "sizes"),
    [
        ({"agents": 1, "coordination": "none"}, (0, 0, 0, 0)),
        ({"agents": 12, "plan_slots": 2, "observation": "guided"}, (7 * 16, 2 * 26, 48, 0)),
        ({"agents": 8, "observation": "map", "height": 9, "width": 12}, (7 * 16, 4 * 26, 0, 108)),
    ],
)
def test_blocks_follow_each_other(changes: dict[str, object], sizes: tuple[int, ...]) -> None:
    layout = observation_layout(MazeParams(**changes))  # type: ignore[arg-type]
    blocks = (layout.own, layout.window, layout.teammates, layout.plans, layout.guide, layout.map)
    assert tuple(block.stop - block.start for block in blocks[2:]) == sizes
    assert all(one.stop == other.start for one, other in itertools.pairwise(blocks))
    assert layout.size == layout.map.stop


def test_only_differences_of_cells_have_signs() -> None:
    layout = observation_layout(MazeParams(plan_slots=2))
    mates, plans = layout.teammates.start, layout.plans.start
    assert signed_places(layout) == [
        *(mates + 1, mates + 2, mates + TEAMMATE_SIZE + 1, mates + TEAMMATE_SIZE + 2),
        *(plans + PLAN_TARGET, plans + PLAN_TARGET + 1),
        *(plans + PLAN_SIZE + PLAN_TARGET, plans + PLAN_SIZE + PLAN_TARGET + 1),
    ]
    assert len(CELL_FEATURES) == CELL_SIZE
