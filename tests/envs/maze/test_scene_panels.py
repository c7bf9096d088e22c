"""The panels about agents tell what the state says, in always as many rows."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.scene_panels import (
    LISTED_AGENTS,
    LISTED_EVENTS,
    LOW_NEED,
    agents_panel,
    episode_panel,
    events_panel,
)
from planzoo.envs.maze.scene_style import BAD
from planzoo.envs.maze.state import ATE, DEAD, ESCAPED, EVENTS, HURT, IN_PROGRESS, SCOUT
from planzoo.envs.simulation.scene import Gauges
from tests.envs.maze.scene_stage import hall, put_plan, view, words


def test_the_episode_counts_agents_and_cells() -> None:
    simulator = hall(max_steps=99)
    simulator.state.steps[0] = 7
    simulator.state.agents.status[0] = [DEAD, ESCAPED, DEAD]
    shown = words(episode_panel(view(simulator)))
    assert shown[:2] == ["Step: 7 / 99", "In the maze, escaped, dead: 0, 1, 2"]
    seen, cells = view(simulator).open_seen
    assert shown[2] == f"Seen of the maze: {100 * seen / cells:.0f} %"


def test_an_agent_shows_role_items_and_needs() -> None:
    simulator = hall()
    body = simulator.state.agents[0, 1]
    body.needs, body["items"] = [90, 15, 40.4, 0], [0, 1, 0, 0]
    plan = put_plan(simulator, 0, (1, 1), status=IN_PROGRESS, accepted=[0, 1], number=5)
    plan.roles[1] = SCOUT
    rows = agents_panel(view(simulator)).rows
    assert words(rows)[3:5] == ["Agent 1 · scout: 1 water", "plan 5: 90, 15, 40, 0"]
    gauges = rows[4]
    assert isinstance(gauges, Gauges)
    assert [gauge.fraction for gauge in gauges.gauges] == pytest.approx([0.9, 0.15, 0.404, 0.0], abs=1e-6)
    assert [gauge.colour == BAD for gauge in gauges.gauges] == [False, True, False, True]
    assert 15 <= LOW_NEED < 40


def test_who_has_ended_has_no_needs() -> None:
    simulator = hall()
    simulator.state.agents.status[0, 0], simulator.state.agents.ended_at[0, 0] = ESCAPED, 33
    assert words(agents_panel(view(simulator)))[1:3] == ["Agent 0: escaped at step 33", ": , , , "]


@pytest.mark.parametrize("agents", [1, 8])
def test_up_to_eight_agents_have_two_rows_each(agents: int) -> None:
    simulator = hall(agents=agents, coordination="none")
    assert len(agents_panel(view(simulator)).rows) == 1 + 2 * agents
    assert agents <= LISTED_AGENTS


def test_large_teams_are_summed_up_alive_or_not() -> None:
    simulator = hall(agents=12)
    simulator.state.agents.needs[0, 4] = [10, 40, 100, 100]
    panel = agents_panel(view(simulator))
    shown = words(panel)
    assert shown[1:] == ["mean: 92, 95, 100, 100", "lowest: 10, 40, 100, 100", "Lowest health: agent 4"]
    simulator.state.agents.status[0] = DEAD
    assert len(agents_panel(view(simulator)).rows) == len(panel.rows)


def test_events_name_who_they_happened_to() -> None:
    simulator = hall()
    assert words(events_panel(view(simulator)))[0] == "nothing special"
    simulator.state.agents.events[0] = [1 << ATE, 1 << HURT, 1 << ATE]
    shown = words(events_panel(view(simulator)))
    assert shown[:2] == ["ate: agents 0, 2", "hurt: agent 1"]
    assert len(shown) == LISTED_EVENTS


def test_many_events_are_cut_to_the_same_number_of_lines() -> None:
    simulator = hall()
    simulator.state.agents.events[0] = (1 << len(EVENTS)) - 1
    shown = words(events_panel(view(simulator)))
    assert len(shown) == LISTED_EVENTS
    assert shown[-1] == f"and {len(EVENTS) - LISTED_EVENTS + 1} more"


def test_many_agents_are_counted() -> None:
    simulator = hall(agents=9)
    simulator.state.agents.events[0] = 1 << HURT
    assert words(events_panel(view(simulator)))[0] == "hurt: 9 agents"
