"""Whole numbers in place of fractions, exactly: for solvers that know no others."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from planzoo.errors import InputError

MOST_PARTS = 1_000_000
"""Into how many parts a unit may have to be cut."""
SUMMED = 1e-14
"""By this share a value may be wrong because it is a sum of others."""


def parts_of_a_unit(values: Iterable[float], what: str) -> int:
    """Gives the least number by which all values become whole.

    Args:
        values: numbers; infinite ones do not count.
        what: what they are, in words, for the error.

    Raises:
        InputError: there is none up to a million.
    """
    parts = 1
    for value in values:
        if not math.isfinite(value):
            continue
        fraction = Fraction(value).limit_denominator(MOST_PARTS)
        parts = math.lcm(parts, fraction.denominator)
        if parts > MOST_PARTS or not math.isclose(float(fraction), value, rel_tol=SUMMED):
            raise InputError(
                f"The {what} have no common unit: {value!r} is one that would take more than {MOST_PARTS:,} "
                "parts; round them, or choose the solver 'search'."
            )
    return parts


def whole(value: float, parts: int) -> int:
    """Gives a value in parts of a unit."""
    return round(value * parts)
