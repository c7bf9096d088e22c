"""A fleet on a fuel budget burns no more than it has, and wastes none of it."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.baselines.policies import POLICIES
from planzoo.baselines.rollout import Episode, rollout
from planzoo.baselines.scenarios import Place
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.resources import fuel
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse_dispatch import Desk
from planzoo.planners.domains.warehouse_thrift import ThriftyDispatcher, ThriftyTeamPolicy

PARAMS = WarehouseParams.rware("tiny", 2, "easy", observation="fleet", max_steps=200)


def play(name: str, amount: float, seed: int) -> Episode:
    kind = POLICIES[name]
    place = Place("warehouse_v0", PARAMS, fuel(PARAMS, amount)).observed(name == "resource_aware")
    return rollout(place.environment(), kind.make(place, {}), seed)


def test_with_plenty_it_plays_as_the_team_does() -> None:
    aware, team = (play(name, 1_000, 3) for name in ("resource_aware", "htn"))
    assert aware.episode_return == team.episode_return > 0
    assert aware.facts["left_fuel"] == team.facts["left_fuel"]


def test_with_little_it_delivers_no_less() -> None:
    returns = {
        name: np.mean([play(name, 100, seed).episode_return for seed in range(12)])
        for name in ("resource_aware", "htn")
    }
    assert returns["resource_aware"] > returns["htn"] > 0


def test_nobody_sets_out_for_what_cannot_be_delivered() -> None:
    episode = play("resource_aware", 3, 1)
    assert episode.facts["left_fuel"] == 3
    assert episode.facts["violations"] == 0


def test_with_little_fuel_one_robot_works_at_a_time() -> None:
    place = Place("warehouse_v0", PARAMS, fuel(PARAMS, 60))
    policy = POLICIES["resource_aware"].make(place, {})
    assert isinstance(policy, ThriftyTeamPolicy)
    environment = place.environment()
    observation, _ = environment.reset(seed=5)
    memory, moved = None, 0
    for _ in range(60):
        action, memory = policy.predict(observation, memory)
        assert np.count_nonzero(action) <= 1
        moved += np.count_nonzero(action)
        observation, *_ = environment.step(action)
    assert moved > 20
    assert "rest" in policy.explain().words


def test_fuel_that_is_not_seen_for_a_step_is_still_there() -> None:
    place = Place("warehouse_v0", PARAMS, fuel(PARAMS, 60))
    policy = POLICIES["resource_aware"].make(place, {})
    assert isinstance(policy, ThriftyTeamPolicy)
    observation, _ = place.environment().reset(seed=5)
    _, memory = policy.predict(observation)
    before = policy.thrift.fuel
    policy.predict(np.zeros_like(observation), memory)
    assert policy.thrift.fuel == before > 0


def watched(monkeypatch: pytest.MonkeyPatch, reserved: float | None = None) -> list[tuple[bool, float]]:
    """Plays some steps; gives whether a robot carried a shelf, and what was set aside for that."""
    seen: list[tuple[bool, float]] = []

    def committed(dispatcher: ThriftyDispatcher, desk: Desk) -> float:
        seen.append((any(burden[0] > 0 for burden in desk.burdens), honest(dispatcher, desk)))
        return seen[-1][1] if reserved is None else reserved

    honest = ThriftyDispatcher._committed
    monkeypatch.setattr(ThriftyDispatcher, "_committed", committed)
    assert play("resource_aware", 150, 2).facts["violations"] == 0
    return seen


def test_fuel_is_set_aside_for_who_carries_a_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watched(monkeypatch)
    carried = [amount for carries, amount in seen if carries]
    assert len(carried) < len(seen)
    assert all(0 <= amount <= 60 for amount in carried) and max(carried) > 5
    assert all(amount == 0 for carries, amount in seen if not carries)


def test_what_is_set_aside_sends_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(carries for carries, _ in watched(monkeypatch, reserved=150.0))


def test_it_counts_the_steps_that_are_left() -> None:
    place = Place("warehouse_v0", PARAMS, fuel(PARAMS, 60))
    policy = POLICIES["resource_aware"].make(place, {})
    assert isinstance(policy, ThriftyTeamPolicy)
    environment = place.environment()
    observation, _ = environment.reset(seed=5)
    memory = None
    for step in range(5):
        action, memory = policy.predict(observation, memory)
        assert policy.thrift.steps == PARAMS.max_steps - step
        observation, *_ = environment.step(action)


def test_other_rules_are_refused() -> None:
    place = Place("warehouse_v0", PARAMS, fuel(PARAMS, 60, observed=False))
    with pytest.raises(InputError, match="reads one resource"):
        POLICIES["resource_aware"].make(place, {})
