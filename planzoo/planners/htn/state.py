"""The state that operators read and write: tables of facts, with one undo trail for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from planzoo.errors import InputError
from planzoo.planners.htn.table import (
    ABSENT,
    REORDERED,
    UNRECORDED,
    Change,
    Entry,
    Facts,
    Table,
    Variable,
    require_immutable,
    variable_of,
)

if TYPE_CHECKING:
    from planzoo.planners.htn.schema import Vocabulary

__all__ = ["ABSENT", "REORDERED", "Change", "Entry", "Facts", "State", "Table", "Variable", "variable_of"]

_write = dict.__setitem__


class _Parts:
    """What a state keeps beside the attributes that people see."""

    __slots__ = ("_singles", "_tables", "_trail", "_vocabulary")

    _singles: dict[str, Any]
    _tables: dict[str, Table]
    _trail: Any
    _vocabulary: Vocabulary | None

    def _set_up(self, vocabulary: Vocabulary | None) -> None:
        put = object.__setattr__
        put(self, "_singles", {})
        put(self, "_tables", {})
        put(self, "_trail", UNRECORDED)
        put(self, "_vocabulary", vocabulary)


class State(Mapping[Variable, Any], _Parts):
    """Facts in tables, ``state.at["robot_0"] = (3, 4)``, and single values, ``state.time = 5``.

    Every table and every value without objects is an attribute. The same facts can be read and written by
    their variable, ``state["at", "robot_0"]`` and ``state["time"]``, which is what generic code does; as a
    mapping the state has all its variables as keys.

    The search changes one state in place and takes writes back with :meth:`undo`, in the order of iteration,
    too; it never copies. A write from within an operator must go through the state: that is how undoing,
    causal links and repair see it.

    Args:
        facts: variables and values, as in ``{("at", "robot_0"): (3, 4), "time": 5}``.
        vocabulary: declared types, objects and variables; None allows any. See ``Domain.state``.
        values: tables (mappings, also empty ones) and single values by name.

    Raises:
        InputError: a value can be changed in place, a name is one of State's own methods, or an object or
            variable is not declared.
    """

    # Every fact is also an instance attribute, for Python reads those fastest; ``__dict__`` itself is never
    # touched, which would slow them down.

    def __init__(self, facts: Facts = (), /, *, vocabulary: Vocabulary | None = None, **values: Any) -> None:
        self._set_up(vocabulary)
        tables: dict[str, Any] = {} if vocabulary is None else {name: {} for name in vocabulary.tables}
        for name, value in (tables | values).items():
            setattr(self, name, value)
        for variable, value in dict(facts).items():
            self[variable] = value

    # -- one fact -------------------------------------------------------------------------------------------

    def __getitem__(self, variable: Variable) -> Any:
        if variable.__class__ is tuple:
            return self._tables[variable[0]][variable[1] if len(variable) == 2 else variable[1:]]
        return self._singles[variable]  # type: ignore[index]

    def __setitem__(self, variable: Variable, value: Any) -> None:
        if not isinstance(variable, tuple):
            if not isinstance(variable, str):
                _require_name(variable)
            setattr(self, variable, value)
            return
        table = self._tables.get(variable[0])
        if table is None:
            table = self._add_table(variable[0], {})
        table[variable[1] if len(variable) == 2 else variable[1:]] = value

    def __delitem__(self, variable: Variable) -> None:
        if variable.__class__ is tuple:
            del self._tables[variable[0]][variable[1] if len(variable) == 2 else variable[1:]]
            return
        before = dict(self._singles)
        del self._singles[variable]  # type: ignore[arg-type]
        object.__delattr__(self, variable)  # type: ignore[arg-type]
        self._trail.append((self._singles, REORDERED, before))

    def __setattr__(self, name: str, value: Any) -> None:
        before = self._singles.get(name, ABSENT)
        if before is ABSENT:
            if isinstance(value, Mapping) and name not in self._tables:
                self._add_table(name, value)
                return
            self._admit_single(name, value)
        if value.__hash__ is None:
            require_immutable(name, value)
        if self._vocabulary is not None:
            self._vocabulary.admit_value(name, value)
        self._trail.append((self._singles, name, before))
        self._singles[name] = value
        object.__setattr__(self, name, value)

    if TYPE_CHECKING:  # at run time this method would slow every attribute down

        def __getattr__(self, name: str) -> Any: ...

    def __delattr__(self, name: str) -> None:
        del self[name]

    def __contains__(self, variable: object) -> bool:
        return self.get(variable, ABSENT) is not ABSENT

    def get(self, variable: Any, default: Any = None) -> Any:
        """Gives a variable's value, or the default when it is absent."""
        try:
            return self[variable]
        except (KeyError, IndexError, TypeError):
            return default

    def holds(self, variable: Variable, value: Any) -> bool:
        """Says whether the variable is present and has this value."""
        return bool(self.get(variable, ABSENT) == value)

    def pop(self, variable: Variable, *default: Any) -> Any:
        """Removes a variable and gives its value, or the default when it is absent."""
        value = self.get(variable, ABSENT)
        if value is ABSENT and default:
            return default[0]
        del self[variable]
        return value

    def update(self, facts: Facts = (), /, **values: Any) -> None:
        """Writes several variables."""
        for variable, value in (dict(facts) | values).items():
            self[variable] = value

    # -- all facts ------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Variable]:
        for name, table in self._tables.items():
            for key in dict.keys(table):
                yield variable_of(name, key)
        yield from self._singles

    def __len__(self) -> int:
        return sum(map(dict.__len__, self._tables.values())) + len(self._singles)

    def __repr__(self) -> str:
        facts = {name: dict(dict.items(table)) for name, table in self._tables.items()} | self._singles
        return f"State({', '.join(f'{name}={value!r}' for name, value in facts.items())})"

    __hash__ = None  # type: ignore[assignment]

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The declared types, objects and variables; None when anything is allowed."""
        return self._vocabulary

    def objects(self, kind: str) -> tuple[Any, ...]:
        """Gives the declared objects of a type and its subtypes, in the order of their declaration.

        Raises:
            InputError: the state was made without a vocabulary, or it has no such type.
        """
        if self._vocabulary is None:
            raise InputError(
                f"This state declares no objects of type {kind!r}; make it with domain.state(objects=…)."
            )
        return self._vocabulary.objects(kind)

    def copy(self) -> State:
        """Gives an independent state with the same facts, nothing recorded."""
        twin = State.__new__(State)
        twin._set_up(self._vocabulary)
        for name, table in self._tables.items():
            twin._attach(name, table.copy())
        for name, value in self._singles.items():
            twin._singles[name] = value
            object.__setattr__(twin, name, value)
        return twin

    def refilled(self, facts: Iterable[tuple[Any, Any]]) -> State:
        """Gives a state with the same tables and vocabulary but other facts: (variable, value) pairs.

        Nothing is checked: the facts come from a state.
        """
        twin = State.__new__(State)
        twin._set_up(self._vocabulary)
        for name, table in self._tables.items():
            twin._attach(name, table.emptied())
        for variable, value in facts:
            if variable.__class__ is tuple:
                key = variable[1] if len(variable) == 2 else variable[1:]
                _write(twin._tables[variable[0]], key, value)
            else:
                twin._singles[variable] = value
                object.__setattr__(twin, variable, value)
        return twin

    # -- undoing --------------------------------------------------------------------------------------------

    @property
    def trail(self) -> list[Entry] | None:
        """Every write since the first mark, oldest first; None before any mark."""
        return self._trail if isinstance(self._trail, list) else None

    def mark(self) -> int:
        """Gives a point that :meth:`undo` can return to; the first mark starts the recording of writes."""
        if self.trail is None:
            self._record_on([])
        return len(self._trail)

    def undo(self, mark: int) -> None:
        """Takes back every write since ``mark``, the latest first.

        Raises:
            InputError: the mark lies after the present point (it was itself undone, or committed).
        """
        trail = self._trail
        if not isinstance(trail, list) or not 0 <= mark <= len(trail):
            raise InputError(
                f"The state has no mark {mark} to return to; undo each mark at most once, latest first."
            )
        while len(trail) > mark:
            facts, key, before = trail.pop()
            if facts.__class__ is Table and before is not ABSENT and key is not REORDERED:
                _write(facts, key, before)
            else:
                self._put(facts, key, before)

    def cut(self, mark: int) -> list[Change]:
        """Takes the writes since ``mark`` off the trail, to be taken back and done again at will.

        They stay in effect; :meth:`undo` no longer knows them. See :meth:`revert` and :meth:`redo`.
        """
        changes = [
            (
                facts,
                key,
                before,
                dict(dict.items(facts)) if key is REORDERED else dict.get(facts, key, ABSENT),
            )
            for facts, key, before in self._trail[mark:]
        ]
        del self._trail[mark:]
        return changes

    def revert(self, changes: list[Change]) -> None:
        """Takes back what :meth:`cut` gave; the state must be as it was after these changes."""
        for facts, key, before, _ in reversed(changes):
            self._put(facts, key, before)

    def redo(self, changes: list[Change]) -> None:
        """Does again what :meth:`cut` gave; the state must be as it was before these changes."""
        for facts, key, _, after in changes:
            self._put(facts, key, after)

    def _put(self, facts: dict[Any, Any], key: Any, value: Any) -> None:
        """Gives a fact a value, or no value, without a word to anybody."""
        if not isinstance(facts, Table):
            self._put_attribute(facts, key, value)
        elif value is ABSENT:
            dict.pop(facts, key, None)
        elif key is REORDERED:
            dict.clear(facts)
            dict.update(facts, value)
        else:
            _write(facts, key, value)

    def _put_attribute(self, facts: dict[Any, Any], key: Any, value: Any) -> None:
        """Gives a single value, or makes or removes a table."""
        if key is REORDERED:
            for name in facts.keys() - value.keys():
                object.__delattr__(self, name)
            facts.clear()
            facts.update(value)
            for name, single in value.items():
                object.__setattr__(self, name, single)
        elif value is ABSENT:
            if facts.pop(key, ABSENT) is not ABSENT:
                object.__delattr__(self, key)
        else:
            facts[key] = value
            object.__setattr__(self, key, value)

    def commit(self) -> None:
        """Makes all writes final and ends the recording: no earlier mark can be undone any more."""
        self._record_on(UNRECORDED)

    def _record_on(self, trail: Any) -> None:
        object.__setattr__(self, "_trail", trail)
        for table in self._tables.values():
            table.trail = trail

    # -- what is allowed ------------------------------------------------------------------------------------

    def _add_table(self, name: Any, facts: Mapping[Any, Any]) -> Table:
        _require_name(name)
        if name in self._singles:
            raise InputError(f"State.{name} is a single value; it has no facts about objects.")
        if self._vocabulary is not None:
            self._vocabulary.require_table(name)
        table = self._attach(name, self._new_table(name, facts))
        self._trail.append((self._tables, name, ABSENT))
        return table

    def _new_table(self, name: str, facts: Mapping[Any, Any]) -> Table:
        return Table(name, facts, self._vocabulary)

    def _attach(self, name: str, table: Table) -> Table:
        table.trail = self._trail
        self._tables[name] = table
        object.__setattr__(self, name, table)
        return table

    def _admit_single(self, name: Any, value: Any) -> None:
        """Refuses what cannot be a value without objects."""
        if name in self._tables:
            raise InputError(
                f"State.{name} is a table of facts; write one fact, as in state.{name}[object] = {value!r}."
            )
        _require_name(name)

    def __reduce__(self) -> tuple[Any, ...]:
        tables = {name: dict(dict.items(table)) for name, table in self._tables.items()}
        return _restored, (self._vocabulary, tables | self._singles)


def _restored(vocabulary: Vocabulary | None, values: dict[str, Any]) -> State:
    return State(vocabulary=vocabulary, **values)


def _require_name(name: Any) -> None:
    if not isinstance(name, str):
        raise InputError(
            f"State variable {name!r} does not begin with a name; write a string, or (name, object, …)."
        )
    if hasattr(State, name):
        raise InputError(
            f"No state variable can be called {name!r}, the name of a part of State; choose another."
        )
