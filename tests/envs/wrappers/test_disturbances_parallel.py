"""Disturbances of teams are those of their centralized twins."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
from pettingzoo.test import parallel_api_test

from planzoo.envs import maze_v0
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.wrappers.disturbances import Disturbances
from planzoo.envs.wrappers.disturbances_parallel import ParallelDisturbances
from tests.envs.wrappers.disturbed import LAST, MANY


@pytest.mark.parametrize("name", REGISTRY)
@pytest.mark.parametrize("rules", [MANY, LAST], ids=["zeros", "last"])
def test_a_team_is_disturbed_as_its_centralized_twin(name: str, rules: DisturbanceRules) -> None:
    scenario = load_scenario(name)
    team = ParallelDisturbances(scenario.parallel_env(), rules)
    single = Disturbances(scenario.gymnasium_env(), rules)
    (observations, _), (row, _) = team.reset(seed=4), single.reset(seed=4)
    single.action_space.seed(0)
    agents = team.possible_agents
    for _ in range(25):
        sample = np.reshape(single.action_space.sample(), -1)
        actions = {agent: int(sample[agents.index(agent)]) for agent in team.agents}
        observations, _, _, _, infos = team.step(actions)
        row, _, terminated, truncated, info = single.step(sample if len(sample) > 1 else int(sample[0]))
        rows = np.reshape(row, (len(agents), -1))
        for agent, seen in observations.items():
            number = agents.index(agent)
            assert infos[agent]["disturbances"] == info["disturbances"][single.agent_names[number]]
            np.testing.assert_array_equal(np.ravel(seen["observation"]), rows[number])
        if terminated or truncated:
            assert not team.agents
            assert {each["disturbances_total"] for each in infos.values()} == {info["disturbances_total"]}
            break


def test_it_is_a_pettingzoo_environment() -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        parallel_api_test(ParallelDisturbances(maze_v0.parallel_env(), MANY), num_cycles=100)
