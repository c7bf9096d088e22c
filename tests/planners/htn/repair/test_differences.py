"""Differences of states and what an undo trail tells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn import ABSENT, State
from planzoo.planners.htn.causal.links import EVERY
from planzoo.planners.htn.repair.differences import differences, written

FACTS = st.dictionaries(st.tuples(st.sampled_from("pq"), st.integers(0, 3)), st.integers(0, 2))


def test_equal_states_have_none() -> None:
    state = State(at={"a": 1}, time=3)
    assert differences(state, state.copy()) == set()


def test_values_keys_singles_and_order_differ() -> None:
    state = State(at={"a": 1, "b": 2}, cell={(1, 2): True}, time=3, left=1)
    other = State(at={"b": 2, "a": 0}, cell={(1, 2): True, (0, 0): True}, time=4)
    assert differences(state, other) == {
        ("at", "a"),
        ("at", EVERY),
        ("cell", 0, 0),
        ("cell", EVERY),
        "time",
        "left",
    }


@given(FACTS, FACTS)
def test_all_that_differ_are_found(
    facts: dict[tuple[str, int], int], others: dict[tuple[str, int], int]
) -> None:
    state, other = State(facts, p={}, q={}), State(others, p={}, q={})
    found = {variable for variable in differences(state, other) if variable[-1] is not EVERY}
    wanted = {key for key in {**facts, **others} if facts.get(key, ABSENT) != others.get(key, ABSENT)}
    assert found == wanted


@given(FACTS, st.lists(st.tuples(st.sampled_from("pq"), st.integers(0, 3), st.integers(-1, 2)), max_size=8))
def test_the_trail_names_all_that_was_written(
    facts: dict[tuple[str, int], int], writes: list[tuple[str, int, int]]
) -> None:
    state = State(facts, p={}, q={}, time=0)
    before = state.copy()
    state.mark()
    for name, key, value in writes:
        if value < 0:
            state.pop((name, key), None)
        else:
            state[name, key] = value
    state.time = 1
    state.extra = {7: 1}
    assert state.trail is not None
    found = {*written(state.trail)}
    assert differences(before, state) <= found
    assert {"time", ("extra", 7), ("extra", EVERY)} <= found
    assert found <= {(name, key) for name, key, _ in writes} | {
        "time",
        ("extra", 7),
        ("extra", EVERY),
        ("p", EVERY),
        ("q", EVERY),
    }
