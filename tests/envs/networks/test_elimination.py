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
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError
from tests.envs.networks.enumeration import networks

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


@pytest.mark.parametrize("axes", [range(25), range(MAX_AXES + 1)])
def test_tables_too_large_are_refused(axes: range) -> None:
    sizes = dict.fromkeys(axes, 2 if len(axes) == 25 else 1)
    with pytest.raises(InputError, match=f"over {len(axes)} variables at once, too large"):
        check_size(axes, sizes)
    check_size(axes[1:], sizes)
    assert np.prod([sizes[axis] for axis in axes[1:]]) <= MAX_TABLE_ENTRIES


@settings(max_examples=150)
@given(networks(most_variables=8), st.data())
def test_barren_variables_are_summed_out_within_their_own_tables(
    network: BayesianNetwork, data: st.DataObject
) -> None:
    """Children before parents; whatever has no children and is not to be kept is among them."""
    count = len(network.variables)
    keep = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    scopes = [(*network.parent_indices[index], index) for index in range(count)]
    order, left = barren_first(scopes, keep)
    assert len(set(order)) == len(order) and not keep & set(order)
    tables = {index: set(scopes[index]) for index in range(count)}
    messages: list[set[int]] = []
    for variable in order:
        others = [scope for index, scope in tables.items() if index != variable]
        assert not any(variable in scope for scope in others), "only its own table and messages mention it"
        own = tables.pop(variable)
        received = [scope for scope in messages if variable in scope]
        assert all(scope <= own for scope in received)
        messages = [scope for scope in messages if variable not in scope] + [own - {variable}]
    expected = [*tables.values(), *messages]
    assert sorted(map(sorted, left)) == sorted(map(sorted, expected))
    childless = set(range(count)).difference(keep, *(network.parent_indices[each] for each in range(count)))
    assert childless <= set(order)


def test_a_chain_below_the_last_target_is_barren() -> None:
    chain = [(0,), (0, 1), (1, 2), (2, 3)]
    assert barren_first(chain, keep=[1]) == ([3, 2], [(0,), (0, 1), (1,)])
    assert barren_first(chain, keep=[3])[0] == []
