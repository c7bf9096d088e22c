"""All plans of an episode, also those that the state keeps no longer."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.plan_book import PlanBook
from planzoo.envs.maze.state import RENDEZVOUS, TO_HERE
from planzoo.envs.maze.team_views import TeamView
from planzoo.errors import InputError
from tests.envs.maze.plan_hall import BEGIN, Hall


def book_of(hall: Hall) -> PlanBook:
    """A book about a hall."""
    return PlanBook(TeamView(hall.simulator, 0, None))


def reject_one(hall: Hall) -> None:
    """Let a plan be proposed and rejected."""
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert hall.reject(1)


def test_plans_stay_in_the_book_when_the_ring_is_full() -> None:
    hall = Hall(agents=2, plan_slots=2, history=2)
    book = book_of(hall)
    for _ in range(7):
        reject_one(hall)
        book.look()
    assert [plan.id for plan in book.plans(ended=True)] == [f"plan_{number}" for number in range(7)]
    assert book.plans(ended=False) == ()
    assert sum("Plan rejected" in message for message in book.messages) == 7


def test_who_looks_too_late_is_told_what_was_missed() -> None:
    hall = Hall(agents=2, plan_slots=2, history=2)
    book = book_of(hall)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert book.number("plan_0") == 0
    assert hall.reject(1)
    for _ in range(3):
        reject_one(hall)
    for missed in (0, 1):
        with pytest.raises(InputError, match=rf"^plan_{missed} ended unseen .* last 2 plans .* larger\.$"):
            book.number(f"plan_{missed}")
    with pytest.raises(InputError, match="no plan 'plan_4'"):
        book.number("plan_4")
    assert [plan.id for plan in book.plans(ended=True)] == ["plan_2", "plan_3"]
    told = [message for message in book.messages if "unseen" in message]
    assert told == ["2 plans ended unseen: the history keeps only the last 2"]


def test_a_plan_that_came_and_went_between_looks_is_told_in_full() -> None:
    hall = Hall(agents=2)
    book = book_of(hall)
    reject_one(hall)
    book.look()
    assert [message.split()[1] for message in book.messages[1:]] == ["proposed", "rejected", "rejected:"]
    told = len(book.messages)
    book.look()
    assert len(book.messages) == told


def test_slots_are_those_of_plans_that_last() -> None:
    hall = Hall(agents=2)
    book = book_of(hall)
    reject_one(hall)
    assert hall.propose(1, RENDEZVOUS, TO_HERE)
    assert book.slot("plan_1") == 0
    with pytest.raises(InputError, match="plan_0 has ended as REJECTED"):
        book.slot("plan_0")
    with pytest.raises(InputError, match="no plan 'plan_2'"):
        book.slot("plan_2")


def test_a_new_episode_is_a_new_book() -> None:
    hall = Hall(agents=2)
    book = book_of(hall)
    reject_one(hall)
    hall.tick(3)
    book.look()
    hall.state.steps[0] = 0
    hall.do(BEGIN)
    assert hall.propose(1, RENDEZVOUS, TO_HERE)
    book.look()
    assert book.plans(ended=True) == ()
    assert [plan.initiator for plan in book.plans(ended=False)] == ["agent_1"]
