"""Who may propose what, and who may answer."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.state import (
    AREA_SWEEP,
    FOOD,
    GROUP_EXIT,
    HEALTH,
    HUNGER,
    KEY,
    PROPOSALS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    SYNCHRONIZED_EXPLORATION,
    TO_EXIT,
    TO_FRONTIER,
    TO_HERE,
    TO_SAFE_ROOM,
    TO_SUPPLY,
    TO_TEAMMATE,
)
from tests.envs.maze.plan_hall import CARRY, DIE, ESCAPE, NEED, Hall

Proposals = set[tuple[int, int]]


def allowed(hall: Hall, agent: int = 0) -> Proposals:
    """What an agent may propose."""
    mask = hall.masks(agent)
    return {proposal for number, proposal in enumerate(PROPOSALS) if mask[number]}


def test_without_knowledge_and_things_one_can_only_meet_here() -> None:
    assert allowed(Hall()) == {(RENDEZVOUS, TO_HERE)}


@pytest.mark.parametrize(
    ("places", "more"),
    [
        ("exit", {(RENDEZVOUS, TO_EXIT), (GROUP_EXIT, TO_EXIT)}),
        ("safe", {(RENDEZVOUS, TO_SAFE_ROOM)}),
        ("supply", {(SUPPLY_RUN, TO_SUPPLY)}),
        (
            "frontier",
            {
                (SYNCHRONIZED_EXPLORATION, TO_HERE),
                (SYNCHRONIZED_EXPLORATION, TO_FRONTIER),
                (AREA_SWEEP, TO_HERE),
                (AREA_SWEEP, TO_FRONTIER),
            },
        ),
    ],
)
def test_what_one_knows_allows_more(places: str, more: Proposals) -> None:
    hall = Hall()
    hall.know(0, places)
    assert allowed(hall) == {(RENDEZVOUS, TO_HERE)} | more
    assert allowed(hall, 1) == {(RENDEZVOUS, TO_HERE)}


def test_sharing_needs_something_that_somebody_in_range_carries() -> None:
    hall = Hall(message_range=2)
    share = {(RESOURCE_SHARE, TO_HERE), (RESOURCE_SHARE, TO_TEAMMATE)}
    hall.do(CARRY, 1, KEY, 1)
    assert allowed(hall) >= share
    hall.put(1, 0, 0)
    assert not allowed(hall) & share
    hall.do(CARRY, 0, FOOD, 1)
    assert allowed(hall) >= share


@pytest.mark.parametrize(
    ("item", "need", "value", "rescued"),
    [(FOOD, HEALTH, 49, True), (FOOD, HUNGER, 49, True), (FOOD, HEALTH, 50, False), (KEY, HEALTH, 10, False)],
)
def test_a_rescue_needs_supplies_and_danger(item: int, need: int, value: int, rescued: bool) -> None:
    hall = Hall(agents=2)
    hall.do(CARRY, 0, item, 1)
    hall.do(NEED, 1, need, value)
    assert ((RESCUE_MISSION, TO_TEAMMATE) in allowed(hall)) == rescued


def test_exploring_together_needs_somebody_near() -> None:
    hall = Hall(agents=2, share_range=2)
    hall.know(0, "frontier")
    hall.put(1, 8, 8)
    assert (SYNCHRONIZED_EXPLORATION, TO_HERE) in allowed(hall)
    hall.put(0, 3, 4)
    assert (SYNCHRONIZED_EXPLORATION, TO_HERE) not in allowed(hall)
    assert (AREA_SWEEP, TO_HERE) in allowed(hall)
    apart = Hall(agents=2, map_sharing=False)
    apart.know(0, "frontier")
    apart.put(1, 8, 8)
    assert (SYNCHRONIZED_EXPLORATION, TO_HERE) in allowed(apart)


def test_nobody_proposes_to_nobody() -> None:
    hall = Hall(message_range=3)
    for agent in (1, 2):
        hall.put(agent, 0, 0)
    assert allowed(hall) == set()
    hall.put(1, 4, 5)
    assert allowed(hall) == {(RENDEZVOUS, TO_HERE)}
    hall.do(DIE, 1)
    assert allowed(hall) == set()
    crowd = Hall(minimum_participants=3)
    assert allowed(crowd) == {(RENDEZVOUS, TO_HERE)}
    crowd.do(ESCAPE, 2)
    assert allowed(crowd) == set()


def test_the_dead_and_the_escaped_do_nothing_about_plans() -> None:
    hall = Hall()
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    hall.do(DIE, 1)
    hall.do(ESCAPE, 2)
    assert not hall.masks(1).any()
    assert not hall.masks(2).any()
    assert not hall.propose(1, RENDEZVOUS, TO_HERE)


def test_without_coordination_there_are_no_plans() -> None:
    hall = Hall(coordination="none")
    assert len(hall.masks(0)) == 0


def test_one_plan_of_ones_own_at_a_time_and_a_pause() -> None:
    hall = Hall(proposal_pause=3, response_steps=5)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert allowed(hall) == set()
    assert allowed(hall, 1)
    assert hall.reject(1)
    assert hall.reject(2)
    hall.tick(2)
    assert allowed(hall) == set()
    hall.tick()
    assert allowed(hall) == {(RENDEZVOUS, TO_HERE)}


def test_no_slot_no_proposal() -> None:
    hall = Hall(plan_slots=1)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert allowed(hall, 1) == set()


def answers(hall: Hall, agent: int) -> list[bool]:
    """Whether an agent may accept and reject the plan in slot 0 and in slot 1."""
    mask, slots = hall.masks(agent), hall.params.plan_slots
    first = len(PROPOSALS)
    return [bool(mask[first + kind * slots + slot]) for slot in range(2) for kind in range(2)]


def test_who_was_asked_answers_once() -> None:
    hall = Hall(agents=4, message_range=3)
    hall.put(3, 0, 0)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    asked = [answers(hall, agent)[:2] for agent in range(4)]
    assert asked == [[False, False], [True, True], [True, True], [False, False]]
    assert hall.accept(1)
    assert answers(hall, 1)[:2] == [False, False]
    assert not hall.accept(1)
    assert not hall.reject(1)
    assert not hall.accept(3)


def test_participants_of_a_plan_in_progress_can_only_reject() -> None:
    hall = Hall(agents=4)
    hall.started(RENDEZVOUS, TO_HERE)
    assert allowed(hall) == allowed(hall, 1) == set()
    assert hall.propose(2, RENDEZVOUS, TO_HERE)
    assert answers(hall, 0) == [False, False, False, True]
    assert answers(hall, 3) == [False, False, True, True]
    assert not hall.accept(0, 1)
    assert hall.reject(0, 1)


def test_nobody_answers_after_the_start() -> None:
    hall = Hall(response_steps=2)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert hall.accept(1)
    hall.tick(2)
    assert answers(hall, 2)[:2] == [False, False]
    assert not hall.accept(2)
