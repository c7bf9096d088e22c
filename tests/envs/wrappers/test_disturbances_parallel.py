"""Disturbances of teams are those of their centralized twins."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import pytest
from pettingzoo.test import parallel_api_test

from planzoo.envs import maze_v0
from planzoo.envs.disturbances.rules import DisturbanceRules, Scheduled
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.wrappers.disturbances import Disturbances
from planzoo.envs.wrappers.disturbances_parallel import ParallelDisturbances
from planzoo.errors import InputError
from tests.envs.wrappers.disturbed import LAST, MANY
from tests.envs.wrappers.team import Office


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


BUTTONS = {"chief": 3, "clerk": 0, "guest": 1}


def pressed(rules: DisturbanceRules, seed: int = 0) -> list[dict[str, float]]:
    """Plays a team of somebody else's to its end; gives what each agent has done, step by step."""
    env, found = ParallelDisturbances(Office(), rules), []
    env.reset(seed=seed)
    while env.agents:
        actors = list(env.agents)
        observations = env.step({agent: BUTTONS[agent] for agent in actors})[0]
        found.append({agent: float(observations[agent][1]) for agent in actors if agent in observations})
    assert env.step({}) == ({}, {}, {}, {}, {})
    return found


def test_others_teams_slip_to_what_each_may_do() -> None:
    steps = [step for seed in range(20) for step in pressed(DisturbanceRules(slip=1.0), seed)]
    done = {agent: {step[agent] for step in steps if agent in step} for agent in BUTTONS}
    assert done == {"chief": {0, 1, 2}, "clerk": {1}, "guest": {0}}


def test_others_teams_do_nothing_where_an_action_fails() -> None:
    rules = DisturbanceRules(action_failure=1.0, idle=0)
    assert {action for step in pressed(rules) for action in step.values()} == {0}
    env = ParallelDisturbances(Office(lever=True), DisturbanceRules(action_failure=1.0, idle=(0.5,)))
    env.reset(seed=0)
    observations = env.step(dict.fromkeys(env.agents, np.full(1, -0.25, np.float32)))[0]
    assert observations["chief"].tolist() == [2, 0.5]
    calm = ParallelDisturbances(Office(lever=True), DisturbanceRules(sensor_dropout=0.5))
    calm.reset(seed=0)
    observations = calm.step(dict.fromkeys(calm.agents, np.full(1, -0.25, np.float32)))[0]
    assert {row.tolist()[1] for row in observations.values()} <= {-0.25, -1.0, 0.0}
    with pytest.raises(InputError, match="idle is 2, which is no action"):
        ParallelDisturbances(Office(), DisturbanceRules(action_failure=1.0, idle=2))


def test_numbers_of_actions_may_begin_anywhere() -> None:
    slipping = ParallelDisturbances(Office(first=3), DisturbanceRules(slip=1.0))
    slipping.reset(seed=0)
    seen = slipping.step({"chief": 4, "clerk": 3})[0]
    assert seen["clerk"][1] == 4 and seen["chief"][1] in (3, 5, 6)
    failing = ParallelDisturbances(Office(first=3), DisturbanceRules(model_error=1.0, idle=3))
    failing.reset(seed=0)
    seen = failing.step({"chief": 4, "clerk": 4})[0]
    assert [seen[agent][1] for agent in ("chief", "clerk")] == [3, 3]


def test_things_happen_to_others_teams() -> None:
    times = []

    def bell(env: Any, world: int, random: Any) -> None:
        times.append((env.unwrapped.time, world))

    rules = DisturbanceRules(schedule=(Scheduled(1, "event"), Scheduled(3, "event")), on_event=bell)
    pressed(rules)
    assert times == [(1, 0), (3, 0)]


def test_what_was_seen_last_stays_as_it_was_whatever_is_done_with_it() -> None:
    schedule = tuple(Scheduled(step, "sensor_dropout", 0) for step in (0, 2, 3))
    env = ParallelDisturbances(Office(), DisturbanceRules(dropout="last", schedule=schedule))
    for _ in range(2):
        observations, _ = env.reset(seed=0)
        seen = []
        while env.agents:
            for row in observations.values():
                row += 50
            observations, *_ = env.step({agent: BUTTONS[agent] for agent in env.agents})
            seen.append(observations.get("chief", np.zeros(2)).tolist())
        assert seen[:3] == [[1, -1], [3, 3], [3, 3]]


@pytest.mark.parametrize("dropout", ["zeros", "last"])
def test_masks_are_those_of_now_when_an_observation_is_lost(dropout: str) -> None:
    bare = maze_v0.parallel_env()
    blind = ParallelDisturbances(
        maze_v0.parallel_env(), DisturbanceRules(sensor_dropout=1.0, dropout=dropout)
    )
    (seen, _), (first, _) = bare.reset(seed=0), blind.reset(seed=0)
    changes = 0
    for _ in range(20):
        actions = {agent: int(np.flatnonzero(each["action_mask"])[0]) for agent, each in seen.items()}
        seen, lost = bare.step(actions)[0], blind.step(actions)[0]
        for agent, each in seen.items():
            np.testing.assert_array_equal(lost[agent]["action_mask"], each["action_mask"])
            changes += int((each["action_mask"] != first[agent]["action_mask"]).any())
            expected = first[agent]["observation"] if dropout == "last" else 0 * each["observation"]
            np.testing.assert_array_equal(lost[agent]["observation"], expected)
    assert changes


def test_counts_are_told_when_all_have_left_and_there_are_no_more_steps() -> None:
    env = ParallelDisturbances(maze_v0.parallel_env(max_steps=2), DisturbanceRules(action_failure=1.0))
    env.reset(seed=0)
    still = dict.fromkeys(env.agents, 0)
    told = [env.step(still)[4] for _ in range(2)]
    assert [["disturbances_total" in info for info in infos.values()] for infos in told] == [
        [False] * 3,
        [True] * 3,
    ]
    assert told[1]["agent_0"]["disturbances_total"] == 6
    assert env.step(still) == ({}, {}, {}, {}, {})


def test_an_action_that_fails_is_not_invalid() -> None:
    env = ParallelDisturbances(maze_v0.parallel_env(), DisturbanceRules(action_failure=1.0))
    env.reset(seed=0)
    for move in range(4):
        infos = env.step(dict.fromkeys(env.agents, move))[4]
        assert not any(info["invalid_action"] for info in infos.values())


def test_actions_outside_the_space_are_refused_though_they_would_fail() -> None:
    env = ParallelDisturbances(maze_v0.parallel_env(), DisturbanceRules(action_failure=1.0))
    env.reset(seed=0)
    with pytest.raises(ValueError, match="99"):
        env.step(dict.fromkeys(env.agents, 99))
