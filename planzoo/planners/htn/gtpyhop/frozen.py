"""Lists, sets and dictionaries that cannot be changed, as values of state variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from planzoo.errors import InputError


class _Unchanging:
    """What refuses every way in which a list, a set or a dictionary can be changed."""

    __slots__ = ()

    def _refuse(self, *arguments: Any, **named: Any) -> NoReturn:
        raise InputError(
            "A list, set or dictionary in a state variable was changed in place, which no undo trail sees; "
            "write one fact an item, as in state.at[item] = place"
        )

    append = extend = insert = remove = sort = reverse = __setitem__ = __delitem__ = __iadd__ = _refuse
    add = discard = intersection_update = difference_update = symmetric_difference_update = _refuse
    clear = pop = popitem = setdefault = update = __ior__ = __iand__ = __isub__ = __ixor__ = _refuse


class FrozenList(_Unchanging, tuple[Any, ...]):
    """A list that was a state variable or part of one; still equal to that list."""

    __slots__ = ()
    __hash__ = tuple.__hash__

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __add__(self, other: Any) -> list[Any]:  # type: ignore[override]
        return [*self, *other]

    def copy(self) -> list[Any]:
        """Gives a list, as a list does."""
        return list(self)


class FrozenSet(_Unchanging, frozenset[Any]):
    """A set that was a state variable or part of one."""

    __slots__ = ()


class FrozenDict(_Unchanging, dict[Any, Any]):
    """A dictionary that was part of a state variable."""

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


def frozen(value: Any) -> Any:
    """Gives a value that cannot be changed and reads like the given one, in whatever depth.

    Lists, sets and dictionaries are copied; anything else is taken as it is.
    """
    if isinstance(value, Mapping):
        return FrozenDict((key, frozen(entry)) for key, entry in value.items())
    if isinstance(value, list):
        return FrozenList(map(frozen, value))
    if isinstance(value, set):
        return FrozenSet(value)
    return value
