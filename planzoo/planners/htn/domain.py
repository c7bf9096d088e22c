"""A domain: which operators there are, and by which methods tasks and goals are decomposed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import GeneratorType, MappingProxyType
from typing import Any, TypeVar, overload

from planzoo.errors import InputError
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal

Measure = float | Callable[..., float]
"""A cost or duration: a number, or a function of the state before the action and the action's arguments."""

Function = TypeVar("Function", bound=Callable[..., Any])

ACHIEVED = object()
"""Names the check at the end of a goal's decomposition; it is no action and stays out of the plan."""


@dataclass(frozen=True, slots=True)
class Operator:
    """What an action does.

    Attributes:
        name: the action's name.
        function: called as ``function(state, *arguments)``; it checks preconditions and writes effects into
            the state, and returns False when the action is not applicable (its writes are then taken back).
        cost: a finite number ≥ 0, or a function of ``(state, *arguments)`` that gives one.
        duration: as cost, in the domain's unit of time.
    """

    name: str
    function: Callable[..., Any]
    cost: Measure = 1.0
    duration: Measure = 1.0

    @property
    def depends_on_state(self) -> bool:
        """Whether cost or duration must be computed from the state."""
        return callable(self.cost) or callable(self.duration)

    def action(self, state: State, arguments: tuple[Any, ...]) -> Action:
        """Makes the action with its cost and duration in ``state``, the state before it.

        Raises:
            InputError: a cost or duration is not a finite number ≥ 0.
        """
        cost, duration = self.cost, self.duration
        if callable(cost):
            cost = _measure(cost(state, *arguments), self.name, "cost")
        if callable(duration):
            duration = _measure(duration(state, *arguments), self.name, "duration")
        return Action(self.name, arguments, cost, duration)


@dataclass(frozen=True, slots=True)
class Method:
    """One way to decompose a task.

    Attributes:
        name: unique among the methods of its task.
        function: called as ``function(state, *arguments)``. A generator that yields one alternative list of
            subtasks after another, advanced only when the earlier ones have failed; or a plain function that
            returns one list, or None when it does not apply. It must not write, and give the same
            alternatives whenever it is asked in the same state.
    """

    name: str
    function: Callable[..., Any]

    def alternatives(self, state: State, task: tuple[Any, ...]) -> Iterator[Any]:
        """Gives the lists of subtasks that this method offers for the task, lazily."""
        answer = self.function(state, *task[1:])
        return answer if answer.__class__ is GeneratorType else self.offers(answer)

    def offers(self, answer: Any) -> Iterator[Any]:
        """Turns what the function gave into an iterator over alternatives."""
        if answer is None or answer is False:
            return iter(())
        return iter((answer,)) if isinstance(answer, list | tuple) else iter(answer)


class GoalMethod(Method):
    """One way to reach a goal; its function is called as ``function(state, *objects, value)``."""

    __slots__ = ()

    def alternatives(self, state: State, task: tuple[Any, ...]) -> Iterator[Any]:
        """Gives the lists of subtasks offered for the goal, each ended by a check that the goal holds."""
        goal = Goal(*task[1:])
        check = (ACHIEVED, goal.variable, goal.value)
        for subtasks in self.offers(self.function(state, *goal.arguments)):
            if subtasks is not None:
                yield [*subtasks, check]


def _nothing_to_do(state: State, *arguments: Any) -> list[Any]:
    return []


ALREADY_TRUE = Method("already true", _nothing_to_do)
"""The method of a goal that holds when its turn comes."""


class Domain:
    """A planning domain. It is an object: any number of domains live side by side, in any number of threads.

    Args:
        name: used in messages.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._operators: dict[str, Operator] = {}
        self._methods: dict[str, tuple[Method, ...]] = {}
        self._goal_methods: dict[Any, tuple[GoalMethod, ...]] = {}

    def __repr__(self) -> str:
        return f"Domain({self.name!r}, operators={list(self._operators)}, tasks={list(self._methods)})"

    @property
    def operators(self) -> MappingProxyType[str, Operator]:
        """The operators by name, in the order of their declaration."""
        return MappingProxyType(self._operators)

    @property
    def methods(self) -> MappingProxyType[str, tuple[Method, ...]]:
        """The methods by task, in the order in which they are tried."""
        return MappingProxyType(self._methods)

    @property
    def goal_methods(self) -> MappingProxyType[Any, tuple[GoalMethod, ...]]:
        """The goal methods by the name of the goal's variable, in the order in which they are tried."""
        return MappingProxyType(self._goal_methods)

    def functions(self) -> dict[Any, Callable[..., Any]]:
        """Gives the operators' functions by name, and the check at the end of goals by ``ACHIEVED``."""
        return {ACHIEVED: State.holds} | {name: entry.function for name, entry in self._operators.items()}

    def methods_for(self, state: State, task: Any) -> tuple[Method, ...] | None:
        """Gives the methods that can decompose a task or goal in this state; None when it is not declared."""
        if not isinstance(task, Goal):
            return self._methods.get(task[0])
        if state.holds(task.variable, task.value):
            return (ALREADY_TRUE,)
        return self._goal_methods.get(task.name)

    def add_operator(
        self,
        function: Callable[..., Any],
        name: str | None = None,
        cost: Measure = 1.0,
        duration: Measure = 1.0,
    ) -> Operator:
        """Declares an operator; see :class:`Operator`. The name defaults to the function's.

        Raises:
            InputError: the name is taken, or cost or duration is not a finite number ≥ 0.
        """
        operator = Operator(
            name or _name_of(function),
            function,
            cost if callable(cost) else _measure(cost, name or _name_of(function), "cost"),
            duration if callable(duration) else _measure(duration, name or _name_of(function), "duration"),
        )
        self._refuse_taken(operator.name, self._operators, "an operator")
        self._refuse_taken(operator.name, self._methods, "a task with methods")
        self._operators[operator.name] = operator
        return operator

    def add_method(self, task: str, function: Callable[..., Any], name: str | None = None) -> Method:
        """Declares a method for a task; it is tried after those declared before. See :class:`Method`.

        Raises:
            InputError: the task's name is an operator's, or the task has a method of that name.
        """
        self._require_task_name(task)
        self._refuse_taken(task, self._operators, "an operator")
        method = Method(name or _name_of(function), function)
        self._methods[task] = self._extended(self._methods.get(task, ()), method, f"task {task!r}")
        return method

    def add_goal_method(
        self, variable: Any, function: Callable[..., Any], name: str | None = None
    ) -> GoalMethod:
        """Declares a method for goals on the variables of that name (a variable's first item).

        Raises:
            InputError: the variable has a goal method of that name.
        """
        method = GoalMethod(name or _name_of(function), function)
        earlier = self._goal_methods.get(variable, ())
        self._goal_methods[variable] = self._extended(earlier, method, f"goals on {variable!r}")
        return method

    @overload
    def operator(self, function: Function, /) -> Function: ...

    @overload
    def operator(
        self, *, name: str | None = None, cost: Measure = 1.0, duration: Measure = 1.0
    ) -> Callable[[Function], Function]: ...

    def operator(
        self,
        function: Callable[..., Any] | None = None,
        *,
        name: str | None = None,
        cost: Measure = 1.0,
        duration: Measure = 1.0,
    ) -> Any:
        """Decorator form of :meth:`add_operator`: ``@domain.operator`` or ``@domain.operator(cost=2)``."""

        def declare(function: Function) -> Function:
            self.add_operator(function, name, cost, duration)
            return function

        return declare if function is None else declare(function)

    def method(self, task: str, *, name: str | None = None) -> Callable[[Function], Function]:
        """Decorator form of :meth:`add_method`: ``@domain.method("deliver")``."""
        self._require_task_name(task)

        def declare(function: Function) -> Function:
            self.add_method(task, function, name)
            return function

        return declare

    def goal_method(self, variable: Any, *, name: str | None = None) -> Callable[[Function], Function]:
        """Decorator form of :meth:`add_goal_method`: ``@domain.goal_method("at")``."""

        def declare(function: Function) -> Function:
            self.add_goal_method(variable, function, name)
            return function

        return declare

    def _require_task_name(self, task: Any) -> None:
        if not isinstance(task, str):
            raise InputError(
                f"A method of domain {self.name!r} was declared for {task!r}; "
                "write @domain.method('name of the task')."
            )

    def _refuse_taken(self, name: str, table: Any, kind: str) -> None:
        if name in table:
            raise InputError(f"Domain {self.name!r} already has {kind} named {name!r}; choose another name.")

    def _extended(self, earlier: tuple[Any, ...], method: Method, owner: str) -> tuple[Any, ...]:
        if any(method.name == other.name for other in earlier):
            raise InputError(
                f"Domain {self.name!r} already has a method {method.name!r} for {owner}; "
                "give this one another name."
            )
        return (*earlier, method)


def _name_of(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _measure(value: Any, operator: str, what: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise InputError(
            f"The {what} of operator {operator!r} is {value!r}; it must be a finite number of at least 0."
        )
    return number
