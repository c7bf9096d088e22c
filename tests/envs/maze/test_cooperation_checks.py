"""Plans that cannot be: one clear error each, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.cooperation import CooperativePlanningSystem
from planzoo.envs.maze.state import DEAD, FOOD, HEALTH, WALL
from planzoo.errors import InputError
from tests.envs.maze.plan_hall import CARRY, DIE, ESCAPE, NEED, Hall

System = CooperativePlanningSystem


def unchanged(hall: Hall, plans: System, act: Callable[[System], Any], match: str) -> None:
    """Do what is an error, and look that neither the state nor what is told has changed."""
    plans.get_active_plans()
    before, told = [array.copy() for array in hall.state], list(plans.messages)
    with pytest.raises(InputError, match=match) as caught:
        act(plans)
    assert "\n" not in str(caught.value)
    assert all(np.array_equal(old, new) for old, new in zip(before, hall.state, strict=True))
    assert plans.messages == told


def walled(hall: Hall) -> None:
    """Build a wall around the cell at row 8, column 8."""
    for place in ((7, 8), (8, 7)):
        hall.state.codes[0, hall.cell(*place)] = WALL


def knowing(hall: Hall) -> None:
    """Let agent 0 know of the exit."""
    hall.know(0, "exit")


@pytest.mark.parametrize(
    ("prepare", "proposal", "match"),
    [
        (lambda hall: hall.do(DIE, 0), {}, "has ended: only the living"),
        (lambda hall: hall.do(ESCAPE, 0), {}, "has ended: only the living"),
        (None, {"initiator": 7}, "no agent 7"),
        (None, {"initiator": "Nobody"}, "no agent 'Nobody'"),
        (None, {"plan_type": "PICNIC"}, "no plan type 'PICNIC'"),
        (None, {"required_participants": []}, "must ask at least 1"),
        (None, {"required_participants": [0]}, "must ask at least 1"),
        (None, {"required_participants": [0, 1]}, "must ask at least 1"),
        (lambda hall: hall.do(DIE, 1), {"required_participants": [1]}, "agent_1 has ended"),
        (lambda hall: hall.put(1, 0, 0), {"required_participants": [1]}, "too far away to hear"),
        (None, {"target_location": (9, 0)}, r"\[9, 0\] is outside"),
        (None, {"target_location": (0, -1)}, r"\[0, -1\] is outside"),
        (walled, {"target_location": (8, 8)}, r"No way leads agent_0 to \[8, 8\]"),
        (walled, {"target_location": (7, 8)}, r"No way leads agent_0 to \[7, 8\]"),
        (None, {"target_time": 0}, "until step 1 to 60, not 0"),
        (None, {"target_time": 61}, "until step 1 to 60, not 61"),
        (None, {"plan_type": "GROUP_EXIT"}, "Exit location is known"),
        (knowing, {"plan_type": "GROUP_EXIT", "target_location": (4, 4)}, "knows of no exit at"),
        (None, {"plan_type": "SUPPLY_RUN"}, "Resource location is known"),
        (None, {"plan_type": "RESCUE_MISSION"}, "Rescuer has resources"),
        (lambda hall: hall.propose(0, 0, 0), {}, "has not ended"),
        (lambda hall: hall.state.agents.next_proposal.fill(3), {}, "from step 3 on"),
        (lambda hall: hall.started(0, 0, (1, 0)), {}, "takes part in a plan in progress"),
        (lambda hall: [hall.propose(agent, 0, 0) for agent in (1, 2, 3)], {}, "All 3 plan slots"),
    ],
)  # fmt: skip
def test_proposals_that_cannot_be(prepare: Any, proposal: dict[str, Any], match: str) -> None:
    hall = Hall(agents=4, message_range=3)
    plans = System(hall.simulator)
    if prepare is not None:
        prepare(hall)
    fields = {"initiator": 0, "plan_type": "RENDEZVOUS", "objective": "Meet"} | proposal
    unchanged(hall, plans, lambda plans: plans.propose_plan(**fields), match)


def test_no_rescue_of_the_healthy() -> None:
    hall = Hall()
    hall.do(CARRY, 0, FOOD, 1)
    hall.do(NEED, 1, HEALTH, 20)
    plans = System(hall.simulator)
    act = lambda plans: plans.propose_plan(0, "RESCUE_MISSION", "Help", required_participants=[2])  # noqa: E731
    unchanged(hall, plans, act, "agent_2 is not in danger")


def test_no_plans_without_coordination() -> None:
    hall = Hall(coordination="none")
    act = lambda plans: plans.propose_plan(0, "RENDEZVOUS", "Meet")  # noqa: E731
    unchanged(hall, System(hall.simulator), act, "no plans in this maze")


def with_plans() -> tuple[Hall, System]:
    """Plan 0 has been rejected, plan 1 is in progress with agents 0 and 1, plan 2 is proposed to all."""
    hall = Hall(agents=4)
    plans = System(hall.simulator)
    plans.propose_plan(0, "RENDEZVOUS", "First", required_participants=[1])
    plans.respond_to_plan(1, "plan_0", False)
    plans.propose_plan(0, "RENDEZVOUS", "Second", required_participants=[1, 3])
    plans.respond_to_plan(1, "plan_1", True)
    plans.start_plan("plan_1")
    plans.propose_plan(2, "RENDEZVOUS", "Third")
    return hall, plans


@pytest.mark.parametrize(
    ("act", "match"),
    [
        (lambda plans: plans.respond_to_plan(1, "plan_9", True), "no plan 'plan_9'"),
        (lambda plans: plans.respond_to_plan(1, "nonsense", True), "no plan 'nonsense'"),
        (lambda plans: plans.respond_to_plan(1, "plan_0", True), "plan_0 has ended as REJECTED"),
        (lambda plans: plans.respond_to_plan(3, "plan_1", True), "has started: it is too late"),
        (lambda plans: plans.respond_to_plan(2, "plan_1", True), "agent_2 was not asked"),
        (lambda plans: plans.respond_to_plan(2, "plan_2", True), "has answered plan_2 already"),
        (lambda plans: plans.respond_to_plan(0, "plan_2", True), "takes part in a plan in progress"),
        (lambda plans: plans.start_plan("plan_2"), "is PROPOSED: only an ACCEPTED plan can start"),
        (lambda plans: plans.start_plan("plan_1"), "is IN_PROGRESS: only an ACCEPTED"),
        (lambda plans: plans.start_plan("plan_0"), "has ended as REJECTED"),
        (lambda plans: plans.complete_plan_part(2, "plan_2"), "plan_2 is PROPOSED"),
        (lambda plans: plans.complete_plan_part(3, "plan_1"), "agent_3 takes no part"),
        (lambda plans: plans.complete_plan_part(0, "plan_0"), "has ended as REJECTED"),
        (lambda plans: plans.finalize_plan("plan_1", True), "needs 2 parts done"),
        (lambda plans: plans.finalize_plan("plan_2", False), "plan_2 is PROPOSED: wait"),
        (lambda plans: plans.get_agent_plans("Zed"), "no agent 'Zed'"),
        (lambda plans: plans.get_agent_role(-1), "no agent -1"),
        (lambda plans: plans.update_agent_role(0, "PIRATE"), "no role 'PIRATE'"),
        (lambda plans: plans.get_plan("plan_3"), "no plan 'plan_3'"),
    ],
)
def test_answers_and_parts_that_cannot_be(act: Callable[[System], Any], match: str) -> None:
    hall, plans = with_plans()
    unchanged(hall, plans, act, match)


def test_nothing_is_done_twice() -> None:
    hall, plans = with_plans()
    plans.respond_to_plan(3, "plan_2", True)
    for accepted in (True, False):
        answer = lambda plans, yes=accepted: plans.respond_to_plan(3, "plan_2", yes)  # noqa: E731
        unchanged(hall, plans, answer, "has answered plan_2 already")
    plans.complete_plan_part(0, "plan_1")
    for success in (True, False):
        complete = lambda plans, ok=success: plans.complete_plan_part(0, "plan_1", ok)  # noqa: E731
        unchanged(hall, plans, complete, "has ended already: it ends once")


def test_what_is_not_done_cannot_be_completed() -> None:
    hall, plans = with_plans()
    hall.put(1, 0, 0)
    unchanged(hall, plans, lambda plans: plans.complete_plan_part(0, "plan_1"), "is not done yet")
    plans.complete_plan_part(1, "plan_1", success=False)
    assert plans.get_plan("plan_1").outcome is not None


def test_the_dead_answer_and_complete_nothing() -> None:
    hall, plans = with_plans()
    hall.state.agents.status[0, 3] = DEAD
    unchanged(hall, plans, lambda plans: plans.respond_to_plan(3, "plan_2", True), "agent_3 has ended")
    hall.do(DIE, 1)
    unchanged(hall, plans, lambda plans: plans.complete_plan_part(1, "plan_2"), "agent_1 has ended")


@pytest.mark.parametrize(
    ("world", "names", "match"),
    [
        (1, None, "no world 1"),
        (-1, None, "no world -1"),
        (0, ("A", "B"), "3 agents"),
        (0, "AAB", "different"),
    ],
)
def test_systems_that_cannot_be(world: int, names: Any, match: str) -> None:
    with pytest.raises(InputError, match=match):
        System(Hall().simulator, world, names)
