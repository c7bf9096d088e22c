"""Tables of facts, whose writes are recorded so that they can be taken back."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, MutableMapping
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

Change = tuple[dict[Any, Any], Any, Any, Any]
"""A write that can be taken back and done again: the dictionary, the key, the values before and after."""


UNRECORDED: Any = deque(maxlen=0)
"""The trail of whoever records nothing: what is appended to it is gone."""


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
        self.trail: Any = UNRECORDED
        if vocabulary is None and _all_hashable(dict.values(self)):
            return
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
        before = self.as_dict()
        dict.__delitem__(self, key)
        self.trail.append((self, REORDERED, before))

    clear = MutableMapping.clear  # dict's own versions of these would write past the trail
    popitem = MutableMapping.popitem
    setdefault = MutableMapping.setdefault
    update = MutableMapping.update

    def copy(self) -> Table:
        """Gives an independent table with the same facts, nothing recorded."""
        twin = self.emptied()
        dict.update(twin, self.as_dict())
        return twin

    def as_dict(self) -> dict[Any, Any]:
        """Gives the facts as a plain dictionary; nobody notes it as a read."""
        return dict.copy(self) if self.__class__ is Table else dict(dict.items(self))

    def emptied(self) -> Table:
        """Gives a table of the same name and vocabulary without facts, nothing recorded."""
        twin = Table.__new__(Table)
        twin.name, twin.vocabulary, twin.values_allowed = self.name, self.vocabulary, self.values_allowed
        twin.trail = UNRECORDED
        return twin

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
        require_immutable(variable_of(self.name, key), value)
        if self.values_allowed is not None and value not in self.values_allowed:
            assert self.vocabulary is not None
            raise self.vocabulary.refusal(variable_of(self.name, key), value)


def _all_hashable(values: Iterable[Any]) -> bool:
    """Says in one go whether all values are immutable: which one is not, is found out one by one."""
    try:
        hash(tuple(values))
    except TypeError:
        return False
    return True


def variable_of(name: Any, key: Hashable) -> tuple[Any, ...]:
    """Gives the variable of a table's key: a tuple's items are the objects, anything else is the one."""
    return (name, *key) if isinstance(key, tuple) else (name, key)


def require_immutable(variable: Variable, value: Any) -> None:
    """Refuses a value that could be changed in place.

    Raises:
        InputError: as said.
    """
    try:
        hash(value)
    except TypeError:
        raise InputError(
            f"State variable {variable!r} was given a {type(value).__name__}, which could be changed behind "
            "the undo trail; use a tuple or frozenset, or one fact an item as in state.at[robot]."
        ) from None
