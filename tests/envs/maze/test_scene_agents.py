"""Agents stand beside each other, have their badges, and plans have their pins."""

from __future__ import annotations

from itertools import combinations

import pytest

from planzoo.envs.maze import scene_marks
from planzoo.envs.maze.scene_agents import MOST_IN_A_CELL, body, pins, seats, targets, team
from planzoo.envs.maze.scene_style import GONE, Style, agent_colour
from planzoo.envs.maze.scene_things import Agent
from planzoo.envs.maze.state import DEAD, ESCAPED, GENERALIST, SCOUT
from planzoo.envs.simulation.scene import Circle, Label, Line, Palette
from tests.envs.maze.scene_stage import hall, of_type, put_plan, view

MIDDLE = (0.5, 0.5)


@pytest.mark.parametrize("count", range(1, MOST_IN_A_CELL + 1))
def test_seats_do_not_overlap_and_stay_in_the_cell(count: int) -> None:
    places, radius = seats(count)
    assert len(places) >= count
    for one, other in combinations(places[:count], 2):
        assert (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 >= (1.95 * radius) ** 2
    assert all(abs(part) + radius <= 0.5 for place in places for part in place)


def test_an_agent_has_its_colour_and_number() -> None:
    shapes = tuple(body(Agent(3, 0, 0), MIDDLE, 0.34))
    assert [label.text for label in of_type(shapes, Label)] == ["3"]
    assert agent_colour(3) in [circle.colour for circle in of_type(shapes, Circle)]


def test_a_role_is_a_letter_and_generalists_have_none() -> None:
    scout = of_type(body(Agent(0, 0, 0, role=SCOUT), MIDDLE, 0.34), Label)
    assert [label.text for label in scout] == ["0", "S"]
    plain = of_type(body(Agent(0, 0, 0, role=GENERALIST), MIDDLE, 0.34), Label)
    assert [label.text for label in plain] == ["0"]
    assert len(of_type(body(Agent(0, 0, 0, role=SCOUT), MIDDLE, 0.34, badges=False), Label)) == 1


def test_the_dead_are_grey_with_a_cross_and_the_escaped_hollow_with_a_tick() -> None:
    dead, out = (tuple(body(Agent(0, 0, 0, status), MIDDLE, 0.34)) for status in (DEAD, ESCAPED))
    assert GONE in [circle.colour for circle in of_type(dead, Circle)]
    assert len(of_type(dead, Line)) == 2 and len(of_type(out, Line)) == 1
    hollow = [circle for circle in of_type(out, Circle) if circle.outline == agent_colour(0)]
    assert [circle.colour for circle in hollow] == [Palette.CARD]


def test_without_room_for_badges_the_dead_are_struck_out() -> None:
    assert len(of_type(body(Agent(0, 0, 0, DEAD), MIDDLE, 0.34, badges=False), Line)) == 1
    assert of_type(body(Agent(0, 0, 0, ESCAPED), MIDDLE, 0.34, badges=False), Line) == []


def test_all_agents_of_a_crowd_are_drawn_or_counted() -> None:
    for count in (8, MOST_IN_A_CELL, MOST_IN_A_CELL + 4):
        simulator = hall(agents=count)
        simulator.state.agents.cell[0] = simulator.state.agents.cell[0, 0]
        texts = [label.text for label in of_type(team(view(simulator), Style()), Label)]
        if count <= MOST_IN_A_CELL:
            assert texts == [str(agent) for agent in range(count)]
        else:
            assert len(texts) == MOST_IN_A_CELL and texts[-1] == "+5"


def test_the_living_come_first() -> None:
    simulator = hall()
    simulator.state.agents.cell[0] = simulator.state.agents.cell[0, 0]
    simulator.state.agents.status[0, 0] = DEAD
    assert [label.text for label in of_type(team(view(simulator), Style()), Label)] == ["1", "2", "0"]


def test_every_plan_has_its_pin_and_each_target_one_frame() -> None:
    simulator = hall()
    put_plan(simulator, 0, (1, 1), number=12, initiator=1)
    put_plan(simulator, 1, (1, 1), number=13)
    put_plan(simulator, 2, (3, 2), number=14)
    seen = view(simulator)
    shapes = tuple(pins(seen, Style()))
    assert [label.text for label in of_type(shapes, Label)] == ["12", "13", "14"]
    first, second, third = of_type(shapes, Label)
    assert first.x < 1.5 < second.x and third.x == 2.5
    assert len(tuple(targets(seen, Style()))) == 2 * len(scene_marks.brackets(0, 0, 0.0, 0.1))


def test_pins_stay_on_the_picture() -> None:
    simulator = hall()
    put_plan(simulator, 0, (0, 0))
    assert min(label.y for label in of_type(pins(view(simulator), Style()), Label)) > 0


def test_without_plans_nothing_is_marked() -> None:
    seen = view(hall())
    assert tuple(pins(seen, Style())) == () == tuple(targets(seen, Style()))
