"""Traces in files: a line of JSON for everything that happens, on disk as soon as it has.

Each line is given to the system before the execution goes on, so that a trace survives the process that
writes it, however that ends. A line that is cut off is left out when the file is read. A file that exists is
never written over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Integral
from pathlib import Path
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.causal.links import variable_text
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.state import ABSENT, State
from planzoo.planners.replanning.execution import ExecutionResult, ReplanRecord, TraceStatus
from planzoo.planners.replanning.foresight import changed_variables

VERSION = 1
"""Of the format."""
INTERRUPTED = "interrupted"
"""The status of a trace that breaks off."""
DEPTH = 20
"""Values within values are told as text below this depth; some hold themselves."""

Number = (int, float)
FIELDS: dict[str, dict[str, Any]] = {
    "begin": {"version": int, "plan": list, "state": dict},
    "result": {
        "action": str,
        "operator": str,
        "status": str,
        "cost": Number,
        "duration": Number,
        "reason": str,
        "changed": dict,
    },
    "replan": {"step": int, "trigger": str, "strategy": str, "reason": str, "solved": bool},
    "end": {"status": str, "reason": str},
}
"""What each event of a trace has at least, and of which type."""


class TraceFile:
    """Writes what happens to a file, as it happens.

    Args:
        path: the file, which does not exist yet; its folders are made.
        plan: the first plan.
        state: the facts before its first action.

    Raises:
        InputError: the file cannot be written, or exists already.
    """

    def __init__(self, path: str | Path, plan: Plan, state: State) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"The trace cannot be written to {self.path}: {error}.") from error
        if self.path.exists():
            raise InputError(f"There is something in {self.path} already; give the trace another name.")
        self._state = state
        actions = [str(action) for action in plan.actions]
        facts = {variable_text(variable): value for variable, value in state.items()}
        self._write("begin", version=VERSION, plan=actions, state=facts)

    def result(self, result: ExecutionResult) -> None:
        """Writes what came of an action, with the facts that have changed since the last line.

        Raises:
            InputError: the line cannot be written.
        """
        after = result.actual_state
        assert isinstance(after, State)
        changed = {variable_text(each): _told(after, each) for each in changed_variables(self._state, after)}
        self._state = after
        self._write(
            "result",
            action=str(result.action),
            operator=result.action.name,
            status=result.status.value,
            cost=result.cost,
            duration=result.duration,
            reason=result.reason,
            changed=changed,
        )

    def replan(self, record: ReplanRecord) -> None:
        """Writes a change of plan.

        Raises:
            InputError: the line cannot be written.
        """
        self._write("replan", **{**vars(record), "trigger": record.trigger.value})

    def end(self, status: TraceStatus, reason: str) -> None:
        """Writes how the execution ended.

        Raises:
            InputError: the line cannot be written.
        """
        self._write("end", status=status.value, reason=reason)

    def _write(self, event: str, **facts: Any) -> None:
        line = json.dumps({"event": event, **_plain(facts)}, allow_nan=False)
        try:
            # Closed after every line, so that an execution that is left half-way leaves nothing open.
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise InputError(f"The trace cannot be written to {self.path}: {error}.") from error


@dataclass(frozen=True)
class SavedTrace:
    """A trace as it was read: dicts, lists, numbers and strings.

    Attributes:
        plan: the first plan's actions, as text.
        state: the facts before them.
        results: what came of each action.
        replans: the changes of plan.
        status: how it ended, or ``"interrupted"``.
        reason: why it ended so.
    """

    plan: list[str]
    state: dict[str, Any]
    results: list[dict[str, Any]] = field(default_factory=list)
    replans: list[dict[str, Any]] = field(default_factory=list)
    status: str = INTERRUPTED
    reason: str = ""

    @property
    def total_cost(self) -> float:
        """The sum of the results' costs."""
        return float(sum(each["cost"] for each in self.results))

    @property
    def total_time(self) -> float:
        """The sum of the results' durations."""
        return float(sum(each["duration"] for each in self.results))


def read_trace(path: str | Path) -> SavedTrace:
    """Reads a trace; one that breaks off is read as far as it goes.

    Raises:
        InputError: there is no such file, or it is no trace.
    """
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"The trace {path} cannot be read: {error}.") from error
    lines = text.split("\n")
    events = [_parsed(path, number, line) for number, line in enumerate(lines[:-1], 1)]
    if not events or events[0]["event"] != "begin" or events[0]["version"] != VERSION:
        raise InputError(f"{path} is no trace of version {VERSION}; its first line must say so.")
    for number, event in enumerate(events[1:], 2):
        if event["event"] == "begin" or (event["event"] == "end" and number != len(events)):
            raise InputError(f"Line {number} of {path} is out of place: a trace begins and ends once.")
    last = events[-1] if events[-1]["event"] == "end" else {}
    return SavedTrace(
        events[0]["plan"],
        events[0]["state"],
        list(_of_kind(events, "result")),
        list(_of_kind(events, "replan")),
        last.get("status", INTERRUPTED),
        last.get("reason", ""),
    )


def _of_kind(events: list[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    return (event for event in events if event["event"] == kind)


def _parsed(path: str | Path, number: int, line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"Line {number} of {path} is no JSON: {error}.") from error
    kind = event.get("event") if isinstance(event, dict) else None
    if not isinstance(kind, str) or kind not in FIELDS:
        raise InputError(f"Line {number} of {path} is no event of a trace.")
    for name, types in FIELDS[kind].items():
        if not isinstance(event.get(name), types):
            raise InputError(f"Line {number} of {path} tells {event.get(name)!r} as its {name}.")
    return dict(event)


def _told(state: State, variable: Any) -> Any:
    value = state.get(variable, ABSENT)
    return None if value is ABSENT else value


def _plain(value: Any, depth: int = DEPTH) -> Any:
    """Gives a value as JSON has it; what it has no word for, keys included, as text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, Mapping) and depth:
        return {_text(key): _plain(each, depth - 1) for key, each in value.items()}
    if isinstance(value, list | tuple) and depth:
        return [_plain(each, depth - 1) for each in value]
    return _text(value)


def _text(value: Any) -> str:
    """Whatever a state holds, its trace is written."""
    try:
        return str(value)
    except Exception as error:
        return f"<{type(value).__name__}, which has no text: {error}>"
