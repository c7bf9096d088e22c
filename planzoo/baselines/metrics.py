"""Scores of a set of episodes: pure functions over arrays, one score each.

All of them reduce the last axis, so that they work on one array of E episodes as well as on (R, E) resamples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Statistic = Callable[[FloatArray], Any]

_BLOCK_ELEMENTS = 2_000_000


@dataclass(frozen=True)
class Interval:
    """A confidence interval; both ends are NaN where there are too few episodes to give one."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        """Tells whether ``value`` lies inside, ends included."""
        return self.low <= value <= self.high


def mean_return(returns: FloatArray) -> Any:
    """Averages returns (..., E) over the episodes.

    Raises:
        ValueError: there is no episode.
    """
    return np.mean(_episodes(returns), axis=-1)


def interquartile_mean(returns: FloatArray) -> Any:
    """Averages the middle half of the returns (..., E): a quarter is cut off at each end.

    Where E is no multiple of four the cut is rounded down, as the trimmed mean of scipy does.

    Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice", NeurIPS
    2021, section 4.3.

    Raises:
        ValueError: there is no episode.
    """
    ordered = np.sort(_episodes(returns), axis=-1)
    cut = ordered.shape[-1] // 4
    return np.mean(ordered[..., cut : ordered.shape[-1] - cut], axis=-1)


def bootstrap_interval(
    values: FloatArray,
    statistic: Statistic = mean_return,
    resamples: int = 2_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Gives the percentile bootstrap interval of a statistic of E episodes.

    Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3.

    Args:
        values: float (E,), one number an episode.
        statistic: reduces the last axis of a (R, E) array.
        resamples: R, how many times E episodes are drawn with replacement.
        confidence: the share of resampled statistics that the interval holds.
        seed: seeds the resampling; the same values and seed give the same interval.

    Raises:
        ValueError: there is no episode.
    """
    sample = _episodes(values)
    if sample.size < 2:
        return Interval(float("nan"), float("nan"))
    random = np.random.default_rng(seed)
    rows = max(1, _BLOCK_ELEMENTS // sample.size)
    statistics = np.concatenate(
        [
            statistic(sample[random.integers(sample.size, size=(min(rows, resamples - start), sample.size))])
            for start in range(0, resamples, rows)
        ]
    )
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(statistics, (tail, 1.0 - tail))
    return Interval(float(low), float(high))


def success_rate(successes: Sequence[bool | None]) -> float | None:
    """Gives the share of episodes that succeeded, or None where the scenario knows no success."""
    known = [success for success in successes if success is not None]
    return sum(known) / len(known) if known else None


def mean_decision_seconds(total_seconds: FloatArray, lengths: NDArray[np.int64]) -> float:
    """Gives the wall-clock seconds of one decision: all seconds (E,) over all decisions (E,)."""
    return float(np.sum(total_seconds) / max(1, int(np.sum(lengths))))


def rate_per_decision(counts: FloatArray, lengths: NDArray[np.int64]) -> float:
    """Gives how many expansions, simulations, replans or messages (E,) fell on one decision."""
    return float(np.sum(counts) / max(1, int(np.sum(lengths))))


def regret(returns: FloatArray, reference: float) -> Any:
    """Gives how far the mean return (..., E) stays below a reference return; negative where it is above."""
    return reference - mean_return(returns)


def _episodes(values: FloatArray) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError("A score needs at least one episode.")
    return array
