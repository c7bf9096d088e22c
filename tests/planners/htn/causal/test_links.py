"""The parts of causal links: histories of writes, what upsets a link, and words."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import ABSENT, Domain, Goal, Multigoal, State, Task
from planzoo.planners.htn.causal.links import (
    EVERY,
    START,
    Breakage,
    CausalLink,
    MethodLink,
    Threat,
    WriteHistory,
    broken_links,
    canonical,
    differs,
    fact_text,
    is_whole,
    single_goals,
    upsets,
    watch_step,
)
from planzoo.planners.htn.recording import Footprint, WatchedState

A, B, C = ("lamp", "a"), ("lamp", "b"), ("lamp", "c")
TABLE = ("lamp", EVERY)


def test_a_history_gives_the_last_writer_of_facts_and_of_the_keys_of_a_table() -> None:
    history = WriteHistory(State(lamp={"a": 1, "b": 1}, door=1))
    look = Footprint(reads={"door": 1, A: 2}, scans={"lamp"})
    history.note(0, Footprint(writes={C: 1}))
    history.note(1, Footprint(writes={A: 2, B: ABSENT}))
    history.note(2, Footprint(writes={A: 2, "door": 1}))
    assert list(history.sources(look)) == [
        (2, "door", 1),
        (2, A, 2),
        (1, B, ABSENT),
        (0, C, 1),
        (1, TABLE, frozenset({A, C})),
    ]
    assert (history.producer(C), history.producer("roof")) == (0, START)
    assert list(history.sources(Footprint(scans={"empty"}))) == [(START, ("empty", EVERY), frozenset())]


@pytest.mark.parametrize(
    ("link", "variable", "value", "upset"),
    [
        (CausalLink(0, A, 1, 2), A, 2, True),
        (CausalLink(0, A, 1, 2), A, 1, False),
        (CausalLink(0, A, 1, 2), A, ABSENT, True),
        (CausalLink(0, A, ABSENT, 2), A, ABSENT, False),
        (CausalLink(0, TABLE, frozenset({A}), 2), A, 7, False),
        (CausalLink(0, TABLE, frozenset({A}), 2), A, ABSENT, True),
        (CausalLink(0, TABLE, frozenset({A}), 2), B, 7, True),
        (CausalLink(0, TABLE, frozenset({A}), 2), B, ABSENT, False),
    ],
)
def test_what_upsets_a_link(link: CausalLink, variable: Any, value: Any, upset: bool) -> None:
    assert upsets(link, variable, value) is upset


def test_a_change_breaks_links_that_span_it() -> None:
    links = [CausalLink(START, A, 1, 1), CausalLink(1, A, 2, 3), MethodLink(1, A, 2, 9, 2)]
    writes = {A: [1]}
    assert broken_links(links, {A: 5}, 0, writes) == links[:1]
    assert broken_links(links, {A: 5}, 1, writes) == links[:1]
    assert broken_links(links, {A: 5}, 2, writes) == links[1:]
    assert broken_links(links, {A: 5}, 3, writes) == links[1:2]
    assert broken_links(links, {A: 5}, 4, writes) == []
    assert broken_links(links, {A: 2, B: 0}, 2, writes) == []


def test_a_key_that_a_step_writes_after_the_change_is_as_planned() -> None:
    whole = CausalLink(0, TABLE, frozenset({A}), 4)
    for executed, broken in ((2, []), (3, [whole])):
        assert broken_links([whole], {B: 1}, executed, {B: [2]}) == broken


def test_the_order_that_keeps_a_threat_harmless() -> None:
    link = CausalLink(3, A, 1, 6)
    assert Threat(link, 1).kept_order == (1, 3)
    assert Threat(link, 8).kept_order == (6, 8)


def test_a_breakage_is_false_when_nothing_breaks() -> None:
    assert not Breakage((), (), (), (), ())
    assert Breakage((CausalLink(0, A, 1, 2),), (2,), (), (), ())


def test_spellings_and_goals() -> None:
    assert canonical(("free", (3, 4))) == ("free", 3, 4)
    assert canonical(("free", 3, 4)) == ("free", 3, 4)
    assert (canonical(A), canonical("door"), canonical(TABLE)) == (A, "door", TABLE)
    cell, door = Goal(("free", 3, 4), True), Goal("door", 1)
    tasks = [Task("go"), Goal(("free", (3, 4)), True), Multigoal({"door": 1}), ("plain", "tuple")]
    assert single_goals(tasks) == (cell, door)
    assert single_goals({("free", (3, 4)): True, "door": 1}) == (cell, door)


def test_words() -> None:
    assert fact_text(A, "on") == "lamp(a) = on"
    assert fact_text("door", ABSENT) == "no door"
    assert fact_text(TABLE, frozenset({A, B})) == "lamp(*): 2 keys"
    assert (is_whole(TABLE), is_whole(A), is_whole("lamp")) == (True, False, False)
    assert (differs(1, 1.0), differs(ABSENT, None)) == (False, True)
    assert CausalLink(0, A, 1, 4).read_at == MethodLink(0, A, 1, 7, 4).read_at == 4


def test_a_step_is_watched_or_refused() -> None:
    domain = Domain("door")
    domain.add_operator(
        lambda state, value: False if state.door == value else state.update(door=value), "set"
    )
    state = WatchedState(State(door=0))
    footprint = watch_step(domain, state, 0, ("set", 1))
    assert (footprint.reads, footprint.writes, state.door) == ({"door": 0}, {"door": 1}, 1)
    with pytest.raises(InputError, match=r"Step 5, set\(1\), is not applicable"):
        watch_step(domain, state, 5, ("set", 1))
    with pytest.raises(InputError, match=r"Step 5, jump\(\), is not an operator of domain 'door'"):
        watch_step(domain, state, 5, ("jump",))
