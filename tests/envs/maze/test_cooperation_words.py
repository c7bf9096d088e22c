"""What agents say about plans, and what is told of them."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.cooperation_types import PlanType
from planzoo.envs.maze.cooperation_words import (
    OBJECTIVES,
    REQUIREMENTS,
    PlanWords,
    answer_message,
    as_plan,
    default_words,
    news,
    outcome_words,
    proposal_message,
)
from planzoo.envs.maze.state import RENDEZVOUS, TO_HERE
from planzoo.envs.maze.team_views import TeamView
from tests.envs.maze.plan_hall import DIE, Hall


@pytest.mark.parametrize(
    ("plan_type", "words", "message"),
    [
        (
            PlanType.RESOURCE_SHARE,
            PlanWords("Meet at safe room to trade resources.", (25, 30)),
            "I propose we coordinate a RESOURCE_SHARE plan: Meet at safe room to trade resources. "
            "Let's meet at [25, 30]. Are you in?",
        ),
        (
            PlanType.GROUP_EXIT,
            PlanWords("All of us exit together for maximum success", (48, 48)),
            "I propose we coordinate a GROUP_EXIT plan: All of us exit together for maximum success. "
            "Let's meet at [48, 48]. Requirements: All participants are alive, Exit location is known. "
            "Are you in?",
        ),
        (
            PlanType.RESCUE_MISSION,
            PlanWords("Save Arth who is in critical danger"),
            "I propose we coordinate a RESCUE_MISSION plan: Save Arth who is in critical danger. "
            "Requirements: Rescuer has resources to help. Are you in?",
        ),
    ],
)
def test_proposals_say_it_as_the_document_does(plan_type: PlanType, words: PlanWords, message: str) -> None:
    assert proposal_message(plan_type, words) == message


def test_answers_have_the_words_of_the_document() -> None:
    said = answer_message(PlanType.RESOURCE_SHARE, True, "I need water urgently")
    assert said == "I agreed to join the RESOURCE_SHARE plan. I need water urgently"
    assert answer_message(PlanType.RENDEZVOUS, False, "") == "I declined to join the RENDEZVOUS plan."


def test_every_type_has_words() -> None:
    assert set(OBJECTIVES) == set(REQUIREMENTS) == set(PlanType)


def test_outcomes_in_words() -> None:
    hall = Hall(response_steps=2)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert outcome_words(hall.plans[0]) is None
    hall.tick(2)
    assert outcome_words(hall.last) == "expired after 2 steps"
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert hall.reject(1)
    assert hall.reject(2)
    assert outcome_words(hall.last) == "rejected by 2 of 3"
    hall.started(RENDEZVOUS, TO_HERE)
    hall.do(DIE, 1)
    assert outcome_words(hall.last) == "abandoned with too few participants left who could do their part"


def test_roles_are_given_only_once_the_plan_has_started() -> None:
    hall = Hall()
    view = TeamView(hall.simulator, 0, None)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert as_plan(view, hall.plans[0], default_words(hall.plans[0])).role_assignments == {}
    assert hall.accept(1)
    assert hall.accept(2)
    hall.tick()
    roles = as_plan(view, hall.plans[0], default_words(hall.plans[0])).role_assignments
    assert list(roles.items()) == [
        ("agent_0", "COORDINATOR"), ("agent_1", "NAVIGATOR"), ("agent_2", "GENERALIST")
    ]  # fmt: skip


def test_news_are_what_changed_between_two_looks() -> None:
    hall = Hall()
    view = TeamView(hall.simulator, 0, ("Arth", "Vani", "Kael"))
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    first = hall.plans[0].copy()
    assert list(news(view, None, first, "Meet")) == ['Arth proposed RENDEZVOUS plan: "Meet"']
    assert list(news(view, first, hall.plans[0], "Meet")) == []
    assert hall.accept(1)
    assert hall.reject(2)
    second = hall.plans[0].copy()
    assert list(news(view, first, second, "Meet")) == [
        "Vani accepted plan: Meet",
        "Kael rejected plan: Meet",
        'Plan "Meet" accepted by 2 agents',
    ]
    hall.tick()
    assert hall.complete(1)
    assert list(news(view, second, hall.plans[0], "Meet")) == [
        'Plan started: "Meet" with 2 participants',
        "Vani completed their part of plan: Meet",
    ]
