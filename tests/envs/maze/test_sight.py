"""What agents see, against a naive oracle and in mazes drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    DOOR,
    FLOOR,
    GROUND_CODES,
    HAZARD_CODE,
    NAVIGATOR,
    NO_CELL,
    PICK_UP,
    RENDEZVOUS,
    REST,
    RIGHT,
    WALL,
)
from tests.envs.maze.maze_oracle import counts, expected_maps, moment, read_map
from tests.envs.maze.stage import (
    cell_at,
    do,
    everybody,
    inside,
    place_of,
    plan_in_progress,
    random_actions,
    staged,
)

WORLDS = {"food": 3, "water": 2, "medicine": 1, "hazards": 4, "safe_rooms": 1}


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    kind=st.sampled_from(["perfect", "braided", "rooms", "caves"]),
    sight=st.integers(1, 6),
    share_range=st.integers(0, 5),
    doors=st.integers(0, 1),
)
def test_maps_are_those_of_the_oracle(seed: int, kind: str, sight: int, share_range: int, doors: int) -> None:
    """Every cell, its time, who is in contact, and all that is counted, at every step."""
    params = MazeParams(
        kind=kind,  # type: ignore[arg-type]
        height=11, width=13, agents=3, sight=sight, hazard_sight=sight // 3, share_range=share_range,
        doors=doors, view=2, **WORLDS,
    )  # fmt: skip
    simulator, random = MazeSimulator(params), np.random.default_rng(seed)
    simulator.reset(seed)
    for _ in range(25):
        past = moment(simulator)
        simulator.step(random_actions(simulator, random))
        maps, contacts = expected_maps(simulator, past)
        now = moment(simulator)
        assert now.maps == maps
        assert now.contacts == contacts
        for agent in range(3):
            told = {name: int(simulator.state.agents[name][0, agent]) for name in counts(maps[agent])}
            assert told == counts(maps[agent])


def test_first_look_is_the_oracles() -> None:
    params = MazeParams(height=11, width=13, agents=4, together=True, **WORLDS)
    simulator = MazeSimulator(params)
    for seed in range(8):
        simulator.reset(seed)
        nobody = moment(simulator)._replace(maps=[{} for _ in range(4)], contacts=set())
        maps, contacts = expected_maps(simulator, nobody)
        assert (moment(simulator).maps, moment(simulator).contacts) == (maps, contacts)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), agents=st.integers(1, 5))
def test_remembered_ground_is_never_wrong(seed: int, agents: int) -> None:
    """Only an opened door may be remembered as it was; hazards are where they are remembered."""
    coordination = "enabled" if agents > 1 else "none"
    params = MazeParams(agents=agents, doors=2, coordination=coordination, **WORLDS)  # type: ignore[arg-type]
    simulator, random = MazeSimulator(params, num_worlds=4), np.random.default_rng(seed)
    simulator.reset(seed)
    for _ in range(60):
        simulator.step(random_actions(simulator, random), autoreset=True)
        state = simulator.state
        known, codes = state.known & GROUND_CODES, (state.codes & GROUND_CODES)[:, np.newaxis]
        wrong = (known != 0) & (known != codes)
        assert ((known == DOOR) & (codes == FLOOR))[wrong].all()
        assert not (state.known & HAZARD_CODE & ~state.codes[:, np.newaxis]).any()
        assert (state.known_at >= 0).any() and ((state.known_at < 0) == (state.known == 0)).all()


def test_what_anybody_saw_is_counted_once() -> None:
    simulator, random = MazeSimulator(MazeParams(doors=2, **WORLDS)), np.random.default_rng(5)
    simulator.reset(5)
    state = simulator.state
    total = int(state.worlds.cells_seen[0])
    for _ in range(120):
        simulator.step(random_actions(simulator, random))
        total += int(state.agents.discovered[0].sum())
        opened = np.isin(state.codes[0] & GROUND_CODES, (WALL, DOOR), invert=True)
        assert state.worlds.cells_seen[0] == (state.seen[0] & opened).sum() == total
        assert ((state.known[0] > 0).any(axis=0) == state.seen[0]).all()


def test_walls_and_doors_stop_light() -> None:
    simulator = staged("#######\n#0.D..#\n#.#####\n#.....#\n#######", coordination="none")
    known = simulator.state.known[0, 0]
    assert known[cell_at(simulator, 1, 3)] == DOOR
    assert known[cell_at(simulator, 1, 4)] == 0
    assert known[cell_at(simulator, 2, 2)] == WALL
    assert known[cell_at(simulator, 3, 5)] == 0


def test_hazards_are_recognized_from_near_and_not_forgotten() -> None:
    simulator = staged("#######\n#0..^.#\n#######\n#######\n#######", coordination="none", hazard_sight=1)
    hazard = cell_at(simulator, 1, 4)
    known = simulator.state.known[0, 0]
    assert known[hazard] == FLOOR
    do(simulator, RIGHT)
    assert known[hazard] == FLOOR
    do(simulator, RIGHT)
    assert known[hazard] == FLOOR | HAZARD_CODE
    do(simulator, 2)
    do(simulator, 2)
    assert known[hazard] == FLOOR | HAZARD_CODE


def test_a_hazard_underfoot_is_always_recognized() -> None:
    simulator = staged("#####\n#0^.#\n#####\n#####\n#####", hazard_sight=0)
    hazard = cell_at(simulator, 1, 2)
    assert simulator.state.known[0, 0, hazard] == FLOOR
    assert do(simulator, RIGHT) == [["hurt"]]
    assert simulator.state.known[0, 0, hazard] == FLOOR | HAZARD_CODE


@pytest.mark.parametrize("mode", ["roles", "enabled"])
def test_navigators_recognize_hazards_as_far_as_they_see(mode: str) -> None:
    simulator = staged(
        "########\n#0...^.#\n#####1##\n########\n########", coordination=mode, map_sharing=False
    )
    plan_in_progress(simulator, RENDEZVOUS, cell_at(simulator, 1, 1), {0: NAVIGATOR, 1: NAVIGATOR})
    everybody(simulator, REST)
    recognized = simulator.state.known[0, 0, cell_at(simulator, 1, 5)] & HAZARD_CODE
    assert bool(recognized) is (mode == "roles")


def test_exits_and_safe_rooms_are_noted_when_first_seen() -> None:
    simulator = staged("########\n#0...SE#\n########\n########\n########", sight=3)
    agent = simulator.state.agents[0, 0]
    assert (agent.exit_known, agent.safe_known) == (NO_CELL, NO_CELL)
    assert do(simulator, RIGHT) == [[]]
    assert agent.safe_known == cell_at(simulator, 1, 5)
    assert do(simulator, RIGHT) == [["found_exit"]]
    assert agent.exit_known == cell_at(simulator, 1, 6)
    assert simulator.state.memories[0, 0, 0].cell == agent.exit_known


def test_what_was_taken_is_seen_to_be_gone() -> None:
    simulator = staged("######\n#0.1f#\n######\n######\n######")
    agents = simulator.state.agents
    assert agents.supplies_known[0].tolist() == [1, 1]
    do(simulator, REST, RIGHT)
    do(simulator, REST, PICK_UP)
    assert agents.supplies_known[0].tolist() == [0, 0]


def test_a_closed_room_has_no_frontier_left() -> None:
    simulator = staged("#####\n#0..#\n#...#\n#...#\n#####")
    assert place_of(simulator, 0) == (1, 1)
    agent = simulator.state.agents[0, 0]
    assert (agent.cells_known, agent.frontier_known) == (9, 0)
    assert read_map(simulator, 0).keys() >= {(row, column) for row in range(1, 4) for column in range(5)}
    assert inside(simulator).sum() == 25


def test_sight_ends_beyond_the_edge_of_the_map() -> None:
    """A maze without a wall around it, and the least padding that there is."""
    simulator = staged("0....\n.....\n.....\n.....\n.....", sight=1, view=1)
    for action in (RIGHT, RIGHT, RIGHT, RIGHT, 1, 1, 1, 1):
        do(simulator, action)
    known = read_map(simulator, 0)
    assert {(-1, 0), (0, -1), (-1, 5), (4, 5), (5, 4)} <= known.keys()
    assert simulator.state.agents.frontier_known[0, 0] == counts(known)["frontier_known"] > 0
