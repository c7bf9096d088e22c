"""Where a plan is to happen and whom it is to save."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze.cooperation_types import PlanType
from planzoo.envs.maze.plan_drafts import chosen_patient, chosen_target
from planzoo.envs.maze.state import HEALTH, HUNGER, NO_AGENT
from planzoo.envs.maze.team_views import TeamView
from planzoo.errors import InputError
from tests.envs.maze.plan_hall import FORGET, NEED, Hall

ALL = np.uint64(0b111)


@pytest.mark.parametrize(
    ("plan_type", "place"),
    [
        (PlanType.RENDEZVOUS, (4, 4)),
        (PlanType.RESOURCE_SHARE, (4, 4)),
        (PlanType.GROUP_EXIT, (0, 0)),
        (PlanType.SUPPLY_RUN, (0, 8)),
        (PlanType.AREA_SWEEP, (4, 6)),
        (PlanType.SYNCHRONIZED_EXPLORATION, (4, 6)),
    ],
)
def test_plans_have_usual_places(plan_type: PlanType, place: tuple[int, int]) -> None:
    hall = Hall()
    hall.do(FORGET, 0, hall.cell(7, 4))
    view = TeamView(hall.simulator, 0, None)
    assert view.location(chosen_target(view, 0, (plan_type, NO_AGENT), None)) == place


def test_a_rescue_goes_to_the_least_healthy_of_those_asked() -> None:
    hall = Hall()
    hall.do(NEED, 1, HUNGER, 5)
    hall.do(NEED, 2, HEALTH, 20)
    hall.put(2, 3, 8)
    view = TeamView(hall.simulator, 0, None)
    rescue = PlanType.RESCUE_MISSION
    assert chosen_patient(view, 0, ALL, rescue) == 2
    assert chosen_patient(view, 0, np.uint64(0b011), rescue) == 1
    assert chosen_target(view, 0, (rescue, 2), None) == hall.cell(3, 8)
    assert chosen_patient(view, 0, ALL, PlanType.RENDEZVOUS) == NO_AGENT
    with pytest.raises(InputError, match="agent_0 is not in danger"):
        chosen_patient(view, 2, np.uint64(0b101), rescue)


def test_a_group_exit_is_to_an_exit_on_the_map() -> None:
    hall = Hall()
    view = TeamView(hall.simulator, 0, None)
    plan = (PlanType.GROUP_EXIT, NO_AGENT)
    assert chosen_target(view, 0, plan, (0, 0)) == hall.cell(0, 0)
    hall.do(FORGET, 0, hall.cell(0, 0))
    with pytest.raises(InputError, match=r"knows of no exit at \[0, 0\]"):
        chosen_target(view, 0, plan, (0, 0))
    assert chosen_target(view, 1, plan, (0, 0)) == hall.cell(0, 0)
