"""How much of a resource is held at which time, and when an amount is free."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from types import MappingProxyType

from planzoo.errors import InputError

NO_CAPACITIES: Mapping[str, float] = MappingProxyType({})
"""Every resource is unbounded."""
TOLERANCE = 1e-9
"""By this share a capacity may be exceeded: sums of amounts are rounded."""

Held = tuple[int, int, list[float], list[float]]
"""A part of a resource's profile, from one entry to another, and the times and levels that stood there."""


class ResourceProfile:
    """How much of one resource is held at which time.

    Args:
        capacity: how much there is.
    """

    def __init__(self, capacity: float) -> None:
        self.limit = capacity * (1 + TOLERANCE)
        self.times: list[float] = [0.0]
        self.levels: list[float] = [0.0]

    def earliest(self, start: float, duration: float, amount: float) -> float:
        """Gives the earliest time from ``start`` on at which the amount is free for the whole duration.

        Infinite when the amount is more than there is at all. An action of no duration holds nothing.
        """
        if amount > self.limit:
            return math.inf
        if not duration or not amount:
            return start
        times, levels, free = self.times, self.levels, self.limit - amount
        place = bisect_right(times, start) - 1
        while place < len(times) and times[place] < start + duration:
            if levels[place] > free:
                start = times[place + 1]  # nothing is held after the last entry, so there is a next one
            place += 1
        return start

    def hold(self, start: float, end: float, amount: float) -> Held:
        """Notes that an amount is held in ``[start, end)``; gives what :meth:`release` needs."""
        times, levels = self.times, self.levels
        first = bisect_right(times, start) - 1
        last = bisect_left(times, end)
        before = times[first:last], levels[first:last]
        inner_times, inner_levels = times[first:last], levels[first:last]
        if last == len(times) or times[last] != end:
            inner_times.append(end)
            inner_levels.append(inner_levels[-1])
        if inner_times[0] != start:
            inner_times.insert(1, start)
            inner_levels.insert(1, inner_levels[0])
        for place, time in enumerate(inner_times):
            if start <= time < end:
                inner_levels[place] += amount
        times[first:last], levels[first:last] = inner_times, inner_levels
        return first, first + len(inner_times), *before

    def release(self, held: Held) -> None:
        """Takes back the latest :meth:`hold`, to the last bit."""
        first, last, times, levels = held
        self.times[first:last], self.levels[first:last] = times, levels


def checked_capacities(capacities: Mapping[str, float]) -> dict[str, float]:
    """Gives the capacities as numbers; infinity is one.

    Raises:
        InputError: one is no number ≥ 0.
    """
    checked = {}
    for resource, capacity in capacities.items():
        try:
            checked[resource] = float(capacity)
        except (TypeError, ValueError):
            checked[resource] = math.nan
        if not checked[resource] >= 0:
            raise InputError(
                f"The capacity of {resource!r} is {capacity!r}; it must be a number of at least 0."
            )
    return checked
