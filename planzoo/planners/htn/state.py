"""The state that operators read and write: facts in a dictionary with an undo trail."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, MutableMapping
from typing import Any, Self

from planzoo.errors import InputError

Variable = Hashable
"""The key of a fact: a string, or a tuple of a name and objects such as ``("at", "robot_0")``."""

_ABSENT = object()
_read = dict.get
_write = dict.__setitem__
_delete = dict.__delitem__


class State(dict[Variable, Any]):
    """Facts as ``variable → value``, e.g. ``state["at", "robot_0"] = (3, 4)``, with an undo trail.

    The search changes one state in place and takes writes back with :meth:`undo`; it never copies. Reads run
    at the speed of a plain dictionary. Whoever wants to know what an operator reads and writes executes it
    once more on a subclass that overrides ``__getitem__``, ``get``, ``__contains__``, ``__setitem__`` and
    ``__delitem__``: all other ways of writing go through the last two.

    Values must be immutable (numbers, strings, tuples, frozensets …), for a list changed in place is a change
    that the trail cannot see; lists, dicts, sets and arrays are refused. Deleting and undoing may change the
    order of iteration, so a method that loops over the state loops over ``list(state.items())``.

    Args:
        facts: a mapping or pairs to start from.

    Raises:
        InputError: a value can be changed in place.
    """

    __slots__ = ("trail",)

    trail: list[tuple[Variable, Any]] | None
    """Overwritten (variable, value) pairs since the first mark, oldest first; None before any mark."""

    def __init__(self, facts: Mapping[Any, Any] | Iterable[tuple[Variable, Any]] = (), /) -> None:
        super().__init__(facts)
        self.trail = None
        for variable, value in self.items():
            try:
                hash(value)
            except TypeError:
                raise _mutable(variable, value) from None

    def __setitem__(self, variable: Variable, value: Any) -> None:
        if value.__hash__ is None:
            raise _mutable(variable, value)
        if self.trail is not None:
            self.trail.append((variable, _read(self, variable, _ABSENT)))
        _write(self, variable, value)

    def __delitem__(self, variable: Variable) -> None:
        if self.trail is not None:
            self.trail.append((variable, self[variable]))
        _delete(self, variable)

    def mark(self) -> int:
        """Gives a point that :meth:`undo` can return to; the first mark starts the recording of writes."""
        if self.trail is None:
            self.trail = []
        return len(self.trail)

    def undo(self, mark: int) -> None:
        """Takes back every write since ``mark``, the latest first.

        Raises:
            InputError: the mark lies after the present point (it was itself undone, or committed).
        """
        trail = self.trail
        if trail is None or not 0 <= mark <= len(trail):
            raise InputError(
                f"The state has no mark {mark} to return to; undo each mark at most once, latest first."
            )
        while len(trail) > mark:
            variable, value = trail.pop()
            if value is _ABSENT:
                _delete(self, variable)
            else:
                _write(self, variable, value)

    def commit(self) -> None:
        """Makes all writes final and ends the recording: no earlier mark can be undone any more."""
        self.trail = None

    def holds(self, variable: Variable, value: Any) -> bool:
        """Says whether the variable is present and has this value."""
        return bool(_read(self, variable, _ABSENT) == value)

    def copy(self) -> State:
        """Gives an independent state with the same facts and no trail."""
        twin = State()
        dict.update(twin, self)
        return twin

    # dict's own versions of these would write past the trail.
    clear = MutableMapping.clear
    popitem = MutableMapping.popitem
    setdefault = MutableMapping.setdefault
    update = MutableMapping.update

    def pop(self, variable: Variable, *default: Any) -> Any:
        """Removes a variable and gives its value, or the default when it is absent."""
        value = _read(self, variable, _ABSENT)
        if value is _ABSENT and default:
            return default[0]
        del self[variable]
        return value

    def __ior__(self, other: Any) -> Self:  # type: ignore[misc]
        self.update(other)
        return self

    def __reduce__(self) -> tuple[type[State], tuple[dict[Variable, Any]]]:
        return State, (dict(self),)


def _mutable(variable: Variable, value: Any) -> InputError:
    return InputError(
        f"State variable {variable!r} was given a {type(value).__name__}, which could be changed behind the "
        "undo trail; use a tuple or frozenset, or one variable an item as in state['at', robot]."
    )
