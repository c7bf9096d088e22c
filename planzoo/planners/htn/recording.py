"""What an operator reads and writes, found out by watching it run: nothing has to be declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planzoo.planners.htn.state import ABSENT, State, Table, Variable, variable_of


@dataclass
class Footprint:
    """What one call has read of the state before it, and what it has written.

    Attributes:
        reads: the variables looked at, with the value found; ``ABSENT`` where there was none. A variable that
            the call itself had written before is not among them.
        scans: the tables that were looked through as a whole (a loop, a length, a comparison).
        writes: the variables written, with the value at the end; ``ABSENT`` where it was removed. A variable
            that was given the value it had is among them.
    """

    reads: dict[Variable, Any] = field(default_factory=dict)
    scans: set[str] = field(default_factory=set)
    writes: dict[Variable, Any] = field(default_factory=dict)

    def depends_on(self, variable: Variable) -> bool:
        """Says whether another value of the variable could have changed what the call did."""
        return variable in self.reads or (isinstance(variable, tuple) and variable[0] in self.scans)

    def note_read(self, variable: Variable, value: Any) -> None:
        """Notes the value that a variable had, unless the call has written it itself."""
        if variable not in self.reads and variable not in self.writes:
            self.reads[variable] = value


class WatchedState(State):
    """A copy of a state that notes which facts are read and written, one call at a time.

    It is some ten times slower than :class:`State`: plans are made without it and watched afterwards.

    Args:
        state: the facts; a State's vocabulary is kept.
    """

    __slots__ = ("_footprint",)

    _footprint: Footprint

    def __init__(self, state: Mapping[Any, Any]) -> None:
        object.__setattr__(self, "_footprint", Footprint())
        source = state if isinstance(state, State) else State(state)
        super().__init__(vocabulary=source.vocabulary)
        for name, table in source._tables.items():
            self._attach(name, self._new_table(name, table))
        self.update(source._singles)

    def watch(self, function: Callable[..., Any], *arguments: Any) -> tuple[Any, Footprint]:
        """Calls ``function(state, *arguments)``; gives its answer and its footprint.

        A generator does its work later: exhaust it inside of ``function``, or nothing of it is seen.
        """
        footprint = Footprint()
        object.__setattr__(self, "_footprint", footprint)
        try:
            return function(self, *arguments), footprint
        finally:
            object.__setattr__(self, "_footprint", Footprint())

    def _new_table(self, name: str, facts: Mapping[Any, Any]) -> Table:
        table = WatchedTable(name, facts, self._vocabulary)
        table.state = self
        return table

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if name[0] != "_" and name in object.__getattribute__(self, "_singles"):
            object.__getattribute__(self, "_footprint").note_read(name, value)
        return value

    def __getitem__(self, variable: Variable) -> Any:
        try:
            value = super().__getitem__(variable)
        except KeyError:
            self._footprint.note_read(_spelt(variable), ABSENT)
            raise
        if not isinstance(variable, tuple):
            self._footprint.note_read(variable, value)
        return value

    def __iter__(self) -> Iterator[Variable]:
        self._footprint.scans.update(self._tables)
        for name, value in self._singles.items():
            self._footprint.note_read(name, value)
        return super().__iter__()

    def copy(self) -> State:
        """Gives a plain state; noted as a look through all facts."""
        return super().refilled(self.items())

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in self._singles:
            self._footprint.writes[name] = value

    def __delitem__(self, variable: Variable) -> None:
        if not isinstance(variable, tuple):
            self._footprint.note_read(variable, self._singles.get(variable, ABSENT))
        super().__delitem__(variable)
        if not isinstance(variable, tuple):
            self._footprint.writes[variable] = ABSENT


class WatchedTable(Table):
    """A table of a :class:`WatchedState`."""

    __slots__ = ("state",)

    state: WatchedState

    def _note_read(self, key: Any) -> None:
        self.state._footprint.note_read(variable_of(self.name, key), dict.get(self, key, ABSENT))

    def _note_scan(self) -> None:
        self.state._footprint.scans.add(self.name)

    def __getitem__(self, key: Any) -> Any:
        self._note_read(key)
        return dict.__getitem__(self, key)

    def get(self, key: Any, default: Any = None) -> Any:
        """Gives a key's value or the default; noted as a read."""
        self._note_read(key)
        return dict.get(self, key, default)

    def __contains__(self, key: Any) -> bool:
        self._note_read(key)
        return dict.__contains__(self, key)

    def __iter__(self) -> Iterator[Any]:
        self._note_scan()
        return dict.__iter__(self)

    def __reversed__(self) -> Iterator[Any]:
        self._note_scan()
        return dict.__reversed__(self)

    def __len__(self) -> int:
        self._note_scan()
        return dict.__len__(self)

    def __eq__(self, other: object) -> bool:
        self._note_scan()
        return dict.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        self._note_scan()
        return dict.__ne__(self, other)

    __hash__ = None  # type: ignore[assignment]

    def __or__(self, other: Any) -> Any:
        return {**self} | other

    def __ror__(self, other: Any) -> Any:
        return other | {**self}

    def pop(self, key: Any, *default: Any) -> Any:
        """Removes a key and gives its value, or the default when it is absent; noted as a read, too."""
        self._note_read(key)
        return super().pop(key, *default)

    def keys(self) -> Any:
        """Gives the keys; noted as a look through the whole table."""
        self._note_scan()
        return dict.keys(self)

    def values(self) -> Any:
        """Gives the values; noted as a look through the whole table."""
        self._note_scan()
        return dict.values(self)

    def items(self) -> Any:
        """Gives keys and values; noted as a look through the whole table."""
        self._note_scan()
        return dict.items(self)

    def copy(self) -> Table:
        """Gives a plain table; noted as a look through the whole table."""
        self._note_scan()
        return super().copy()

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        self.state._footprint.writes[variable_of(self.name, key)] = value

    def __delitem__(self, key: Any) -> None:
        self._note_read(key)
        super().__delitem__(key)
        self.state._footprint.writes[variable_of(self.name, key)] = ABSENT


def _spelt(variable: Variable) -> Variable:
    """Gives the one spelling of a variable: a key's items stand side by side."""
    return variable_of(*variable) if isinstance(variable, tuple) and len(variable) == 2 else variable
