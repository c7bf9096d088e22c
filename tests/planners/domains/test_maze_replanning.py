"""Agents in the maze who carry their plans on: they get out, and notice what has changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.baselines.rollout import rollout
from planzoo.baselines.scenarios import Place
from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.planners.domains.maze_replanning import KnownSite, ReplanningAgents
from planzoo.planners.domains.maze_team import CoordinatedPolicy
from planzoo.planners.domains.maze_view import MazeReader
from planzoo.planners.replanning.execution import ReplanTrigger

PARAMS = MazeParams(observation="map")


def escaped(policy: Any, seeds: range = range(3)) -> float:
    place = Place("maze_v0", PARAMS)
    return float(np.mean([rollout(place.environment(), policy, seed).episode_return for seed in seeds]))


@pytest.mark.parametrize(("when", "how"), [("failure", "full"), ("threshold", "repair")])
def test_undisturbed_it_gets_out_as_the_team_does(when: str, how: str) -> None:
    assert escaped(ReplanningAgents(PARAMS, when, how)) == pytest.approx(
        escaped(CoordinatedPolicy(PARAMS)), abs=1.0
    )


def test_alone_agents_get_out_too() -> None:
    assert escaped(ReplanningAgents(PARAMS, cooperative=False)) > 20


def test_plans_are_kept_over_many_steps() -> None:
    """The team plans anew whenever its map has grown."""
    place = Place("maze_v0", PARAMS)
    episodes = [
        rollout(place.environment(), policy, 0)
        for policy in (ReplanningAgents(PARAMS, "failure"), CoordinatedPolicy(PARAMS))
    ]
    kept, anew = (episode.replans for episode in episodes)
    assert kept < 0.7 * anew


def sites(seed: int = 0, steps: int = 6) -> list[KnownSite]:
    """What the first agent knows at the beginning and after some steps of the team."""
    env, reader, policy = maze_v0.gymnasium_env(PARAMS), MazeReader(PARAMS), CoordinatedPolicy(PARAMS)
    observation, _ = env.reset(seed=seed)
    found, memory = [], None
    for _ in range(steps):
        row = observation.reshape(PARAMS.agents, -1)[0]
        found.append(KnownSite(reader.read(row, 0), PARAMS))
        actions, memory = policy.predict(observation, memory)
        observation, *_ = env.step(actions)
    return found


def test_the_distance_of_what_is_known_grows_with_the_map() -> None:
    found = sites()
    distances = [found[0].distance_to(site) for site in found]
    assert distances[0] == 0 and 0 < distances[1] <= distances[-1] <= 1
    assert found[0].distance_to(found[3]) == found[3].distance_to(found[0])
    assert found[0].distance_to("elsewhere") == 1


def test_an_agent_who_does_not_move_walks_on_and_one_that_cannot_use_what_it_has_replans() -> None:
    policy = ReplanningAgents(PARAMS, "failure")
    env = maze_v0.gymnasium_env(PARAMS)
    observation, _ = env.reset(seed=0)
    memory = None
    for _ in range(4):
        _, memory = policy.predict(observation, memory)
    assert {report.trigger for report in policy.last_reports} <= {None, ReplanTrigger.FAILURE}
    assert all(watch.monitor is not None for watch in memory[0].watches)
