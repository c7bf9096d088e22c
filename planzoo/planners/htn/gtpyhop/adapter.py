"""Domains, states and todo lists of GTPyhop 1.x and 2.x, as ours.

GTPyhop (Nau, Bansod, Patra, Roberts and Li, GTPyhop: A Hierarchical Goal+Task Planner Implemented in Python,
ICAPS workshop HPlan, 2021) is never imported: what has its attributes will do.

Its functions run unchanged, on our state. What differs: all alternatives are tried where its default strategy
commits to the first one; a goal whose method has not reached it counts as failed and is no error; multigoals
without a method are reached one goal after another; an action that changes nothing stays in the plan; and a
value that is changed in place is an error, since no trail sees that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from itertools import count
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.gtpyhop.frozen import frozen
from planzoo.planners.htn.state import State, variable_of
from planzoo.planners.htn.task import Goal, Multigoal

ACTIONS, TASK_METHODS = "_action_dict", "_task_method_dict"
UNIGOAL_METHODS, MULTIGOAL_METHODS = "_unigoal_method_dict", "_multigoal_method_list"
CHECKS = ("_verify_g", "_verify_mg")
"""GTPyhop's own tasks at the end of a goal; our goals bring their check with them."""


class Unigoal(Goal):
    """GTPyhop's goal ``(variable, argument, value)``; as there, a missing fact has the value None."""

    __slots__ = ()

    @property
    def argument(self) -> Any:
        """What the state variable is about; a tuple where it is about several objects."""
        return self.variable[1] if len(self.variable) == 2 else self.variable[1:]

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What a unigoal method is called with after the state."""
        return (self.argument, self.value)

    def holds_in(self, state: State) -> bool:
        """Says whether the fact holds in a state."""
        return _hold(state, self.name, {self.argument: self.value})


class GTPyhopMultigoal(Multigoal):
    """A multigoal with the GTPyhop object that its methods are called with.

    Attributes:
        original: that object.
        wanted: for each state variable the values wanted by argument, as they were when this was made.
    """

    original: Any
    wanted: dict[str, dict[Any, Any]]

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What a multigoal method is called with after the state."""
        return (self.original,)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Each fact as a goal of its own."""
        return tuple(Unigoal(variable, value) for variable, value in self[1:])

    def holds_in(self, state: State) -> bool:
        """Says whether all facts hold in a state."""
        return all(_hold(state, name, wanted) for name, wanted in self.wanted.items())


def _hold(state: State, name: str, wanted: Mapping[Any, Any]) -> bool:
    """Says whether a state variable has the wanted values; a missing one is None, as in GTPyhop."""
    table = getattr(state, name, None)
    if not isinstance(table, Mapping):
        raise DomainError(
            f"A goal is about state variable {name!r}, which is no dictionary in the state; "
            f"give it one, as in state.{name} = {{}}."
        )
    return all(table.get(argument) == value for argument, value in wanted.items())


def from_gtpyhop(domain: Any) -> Domain:
    """Makes a domain of a GTPyhop domain: its actions, task, unigoal and multigoal methods.

    Commands are left out, for they act and do not plan.

    Args:
        domain: the GTPyhop domain as it is now; what is declared later does not reach ours.

    Raises:
        InputError: it has no such dictionaries.
    """
    parts = _parts(domain)
    ours = Domain(str(getattr(domain, "__name__", "gtpyhop")))
    for name, action in parts[ACTIONS].items():
        ours.add_operator(_operator(action), name)
    translated = _Translation(parts)
    for task, methods in translated.tasks.items():
        for name, method in _named(methods):
            ours.add_method(task, translated.method(method), name)
    for variable, methods in parts[UNIGOAL_METHODS].items():
        for name, method in _named(methods):
            ours.add_goal_method(variable, translated.method(method), name)
    for name, method in _named(parts[MULTIGOAL_METHODS]):
        ours.add_multigoal_method(translated.method(method), name)
    if not parts[MULTIGOAL_METHODS]:
        ours.add_multigoal_method(one_after_another)
    return ours


def one_after_another(state: State, multigoal: Any) -> Iterator[list[Any]]:
    """Reach one of the goals that do not hold, then look again at all of them."""
    ours = multigoal_from_gtpyhop(multigoal)
    for goal in ours.unmet(state):
        yield [goal, ours]


def state_from_gtpyhop(state: Any) -> State:
    """Makes a state of a GTPyhop state.

    Dictionaries become tables and anything else single values. Lists, sets and dictionaries inside of them
    become values that cannot be changed, but compare and read as before.

    Raises:
        InputError: a state variable has a name that State itself uses, or a key of a tuple of one item.
    """
    values: dict[str, Any] = {}
    for name, value in _attributes(state, "state"):
        values[name] = _table(name, value) if isinstance(value, Mapping) else frozen(value)
    return State(**values)


def tasks_from_gtpyhop(domain: Any, todo_list: Iterable[Any]) -> tuple[Any, ...]:
    """Makes tasks, goals and multigoals of a GTPyhop todo list.

    Args:
        domain: the GTPyhop domain, which says whether a tuple's first item names a task or a state variable.
        todo_list: actions, tasks and unigoals as tuples or lists, and Multigoal objects.
    """
    return tuple(_Translation(_parts(domain)).todo_list(list(todo_list)))


def multigoal_from_gtpyhop(multigoal: Any) -> Multigoal:
    """Makes a multigoal of a GTPyhop Multigoal object.

    Raises:
        InputError: an attribute of it is no dictionary.
    """
    facts: dict[Any, Any] = {}
    tables: dict[str, dict[Any, Any]] = {}
    for name, wanted in _attributes(multigoal, "multigoal"):
        if not isinstance(wanted, Mapping):
            raise InputError(f"A multigoal wants {name} = {wanted!r}; write a dictionary of arguments.")
        tables[name] = _table(name, wanted)
        facts |= {variable_of(name, key): value for key, value in tables[name].items()}
    ours = GTPyhopMultigoal(facts)
    ours.original, ours.wanted = multigoal, tables
    return ours


class _Translation:
    """Turns what GTPyhop's methods give into what ours may give, one list at a time."""

    def __init__(self, parts: Mapping[str, Any]) -> None:
        # What is both an action and a task is an action there, and what is both a task and a variable a task.
        self.tasks = {
            name: methods
            for name, methods in parts[TASK_METHODS].items()
            if name not in parts[ACTIONS] and name not in CHECKS
        }
        self.plain = frozenset([*parts[ACTIONS], *self.tasks])
        self.variables = frozenset(parts[UNIGOAL_METHODS]) - self.plain
        self.latest: Any = None

    def method(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Gives the function with its answer translated."""
        todo_list = self.todo_list

        @wraps(function)
        def method(state: State, *arguments: Any) -> Any:
            answer = function(state, *arguments)
            if answer is None or answer is False:
                return None
            if not isinstance(answer, list | tuple):
                raise InputError(f"It gave {answer!r}; a GTPyhop method gives a list, or None or False")
            return todo_list(answer)

        return method

    def todo_list(self, items: Any) -> Any:
        """Translates a todo list; one of nothing but tasks is left as it is."""
        for item in items:
            if item.__class__ is not tuple or item[:1] == () or item[0] not in self.plain:
                return [self._item(item) for item in items]
        return items

    def _item(self, item: Any) -> Any:
        if isinstance(item, Goal | Multigoal):
            return item
        if not isinstance(item, list | tuple):
            return self._multigoal(item) if type(item).__name__ == "Multigoal" else item
        if len(item) == 3 and item[0] in self.variables:
            return Unigoal(variable_of(item[0], item[1]), item[2])
        return tuple(item)

    def _multigoal(self, multigoal: Any) -> Any:
        """Translates a multigoal; the latest one comes again and again, most often unchanged."""
        latest = self.latest
        if (
            latest is None
            or latest.original is not multigoal
            or dict(_attributes(multigoal, "")) != latest.wanted
        ):
            self.latest = latest = multigoal_from_gtpyhop(multigoal)
        return latest


def _table(name: str, facts: Mapping[Any, Any]) -> dict[Any, Any]:
    for key in facts:
        if isinstance(key, tuple) and len(key) < 2:
            raise InputError(
                f"State variable {name!r} has the key {key!r}; write the object without a tuple."
            )
    return {key: frozen(value) for key, value in facts.items()}


def _operator(action: Callable[..., Any]) -> Callable[..., bool]:
    """Gives an action's function with its answer translated."""

    @wraps(action)
    def operator(state: State, *arguments: Any) -> bool:
        answer = action(state, *arguments)
        if answer is state:
            return True
        if answer is None or answer is False:
            return False
        if not isinstance(answer, State):
            raise InputError(f"It gave {answer!r}; a GTPyhop action gives the state, or None or False")
        for variable in set(state) - set(answer):
            del state[variable]
        state.update(
            (variable, value) for variable, value in answer.items() if not state.holds(variable, value)
        )
        return True

    return operator


def _parts(domain: Any) -> dict[str, Any]:
    names = (ACTIONS, TASK_METHODS, UNIGOAL_METHODS, MULTIGOAL_METHODS)
    missing = [name for name in names if not hasattr(domain, name)]
    if missing:
        raise InputError(
            f"{domain!r} is no GTPyhop domain, for it has no {missing[0]}; give a gtpyhop.Domain."
        )
    return {name: getattr(domain, name) for name in names}


def _attributes(thing: Any, kind: str) -> list[tuple[str, Any]]:
    if not hasattr(thing, "__dict__"):
        raise InputError(f"{thing!r} is no GTPyhop {kind}, for it has no attributes; give a gtpyhop.State.")
    return [(name, value) for name, value in vars(thing).items() if name != "__name__"]


def _named(methods: Iterable[Callable[..., Any]]) -> list[tuple[str, Callable[..., Any]]]:
    """Gives each method a name that no other one has: its own, with a number from the second one on."""
    named: dict[str, Callable[..., Any]] = {}
    for method in methods:
        name = own = getattr(method, "__name__", "method")
        for occurrence in count(2):
            if name not in named:
                break
            name = f"{own} ({occurrence})"
        named[name] = method
    return list(named.items())
