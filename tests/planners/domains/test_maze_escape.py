"""The shortest ways out against a search that tries every action in every step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import EXIT, GROUND_CODES, LEFT, PICK_UP, REST, RIGHT, WALL
from planzoo.planners.domains.maze_escape import NO_WAY, JointEscape
from planzoo.planners.domains.maze_oracle import OraclePolicy, escape_of
from tests.planners.domains.maze_play import drawn, played, random_worlds


def naive(simulator: Any, most: int = 12) -> int:
    """Breadth-first over whole simulators of one agent: the first step in which it can be out; -1 beyond."""
    layer = [simulator]
    for step in range(1, most + 1):
        following: dict[bytes, Any] = {}
        for each in layer:
            for action in np.flatnonzero(each.buffers.action_masks[0, 0]):
                after = each.fork(0, 1, 0)
                after.step(np.array([[action]]))
                status = int(after.state.agents.status[0, 0])
                if status == 1:
                    return step
                if status == 0:
                    key = after.state.agents[0].tobytes() + after.state.codes[0].tobytes()
                    following[key] = after
        layer = list(following.values())
    return NO_WAY


ALONE = [
    ("#######\n#0...E#\n#######", {}, {}),
    ("#######\n#0^.E##\n#.#.###\n#...###\n#######", {"needs": [10, 100, 100, 100]}, {}),
    ("######\n#0..E#\n######", {"needs": [100, 100, 100, 0.6]}, {"rest_energy": 0.5}),
    ("######\n#0S.E#\n######", {"needs": [100, 100, 100, 0.5]}, {"rest_energy": 0.5}),
    ("#######\n#k0.DE#\n#######", {}, {}),
    ("########\n#0m.^^E#\n########", {"needs": [20, 100, 100, 100]}, {"medicine_gain": 30.0}),
    ("#######\n#w0..E#\n#######", {"needs": [2, 100, 0, 100]}, {"starvation": 0.9, "regeneration": 0.0}),
    ("#######\n#0.DE##\n#######", {}, {}),
]


@pytest.mark.parametrize(("drawing", "body", "changes"), ALONE)
def test_one_agent_is_out_as_early_as_possible(
    drawing: str, body: dict[str, Any], changes: dict[str, Any]
) -> None:
    """Around hazards, with rests, keys, medicine and water, or not at all."""
    simulator = drawn(drawing, {0: body}, **changes)
    found, best = escape_of(simulator), naive(simulator)
    assert found.steps == best and (best == NO_WAY or found.lower_bound <= best)


def distance(simulator: Any, agent: int) -> int:
    """Moves to the nearest exit, hazards and doors or not, by a search that spreads ring by ring."""
    constants, codes = simulator.constants, simulator.state.codes[0] & GROUND_CODES
    ring, seen, moves = {int(simulator.state.agents.cell[0, agent])}, set[int](), 0
    while not any(codes[cell] == EXIT for cell in ring):
        seen |= ring
        ahead = {cell + int(step) for cell in ring for step in constants.steps_ahead}
        ring = {cell for cell in ahead if codes[cell] != WALL} - seen
        moves += 1
    return moves


@pytest.mark.parametrize("seed", range(6))
def test_the_team_is_out_when_the_farthest_is(seed: int) -> None:
    """In open mazes the bound by pure distance is reached, and playing the ways proves them."""
    params = MazeParams.small(hazards=0)
    simulator = next(random_worlds(params, seed, 1))
    found = escape_of(simulator)
    moves = [distance(simulator, agent) for agent in range(3)]
    assert found.steps == found.lower_bound == max(moves) and found.is_shortest
    assert [way.steps for way in found.ways] == moves
    played_out(simulator, found)


def test_others_wait_before_a_door_until_it_is_open() -> None:
    """One fetches the key, which takes two steps, and opens; who stands before the door is a step behind."""
    simulator = drawn("##########\n#k0.1D..E#\n##########", coordination="enabled")
    found = escape_of(simulator)
    assert [way.steps for way in found.ways] == [9, 10] and (found.steps, found.lower_bound) == (10, 6)
    assert found.ways[0].actions == (LEFT, PICK_UP, *[RIGHT] * 7)
    assert found.ways[1].actions == (*[REST] * 6, *[RIGHT] * 4)
    played_out(simulator, found)


@pytest.mark.parametrize("seed", range(4))
def test_doors_are_opened_for_all(seed: int) -> None:
    """Keys are taken once, doors opened once, and everybody is out when the ways say so."""
    simulator = next(random_worlds(MazeParams.locked(), seed, 1))
    played_out(simulator, escape_of(simulator))


def test_agents_who_walk_apart_get_different_supplies() -> None:
    """Of two who need water to live there is enough; of two who both need the only one, one stays behind."""
    body = {"needs": [3, 100, 0, 100]}
    changes = {"starvation": 1.0, "regeneration": 0.0}
    enough, one = "###########\n#.w01w...E#\n###########", "##########\n#.01w...E#\n##########"
    for drawing, ways in ((enough, [10, 7]), (one, [-1, 7])):
        found = escape_of(drawn(drawing, {0: body, 1: body}, **changes))
        assert [way.steps for way in found.ways] == ways


def played_out(simulator: Any, found: JointEscape) -> None:
    policy = OraclePolicy(simulator.params)
    policy.watch(simulator)
    for _ in played(policy, simulator):
        pass
    ended = simulator.state.agents.ended_at[0].tolist()
    assert (simulator.state.agents.status[0] == 1).all() and max(ended) == found.steps
    assert ended == [way.steps for way in found.ways]
