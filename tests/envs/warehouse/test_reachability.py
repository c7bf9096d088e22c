"""Connected parts of grids, compared with SciPy's."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from planzoo.envs.warehouse.reachability import connected_parts, largest_part

GRIDS = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=12))


def test_diagonal_cells_do_not_hang_together() -> None:
    passable = np.array([[1, 0, 1], [0, 1, 1], [1, 0, 0]], dtype=bool)
    assert connected_parts(passable).tolist() == [[1, 0, 2], [0, 2, 2], [3, 0, 0]]
    assert largest_part(passable).tolist() == (connected_parts(passable) == 2).tolist()


@given(GRIDS)
def test_parts_equal_scipy_s(passable: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> None:
    from scipy.ndimage import label

    np.testing.assert_array_equal(connected_parts(passable), label(passable)[0])


@given(GRIDS, st.booleans())
def test_the_largest_part_is_one_of_the_parts(
    passable: np.ndarray[tuple[int, int], np.dtype[np.bool_]], emptied: bool
) -> None:
    passable &= not emptied
    largest, parts = largest_part(passable), connected_parts(passable)
    sizes = [int((parts == part).sum()) for part in range(1, parts.max() + 1)]
    assert largest.sum() == max(sizes, default=0)
    assert len(np.unique(parts[largest])) == bool(sizes)


def test_neighbours_do_not_wrap_around_the_edge() -> None:
    assert connected_parts(np.array([[False, True], [True, False]])).tolist() == [[0, 1], [2, 0]]
    assert connected_parts(np.zeros((0, 3), dtype=bool)).shape == (0, 3)
