"""In which facts two states differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from planzoo.planners.htn.causal.links import EVERY
from planzoo.planners.htn.state import ABSENT, REORDERED, Entry, State, Table, Variable, variable_of


def differences(state: State, other: State) -> set[Variable]:
    """Gives the variables that have not the same value in both states, or are only in one of them.

    A table whose keys stand in another order differs as a whole, ``(table, EVERY)``, as whoever looks through
    it sees the order. Tables are compared as a whole first, so that equal ones cost next to nothing.
    """
    found: set[Variable] = set()
    for name in {**state._tables, **other._tables}:
        here: dict[Any, Any] = state._tables.get(name, {})
        there: dict[Any, Any] = other._tables.get(name, {})
        if not dict.__eq__(here, there):
            found.update(variable_of(name, key) for key in _unequal(here, there))
        if len(here) != len(there) or any(map(_is_not, dict.keys(here), dict.keys(there))):
            found.add((name, EVERY))
    found.update(_unequal(state._singles, other._singles))
    return found


def written(entries: Iterable[Entry]) -> Iterator[Variable]:
    """Gives the variables in a part of an undo trail, and ``(table, EVERY)`` where keys came or went."""
    for facts, key, before in entries:
        if isinstance(facts, Table):
            yield from _written_to(facts, key, before)
        elif isinstance(facts.get(key), Table):  # a table that was made
            yield key, EVERY
            yield from (variable_of(key, inner) for inner in dict.keys(facts[key]))
        else:
            yield from before if key is REORDERED else (key,)


def _written_to(table: Table, key: Any, before: Any) -> Iterator[Variable]:
    if before is ABSENT or key is REORDERED:
        yield table.name, EVERY
    if key is not REORDERED:
        yield variable_of(table.name, key)
    else:
        yield from (variable_of(table.name, gone) for gone in before if gone not in dict.keys(table))


def _unequal(here: dict[Any, Any], there: dict[Any, Any]) -> list[Any]:
    keys = {**dict(dict.items(here)), **dict(dict.items(there))}
    return [key for key in keys if dict.get(here, key, ABSENT) != dict.get(there, key, ABSENT)]


def _is_not(key: Any, other: Any) -> bool:
    return bool(key != other)
