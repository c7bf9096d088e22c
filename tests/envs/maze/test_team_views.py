"""Agents and cells by the names and places that people use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.maze.state import DOOR, WALL
from planzoo.envs.maze.team_views import TeamView, members
from planzoo.errors import InputError
from tests.envs.maze.plan_hall import SIZE, Hall


@given(st.sets(st.integers(0, 63)))
def test_members_of_sets_of_bits(agents: set[int]) -> None:
    assert members(sum(1 << agent for agent in agents)) == sorted(agents)


def test_agents_go_by_number_id_and_name() -> None:
    view = TeamView(Hall().simulator, 0, ("Arth", "Vani", "Kael"))
    assert [view.number(agent) for agent in (1, "agent_1", "Vani")] == [1, 1, 1]
    for nobody in (3, -1, "vani", ""):
        with pytest.raises(InputError, match="choose one of Arth, Vani, Kael"):
            view.number(nobody)


def test_places_are_columns_and_rows() -> None:
    hall = Hall()
    view = TeamView(hall.simulator, 0, None)
    assert view.cell((7, 2)) == hall.cell(2, 7)
    places = [(column, row) for row in range(SIZE) for column in range(SIZE)]
    assert [view.location(view.cell(place)) for place in places] == places


def test_ways_lead_through_doors_but_not_through_walls() -> None:
    hall = Hall()
    view = TeamView(hall.simulator, 0, None)
    for row in range(SIZE):
        hall.state.codes[0, hall.cell(row, 6)] = WALL
    here, there = hall.cell(4, 4), hall.cell(4, 8)
    assert view.is_reachable(here, here)
    assert view.is_reachable(here, hall.cell(0, 0))
    assert not view.is_reachable(here, there)
    assert not view.is_reachable(here, hall.cell(4, 6))
    hall.state.codes[0, hall.cell(8, 6)] = DOOR
    assert view.is_reachable(here, there)


def test_sets_are_named_with_one_of_them_first() -> None:
    view = TeamView(Hall(agents=4).simulator, 0, None)
    assert view.named(0b1011) == ("agent_0", "agent_1", "agent_3")
    assert view.named(0b1011, first=3) == ("agent_3", "agent_0", "agent_1")
