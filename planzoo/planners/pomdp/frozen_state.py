"""States as values: what a belief is about cannot change and can be looked up."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from planzoo.errors import InputError


class FrozenState(Mapping[Any, Any]):
    """Variables and their values, unchangeable and hashable; equal to any mapping with the same ones.

    Args:
        variables: the state; copied, with all mappings, lists and sets within it frozen, too.
    """

    __slots__ = ("_hash", "_values")

    def __init__(self, variables: Mapping[Any, Any]) -> None:
        self._values = {name: frozen(value) for name, value in variables.items()}
        self._hash = hash(frozenset(self._values.items()))

    def __getitem__(self, variable: Any) -> Any:
        return self._values[variable]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"FrozenState({self._values!r})"

    def __str__(self) -> str:
        return ", ".join(f"{label(name)}={value}" for name, value in self._values.items())

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenState, (self._values,)


def frozen(value: Any) -> Any:
    """Gives a value that can be neither changed nor missed: mappings become a :class:`FrozenState`.

    Lists become tuples and sets frozensets, in whatever depth; anything else that is hashable stays itself.

    Raises:
        InputError: it is something else that is not hashable.
    """
    if isinstance(value, str | FrozenState):
        return value
    if isinstance(value, Mapping):
        return FrozenState(value)
    if isinstance(value, list | tuple):
        return _frozen_sequence(value)
    if isinstance(value, set):
        return frozenset(value)
    if not isinstance(value, Hashable):
        raise InputError(
            f"A {type(value).__name__} cannot be a state or a part of one; give strings, numbers, tuples or "
            "mappings of variables."
        )
    return value


def _frozen_sequence(value: list[Any] | tuple[Any, ...]) -> tuple[Any, ...]:
    parts = [frozen(part) for part in value]
    if isinstance(value, tuple) and all(new is old for new, old in zip(parts, value, strict=True)):
        return value  # named tuples and other subclasses stay what they are
    return tuple(parts)


def value_of(state: Any, variable: Any) -> Any:
    """Reads a variable of a state.

    Args:
        state: a mapping of variables. Tables may be written out: ``{"locked": {"door": True}}`` has the
            variable ``("locked", "door")``, as a planning state does.
        variable: its name.

    Raises:
        InputError: the state has no such variable.
    """
    if isinstance(state, Mapping):
        if variable in state:
            return state[variable]
        table = state.get(variable[0]) if isinstance(variable, tuple) and variable else None
        key = variable[1] if table is not None and len(variable) == 2 else variable
        if isinstance(table, Mapping) and (key in table or variable[1:] in table):
            return table[key] if key in table else table[variable[1:]]
    raise InputError(f"The state {state!s} has no variable {variable!r}; name one that all states have.")


def label(name: Any) -> str:
    """Names anything in a word: a string stays itself, ``("locked", "door")`` is ``locked(door)``."""
    if isinstance(name, tuple) and len(name) > 1 and isinstance(name[0], str):
        return f"{name[0]}({', '.join(map(str, name[1:]))})"
    return str(name)
