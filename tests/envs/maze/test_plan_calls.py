"""What Python calls does the same as the agents' actions, and asks what the masks say."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze import plan_calls
from planzoo.envs.maze.state import (
    FOOD,
    HEALTH,
    HUNGER,
    PLAN_TYPES,
    PROPOSALS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SCOUT,
    TO_HERE,
)
from tests.envs.maze.plan_hall import CARRY, NEED, Hall


def both_proposed() -> tuple[Hall, Hall]:
    """Two halls in which the same has happened."""
    halls = Hall(), Hall()
    for hall in halls:
        assert hall.propose(0, RENDEZVOUS, TO_HERE)
    return halls


def same(one: Hall, other: Hall) -> bool:
    """Whether two states are equal."""
    return all(np.array_equal(ours, theirs) for ours, theirs in zip(one.state, other.state, strict=True))


def test_calls_do_what_actions_do() -> None:
    by_action, by_call = both_proposed()
    assert by_action.accept(1)
    plan_calls.call_answer(by_call.constants, by_call.state, 0, 0, 1, True)
    assert by_action.reject(2)
    plan_calls.call_answer(by_call.constants, by_call.state, 0, 0, 2, False)
    assert same(by_action, by_call)
    by_action.tick()
    by_call.state.steps[0] += 1
    plan_calls.call_update(by_call.constants, by_call.state, 0)
    assert same(by_action, by_call)
    for agent in (0, 1):
        assert by_action.complete(agent)
        plan_calls.call_finish(by_call.constants, by_call.state, 0, 0, agent, True)
    assert same(by_action, by_call)


def test_questions_have_the_answers_of_the_masks() -> None:
    hall = Hall()
    hall.know(0, "exit safe supply frontier")
    hall.do(CARRY, 0, FOOD, 1)
    hall.do(NEED, 1, HUNGER, 20)
    mask = hall.masks(0)
    types = plan_calls.ask_types(hall.constants, hall.state, 0, 0)
    allowed = {plan_type for number, (plan_type, _) in enumerate(PROPOSALS) if mask[number]}
    assert {number for number in range(len(PLAN_TYPES)) if types >> number & 1} == allowed
    assert allowed == set(range(len(PLAN_TYPES)))
    assert not plan_calls.ask_busy(hall.state, 0, 0)
    hall.started(RENDEZVOUS, TO_HERE)
    assert plan_calls.ask_busy(hall.state, 0, 0)
    assert not plan_calls.ask_busy(hall.state, 0, 2)
    assert plan_calls.ask_part(hall.constants, hall.state, 0, 0, 1)
    assert not plan_calls.ask_part(hall.constants, hall.state, 0, 0, 2)


def test_audience_and_the_neediest_of_it() -> None:
    hall = Hall(agents=4, message_range=2)
    hall.put(3, 0, 0)
    hall.do(NEED, 1, HUNGER, 10)
    hall.do(NEED, 2, HEALTH, 30)
    team = np.uint64(plan_calls.ask_audience(hall.constants, hall.state, 0, 0))
    assert team == 0b0111
    assert plan_calls.ask_neediest(hall.state, 0, team, 0, RESOURCE_SHARE) == 1
    assert plan_calls.ask_neediest(hall.state, 0, team, 0, RESCUE_MISSION) == 2
    assert plan_calls.ask_neediest(hall.state, 0, team, 1, RESOURCE_SHARE) == 2
    assert plan_calls.ask_neediest(hall.state, 0, np.uint64(0b1), 0, RESOURCE_SHARE) == -1


def test_parts_outside_of_plans_are_counted() -> None:
    hall = Hall()
    plan_calls.call_note_part(hall.state, 0, 1, SCOUT, 0.25)
    plan_calls.call_note_part(hall.state, 0, 1, SCOUT, -1.0)
    performance = hall.state.performance[0, 1]
    assert (performance.tasks_completed, performance.success_rate, performance.efficiency) == (2, 0.5, 0.25)
    assert (performance.role_tasks[SCOUT], performance.role_successes[SCOUT]) == (2, 1)
