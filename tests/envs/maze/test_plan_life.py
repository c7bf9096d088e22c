"""The life of a plan, from its proposal to its one final state."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze.plan_life import end_plan
from planzoo.envs.maze.state import (
    ABANDONED,
    ACCEPTED,
    COMPLETED,
    EVENTS,
    EXPIRED,
    GROUP_EXIT,
    IN_PROGRESS,
    NO_STATUS,
    PROPOSED,
    REJECTED,
    RENDEZVOUS,
    TO_EXIT,
    TO_HERE,
)
from tests.envs.maze.plan_hall import DIE, ESCAPE, Hall


def proposed(**changes: object) -> Hall:
    """A hall where agent 0 has proposed to meet."""
    hall = Hall(**changes)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    return hall


def told(hall: Hall, agent: int) -> list[str]:
    """The events that an agent remembers."""
    count = int(hall.state.memory_counts[0, agent])
    return [EVENTS[event] for event in hall.state.memories.event[0, agent, :count]]


def test_a_proposal_is_a_plan_with_everything_in_it() -> None:
    hall = proposed(proposal_pause=7)
    plan = hall.plans[0]
    assert (plan.status, plan.type, plan.initiator, plan.number) == (PROPOSED, RENDEZVOUS, 0, 0)
    assert (plan.invited, plan.accepted, plan.rejected) == (0b111, 0b001, 0)
    assert (plan.created_at, plan.started_at, plan.ended_at, plan.deadline) == (0, -1, -1, 60)
    assert (plan.minimum, plan.target, plan.patient) == (2, hall.cell(4, 4), -1)
    assert hall.state.agents.next_proposal[0].tolist() == [7, 0, 0]
    assert told(hall, 0) == ["proposed"]
    assert hall.state.performance.proposed[0].tolist() == [1, 0, 0]


def test_enough_participants_make_it_accepted_and_all_answers_start_it() -> None:
    hall = proposed()
    hall.tick()
    assert hall.plans[0].status == PROPOSED
    assert hall.accept(2)
    assert hall.plans[0].status == ACCEPTED
    hall.tick()
    assert hall.plans[0].status == ACCEPTED
    assert hall.reject(1)
    assert hall.plans[0].status == ACCEPTED
    hall.tick()
    assert (hall.plans[0].status, hall.plans[0].started_at) == (IN_PROGRESS, 3)
    assert told(hall, 0) == ["proposed", "plan_accepted", "plan_started"]
    assert told(hall, 1) == ["rejected"]
    assert told(hall, 2) == ["accepted", "plan_accepted", "plan_started"]


def test_it_starts_without_those_who_do_not_answer_in_time() -> None:
    hall = proposed(response_steps=4)
    assert hall.accept(1)
    hall.tick(3)
    assert hall.plans[0].status == ACCEPTED
    hall.tick()
    assert hall.plans[0].status == IN_PROGRESS


def test_it_starts_without_the_answers_of_the_dead() -> None:
    hall = proposed()
    assert hall.accept(1)
    hall.do(DIE, 2)
    hall.tick()
    assert hall.plans[0].status == IN_PROGRESS


def test_no_answers_let_a_proposal_expire() -> None:
    hall = proposed(response_steps=4)
    hall.tick(3)
    assert hall.plans[0].status == PROPOSED
    hall.tick()
    assert hall.plans[0].status == NO_STATUS
    assert (hall.last.status, hall.last.ended_at) == (EXPIRED, 4)
    assert told(hall, 0) == ["proposed", "plan_ended"]


def test_too_many_rejections_reject_it_at_once() -> None:
    hall = proposed()
    assert hall.reject(1)
    assert hall.plans[0].status == PROPOSED
    assert hall.reject(2)
    assert hall.last.status == REJECTED
    assert (hall.last.rejected, hall.last.accepted) == (0b110, 0b001)


@pytest.mark.parametrize("end", [DIE, ESCAPE])
def test_ends_of_those_asked_reject_it_too(end: int) -> None:
    hall = proposed()
    assert hall.reject(1)
    hall.do(end, 2)
    assert hall.last.status == REJECTED


def test_without_its_initiator_a_proposal_goes_on_if_others_are_enough() -> None:
    hall = proposed(agents=4)
    hall.do(DIE, 0)
    assert hall.plans[0].status == PROPOSED
    assert hall.accept(1)
    assert hall.accept(2)
    assert hall.plans[0].status == ACCEPTED


def test_an_accepted_plan_that_loses_its_participants_is_abandoned() -> None:
    hall = proposed()
    assert hall.accept(1)
    hall.do(DIE, 1)
    assert hall.last.status == ABANDONED
    assert hall.state.broken.sum() == 0


def test_an_accepted_plan_expires_at_its_deadline() -> None:
    hall = proposed(response_steps=50, seconds_per_step=40.0)
    assert hall.accept(1)
    hall.tick(2)
    assert hall.plans[0].status == ACCEPTED
    hall.tick()
    assert (hall.last.status, hall.last.started_at) == (EXPIRED, -1)


def test_a_plan_in_progress_expires_at_its_deadline_and_not_before() -> None:
    hall = Hall(agents=2)
    hall.started(RENDEZVOUS, TO_HERE)
    hall.tick(58)
    assert hall.state.steps[0] == 59
    assert hall.plans[0].status == IN_PROGRESS
    hall.tick()
    assert (hall.last.status, hall.last.ended_at) == (EXPIRED, 60)
    assert hall.last.deadline == 60


def test_the_end_of_the_episode_is_the_end_of_all_plans() -> None:
    hall = proposed(max_steps=5, response_steps=20)
    assert hall.propose(1, RENDEZVOUS, TO_HERE)
    assert hall.accept(2, 1)
    hall.tick(4)
    assert hall.plans.status[:2].tolist() == [PROPOSED, ACCEPTED]
    hall.tick()
    assert (hall.plans.status == NO_STATUS).all()
    assert hall.state.type_counts[0, RENDEZVOUS, EXPIRED] == 2


def test_all_parts_done_complete_it() -> None:
    hall = Hall(agents=2)
    hall.started(RENDEZVOUS, TO_HERE)
    hall.tick(3)
    assert hall.complete(1)
    assert hall.plans[0].status == IN_PROGRESS
    hall.tick()
    assert hall.complete(0)
    assert (hall.last.status, hall.last.started_at, hall.last.ended_at) == (COMPLETED, 1, 5)
    assert hall.state.type_steps[0, RENDEZVOUS] == 4
    assert told(hall, 1)[-2:] == ["completed_part", "plan_completed"]
    assert hall.state.type_counts[0, RENDEZVOUS].tolist() == [0, 1, 1, 1, 1, 0, 0, 0]


def test_a_completed_part_pays() -> None:
    hall = Hall(agents=2, plan_reward=2.5)
    hall.started(RENDEZVOUS, TO_HERE)
    assert hall.complete(1)
    assert hall.state.agents.reward[0].tolist() == [0.0, 2.5]


def test_too_few_left_abandon_it() -> None:
    hall = Hall()
    hall.started(RENDEZVOUS, TO_HERE, (0, 1, 2))
    hall.do(DIE, 0)
    assert hall.plans[0].status == IN_PROGRESS
    hall.do(ESCAPE, 1)
    assert (hall.last.status, hall.last.failed) == (ABANDONED, 0b011)
    assert told(hall, 2)[-1] == "plan_ended"


def test_done_parts_count_after_death() -> None:
    hall = Hall()
    hall.started(RENDEZVOUS, TO_HERE, (0, 1, 2))
    assert hall.complete(0)
    hall.do(DIE, 0)
    hall.do(DIE, 1)
    assert hall.plans[0].status == IN_PROGRESS
    assert hall.complete(2)
    assert hall.last.status == COMPLETED


def test_escaping_by_another_exit_fails_a_group_exit() -> None:
    hall = Hall()
    hall.know(0, "exit")
    hall.started(GROUP_EXIT, TO_EXIT, (0, 1, 2))
    assert hall.plans[0].target == hall.cell(0, 0)
    hall.put(1, 0, 0)
    hall.do(ESCAPE, 1)
    hall.do(ESCAPE, 2)
    assert (hall.plans[0].completed, hall.plans[0].failed) == (0b010, 0b100)


def test_who_starts_one_plan_leaves_the_others_that_have_not_started() -> None:
    hall = Hall(agents=4)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert hall.propose(1, RENDEZVOUS, TO_HERE)
    assert hall.accept(1, 0)
    assert hall.accept(0, 1)
    for agent in (2, 3):
        assert hall.reject(agent, 0)
    hall.tick()
    assert hall.plans[0].status == IN_PROGRESS
    assert hall.plans[1].status == NO_STATUS
    assert (hall.last.number, hall.last.status, hall.last.rejected) == (1, ABANDONED, 0b0011)


@pytest.mark.parametrize("free", [True, False])
def test_forced_coordination_takes_all_who_are_free(free: bool) -> None:
    hall = Hall(agents=4, coordination="forced", message_range=3)
    if not free:
        hall.put(0, 0, 0)
        hall.put(1, 0, 1)
        assert hall.propose(0, RENDEZVOUS, TO_HERE)
        hall.tick()
        hall.put(1, 4, 4)
    assert hall.propose(2, RENDEZVOUS, TO_HERE)
    slot = 0 if free else 1
    assert hall.plans[slot].status == ACCEPTED
    assert hall.plans[slot].accepted == (0b1111 if free else 0b1100)
    hall.tick()
    assert hall.plans[slot].status == (IN_PROGRESS if free else ACCEPTED)


def test_a_plan_of_one_is_possible_where_one_is_enough() -> None:
    hall = Hall(minimum_participants=1)
    assert hall.propose(0, RENDEZVOUS, TO_HERE)
    assert hall.plans[0].status == ACCEPTED


def test_the_history_keeps_the_last_plans() -> None:
    hall = Hall(agents=2, history=3)
    for _ in range(5):
        assert hall.propose(0, RENDEZVOUS, TO_HERE)
        assert hall.reject(1)
    assert hall.state.history.number[0].tolist() == [3, 4, 2]
    assert hall.state.worlds.plans_ended[0] == 5


def test_ending_by_hand_moves_the_record() -> None:
    hall = proposed()
    before = hall.plans[0].copy()
    end_plan(hall.state, 0, 0, ABANDONED)
    assert hall.plans[0].status == NO_STATUS
    assert hall.last.status == ABANDONED
    assert np.array_equal(hall.last.roles, before.roles)
