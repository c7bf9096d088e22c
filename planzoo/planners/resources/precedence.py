"""Orders that precedences demand, and what they alone say about time."""

from __future__ import annotations

from collections.abc import Sequence

from planzoo.errors import InputError

Link = tuple[int, int, float]
"""(earlier, later, lag): the later one starts at least ``lag`` after the end of the earlier one."""


class Circle(InputError):
    """Precedences go round in a circle."""


def topological_order(names: Sequence[str], links: Sequence[Link]) -> tuple[int, ...]:
    """Gives places, each after all that precede it; else in the order given.

    Raises:
        Circle: the links do; the message names it.
    """
    later: list[list[int]] = [[] for _ in names]
    waiting = [0] * len(names)
    for before, after, _ in links:
        later[before].append(after)
        waiting[after] += 1
    ready = [place for place, count in enumerate(waiting) if not count]
    order = []
    while ready:
        place = ready.pop(0)
        order.append(place)
        for after in later[place]:
            waiting[after] -= 1
            if not waiting[after]:
                ready.append(after)
    if len(order) < len(names):
        circle = _circle({place for place, count in enumerate(waiting) if count}, links)
        raise Circle(
            "Precedences go round in a circle: "
            + " precedes ".join(repr(names[place]) for place in circle)
            + "; take one of them out."
        )
    return tuple(order)


def earliest_ends(
    order: Sequence[int], links: Sequence[Link], durations: Sequence[float], starts: Sequence[float]
) -> list[float]:
    """Gives when each activity can have ended at the earliest if there were enough of everything.

    Args:
        order: the places in a topological order.
        links: the precedences.
        durations: of each activity.
        starts: when each may start at the earliest.
    """
    before: list[list[tuple[int, float]]] = [[] for _ in durations]
    for earlier, later, lag in links:
        before[later].append((earlier, lag))
    ends = [0.0] * len(durations)
    for place in order:
        start = max([starts[place], *(ends[earlier] + lag for earlier, lag in before[place])])
        ends[place] = start + durations[place]
    return ends


def _circle(places: set[int], links: Sequence[Link]) -> list[int]:
    """Follows precedences backwards among the places that wait for each other until one comes up again."""
    before = {later: earlier for earlier, later, _ in links if earlier in places and later in places}
    path = [min(place for place in before)]
    while before[path[-1]] not in path:
        path.append(before[path[-1]])
    path.append(before[path[-1]])
    return path[path.index(path[-1]) :][::-1]
