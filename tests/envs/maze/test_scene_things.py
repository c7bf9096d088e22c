"""What is drawn answers a few questions about itself."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.scene_things import Agent, TeamPlan
from planzoo.envs.maze.state import (
    ACCEPTED,
    ALIVE,
    DEAD,
    ESCAPED,
    IN_PROGRESS,
    NO_STATUS,
    PLAN_STATUSES,
    PROPOSED,
)


@pytest.mark.parametrize("status", [ALIVE, ESCAPED, DEAD])
def test_an_agent_is_in_exactly_one_state(status: int) -> None:
    agent = Agent(0, 0, 0, status)
    assert [agent.alive, agent.escaped, agent.dead] == [status == each for each in (ALIVE, ESCAPED, DEAD)]


@pytest.mark.parametrize("status", range(NO_STATUS + 1, len(PLAN_STATUSES)))
def test_plans_await_answers_before_they_run(status: int) -> None:
    plan = TeamPlan(0, 0, status, 0, 0, 0, waiting=(1,))
    assert plan.awaits_answers is (status in (PROPOSED, ACCEPTED))
    assert plan.runs is (status == IN_PROGRESS)
    assert not TeamPlan(0, 0, status, 0, 0, 0).awaits_answers
