"""Traces as text and data, and the order of failures."""

from __future__ import annotations

import json

from planzoo.planners.htn import Goal, Task
from planzoo.planners.htn.plan import DRAWN_DEPTH
from planzoo.planners.htn.search.search_trace import Event, EventKind, Failure, SearchTrace, ranked

FAILED = Event(EventKind.NOT_APPLICABLE, 2, Task("ride", "park"), reads=(("time", 3), (("at", "me"), "shop")))
ENDED = Event(EventKind.FAILED, reason="Every decomposition fails.")


def failure(name: str, steps: int, depth: int, count: int = 1) -> Failure:
    path = (*(Task("above") for _ in range(depth)), Task(name))
    return Failure(EventKind.NO_METHOD, path, steps, (), count)


def test_each_event_has_its_words() -> None:
    assert FAILED.words == "not applicable: ride(park); it looked last at time = 3, at(me) = shop"
    assert Event(EventKind.TAKEN_UP, 0, Goal(("at", "me"), "park")).words == "take up at(me) = park"
    assert Event(EventKind.METHOD, 0, Task("t"), "by taxi").words == "try method by taxi"
    assert Event(EventKind.ALTERNATIVE, 0, Task("t"), None, (("a", 1), ("b",))).words == "it gives: a(1), b()"
    assert Event(EventKind.ALTERNATIVE, 0, Task("t")).words == "it gives: an empty list"
    assert ENDED.words == "no plan; Every decomposition fails."


def test_the_text_is_indented_by_depth_and_says_what_was_dropped() -> None:
    deep = Event(EventKind.TAKEN_UP, DRAWN_DEPTH + 1, Task("dig"))
    method = Event(EventKind.METHOD, 2, Task("t"), "m")
    lines = SearchTrace((FAILED, method, deep, ENDED), 7, ()).to_text().splitlines()
    assert lines[0] == f"    {FAILED.words}"
    assert lines[1] == "      try method m"
    assert lines[2] == "  " * DRAWN_DEPTH + f"(depth {DRAWN_DEPTH + 1}) take up dig()"
    assert lines[3:] == ["… 7 more events …", ENDED.words]


def test_the_data_is_json_without_what_is_empty() -> None:
    told = SearchTrace((FAILED, ENDED), 0, (failure("t", 1, 1),))
    data = json.loads(json.dumps(told.to_data()))
    assert data["events"] == [
        {"kind": "not_applicable", "depth": 2, "task": "ride(park)", "reads": ["time = 3", "at(me) = shop"]},
        {"kind": "failed", "depth": 0, "reason": "Every decomposition fails."},
    ]
    assert data["failures"] == [
        {"kind": "no_method", "path": ["above()", "t()"], "steps": 1, "reads": [], "count": 1}
    ]


def test_failures_after_more_actions_come_first_then_deeper_ones() -> None:
    found = {
        name: failure(name, steps, depth) for name, steps, depth in (("a", 1, 5), ("b", 2, 0), ("c", 2, 3))
    }
    assert [name for name, _ in ranked(found)] == ["c", "b", "a"]
    assert [name for name, _ in ranked(found, 1)] == ["c"]
    told = SearchTrace((ENDED,), 0, tuple(entry for _, entry in ranked(found)))
    assert [entry.path[-1] for entry in told.failures(2)] == [("c",), ("b",)]


def test_a_failure_says_where_and_how_often() -> None:
    assert failure("t", 1, 2, 3).words == (
        "after 1 action, 3 times: no method applies: t() (asked for by above() > above())"
    )
    assert failure("t", 0, 0).words == "after 0 actions: no method applies: t()"
