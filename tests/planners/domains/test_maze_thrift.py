"""A team with one can of lamp oil: few walk when there is little, and more get out for it."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.baselines.policies import POLICIES
from planzoo.baselines.rollout import Episode, rollout
from planzoo.baselines.scenarios import Place
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.resources import oil
from planzoo.planners.domains.maze_thrift import MOVES, LampSite, ThriftyPolicy, expected_search
from planzoo.planners.domains.maze_view import MazeReader

PARAMS = MazeParams.medium(observation="map", coordination="none")


def play(name: str, amount: float, seed: int) -> Episode:
    place = Place("maze_v0", PARAMS, oil(PARAMS, amount)).observed(name == "resource_aware")
    return rollout(place.environment(), POLICIES[name].make(place, {}), seed)


def test_with_plenty_it_plays_as_independent_agents_do() -> None:
    for seed in range(3):
        aware, plain = (play(name, 5_000, seed) for name in ("resource_aware", "independent"))
        assert aware.episode_return == plain.episode_return
        assert aware.facts["left_oil"] == plain.facts["left_oil"]


def test_with_little_more_agents_get_out() -> None:
    shares = {
        name: np.mean([play(name, 80, seed).facts["escape_rate"] for seed in range(25)])
        for name in ("resource_aware", "independent")
    }
    assert shares["resource_aware"] > shares["independent"] + 0.1


@pytest.mark.parametrize(("amount", "walkers"), [(1.0, 1), (1.5, 1), (2.0, 2), (99.0, 3)])
def test_as_many_walk_as_the_oil_brings_out(amount: float, walkers: int) -> None:
    place = Place("maze_v0", PARAMS, oil(PARAMS, amount * expected_search(PARAMS)))
    policy = POLICIES["resource_aware"].make(place, {})
    assert isinstance(policy, ThriftyPolicy)
    environment = place.environment()
    observation, _ = environment.reset(seed=1)
    actions, memory = policy.predict(observation)
    assert len(memory[0].walkers) == walkers
    assert sum(action in MOVES for action in actions) <= walkers


@pytest.mark.parametrize("amount", [1, 2.5, 7])
def test_nobody_tries_to_walk_without_oil(amount: float) -> None:
    place = Place("maze_v0", PARAMS, oil(PARAMS, amount))
    policy = POLICIES["resource_aware"].make(place, {})
    environment = place.environment()
    observation, info = environment.reset(seed=1)
    memory, moves = None, 0
    for _ in range(20):
        actions, memory = policy.predict(observation, memory)
        moves += sum(action in MOVES for action in actions)
        observation, _, _, _, info = environment.step(actions)
        assert not info["resource_violations"]
    assert moves == int(amount)


def test_who_walks_keeps_walking() -> None:
    policy = POLICIES["resource_aware"].make(Place("maze_v0", PARAMS, oil(PARAMS, 100)), {})
    assert isinstance(policy, ThriftyPolicy)
    needed = {0: 60.0, 1: 10.0, 2: 60.0}
    assert policy._walkers([], needed, 75.0) == [1, 0]
    assert policy._walkers([2], needed, 75.0) == [2, 1]
    assert policy._walkers([2], {0: 60.0, 1: 80.0}, 70.0) == [0]


def test_supplies_are_fetched_only_as_far_as_the_oil_reaches() -> None:
    environment = Place("maze_v0", PARAMS).environment()
    rows, _ = environment.reset(seed=2)
    view = MazeReader(PARAMS).read(rows.reshape(PARAMS.agents, -1)[0], 0)
    rich, poor = LampSite(view, PARAMS, 1e6), LampSite(view, PARAMS, 0.0)
    far = max(rich.frontier, key=rich.steps)
    assert rich.pays_for(far)
    assert not poor.pays_for(far)
    enough = len(rich.field.path(far)) + expected_search(PARAMS)
    assert LampSite(view, PARAMS, enough).pays_for(far)
    assert not LampSite(view, PARAMS, enough - 1).pays_for(far)
