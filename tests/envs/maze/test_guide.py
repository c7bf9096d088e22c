"""The ways that guided agents are shown."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.maze.layout import GUIDES
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import DOWN, KEY, REST, RIGHT, SCOUT, SYNCHRONIZED_EXPLORATION
from tests.envs.maze.maze_oracle import read_map
from tests.envs.maze.stage import cell_at, do, everybody, place_of, plan_in_progress, random_actions, staged
from tests.envs.maze.test_search import is_target, naive_distances

NUMBER = {name: number for number, name in enumerate(GUIDES)}


def guide(simulator: MazeSimulator, agent: int = 0) -> NDArray[np.float32]:
    """Gives what an agent is shown, float32 (8, 6)."""
    return np.asarray(simulator.buffers.observations[0, agent, simulator.layout.guide].reshape(8, 6))


def test_ways_by_hand() -> None:
    simulator = staged(
        "#######\n#0..fE#\n#.###.#\n#w..#S#\n#######", sight=6, observation="guided", hazard_sight=1
    )
    shown = guide(simulator)
    np.testing.assert_allclose(shown[NUMBER["exit"]], [1, 0, 0, 0, 1, 1 / 5])
    np.testing.assert_allclose(shown[NUMBER["food"]], [1, 0, 0, 0, 1, 1 / 4])
    np.testing.assert_allclose(shown[NUMBER["water"]], [1, 0, 1, 0, 0, 1 / 3])
    assert not shown[[NUMBER["medicine"], NUMBER["key"], NUMBER["plan"]]].any()
    do(simulator, DOWN)
    np.testing.assert_allclose(guide(simulator)[NUMBER["exit"]], [1, 1, 0, 0, 0, 1 / 6])


def test_where_one_stands_no_move_is_needed() -> None:
    simulator = staged("#####\n#0S.#\n#####\n#####\n#####", observation="guided")
    do(simulator, RIGHT)
    np.testing.assert_allclose(guide(simulator)[NUMBER["safe_room"]], [1, 0, 0, 0, 0, 1])


def test_doors_are_for_those_with_a_key() -> None:
    simulator = staged("######\n#0DE.#\n######\n######\n######", observation="guided")
    simulator.state.known[0, 0] = simulator.state.codes[0]
    simulator.refresh()
    assert guide(simulator)[NUMBER["exit"], 0] == 0
    simulator.state.agents["items"][0, 0, KEY] = 1
    simulator.refresh()
    np.testing.assert_allclose(guide(simulator)[NUMBER["exit"]], [1, 0, 0, 0, 1, 1 / 3])


def test_participants_are_shown_the_way_to_the_target() -> None:
    simulator = staged("######\n#0..1#\n######\n######\n######", observation="guided")
    plan_in_progress(simulator, SYNCHRONIZED_EXPLORATION, cell_at(simulator, 1, 3), {0: SCOUT, 1: SCOUT})
    np.testing.assert_allclose(guide(simulator)[NUMBER["plan"]], [1, 0, 0, 0, 1, 1 / 3])
    simulator.state.plans.target[0, 0] = cell_at(simulator, 3, 3)
    everybody(simulator, REST)
    assert not guide(simulator)[NUMBER["plan"]].any(), "the target is not reached over the map"


@pytest.mark.parametrize("seed", range(3))
def test_distances_are_those_of_a_naive_search(seed: int) -> None:
    simulator = MazeSimulator(
        MazeParams(height=9, width=9, observation="guided", food=2, water=2, medicine=1)
    )
    random = np.random.default_rng(seed)
    simulator.reset(seed)
    for _ in range(30):
        simulator.step(random_actions(simulator, random))
        for agent in range(3):
            distances = naive_distances(simulator, agent)
            known = {there: code for there, (code, _) in read_map(simulator, agent).items()}
            assert distances[place_of(simulator, agent)] == 0
            for name, target in (("exit", 1), ("safe_room", 2), ("frontier", 4)):
                ways = [distances[there] for there in distances if is_known_target(known, there, target)]
                shown = guide(simulator, agent)[NUMBER[name]]
                expected = 1 / (1 + min(ways)) if ways else 0.0
                np.testing.assert_allclose(shown[5], expected, rtol=1e-6)
                assert shown[1:5].sum() == (bool(ways) and min(ways) > 0)


def is_known_target(known: dict[tuple[int, int], int], there: tuple[int, int], target: int) -> bool:
    """Tells whether a cell is on the map and of a kind."""
    return there in known and is_target(known, there, target)
