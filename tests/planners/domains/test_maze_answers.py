"""Answers to proposals, with the reasons of the seed's scenarios in our words."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    FIRST_PROPOSAL,
    GROUP_EXIT,
    PROPOSALS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    REST,
    TO_EXIT,
    TO_HERE,
    TO_TEAMMATE,
)
from planzoo.planners.domains.maze_answers import Answer, answer
from tests.planners.domains.maze_play import drawn, random_worlds, remembering

LONG = "\n".join(
    (
        "###############################",
        "#0..........................1.#",
        "#.###########################.#",
        "#E............................#",
        "###############################",
    )
)
SHORT = "###########\n#0...1...E#\n###########"


def asked(drawing: str, plan_type: int, target: int, bodies: Any = None, **changes: Any) -> Answer:
    """What agent 1 answers when agent 0 proposes."""
    simulator = drawn(drawing, bodies, **{"map_sharing": False, "known": True, **changes})
    action = FIRST_PROPOSAL + PROPOSALS.index((plan_type, target))
    assert simulator.buffers.action_masks[0, 0, action]
    simulator.step([[action, REST]])
    here, memory = remembering(simulator, 1)
    return answer(here, memory, next(plan for plan in here.view.plans if plan.awaits))


def test_who_needs_what_the_other_carries_and_is_near_comes() -> None:
    """Scenario 1: "I need food and I'm nearby"."""
    bodies = {0: {"items": [1, 0, 0, 0]}, 1: {"needs": [100, 20, 100, 100]}}
    given = asked(SHORT, RESOURCE_SHARE, TO_HERE, bodies)
    reason = "I need food and I'm 4 steps away (utility 10.0, needed 0)"
    assert given.accepted and given.words == f"accepts agent_0's RESOURCE_SHARE: {reason}"


def test_a_meeting_across_the_maze_is_declined() -> None:
    """Scenario 3: "Too far from my current exploration"."""
    given = asked(LONG, RENDEZVOUS, TO_HERE, known=False)
    reason = "Too far from my current exploration: 36 steps (utility -9.1, needed 0)"
    assert not given.accepted and given.words == f"rejects agent_0's RENDEZVOUS: {reason}"
    near = asked(SHORT, RENDEZVOUS, TO_HERE, sight=2, known=False)
    assert near.accepted and near.slot == 0


def test_who_is_about_as_far_from_the_exit_leaves_together() -> None:
    """Scenario 2; who would keep the others waiting comes on its own."""
    near = asked("###########\n#E..0.1...#\n###########", GROUP_EXIT, TO_EXIT)
    assert near.accepted and near.words.startswith(
        "accepts agent_0's GROUP_EXIT: GROUP_EXIT matters, 10 of 10"
    )
    assert near.appraisal.to_data()["terms"] == {"importance": 5.0, "distance": -2.0, "exit": 2.0}
    late = asked(LONG, GROUP_EXIT, TO_EXIT)
    reason = "I am 29 steps from the exit, which would keep you waiting for 27"
    assert not late.accepted and late.words.startswith(f"rejects agent_0's GROUP_EXIT: {reason}")


def test_patients_want_to_be_rescued() -> None:
    """Scenario 4."""
    bodies = {0: {"items": [0, 0, 1, 0]}, 1: {"needs": [15, 100, 100, 100]}}
    given = asked(SHORT, RESCUE_MISSION, TO_TEAMMATE, bodies)
    assert given.accepted and given.words.startswith(
        "accepts agent_0's RESCUE_MISSION: I need help: health 15"
    )


def test_own_needs_come_first() -> None:
    """Whoever is parched has no time for meetings."""
    given = asked(SHORT, RENDEZVOUS, TO_HERE, {1: {"needs": [100, 100, 10, 100]}}, sight=2)
    reason = "I need to find something against thirst 9 first"
    assert not given.accepted and given.words.startswith(f"rejects agent_0's RENDEZVOUS: {reason}")


def test_sharing_with_empty_hands_is_declined() -> None:
    """Nothing to give, nothing to get."""
    given = asked(SHORT, RESOURCE_SHARE, TO_HERE, {0: {"items": [1, 0, 0, 0]}}, sight=2)
    reason = "I have nothing that agent_0 needs (utility -12.6, needed 0)"
    assert not given.accepted and given.words == f"rejects agent_0's RESOURCE_SHARE: {reason}"


@pytest.mark.parametrize(
    ("kept", "broken", "words"),
    [
        (0, 0, "accepts agent_0's RENDEZVOUS: RENDEZVOUS matters, 7 of 10 (utility"),
        (8, 0, "accepts agent_0's RENDEZVOUS: RENDEZVOUS matters, 7 of 10 (utility"),
        (0, 8, "rejects agent_0's RENDEZVOUS: agent_0 has kept a share of 0.10 of its promises (utility"),
    ],
)
def test_trust_enters(kept: int, broken: int, words: str) -> None:
    """The same meeting, proposed by a stranger, by who keeps promises, and by who never kept one."""
    simulator = drawn("###########\n#0...1...E#\n###########", sight=2, map_sharing=False)
    simulator.state.kept[0, 1, 0], simulator.state.broken[0, 1, 0] = kept, broken
    simulator.step([[FIRST_PROPOSAL + PROPOSALS.index((RENDEZVOUS, TO_HERE)), REST]])
    here, memory = remembering(simulator, 1)
    given = answer(here, memory, here.view.plans[0])
    assert given.words.startswith(words) and given.accepted == words.startswith("accepts")
    terms = given.appraisal.to_data()["terms"]
    share = (kept + 1) / (kept + broken + 2)
    if broken:
        assert terms["trust"] == pytest.approx(7 * share - 3.5, abs=0.01)
    else:
        assert terms["importance"] == pytest.approx(7 * share, abs=0.01)


def test_every_answer_follows_from_its_utility() -> None:
    """In random worlds, for every type: accepted exactly if worth it, and said in one sentence."""
    params = MazeParams(
        observation="map", agents=4, height=9, width=9, thirst_rate=1.5, hunger_rate=1.5, food=9
    )
    types = set()
    for seed in range(6):
        for simulator in random_worlds(params, seed, 100):
            for agent in range(4):
                here, memory = remembering(simulator, agent)
                for plan in here.view.plans:
                    if plan.awaits:
                        given = answer(here, memory, plan)
                        assert given.accepted == (given.appraisal.utility >= 0) and given.slot == plan.slot
                        assert plan.name in given.words and "utility" in given.words
                        types.add(plan.type)
    assert types == set(range(7))
