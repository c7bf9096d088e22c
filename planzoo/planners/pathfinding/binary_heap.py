"""A binary min-heap in two plain arrays for compiled kernels (Williams, "Algorithm 232: Heapsort", 1964)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver


@driver
def push(keys: NDArray[np.int64], items: NDArray[np.int32], size: int, key: int, item: int) -> int:
    """Adds an item.

    Args:
        keys: int64 (capacity,), the heap's keys; the first ``size`` count.
        items: int32 (capacity,), the items in the keys' order.
        size: the number of items before.
        key: the item's key; the smallest comes out first.
        item: what to store.

    Returns:
        The number of items after.
    """
    slot = size
    while slot > 0:
        above = (slot - 1) >> 1
        if keys[above] <= key:
            break
        keys[slot] = keys[above]
        items[slot] = items[above]
        slot = above
    keys[slot] = key
    items[slot] = item
    return size + 1


@driver
def remove_first(keys: NDArray[np.int64], items: NDArray[np.int32], size: int) -> int:
    """Takes the item with the smallest key, which stands at index 0, out of a heap that is not empty.

    Args:
        keys: int64 (capacity,), the heap's keys.
        items: int32 (capacity,), the items in the keys' order.
        size: the number of items before.

    Returns:
        The number of items after.
    """
    size -= 1
    key, item = keys[size], items[size]
    slot = 0
    while True:
        below = 2 * slot + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[slot] = keys[below]
        items[slot] = items[below]
        slot = below
    keys[slot] = key
    items[slot] = item
    return size
