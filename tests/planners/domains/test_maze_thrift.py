"""A team with one can of lamp oil: few walk when there is little, and more get out for it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.baselines.policies import POLICIES
from planzoo.baselines.rollout import Episode, rollout
from planzoo.baselines.scenarios import Place
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.resources import oil
from planzoo.planners.domains.maze_team import IndependentPolicy
from planzoo.planners.domains.maze_thrift import MOVES, LampSite, ThriftyPolicy, expected_search
from planzoo.planners.domains.maze_view import MazeReader, MazeView

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


def test_who_knows_the_way_out_goes_as_far_as_leaves_enough_for_it() -> None:
    view, rich, _ = seen_with_a_way_out()
    far = max(rich.frontier, key=rich.steps)
    assert rich.way_out is not None
    enough = len(rich.field.path(far)) + view.steps_between(far, rich.way_out)
    assert view.steps_between(far, rich.way_out) > 0
    assert LampSite(view, PARAMS, enough).pays_for(far)
    assert not LampSite(view, PARAMS, enough - 1).pays_for(far)


def test_who_knows_the_way_out_needs_no_more_than_that() -> None:
    _, site, rows = seen_with_a_way_out()
    policy = ThriftyPolicy(PARAMS, oil(PARAMS, 100))
    needed = policy._needed(rows.reshape(PARAMS.agents, -1))
    assert site.way_out is not None
    assert needed[0] == len(site.field.path(site.way_out)) < expected_search(PARAMS)
    assert set(needed) == {0, 1}, "the third is out already"


def seen_with_a_way_out() -> tuple[MazeView, LampSite, NDArray[np.float32]]:
    """What an agent sees once it knows an exit and still does not know all of the maze; with all rows."""
    environment, policy = Place("maze_v0", PARAMS).environment(), IndependentPolicy(PARAMS)
    rows, _ = environment.reset(seed=2)
    memory = None
    for _ in range(200):
        view = MazeReader(PARAMS).read(rows.reshape(PARAMS.agents, -1)[0], 0)
        site = LampSite(view, PARAMS, 1e6)
        if site.way_out is not None and site.frontier:
            return view, site, rows
        actions, memory = policy.predict(rows, memory)
        rows, *_ = environment.step(actions)
    raise AssertionError("nobody has found an exit")


def test_what_others_need_is_not_spent() -> None:
    amount = 2.5 * expected_search(PARAMS)
    policy = POLICIES["resource_aware"].make(Place("maze_v0", PARAMS, oil(PARAMS, amount)), {})
    assert isinstance(policy, ThriftyPolicy)
    observation, _ = Place("maze_v0", PARAMS, oil(PARAMS, amount)).environment().reset(seed=1)
    policy.predict(observation)
    assert policy._share == pytest.approx(1.5 * expected_search(PARAMS), rel=1e-5)
