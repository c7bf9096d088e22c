"""The state that operators read and write: tables of facts, with one undo trail for all of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, MutableMapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Self

from planzoo.errors import InputError

if TYPE_CHECKING:
    from planzoo.planners.htn.schema import Vocabulary

Variable = str | tuple[Any, ...]
"""Names one fact: ``(table, object, …)`` such as ``("at", "robot_0")``; a string if it has no objects."""

Facts = Mapping[Any, Any] | Iterable[tuple[Any, Any]]
"""Variables and their values."""

Entry = tuple[dict[Any, Any], Any, Any]
"""A write that can be taken back: the dictionary, the key, and the value before."""


class _Mark(Enum):
    """Stands where a value or a key would."""

    ABSENT = "absent"
    REORDERED = "reordered"

    def __repr__(self) -> str:
        return self.value


ABSENT = _Mark.ABSENT
"""The value of a variable that is not there."""
REORDERED = _Mark.REORDERED
"""Stands for the key when a deletion is taken back: the value is then the whole table as it was."""

_read = dict.get
_write = dict.__setitem__


class Table(dict[Any, Any]):
    """All facts of one kind, as ``object → value``; with several objects the key is their tuple.

    Reads run at the speed of a plain dictionary; writes are recorded. Values must be immutable (numbers,
    strings, tuples, frozensets …), for a list changed in place is a change that the trail cannot see.

    Args:
        name: the table's name in the state.
        facts: keys and values to start from.
        vocabulary: what declares its objects and values; None allows any.
    """

    __slots__ = ("name", "trail", "values_allowed", "vocabulary")

    def __init__(self, name: str, facts: Mapping[Any, Any], vocabulary: Vocabulary | None = None) -> None:
        super().__init__(facts)
        self.name = name
        self.vocabulary = vocabulary
        self.values_allowed = None if vocabulary is None else vocabulary.values_of(name)
        self.trail: Any = deque(maxlen=0)
        for key, value in dict.items(self):
            self._admit(key)
            self._admit_value(key, value)

    def __setitem__(self, key: Any, value: Any) -> None:
        before = _read(self, key, ABSENT)
        if before is ABSENT:
            self._admit(key)
        if value.__hash__ is None or self.values_allowed is not None:
            self._admit_value(key, value)
        self.trail.append((self, key, before))
        _write(self, key, value)

    def __delitem__(self, key: Any) -> None:
        # A key that comes back must come back to its old place: whoever loops over the table sees the order.
        before = dict(dict.items(self))
        dict.__delitem__(self, key)
        self.trail.append((self, REORDERED, before))

    clear = MutableMapping.clear  # dict's own versions of these would write past the trail
    popitem = MutableMapping.popitem
    setdefault = MutableMapping.setdefault
    update = MutableMapping.update

    def pop(self, key: Any, *default: Any) -> Any:
        """Removes a key and gives its value, or the default when it is absent."""
        value = _read(self, key, ABSENT)
        if value is ABSENT and default:
            return default[0]
        del self[key]
        return value

    def __ior__(self, other: Any) -> Self:  # type: ignore[misc]
        self.update(other)
        return self

    def _admit(self, key: Any) -> None:
        if self.vocabulary is not None:
            self.vocabulary.admit(self.name, key if isinstance(key, tuple) else (key,))

    def _admit_value(self, key: Any, value: Any) -> None:
        _require_immutable(variable_of(self.name, key), value)
        if self.values_allowed is not None and value not in self.values_allowed:
            assert self.vocabulary is not None
            raise self.vocabulary.refusal(variable_of(self.name, key), value)


class State(Mapping[Variable, Any]):
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

    __slots__ = ("__dict__", "_trail", "_vocabulary")

    _trail: Any
    _vocabulary: Vocabulary | None

    def __init__(self, facts: Facts = (), /, *, vocabulary: Vocabulary | None = None, **values: Any) -> None:
        object.__setattr__(self, "_trail", deque(maxlen=0))
        object.__setattr__(self, "_vocabulary", vocabulary)
        tables: dict[str, Any] = {} if vocabulary is None else {name: {} for name in vocabulary.tables}
        for name, value in (tables | values).items():
            if isinstance(value, Mapping):
                self.__dict__[name] = self._new_table(name, value)
            else:
                self[name] = value
        for variable, value in dict(facts).items():
            self[variable] = value

    # -- one fact -------------------------------------------------------------------------------------------

    def __getitem__(self, variable: Variable) -> Any:
        facts = self.__dict__
        if variable.__class__ is tuple:
            return facts[variable[0]][variable[1] if len(variable) == 2 else variable[1:]]
        value = facts[variable]  # type: ignore[index]
        if isinstance(value, Table):
            raise KeyError(variable)
        return value

    def __setitem__(self, variable: Variable, value: Any) -> None:
        if variable.__class__ is not tuple:
            setattr(self, variable, value)  # type: ignore[arg-type]
            return
        name = variable[0]
        table = self.__dict__.get(name)
        if not isinstance(table, Table):
            table = self._new_table(name, {})
            self._trail.append((self.__dict__, name, self.__dict__.get(name, ABSENT)))
            self.__dict__[name] = table
        table[variable[1] if len(variable) == 2 else variable[1:]] = value

    def __delitem__(self, variable: Variable) -> None:
        if variable.__class__ is tuple:
            del self.__dict__[variable[0]][variable[1] if len(variable) == 2 else variable[1:]]
            return
        if isinstance(self.__dict__[variable], Table):  # type: ignore[index]
            raise KeyError(variable)
        before = dict(self.__dict__)
        del self.__dict__[variable]  # type: ignore[arg-type]
        self._trail.append((self.__dict__, REORDERED, before))

    def __setattr__(self, name: str, value: Any) -> None:
        facts = self.__dict__
        before = facts.get(name, ABSENT)
        if before is ABSENT or isinstance(before, Table) or value.__hash__ is None:
            self._admit_value(name, before, value)
        if self._vocabulary is not None:
            self._vocabulary.admit_value(name, value)
        self._trail.append((facts, name, before))
        facts[name] = value

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
        for name, value in self.__dict__.items():
            if isinstance(value, Table):
                for key in dict.keys(value):
                    yield variable_of(name, key)
            else:
                yield name

    def __len__(self) -> int:
        return sum(dict.__len__(value) if isinstance(value, Table) else 1 for value in self.__dict__.values())

    def __repr__(self) -> str:
        facts = (
            f"{name}={dict(value) if isinstance(value, Table) else value!r}"
            for name, value in self.__dict__.items()
        )
        return f"State({', '.join(facts)})"

    __hash__ = None  # type: ignore[assignment]

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
        return self.refilled(self.items())

    def refilled(self, facts: Iterable[tuple[Any, Any]]) -> State:
        """Gives a state with the same tables and vocabulary but other facts: (variable, value) pairs."""
        twin = State.__new__(State)
        object.__setattr__(twin, "_trail", deque(maxlen=0))
        object.__setattr__(twin, "_vocabulary", self._vocabulary)
        for name, value in self.__dict__.items():
            if isinstance(value, Table):
                twin.__dict__[name] = twin._new_table(name, {})
        for variable, value in facts:
            if variable.__class__ is tuple:
                key = variable[1] if len(variable) == 2 else variable[1:]
                _write(twin.__dict__[variable[0]], key, value)
            else:
                twin.__dict__[variable] = value
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
            if before is ABSENT:
                dict.__delitem__(facts, key)
            elif key is REORDERED:
                dict.clear(facts)
                dict.update(facts, before)
            else:
                _write(facts, key, before)

    def commit(self) -> None:
        """Makes all writes final and ends the recording: no earlier mark can be undone any more."""
        self._record_on(deque(maxlen=0))

    def _record_on(self, trail: Any) -> None:
        object.__setattr__(self, "_trail", trail)
        for value in self.__dict__.values():
            if isinstance(value, Table):
                value.trail = trail

    # -- what is allowed ------------------------------------------------------------------------------------

    def _new_table(self, name: Any, facts: Mapping[Any, Any]) -> Table:
        _require_name(name)
        if self._vocabulary is not None:
            self._vocabulary.require_table(name)
        table = Table(name, facts, self._vocabulary)
        table.trail = self._trail
        return table

    def _admit_value(self, name: Any, before: Any, value: Any) -> None:
        """Refuses what cannot be a value without objects."""
        if isinstance(before, Table):
            raise InputError(
                f"State.{name} is a table of facts; write one fact, as in state.{name}[object] = {value!r}."
            )
        _require_name(name)
        _require_immutable(name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        tables = {name: dict(value) for name, value in self.__dict__.items() if isinstance(value, Table)}
        values = {name: value for name, value in self.__dict__.items() if not isinstance(value, Table)}
        return _restored, (self._vocabulary, tables | values)


def variable_of(name: Any, key: Hashable) -> tuple[Any, ...]:
    """Gives the variable of a table's key: a tuple's items are the objects, anything else is the one."""
    return (name, *key) if isinstance(key, tuple) else (name, key)


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


def _require_immutable(variable: Variable, value: Any) -> None:
    try:
        hash(value)
    except TypeError:
        raise InputError(
            f"State variable {variable!r} was given a {type(value).__name__}, which could be changed behind "
            "the undo trail; use a tuple or frozenset, or one fact an item as in state.at[robot]."
        ) from None
