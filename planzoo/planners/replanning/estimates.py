"""Estimates with their uncertainty: how likely something succeeds, and how large something is on average.

Sources: Gelman et al., Bayesian Data Analysis (2013), chapter 2 (a Beta prior for a probability, a normal one
for a mean); Bühlmann, Experience rating and credibility (1967), for what a group says of a member of which
little is known; Welford, Note on a method for calculating corrected sums of squares (1962), and Chan, Golub
and LeVeque, Algorithms for computing the sample variance (1983), for sums of squares of samples together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

WEIGHT = 3.0
"""For how many observations a prior counts."""
RELIABLE = 0.9
"""How often an action succeeds of which nothing is known: domains say what mostly happens."""
SPREAD = 0.5
"""The standard deviation of amounts, as shares of what is planned, of which nothing is known."""
LEVEL = 0.9
"""How probable it is that the truth lies within an interval."""


def credible(prior: float, groups: Iterable[tuple[int, float]]) -> float:
    """Gives what is expected of another group by what is known of some.

    A group counts the more the more observations it has, but never for more than one.

    Args:
        prior: what would be expected without them.
        groups: of each the number of observations and their mean.
    """
    shares = [(count / (count + WEIGHT), mean) for count, mean in groups]
    total = WEIGHT + sum(share for share, _ in shares)
    return (WEIGHT * prior + sum(share * mean for share, mean in shares)) / total


@dataclass(frozen=True)
class Estimate:
    """A number that is not known for sure.

    Attributes:
        value: what is expected.
        low: the lower end of the interval in which the truth lies with a probability of 90 %.
        high: the upper end.
        count: from how many observations it comes.
    """

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f}, {self.count} times)"


@dataclass(frozen=True)
class Chance:
    """A probability as a Beta distribution.

    Attributes:
        mean: its mean.
        weight: the sum of its two parameters, from above 0 on.
        count: how many of that are observations.
    """

    mean: float = RELIABLE
    weight: float = WEIGHT
    count: int = 0

    def seen(self, successes: int, failures: int) -> Chance:
        """Gives the distribution after some observations."""
        count, weight = successes + failures, self.weight + successes + failures
        return Chance((self.mean * self.weight + successes) / weight, weight, self.count + count)

    def quantile(self, share: float) -> float:
        """Gives the probability below which the truth lies with a probability of ``share``."""
        from scipy.special import betaincinv

        return float(betaincinv(self.mean * self.weight, (1 - self.mean) * self.weight, share))

    def estimate(self) -> Estimate:
        """Gives mean and interval."""
        tail = (1 - LEVEL) / 2
        return Estimate(self.mean, self.quantile(tail), self.quantile(1 - tail), self.count)


@dataclass(frozen=True)
class Sample:
    """Some numbers: how many, their mean, and the sum of the squares of their distances from it."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> Sample:
        """Gives the sample with another number."""
        return self.merged(Sample(1, value))

    def merged(self, other: Sample) -> Sample:
        """Gives both samples together."""
        count = self.count + other.count
        if not self.count or not other.count:
            return self if self.count else other
        step = other.mean - self.mean
        mean = self.mean + step * other.count / count
        squares = self.squares + other.squares + step * step * self.count * other.count / count
        return Sample(count, mean, squares)

    def estimate(self, prior: float = 1.0) -> Estimate:
        """Gives the mean with its interval; the fewer numbers there are, the nearer is it to the prior."""
        weight = WEIGHT + self.count
        value = (WEIGHT * prior + self.count * self.mean) / weight
        between = WEIGHT * self.count / weight * (self.mean - prior) ** 2
        variance = (WEIGHT * SPREAD**2 + self.squares + between) / weight
        half = _normal_quantile() * math.sqrt(variance / weight)
        return Estimate(value, max(value - half, 0.0), value + half, self.count)


def _normal_quantile() -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + LEVEL) / 2))
