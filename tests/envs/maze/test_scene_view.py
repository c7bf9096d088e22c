"""A view reads the state in rows and columns."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    ABANDONED,
    ACCEPTED,
    COMPLETED,
    DEAD,
    EXPIRED,
    GENERALIST,
    IN_PROGRESS,
    PROPOSED,
    SCOUT,
    WALL,
)
from tests.envs.maze.scene_stage import end_plans, hall, put_plan, view
from tests.envs.maze.stage import cell_at, place_of, random_actions


def test_cells_lose_their_padding() -> None:
    simulator = hall()
    seen = view(simulator)
    assert seen.codes.shape == (5, 7) and seen.known_by.shape == (3, 5, 7)
    assert seen.codes[0].tolist() == [WALL] * 7
    assert [seen.is_wall[1, 0], seen.is_wall[1, 1]] == [True, False]
    assert seen.place(cell_at(simulator, 3, 6)) == (3, 6)


def test_what_an_agent_knows_is_its_own() -> None:
    simulator = hall()
    simulator.state.known[0, 1] = 0
    seen = view(simulator)
    assert seen.known_by[0, 1, 1] and not seen.known_by[1].any()
    assert seen.seen[1, 1]


def test_seen_cells_are_counted_without_walls() -> None:
    simulator = hall()
    simulator.state.seen[0], simulator.state.known[0] = False, 0
    simulator.state.seen[0, cell_at(simulator, 0, 0)] = True
    simulator.state.seen[0, cell_at(simulator, 1, 1)] = True
    assert view(simulator).open_seen == (1, 15)


def test_an_agent_is_what_its_records_say() -> None:
    simulator = hall()
    record, performance = simulator.state.agents[0, 2], simulator.state.performance[0, 2]
    record.needs, record["items"], record.events = [10, 20, 30, 40], [1, 0, 2, 3], 5
    record.status, record.ended_at = DEAD, 9
    performance.success_rate, performance.reliability, performance.helpfulness = 0.25, 0.75, 0.5
    performance.tasks_completed = 4
    agent = view(simulator).agents[2]
    assert (agent.row, agent.column) == place_of(simulator, 2) == (2, 2)
    assert agent.needs == (10, 20, 30, 40) and agent.items == (1, 0, 2, 3) and agent.events == 5
    assert (agent.dead, agent.alive, agent.escaped, agent.ended_at) == (True, False, False, 9)
    assert agent.rates == (0.25, 0.75, 0.5) and agent.tasks == 4


def test_the_role_is_that_of_the_plan_in_progress() -> None:
    simulator = hall()
    plan = put_plan(simulator, 1, (1, 2), status=IN_PROGRESS, accepted=[0, 2], number=7)
    plan.roles[0], plan.roles[1] = SCOUT, SCOUT
    agents = view(simulator).agents
    assert [(agent.plan, agent.role) for agent in agents] == [
        (7, SCOUT),
        (None, GENERALIST),
        (7, 0 + plan.roles[2]),
    ]


def test_a_plan_says_who_did_what() -> None:
    simulator = hall(response_steps=6)
    simulator.state.steps[0], simulator.state.agents.status[0, 1] = 4, DEAD
    put_plan(
        simulator,
        0,
        (3, 2),
        status=IN_PROGRESS,
        type=6,
        initiator=2,
        accepted=[0, 1, 2],
        completed=[0],
        patient=1,
    )
    (plan,) = view(simulator).plans
    assert (plan.number, plan.kind, plan.status, plan.initiator) == (0, 6, IN_PROGRESS, 2)
    assert (plan.row, plan.column, plan.patient) == (3, 2, 1)
    assert (plan.completed, plan.failed, plan.busy) == ((0,), (), (2,))
    assert (plan.time_left, plan.time, plan.answer_left) == (56, 60, 2)
    assert plan.runs and not plan.awaits_answers


def test_only_the_living_are_waited_for() -> None:
    simulator = hall()
    put_plan(simulator, 0, (1, 1), invited=[0, 1, 2], accepted=[0])
    assert view(simulator).plans[0].waiting == (1, 2)
    simulator.state.agents.status[0, 1] = DEAD
    assert view(simulator).plans[0].waiting == (2,)
    put_plan(simulator, 0, (1, 1), invited=[0, 1, 2], accepted=[0], rejected=[2], status=ACCEPTED)
    assert not view(simulator).plans[0].awaits_answers


def test_plans_stand_in_the_order_of_their_proposals() -> None:
    simulator = hall()
    put_plan(simulator, 0, (1, 1), number=9)
    put_plan(simulator, 3, (1, 1), number=4)
    assert [plan.number for plan in view(simulator).plans] == [4, 9]


def test_the_last_ended_plan_comes_first_and_old_ones_are_gone() -> None:
    simulator = hall(plan_slots=3, history=3)
    assert view(simulator).ended_plans == ()
    statuses = [COMPLETED, ABANDONED, EXPIRED, COMPLETED, EXPIRED]
    end_plans(simulator, statuses)
    ended = view(simulator).ended_plans
    assert [(plan.number, plan.status) for plan in ended] == [(4, EXPIRED), (3, COMPLETED), (2, EXPIRED)]
    assert view(simulator).counted(COMPLETED) == 2 and view(simulator).counted(PROPOSED) == 5


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**20), st.integers(0, 40))
def test_a_view_agrees_with_any_state(seed: int, steps: int) -> None:
    simulator = MazeSimulator(MazeParams.small(coordination="roles"))
    simulator.reset(seed)
    random = np.random.default_rng(seed)
    for _ in range(steps):
        simulator.step(random_actions(simulator, random))
    seen, state = view(simulator), simulator.state
    assert seen.open_seen[0] == state.worlds.cells_seen[0]
    for agent in seen.agents:
        assert (agent.row, agent.column) == place_of(simulator, agent.number)
        assert (
            not seen.is_wall[agent.row, agent.column] and seen.known_by[agent.number, agent.row, agent.column]
        )
    for plan in (*seen.plans, *seen.ended_plans):
        assert not set(plan.accepted) & set(plan.rejected)
        assert set(plan.completed) | set(plan.failed) <= set(plan.accepted)
        assert not seen.is_wall[plan.row, plan.column]
