"""The state: reads, writes, and an undo trail that restores every fact exactly."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import State

VARIABLES = st.sampled_from(["power", ("at", "a"), ("at", "b"), ("on", "a", "b")])
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.floats(allow_nan=False), st.text(max_size=2)
)
KINDS = ["set", "attribute", "delete", "pop", "default", "update", "pop item", "clear"]
WRITES = st.lists(st.tuples(st.sampled_from(KINDS), VARIABLES, VALUES))


def bits(state: State) -> list[tuple[Any, type, str]]:
    """Tells 1, 1.0 and True apart, 0.0 and -0.0, and one order from another."""
    return [(variable, type(value), repr(value)) for variable, value in state.items()]


def write(state: State, kind: str, variable: Any, value: Any) -> None:
    if kind == "set":
        state[variable] = value
    elif kind == "attribute":
        state.power = value
    elif kind == "delete":
        if variable in state:
            del state[variable]
    elif kind == "pop":
        state.pop(variable, None)
    elif kind == "update":
        state.update({variable: value}, power=value)
    else:
        write_table(state.at, kind, variable[1], value)


def write_table(table: Any, kind: str, key: str, value: Any) -> None:
    if kind == "default":
        table.setdefault(key, value)
    elif kind == "clear":
        table.clear()
    elif table:
        table.popitem()


@given(st.dictionaries(VARIABLES, VALUES), WRITES, WRITES)
def test_undo_restores_the_state_bit_for_bit(
    facts: dict[Any, Any], first: list[Any], second: list[Any]
) -> None:
    state = State(facts, at={})
    outer, before = state.mark(), bits(state)
    for step in first:
        write(state, *step)
    inner, between = state.mark(), bits(state)
    for step in second:
        write(state, *step)
    state.undo(inner)
    assert bits(state) == between
    state.undo(outer)
    assert bits(state) == before


@given(st.dictionaries(VARIABLES, VALUES), WRITES)
def test_writes_agree_with_a_plain_dictionary(facts: dict[Any, Any], steps: list[Any]) -> None:
    state, plain = State(facts), dict(facts)
    state.mark()
    for kind, variable, value in steps:
        if kind == "pop":
            assert state.pop(variable, "none") == plain.pop(variable, "none")
        elif kind == "delete" and variable in plain:
            del state[variable], plain[variable]
        else:
            state[variable] = plain[variable] = value
        assert (variable in state, state.get(variable)) == (variable in plain, plain.get(variable))
    assert dict(state) == plain == state
    assert len(state) == len(plain)


def test_nothing_is_recorded_before_a_mark_or_after_a_commit() -> None:
    state = State()
    state["power"] = 1
    assert state.trail is None
    mark = state.mark()
    state["power"] = 2
    assert [entry[1:] for entry in state.trail or ()] == [("power", 1)]
    state.commit()
    with pytest.raises(InputError, match="no mark 0"):
        state.undo(mark)
    assert state["power"] == 2


def test_a_mark_that_was_undone_is_refused() -> None:
    state = State()
    first = state.mark()
    state["power"] = 1
    second = state.mark()
    state.undo(first)
    with pytest.raises(InputError, match=f"no mark {second}"):
        state.undo(second)


def test_deleting_an_absent_variable_is_a_key_error_and_leaves_no_trace() -> None:
    state = State()
    state.mark()
    with pytest.raises(KeyError):
        del state["at", "nobody"]
    assert state.trail == []


@pytest.mark.parametrize("value", [[1], {1}, np.zeros(2)])
def test_values_that_can_change_in_place_are_refused(value: Any) -> None:
    state = State()
    with pytest.raises(InputError, match=f"'pos'.*{type(value).__name__}.*undo trail"):
        state["pos"] = value
    with pytest.raises(InputError, match="'pos'"):
        State({"pos": value})
    assert "pos" not in state


def test_a_mapping_makes_a_table_but_only_where_there_is_none() -> None:
    state = State(power=3)
    state.at = {"a": 1}
    assert state["at", "a"] == state.at["a"] == 1
    with pytest.raises(InputError, match=r"write one fact, as in state\.at\[object\]"):
        state.at = 5
    with pytest.raises(InputError, match="single value"):
        state["power", "a"] = 1
    with pytest.raises(InputError, match="'items', the name of a part of State"):
        state["items"] = 5
    with pytest.raises(InputError, match="does not begin with a name"):
        state[5] = 5  # type: ignore[index]


def test_holds_tells_an_absent_variable_from_none() -> None:
    state = State({"hand": None})
    assert state.holds("hand", None)
    assert not state.holds("foot", None)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, State.copy, lambda s: pickle.loads(pickle.dumps(s))]
)
def test_copies_are_independent_and_have_no_trail(duplicate: Any) -> None:
    state = State({("at", "a"): (1, 2)})
    state.mark()
    twin = duplicate(state)
    twin["at", "a"] = (3, 4)
    assert state["at", "a"] == (1, 2)
    assert type(twin) is State
    assert twin.trail is None
