"""Beliefs as values of state variables: what is not known for certain, with its probabilities.

A :class:`Distribution` is immutable, so a state holds it like any other value, and operators and methods ask
it in plain Python: ``state.disease[patient].probability("lung") >= 0.9``, ``state.disease[patient].certain``.

**Sensing.** A plan is a line of actions, so an operator that looks must plan with one outcome: the most
likely one. ``belief.predicted(sensor).most_likely`` names it, ``belief.observed(sensor, outcome)`` is the
belief after it. Whoever acts plans anew when the outcome is another one; how the plan goes on then is not
part of it (see :mod:`planzoo.planners.pomdp.contingent_planner` for plans with a branch for each outcome).

Source: Kaelbling and Lozano-Pérez, Integrated task and motion planning in belief space (2013), for
planning over beliefs with the most likely observation and planning anew on any other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any

from planzoo.errors import InputError

SUM_TOLERANCE = 1e-6
"""How far given probabilities may be from summing to 1."""

Likelihood = Callable[[Any], float]
"""P(what was observed | value) of a value; a condition that is true or false of a value will do as well."""


class Distribution:
    """The possible values of one thing, with their probabilities.

    Two distributions are equal when they give the same values the very same probabilities. It is no mapping,
    for a state makes mappings into tables.

    Args:
        probabilities: the probability of each value (hashable); those of probability 0 are left out.

    Raises:
        InputError: a number is negative or not finite, or they do not sum to 1.
    """

    __slots__ = ("_hash", "_probabilities")

    _hash: int
    _probabilities: dict[Any, float]

    def __init__(self, probabilities: Mapping[Any, float]) -> None:
        numbers = {value: float(number) for value, number in probabilities.items()}
        total = math.fsum(numbers.values())
        if not all(0 <= number < math.inf for number in numbers.values()) or not (
            abs(total - 1) <= SUM_TOLERANCE
        ):
            raise InputError(
                f"A Distribution needs probabilities of at least 0 that sum to 1, not {numbers!r}; divide "
                "each by their sum."
            )
        self._keep({value: number for value, number in numbers.items() if number > 0})

    @classmethod
    def sure(cls, value: Hashable) -> Distribution:
        """Gives the belief that it is this value and no other."""
        return cls({value: 1.0})

    @classmethod
    def uniform(cls, values: Iterable[Hashable]) -> Distribution:
        """Gives the belief that holds all of these values for equally likely.

        Raises:
            InputError: there is no value.
        """
        return cls._normalized(dict.fromkeys(values, 1.0))

    def _keep(self, probabilities: dict[Any, float]) -> None:
        object.__setattr__(self, "_probabilities", probabilities)
        object.__setattr__(self, "_hash", hash(frozenset(probabilities.items())))

    @classmethod
    def _normalized(cls, weights: Mapping[Any, float]) -> Distribution:
        largest = max(weights.values(), default=0.0)
        if not largest > 0:
            raise InputError("A Distribution needs at least one possible value; give one.")
        shares = {
            value: weight / largest for value, weight in weights.items()
        }  # neither too big nor too small
        total = math.fsum(shares.values())
        return cls({value: share / total for value, share in shares.items()})

    # -- what is believed -----------------------------------------------------------------------------------

    @property
    def support(self) -> tuple[Any, ...]:
        """The values that are possible, in the order in which they were given."""
        return tuple(self._probabilities)

    @property
    def most_likely(self) -> Any:
        """The value of the highest probability, the first of equals."""
        return max(self._probabilities, key=self._probabilities.__getitem__)

    @property
    def certain(self) -> bool:
        """Whether only one value is possible."""
        return len(self._probabilities) == 1

    @property
    def entropy(self) -> float:
        """The Shannon entropy in bits: 0 when certain."""
        return max(0.0, -math.fsum(number * math.log2(number) for number in self._probabilities.values()))

    def probability(self, value: Any) -> float:
        """Gives the probability of a value; 0 for one that the belief does not know."""
        return self._probabilities.get(value, 0.0)

    def chance(self, likelihood: Likelihood) -> float:
        """Gives the probability of an observation, or that a condition holds: ``chance(lambda v: v > 3)``."""
        return math.fsum(number * likelihood(value) for value, number in self.items())

    def items(self) -> Iterator[tuple[Any, float]]:
        """Gives each possible value with its probability, in the order in which they were given."""
        return iter(self._probabilities.items())

    # -- how it changes -------------------------------------------------------------------------------------

    def updated(self, likelihood: Likelihood) -> Distribution:
        """Gives the belief after an observation, by Bayes' rule.

        Args:
            likelihood: gives P(observation | value) for every possible value, in any common unit.

        Returns:
            The posterior; the belief itself when no possible value can lead to the observation, which then
            tells nothing (:meth:`chance` is 0 exactly then).

        Raises:
            InputError: a likelihood is negative or not finite.
        """
        weights = {value: number * float(likelihood(value)) for value, number in self.items()}
        wrong = next((value for value, weight in weights.items() if not 0 <= weight < math.inf), None)
        if wrong is not None:
            raise InputError(
                f"The likelihood of {wrong!r} is {likelihood(wrong)!r}; it must be a finite number of at "
                "least 0."
            )
        return Distribution._normalized(weights) if any(weights.values()) else self

    def mapped(self, function: Callable[[Any], Any]) -> Distribution:
        """Gives the belief about ``function(value)``: values with the same image become one."""
        images: dict[Any, float] = {}
        for value, number in self.items():
            image = function(value)
            images[image] = images.get(image, 0.0) + number
        return Distribution._normalized(images)

    # -- sensing --------------------------------------------------------------------------------------------

    def predicted(self, sensor: Callable[[Any], Distribution]) -> Distribution:
        """Gives the distribution of what a sensor will show.

        Args:
            sensor: gives, for each possible value, the distribution of what is shown when it is that value.
        """
        shown: dict[Any, float] = {}
        for value, number in self.items():
            for outcome, share in sensor(value).items():
                shown[outcome] = shown.get(outcome, 0.0) + number * share
        return Distribution._normalized(shown)

    def observed(self, sensor: Callable[[Any], Distribution], outcome: Any) -> Distribution:
        """Gives the belief after a sensor has shown an outcome; see :meth:`updated` for impossible ones."""
        return self.updated(lambda value: sensor(value).probability(outcome))

    # -- as a value -----------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"A Distribution does not change, so its {name!r} cannot be set.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Distribution) and self._probabilities == other._probabilities

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        words = ", ".join(f"{value!r}: {number:.4g}" for value, number in self.items())
        return f"Distribution({{{words}}})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (dict(self._probabilities),)


def _restored(probabilities: dict[Any, float]) -> Distribution:
    belief = Distribution.__new__(Distribution)
    belief._keep(probabilities)
    return belief
