"""Tables: dictionaries that record what is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn.table import Table, variable_of

KEYS, VALUES = st.sampled_from(["a", "b", ("c", 1)]), st.integers(0, 3)
CALLS = st.lists(
    st.tuples(st.sampled_from(["set", "del", "pop", "popitem", "clear", "update", "or"]), KEYS, VALUES)
)


def call(table: Any, kind: str, key: Any, value: int) -> Any:
    if kind == "set":
        table[key] = value
    elif kind == "del" and key in table:
        del table[key]
    elif kind == "pop":
        return table.pop(key, None)
    elif kind == "popitem" and table:
        return table.popitem()
    elif kind == "clear":
        table.clear()
    elif kind == "update":
        table.update({key: value}, d=value)
    elif kind == "or":
        table |= {key: value}
    return table.setdefault(key, 9) if kind == "set" else None


@given(st.dictionaries(KEYS, VALUES), CALLS)
def test_every_write_is_on_the_trail_and_does_what_a_dictionary_does(
    facts: dict[Any, int], calls: Any
) -> None:
    table, plain, trail = Table("t", facts), dict(facts), []  # type: ignore[var-annotated]
    table.trail = trail
    for entry in calls:
        before, written = list(table.items()), len(trail)
        if entry[0] == "popitem":
            if table:
                assert plain.pop(table.popitem()[0]) is not None
        else:
            assert call(table, *entry) == call(plain, *entry)
        assert dict(table) == plain
        assert list(table.items()) == before or len(trail) > written


def test_copies_are_independent_and_record_nothing() -> None:
    table = Table("at", {"a": 1})
    table.trail = []
    twin, empty = table.copy(), table.emptied()
    twin["b"] = empty["b"] = 2
    assert (dict(table), dict(twin), dict(empty), table.trail) == ({"a": 1}, {"a": 1, "b": 2}, {"b": 2}, [])


def test_values_are_immutable_and_errors_name_the_fact() -> None:
    table = Table("at", {})
    with pytest.raises(InputError, match=r"\('at', 'a'\) was given a list"):
        table["a"] = [1]
    with pytest.raises(InputError, match=r"\('at', 'a', 'b'\) was given a set"):
        table.setdefault(("a", "b"), {1})
    with pytest.raises(KeyError):
        table.pop("a")
    assert not table


def test_the_variable_of_a_key() -> None:
    assert variable_of("at", "a") == variable_of("at", ("a",)) == ("at", "a")
    assert variable_of("road", ("a", "b")) == ("road", "a", "b")
