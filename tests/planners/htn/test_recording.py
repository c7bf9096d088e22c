"""What an operator reads and writes, compared with what is known about it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn import ABSENT, State
from planzoo.planners.htn.recording import Footprint, WatchedState


def footprint_of(function: Any, state: State) -> Footprint:
    return WatchedState(state).watch(function)[1]


@pytest.fixture
def state() -> State:
    return State({("at", "a"): 1, ("at", "b"): 2, "time": 5}, empty={}, cells={(0, 1): "x"})


@pytest.mark.parametrize(
    ("function", "reads"),
    [
        (lambda s: s.at["a"], {("at", "a"): 1}),
        (lambda s: s["at", "a"], {("at", "a"): 1}),
        (lambda s: s.at.get("c"), {("at", "c"): ABSENT}),
        (lambda s: ("at", "c") in s, {("at", "c"): ABSENT}),
        (lambda s: "c" in s.at, {("at", "c"): ABSENT}),
        (lambda s: s.holds(("at", "b"), 2), {("at", "b"): 2}),
        (lambda s: s.time, {"time": 5}),
        (lambda s: s["time"], {"time": 5}),
        (lambda s: s.get("date"), {"date": ABSENT}),
        (lambda s: s.cells[0, 1], {("cells", 0, 1): "x"}),
        (lambda s: s.at.setdefault("a", 7), {("at", "a"): 1}),
    ],
)
def test_single_reads(state: State, function: Any, reads: dict[Any, Any]) -> None:
    assert footprint_of(function, state) == Footprint(reads, set(), {})


@pytest.mark.parametrize(
    "look",
    [
        list,
        len,
        dict,
        sorted,
        lambda table: [*table.keys()],
        lambda table: [*table.values()],
        lambda table: table == {},
        lambda table: [*table.items()],
        lambda table: {**table},
        lambda table: table.copy(),
        lambda t: [*reversed(t)],
    ],
)
def test_a_look_through_a_table_is_a_scan(state: State, look: Any) -> None:
    watched = footprint_of(lambda s: look(s.at), state)
    assert watched.scans == {"at"}
    assert watched.depends_on(("at", "new"))
    assert not watched.depends_on(("cells", 0, 1))
    assert not watched.depends_on("time")
    assert footprint_of(lambda s: list(s.items()), state).scans == {"at", "empty", "cells"}


def test_writes_with_their_last_value_and_no_reads_of_them(state: State) -> None:
    def act(s: State) -> int:
        s.at["a"] = 5
        s.at["a"] += 1
        del s.at["b"]
        s.time = s.time + 1
        s.empty["x"] = 1
        s["new"] = 2
        return int(s.time)

    watched = WatchedState(state)
    answer, footprint = watched.watch(act)
    assert answer == 6
    assert footprint.reads == {"time": 5, ("at", "b"): 2}  # a removal fails where there is nothing
    assert footprint.writes == {("at", "a"): 6, ("at", "b"): ABSENT, "time": 6, ("empty", "x"): 1, "new": 2}
    assert dict(state)["time"] == 5
    assert watched.watch(lambda s: s.at["a"])[1] == Footprint({("at", "a"): 6}, set(), {})


KEYS, NUMBERS = st.sampled_from("abc"), st.integers(0, 2)
STEPS = st.lists(
    st.tuples(st.sampled_from(["read", "write", "delete", "scan", "time", "set time"]), KEYS, NUMBERS)
)


def run(steps: list[tuple[str, str, int]]) -> Any:
    """An operator whose writes depend on all that it reads."""

    def act(s: State) -> None:
        seen = 0
        for kind, key, number in steps:
            if kind == "read":
                seen += s.at.get(key, 7)
            elif kind == "write":
                s.at[key] = (seen, number)[number == 0] if isinstance(seen, int) else number
            elif kind == "delete":
                s.at.pop(key, None)
            elif kind == "scan":
                seen += len(s.at)
            elif kind == "time":
                seen += s.time
            else:
                s.time = seen

    return act


@given(st.dictionaries(KEYS, NUMBERS), STEPS, KEYS, NUMBERS)
def test_what_was_not_read_cannot_matter(
    facts: dict[str, int], steps: list[tuple[str, str, int]], key: str, value: int
) -> None:
    """Changing a variable that the footprint does not depend on changes nothing that is written."""
    state = State(at=facts, time=3)
    footprint = footprint_of(run(steps), state)
    if footprint.depends_on(("at", key)):
        return
    state.at[key] = value
    assert footprint_of(run(steps), state).writes == footprint.writes


@given(st.dictionaries(KEYS, NUMBERS), STEPS)
def test_a_watched_call_does_what_an_unwatched_one_does(facts: dict[str, int], steps: Any) -> None:
    state = State(at=facts, time=3)
    watched = WatchedState(state)
    _, footprint = watched.watch(run(steps))
    before = dict(state)
    run(steps)(state)
    assert dict(watched) == dict(state)
    changed = {
        key for key in before.keys() | state.keys() if before.get(key, ABSENT) != state.get(key, ABSENT)
    }
    assert changed <= footprint.writes.keys()
    assert all(state.get(variable, ABSENT) == value for variable, value in footprint.writes.items())


def test_undoing_works_while_watching(state: State) -> None:
    watched = WatchedState(state)
    mark = watched.mark()
    watched.watch(run([("write", "a", 2), ("delete", "b", 0), ("set time", "a", 0)]))
    watched.undo(mark)
    assert list(watched.items()) == list(state.items())
