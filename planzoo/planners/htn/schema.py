"""Typed objects and declared variables: what a state may speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple

from planzoo.errors import InputError


class VariableDeclaration(NamedTuple):
    """A declared state variable."""

    name: str
    """Its name: a table's when it has types, else that of a single value."""
    types: tuple[str, ...] = ()
    """The types of its objects, in order."""
    values: str | frozenset[Any] | None = None
    """The type that its values have, or the values themselves; None allows any."""
    description: str = ""
    """What the variable means, for people."""


@dataclass
class Schema:
    """The types and variables that a domain declares; empty when it declares none.

    Attributes:
        types: each type's parent; None for one without.
        variables: the declared variables by name.
    """

    types: dict[str, str | None] = field(default_factory=dict)
    variables: dict[str, VariableDeclaration] = field(default_factory=dict)

    def add_type(self, name: str, parent: str | None = None) -> None:
        """Declares a type, below ``parent`` if that is given.

        Raises:
            InputError: the type is declared already, or its parent is not.
        """
        if name in self.types:
            raise InputError(f"Type {name!r} is declared twice; choose another name.")
        if parent is not None:
            self.require_type(parent)
        self.types[name] = parent

    def add_variable(self, declaration: VariableDeclaration) -> None:
        """Declares a variable.

        Raises:
            InputError: the variable is declared already, or one of its types is not.
        """
        if declaration.name in self.variables:
            raise InputError(f"Variable {declaration.name!r} is declared twice; choose another name.")
        for name in declaration.types:
            self.require_type(name)
        if isinstance(declaration.values, str):
            self.require_type(declaration.values)
        self.variables[declaration.name] = declaration

    def require_type(self, name: str) -> None:
        """Refuses a type that is not declared.

        Raises:
            InputError: there is no such type; the message names the nearest one.
        """
        if name not in self.types:
            raise InputError(f"There is no type {name!r}; {_hint(name, self.types)}.")

    def lineage(self, name: str) -> tuple[str, ...]:
        """Gives a type and the types above it, from itself upwards."""
        line = [name]
        while (parent := self.types[line[-1]]) is not None:
            line.append(parent)
        return tuple(line)


class Vocabulary:
    """A schema together with the objects of one problem.

    Args:
        schema: types and variables.
        objects: the objects of each type. An object may be given under several types.

    Raises:
        InputError: a type is not declared, or an object cannot be a key.
    """

    def __init__(self, schema: Schema, objects: Mapping[str, Iterable[Any]]) -> None:
        self.schema = schema
        self._objects: dict[str, dict[Any, None]] = {name: {} for name in schema.types}
        for kind, members in objects.items():
            schema.require_type(kind)
            if isinstance(members, str):
                raise InputError(
                    f"The objects of type {kind!r} were given as the string {members!r}; write [{members!r}]."
                )
            for member in members:
                for above in schema.lineage(kind):
                    self._objects[above][_hashable(member)] = None

    @property
    def tables(self) -> tuple[str, ...]:
        """The declared variables that have objects."""
        return tuple(name for name, declared in self.schema.variables.items() if declared.types)

    def objects(self, kind: str) -> tuple[Any, ...]:
        """Gives the objects of a type and of those below it, in the order in which they were given.

        Raises:
            InputError: there is no such type.
        """
        self.schema.require_type(kind)
        return tuple(self._objects[kind])

    def require_table(self, name: str) -> None:
        """Refuses a table that no variable declares.

        Raises:
            InputError: there is no such variable, or it has no objects.
        """
        if not self._declaration(name).types:
            raise InputError(f"Variable {name!r} is declared without objects; write state.{name} = value.")

    def values_of(self, name: str) -> frozenset[Any] | None:
        """Gives the values that a variable may have; None when any will do."""
        values = self._declaration(name).values
        return frozenset(self._objects[values]) if isinstance(values, str) else values

    def admit(self, name: str, objects: tuple[Any, ...]) -> None:
        """Refuses a fact about objects that are not declared, not of the right type, or of a wrong number.

        Raises:
            InputError: as said.
        """
        types = self._declaration(name).types
        # An object that is itself a tuple, such as a cell, is a key of its own.
        if len(types) == 1 and len(objects) != 1:
            objects = (objects,)
        if len(objects) != len(types):
            wanted = ", ".join(types)
            raise InputError(
                f"Variable {name!r} has {len(types)} objects ({wanted}), but {objects!r} was given."
            )
        for thing, kind in zip(objects, types, strict=True):
            if thing not in self._objects[kind]:
                near = _hint(thing, self._objects[kind])
                raise InputError(f"Variable {name!r}: there is no {kind} {thing!r}; {near}.")

    def admit_value(self, name: str, value: Any) -> None:
        """Refuses a value of a variable without objects that is not declared so.

        Raises:
            InputError: as said.
        """
        if self._declaration(name).types:
            raise InputError(
                f"Variable {name!r} is declared with objects; write state.{name}[object] = value."
            )
        allowed = self.values_of(name)
        if allowed is not None and value not in allowed:
            raise self.refusal(name, value)

    def refusal(self, variable: Any, value: Any) -> InputError:
        """Makes the error for a value that is not among the declared ones."""
        name = variable if isinstance(variable, str) else variable[0]
        kind = self._declaration(name).values
        allowed = self.values_of(name) or ()
        what = (
            f"there is no {kind} {value!r}"
            if isinstance(kind, str)
            else f"{value!r} is not one of its values"
        )
        return InputError(f"State variable {variable!r}: {what}; {_hint(value, allowed)}.")

    def _declaration(self, name: str) -> VariableDeclaration:
        declaration = self.schema.variables.get(name)
        if declaration is None:
            raise InputError(f"There is no state variable {name!r}; {_hint(name, self.schema.variables)}.")
        return declaration


def _hint(name: Any, known: Iterable[Any]) -> str:
    near = get_close_matches(str(name), [str(entry) for entry in known], 1)
    return f"did you mean {near[0]!r}" if near else "declare it"


def _hashable(member: Any) -> Any:
    try:
        hash(member)
    except TypeError:
        raise InputError(f"Object {member!r} cannot be a key; use a string, number or tuple.") from None
    return member
