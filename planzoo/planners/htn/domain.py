"""A domain: which operators there are, and by which methods tasks and goals are decomposed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, overload

from planzoo.errors import InputError
from planzoo.planners.htn.method import (
    ACHIEVED,
    ALREADY_TRUE,
    ONE_AFTER_ANOTHER,
    GoalMethod,
    Method,
    achieved,
)
from planzoo.planners.htn.operator import Acts, Measure, Operator, Requirements, finite_amount
from planzoo.planners.htn.schema import Schema, VariableDeclaration, Vocabulary
from planzoo.planners.htn.state import Facts, State
from planzoo.planners.htn.task import Goal, Multigoal

Function = TypeVar("Function", bound=Callable[..., Any])


class Domain:
    """A planning domain. It is an object: any number of domains live side by side, in any number of threads.

    Args:
        name: used in messages.
        description: what the domain is about, for people.

    Attributes:
        schema: the declared types and variables.
    """

    def __init__(self, name: str, description: str = "") -> None:
        self.name = name
        self.description = description
        self._operators: dict[str, Operator] = {}
        self._methods: dict[str, tuple[Method, ...]] = {}
        self._goal_methods: dict[Any, tuple[GoalMethod, ...]] = {}
        self._multigoal_methods: tuple[GoalMethod, ...] = ()
        self.schema = Schema()

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

    @property
    def multigoal_methods(self) -> tuple[GoalMethod, ...]:
        """The multigoal methods in the order in which they are tried; by default one goal after another."""
        return self._multigoal_methods or (ONE_AFTER_ANOTHER,)

    def functions(self) -> dict[Any, Callable[..., Any]]:
        """Gives the operators' functions by name, and the check at the end of goals by ``ACHIEVED``."""
        return {ACHIEVED: achieved} | {name: entry.function for name, entry in self._operators.items()}

    def methods_for(self, state: State, task: Any) -> tuple[Method, ...] | None:
        """Gives the methods that can decompose a task or goal in this state; None when it is not declared."""
        if not isinstance(task, Goal | Multigoal):
            return self._methods.get(task[0])
        if task.holds_in(state):
            return (ALREADY_TRUE,)
        return self.multigoal_methods if isinstance(task, Multigoal) else self._goal_methods.get(task.name)

    def type(self, name: str, parent: str | None = None) -> str:
        """Declares a type of objects, below ``parent`` if that is given; gives its name.

        Raises:
            InputError: the type is declared already, or its parent is not.
        """
        self.schema.add_type(name, parent)
        return name

    def variable(
        self,
        name: str,
        *types: str,
        values: str | Iterable[Any] | None = None,
        description: str = "",
    ) -> None:
        """Declares a state variable: a table with one object of each type, or a single value without types.

        Once a domain declares variables, the states that :meth:`state` makes have these and no others, and an
        effect on an object that is not declared is an error.

        Args:
            name: how operators call it: ``state.<name>``.
            types: the types of its objects, in order.
            values: the type that its values have, or all the values that there are; None allows any.
            description: what it means, for people.

        Raises:
            InputError: the variable is declared already, or a type is not.
        """
        allowed = values if values is None or isinstance(values, str) else frozenset(values)
        self.schema.add_variable(VariableDeclaration(name, types, allowed, description))

    def state(
        self,
        facts: Facts = (),
        /,
        *,
        objects: Mapping[str, Iterable[Any]] = MappingProxyType({}),
        **values: Any,
    ) -> State:
        """Makes a state of this domain; see :class:`State`.

        Args:
            facts: variables and their values.
            objects: the objects of each declared type.
            values: tables and single values by name; declared tables that are left out are empty.

        Raises:
            InputError: something is not declared.
        """
        if not self.schema.variables and not objects:
            return State(facts, **values)
        return State(facts, vocabulary=Vocabulary(self.schema, objects), **values)

    def add_operator(
        self,
        function: Callable[..., Any],
        name: str | None = None,
        **declared: Any,
    ) -> Operator:
        """Declares an operator. The name defaults to the function's.

        Args:
            function: see :class:`Operator`.
            name: the action's name.
            declared: ``cost``, ``duration``, ``agent`` and ``resources`` of the :class:`Operator`.

        Raises:
            InputError: the name is taken, or cost, duration or an amount is not a finite number ≥ 0.
        """
        name = name or _name_of(function)
        for what in ("cost", "duration"):
            if not callable(declared.get(what, 1.0)):
                declared[what] = finite_amount(declared.get(what, 1.0), name, what)
        operator = Operator(name, function, **declared)
        if not callable(operator.resources):
            for resource, amount in operator.resources.items():
                finite_amount(amount, name, f"amount of {resource!r}")
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

    def add_multigoal_method(self, function: Callable[..., Any], name: str | None = None) -> GoalMethod:
        """Declares a method for multigoals; called as ``function(state, multigoal)``.

        Raises:
            InputError: there is a multigoal method of that name.
        """
        method = GoalMethod(name or _name_of(function), function)
        self._multigoal_methods = self._extended(self._multigoal_methods, method, "multigoals")
        return method

    @overload
    def operator(self, function: Function, /) -> Function: ...

    @overload
    def operator(
        self,
        *,
        name: str | None = None,
        cost: Measure = 1.0,
        duration: Measure = 1.0,
        agent: Acts = None,
        resources: Requirements = ...,
    ) -> Callable[[Function], Function]: ...

    def operator(self, function: Any = None, *, name: str | None = None, **declared: Any) -> Any:
        """Decorator form of :meth:`add_operator`: ``@domain.operator`` or ``@domain.operator(cost=2)``."""

        def declare(function: Function) -> Function:
            self.add_operator(function, name, **declared)
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

    def multigoal_method(self, function: Function) -> Function:
        """Decorator form of :meth:`add_multigoal_method`: ``@domain.multigoal_method``."""
        self.add_multigoal_method(function)
        return function

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
