"""The order of a step, rewards, and how agents and episodes end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    ALIVE,
    DEAD,
    ESCAPED,
    FIRST_PROPOSAL,
    GROUP_EXIT,
    HEALTH,
    LEFT,
    NAVIGATOR,
    NO_ACTION,
    PICK_UP,
    REST,
    RIGHT,
    UP,
)
from tests.envs.maze.stage import allowed, cell_at, do, everybody, plan_in_progress, random_actions, staged

ALLEY = "#######\n#0.E.1#\n#######\n#######\n#######"


def test_whoever_ends_a_step_on_an_exit_is_out() -> None:
    simulator = staged(ALLEY)
    do(simulator, RIGHT, NO_ACTION)
    assert do(simulator, RIGHT, NO_ACTION) == [["escaped"], []]
    state = simulator.state
    assert state.agents.status[0].tolist() == [ESCAPED, ALIVE]
    assert state.agents.ended_at[0].tolist() == [2, -1]
    assert allowed(simulator, 0) == {REST}
    do(simulator, REST, LEFT)
    assert not state.ended[0]
    do(simulator, REST, LEFT)
    assert state.ended[0] and not simulator.buffers.truncated[0]
    assert simulator.buffers.terminated[0].all()


def test_who_leaves_together_waits_at_the_exit() -> None:
    simulator = staged(ALLEY)
    plan_in_progress(simulator, GROUP_EXIT, cell_at(simulator, 1, 3), {0: NAVIGATOR, 1: NAVIGATOR})
    do(simulator, RIGHT, REST)
    assert do(simulator, RIGHT, REST) == [[], []]
    do(simulator, REST, LEFT)
    told = do(simulator, REST, LEFT)
    assert all("escaped" in names for names in told)
    assert simulator.state.agents.status[0].tolist() == [ESCAPED, ESCAPED]


def test_death_comes_before_escape() -> None:
    simulator = staged("#####\n#0E1#\n#####\n#####\n#####")
    simulator.state.agents.needs[0, 0, :3] = [0.5, 0, 0]
    assert do(simulator, RIGHT, NO_ACTION)[0] == ["starving", "died"]
    assert simulator.state.agents.status[0, 0] == DEAD


def test_the_clock_cuts_those_who_live() -> None:
    simulator = staged("#####\n#0E1#\n#####\n#####\n#####", max_steps=3)
    do(simulator, NO_ACTION, LEFT)
    everybody(simulator, REST)
    assert not simulator.state.ended[0]
    everybody(simulator, REST)
    assert simulator.state.ended[0] and simulator.buffers.truncated[0]
    assert simulator.buffers.terminated[0].tolist() == [False, True]


def test_rewards_by_hand() -> None:
    simulator = staged(
        ALLEY, sight=2, step_cost=0.5, escape_reward=8.0, death_penalty=6.0, exploration_reward=0.25,
        share_range=1,
    )  # fmt: skip
    do(simulator, REST, REST)
    assert simulator.buffers.rewards[0].tolist() == [-0.5, -0.5], "both have seen all of it"
    do(simulator, RIGHT, REST)
    simulator.state.agents.needs[0, 1, :3] = [0.5, 0, 0]
    do(simulator, RIGHT, REST)
    assert simulator.buffers.rewards[0].tolist() == [7.5, -6.5]
    everybody(simulator, REST)
    assert simulator.buffers.rewards[0].tolist() == [0.0, 0.0]


def test_new_cells_are_paid_for_once() -> None:
    simulator = staged("########\n#0.....#\n#1.....#\n########\n########", sight=2, step_cost=0.0)
    seen = simulator.state.worlds.cells_seen[0]
    do(simulator, RIGHT, RIGHT)
    new = simulator.state.worlds.cells_seen[0] - seen
    assert new == 2
    np.testing.assert_allclose(simulator.buffers.rewards[0].sum(), 0.01 * new, rtol=1e-6)
    do(simulator, LEFT, LEFT)
    assert not simulator.buffers.rewards.any()


def test_shared_rewards_are_means_of_those_who_took_part() -> None:
    simulator = staged(
        "######\n#0E.1#\n#2####\n######\n######", step_cost=1.0, escape_reward=7.0, team_share=0.5
    )
    do(simulator, RIGHT, REST, REST)
    expected = [3 + 2 / 3, -0.5 + 2 / 3, -0.5 + 2 / 3]
    np.testing.assert_allclose(simulator.buffers.rewards[0], expected, rtol=1e-6)
    do(simulator, REST, LEFT, REST)
    np.testing.assert_allclose(simulator.buffers.rewards[0], [0, -1, -1])


def test_a_completed_part_is_paid_for() -> None:
    simulator = staged(ALLEY, plan_reward=3.0, step_cost=0.0, exploration_reward=0.0)
    plan_in_progress(simulator, 0, cell_at(simulator, 1, 3), {0: NAVIGATOR, 1: NAVIGATOR})
    do(simulator, RIGHT, LEFT)
    complete = simulator.num_actions - simulator.params.plan_slots
    do(simulator, complete, NO_ACTION)
    assert simulator.buffers.rewards[0].tolist() == [3.0, 0.0]


def test_nobody_is_always_first() -> None:
    simulator = staged("#######\n###0###\n##1f2##\n#######\n#######", share_range=0)
    winners = []
    for step in range(3):
        simulator.state.steps[0] = step
        simulator.state.agents.cell[0] = cell_at(simulator, 2, 3)
        simulator.state.agents["items"][0] = 0
        simulator.state.codes[0, cell_at(simulator, 2, 3)] = 1 | 1 << 4
        simulator.refresh()
        told = everybody(simulator, PICK_UP)
        winners.append(["picked_up" in names for names in told].index(True))
    assert winners == [1, 2, 0]


@settings(max_examples=6, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    batch=st.integers(2, 130),
    threads=st.integers(1, 3),
    coordination=st.sampled_from(["none", "enabled", "forced", "roles"]),
    kind=st.sampled_from(["perfect", "braided", "rooms", "caves"]),
)
def test_same_episode_in_any_batch_and_number_of_threads(
    seed: int, batch: int, threads: int, coordination: str, kind: str
) -> None:
    params = MazeParams(
        height=9, width=9, coordination=coordination, kind=kind, max_steps=30,  # type: ignore[arg-type]
        food=2, water=2, medicine=1, hazards=2, observation="guided",
    )  # fmt: skip
    alone, many = MazeSimulator(params), MazeSimulator(params, batch, threads)
    world = seed % batch
    alone.reset([seed])
    many.reset([seed + other - world if seed >= world else other for other in range(batch)])
    if seed < world:
        many.reset([seed], worlds=[world])
    random = np.random.default_rng(seed)
    for _ in range(45):
        actions = random_actions(alone, random)
        one = alone.step(actions, autoreset=True)
        all_ = many.step(np.repeat(actions, batch, axis=0), autoreset=True)
        for mine, theirs in zip(one, all_, strict=True):
            np.testing.assert_array_equal(mine[0], theirs[world])
        assert alone.events(0) == many.events(world)


@pytest.mark.parametrize("action", [UP, FIRST_PROPOSAL])
def test_those_who_ended_act_no_more(action: int) -> None:
    simulator = staged("#####\n#0E1#\n#...#\n#####\n#####")
    do(simulator, RIGHT, REST)
    where = simulator.state.agents.cell[0, 0]
    needs = simulator.state.agents.needs[0, 0].copy()
    simulator.step(np.array([[action, REST]]))
    assert simulator.state.agents.cell[0, 0] == where
    np.testing.assert_array_equal(simulator.state.agents.needs[0, 0], needs)
    assert simulator.state.agents.needs[0, 0, HEALTH] == 100
    assert not simulator.buffers.invalid_actions[0, 0] and simulator.events(0)[0] == []
