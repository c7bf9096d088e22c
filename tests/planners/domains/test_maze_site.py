"""Ways on remembered maps: dangers, doors, exits and what is unknown."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import GROUND_CODES, HAZARD_CODE, WALL, WATER
from planzoo.planners.domains.maze_site import HOPED_DOOR, STEP
from tests.planners.domains.maze_play import drawn, random_worlds, site

RING = """
#########
#0..^..E#
#.#####.#
#.......#
#########
"""
DOOR = """
#######
#0.D.E#
#######
"""


def cell(view: Any, row: int, column: int) -> int:
    return int((row + 1) * view.across + column + 1)


def test_a_hazard_is_gone_around_where_health_is_low() -> None:
    """Ten steps around, or six through it: who has enough health left goes through."""
    for damage, health, steps in ((15.0, 100.0, 10), (1.0, 100.0, 6), (1.0, 50.0, 10), (0.0, 20.0, 6)):
        body = {0: {"needs": [health, 100, 100, 100]}}
        here = site(drawn(RING, body, known=True, hazard_damage=damage))
        path = here.field.path(cell(here.view, 1, 7))
        assert (len(path), cell(here.view, 1, 4) in path) == (steps, steps == 6), (damage, health)
        assert here.is_dangerous(cell(here.view, 1, 7)) == (steps == 6)
    spent = site(drawn(RING, {0: {"needs": [0, 100, 100, 100]}}, known=True))
    assert len(spent.field.path(cell(spent.view, 1, 7))) == 10


def test_the_way_out_costs_its_steps_and_is_never_a_thoroughfare() -> None:
    """An exit between an agent and water is not walked over while there is another way."""
    here = site(drawn("#######\n#0.E.w#\n#.###.#\n#.....#\n#######", known=True))
    exit_cell, water = cell(here.view, 1, 3), cell(here.view, 1, 5)
    assert here.way_out == exit_cell and here.steps(exit_cell) == 2
    assert exit_cell not in here.field.path(water) and len(here.field.path(water)) == 8
    assert here.with_item(WATER) == [water]


def test_doors_are_for_those_who_have_a_key() -> None:
    """Who has none may hope that another has opened it."""
    without, with_key = site(drawn(DOOR)), site(drawn(DOOR, {0: {"items": [0, 0, 0, 1]}}))
    door = cell(without.view, 1, 3)
    assert not without.reaches(door) and without.doors == [door] and with_key.reaches(door)
    assert (with_key.steps(door), without.steps(door)) == (3, np.inf)
    assert (with_key.hopeful_steps(door), without.hopeful_steps(door)) == (3, 1 + HOPED_DOOR / STEP)


def test_an_exit_that_was_told_of_draws_through_what_is_unknown() -> None:
    """Until the cell is on the map, whatever it turns out to be."""
    simulator = drawn("#########\n#0......#\n#######.#\n#E......#\n#########", sight=2)
    here = site(simulator, told=((3, 1), (1, 2)))
    assert here.way_out is None and here.rumours == [cell(here.view, 3, 1)]
    assert here.hoped_way_out == cell(here.view, 3, 1) and here.hopeful_steps(here.hoped_way_out) == 11
    assert here.direction(cell(here.view, 1, 3)) == 3 and here.direction(here.view.cell) is None


def test_rests_and_starvation_are_foreseen() -> None:
    """A way takes rests once energy is spent; needs at 0 take health."""
    body = {"needs": [50.0, 10.0, 100.0, 2.0]}
    here = site(drawn("#######\n#0...E#\n#######", {0: body}, thirst_rate=0.5, regeneration=0.0))
    assert [here.time_for(moves) for moves in (4, 5, 12, 13)] == [4, 5 + 1, 12 + 1, 13 + 2]
    assert here.health_after(20) == pytest.approx(50) and here.health_after(30) == pytest.approx(40, abs=0.1)
    tired = site(drawn("#######\n#0...E#\n#######", {0: body}, rest_energy=0.0))
    assert (tired.time_for(4), tired.time_for(5)) == (4, np.inf)


def test_health_on_arrival_is_what_the_environment_leaves() -> None:
    """Walking the way to its end, hazards and all, in random mazes."""
    params = MazeParams(observation="map", agents=1, coordination="none", hazards=10, regeneration=0.0)
    for simulator in random_worlds(params, 6, 40):
        here = site(simulator)
        for goal in here.frontier[:2]:
            copy = simulator.fork(0, 1, 0)
            expected = here.health_at(goal)
            places = [here.view.cell, *here.field.path(goal)]
            moves = [(-here.view.across, here.view.across, -1, 1).index(b - a) for a, b in pairwise(places)]
            if here.view.needs[3] < len(moves) or expected <= 0:
                continue
            for move in moves:
                copy.step(np.array([[move]]))
            walked = float(copy.state.agents.needs[0, 0, 0])
            hidden = copy.state.codes[0] & HAZARD_CODE != 0
            unseen = int(np.count_nonzero(hidden & (simulator.state.known[0, 0] & HAZARD_CODE == 0)))
            assert walked <= expected + 1e-3 and (unseen or walked == pytest.approx(expected, abs=1e-3))


def test_costs_are_closed_where_nobody_walks() -> None:
    """Walls and unknown cells; every other cell costs a step at least."""
    for simulator in random_worlds(MazeParams(observation="map", doors=1, kind="perfect"), 9, 30):
        here = site(simulator)
        ground = here.view.codes & GROUND_CODES
        closed = here.costs == 0
        assert closed[(ground == 0) | (ground == WALL)].all()
        assert (here.costs[~closed] >= STEP).all()
