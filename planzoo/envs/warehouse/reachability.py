"""Which cells of a grid hang together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def connected_parts(passable: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Numbers the 4-connected parts of a grid.

    Args:
        passable: bool (H, W), True where a robot can be.

    Returns:
        int32 (H, W): 0 where nothing can be, else 1, 2, … in the order of the parts' first cells, row by row.
    """
    padded = np.pad(passable, 1)
    labels = np.zeros(padded.size, dtype=np.int32)
    unseen = bytearray(padded.astype(np.uint8).tobytes())
    part = 0
    for first in np.flatnonzero(padded).tolist():
        if unseen[first]:
            part += 1
            labels[_flood(unseen, first, padded.shape[1])] = part
    return labels.reshape(padded.shape)[1:-1, 1:-1].copy()


def _flood(unseen: bytearray, first: int, width: int) -> list[int]:
    """Gives the cells that hang together with the first one and marks them as seen."""
    unseen[first] = 0
    reached = [first]
    for cell in reached:  # grows while it is read: breadth first
        for neighbour in (cell - width, cell - 1, cell + 1, cell + width):
            if unseen[neighbour]:
                unseen[neighbour] = 0
                reached.append(neighbour)
    return reached


def largest_part(passable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keeps the largest connected part of a grid, the first of equally large ones.

    Args:
        passable: bool (H, W).

    Returns:
        bool (H, W), all False where nothing is passable.
    """
    labels = connected_parts(passable)
    sizes = np.bincount(labels.ravel(), minlength=2)
    largest: NDArray[np.bool_] = labels == 1 + np.argmax(sizes[1:])
    return largest
