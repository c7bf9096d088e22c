"""What agents may do, against a naive oracle, and what becomes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    DEAD,
    DOWN,
    DRINK,
    DROP,
    EAT,
    ENERGY,
    FIRST_PROPOSAL,
    FLOOR,
    FOOD,
    GATHERER,
    GIVE,
    HEAL,
    HEALTH,
    HUNGER,
    ITEM_SHIFT,
    KEY,
    LEFT,
    MEDICINE,
    NO_ACTION,
    PICK_UP,
    PROTECTOR,
    RENDEZVOUS,
    RESOURCE_SHARE,
    REST,
    RIGHT,
    SCOUT,
    THIRST,
    UP,
    WATER,
)
from tests.envs.maze.maze_oracle import expected_mask, receiver
from tests.envs.maze.stage import (
    allowed,
    cell_at,
    do,
    everybody,
    place_of,
    plan_in_progress,
    random_actions,
    staged,
)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), carried=st.integers(1, 4), together=st.booleans())
def test_masks_are_those_of_the_oracle_and_say_what_has_an_effect(
    seed: int, carried: int, together: bool
) -> None:
    """What the mask allows changes something for whoever is first to act; what it forbids is refused."""
    params = MazeParams(
        height=7, width=7, agents=4, doors=1, carried=carried, together=together, move_energy=4.0,
        food=2, water=2, medicine=1, hazards=1, safe_rooms=1, max_steps=100,
    )  # fmt: skip
    simulator, random = MazeSimulator(params), np.random.default_rng(seed)
    simulator.reset(seed)
    twin = simulator.fork()
    for _ in range(30):
        for agent in range(4):
            acts = {action for action in allowed(simulator, agent) if action < FIRST_PROPOSAL}
            assert acts == expected_mask(simulator, agent)
        first = int(simulator.state.steps[0] + 1) % 4
        choice = int(random.integers(FIRST_PROPOSAL))
        simulator.fork(into=twin)
        if simulator.state.agents.status[0, first] != DEAD:
            assert has_effect(simulator, twin, first, choice) == (choice in allowed(simulator, first))
        simulator.step(random_actions(simulator, random))


def has_effect(simulator: MazeSimulator, twin: MazeSimulator, agent: int, action: int) -> bool:
    """Tells whether an action makes a difference; resting does if only by being allowed."""
    actions = np.full((1, simulator.num_agents), NO_ACTION)
    actions[0, agent] = action
    twin.step(actions)
    accepted = twin.buffers.accepted_actions[0, agent] == action
    # As bytes: a copy of records leaves the gaps between their fields as they happen to be.
    with_it = [twin.state.agents.tobytes(), twin.state.codes.tobytes()]
    simulator.fork(into=twin)
    twin.step(np.full((1, simulator.num_agents), NO_ACTION))
    without = (twin.state.agents, twin.state.codes)
    differs = any(one != other.tobytes() for one, other in zip(with_it, without, strict=True))
    assert accepted or not differs
    return differs or (accepted and action == REST)


def test_moves_take_energy_and_need_it() -> None:
    simulator = staged("#####\n#0..#\n#.###\n#####\n#####", move_energy=2.5, rest_energy=1.0)
    agent = simulator.state.agents[0, 0]
    assert allowed(simulator) & {UP, DOWN, LEFT, RIGHT} == {DOWN, RIGHT}
    do(simulator, RIGHT)
    assert place_of(simulator, 0) == (1, 2)
    assert (agent.needs[ENERGY], agent.distance) == (97.5, 1)
    agent.needs[ENERGY] = 2.0
    simulator.refresh()
    assert allowed(simulator) == {REST}
    do(simulator, REST)
    assert agent.needs[ENERGY] == 3.0
    assert allowed(simulator) == {REST, LEFT, RIGHT}


def test_rest_fills_up_to_the_brim_and_twice_as_fast_in_safe_rooms() -> None:
    simulator = staged("#####\n#0S.#\n#####\n#####\n#####", rest_energy=4.0, move_energy=1.0)
    energy = simulator.state.agents.needs[0, 0]
    for start, after in ((50, 54), (99, 100)):
        energy[ENERGY] = start
        do(simulator, REST)
        assert energy[ENERGY] == after
    do(simulator, RIGHT)
    energy[ENERGY] = 50
    do(simulator, REST)
    assert energy[ENERGY] == 58


def test_doors_open_with_a_key_for_good() -> None:
    simulator = staged("######\n#0kD.#\n######\n######\n######")
    state, door = simulator.state, cell_at(simulator, 1, 3)
    do(simulator, RIGHT)
    assert RIGHT not in allowed(simulator)
    assert do(simulator, PICK_UP) == [["picked_up"]]
    seen = int(state.worlds.cells_seen[0])
    assert do(simulator, RIGHT) == [["opened_door"]]
    assert state.codes[0, door] == FLOOR == state.known[0, 0, door]
    assert state.agents["items"][0, 0, KEY] == 0 and state.worlds.items_used[0] == 1
    assert state.worlds.cells_seen[0] == seen + 2
    do(simulator, LEFT)
    do(simulator, RIGHT)
    assert place_of(simulator, 0) == (1, 3)


def test_one_item_lies_in_a_cell() -> None:
    simulator = staged("#####\n#0fw#\n#####\n#####\n#####", carried=2)
    state = simulator.state
    assert PICK_UP not in allowed(simulator)
    do(simulator, RIGHT)
    do(simulator, PICK_UP)
    do(simulator, RIGHT)
    assert DROP + FOOD not in allowed(simulator)
    do(simulator, PICK_UP)
    assert state.agents["items"][0, 0].tolist() == [1, 1, 0, 0]
    assert do(simulator, DROP + FOOD) == [["dropped"]]
    assert state.codes[0, cell_at(simulator, 1, 3)] == FLOOR | (FOOD + 1) << ITEM_SHIFT
    assert state.agents.supplies_known[0, 0] == 1
    assert allowed(simulator) == {LEFT, REST, PICK_UP, DRINK}


def test_hands_full() -> None:
    simulator = staged("#####\n#0f.#\n#####\n#####\n#####", carried=1)
    simulator.state.agents["items"][0, 0, WATER] = 1
    do(simulator, RIGHT)
    assert PICK_UP not in allowed(simulator)


@pytest.mark.parametrize(
    ("action", "item", "need", "event"),
    [(EAT, FOOD, HUNGER, "ate"), (DRINK, WATER, THIRST, "drank"), (HEAL, MEDICINE, HEALTH, "healed")],
)
def test_using_an_item_restores_and_wastes_the_rest(action: int, item: int, need: int, event: str) -> None:
    simulator = staged(
        "#####\n#0..#\n#####\n#####\n#####", hunger_rate=0.0, thirst_rate=0.0, regeneration=0.0
    )
    state = simulator.state
    assert action not in allowed(simulator)
    state.agents["items"][0, 0, item] = 2
    for before, after, wasted in ((30, 80, 0), (80, 100, 30)):
        state.agents.needs[0, 0, need] = before
        simulator.refresh()
        assert do(simulator, action) == [[event]]
        assert (state.agents.needs[0, 0, need], state.worlds.amount_wasted[0]) == (after, wasted)
    assert state.worlds.items_used[0] == 2 and not state.agents["items"][0, 0].any()


def test_gifts_go_to_the_neediest_beside() -> None:
    simulator = staged("######\n#312.#\n##0###\n######\n######", carried=2)
    agents = simulator.state.agents[0]
    agents["items"][0] = [1, 1, 0, 1]
    agents.needs[1:, HUNGER] = [60, 20, 10]
    agents.needs[1:, THIRST] = [60, 70, 10]
    simulator.refresh()
    assert receiver(simulator, 0, FOOD) == 1, "only one is beside"
    do(simulator, NO_ACTION, NO_ACTION, LEFT, NO_ACTION)
    assert receiver(simulator, 0, FOOD) == 2, "two share the cell, and one is hungrier"
    told = do(simulator, GIVE + FOOD, NO_ACTION, NO_ACTION, NO_ACTION)
    assert told[:3] == [["gave"], [], ["received"]]
    assert agents["items"].tolist() == [[0, 1, 0, 1], [0] * 4, [1, 0, 0, 0], [0] * 4]
    do(simulator, GIVE + KEY, NO_ACTION, NO_ACTION, NO_ACTION)
    assert agents["items"][1].tolist() == [0, 0, 0, 1], "a key goes to the lowest number"
    agents["items"][1] = [2, 0, 0, 0]
    do(simulator, GIVE + WATER, NO_ACTION, NO_ACTION, NO_ACTION)
    assert agents["items"][2].tolist() == [1, 1, 0, 0], "the other can carry no more"
    assert agents.gifts.tolist() == [3, 0, 0, 0]
    memory = simulator.state.memories[0, 2]
    assert memory.other[: simulator.state.memory_counts[0, 2]].tolist() == [0, 0]


def test_who_comes_first_gets_it_and_the_other_nothing() -> None:
    simulator = staged("######\n#01f.#\n######\n######\n######")
    do(simulator, RIGHT, RIGHT)
    do(simulator, RIGHT, REST)
    assert do(simulator, PICK_UP, PICK_UP) == [[], ["picked_up"]], "agent 1 is first in odd steps"
    assert not simulator.buffers.invalid_actions.any(), "the mask had allowed it"


@pytest.mark.parametrize(("mode", "cost", "more"), [("roles", 1.0, 2), ("enabled", 2.0, 0)])
def test_scouts_tire_less_and_gatherers_carry_more(mode: str, cost: float, more: int) -> None:
    simulator = staged(
        "######\n#0.1f#\n######\n######\n######", coordination=mode, move_energy=2.0, carried=1
    )
    plan_in_progress(simulator, RENDEZVOUS, cell_at(simulator, 1, 2), {0: SCOUT, 1: GATHERER})
    do(simulator, RIGHT, RIGHT)
    assert simulator.state.agents.needs[0, :, ENERGY].tolist() == [100 - cost, 98]
    for carried in range(3):
        simulator.state.agents["items"][0, 1] = [0, carried, 0, 0]
        simulator.refresh()
        assert (PICK_UP in allowed(simulator, 1)) == (carried < 1 + more)


@pytest.mark.parametrize(("mode", "health"), [("roles", 30.0), ("enabled", 10.0)])
def test_medicine_from_a_protector_helps_at_once(mode: str, health: float) -> None:
    simulator = staged(
        "#####\n#01.#\n#####\n#####\n#####", coordination=mode, medicine_gain=40.0, regeneration=0.0
    )
    plan_in_progress(simulator, RESOURCE_SHARE, cell_at(simulator, 1, 2), {0: PROTECTOR, 1: SCOUT})
    agents = simulator.state.agents[0]
    agents.needs[1, HEALTH] = 10
    agents["items"][0, MEDICINE] = 1
    simulator.refresh()
    do(simulator, GIVE + MEDICINE, REST)
    assert (agents.needs[1, HEALTH], agents["items"][1, MEDICINE]) == (health, 1)
    assert simulator.state.plans[0, 0].helped == 3


def test_the_dead_only_rest() -> None:
    simulator = staged("#####\n#01.#\n#####\n#####\n#####")
    simulator.state.agents.needs[0, 0, HEALTH] = 0
    simulator.state.agents.needs[0, 0, HUNGER] = 0
    everybody(simulator, REST)
    assert allowed(simulator, 0) == {REST}
    assert simulator.buffers.terminated[0].tolist() == [True, False]
