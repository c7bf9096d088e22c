"""When agents eat, fetch, stock up and give."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.state import FOOD, KEY, MEDICINE, WATER
from planzoo.planners.domains.maze_needs import (
    at_hand,
    gift,
    is_useful,
    recovers,
    supplied,
    survives,
    usable,
    wanted_here,
    wants,
)
from tests.planners.domains.maze_play import drawn, site

HALL = "#########\n#0w....f#\n#########"
PAIR = "#########\n#01....E#\n#########"


def test_items_are_used_when_nothing_is_wasted() -> None:
    """The lowest need first; what would go beyond 100 is kept."""
    body = {"needs": [90.0, 30.0, 45.0, 100.0], "items": [1, 1, 1, 0]}
    here = site(drawn(HALL, {0: body}))
    assert usable(here.view, here.params) == [FOOD, WATER]
    rested = site(drawn(HALL, {0: {"items": [1, 1, 1, 0]}}))
    assert usable(rested.view, rested.params) == []


def test_who_runs_out_fetches_and_who_can_leave_does_not() -> None:
    """Low thirst and water near: fetch; with an exit within reach of one's strength: leave."""
    assert wants(site(drawn(HALL, {0: {"needs": [100, 100, 30, 100]}}))) == [WATER]
    assert wants(site(drawn(HALL, {0: {"needs": [100, 100, 80, 100]}}))) == []
    out = "#########\n#0w...E.#\n#########"
    assert wants(site(drawn(out, {0: {"needs": [100, 100, 30, 100]}}))) == []
    dying = site(drawn(out, {0: {"needs": [12, 100, 0, 100]}}, starvation=3.0))
    assert dying.way_out is not None and dying.health_at(dying.way_out) == pytest.approx(-3)
    assert not survives(dying, dying.way_out) and wants(dying) == [WATER]


def test_room_is_kept_for_what_is_missing() -> None:
    """A second food leaves a place for water; a third does not go in."""
    for items, useful in (
        ([0, 0, 0, 0], True),
        ([1, 0, 0, 0], True),
        ([2, 0, 0, 0], False),
        ([1, 0, 1, 0], False),
    ):
        here = site(drawn(HALL, {0: {"items": items, "needs": [100, 20, 20, 100]}}, hunger_rate=5.0))
        assert is_useful(here, FOOD) == useful, items


def test_keys_are_taken_while_no_way_out_is_open() -> None:
    """And two of them if doors are known."""
    closed = "#########\n#0.k.D.E#\n#########"
    assert is_useful(site(drawn(closed)), KEY) and is_useful(
        site(drawn(closed, {0: {"items": [0, 0, 0, 1]}})), KEY
    )
    assert not is_useful(site(drawn("#########\n#0.k...E#\n#########")), KEY)


def test_what_is_underfoot_or_near_is_taken_along() -> None:
    """If it is of use: not by who knows all of the maze, nor farther away than two steps."""
    simulator = drawn(HALL, {0: {"needs": [100, 20, 20, 100]}}, thirst_rate=5.0, sight=3)
    here = site(simulator)
    assert wanted_here(here) == -1 and at_hand(here) == [(here.view.cell + 1, WATER)]
    assert at_hand(site(drawn(HALL, {0: {"needs": [100, 60, 60, 100]}}, known=True))) == []
    simulator.step([[3]])
    assert wanted_here(site(simulator)) == WATER


def test_gifts_are_what_one_can_spare() -> None:
    """To who has none and needs it more; the last one is given only by who is well."""
    weak = {"needs": [100, 100, 20, 100]}
    for mine, needs, expected in (
        ([0, 1, 0, 0], [100, 100, 90, 100], WATER),
        ([0, 1, 0, 0], [100, 100, 40, 100], -1),
        ([0, 2, 0, 0], [100, 100, 40, 100], WATER),
        ([1, 0, 0, 0], [100, 100, 90, 100], -1),
    ):
        here = site(drawn(PAIR, {0: {"items": mine, "needs": needs}, 1: weak}))
        assert gift(here.view, here.params, here.view.team[0]) == expected, (mine, needs)


def test_figures_of_supplies() -> None:
    """Thirst of 70 at 0.7 a step lasts 100 steps, with water 171; medicine never is enough."""
    here = site(drawn(HALL, {0: {"needs": [100, 100, 70, 100], "items": [0, 1, 0, 0]}}))
    assert supplied(here.view, here.params, WATER) == pytest.approx(120 / 0.7, abs=0.1)
    assert supplied(here.view, here.params, MEDICINE) == 0
    assert recovers(here.view, here.params)
    assert not recovers(site(drawn(HALL, {0: {"needs": [100, 40, 70, 100]}})).view, here.params)
