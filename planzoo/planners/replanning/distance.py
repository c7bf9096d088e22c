"""How far a fact is from what was expected: facts, numbers and beliefs on one scale from 0 to 1.

- **Facts** (names, places, truth values, what is there at all): 0 if they are equal, else 1.
- **Numbers**: the difference as a share of the larger amount, at most 1 (a Canberra distance, Lance and
  Williams 1966, with the larger amount below the line); differences that are rounding count as none.
- **Objects that know their distance** (those with a method ``distance_to``, see :class:`Measured`): what
  they say.
- **Beliefs** (:class:`~planzoo.planners.htn.beliefs.distribution.Distribution`): the total variation
  distance, half the sum of all differences of probabilities.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, Protocol

from planzoo.planners.htn.beliefs.distribution import Distribution
from planzoo.planners.htn.table import ABSENT

ROUNDING = 1e-9
"""Numbers whose difference is a smaller share than this are the same."""


class Measured(Protocol):
    """A fact that is an object with much in it, and knows how far it is from another one."""

    def distance_to(self, other: Any) -> float:
        """Gives the distance, from 0 (the same) to 1."""


def value_distance(expected: Any, actual: Any) -> float:
    """Gives how far a value is from the expected one, from 0 (the same) to 1; ``ABSENT`` for no value."""
    if expected is actual:
        return 0.0
    if expected is ABSENT or actual is ABSENT:
        return 1.0
    measure = getattr(expected, "distance_to", None)  # isinstance takes ten microseconds for a protocol
    if measure is not None:
        return float(measure(actual))
    if isinstance(expected, Distribution) and isinstance(actual, Distribution):
        return belief_distance(expected, actual)
    if _is_number(expected) and _is_number(actual):
        return number_distance(float(expected), float(actual))
    return float(bool(expected != actual))


def number_distance(expected: float, actual: float) -> float:
    """Gives the difference of two numbers as a share of the larger amount, at most 1; 1 where one is NaN."""
    if expected == actual:
        return 0.0
    share = abs(expected - actual) / max(abs(expected), abs(actual))
    if not share <= 1.0:
        return 1.0
    return share if share > ROUNDING else 0.0


def belief_distance(expected: Distribution, actual: Distribution) -> float:
    """Gives the total variation distance of two distributions."""
    values = {*expected.support, *actual.support}
    return 0.5 * sum(abs(expected.probability(value) - actual.probability(value)) for value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
