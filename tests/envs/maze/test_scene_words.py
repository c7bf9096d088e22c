"""Words come from the state's own names."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.scene_style import BAD, GOOD, OPEN
from planzoo.envs.maze.scene_things import Agent, TeamPlan
from planzoo.envs.maze.scene_words import (
    MOST_NUMBERS,
    STATUS_COLOURS,
    activity,
    answers,
    numbers,
    percent,
    plain,
    plan_status,
    plan_type,
    progress,
    role,
    steps,
    target,
)
from planzoo.envs.maze.state import (
    ACCEPTED,
    DEAD,
    ESCAPED,
    IN_PROGRESS,
    NO_STATUS,
    PLAN_STATUSES,
    PLAN_TYPES,
    PROPOSED,
    ROLES,
)


def test_every_status_and_every_type_has_a_label_of_its_own() -> None:
    statuses = range(NO_STATUS + 1, len(PLAN_STATUSES))
    labels = [plan_status(TeamPlan(0, 0, status, 0, 0, 0)) for status in statuses]
    assert labels == [plain(PLAN_STATUSES[status]) for status in statuses] and len(set(labels)) == 7
    assert len({STATUS_COLOURS[status] for status in statuses}) == 7
    types = [plan_type(TeamPlan(0, kind, PROPOSED, 0, 0, 0)) for kind in range(len(PLAN_TYPES))]
    assert len(set(types)) == 7 and types[3] == "group exit"
    assert {role(Agent(0, 0, 0, role=number)) for number in range(6)} == {plain(name) for name in ROLES}


def test_lists_of_agents_are_short() -> None:
    assert numbers(()) == "nobody" and numbers((0, 3)) == "0, 3"
    assert numbers(tuple(range(MOST_NUMBERS + 1))) == "9 agents"
    assert (steps(1), steps(0), percent(0.256)) == ("1 step", "0 steps", "26 %")


def test_a_plan_says_where_it_leads_and_who_answered() -> None:
    plan = TeamPlan(0, 4, PROPOSED, 2, 5, 9, patient=1, accepted=(2,), rejected=(0, 3))
    assert target(plan) == "by 2 for 1, to 5, 9"
    assert target(TeamPlan(0, 0, PROPOSED, 2, 5, 9)) == "by 2, to 5, 9"
    assert answers(plan) == "yes: 2 · no: 0, 3"


@pytest.mark.parametrize("status", [PROPOSED, ACCEPTED])
def test_a_proposal_says_whose_answer_it_awaits(status: int) -> None:
    plan = TeamPlan(0, 0, status, 0, 0, 0, waiting=(1, 4), answer_left=3)
    assert progress(plan) == ("awaits answer of 1, 4 · 3 steps", OPEN)
    assert progress(TeamPlan(0, 0, status, 0, 0, 0))[0] == "all have answered"


def test_a_running_plan_says_whose_part_is_done() -> None:
    plan = TeamPlan(0, 0, IN_PROGRESS, 0, 0, 0, completed=(0,), busy=(1,))
    assert progress(plan)[0] == "done: 0 · to do: 1"
    plan = TeamPlan(0, 0, IN_PROGRESS, 0, 0, 0, completed=(0,), failed=(2,), waiting=(5,))
    assert progress(plan)[0] == "done: 0 · to do: nobody · failed: 2"


def test_an_agent_carries_something_or_has_ended() -> None:
    assert activity(Agent(0, 0, 0, items=(2, 0, 0, 1)))[0] == "2 food, 1 key"
    assert activity(Agent(0, 0, 0))[0] == "carries nothing"
    assert activity(Agent(0, 0, 0, ESCAPED, ended_at=12)) == ("escaped at step 12", GOOD)
    assert activity(Agent(0, 0, 0, DEAD, ended_at=9)) == ("died at step 9", BAD)
