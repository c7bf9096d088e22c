"""Ways from supply to supply: they are lived through, and no shorter than can be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import ESCAPED
from planzoo.planners.domains.maze_oracle import bodies_of, maze_of
from planzoo.planners.domains.maze_provisions import supplied_way
from planzoo.planners.domains.maze_steps import Label
from planzoo.planners.domains.maze_ways import Search
from tests.planners.domains.maze_play import drawn

THIRSTY = {"thirst_rate": 10.0, "starvation": 20.0, "regeneration": 0.0, "max_steps": 60}
CORRIDOR = "###################\n#0.......w.......E#\n###################"
"""Sixteen steps: thirst is up after ten, and five more kill."""


def way(simulator: Any, latest: int = 60) -> Label | None:
    """The first agent's way."""
    maze = maze_of(simulator, 0)
    return supplied_way(maze, bodies_of(simulator, 0)[0], maze.distances(), latest)


def actions(label: Label) -> list[int]:
    """What the agent does on it."""
    return [] if label.before is None else [*actions(label.before), label.action]


def play(simulator: Any, label: Label) -> int:
    """Plays a way; gives the step in which the agent is out."""
    for action in actions(label):
        simulator.step(np.array([[action]]), autoreset=False)
    assert simulator.state.agents.status[0, 0] == ESCAPED
    return int(simulator.state.agents.ended_at[0, 0])


def test_water_on_the_way_is_taken_and_drunk() -> None:
    """Two steps more than the way alone, on which nobody lives."""
    simulator = drawn(CORRIDOR, known=True, **THIRSTY)
    found = way(simulator)
    assert found is not None and found.time == 18 and len(found.taken) == 1
    assert play(simulator, found) == 18


def test_who_needs_nothing_takes_nothing() -> None:
    """The way out is tried before any supply."""
    simulator = drawn(CORRIDOR, known=True, max_steps=60)
    found = way(simulator)
    assert found is not None and found.time == 16 and found.taken == frozenset()


def test_there_may_be_no_way() -> None:
    """Without water, too late, or behind a door."""
    assert way(drawn(CORRIDOR.replace("w", "."), known=True, **THIRSTY)) is None
    assert way(drawn(CORRIDOR, known=True, **THIRSTY), latest=17) is None
    assert way(drawn(CORRIDOR.replace("w", "D"), known=True, max_steps=60)) is None


def test_rests_where_energy_is_spent() -> None:
    """A move costs 20 of 100, a rest gives 10: after five moves every further one takes two rests."""
    simulator = drawn(CORRIDOR, known=True, max_steps=60, move_energy=20.0, rest_energy=10.0)
    found = way(simulator)
    assert found is not None and play(simulator, found) == found.time == 16 + 2 * 11


@pytest.mark.parametrize("seed", range(4))
def test_in_random_mazes_the_ways_are_lived_through_and_not_too_short(seed: int) -> None:
    """Beside the complete search: never shorter than its way, and played as announced."""
    params = MazeParams.medium(
        kind="perfect",
        agents=1,
        coordination="none",
        hunger_rate=3.0,
        thirst_rate=4.0,
        observation="map",
        max_steps=200,
    )
    simulator = maze_v0.simulator(params)
    simulator.reset([seed])
    maze, body = maze_of(simulator, 0), bodies_of(simulator, 0)[0]
    exact = Search(maze, maze.distances()).run(body)
    found = way(simulator, 200)
    assert found is not None
    if exact is not None:
        assert exact.time <= found.time
    assert play(simulator, found) == found.time
