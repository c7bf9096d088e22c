"""The five manual tests of the maze document, without a person."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.cooperation import CooperativePlanningSystem
from planzoo.envs.maze.cooperation_types import PlanStatus, PlanType
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import DOWN, FIRST_PROPOSAL, LEFT, PROPOSALS, REST, RIGHT, UP
from planzoo.envs.maze.team_memory import agent_memories

NAMES = ("Arth", "Vani", "Kael")
HALL = "\n".join(["#########", *["#.......#"] * 6, "#......E#", "#########"])
OBJECTIVE = "Meet at safe room to share resources"
SHORT_PLANS = FIRST_PROPOSAL + 6
"""The proposals before this action are about meeting and sharing."""
PROPOSED = re.compile(rf'({"|".join(NAMES)}) proposed ({"|".join(PlanType)}) plan: "[^"]+"')


def explored(minutes: int) -> tuple[MazeSimulator, CooperativePlanningSystem]:
    """Let three agents walk about, meet and share in a maze for some minutes of 30 steps."""
    params = MazeParams(height=11, width=11, together=True, hunger_rate=0.0, thirst_rate=0.0, hazards=0)
    simulator = MazeSimulator(params)
    simulator.reset(4)
    plans = CooperativePlanningSystem(simulator, names=NAMES)
    rng = np.random.default_rng(4)
    for _ in range(30 * minutes):
        masks = simulator.buffers.action_masks[0]
        simulator.step(np.array([[likely_action(rng, mask) for mask in masks]]))
        plans.update_plans()
    return simulator, plans


def likely_action(rng: np.random.Generator, mask: NDArray[np.bool_]) -> int:
    """Complete what can be completed, accept most of what one is asked, and else go somewhere or propose."""
    allowed = np.flatnonzero(mask)
    about_plans = allowed[allowed >= FIRST_PROPOSAL + len(PROPOSALS)]
    if len(about_plans) and rng.random() < 0.7:
        return int(about_plans[-1] if about_plans[-1] >= len(mask) - 4 else about_plans[0])
    if rng.random() < 0.1:
        return int(rng.choice([*allowed[(allowed >= FIRST_PROPOSAL) & (allowed < SHORT_PLANS)], REST]))
    return int(rng.choice(allowed[allowed <= REST]))


def meeting(**changes: float) -> tuple[MazeSimulator, CooperativePlanningSystem]:
    """Three agents in a hall, of whom Arth has proposed to meet at (3, 3)."""
    params = MazeParams.from_text(HALL, agents=3, **changes)
    simulator = MazeSimulator(params)
    simulator.reset(1)
    plans = CooperativePlanningSystem(simulator, names=NAMES)
    simulator.state.agents.cell[0] = [plans.view.cell(place) for place in ((1, 1), (4, 4), (6, 1))]
    simulator.refresh()
    plans.propose_plan("Arth", "RENDEZVOUS", OBJECTIVE, (3, 3))
    return simulator, plans


def rest(simulator: MazeSimulator, steps: int = 1) -> None:
    """Let time pass."""
    for _ in range(steps):
        simulator.step(np.full((1, 3), REST))


def walk_there(simulator: MazeSimulator, plans: CooperativePlanningSystem) -> list[list[tuple[int, int]]]:
    """Let Arth and Vani walk to (3, 3); give their places after each step."""
    path = []
    for moves in ((RIGHT, LEFT), (RIGHT, UP), (DOWN, REST), (DOWN, REST)):
        simulator.step(np.array([[*moves, REST]]))
        path.append([plans.view.location(int(cell)) for cell in simulator.state.agents.cell[0, :2]])
    return path


def test_1_plan_proposals_are_told_in_the_right_words() -> None:
    _, plans = explored(minutes=5)
    proposals = [message for message in plans.messages if " proposed " in message]
    assert len(proposals) >= 3
    assert all(PROPOSED.fullmatch(message) for message in proposals)


def test_2_plans_are_accepted_and_rejected_with_reasons_that_are_remembered() -> None:
    simulator, plans = meeting()
    plans.respond_to_plan("Vani", "plan_0", True, "I need food and I'm nearby")
    plans.respond_to_plan("Kael", "plan_0", False, "Too far from my current exploration")
    plan = plans.get_plan("plan_0")
    assert (plan.status, plan.accepted_by) == (PlanStatus.ACCEPTED, {"agent_0", "agent_1"})
    assert plan.rejected_by == {"agent_2"}
    assert plan.reasons["agent_2"] == "Too far from my current exploration"
    decisions = [agent_memories(simulator, 0, name)[-2:] for name in ("agent_1", "agent_2")]
    assert [memory.event for memory in decisions[0]] == ["accepted", "plan_accepted"]
    assert decisions[1][-1].event == "rejected"
    assert (decisions[1][-1].plan, decisions[1][-1].other) == ("plan_0", "agent_0")


def test_3_a_plan_is_carried_out_when_all_have_arrived() -> None:
    simulator, plans = meeting()
    statuses = [plans.get_plan("plan_0").status]
    plans.respond_to_plan("Vani", "plan_0", True)
    statuses.append(plans.get_plan("plan_0").status)
    plans.respond_to_plan("Kael", "plan_0", False)
    rest(simulator)
    statuses.append(plans.get_plan("plan_0").status)
    path = walk_there(simulator, plans)
    assert path[-1] == [(3, 3), (3, 3)]
    for name in ("Arth", "Vani"):
        plans.complete_plan_part(name, "plan_0")
    statuses.append(plans.get_plan("plan_0").status)
    assert statuses == ["PROPOSED", "ACCEPTED", "IN_PROGRESS", "COMPLETED"]
    assert plans.messages[-1] == f'Plan completed: "{OBJECTIVE}"'


def test_4_a_plan_expires_after_its_two_minutes() -> None:
    simulator, plans = meeting(seconds_per_step=10.0)
    plans.respond_to_plan("Vani", "plan_0", True)
    plans.start_plan("plan_0")
    rest(simulator, 11)
    assert plans.get_plan("plan_0").status is PlanStatus.IN_PROGRESS
    rest(simulator)
    plan = plans.get_plan("plan_0")
    assert (plan.status, plan.success, plan.outcome) == ("EXPIRED", False, "expired after 12 steps")
    assert plan.completion_time == 12
    assert plans.messages[-1] == f'Plan expired: "{OBJECTIVE}"'


def test_5_statistics_count_every_plan() -> None:
    simulator, plans = explored(minutes=10)
    statistics = plans.get_statistics()
    told = {word: sum(f"Plan {word}" in each for each in plans.messages) for word in ("completed", "expired")}
    ended = sum(statistics[f"total_{name}"] for name in ("completed", "abandoned", "expired", "rejected"))
    assert statistics["total_proposed"] == ended + statistics["active"] >= 6
    assert statistics["total_completed"] == told["completed"] >= 1
    assert statistics["total_expired"] == told["expired"]
    assert statistics["total_proposed"] == sum(" proposed " in message for message in plans.messages)
    assert statistics["success_rate"] == told["completed"] / statistics["total_proposed"]
    assert 0 < statistics["coordination_score"] <= 1
    by_type = statistics["by_type"].values()
    assert sum(counts["proposed"] for counts in by_type) == statistics["total_proposed"]
    assert plans.get_team_coordination().total_plans_completed == told["completed"]
    assert simulator.state.worlds.plans_proposed[0] == statistics["total_proposed"]
