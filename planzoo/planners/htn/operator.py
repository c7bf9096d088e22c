"""Operators: what the actions of a domain do, cost and need."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import State

Measure = float | Callable[..., float]
"""A cost or duration: a number, or a function of the state before the action and the action's arguments."""

Acts = int | Callable[..., Any] | None
"""Who acts: the index of the argument that names the agent, a function of the arguments, or nobody."""

Requirements = Mapping[str, float] | Callable[..., Mapping[str, float]]
"""Resources held while an action lasts: amounts by name, or a function of the state and the arguments."""


@dataclass(frozen=True, slots=True)
class Operator:
    """What an action does.

    Attributes:
        name: the action's name.
        function: called as ``function(state, *arguments)``; it checks preconditions and writes effects into
            the state, and returns False when the action is not applicable (its writes are then taken back).
        cost: a finite number ≥ 0, or a function of ``(state, *arguments)`` that gives one.
        duration: as cost, in the domain's unit of time.
        agent: who acts: the index of the argument that names the agent, or a function of the arguments.
            Actions of one agent never overlap; those of different agents may.
        resources: what is held while the action lasts: amounts by name, finite and ≥ 0, or a function of
            ``(state, *arguments)`` that gives them.
    """

    name: str
    function: Callable[..., Any]
    cost: Measure = 1.0
    duration: Measure = 1.0
    agent: Acts = None
    resources: Requirements = field(default_factory=dict)

    @property
    def depends_on_state(self) -> bool:
        """Whether cost, duration or resources must be computed from the state."""
        return callable(self.cost) or callable(self.duration) or callable(self.resources)

    @property
    def description(self) -> str:
        """The first paragraph of the function's docstring; empty if there is none."""
        return description_of(self.function)

    def action(self, state: State, arguments: tuple[Any, ...]) -> Action:
        """Makes the action with its cost, duration and resources in ``state``, the state before it.

        Raises:
            InputError: a cost, duration or amount is not a finite number ≥ 0, or no argument names the agent.
        """
        cost, duration = self.cost, self.duration
        if callable(cost):
            cost = finite_amount(cost(state, *arguments), self.name, "cost")
        if callable(duration):
            duration = finite_amount(duration(state, *arguments), self.name, "duration")
        if self.agent is None and not self.resources:
            return Action(self.name, arguments, cost, duration)
        held = self.resources(state, *arguments) if callable(self.resources) else self.resources
        amounts = tuple((name, finite_amount(held[name], self.name, f"amount of {name!r}")) for name in held)
        return Action(self.name, arguments, cost, duration, self.agent_of(arguments), amounts)

    def agent_of(self, arguments: tuple[Any, ...]) -> Any:
        """Gives who acts; None when the operator names nobody.

        Raises:
            InputError: no argument names the agent.
        """
        if not isinstance(self.agent, int):
            return None if self.agent is None else self.agent(*arguments)
        if not -len(arguments) <= self.agent < len(arguments):
            raise InputError(
                f"Operator {self.name!r} says that argument {self.agent} names its agent, but has only "
                f"{len(arguments)} arguments."
            )
        return arguments[self.agent]


def description_of(function: Callable[..., Any]) -> str:
    """Gives the first paragraph of a function's docstring in one line; empty if it has none."""
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def finite_amount(value: Any, operator: str, what: str) -> float:
    """Gives a declared cost, duration or amount as a number.

    Raises:
        InputError: it is not a finite number ≥ 0.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise InputError(
            f"The {what} of operator {operator!r} is {value!r}; it must be a finite number of at least 0."
        )
    return number
