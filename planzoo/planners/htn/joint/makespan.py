"""When the actions of several agents can take place, one added after another, the latest taken back at will.

Two actions conflict when one writes a variable that the other reads or writes, or writes into a table that
the other looks through. What an action reads must hold, and what it writes may be in between, from its start
to its end: actions that conflict never overlap, and keep the order in which they were added.

Source: Kolisch, Serial and parallel resource-constrained project scheduling methods revisited (1996), section
2.1 (the serial scheme), where the order is the plan's and the precedence is what the actions read and write.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from planzoo.errors import InputError
from planzoo.planners.htn.joint.resource_profile import (
    NO_CAPACITIES,
    Held,
    ResourceProfile,
    checked_capacities,
)
from planzoo.planners.htn.operator import Operator
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.recording import Footprint, WatchedState
from planzoo.planners.htn.state import Variable

Ends = dict[Any, float]
"""The latest end among the actions that did something, by what they did it to; absent = the beginning."""


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
