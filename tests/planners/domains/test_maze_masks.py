"""An agent knows from its observation what the environment allows it."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import AREA_SWEEP, FIRST_PROPOSAL, NO_CELL, PROPOSALS, SYNCHRONIZED_EXPLORATION
from planzoo.planners.domains.maze_masks import allowed_actions, frontier_cells
from tests.planners.domains.maze_play import random_worlds, views

FRONTIER_PLANS = [
    FIRST_PROPOSAL + number
    for number, (plan_type, _) in enumerate(PROPOSALS)
    if plan_type in (AREA_SWEEP, SYNCHRONIZED_EXPLORATION)
]
SMALL = {"height": 9, "width": 9, "food": 3, "water": 3, "hazards": 2, "medicine": 2}
RULES: dict[str, dict[str, Any]] = {
    "enabled": {},
    "forced": {"coordination": "forced", "plan_slots": 2},
    "roles": {"coordination": "roles", "agents": 4, "hunger_rate": 2.0, "thirst_rate": 2.0},
    "none": {"coordination": "none", "move_energy": 2.0, "rest_energy": 2.0},
    "locked": {"kind": "perfect", "doors": 1, "share_range": 1},
    "needy": {"hunger_rate": 1.0, "thirst_rate": 1.5, "food": 12, "medicine": 0, "carried": 8},
    "unshared": {"map_sharing": False, "minimum_participants": 3},
}


@pytest.mark.parametrize("rules", RULES)
def test_the_mask_of_the_environment_follows_from_the_observation(rules: str) -> None:
    """Whatever happens: every action of every agent, in episodes of random play with plans and without."""
    params = MazeParams(**{**SMALL, **RULES[rules]}, observation="map", max_steps=200)
    for simulator in chain(random_worlds(params, 7, 150), random_worlds(params, 8, 150, silent=True)):
        agents = simulator.state.agents[0]
        for view in views(simulator):
            may_propose = bool(simulator.state.steps[0] >= agents[view.number]["next_proposal"])
            mask = allowed_actions(view, params, may_propose)
            true = simulator.buffers.action_masks[0, view.number].copy()
            if params.plans and frontier_cells(view).size < agents[view.number]["frontier_known"]:
                # An exit in the outer wall may count as frontier as long as nobody looked out of it.
                assert agents[view.number]["exit_known"] != NO_CELL
                true[FRONTIER_PLANS] = mask[FRONTIER_PLANS]
            wrong = np.flatnonzero(mask != true)
            assert not wrong.size, (rules, simulator.state.steps[0], view.number, wrong, view)


def test_frontier_cells_are_those_that_the_environment_counts() -> None:
    """Yamauchi's frontier: open cells beside what is unknown."""
    params = MazeParams(observation="map")
    for simulator in random_worlds(params, 3, 60):
        for view in views(simulator):
            known = simulator.state.agents[0, view.number]["frontier_known"]
            assert len(frontier_cells(view)) == known
