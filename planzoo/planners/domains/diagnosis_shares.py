"""How doctors share money: so that what all of them can make of it is worth most.

Each doctor says what its patient can be expected to earn with so much money; these curves are neither smooth
nor concave, for half a test tells nothing. Money is cut into pieces, and the pieces are allotted by dynamic
programming over the doctors (Bellman, "Dynamic Programming", 1957, on the allocation of resources).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

PIECES = 4
"""Pieces that money is cut into, for each doctor."""
MOST_PIECES = 32
MOST_SUMS = 2**10
SUM_DIGITS = 9
GAIN = 1e-9
"""More money must be worth more by this to be wanted."""


def share_money(money: float, worths: Sequence[Callable[[float], float]]) -> NDArray[np.float64]:
    """Shares money out.

    Args:
        money: finite, 0 or more.
        worths: of each of n doctors, what it expects to earn with so much money; more is never worse.

    Returns:
        float64 (n,), which sums to the money: even shares if nobody could use more than that.
    """
    count = len(worths)
    even = money / count
    if all(worth(money) <= worth(even) + GAIN for worth in worths):
        return np.full(count, even)
    pieces = min(PIECES * count, MOST_PIECES)
    sizes = money * np.arange(pieces + 1) / pieces
    curves = np.array([[worth(size) for size in sizes.tolist()] for worth in worths])
    allotted = best_allotment(curves)
    shares = sizes[allotted]
    return np.asarray(shares + (money - shares.sum()) / count)


def payable_sums(prices: NDArray[np.float64], repeats: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """Lists all that tests can cost together, float64 (n,), ascending; None if there are too many sums.

    Money between two of these buys no more than the lower one does.

    Args:
        prices: float64 (T,).
        repeats: int64 (T,), how often each test can be had.
    """
    sums = np.zeros(1)
    for price, times in zip(prices.tolist(), repeats.tolist(), strict=True):
        for _ in range(times if price > 0 else 0):
            sums = np.unique(np.round(np.append(sums, sums + price), SUM_DIGITS))
            if len(sums) > MOST_SUMS:
                return None
    return sums


def best_allotment(curves: NDArray[np.float64]) -> NDArray[np.int64]:
    """Allots pieces so that the sum of what they are worth is highest, with as few pieces as that takes.

    Args:
        curves: float64 (n, P + 1), what 0 … P pieces are worth to each.

    Returns:
        int64 (n,), pieces, P together at most.
    """
    count, width = curves.shape
    best = np.zeros(width)
    chosen = np.zeros((count, width), dtype=np.int64)
    for row in range(count):
        totals = np.full((width, width), -np.inf)
        for own in range(width):
            totals[own, own:] = best[: width - own] + curves[row, own]
        # Of equals the fewest pieces.
        chosen[row] = (totals >= totals.max(axis=0) - GAIN).argmax(axis=0)
        best = totals.max(axis=0)
    left = int((best >= best[-1] - GAIN).argmax())
    allotted = np.zeros(count, dtype=np.int64)
    for row in reversed(range(count)):
        allotted[row] = chosen[row, left]
        left -= int(allotted[row])
    return allotted
