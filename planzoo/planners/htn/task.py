"""What is asked of an agent: tasks to perform, goals to reach, and the problem that lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from planzoo.planners.htn.state import State, Variable


class Task(tuple[Any, ...]):
    """A task or action to perform: a name and arguments, equal to the plain tuple ``(name, *arguments)``.

    Methods may give plain tuples, which are faster to make. Arguments are immutable values.
    """

    __slots__ = ()

    def __new__(cls, name: str, *arguments: Any) -> Self:
        """Makes the task ``name(*arguments)``."""
        return tuple.__new__(cls, (name, *arguments))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    @property
    def name(self) -> str:
        """The task's name, which the domain's operators and methods refer to."""
        return str(self[0])

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the operator or method is called with, after the state."""
        return tuple(self[1:])

    def __repr__(self) -> str:
        return describe(self)

    __str__ = __repr__


class Goal(tuple[Any, ...]):
    """A fact to bring about: ``Goal(("at", "robot_0"), (3, 4))``. It takes a task's place anywhere.

    A goal that holds when its turn comes decomposes into nothing. Otherwise the domain's goal methods for the
    variable's name are tried, and a decomposition counts only if the goal holds at its end.
    """

    __slots__ = ()

    def __new__(cls, variable: Variable, value: Any) -> Self:
        """Makes the goal that ``variable`` has ``value``."""
        return tuple.__new__(cls, (cls, variable, value))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self[1:])

    @property
    def variable(self) -> Variable:
        """The state variable that shall change."""
        variable: Variable = self[1]
        return variable

    @property
    def value(self) -> Any:
        """The value that the variable shall have."""
        return self[2]

    @property
    def name(self) -> Any:
        """The variable's name, for which goal methods are declared: a tuple variable's first item."""
        return self.variable[0] if isinstance(self.variable, tuple) else self.variable

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What a goal method is called with after the state: the variable's objects, then the value."""
        objects = self.variable[1:] if isinstance(self.variable, tuple) else ()
        return (*objects, self.value)

    def holds_in(self, state: State) -> bool:
        """Says whether the fact holds in a state."""
        return state.holds(self[1], self[2])

    def __repr__(self) -> str:
        return describe(self)

    __str__ = __repr__


class Multigoal(tuple[Any, ...]):
    """Several facts to bring about together: ``Multigoal({("at", "a"): 1, ("at", "b"): 2})``.

    It takes a task's place anywhere. When its turn comes and all its facts hold, it decomposes into nothing;
    otherwise the domain's multigoal methods are tried, by default one fact after another until all hold at
    once, whatever order that takes. A decomposition counts only if all of them hold at its end.
    """

    __slots__ = ()

    def __new__(cls, facts: Mapping[Variable, Any]) -> Self:
        """Makes the goal that every variable has its value."""
        return tuple.__new__(cls, (cls, *facts.items()))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (dict(self[1:]),)

    @property
    def facts(self) -> dict[Variable, Any]:
        """The variables that shall change, with the values that they shall have."""
        return dict(self[1:])

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Each fact as a goal of its own."""
        return tuple(Goal(variable, value) for variable, value in self[1:])

    def unmet(self, state: State) -> tuple[Goal, ...]:
        """Gives the goals that do not hold in a state, in the order in which they were given."""
        return tuple(goal for goal in self.goals if not goal.holds_in(state))

    def holds_in(self, state: State) -> bool:
        """Says whether all facts hold in a state."""
        return all(state.holds(variable, value) for variable, value in self[1:])

    @property
    def name(self) -> str:
        """What messages call it."""
        return "multigoal"

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What a multigoal method is called with after the state: the multigoal."""
        return (self,)

    def __repr__(self) -> str:
        return describe(self)

    __str__ = __repr__


class Problem(NamedTuple):
    """A state and the tasks and goals to accomplish from it in order; ``(state, tasks)`` does as well."""

    state: Mapping[Any, Any]
    """The facts at the beginning; the planner works on a copy."""
    tasks: Sequence[tuple[Any, ...]]
    """Tasks (or plain tuples), goals and multigoals."""


def as_task(task: Any) -> Any:
    """Makes a plain tuple a task; goals and multigoals stay what they are."""
    return task if isinstance(task, Goal | Multigoal) else tuple.__new__(Task, task)


def describe(task: Any) -> str:
    """Writes a task as ``name(argument, …)`` and a goal as ``name(object, …) = value``.

    Anything else, such as a method's faulty subtask, is written as Python writes it.
    """
    if not isinstance(task, tuple | list) or not task:
        return repr(task)
    if isinstance(task, Multigoal):
        return " and ".join(map(describe, task.goals)) or "nothing"
    if not isinstance(task[0], str) and len(task) == 3:
        variable = task[1]
        left = describe(variable) if isinstance(variable, tuple) else str(variable)
        return f"{left} = {_argument(task[2])}"
    return f"{task[0]}({', '.join(_argument(argument) for argument in task[1:])})"


def _argument(argument: Any) -> str:
    return argument if isinstance(argument, str) else repr(argument)
