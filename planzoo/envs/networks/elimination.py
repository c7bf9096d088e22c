"""In which order variables are summed out of a product of tables, and how large a table may get."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from planzoo.errors import InputError

MAX_TABLE_ENTRIES = 2**24
"""The largest table that inference builds: 128 MiB of float64."""
MAX_AXES = 52
"""The most variables of one table: as many as there are letters for NumPy's Einstein sums."""


def elimination_order(
    scopes: Iterable[Sequence[int]], keep: Iterable[int], sizes: Mapping[int, int]
) -> list[int]:
    """Orders variables for elimination: next is always the one that leaves the smallest table.

    Args:
        scopes: the variables of each table.
        keep: variables that stay.
        sizes: of each variable, its number of states.
    """
    joined = [frozenset(scope) for scope in scopes]
    having: dict[int, set[int]] = {name: set() for scope in joined for name in scope}
    for number, scope in enumerate(joined):
        for name in scope:
            having[name].add(number)
    merged = {name: frozenset[int]().union(*(joined[each] for each in having[name])) for name in having}
    costs = {
        name: math.prod(sizes[axis] for axis in merged[name]) for name in sorted(set(having).difference(keep))
    }
    order = []
    while costs:
        chosen = min(costs, key=costs.__getitem__)
        order.append(chosen)
        del costs[chosen]
        rest, gone = merged[chosen] - {chosen}, having[chosen]
        for name in rest:
            having[name] = having[name] - gone | {len(joined)}
        joined.append(rest)
        for name in rest & costs.keys():
            merged[name] = frozenset[int]().union(*(joined[each] for each in having[name]))
            costs[name] = math.prod(sizes[axis] for axis in merged[name])
    return order


def barren_first(
    scopes: Iterable[Sequence[int]], keep: Iterable[int]
) -> tuple[list[int], list[tuple[int, ...]]]:
    """Finds the variables that can be summed out before all others, each within its own table.

    They are those that no table but their own mentions, children before parents, as long as the messages from
    the children fit into the parent's own table. Unless something is observed there, such a message is 1, as
    the rows of conditional tables are probability distributions.

    Args:
        scopes: of each conditional table its variables, its own last.
        keep: variables that stay.

    Returns:
        The variables in order, and the scopes of the tables that are left after them.
    """
    own = {scope[-1]: frozenset(scope) for scope in scopes}
    messages: list[frozenset[int]] = []
    order: list[int] = []
    waiting = sorted(own.keys() - set(keep), reverse=True)
    while waiting:
        chosen = next((name for name in waiting if _is_barren(name, own, messages)), None)
        if chosen is None:
            break
        waiting.remove(chosen)
        messages = [scope for scope in messages if chosen not in scope] + [own.pop(chosen) - {chosen}]
        order.append(chosen)
    return order, [tuple(scope) for scope in (*own.values(), *messages)]


def _is_barren(name: int, own: Mapping[int, frozenset[int]], messages: Iterable[frozenset[int]]) -> bool:
    if any(name in scope for other, scope in own.items() if other != name):
        return False
    return all(scope <= own[name] for scope in messages if name in scope)


def check_size(axes: Sequence[int], sizes: Mapping[int, int]) -> None:
    """Makes sure that a table over some variables can be built.

    Args:
        axes: the variables.
        sizes: of each variable, its number of states.

    Raises:
        InputError: the table would have over 2**24 entries, or over 52 axes.
    """
    if len(axes) > MAX_AXES or math.prod(sizes[axis] for axis in axes) > MAX_TABLE_ENTRIES:
        raise InputError(
            f"Exact inference needs a table over {len(axes)} variables at once, too large to compute; "
            "ask for fewer variables."
        )
