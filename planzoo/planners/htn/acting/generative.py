"""What may come of an action: models to sample from, and what a course of action is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from numpy.random import Generator

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.state import State


class Outcome(NamedTuple):
    """What has come of an action."""

    succeeded: bool
    """Whether the task goes on after it; if not, another method is tried in the state that there is now."""
    cost: float
    """What it has cost, whether it succeeded or not; finite, at least 0."""


class GenerativeModel(Protocol):
    """Draws what comes of an action; methods of any kind of simulator will do."""

    def sample(self, state: State, action: tuple[Any, ...], random: Generator) -> Outcome:
        """Takes an action in thought.

        Args:
            state: changed in place into the state that comes of it, through the state's own writes, so that
                they can be taken back.
            action: the operator's name and its arguments.
            random: where all chance comes from.
        """


Failing = float | Callable[..., float]
"""A probability, or a function of ``(state, *arguments)`` that gives one."""

Sampler = Callable[..., bool | None]
"""Called as ``sampler(state, random, *arguments)``: writes what happens; False when the action has failed."""


@dataclass(frozen=True)
class OperatorModel:
    """A model made of a domain's operators.

    An action that is not applicable fails and costs nothing. One that is applicable costs what its operator
    says; it fails with the probability given and then changes nothing, or else does what its operator does.

    Attributes:
        domain: whose operators are meant.
        failures: for some operators, by name, the probability that an applicable action fails.
        outcomes: for some operators, by name, what happens instead of the operator's effects (and instead of
            failing as above) when it is applicable.

    Raises:
        InputError: a name is no operator's.
    """

    domain: Domain
    failures: Mapping[str, Failing] = field(default_factory=dict)
    outcomes: Mapping[str, Sampler] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (*self.failures, *self.outcomes):
            if name not in self.domain.operators:
                raise InputError(
                    f"The model speaks of {name!r}, which is no operator of domain {self.domain.name!r}; "
                    "declare it or correct the name."
                )

    def sample(self, state: State, action: tuple[Any, ...], random: Generator) -> Outcome:
        """Takes an action in thought; see :class:`GenerativeModel`."""
        name, arguments = action[0], tuple(action[1:])
        operator = self.domain.operators[name]
        mark = state.mark()
        sampler, failure = self.outcomes.get(name), self.failures.get(name, 0.0)
        cost: Any = operator.cost
        if callable(cost):
            cost = operator.action(state, arguments).cost
        if callable(failure):
            failure = failure(state, *arguments)
        if operator.function(state, *arguments) is False:
            state.undo(mark)
            return Outcome(False, 0.0)
        if sampler is not None:
            state.undo(mark)
            return Outcome(sampler(state, random, *arguments) is not False, cost)
        if failure and random.random() < failure:
            state.undo(mark)
            return Outcome(False, cost)
        return Outcome(True, cost)


class Utility(Protocol):
    """What a course of action is worth."""

    def of(self, cost: float, succeeded: bool) -> float:
        """Gives the worth, a finite number: the more the better.

        Args:
            cost: what all actions have cost together.
            succeeded: whether the tasks were accomplished.
        """


@dataclass(frozen=True)
class Efficiency:
    """One over the cost, nothing for a failure; expected, it weighs success against cost without a price.

    It is ``unit / (unit + cost)``, so that what costs nothing is worth 1 and not without bounds. Source:
    Patra, Mason, Kumar, Ghallab, Traverso and Nau, Integrating acting, planning, and learning in hierarchical
    operational models (ICAPS 2020): there one over the cost.

    Attributes:
        unit: the cost at which half of the worth is gone, greater than 0.

    Raises:
        InputError: the unit is not greater than 0.
    """

    unit: float = 1.0

    def __post_init__(self) -> None:
        _require_positive(self.unit, "Efficiency(unit=…)")

    def of(self, cost: float, succeeded: bool) -> float:
        """Gives the worth, from 0 to 1."""
        return self.unit / (self.unit + cost) if succeeded else 0.0


@dataclass(frozen=True)
class ExpectedCost:
    """Minus the cost, where a failure counts as a cost of its own and nothing can be worse.

    Attributes:
        failure: what a failure is as bad as; greater than 0 and than what success may cost.

    Raises:
        InputError: the cost of a failure is not greater than 0.
    """

    failure: float

    def __post_init__(self) -> None:
        _require_positive(self.failure, "ExpectedCost(failure=…)")

    def of(self, cost: float, succeeded: bool) -> float:
        """Gives the worth, from ``-failure`` to 0."""
        return -min(cost, self.failure) if succeeded else -self.failure


@dataclass(frozen=True)
class SuccessProbability:
    """Whether the tasks are accomplished, whatever that costs."""

    def of(self, cost: float, succeeded: bool) -> float:
        """Gives 1 for success, else 0."""
        return float(succeeded)


def _require_positive(value: float, what: str) -> None:
    if not 0 < value < float("inf"):
        raise InputError(f"{what} is {value!r}; give a finite number greater than 0.")
