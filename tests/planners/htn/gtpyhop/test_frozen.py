from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import State
from planzoo.planners.htn.gtpyhop.frozen import frozen

values = st.recursive(
    st.integers() | st.text(max_size=3) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.sets(st.integers(), max_size=3)
    ),
    max_leaves=8,
)


@given(value=values)
def test_equal_to_what_it_was_and_hashable(value: Any) -> None:
    found = frozen(copy.deepcopy(value))
    assert found == value
    assert value == found
    assert (found != value, value != found) == (False, False)
    assert hash(found) == hash(frozen(value))
    assert frozen(found) == value
    assert pickle.loads(pickle.dumps(found)) == value
    assert copy.deepcopy(found) == value
    assert State(it={"key": found}).it["key"] == value


def test_reads_like_the_original() -> None:
    row = frozen([1, [2], {"a": 3}])
    more = [4]
    assert (row[1][0], row[2]["a"], len(row), row + more) == (2, 3, 3, [1, [2], {"a": 3}, 4])
    assert type(row.copy()) is type(row + more) is list
    assert [1] != frozen([2]) != [3]
    assert frozen({1, 2}) | {3} == {1, 2, 3}
    assert list(frozen({"b": 1, "a": 2})) == ["b", "a"]


def test_is_independent_of_the_original() -> None:
    original = {"a": [1]}
    found = frozen(original)
    original["a"].append(2)
    assert found == {"a": [1]}


@pytest.mark.parametrize(
    ("value", "change"),
    [
        ([1], lambda value: value.append(2)),
        ([1], lambda value: value.sort()),
        ([1], lambda value: value.__setitem__(0, 2)),
        ([1], lambda value: value.__iadd__([2])),
        ({1}, lambda value: value.add(2)),
        ({1}, lambda value: value.discard(1)),
        ({1}, lambda value: value.__ior__({2})),
        ({1: 1}, lambda value: value.__setitem__(1, 2)),
        ({1: 1}, lambda value: value.__delitem__(1)),
        ({1: 1}, lambda value: value.update({2: 2})),
        ({1: 1}, lambda value: value.setdefault(2, 2)),
        ({1: 1}, lambda value: value.pop(1)),
    ],
)
def test_cannot_be_changed(value: Any, change: Callable[[Any], Any]) -> None:
    found = frozen(value)
    with pytest.raises(InputError, match="changed in place"):
        change(found)
    assert found == value
