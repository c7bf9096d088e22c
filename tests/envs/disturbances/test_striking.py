"""What strikes whom, and what becomes of actions: the same whoever acts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.disturbances.kinds import (
    DROPOUT,
    FAILURE,
    KINDS,
    MODEL_ERROR,
    OF_AGENTS,
    SLIP,
    STOPPAGE,
)
from planzoo.envs.disturbances.mishaps import Mishaps
from planzoo.envs.disturbances.rules import DisturbanceRules, Scheduled
from tests.envs.disturbances.worlds import ALL, NOTHING, A, B, N, played

rates = st.floats(0, 1)


@given(rates, rates, rates, rates, rates, st.integers(0, 99))
def test_the_same_seed_brings_the_same_whatever_is_done(
    failure: float, slip: float, stoppage: float, dropout: float, event: float, seed: int
) -> None:
    rules = DisturbanceRules(
        action_failure=failure,
        slip=slip,
        stoppage=stoppage,
        sensor_dropout=dropout,
        event=event,
        goal_change=event,
        seed=seed,
        on_event=lambda *_: None,
    )
    one, _, _ = played(rules, 12, policy=1)
    other, _, _ = played(rules, 12, policy=2)
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "model_error"])
@pytest.mark.parametrize("rate", [0.0, 0.03, 0.5, 1.0])
def test_rates_are_kept(kind: str, rate: float) -> None:
    steps = 400
    bits, _, mishaps = played(DisturbanceRules(**{kind: rate}, stoppage_steps=1), steps)
    found = bits >> KINDS.index(kind) & 1
    trials = B * steps * (1 if kind in ("event", "goal_change") else N)
    strikes = mishaps.facts()[f"disturbances_{kind}"].sum()
    assert strikes == (found[:, :, 0].sum() if kind in ("event", "goal_change") else found.sum())
    assert abs(strikes / trials - rate) <= 4.5 * np.sqrt(rate * (1 - rate) / trials)
    assert mishaps.facts()["disturbances_total"].sum() == strikes


def test_draws_of_kinds_agents_and_steps_know_nothing_of_each_other() -> None:
    rules = DisturbanceRules(
        action_failure=0.5, stoppage=0.5, stoppage_steps=1, sensor_dropout=0.5, event=0.5, goal_change=0.5
    )
    bits, _, _ = played(rules, 400)
    kinds = [kind for kind in range(len(KINDS)) if (bits >> kind & 1).any() and kind != FAILURE]
    series = [bits[:, :, 0] >> kind & 1 for kind in kinds]
    series += [bits[:, :, 1] >> kind & 1 for kind in kinds if kind < OF_AGENTS]
    series += [np.roll(each, 1, axis=axis) for each in series for axis in (0, 1)]
    correlations = np.corrcoef([each.ravel() for each in series])
    apart = np.abs(correlations[~np.eye(len(series), dtype=bool)])
    assert apart.max() < 5 / np.sqrt(series[0].size)


def test_actions_that_fail_do_nothing_and_others_are_as_they_were() -> None:
    bits, done, _ = played(DisturbanceRules(action_failure=0.3))
    failed = bits >> FAILURE & 1 > 0
    assert (done[failed] == NOTHING).all() and (done[~failed] >= 0).all() and failed.any()


def test_slips_go_evenly_to_the_other_allowed_actions() -> None:
    masks = ALL.copy()
    masks[:, :, 3] = False
    mishaps = Mishaps(DisturbanceRules(slip=1.0), B, N, A)
    mishaps.begin(range(B), range(B))
    found = np.zeros(A)
    for _ in range(300):
        actions = np.ones((B, N), dtype=np.int64)
        mishaps.strike(actions, masks, NOTHING)
        found += np.bincount(actions.reshape(-1), minlength=A)
    assert found[1] == found[3] == 0
    np.testing.assert_allclose(found[[0, 2, 4]] / found.sum(), 1 / 3, atol=0.04)


def test_where_nothing_else_is_allowed_nobody_slips() -> None:
    masks = np.zeros_like(ALL)
    masks[:, :, 2] = True
    mishaps = Mishaps(DisturbanceRules(slip=1.0), B, N, A)
    mishaps.begin(range(B))
    actions = np.full((B, N), 2)
    mishaps.strike(actions, masks, NOTHING)
    assert (actions == 2).all()


def test_stoppages_last() -> None:
    schedule = (Scheduled(2, "stoppage", 1), Scheduled(6, "stoppage", 0, steps=2))
    bits, done, _ = played(DisturbanceRules(stoppage_steps=3, schedule=schedule), 10)
    stopped = bits >> STOPPAGE & 1 > 0
    assert [step for step in range(10) if stopped[step, 0, 1]] == [2, 3, 4]
    assert [step for step in range(10) if stopped[step, 3, 0]] == [6, 7]
    assert (done[stopped] == NOTHING).all() and (done[~stopped] >= 0).all()


def test_actions_fail_as_often_as_their_error_says() -> None:
    mishaps = Mishaps(DisturbanceRules(model_error=0.5), B, N, A)
    mishaps.begin(range(B), range(B))
    failures, steps = np.zeros((B, N)), 2000
    for _ in range(steps):
        mishaps.strike(np.full((B, N), 2), ALL, NOTHING)
        failures += mishaps.struck >> MODEL_ERROR & 1
    np.testing.assert_allclose(failures / steps, mishaps.chance.failing[:, :, 2], atol=0.05)


def test_failures_and_model_errors_are_apart() -> None:
    mishaps = Mishaps(DisturbanceRules(action_failure=0.5, model_error=0.5), B, N, A)
    mishaps.begin(range(B), range(B))
    mishaps.chance.failing[:] = 0.4
    errors, steps = np.zeros((B, N)), 500
    for step in range(steps):
        mishaps.strike(np.full((B, N), step % A), ALL, NOTHING)
        errors += mishaps.struck >> MODEL_ERROR & 1
    assert errors.mean() / steps == pytest.approx(0.5 * 0.4, abs=0.03)


def test_each_action_may_fail_with_a_probability_of_its_own() -> None:
    mishaps = Mishaps(DisturbanceRules(model_error=0.5), B, N, A)
    mishaps.begin(range(B), range(B))
    assert len(np.unique(mishaps.chance.failing)) == B * N * A
    mishaps.chance.failing[:] = 1.0
    for action in range(A):
        mishaps.strike(np.full((B, N), action), ALL, NOTHING)
        assert (mishaps.struck == 1 << MODEL_ERROR).all()


def test_who_has_left_is_not_struck() -> None:
    mishaps = Mishaps(DisturbanceRules(action_failure=1.0), B, N, A)
    mishaps.begin(range(B))
    actions = np.full((B, N), NOTHING)
    mishaps.strike(actions, ALL, NOTHING)
    assert not mishaps.struck.any()


def test_worlds_that_rest_play_no_step() -> None:
    mishaps = Mishaps(DisturbanceRules(action_failure=1.0), B, N, A)
    mishaps.begin(range(B))
    resting = np.array([True, False, False, False])
    mishaps.strike(np.zeros((B, N), dtype=np.int64), ALL, NOTHING, resting)
    assert mishaps.chance.steps.tolist() == [0, 1, 1, 1]
    assert not mishaps.struck[0].any() and mishaps.struck[1:].all()
    mishaps.strike(np.zeros((B, N), dtype=np.int64), ALL, NOTHING, ~resting)
    assert mishaps.struck[0].all() and not mishaps.struck[1:].any()


def test_where_slips_go_is_apart_from_whether_there_are_any() -> None:
    mishaps = Mishaps(DisturbanceRules(slip=0.2), B, N, A)
    mishaps.begin(range(B), range(B))
    found = np.zeros(A)
    for _ in range(600):
        actions = np.ones((B, N), dtype=np.int64)
        mishaps.strike(actions, ALL, NOTHING)
        found += np.bincount(actions[mishaps.struck >> SLIP & 1 > 0], minlength=A)
    np.testing.assert_allclose(found[[0, 2, 3, 4]] / found.sum(), 1 / 4, atol=0.05)


def test_drawn_stoppages_last_as_the_rules_say_whatever_is_scheduled() -> None:
    rules = DisturbanceRules(stoppage=1.0, stoppage_steps=3, schedule=(Scheduled(9, "slip"),))
    bits, _, _ = played(rules, 12)
    assert (bits >> STOPPAGE & 1).all()


def test_who_has_stopped_may_be_blind_too() -> None:
    bits, _, _ = played(DisturbanceRules(stoppage=1.0, sensor_dropout=1.0), 5)
    assert (bits == (1 << STOPPAGE | 1 << DROPOUT)).all()


def test_a_short_stoppage_does_not_end_a_long_one() -> None:
    schedule = (Scheduled(0, "stoppage", steps=5), Scheduled(1, "stoppage", steps=1))
    bits, _, _ = played(DisturbanceRules(schedule=schedule), 8)
    assert (bits >> STOPPAGE & 1)[:, 0, 0].tolist() == [1] * 5 + [0] * 3
