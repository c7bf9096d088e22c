from __future__ import annotations

import heapq

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.pathfinding.binary_heap import push, remove_first


@given(st.lists(st.one_of(st.none(), st.integers(-(2**40), 2**40)), max_size=60))
def test_it_gives_what_the_standard_heap_gives(operations: list[int | None]) -> None:
    """None takes the smallest key out, a number goes in."""
    keys, items, size = np.zeros(60, dtype=np.int64), np.zeros(60, dtype=np.int32), 0
    expected: list[int] = []
    key_of: dict[int, int] = {}
    for number, key in enumerate(operations):
        if key is not None:
            size = push(keys, items, size, key, number)
            heapq.heappush(expected, key)
            key_of[number] = key
        elif expected:
            assert keys[0] == heapq.heappop(expected)
            assert key_of.pop(int(items[0])) == keys[0], "a key came out with another's item"
            size = remove_first(keys, items, size)
        assert size == len(expected)
        if expected:
            assert keys[0] == expected[0]
