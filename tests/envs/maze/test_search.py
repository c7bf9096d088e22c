"""Searches over what is remembered, against a naive breadth-first search."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze.arrays import allocate_scratch
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.search import NO_MOVE, nearest_known, search_known
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    FLOOR,
    GROUND_CODES,
    HAZARD_CODE,
    KEY,
    NO_CELL,
    RIGHT,
    SAFE_ROOM,
    TO_EXIT,
    TO_FRONTIER,
    TO_HERE,
    TO_SAFE_ROOM,
    TO_SUPPLY,
    UNKNOWN,
    WALL,
    Scratch,
)
from tests.envs.maze.maze_oracle import Place, beside, read_map
from tests.envs.maze.stage import cell_at, inside, random_actions, staged

TARGETS = (TO_EXIT, TO_SAFE_ROOM, TO_SUPPLY, TO_FRONTIER)


def naive_distances(simulator: MazeSimulator, agent: int) -> dict[Place, int]:
    """Distances over an agent's map, ring by ring."""
    known = {there: code for there, (code, _) in read_map(simulator, agent).items()}
    key = simulator.state.agents["items"][0, agent, KEY] > 0
    grounds = (FLOOR, EXIT, SAFE_ROOM, DOOR) if key else (FLOOR, EXIT, SAFE_ROOM)
    cell = simulator.state.agents.cell[0, agent]
    ring = [(int(simulator.constants.rows[cell]), int(simulator.constants.columns[cell]))]
    distances = dict.fromkeys(ring, 0)
    while ring:
        near = {there for here in ring for there in beside(here) if there not in distances}
        ring = [
            there
            for there in sorted(near)
            if known.get(there, UNKNOWN) & GROUND_CODES in grounds and not known[there] & HAZARD_CODE
        ]
        distances |= dict.fromkeys(ring, max(distances.values()) + 1)
    return distances


def is_target(known: dict[Place, int], there: Place, target: int) -> bool:
    """Tells whether a remembered cell is of a kind."""
    ground = known[there] & GROUND_CODES
    if target == TO_FRONTIER:
        opened = ground not in (WALL, DOOR)
        return opened and any(near not in known for near in beside(there))
    return {
        TO_EXIT: ground == EXIT,
        TO_SAFE_ROOM: ground == SAFE_ROOM,
        TO_SUPPLY: 1 <= known[there] >> 4 <= 3,
    }[target]


@pytest.mark.parametrize("seed", range(6))
def test_searches_find_what_a_naive_one_finds(seed: int) -> None:
    simulator = MazeSimulator(MazeParams(height=9, width=11, doors=2, medicine=1, food=2, water=2))
    random, scratch = np.random.default_rng(seed), allocate_scratch(simulator.constants)
    simulator.reset(seed)
    for step in range(60):
        simulator.step(random_actions(simulator, random))
        if step % 6 == 0:
            for agent in range(3):
                compare_search(simulator, agent, scratch)


def compare_search(simulator: MazeSimulator, agent: int, scratch: Scratch) -> None:
    """Compares distances, first moves, and the nearest of every kind."""
    constants, state = simulator.constants, simulator.state
    distances = naive_distances(simulator, agent)
    known = {there: code for there, (code, _) in read_map(simulator, agent).items()}
    for target in TARGETS:
        found = nearest_known(constants, state, 0, agent, target, scratch)
        sought = [there for there in known if is_target(known, there, target)]
        reached = [distances[there] for there in sought if there in distances]
        if not sought:
            assert found == NO_CELL
            continue
        place = int(constants.rows[found]), int(constants.columns[found])
        assert place in sought
        if reached:
            assert distances[place] == min(reached)
    assert search_known(constants, state, 0, agent, scratch) == len(distances)
    for (row, column), distance in distances.items():
        cell = cell_at(simulator, row, column)
        assert scratch.distance[cell] == distance
        step_back(simulator, distances, cell, scratch)
    assert (scratch.distance[inside(simulator)] >= 0).sum() == len(distances)


def step_back(simulator: MazeSimulator, distances: dict[Place, int], cell: int, scratch: Scratch) -> None:
    """Checks that some shortest way to a cell begins with the move that is given."""
    constants, first = simulator.constants, int(scratch.first[cell])
    ring = {(int(constants.rows[cell]), int(constants.columns[cell]))}
    if scratch.distance[cell] == 0:
        assert first == NO_MOVE
        return
    for distance in range(int(scratch.distance[cell]) - 1, 0, -1):
        ring = {near for there in ring for near in beside(there) if distances.get(near) == distance}
    start = next(there for there, moves in distances.items() if moves == 0)
    assert beside(start)[first] in ring


def test_ways_go_round_hazards_and_through_doors_with_a_key() -> None:
    simulator = staged(
        "#######\n#0^.E.#\n#.#.###\n#...###\n#######", sight=5, hazard_sight=5, coordination="none"
    )
    constants, state, scratch = simulator.constants, simulator.state, allocate_scratch(simulator.constants)
    target = cell_at(simulator, 1, 4)
    known = state.known[0, 0]
    known[inside(simulator)] = state.codes[0][inside(simulator)]
    assert nearest_known(constants, state, 0, 0, TO_EXIT, scratch) == target
    assert scratch.distance[target] == 7 and scratch.first[target] == 1
    known[cell_at(simulator, 2, 3)] = DOOR
    assert nearest_known(constants, state, 0, 0, TO_EXIT, scratch) == target, "known though not reached"
    assert scratch.distance[target] == -1
    state.agents["items"][0, 0, KEY] = 1
    nearest_known(constants, state, 0, 0, TO_EXIT, scratch)
    assert scratch.distance[target] == 7


def test_whoever_stands_on_a_hazard_finds_a_way_off() -> None:
    simulator = staged("#####\n#0^E#\n#####\n#####\n#####")
    simulator.step(np.array([[RIGHT]]))
    scratch = allocate_scratch(simulator.constants)
    search_known(simulator.constants, simulator.state, 0, 0, scratch)
    exit_cell = cell_at(simulator, 1, 3)
    assert (scratch.distance[exit_cell], scratch.first[exit_cell]) == (1, RIGHT)


def test_here_and_nowhere() -> None:
    simulator = staged("#####\n#0..#\n#####\n#####\n#####")
    constants, state, scratch = simulator.constants, simulator.state, allocate_scratch(simulator.constants)
    assert nearest_known(constants, state, 0, 0, TO_HERE, scratch) == cell_at(simulator, 1, 1)
    for target in TARGETS:
        assert nearest_known(constants, state, 0, 0, target, scratch) == NO_CELL
