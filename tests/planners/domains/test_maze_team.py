"""Teams of planners: they get out, talk, help each other, say why, and see nothing that is hidden."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from stable_baselines3.common.evaluation import evaluate_policy

from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    ALIVE,
    AREA_SWEEP,
    COMPLETED,
    FIRST_PROPOSAL,
    FOOD,
    GATHERER,
    GROUP_EXIT,
    IN_PROGRESS,
    ITEM_SHIFT,
    LEFT,
    PROPOSALS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    REST,
    SCOUT,
    SUPPLY_RUN,
    SYNCHRONIZED_EXPLORATION,
    TO_EXIT,
    TO_FRONTIER,
    TO_HERE,
    TO_SUPPLY,
    TO_TEAMMATE,
    WALL,
    WATER,
)
from planzoo.errors import InputError
from planzoo.planners.domains.maze_greedy import GreedyPolicy
from planzoo.planners.domains.maze_team import CoordinatedPolicy, IndependentPolicy, said
from planzoo.planners.htn import Action
from planzoo.planners.policy import Access
from tests.envs.maze.stage import inside
from tests.planners.domains.maze_play import drawn, outcome, played, views

SMALL = MazeParams.small(observation="map")
TEAMS = (IndependentPolicy, CoordinatedPolicy, GreedyPolicy)
PROPOSED_IN = {"none": 0, "enabled": 4, "forced": 4, "roles": 4}
HALL = "################\n#0............1#\n#.############.#\n#......E.......#\n################"


SAID = ("agent_0: proposes", "agent_1: accepts", "agent_0: my part", "agent_1: my part")
STORY = {"proposed", "accepted", "plan_started", "gave", "received", "drank", "plan_completed"}


STAGE = """
###############
#0..w.1.....w.#
#.#####.#####.#
#.....w.......#
#.###########.#
#............E#
###############
"""
PANTRY = """
###############
#0.w.f.m.w.f..#
#.#####.#####.#
#1.w.f.m.w.f.D#
###############
"""
CARRIED_OUT = [
    (RENDEZVOUS, TO_HERE, 8),
    (RESOURCE_SHARE, TO_TEAMMATE, 6),
    (SYNCHRONIZED_EXPLORATION, TO_FRONTIER, 6),
    (RESCUE_MISSION, TO_TEAMMATE, 6),
    (AREA_SWEEP, TO_FRONTIER, 10),
    (SUPPLY_RUN, TO_SUPPLY, 13),
]


def rows_of(simulator: Any) -> Any:
    """What the team observes, as one row."""
    return simulator.buffers.observations.reshape(1, -1)


def spoken(policy: Any) -> list[str]:
    """The reasons that agents give now, by who gives them."""
    return [f"{agent}: {each['why']}" for agent, each in policy.explain().data.items()]


@pytest.mark.parametrize("team", TEAMS)
def test_teams_run_under_stable_baselines_and_pettingzoo(team: Any) -> None:
    """The same policy serves the centralized environment and the parallel one."""
    policy = team(SMALL)
    assert policy.access is Access.MODEL
    mean, _ = evaluate_policy(policy, maze_v0.gymnasium_env(SMALL), n_eval_episodes=2, warn=False)
    assert mean > 0
    env = maze_v0.parallel_env(SMALL)
    observations, _ = env.reset(seed=3)
    memory: Any = None
    while env.agents:
        living = {agent: observations[agent] for agent in env.agents}
        actions, memory = policy.predict(living, memory)
        assert list(actions) == env.agents
        observations, *_ = env.step(actions)


@pytest.mark.parametrize("team", TEAMS)
def test_another_observation_is_refused(team: Any) -> None:
    """With what to set."""
    with pytest.raises(InputError, match='observation="map"'):
        team(MazeParams())


def emptied(simulator: Any) -> Any:
    """A copy in which nothing lies on cells that nobody has seen, and chance is another."""
    other = simulator.fork(0, 1, 0)
    unseen = ~other.state.known[0].any(axis=0) & inside(other)
    assert (other.state.codes[0][unseen] >> ITEM_SHIFT).any()
    other.state.codes[0][unseen] = WALL
    other.state.random_streams[:] = 77
    other.refresh()
    return other


@pytest.mark.parametrize("team", TEAMS)
def test_hidden_state_does_not_matter(team: Any) -> None:
    """In every step the same is done where all that nobody has seen is wall, and chance another."""
    simulator, policy, other = maze_v0.simulator(SMALL), team(SMALL), team(SMALL)
    simulator.reset([5])
    memory, start = None, np.ones(1, dtype=bool)
    for _ in range(25):
        mind = copy.deepcopy(memory)
        actions, memory = policy.predict(rows_of(simulator), memory, start)
        changed, _ = other.predict(rows_of(emptied(simulator)), mind, start)
        np.testing.assert_array_equal(actions, changed)
        start[:] = False
        simulator.step(np.reshape(actions, (1, -1)), autoreset=False)


def test_the_independent_never_talk_but_answer_when_asked() -> None:
    """They propose nothing; asked by somebody else, they reject."""
    simulator = drawn(HALL, sight=2, map_sharing=False)
    policy = IndependentPolicy(simulator.params)
    rejects = FIRST_PROPOSAL + len(PROPOSALS) + simulator.params.plan_slots
    simulator.step([[FIRST_PROPOSAL, REST]])
    assert next(played(policy, simulator))[1] == rejects
    assert "rejects agent_0's RENDEZVOUS: I see to myself" in policy.explain().words
    params = MazeParams.small(observation="map")
    simulator = maze_v0.simulator(params)
    simulator.reset([1])
    for actions in played(IndependentPolicy(params), simulator):
        assert max(actions) < FIRST_PROPOSAL


def test_water_reaches_who_is_dying_of_thirst() -> None:
    """A rescue from proposal to gift: proposed, accepted, carried out, completed, survived."""
    bodies = {0: {"items": [0, 2, 0, 0]}, 1: {"needs": [60, 100, 8, 100]}}
    simulator = drawn(
        "################\n#0.....1.......#\n#.############.#\n#.............DE\n################",
        bodies,
        sight=3,
    )
    simulator.state.agents.next_proposal[0, 1] = 100
    simulator.refresh()
    policy, told = CoordinatedPolicy(simulator.params), list[Any]()
    for _ in played(policy, simulator, 11):
        told += [
            (who, each) for who, events in enumerate(simulator.events(0)) for each in events if each in STORY
        ]
        told += [words for words in spoken(policy) if words.startswith(SAID)]
    assert told == [
        "agent_0: proposes RESCUE_MISSION: agent_1 has thirst 8 and I carry water (utility 12.3, needed 10)",
        (0, "proposed"),
        "agent_1: accepts agent_0's RESCUE_MISSION: I need help: thirst 7 (utility 24.5, needed 0)",
        (0, "plan_started"),
        (1, "accepted"),
        (1, "plan_started"),
        (0, "gave"),
        (1, "received"),
        "agent_0: my part of RESCUE_MISSION is done",
        (1, "drank"),
        "agent_1: my part of RESCUE_MISSION is done",
        (0, "plan_completed"),
        (1, "plan_completed"),
    ]
    assert simulator.state.agents.needs[0, 1].tolist() == pytest.approx([60.75, 94.5, 50.3, 96.0], abs=0.01)
    assert simulator.state.performance.helpfulness[0].tolist() == pytest.approx([0.2, 0.0])


def test_a_team_leaves_together_when_it_pays() -> None:
    """Two who are about as far from the exit: the plan is made, and they are out in the same step."""
    drawing = "#####################\n#0........E........1#\n#####################"
    simulator = drawn(drawing, {}, known=True, sight=8, coordination="forced")
    simulator.step([[FIRST_PROPOSAL + PROPOSALS.index((GROUP_EXIT, TO_EXIT)), REST]])
    list(played(CoordinatedPolicy(simulator.params), simulator))
    assert simulator.state.type_counts[0, GROUP_EXIT, COMPLETED] == 1
    assert simulator.state.agents.ended_at[0].tolist() == [10, 10]


def test_of_two_proposals_the_better_is_answered_first() -> None:
    """Who is hurt answers the rescue, not the meeting that was proposed in the same step."""
    bodies = {1: {"needs": [15, 100, 100, 100]}, 2: {"items": [0, 0, 1, 0]}}
    simulator = drawn("############\n#0..1..2..E#\n############", bodies, known=True)
    meeting, rescue = (
        PROPOSALS.index(each) for each in ((RENDEZVOUS, TO_HERE), (RESCUE_MISSION, TO_TEAMMATE))
    )
    simulator.step([[FIRST_PROPOSAL + meeting, REST, FIRST_PROPOSAL + rescue]])
    rescue_slot = simulator.state.plans.type[0].tolist().index(RESCUE_MISSION)
    assert sorted(simulator.state.plans.type[0][:2].tolist()) == [RENDEZVOUS, RESCUE_MISSION]
    policy = CoordinatedPolicy(simulator.params)
    assert next(played(policy, simulator))[1] == FIRST_PROPOSAL + len(PROPOSALS) + rescue_slot
    assert spoken(policy)[1].startswith("agent_1: accepts agent_2's RESCUE_MISSION: I need help: health 15")


def test_who_has_proposed_to_leave_waits_for_answers_beside_the_exit() -> None:
    """As long as they may come; then it leaves alone."""
    simulator = drawn("##########\n#E0....1.#\n##########", known=True)
    simulator.step([[FIRST_PROPOSAL + PROPOSALS.index((GROUP_EXIT, TO_EXIT)), REST]])
    policy, memory, done = CoordinatedPolicy(simulator.params), None, []
    while simulator.state.agents.status[0, 0] == ALIVE:
        actions, memory = policy.predict(rows_of(simulator), memory)
        done.append(int(actions[0][0]))
        simulator.step([[done[-1], REST]], autoreset=False)
    assert done == [REST] * 6 + [LEFT]


@pytest.mark.parametrize(("plan_type", "target", "steps"), CARRIED_OUT)
def test_plans_proposed_by_hand_are_carried_out(plan_type: int, target: int, steps: int) -> None:
    """Each type is completed, in a maze where all of them may be proposed."""
    bodies = {0: {"items": [0, 2, 0, 0]}, 1: {"needs": [60, 100, 30, 100]}}
    simulator = drawn(STAGE, bodies, coordination="forced", sight=6)
    simulator.step([[FIRST_PROPOSAL + PROPOSALS.index((plan_type, target)), REST]])
    assert simulator.state.plans.status[0, 0] == IN_PROGRESS
    for _ in played(CoordinatedPolicy(simulator.params), simulator, 60):
        if simulator.state.type_counts[0, plan_type, COMPLETED]:
            break
    assert simulator.state.type_counts[0, plan_type].tolist() == [0, 1, 1, 1, 1, 0, 0, 0]
    assert simulator.state.steps[0] == steps


@pytest.mark.parametrize(("best", "carried"), [(0, (5, 3)), (1, (3, 5))])
def test_who_has_gathered_well_becomes_the_gatherer_and_carries_more(
    best: int, carried: tuple[int, int]
) -> None:
    """In roles: performance gives the role, and the role the hands."""
    bodies = {agent: {"items": [1, 1, 1, 0]} for agent in (0, 1)}
    simulator = drawn(PANTRY, bodies, coordination="roles", known=True)
    performance = simulator.state.performance
    for agent, role in ((best, GATHERER), (1 - best, SCOUT)):
        performance.role_tasks[0, agent, role] = performance.role_successes[0, agent, role] = 4
    accept = FIRST_PROPOSAL + len(PROPOSALS)
    simulator.step([[FIRST_PROPOSAL + PROPOSALS.index((SUPPLY_RUN, TO_SUPPLY)), REST]])
    simulator.step([[REST, accept]])
    assert simulator.state.agents.role[0].tolist() == [GATHERER if n == best else SCOUT for n in range(2)]
    most = np.zeros(2, dtype=np.int64)
    for _ in played(CoordinatedPolicy(simulator.params), simulator, 40):
        most = np.maximum(most, simulator.state.agents["items"][0].sum(axis=1))
    assert tuple(most) == carried


@pytest.mark.parametrize("mode", ["none", "enabled", "forced", "roles"])
def test_every_mode_is_served(mode: str) -> None:
    """In each all get out alive, and plans are made exactly where they may be."""
    params = MazeParams.medium(observation="map", coordination=mode, kind="perfect")
    simulator, proposed = maze_v0.simulator(params), 0
    for seed in range(4):
        simulator.reset([seed])
        list(played(CoordinatedPolicy(params), simulator))
        facts = simulator.episode_facts(np.array([0]))
        assert facts["escape_rate"][0] == 1, (mode, seed)
        proposed += int(facts["plans_proposed"][0])
    assert proposed == PROPOSED_IN[mode]


def test_plans_stand_until_something_contradicts() -> None:
    """Along a known corridor one plan serves; a replan follows a new sight."""
    simulator = drawn("##########\n#0......E#\n##########", known=True)
    policy = IndependentPolicy(simulator.params)
    replans = [policy.last_decision.replans for _ in played(policy, simulator)]
    assert replans == [1, 0, 0, 0, 0, 0, 0]


def test_explanations_name_tasks_and_figures() -> None:
    """As words and as data, for each agent."""
    simulator = drawn("##########\n#0......E#\n##########", sight=8)
    policy = IndependentPolicy(simulator.params)
    assert policy.explain().words == "No decision has been made yet."
    next(played(policy, simulator))
    explanation = policy.explain()
    reason = "because I know the exit at (1, 8), 7 steps away"
    assert explanation.words == f"agent_0: walks to (1, 8), {reason}."
    assert explanation.data["agent_0"]["steps"] == ["walks to (1, 8)"]
    assert explanation.data["agent_0"]["tasks"] == ["get_out_alive by leave_the_maze"]


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("search", (49,), "looks for a way to (3, 4)"),
        ("pick_up", (WATER,), "picks up water"),
        ("use", (FOOD,), "uses food"),
        ("give", (WATER, 2), "gives water to agent_2"),
        ("propose", (20,), "asks the team"),
        ("answer_plan", (0, True), "answers"),
        ("complete", (1,), "tells the team"),
        ("wait", (), "waits"),
    ],
)
def test_actions_are_told_in_words(name: str, arguments: tuple[int, ...], words: str) -> None:
    """With places as rows and columns, and things by name."""
    view = views(drawn("#########\n#0.....E#\n#########"))[0]
    assert said(Action(name, arguments), view) == words


@pytest.mark.long
def test_planning_pays() -> None:
    """More planning, better episodes: greedy, independent, coordinated in mazes where supplies matter."""
    params = MazeParams.large(observation="map")
    greedy, alone, team = (
        outcome(team(params), params, range(30))
        for team in (GreedyPolicy, IndependentPolicy, CoordinatedPolicy)
    )
    assert alone["survival_rate"] > greedy["survival_rate"] and alone["return"] > greedy["return"] + 0.5
    assert team["survival_rate"] >= 0.97 and team["escape_time"] < greedy["escape_time"]
