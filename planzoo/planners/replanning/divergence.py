"""How far the world is from what a plan relies on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from planzoo.planners.htn.causal.links import fact_text, is_whole
from planzoo.planners.htn.state import State, Variable
from planzoo.planners.replanning.distance import value_distance
from planzoo.planners.replanning.live_facts import LiveFacts, actual_value


@dataclass(frozen=True)
class Difference:
    """A fact that is not as expected.

    Attributes:
        variable: what it is about.
        expected: what was expected; ``ABSENT`` for nothing.
        actual: what is.
        distance: how far that is from what was expected, in (0, 1].
    """

    variable: Variable
    expected: Any
    actual: Any
    distance: float

    def __str__(self) -> str:
        return f"{fact_text(self.variable, self.actual)} instead of {_value_text(self)}"


def _value_text(difference: Difference) -> str:
    return fact_text(difference.variable, difference.expected)


class Divergence:
    """The differences between what the rest of a plan relies on and what is, kept up to date step by step.

    Its value is the mean distance over all facts that the rest of the plan relies on: 0 when all are as
    expected, 1 when none is, see :mod:`planzoo.planners.replanning.distance`. Facts that nothing relies on do
    not count.

    Args:
        live: the facts that the rest of the plan relies on.
        state: the present one.
    """

    def __init__(self, live: LiveFacts, state: State) -> None:
        self.live = live
        self._differences: dict[Variable, Difference] = {}
        self._farthest: Difference | None = None
        self._sum = 0.0
        self.update(state, live.expected)

    @property
    def value(self) -> float:
        """The mean distance, from 0 to 1; 0 where nothing is relied on."""
        return self._sum / len(self.live.expected) if self._differences else 0.0

    @property
    def farthest(self) -> Difference | None:
        """The fact that is farthest from what was expected; None if all are as expected."""
        if self._farthest is None:
            self._farthest = max(self._differences.values(), key=lambda each: each.distance, default=None)
        return self._farthest

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The facts that are not as expected, the farthest first."""
        return tuple(sorted(self._differences.values(), key=lambda each: -each.distance))

    def advance(self, state: State, changed: Iterable[Variable]) -> None:
        """Takes note that the next step of the plan is executed.

        Args:
            state: the present one.
            changed: the variables that are not as the step would have left them.
        """
        closed, opened = self.live.advance()
        for variable in closed:
            self._forget(variable)
        self.update(state, {*opened, *self.live.concerned(changed)})

    def update(self, state: State, variables: Iterable[Variable]) -> None:
        """Compares some of the facts that the plan relies on with those of a state."""
        for variable in variables:
            expected, actual = self.live.expected[variable], actual_value(state, variable)
            distance = _distance(variable, expected, actual)
            self._forget(variable)
            if distance > 0.0:
                found = self._differences[variable] = Difference(variable, expected, actual, distance)
                self._sum += distance
                if self._farthest is not None and distance > self._farthest.distance:
                    self._farthest = found

    def _forget(self, variable: Variable) -> None:
        difference = self._differences.pop(variable, None)
        if difference is self._farthest:
            self._farthest = None
        if difference is not None:
            # Without differences there is no rounding left, either.
            self._sum = self._sum - difference.distance if self._differences else 0.0


def _distance(variable: Variable, expected: Any, actual: Any) -> float:
    """Of whole tables: the share of the keys that only one of the two has."""
    if not is_whole(variable):
        return value_distance(expected, actual)
    return len(expected ^ actual) / max(len(expected | actual), 1)
