import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from planzoo.baselines.metrics import (
    Interval,
    bootstrap_interval,
    interquartile_mean,
    mean_decision_seconds,
    mean_return,
    rate_per_decision,
    regret,
    success_rate,
)

RETURNS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40).map(np.array)


def test_exact_values() -> None:
    returns = np.array([100.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, -100.0])
    assert mean_return(returns) == 21.0 / 8.0
    assert interquartile_mean(returns) == 3.5
    assert regret(returns, 3.0) == 3.0 - 21.0 / 8.0
    assert interquartile_mean(np.array([7.0, 1.0, 4.0])) == 4.0


def test_last_axis_is_reduced() -> None:
    returns = np.arange(24.0).reshape(2, 3, 4)
    assert mean_return(returns).tolist() == [[1.5, 5.5, 9.5], [13.5, 17.5, 21.5]]
    assert interquartile_mean(returns).shape == (2, 3)


@given(RETURNS)
def test_interquartile_mean_is_scipys_trimmed_mean(returns: np.ndarray) -> None:
    assert interquartile_mean(returns) == pytest.approx(stats.trim_mean(returns, 0.25), rel=1e-9, abs=1e-6)


@given(RETURNS)
def test_interquartile_mean_ignores_outliers_and_order(returns: np.ndarray) -> None:
    quarter = np.full(len(returns) + 1, 1e9)
    widened = np.concatenate([quarter, returns, -quarter])
    assert interquartile_mean(widened) <= returns.max() + 1e9
    assert interquartile_mean(returns[::-1]) == interquartile_mean(returns)


@given(RETURNS)
def test_bootstrap_interval_lies_within_the_sample(returns: np.ndarray) -> None:
    bounds = bootstrap_interval(returns, resamples=50)
    if len(returns) == 1:
        assert math.isnan(bounds.low) and math.isnan(bounds.high)
    else:
        tolerance = 1e-9 * max(1.0, np.abs(returns).max())
        assert returns.min() - tolerance <= bounds.low <= bounds.high <= returns.max() + tolerance


def test_bootstrap_interval_agrees_with_scipy() -> None:
    sample = np.random.default_rng(3).exponential(size=80)
    ours = bootstrap_interval(sample)
    theirs = stats.bootstrap(
        (sample,), np.mean, method="percentile", n_resamples=20_000, rng=1
    ).confidence_interval
    assert ours.low == pytest.approx(theirs.low, abs=0.02)
    assert ours.high == pytest.approx(theirs.high, abs=0.02)


def test_bootstrap_interval_covers_the_mean_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    samples = [random.normal(size=60) for _ in range(200)]
    covered = sum(
        0.0 in bootstrap_interval(sample, resamples=300, seed=index) for index, sample in enumerate(samples)
    )
    assert 180 <= covered <= 199


def test_bootstrap_interval_is_seeded_and_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = np.random.default_rng(1).normal(size=30)
    assert bootstrap_interval(sample, seed=4) == bootstrap_interval(sample, seed=4)
    assert bootstrap_interval(sample, seed=4) != bootstrap_interval(sample, seed=5)
    whole = bootstrap_interval(sample, interquartile_mean)
    monkeypatch.setattr("planzoo.baselines.metrics._BLOCK_ELEMENTS", 100)
    assert bootstrap_interval(sample, interquartile_mean) == whole


def test_no_episode_has_no_score() -> None:
    for score in (mean_return, interquartile_mean, bootstrap_interval):
        with pytest.raises(ValueError, match="at least one episode"):
            score(np.array([]))


def test_success_rate() -> None:
    assert success_rate([True, False, None, True]) == 2 / 3
    assert success_rate([None, None]) is None


def test_rates_weigh_episodes_by_their_length() -> None:
    lengths = np.array([1, 3])
    assert mean_decision_seconds(np.array([1.0, 1.0]), lengths) == 0.5
    assert rate_per_decision(np.array([8.0, 0.0]), lengths) == 2.0


def test_interval_contains_its_ends() -> None:
    assert 1.0 in Interval(1.0, 2.0) and 2.0 in Interval(1.0, 2.0) and 2.1 not in Interval(1.0, 2.0)
