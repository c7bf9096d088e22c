"""Where an agent's observation holds what."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import SEEN_TEAMMATES

OWN_SIZE = 22
CELL_SIZE = 10
TEAMMATE_SIZE = 16
PLAN_SIZE = 26
PLAN_TARGET = 16
"""Where the difference of columns to a plan's target stands in its block; that of rows follows."""
GUIDES = ("exit", "safe_room", "food", "water", "medicine", "key", "frontier", "plan")
"""What a guided agent is shown the way to."""
GUIDE_SIZE = 6
CELL_FEATURES = (
    "unknown",
    "wall",
    "hazard",
    "exit",
    "safe_room",
    "food",
    "water",
    "medicine",
    "key",
    "teammate",
)
"""What an observation tells of each cell of its window."""


@dataclass(frozen=True)
class ObservationLayout:
    """Slices of an observation vector, in the order in which they follow each other; empty where not shown.

    Attributes:
        own: the agent itself, OWN_SIZE numbers.
        window: its map around itself, CELL_SIZE numbers a cell, row by row.
        teammates: TEAMMATE_SIZE numbers for each other that is observed.
        plans: PLAN_SIZE numbers for each plan slot, where agents can make plans.
        guide: GUIDE_SIZE numbers for each of GUIDES, with observation "guided".
        map: the code of each cell of its map as a share of 127, row by row, with observation "map".
        size: D.
    """

    own: slice
    window: slice
    teammates: slice
    plans: slice
    guide: slice
    map: slice
    size: int


def observation_layout(params: MazeParams) -> ObservationLayout:
    """Lays the observation out for some params."""
    sizes = {
        "own": OWN_SIZE,
        "window": (2 * params.view + 1) ** 2 * CELL_SIZE,
        "teammates": min(params.agents - 1, SEEN_TEAMMATES) * TEAMMATE_SIZE,
        "plans": params.plan_slots * PLAN_SIZE if params.plans else 0,
        "guide": len(GUIDES) * GUIDE_SIZE if params.observation == "guided" else 0,
        "map": params.height * params.width if params.observation == "map" else 0,
    }
    slices, start = {}, 0
    for name, size in sizes.items():
        slices[name] = slice(start, start + size)
        start += size
    return ObservationLayout(**slices, size=start)


def signed_places(layout: ObservationLayout) -> list[int]:
    """Lists the places of an observation that lie in [-1, 1] instead of [0, 1]: differences of cells."""
    teammates = range(layout.teammates.start, layout.teammates.stop, TEAMMATE_SIZE)
    plans = range(layout.plans.start, layout.plans.stop, PLAN_SIZE)
    offsets = [*(start + 1 for start in teammates), *(start + PLAN_TARGET for start in plans)]
    return [place for first in offsets for place in (first, first + 1)]
