"""Observation models: how what is seen depends on what is the case, and what looking costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.frozen_state import FrozenState, frozen, label, value_of

SUM_TOLERANCE = 1e-6
"""How far the probabilities of a channel's outcomes may be from summing to 1."""


@dataclass(frozen=True)
class ObservationAction:
    """An action that gathers information.

    Attributes:
        variable: what is looked at.
        cost: of looking once, not negative.
        accuracy: probability of seeing the true value; None when a full channel says more than one number.

    Raises:
        InputError: the cost is negative or not finite, or the accuracy is no probability.
    """

    variable: Any
    cost: float = 0.0
    accuracy: float | None = 1.0

    def __post_init__(self) -> None:
        _check_cost(self.variable, self.cost)
        if self.accuracy is not None:
            _check_accuracy(self.variable, self.accuracy)

    def __str__(self) -> str:
        return label(self.variable)


@dataclass(frozen=True)
class Channel:
    """What is seen given what is the case, with all its probabilities.

    Attributes:
        table: P(outcome | value) as ``{value: {outcome: probability}}``; outcomes left out have none.
        of: the variable that is looked at, or a function of the state; None for the one that the channel is
            declared for.

    Raises:
        InputError: a row is no probability distribution.
    """

    table: Mapping[Any, Mapping[Any, float]]
    of: Any | Callable[[Any], Any] = None

    def __post_init__(self) -> None:
        for value, row in self.table.items():
            total = math.fsum(row.values())
            if not (all(number >= 0 for number in row.values()) and abs(total - 1) <= SUM_TOLERANCE):
                raise InputError(
                    f"The probabilities of a channel at {value!r} sum to {total:.6g}; they must be at least "
                    "0 and sum to 1."
                )
        rows = {frozen(value): FrozenState(_positive(row)) for value, row in self.table.items()}
        object.__setattr__(self, "table", rows)


class ObservationModel:
    """P(observation | state) of every variable that can be looked at.

    With an accuracy p, the true value of a variable is seen with probability p, and each of its other n - 1
    values with (1 - p) / (n - 1); a variable with a single value always shows it. A :class:`Channel` gives
    all probabilities instead. Observations are independent of one another given the state.

    Args:
        accuracy: of each variable; may be filled in later, too.
        values: all the values of each variable; :meth:`with_values_of` takes them from a belief.
        costs: of looking at each variable; 0 for those left out.
        channels: by variable, instead of an accuracy.
        repeatable: whether looking again gives a new, independent reading. If not, it shows the same again,
            and planners look only once.

    Attributes:
        accuracy: of each variable.
        values: of each variable, as far as declared.
        costs: of each variable, as far as declared.
        channels: by variable.
        repeatable: whether looking again can tell anything new.
    """

    def __init__(
        self,
        accuracy: Mapping[Any, float] | None = None,
        *,
        values: Mapping[Any, Iterable[Any]] | None = None,
        costs: Mapping[Any, float] | None = None,
        channels: Mapping[Any, Channel] | None = None,
        repeatable: bool = True,
    ) -> None:
        self.accuracy: dict[Any, float] = dict(accuracy or {})
        self.values = {name: tuple(map(frozen, domain)) for name, domain in (values or {}).items()}
        self.costs: dict[Any, float] = dict(costs or {})
        self.channels: dict[Any, Channel] = dict(channels or {})
        self.repeatable = repeatable
        for variable in self.variables:
            self.action(variable)
        for variable, cost in self.costs.items():
            _check_cost(variable, cost)

    @property
    def variables(self) -> tuple[Any, ...]:
        """What can be looked at: the variables with an accuracy, then those with a channel only."""
        return tuple(dict.fromkeys((*self.accuracy, *self.channels)))

    def cost(self, variable: Any) -> float:
        """Gives the cost of looking at a variable once."""
        return self.costs.get(variable, 0.0)

    def action(self, variable: Any) -> ObservationAction:
        """Gives the action of looking at a variable.

        Raises:
            InputError: it cannot be looked at, or its cost or accuracy is wrong.
        """
        self._require(variable)
        accuracy = None if variable in self.channels else self.accuracy[variable]
        return ObservationAction(variable, self.cost(variable), accuracy)

    # -- probabilities --------------------------------------------------------------------------------------

    def distribution(self, variable: Any, state: Any) -> Mapping[Any, float]:
        """Gives P(outcome | state) of every outcome that can be seen of a variable.

        Raises:
            InputError: the variable cannot be looked at, the state lacks it, its value is none of the
                declared ones, or its values are not declared though it may be misread.
        """
        self._require(variable)
        channel = self.channels.get(variable)
        if channel is None:
            return self._reading(variable, frozen(value_of(state, variable)))
        source = variable if channel.of is None else channel.of
        value = frozen(source(state) if callable(source) else value_of(state, source))
        if value not in channel.table:
            raise InputError(f"The channel of {label(variable)!r} has no row for {value!r}; add one.")
        return channel.table[value]

    def _reading(self, variable: Any, value: Any) -> Mapping[Any, float]:
        accuracy, values = self.accuracy[variable], self.values.get(variable)
        _check_accuracy(variable, accuracy)
        if values is None and accuracy == 1:
            return {value: 1.0}
        if values is None or value not in values:
            raise InputError(
                f"The values of {label(variable)!r} must be declared and contain {value!r}; give "
                "ObservationModel(values=…) or use with_values_of(belief)."
            )
        if len(values) == 1:
            return {value: 1.0}
        other = (1 - accuracy) / (len(values) - 1)
        return {each: accuracy if each == value else other for each in values}

    def likelihood(self, observation: Any, variable: Any, state: Any) -> float:
        """P(this is seen of the variable | state); 0 for what can never be seen.

        Raises:
            InputError: see :meth:`distribution`.
        """
        return self.distribution(variable, state).get(frozen(observation), 0.0)

    def sample_observation(
        self, true_state: Any, variable: Any, random: np.random.Generator | None = None
    ) -> Any:
        """Draws what is seen of a variable.

        Args:
            true_state: what is the case.
            variable: what is looked at.
            random: where the randomness comes from; None for a new generator of unknown seed.

        Raises:
            InputError: see :meth:`distribution`.
        """
        row = self.distribution(variable, true_state)
        shares = np.cumsum(list(row.values()))
        draw = (random or np.random.default_rng()).random() * shares[-1]
        return list(row)[int(np.searchsorted(shares, draw, side="right"))]

    # -- over a belief --------------------------------------------------------------------------------------

    def outcomes(self, variable: Any, states: Iterable[Any]) -> dict[str, Any]:
        """Gives what can be seen of a variable in any of these states, by the name of the outcome.

        Names are the outcomes as text, or as Python writes them where two would look the same.
        """
        seen = dict.fromkeys(
            outcome
            for state in states
            for outcome, number in self.distribution(variable, state).items()
            if number > 0
        )
        order = [value for value in self.values.get(variable, ()) if value in seen]
        outcomes = list(dict.fromkeys((*order, *seen)))
        named = {label(outcome): outcome for outcome in outcomes}
        return named if len(named) == len(outcomes) else {repr(outcome): outcome for outcome in outcomes}

    def with_values_of(self, belief: BeliefState) -> ObservationModel:
        """Declares, for every variable without values, those that it has in a belief's states.

        Raises:
            InputError: a state lacks such a variable.
        """
        missing = [name for name in self.variables if name not in self.values and name not in self.channels]
        found = {
            name: dict.fromkeys(frozen(value_of(state, name)) for state in belief.states) for name in missing
        }
        return self._changed(values=self.values | {name: tuple(domain) for name, domain in found.items()})

    def with_actions(self, actions: Iterable[ObservationAction]) -> ObservationModel:
        """Gives the model with these costs and accuracies instead of its own, where an action says them."""
        given = list(actions)
        accuracy = {each.variable: each.accuracy for each in given if each.accuracy is not None}
        return self._changed(
            accuracy=self.accuracy | accuracy,
            costs=self.costs | {each.variable: each.cost for each in given},
            channels={name: channel for name, channel in self.channels.items() if name not in accuracy},
        )

    def _changed(self, **parts: Any) -> ObservationModel:
        given: dict[str, Any] = {
            "accuracy": self.accuracy,
            "values": self.values,
            "costs": self.costs,
            "channels": self.channels,
            "repeatable": self.repeatable,
        }
        return ObservationModel(**(given | parts))

    def _require(self, variable: Any) -> None:
        if variable not in self.accuracy and variable not in self.channels:
            known = ", ".join(map(label, self.variables)) or "nothing"
            raise InputError(f"{label(variable)!r} cannot be looked at; the model knows {known}.")


def _positive(row: Mapping[Any, float]) -> dict[Any, float]:
    return {frozen(outcome): float(number) for outcome, number in row.items() if number > 0}


def _check_cost(variable: Any, cost: float) -> None:
    if not 0 <= cost < math.inf:
        raise InputError(
            f"The cost of observing {label(variable)!r} is {cost!r}; it must be finite and at least 0."
        )


def _check_accuracy(variable: Any, accuracy: float) -> None:
    if not 0 <= accuracy <= 1:
        raise InputError(f"The accuracy of {label(variable)!r} is {accuracy!r}; it must be from 0 to 1.")
