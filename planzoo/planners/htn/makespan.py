"""When the actions of several agents can take place, one added after another, the latest taken back at will.

Two actions conflict when one writes a variable that the other reads or writes, or writes into a table that
the other looks through. What an action reads must hold, and what it writes may be in between, from its start
to its end: actions that conflict never overlap, and keep the order in which they were added.

Source: Kolisch, Serial and parallel resource-constrained project scheduling methods revisited (1996), section
2.1 (the serial scheme), where the order is the plan's and the precedence is what the actions read and write.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from planzoo.errors import InputError
from planzoo.planners.htn.operator import Operator
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.recording import Footprint, WatchedState
from planzoo.planners.htn.state import Variable

NO_CAPACITIES: Mapping[str, float] = MappingProxyType({})
"""Every resource is unbounded."""
TOLERANCE = 1e-9
"""By this share a capacity may be exceeded: sums of amounts are rounded."""

Ends = dict[Any, float]
"""The latest end among the actions that did something, by what they did it to; absent = the beginning."""
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


class _Pushed(NamedTuple):
    """What is needed to take an action back."""

    makespan: float
    latest: tuple[float, float]
    ends: list[tuple[Ends, Any, float]]
    holds: list[tuple[ResourceProfile, Held]]


class Makespan:
    """The time at which the last of the actions so far ends; never shrinks when an action is added.

    So, while a search adds and takes back actions, the makespan bounds from below that of every plan that
    begins with them. Each action starts as early as the earlier ones allow. An agent's actions keep their
    order; an action may slip into a gap of a resource that earlier ones have left.

    Args:
        capacities: how much there is of each resource, in the amounts' unit; unbounded where not given.

    Attributes:
        value: the makespan, in the domain's unit of time; infinite when an action needs more of a resource
            than there is at all.
        latest: start and end of the action pushed last; ``(0, 0)`` without one.

    Raises:
        InputError: a capacity is no number ≥ 0.
    """

    def __init__(self, capacities: Mapping[str, float] = NO_CAPACITIES) -> None:
        self.value = 0.0
        self.latest = (0.0, 0.0)
        self._profiles = {
            name: ResourceProfile(capacity) for name, capacity in checked_capacities(capacities).items()
        }
        self._agents: Ends = {}
        self._writes: Ends = {}
        self._reads: Ends = {}
        self._table_writes: Ends = {}
        self._scans: Ends = {}
        self._pushed: list[_Pushed] = []

    def push(self, action: Action, footprint: Footprint) -> float:
        """Adds an action and gives the makespan with it.

        Args:
            action: who acts for how long, and what is held meanwhile.
            footprint: what the action reads and writes, its duration and amounts included; see
                :func:`watched_action`.
        """
        start = self._start(action, footprint)
        end = start + action.duration
        pushed = _Pushed(self.value, self.latest, [], [])
        self._pushed.append(pushed)
        if end < math.inf:
            self._hold(action, start, end, pushed)
            self._note_ends(action.agent, footprint, end, pushed.ends)
        self.latest = (start, end)
        self.value = max(self.value, end)
        return self.value

    def pop(self) -> None:
        """Takes the latest action back.

        Raises:
            InputError: there is none.
        """
        if not self._pushed:
            raise InputError("No action is left to take back; call pop() once for each push().")
        self.value, self.latest, ends, holds = self._pushed.pop()
        for ends_by_key, key, end in reversed(ends):
            ends_by_key[key] = end
        for profile, held in reversed(holds):
            profile.release(held)

    def _start(self, action: Action, footprint: Footprint) -> float:
        """Gives the earliest time at which nothing stands in the action's way."""
        agents, writes, reads = self._agents, self._writes, self._reads
        ends = [0.0 if action.agent is None else agents.get(action.agent, 0.0)]
        ends += [writes[variable] for variable in footprint.reads if variable in writes]
        for variable in footprint.writes:
            ends += (writes.get(variable, 0.0), reads.get(variable, 0.0))
        if footprint.scans:
            ends += [self._table_writes.get(table, 0.0) for table in footprint.scans]
        if self._scans:
            ends += [self._scans.get(variable_table(variable), 0.0) for variable in footprint.writes]
        start = max(ends)
        return self._fitting(start, action) if action.resources else start

    def _fitting(self, start: float, action: Action) -> float:
        """Gives the earliest time from ``start`` on at which all resources are free long enough."""
        before = -1.0
        while before != start:
            before = start
            for resource, amount in action.resources:
                if resource in self._profiles and start < math.inf:
                    start = self._profiles[resource].earliest(start, action.duration, amount)
        return start

    def _hold(self, action: Action, start: float, end: float, pushed: _Pushed) -> None:
        for resource, amount in action.resources:
            profile = self._profiles.get(resource)
            if profile is not None and amount and end > start:
                pushed.holds.append((profile, profile.hold(start, end, amount)))

    def _note_ends(
        self, agent: Any, footprint: Footprint, end: float, noted: list[tuple[Ends, Any, float]]
    ) -> None:
        if agent is not None:
            _raise(self._agents, (agent,), end, noted)
        _raise(self._reads, footprint.reads, end, noted)
        _raise(self._writes, footprint.writes, end, noted)
        _raise(self._scans, footprint.scans, end, noted)
        tables = {variable[0] for variable in footprint.writes if isinstance(variable, tuple)}
        _raise(self._table_writes, tables, end, noted)


def _raise(ends: Ends, keys: Iterable[Any], end: float, noted: list[tuple[Ends, Any, float]]) -> None:
    """Notes a later end for each of the keys."""
    for key in keys:
        before = ends.get(key, 0.0)
        if before < end:
            noted.append((ends, key, before))
            ends[key] = end


def watched_action(
    operator: Operator, state: WatchedState, arguments: tuple[Any, ...]
) -> tuple[Action | None, Footprint]:
    """Executes an action; gives it, and what it and its cost, duration and resources read and wrote.

    None stands for the action when it is not applicable; the state may then have been written to.

    Raises:
        InputError: a cost, duration or amount is not a finite number ≥ 0, or no argument names the agent.
    """

    def execute(state: WatchedState) -> Action | None:
        action = operator.action(state, arguments)
        return None if operator.function(state, *arguments) is False else action

    return state.watch(execute)


def variable_table(variable: Variable) -> Any:
    """Gives the name of the table that a variable stands in; None for a single value."""
    return variable[0] if isinstance(variable, tuple) else None


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
