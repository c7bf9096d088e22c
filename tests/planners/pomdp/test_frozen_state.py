from __future__ import annotations

import pickle
from typing import NamedTuple

import numpy as np
import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import State
from planzoo.planners.pomdp.frozen_state import FrozenState, frozen, label, value_of


class Place(NamedTuple):
    """A state of its own kind."""

    x: int
    y: int


def test_a_frozen_state_equals_its_mapping_and_has_a_hash() -> None:
    state = frozen({"box": "a", "locked": {"door": True}})
    assert state == {"box": "a", "locked": {"door": True}}
    assert hash(state) == hash(frozen({"locked": {"door": True}, "box": "a"}))
    assert len({state, frozen({"box": "b", "locked": {"door": True}})}) == 2
    assert pickle.loads(pickle.dumps(state)) == state
    assert str(frozen({"box": "a", ("at", "robot"): 3})) == "box=a, at(robot)=3"


def test_it_keeps_its_own_copy_and_cannot_be_written() -> None:
    facts = {"box": "a", "seen": ["b"], "marks": {1}}
    state = frozen(facts)
    facts["box"] = "c"
    assert state["box"] == "a" and state["seen"] == ("b",) and state["marks"] == frozenset({1})
    with pytest.raises(TypeError):
        state["box"] = "b"


def test_hashable_states_stay_what_they_are() -> None:
    place = Place(1, 2)
    for state in ("a", 3, (1, "b"), place, frozenset({1})):
        assert frozen(state) is state
    assert frozen([1, [2]]) == (1, (2,))
    assert isinstance(frozen(FrozenState({})), FrozenState)


def test_what_is_not_hashable_is_an_error() -> None:
    with pytest.raises(InputError, match="ndarray"):
        frozen({"at": np.zeros(2)})


def test_variables_are_found_in_tables_and_flat() -> None:
    written = {"at": "lab", "locked": {"door": True, ("lab", "office"): False}}
    for state in (frozen(written), State(written), frozen(State(written))):
        assert value_of(state, "at") == "lab"
        assert value_of(state, ("locked", "door")) is True
        assert value_of(state, ("locked", "lab", "office")) is False


def test_unknown_variables_are_errors() -> None:
    for state, variable in [
        ({"at": 1}, "on"),
        ({"at": 1}, ("at", "robot")),
        ("a", "at"),
        ({"t": {}}, ("t", 1)),
    ]:
        with pytest.raises(InputError, match="has no variable"):
            value_of(state, variable)


def test_labels() -> None:
    assert [label("door"), label(("locked", "door")), label(3), label((1, 2))] == [
        "door",
        "locked(door)",
        "3",
        "(1, 2)",
    ]
