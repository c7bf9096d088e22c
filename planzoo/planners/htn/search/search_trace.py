"""What a traced search did, event by event, and where it failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from planzoo.planners.htn.plan import DRAWN_DEPTH
from planzoo.planners.htn.task import describe

READS_SHOWN = 3
"""How many of the facts that an action looked at last are told when it was not applicable."""


class EventKind(Enum):
    """What can happen in a search; the value is how a trace's text says it."""

    TAKEN_UP = "take up"
    METHOD = "try method"
    ALTERNATIVE = "it gives"
    NOTHING = "it gives nothing"
    ACTION = "do"
    NOT_APPLICABLE = "not applicable"
    ALREADY_TRUE = "already true"
    NOT_REACHED = "goal not reached"
    RECURS = "left alone, for it recurs with nothing changed"
    NO_METHOD = "no method applies"
    BACKTRACKED = "back, no alternative left"
    FAIR_ORDER = "the search goes on in fair order, since tasks recur"
    BEGUN_ANEW = "the search begins anew"
    SOLVED = "solved"
    FAILED = "no plan"
    STOPPED = "stopped"


FAILURES = (
    EventKind.NOT_APPLICABLE,
    EventKind.NOT_REACHED,
    EventKind.RECURS,
    EventKind.NO_METHOD,
)
"""What makes a search go back; everything else follows from these."""

_OF_A_METHOD = (EventKind.METHOD, EventKind.ALTERNATIVE, EventKind.NOTHING)

Reads = tuple[tuple[Any, Any], ...]
"""Variables and the values found."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a search.

    Attributes:
        kind: what happened.
        depth: how many tasks stand above the task; 0 in the search in fair order, which has no present path.
        task: the task, goal or action; empty for events of the whole search.
        method: the method that was tried.
        subtasks: what an alternative consists of.
        reads: for an action that was not applicable, all that it looked at before it gave up, in order.
        reason: why the whole search has ended.
    """

    kind: EventKind
    depth: int = 0
    task: tuple[Any, ...] = ()
    method: str | None = None
    subtasks: tuple[Any, ...] = ()
    reads: Reads = ()
    reason: str = ""

    @property
    def words(self) -> str:
        """The event in words."""
        if self.kind is EventKind.METHOD:
            return f"{self.kind.value} {self.method}"
        if self.kind is EventKind.ALTERNATIVE:
            return f"{self.kind.value}: {', '.join(map(describe, self.subtasks)) or 'an empty list'}"
        parts = [self.kind.value]
        if self.task:
            between = " " if self.kind in (EventKind.TAKEN_UP, EventKind.ACTION) else ": "
            parts = [f"{self.kind.value}{between}{describe(self.task)}"]
        parts += [reads_text(self.reads)] if self.reads else []
        parts += [self.reason] if self.reason else []
        return "; ".join(parts)

    def to_data(self) -> dict[str, Any]:
        """Gives the event as dicts, lists, numbers and strings, without what is empty."""
        data: dict[str, Any] = {"kind": self.kind.name.lower(), "depth": self.depth}
        if self.task:
            data["task"] = describe(self.task)
        if self.method is not None:
            data["method"] = self.method
        if self.kind is EventKind.ALTERNATIVE:
            data["subtasks"] = [describe(subtask) for subtask in self.subtasks]
        if self.reads:
            data["reads"] = [_fact(variable, value) for variable, value in self.reads]
        return data | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a search had to go back.

    Attributes:
        kind: why; one of :data:`FAILURES`.
        path: the tasks from the problem's own down to the one that failed, where the search got furthest
            with it; only that one in the search in fair order.
        steps: how many actions had been done before it.
        reads: see :class:`Event`.
        count: how often the same failed for the same cause.
    """

    kind: EventKind
    path: tuple[tuple[Any, ...], ...]
    steps: int
    reads: Reads
    count: int

    @property
    def words(self) -> str:
        """The failure in one sentence."""
        reads = f"; {reads_text(self.reads)}" if self.reads else ""
        times = f", {self.count} times" if self.count > 1 else ""
        path = " > ".join(map(describe, self.path[:-1]))
        within = f" (asked for by {path})" if path else ""
        done = f"after {self.steps} {'action' if self.steps == 1 else 'actions'}"
        return f"{done}{times}: {self.kind.value}: {describe(self.path[-1])}{within}{reads}"

    def to_data(self) -> dict[str, Any]:
        """Gives the failure as dicts, lists, numbers and strings."""
        return {
            "kind": self.kind.name.lower(),
            "path": [describe(task) for task in self.path],
            "steps": self.steps,
            "reads": [_fact(variable, value) for variable, value in self.reads],
            "count": self.count,
        }


@dataclass(frozen=True)
class SearchTrace:
    """Everything that a search did, as far as there was room.

    Attributes:
        events: the events in order. The last one says how the search ended.
        dropped: how many events before the last one are left out for lack of room.
        causes: every failure once, the one that stands furthest in the search first; see :meth:`failures`.
    """

    events: tuple[Event, ...]
    dropped: int
    causes: tuple[Failure, ...]

    def failures(self, count: int = 5) -> tuple[Failure, ...]:
        """Says why the search failed, or had to go back: the failures after the most actions first.

        Of failures after as many actions, the deeper one in the tree comes first. The same task failing for
        the same cause is counted once, where it got furthest.
        """
        return self.causes[:count]

    def to_text(self) -> str:
        """Writes one event a line, indented by depth."""
        *events, last = self.events
        lines = [_indented(event) for event in events]
        if self.dropped:
            lines.append(f"… {self.dropped} more events …")
        return "\n".join([*lines, last.words])

    def to_data(self) -> dict[str, Any]:
        """Gives the trace as dicts, lists, numbers and strings."""
        return {
            "events": [event.to_data() for event in self.events],
            "dropped": self.dropped,
            "failures": [failure.to_data() for failure in self.causes],
        }


def reads_text(reads: Reads) -> str:
    """Says what was looked at last, the very last fact at the end."""
    facts = [_fact(variable, value) for variable, value in reads[-READS_SHOWN:]]
    return f"it looked last at {', '.join(facts)}"


def ranked(failures: Mapping[Any, Failure], most: int | None = None) -> list[tuple[Any, Failure]]:
    """Orders failures: those after the most actions first, then the deeper ones; keeps so many at most."""
    return sorted(failures.items(), key=lambda item: (-item[1].steps, -len(item[1].path)))[:most]


def _indented(event: Event) -> str:
    depth = event.depth + (event.kind in _OF_A_METHOD)
    if depth <= DRAWN_DEPTH:
        return "  " * depth + event.words
    return "  " * DRAWN_DEPTH + f"(depth {event.depth}) {event.words}"


def _fact(variable: Any, value: Any) -> str:
    name = describe(variable) if isinstance(variable, tuple) else str(variable)
    return f"{name} = {value if isinstance(value, str) else repr(value)}"
