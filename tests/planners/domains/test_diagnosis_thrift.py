"""Doctors whose money comes from a wrapper plan as if it were the scenario's own budget."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.baselines.policies import POLICIES
from planzoo.baselines.rollout import Episode, rollout
from planzoo.baselines.scenarios import Place
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.resources import money
from planzoo.errors import InputError

FREE = DiagnosisParams.asia(budget=None)


def wrapped(name: str, amount: float, seed: int) -> Episode:
    place = Place("diagnosis_v0", FREE, money(FREE, amount)).observed(name == "resource_aware")
    return rollout(place.environment(), POLICIES[name].make(place, {}), seed)


@pytest.mark.parametrize("amount", [0.6, 1.0, 3.0])
def test_it_does_what_the_contingent_planner_does_with_that_budget(amount: float) -> None:
    own = Place("diagnosis_v0", DiagnosisParams.asia(budget=amount))
    planner = POLICIES["contingent"].make(own, {})
    for seed in range(20):
        expected, found = rollout(own.environment(), planner, seed), wrapped("resource_aware", amount, seed)
        assert (found.episode_return, found.length) == (expected.episode_return, expected.length)
        assert found.facts["violations"] == 0
        assert found.facts["left_money"] == pytest.approx(amount - expected.facts["cost"], abs=1e-5)


def test_doctors_who_share_the_money_believe_what_the_wrapper_says_is_left() -> None:
    params = DiagnosisParams.clinic(4).changed(budget=None)
    place = Place("medical_testing_v0", params, money(params, 3.0))
    policy = POLICIES["resource_aware"].make(place, {})
    observation, _ = place.environment().reset(seed=0)
    prices = np.concatenate([params.tables.costs, np.zeros(99)])
    rows = observation.reshape(4, -1)
    assert prices[policy.predict(observation)[0]].sum() > 0
    for left in (0.0, 0.2, 0.5):
        rows[:, -1] = left / 3.0
        assert prices[policy.predict(observation)[0]].sum() <= left


def test_a_planner_that_does_not_know_is_held_back_all_the_same() -> None:
    for seed in range(10):
        assert wrapped("contingent", 0.6, seed).facts["left_money"] >= 0


def test_too_little_for_any_test_is_refused() -> None:
    with pytest.raises(InputError, match="buys no test"):
        wrapped("resource_aware", 0.001, 0)
