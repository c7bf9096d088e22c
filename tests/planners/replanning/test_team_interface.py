"""The scenarios stand behind the interface as it is written down."""

from __future__ import annotations

import inspect

import pytest

from planzoo.planners.domains.diagnosis_replanning import DoctorsInterface
from planzoo.planners.domains.maze_replanning import MazeInterface
from planzoo.planners.domains.warehouse_replanning import FleetInterface
from planzoo.planners.htn import State
from planzoo.planners.replanning.team_interface import Situation, TeamInterface


@pytest.mark.parametrize("kind", [FleetInterface, DoctorsInterface, MazeInterface])
def test_scenarios_take_what_the_protocol_gives(kind: type) -> None:
    for name in ("begin", "look", "progress", "command", "messages"):
        asked = inspect.signature(getattr(TeamInterface, name))
        assert list(inspect.signature(getattr(kind, name)).parameters) == list(asked.parameters)


def test_a_situation_needs_no_goal() -> None:
    assert Situation(State(), ()).goal is None
