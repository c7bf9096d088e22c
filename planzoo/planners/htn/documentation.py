"""Domains in words: what a person, a page or a program wants to know of one before using it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.method import Method
from planzoo.planners.htn.operator import Operator
from planzoo.planners.htn.schema import VariableDeclaration

DEPENDS = "depends on the state"
"""What stands for a cost, duration or amount that is computed by a function without a name."""


@dataclass(frozen=True)
class Entry:
    """One thing that a domain declares.

    Attributes:
        name: its name; of an operator or method, with its parameters.
        description: the first paragraph of its documentation.
        details: further particulars by their names, such as an operator's cost.
    """

    name: str
    description: str = ""
    details: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """The entry in one line."""
        details = ", ".join(f"{name} {value}" for name, value in self.details)
        told = f"{self.description} ({details})" if self.description and details else self.description
        told = told or details
        return f"{self.name}: {told}" if told else self.name

    def to_data(self) -> dict[str, Any]:
        """Gives the entry as dicts and strings."""
        return {"name": self.name, "description": self.description, **dict(self.details)}


@dataclass(frozen=True)
class DomainDescription:
    """A domain in words: each part in the order of declaration, which for methods is that of their trial.

    Attributes:
        name: the domain's name.
        description: what it is about.
        types: the types of objects.
        variables: the state variables.
        operators: the operators.
        tasks: for each task its methods.
        goals: for each variable whose goals can be reached by methods, these methods.
        multigoals: the methods for several goals at once.
    """

    name: str
    description: str
    types: tuple[Entry, ...]
    variables: tuple[Entry, ...]
    operators: tuple[Entry, ...]
    tasks: tuple[tuple[str, tuple[Entry, ...]], ...]
    goals: tuple[tuple[str, tuple[Entry, ...]], ...]
    multigoals: tuple[Entry, ...]

    def to_text(self) -> str:
        """Writes the description for a terminal."""
        lines = [self.name + (f": {self.description}" if self.description else "")]
        for title, entries in self._sections():
            lines += ["", title, *(f"  {entry.words}" for entry in entries)]
        for title, owner, methods in self._owners():
            lines += ["", f"{title} {owner}".rstrip() + ", by methods in this order"]
            lines += [f"  {number}. {entry.words}" for number, entry in enumerate(methods, 1)]
        return "\n".join(lines)

    def to_markdown(self) -> str:
        """Writes the description as a page of Markdown."""
        lines = [f"# Domain {_code(self.name)}"]
        if self.description:
            lines += ["", _plain(self.description)]
        for title, entries in self._sections():
            lines += ["", f"## {title}", "", *(_bullet("-", entry) for entry in entries)]
        for title, owner, methods in self._owners():
            lines += ["", f"## {title} {_code(owner) if owner else ''}".rstrip(), ""]
            lines += [_bullet(f"{number}.", entry) for number, entry in enumerate(methods, 1)]
        return "\n".join([*lines, ""])

    def to_data(self) -> dict[str, Any]:
        """Gives the description as dicts, lists and strings."""
        return {
            "name": self.name,
            "description": self.description,
            "types": _data(self.types),
            "variables": _data(self.variables),
            "operators": _data(self.operators),
            "tasks": {owner: _data(methods) for owner, methods in self.tasks},
            "goals": {owner: _data(methods) for owner, methods in self.goals},
            "multigoals": _data(self.multigoals),
        }

    def _sections(self) -> Iterator[tuple[str, Sequence[Entry]]]:
        sections = (("Types", self.types), ("Variables", self.variables), ("Operators", self.operators))
        return ((title, entries) for title, entries in sections if entries)

    def _owners(self) -> Iterator[tuple[str, str, Sequence[Entry]]]:
        yield from (("Task", owner, methods) for owner, methods in self.tasks)
        yield from (("Goals on", owner, methods) for owner, methods in self.goals)
        yield "Several goals at once", "", self.multigoals


def describe_domain(domain: Domain) -> DomainDescription:
    """Describes a domain: everything that it declares, with its documentation strings."""
    return DomainDescription(
        domain.name,
        " ".join(domain.description.split()),
        tuple(_type(name, parent) for name, parent in domain.schema.types.items()),
        tuple(map(_variable, domain.schema.variables.values())),
        tuple(map(_operator, domain.operators.values())),
        tuple((task, _methods(methods)) for task, methods in domain.methods.items()),
        tuple((str(variable), _methods(methods)) for variable, methods in domain.goal_methods.items()),
        _methods(domain.multigoal_methods),
    )


def _type(name: str, parent: str | None) -> Entry:
    return Entry(name, details=(("below", parent),) if parent is not None else ())


def _variable(declared: VariableDeclaration) -> Entry:
    details = []
    if isinstance(declared.values, str):
        details.append(("values", declared.values))
    elif declared.values is not None:
        details.append(("values", " | ".join(sorted(map(_value, declared.values)))))
    name = f"{declared.name}[{', '.join(declared.types)}]" if declared.types else declared.name
    return Entry(name, declared.description, tuple(details))


def _operator(operator: Operator) -> Entry:
    parameters = _parameters(operator.function)
    details = [("cost", _measure(operator.cost)), ("duration", _measure(operator.duration))]
    if operator.agent is not None:
        details.append(("agent", _agent(operator.agent, parameters)))
    if callable(operator.resources):
        details.append(("resources", _measure(operator.resources)))
    elif operator.resources:
        held = ", ".join(f"{amount:g} {name}" for name, amount in operator.resources.items())
        details.append(("resources", held))
    return Entry(f"{operator.name}({', '.join(parameters)})", operator.description, tuple(details))


def _methods(methods: Iterable[Method]) -> tuple[Entry, ...]:
    return tuple(
        Entry(f"{method.name}({', '.join(_parameters(method.function))})", method.description)
        for method in methods
    )


def _parameters(function: Callable[..., Any]) -> list[str]:
    """Gives the names of the parameters after the state; with a star as they are declared."""
    try:
        declared = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):  # built in, without a signature
        return ["…"]
    stars: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return [stars.get(parameter.kind, "") + parameter.name for parameter in declared]


def _measure(measure: Any) -> str:
    if not callable(measure):
        return f"{measure:g}"
    name = getattr(measure, "__name__", "<")
    return DEPENDS if name.startswith("<") else f"{DEPENDS} ({name})"


def _agent(agent: Any, parameters: Sequence[str]) -> str:
    if callable(agent):
        return "depends on the arguments"
    return parameters[agent] if -len(parameters) <= agent < len(parameters) else f"argument {agent}"


def _value(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def _data(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    return [entry.to_data() for entry in entries]


def _bullet(mark: str, entry: Entry) -> str:
    told = ", ".join(f"{name} {value}" for name, value in entry.details)
    words = [f"{mark} {_code(entry.name)}", _plain(entry.description), _plain(f"({told})") if told else ""]
    return " ".join(word for word in words if word)


def _code(text: str) -> str:
    """Writes text as code in one line, within more backticks in a row than there are in it."""
    text = " ".join(text.split())
    fence = "`"
    while fence in text:
        fence += "`"
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def _plain(text: str) -> str:
    """Writes text so that none of it is taken for markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in text)
