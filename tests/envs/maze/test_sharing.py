"""Maps that agents have in common."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.maze.state import (
    COORDINATOR,
    DOWN,
    FLOOR,
    HAZARD_CODE,
    LEFT,
    NO_ACTION,
    PICK_UP,
    RENDEZVOUS,
    REST,
    RIGHT,
    UP,
)
from tests.envs.maze.stage import cell_at, do, everybody, plan_in_progress, staged

CORNER = """
#########
#0.#...1#
#..#.####
#.......#
#########
"""


def test_those_in_contact_see_with_each_others_eyes() -> None:
    simulator = staged("######\n#0..1#\n##.###\n##..f#\n######", sight=2, share_range=3)
    known = simulator.state.known[0]
    np.testing.assert_array_equal(known[0], known[1])
    assert simulator.state.contact[0].tolist() == [[False, True], [True, False]]


def test_nothing_is_shared_out_of_range_or_without_sharing() -> None:
    for changes in ({"share_range": 2}, {"map_sharing": False}):
        simulator = staged("######\n#0..1#\n######\n######\n######", sight=1, **changes)
        assert not simulator.state.contact.any()
        assert simulator.state.known[0, 0, cell_at(simulator, 1, 4)] == 0


def test_who_meets_tells_all_that_it_remembers() -> None:
    simulator = staged(CORNER, sight=2, share_range=1)
    known = simulator.state.known[0]
    far = cell_at(simulator, 1, 7)
    for _ in range(3):
        do(simulator, REST, LEFT)
    do(simulator, DOWN, DOWN)
    do(simulator, DOWN, DOWN)
    assert known[0, far] == 0
    do(simulator, RIGHT, LEFT)
    assert known[0, far] == FLOOR
    np.testing.assert_array_equal(known[0], known[1])
    agents = simulator.state.agents[0]
    for name in ("cells_known", "frontier_known", "supplies_known"):
        assert agents[name][0] == agents[name][1]


def test_the_newer_memory_wins() -> None:
    simulator = staged(
        "########\n#0f...1#\n######.#\n######.#\n########", sight=5, share_range=1, hazard_sight=1
    )
    food = cell_at(simulator, 1, 2)
    known, known_at = simulator.state.known[0], simulator.state.known_at[0]
    old = known[1, food]
    assert old == known[0, food] != FLOOR
    do(simulator, RIGHT, DOWN)
    do(simulator, PICK_UP, DOWN)
    assert (known[0, food], known[1, food]) == (FLOOR, old)
    for _ in range(3):
        do(simulator, RIGHT, REST)
    do(simulator, RIGHT, UP)
    assert known[1, food] == FLOOR
    assert known_at[0, food] == known_at[1, food] > 0


@pytest.mark.parametrize("meeting", [True, False])
def test_who_learns_of_a_hazard_from_another_is_warned(meeting: bool) -> None:
    """By what another remembers, or sees, and only once."""
    simulator = staged("########\n#0...1^#\n########\n########\n########", share_range=3, hazard_sight=1)
    hazard = cell_at(simulator, 1, 6)
    state = simulator.state
    if not meeting:
        state.contact[0] = True
        state.contact[0, 0, 0] = state.contact[0, 1, 1] = False
    assert (state.known[0, 0, hazard], state.known[0, 1, hazard]) == (0, FLOOR | HAZARD_CODE)
    assert do(simulator, RIGHT, REST) == [["warned"], []]
    assert state.known[0, 0, hazard] == FLOOR | HAZARD_CODE
    assert state.memories[0, 0, 0].other == 1 and state.memories[0, 0, 0].cell == hazard
    assert do(simulator, REST, REST) == [[], []]


def test_the_dead_and_the_gone_share_nothing() -> None:
    simulator = staged("########\n#0.E1..#\n########\n########\n########", share_range=7)
    assert simulator.state.contact[0].any()
    assert do(simulator, NO_ACTION, LEFT)[1] == ["escaped"]
    assert not simulator.state.contact[0].any()
    frozen = simulator.state.known_at[0, 1].copy()
    everybody(simulator, REST)
    np.testing.assert_array_equal(simulator.state.known_at[0, 1], frozen)


@pytest.mark.parametrize(("mode", "hears"), [("roles", True), ("enabled", False)])
def test_coordinators_are_heard_twice_as_far(mode: str, hears: bool) -> None:
    simulator = staged("########\n#0...1.#\n########\n########\n########", coordination=mode, share_range=2)
    assert not simulator.state.contact.any()
    plan_in_progress(simulator, RENDEZVOUS, cell_at(simulator, 1, 1), {0: COORDINATOR, 1: COORDINATOR})
    everybody(simulator, REST)
    assert simulator.state.contact[0, 0, 1] == simulator.state.contact[0, 1, 0] == hears
