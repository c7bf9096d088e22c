"""What a step takes and gives, against a naive oracle, and how agents die."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import ALIVE, DEAD, HEALTH, HUNGER, PROTECTOR, RENDEZVOUS, REST, RIGHT, THIRST
from tests.envs.maze.maze_oracle import expected_needs, items_anywhere, moment
from tests.envs.maze.stage import cell_at, do, everybody, plan_in_progress, random_actions, staged

HARSH = {"hazards": 9, "safe_rooms": 3, "food": 4, "water": 3, "medicine": 3}


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    hunger=st.floats(0, 9),
    thirst=st.floats(0, 9),
    starvation=st.floats(0, 9),
    regeneration=st.floats(0, 3),
)
def test_needs_are_those_of_the_oracle(
    seed: int, hunger: float, thirst: float, starvation: float, regeneration: float
) -> None:
    params = MazeParams(
        height=9, width=9, hunger_rate=hunger, thirst_rate=thirst, starvation=starvation,
        regeneration=regeneration, hazard_damage=7.3, food_gain=33.1, medicine_gain=12.7, **HARSH,
    )  # fmt: skip
    simulator, random = MazeSimulator(params), np.random.default_rng(seed)
    simulator.reset(seed)
    items, state = items_anywhere(simulator.state, 0), simulator.state
    for _ in range(40):
        past = moment(simulator)
        simulator.step(random_actions(simulator, random))
        told = simulator.events(0)
        assert items_anywhere(state, 0) == items
        for agent in np.flatnonzero(past.alive):
            expected = expected_needs(simulator, past, agent, told[agent])
            np.testing.assert_array_equal(state.agents.needs[0, agent, :3], expected)
            assert (state.agents.status[0, agent] == DEAD) == (expected[HEALTH] == 0)
            assert ("starving" in told[agent]) == (min(expected[HUNGER], expected[THIRST]) == 0)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), coordination=st.sampled_from(["none", "enabled", "forced", "roles"]))
def test_needs_stay_in_bounds_and_no_item_is_lost(seed: int, coordination: str) -> None:
    params = MazeParams(
        height=7, width=7, agents=5, doors=1, coordination=coordination,  # type: ignore[arg-type]
        food=1, water=1, medicine=1, hazards=1, safe_rooms=1, thirst_rate=3.0, move_energy=2.5,
    )  # fmt: skip
    simulator, random = MazeSimulator(params, num_worlds=3), np.random.default_rng(seed)
    simulator.reset(seed)
    items = [items_anywhere(simulator.state, world) for world in range(3)]
    for _ in range(150):
        simulator.step(random_actions(simulator, random))
        state = simulator.state
        assert (state.agents.needs >= 0).all() and (state.agents.needs <= 100).all()
        assert (state.agents["items"] >= 0).all()
        assert [items_anywhere(state, world) for world in range(3)] == items
        assert ((state.agents.needs[..., HEALTH] > 0) == (state.agents.status != DEAD)).all()
    assert (simulator.state.agents.status == DEAD).any()


def test_a_step_of_each_kind_by_hand() -> None:
    simulator = staged("#####\n#0^.#\n#####\n#####\n#####", hazard_damage=15.0)
    needs = simulator.state.agents.needs[0, 0]
    needs[:] = [50, 50, 90, 10]
    everybody(simulator, REST)
    np.testing.assert_allclose(needs, [50, 49.5, 89.3, 14], rtol=1e-6)
    needs[:] = [50, 80, 80, 10]
    do(simulator, RIGHT)
    np.testing.assert_allclose(needs, [35.25, 79.5, 79.3, 9.5], rtol=1e-6)
    needs[:] = [50, 0, 0, 10]
    assert everybody(simulator, REST) == [["hurt", "starving"]]
    np.testing.assert_allclose(needs, [33, 0, 0, 14], rtol=1e-6)


def test_safe_rooms_stop_hunger_and_thirst_but_not_starving() -> None:
    simulator = staged("#####\n#0S.#\n#####\n#####\n#####")
    needs = simulator.state.agents.needs[0, 0]
    do(simulator, RIGHT)
    np.testing.assert_allclose(needs[[HUNGER, THIRST]], 100)
    needs[:] = [50, 0, 30, 0]
    everybody(simulator, REST)
    np.testing.assert_allclose(needs, [49, 0, 30, 8], rtol=1e-6)


def test_the_dead_lose_what_they_carry() -> None:
    simulator = staged("#####\n#01.#\n#####\n#####\n#####")
    state = simulator.state
    state.agents["items"][0, 0] = [1, 2, 0, 1]
    state.agents.needs[0, 0, HEALTH] = 0.5
    state.agents.needs[0, 0, THIRST] = 0
    told = everybody(simulator, REST)
    assert told[0] == ["starving", "died"]
    assert state.worlds.items_lost[0] == 4 and not state.agents["items"][0, 0].any()
    assert state.agents.ended_at[0, 0] == 1
    assert state.agents.status[0].tolist() == [DEAD, ALIVE]


@pytest.mark.parametrize(("mode", "left"), [("roles", 90.0), ("forced", 80.0)])
def test_hazards_take_half_of_protectors(mode: str, left: float) -> None:
    simulator = staged(
        "######\n#0^.1#\n######\n######\n######", coordination=mode, hazard_damage=20.0, regeneration=0.0
    )
    plan_in_progress(simulator, RENDEZVOUS, cell_at(simulator, 1, 3), {0: PROTECTOR, 1: PROTECTOR})
    do(simulator, RIGHT, REST)
    assert simulator.state.agents.needs[0, 0, HEALTH] == left
