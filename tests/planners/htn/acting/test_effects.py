"""What actions change, and how an observed state shows it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn import ABSENT, Domain, State
from planzoo.planners.htn.acting.effects import (
    apply_operator,
    as_action,
    before_effects,
    changes_since,
    same_facts,
    took_effect,
    unchanged_since,
)

WRITES = st.lists(
    st.tuples(st.sampled_from(("a", "b", "time")), st.sampled_from(("x", "y")), st.integers(-1, 2)),
    max_size=8,
)


def write(state: State, writes: list[tuple[str, str, int]]) -> None:
    for name, key, value in writes:
        variable = name if name == "time" else (name, key)
        if value < 0:
            state.pop(variable, None)
        else:
            state[variable] = value


@given(WRITES, WRITES)
def test_changes_are_the_differences_and_can_be_taken_back(
    first: list[tuple[str, str, int]], second: list[tuple[str, str, int]]
) -> None:
    state = State(a={}, b={})
    write(state, first)
    before = dict(state)
    mark = state.mark()
    write(state, second)
    after = dict(state)
    expected = {
        variable: (before.get(variable, ABSENT), after.get(variable, ABSENT))
        for variable in before | after
        if before.get(variable, ABSENT) != after.get(variable, ABSENT)
    }
    effects = changes_since(state, mark)
    assert effects == expected
    assert unchanged_since(state, mark) is (not expected)
    assert dict(before_effects(state, effects)) == before
    assert dict(state) == after, "the state itself stays"


def test_a_table_that_is_new_is_a_change_of_its_facts() -> None:
    state = State()
    mark = state.mark()
    state.at = {"me": 1}
    assert changes_since(state, mark) == {("at", "me"): (ABSENT, 1)}


def test_what_is_not_applicable_leaves_the_state_alone() -> None:
    domain = Domain("d")

    @domain.operator(cost=3)
    def half(state: State) -> bool:
        state.n = state.n / 2
        return bool(state.n > 1)

    domain.add_operator(lambda state: state.update(n=state["gone"]), "fragile")
    state = State(n=1.5)
    assert apply_operator(domain, state, "half", ()) is None
    assert apply_operator(domain, state, "fragile", ()) is None, "a fact that it reads is gone"
    assert state.n == 1.5
    state.n = 8.0
    assert apply_operator(domain, state, "half", ()) == {"n": (8.0, 4.0)}
    assert as_action(domain, state, ("half",)).cost == 3


@pytest.mark.parametrize(
    ("effect", "value", "shown"),
    [
        ((1, 2), 2, True),
        ((1, 2), 1, False),
        ((1, 2), 3, False),
        ((0.9, 0.8), 0.81, True),
        ((0.9, 0.8), 0.9, False),
        ((0.9, 0.8), ABSENT, False),
        (("x", ABSENT), ABSENT, True),
        (("x", ABSENT), "x", False),
    ],
)
def test_an_action_has_happened_when_its_effects_show(effect: Any, value: Any, shown: bool) -> None:
    state = State(other=0)
    if value is not ABSENT:
        state["v"] = value
    assert took_effect({"v": effect}, state) is shown
    assert took_effect({}, state), "what changes nothing has happened"
    assert not took_effect({"v": effect, "other": (0, 1)}, state), "all effects must show"


def test_states_are_compared_fact_by_fact() -> None:
    one = State(at={"me": 1}, time=0)
    other = one.copy()
    assert same_facts(one, other)
    other.at["you"] = 2
    assert not same_facts(one, other)
    del other.at["you"]
    other.time = 1
    assert not same_facts(one, other)
