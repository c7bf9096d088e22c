"""The planning system of the maze document, over a simulator's state."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.cooperation import CooperativePlanningSystem
from planzoo.envs.maze.cooperation_types import AgentRole, PlanStatus, PlanType
from planzoo.envs.maze.state import FOOD, HEALTH, HUNGER, RENDEZVOUS, TO_HERE, WATER
from planzoo.errors import InputError
from tests.envs.maze.plan_hall import BEGIN, CARRY, NEED, Hall

NAMES = ("Arth", "Vani", "Kael")
MEETING = "Meet at safe room to share resources"


def system(**changes: object) -> tuple[Hall, CooperativePlanningSystem]:
    """A hall with a planning system."""
    hall = Hall(**changes)
    names = NAMES if hall.params.agents == 3 else None
    return hall, CooperativePlanningSystem(hall.simulator, names=names)


def test_a_proposal_is_a_plan_and_a_message() -> None:
    hall, plans = system()
    proposal = plans.propose_plan("Arth", PlanType.RENDEZVOUS, MEETING, (8, 0), 50, ["Vani", "agent_2"])
    assert proposal.message == (
        "I propose we coordinate a RENDEZVOUS plan: Meet at safe room to share resources. "
        "Let's meet at [8, 0]. Are you in?"
    )
    plan = proposal.plan
    assert (plan.id, plan.plan_type, plan.status) == ("plan_0", PlanType.RENDEZVOUS, PlanStatus.PROPOSED)
    assert (plan.initiator, plan.initiator_name) == ("agent_0", "Arth")
    assert plan.participants == ("agent_0", "agent_1", "agent_2")
    assert (plan.objective, plan.target_location, plan.target_time) == (MEETING, (8, 0), 50)
    assert (plan.duration, plan.created_at) == (50, 0)
    assert plan.accepted_by == {"agent_0"}
    assert plan.rejected_by == plan.completed_by == frozenset()
    assert (plan.success, plan.completion_time, plan.outcome) == (False, None, None)
    assert hall.plans[0].target == hall.cell(0, 8)


def test_the_life_of_a_plan_by_hand_with_its_messages() -> None:
    hall, plans = system()
    plans.propose_plan("Arth", "RENDEZVOUS", MEETING)
    hall.tick()
    answer = plans.respond_to_plan("Vani", "plan_0", True, "I need food and I'm nearby")
    assert (answer.agent_id, answer.agent_name, answer.accepted) == ("agent_1", "Vani", True)
    assert answer.message == "I agreed to join the RENDEZVOUS plan. I need food and I'm nearby"
    assert plans.get_plan("plan_0").status is PlanStatus.ACCEPTED
    rejection = plans.respond_to_plan("Kael", "plan_0", False, "Too far from my current exploration")
    assert rejection.message.startswith("I declined to join the RENDEZVOUS plan. Too far")
    plans.update_plans()
    assert plans.get_plan("plan_0").status is PlanStatus.IN_PROGRESS
    assert plans.get_plan("plan_0").role_assignments == {"agent_0": "COORDINATOR", "agent_1": "NAVIGATOR"}
    plans.complete_plan_part("Arth", "plan_0", True)
    plans.complete_plan_part("Vani", "plan_0", True)
    plan = plans.get_plan("plan_0")
    assert (plan.status, plan.success, plan.completion_time) == (PlanStatus.COMPLETED, True, 1)
    assert plan.outcome == "completed by 2 of 2 participants"
    assert plan.reasons == {
        "agent_1": "I need food and I'm nearby",
        "agent_2": "Too far from my current exploration",
    }
    assert plans.messages == [
        "Cooperative Planning System initialized for team of 3",
        f'Arth proposed RENDEZVOUS plan: "{MEETING}"',
        f"Vani accepted plan: {MEETING}",
        f'Plan "{MEETING}" accepted by 2 agents',
        f"Kael rejected plan: {MEETING}",
        f'Plan started: "{MEETING}" with 2 participants',
        f"Arth completed their part of plan: {MEETING}",
        f"Vani completed their part of plan: {MEETING}",
        f'Plan completed: "{MEETING}"',
    ]


def test_a_rescue_names_its_requirement_and_goes_to_the_patient() -> None:
    hall, plans = system()
    hall.do(CARRY, 2, FOOD, 1)
    hall.do(NEED, 0, HEALTH, 15)
    hall.put(0, 7, 3)
    proposal = plans.propose_plan("Kael", "RESCUE_MISSION", "Save Arth who is in critical danger")
    assert proposal.message == (
        "I propose we coordinate a RESCUE_MISSION plan: Save Arth who is in critical danger. "
        "Requirements: Rescuer has resources to help. Are you in?"
    )
    assert proposal.plan.target_location == (3, 7)
    assert hall.plans[0].patient == 0


def test_changes_are_shown_to_the_agents_at_once() -> None:
    hall = Hall()
    simulator = hall.simulator
    plans = CooperativePlanningSystem(simulator)
    plans.propose_plan(0, "RENDEZVOUS", MEETING)
    plans.respond_to_plan(1, "plan_0", True)
    assert len(simulator.refreshed) == 2


def test_plans_of_actions_have_words_too() -> None:
    hall, plans = system()
    hall.started(0, 0)
    (plan,) = plans.get_active_plans()
    assert (plan.id, plan.objective) == ("plan_0", "Meet to share what we know")
    assert plan.status is PlanStatus.IN_PROGRESS
    assert plans.messages[1:] == [
        'Arth proposed RENDEZVOUS plan: "Meet to share what we know"',
        "Vani accepted plan: Meet to share what we know",
        "Kael rejected plan: Meet to share what we know",
        'Plan "Meet to share what we know" accepted by 2 agents',
        'Plan started: "Meet to share what we know" with 2 participants',
    ]


def test_plans_by_hand_start_and_end_by_hand() -> None:
    _, plans = system()
    plans.propose_plan("Arth", "RENDEZVOUS", MEETING)
    plans.respond_to_plan("Vani", "plan_0", True)
    plans.start_plan("plan_0")
    assert plans.get_plan("plan_0").status is PlanStatus.IN_PROGRESS
    plans.finalize_plan("plan_0", success=False)
    assert plans.get_plan("plan_0").status is PlanStatus.ABANDONED
    assert plans.messages[-1] == f'Plan abandoned: "{MEETING}"'


def test_enough_parts_done_let_a_plan_be_completed_by_hand() -> None:
    _, plans = system()
    plans.propose_plan("Arth", "RENDEZVOUS", MEETING)
    for name in ("Vani", "Kael"):
        plans.respond_to_plan(name, "plan_0", True)
    plans.start_plan("plan_0")
    plans.complete_plan_part("Arth", "plan_0")
    plans.complete_plan_part("Vani", "plan_0")
    plans.finalize_plan("plan_0", success=True)
    assert plans.get_plan("plan_0").outcome == "completed by 2 of 3 participants"


def test_failed_parts_are_told() -> None:
    _, plans = system(agents=2)
    plans.propose_plan(0, "RENDEZVOUS", MEETING)
    plans.respond_to_plan(1, "plan_0", True)
    plans.start_plan("plan_0")
    plans.complete_plan_part(1, "plan_0", success=False)
    assert plans.messages[-2:] == [
        f"agent_1 failed their part of plan: {MEETING}",
        f'Plan abandoned: "{MEETING}"',
    ]
    assert plans.get_role_performance(1).success_rate == 0.0


def test_queries_by_agent() -> None:
    hall, plans = system(agents=4, message_range=3)
    hall.put(3, 0, 0)
    plans.propose_plan(0, "RENDEZVOUS", MEETING)
    assert [plan.id for plan in plans.get_agent_plans(2)] == ["plan_0"]
    assert plans.get_agent_plans(3) == []
    assert list(plans.active_plans) == ["plan_0"]


def test_roles_are_asked_and_changed() -> None:
    hall, plans = system()
    assert plans.get_agent_role("Vani") is AgentRole.GENERALIST
    plans.update_agent_role("Vani", "SCOUT")
    assert plans.get_agent_role("Vani") is AgentRole.SCOUT
    hall.started(0, 0)
    assert plans.get_agent_role("Vani") is AgentRole.NAVIGATOR
    plans.update_agent_role("Vani", AgentRole.PROTECTOR)
    assert plans.get_agent_role("Vani") is AgentRole.PROTECTOR
    assert plans.get_plan("plan_0").role_assignments["agent_1"] is AgentRole.PROTECTOR
    assert "Vani is now SCOUT" in plans.messages
    plans.finalize_plan("plan_0", success=False)
    assert plans.get_agent_role("Vani") is AgentRole.PROTECTOR


def test_performance_is_counted_by_role() -> None:
    hall, plans = system(agents=2)
    hall.started(0, 0)
    hall.tick(6)
    assert hall.complete(1)
    performance = plans.get_role_performance(1)
    assert (performance.agent_id, performance.role) == ("agent_1", AgentRole.NAVIGATOR)
    assert (performance.tasks_completed, performance.success_rate) == (1, 1.0)
    assert performance.efficiency == pytest.approx(0.9)
    assert performance.reliability == pytest.approx(0.6)
    assert performance.role_specific_stats["NAVIGATOR_tasks"] == 1.0
    assert performance.role_specific_stats["accepted"] == 1.0


def test_performance_is_updated_by_hand_with_the_formula_of_the_document() -> None:
    _, plans = system()
    for success, rate in ((True, 1.0), (False, 1 / 2), (True, 2 / 3), (True, 3 / 4)):
        plans.update_role_performance("Kael", success)
        assert plans.get_role_performance("Kael").success_rate == pytest.approx(rate)
    assert plans.get_role_performance("Kael").reliability == pytest.approx(0.8)
    assert plans.get_role_performance("Kael").role_specific_stats["GENERALIST_successes"] == 3.0


def test_the_team_and_its_statistics() -> None:
    _, plans = system()
    plans.propose_plan("Arth", "RENDEZVOUS", MEETING)
    plans.respond_to_plan("Vani", "plan_0", True)
    plans.respond_to_plan("Kael", "plan_0", True)
    plans.start_plan("plan_0")
    for name in NAMES:
        plans.complete_plan_part(name, "plan_0")
    plans.propose_plan("Vani", "RENDEZVOUS", MEETING)
    team = plans.get_team_coordination()
    assert (team.team_id, team.members) == ("world_0", ("agent_0", "agent_1", "agent_2"))
    assert [plan.id for plan in team.active_plans] == ["plan_1"]
    assert [plan.id for plan in team.completed_plans] == ["plan_0"]
    assert (team.total_plans_proposed, team.total_plans_completed, team.success_rate) == (2, 1, 0.5)
    assert team.coordination_score == pytest.approx(0.25 + 0.3 + 0.2)
    statistics = plans.get_statistics()
    assert statistics["by_type"]["RENDEZVOUS"]["completed"] == 1
    assert statistics["mean_steps"]["RENDEZVOUS"] == 0.0


def test_no_plan_of_an_episode_is_lost_and_a_new_episode_begins_anew() -> None:
    hall, plans = system(agents=2, plan_slots=2, history=2)
    for number in range(6):
        plans.propose_plan(0, "RENDEZVOUS", f"Meeting {number}")
        plans.respond_to_plan(1, f"plan_{number}", False)
    hall.tick()
    plans.update_plans()
    assert [plans.get_plan(f"plan_{n}").objective for n in range(6)] == [f"Meeting {n}" for n in range(6)]
    hall.state.steps[0] = 0
    hall.do(BEGIN)
    assert plans.get_active_plans() == []
    with pytest.raises(InputError, match="no plan 'plan_3'"):
        plans.get_plan("plan_3")


def test_a_plan_that_ended_unseen_is_not_called_unknown() -> None:
    hall, plans = system(agents=2, plan_slots=2, history=2)
    plans.propose_plan(0, "RENDEZVOUS", MEETING)
    for _ in range(3):
        assert hall.reject(1)
        assert hall.propose(0, RENDEZVOUS, TO_HERE)
    for ask in (plans.get_plan, plans.start_plan):
        with pytest.raises(InputError, match="plan_0 ended unseen and is no longer among the last 2 plans"):
            ask("plan_0")
    assert plans.get_plan("plan_1").status is PlanStatus.REJECTED


def test_proposals_are_shared_in_conversation() -> None:
    _, plans = system()
    proposal = plans.propose_plan("Arth", "RENDEZVOUS", MEETING, None, None, ["Vani"])
    said = plans.share_proposal_in_conversation("Arth", "Vani", proposal)
    assert said == proposal.message
    assert plans.messages[-1] == f'Arth to Vani: "{said}"'
    for speaker, hearer in (("Arth", "Kael"), ("Arth", "Arth")):
        with pytest.raises(InputError, match="cannot share plan_0"):
            plans.share_proposal_in_conversation(speaker, hearer, proposal)


def test_sharing_helps_both() -> None:
    hall, plans = system(agents=2)
    hall.do(CARRY, 0, WATER, 1)
    hall.do(NEED, 0, HUNGER, 20)
    plans.propose_plan(0, "RESOURCE_SHARE", "Meet to trade resources", (5, 5))
    plans.respond_to_plan(1, "plan_0", True)
    plans.update_plans()
    with pytest.raises(InputError, match="is not done yet"):
        plans.complete_plan_part(0, "plan_0")
    hall.do(NEED, 0, HUNGER, 70)
    plans.complete_plan_part(0, "plan_0")


def test_timeouts_are_those_of_the_types() -> None:
    assert CooperativePlanningSystem.PLAN_TIMEOUT[PlanType.RENDEZVOUS] == 120
    _, plans = system(seconds_per_step=2.0)
    assert plans.propose_plan("Arth", "RENDEZVOUS", MEETING).plan.duration == 60
