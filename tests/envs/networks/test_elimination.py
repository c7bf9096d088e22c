from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.networks.elimination import (
    MAX_AXES,
    MAX_TABLE_ENTRIES,
    barren_first,
    check_size,
    elimination_order,
)
from planzoo.errors import InputError

SIZES = dict(enumerate([2, 3, 4, 2, 5, 2, 3]))
SCOPES = st.lists(st.sets(st.sampled_from(sorted(SIZES)), min_size=1, max_size=4), min_size=1, max_size=8)


def merged(joined: list[set[int]], variable: int) -> set[int]:
    """The variables of the table that summing a variable out builds."""
    return set().union(*(scope for scope in joined if variable in scope))


@settings(max_examples=150)
@given(SCOPES, st.sets(st.sampled_from(sorted(SIZES))))
def test_each_is_summed_out_once_and_leaves_the_smallest_table(
    scopes: list[set[int]], keep: set[int]
) -> None:
    order = elimination_order([sorted(scope) for scope in scopes], keep, SIZES)
    assert sorted(order) == sorted(set().union(*scopes) - keep)
    joined, waiting = list(scopes), set(order)
    for variable in order:
        costs = {each: math.prod(SIZES[axis] for axis in merged(joined, each)) for each in waiting}
        assert costs[variable] == min(costs.values())
        assert variable == min(each for each, cost in costs.items() if cost == costs[variable]), (
            "ties by number"
        )
        rest = merged(joined, variable) - {variable}
        joined = [scope for scope in joined if variable not in scope] + [rest]
        waiting.remove(variable)


def test_nothing_to_sum_out() -> None:
    assert elimination_order([], [], {}) == []
    assert elimination_order([(0, 1)], [0, 1, 2], SIZES) == []


def test_a_chain_is_taken_from_its_free_end() -> None:
    chain = [(number, number + 1) for number in range(4)]
    assert elimination_order(chain, keep=[4], sizes=dict.fromkeys(range(5), 2)) == [0, 1, 2, 3]


def test_children_without_children_come_first() -> None:
    # 0 → 1 → 3 and 0 → 2, and 4 with the parents 1 and 2
    scopes = [(0,), (0, 1), (0, 2), (1, 3), (1, 2, 4)]
    order, left = barren_first(scopes, keep=[0])
    assert order == [4, 3]
    # The message of 4 joins 1 and 2, neither of which has a table with the other.
    assert sorted(map(sorted, left)) == [[0], [0, 1], [0, 2], [1], [1, 2]]
    assert barren_first(scopes[:4], keep=[0])[0] == [3, 2, 1]
    assert barren_first(scopes[:4], keep=[3]) == ([2], [(0,), (0, 1), (1, 3), (0,)])
    assert barren_first([], keep=[]) == ([], [])


@settings(max_examples=100)
@given(st.integers(1, 8), st.data())
def test_no_table_is_built_that_is_not_there(count: int, data: st.DataObject) -> None:
    scopes = [
        (*sorted(data.draw(st.sets(st.integers(0, child - 1), max_size=3))), child) if child else (0,)
        for child in range(count)
    ]
    keep = data.draw(st.sets(st.integers(0, count - 1)))
    order, left = barren_first(scopes, keep)
    assert not set(order) & keep
    joined = [set(scope) for scope in scopes]
    for variable in order:
        assert merged(joined, variable) == set(scopes[variable])
        joined = [scope for scope in joined if variable not in scope] + [set(scopes[variable]) - {variable}]
    assert sorted(map(sorted, joined)) == sorted(map(sorted, left))


@pytest.mark.parametrize("axes", [range(25), range(MAX_AXES + 1)])
def test_tables_too_large_are_refused(axes: range) -> None:
    sizes = dict.fromkeys(axes, 2 if len(axes) == 25 else 1)
    with pytest.raises(InputError, match=f"over {len(axes)} variables at once, too large"):
        check_size(axes, sizes)
    check_size(axes[1:], sizes)
    assert np.prod([sizes[axis] for axis in axes[1:]]) <= MAX_TABLE_ENTRIES
