from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.baselines.report.labels import GAP, HEIGHT, Box, place_labels, spread_apart

SHARES = st.floats(0.0, 1.0)
WIDTH = 0.2


def dot(x: float, y: float) -> Box:
    return Box(x - 0.01, y - 0.01, x + 0.01, y + 0.01)


def test_boxes_that_only_touch_do_not_overlap() -> None:
    box = Box(0.0, 0.0, 0.5, 0.5)
    assert box.overlaps(Box(0.4, 0.4, 1.0, 1.0)) and box.overlaps(Box(0.1, 0.1, 0.2, 0.2))
    assert not box.overlaps(Box(0.5, 0.0, 1.0, 0.5)) and not box.overlaps(Box(0.0, 0.5, 0.5, 1.0))
    assert box.middle == 0.25


def test_a_label_stands_right_of_its_point_at_its_height() -> None:
    point = dot(0.3, 0.6)
    (label,) = place_labels([point], [WIDTH], [point])
    assert (label.left, label.right - label.left) == pytest.approx((point.right + GAP, WIDTH))
    assert label.middle == pytest.approx(0.6) and label.top - label.bottom == pytest.approx(HEIGHT)


def test_the_second_label_of_a_place_stands_left_and_the_third_next_to_them() -> None:
    point = dot(0.5, 0.5)
    first, second, third = place_labels([point] * 3, [WIDTH] * 3, [point])
    assert first.left > point.right and second.right < point.left
    assert first.middle == second.middle != third.middle
    assert abs(third.middle - 0.5) <= 2 * HEIGHT


def test_points_at_the_edges_are_labelled_inside() -> None:
    left, right = dot(0.02, 0.5), dot(0.99, 0.5)
    wall = Box(0.05, 0.49, 0.06, 0.51)
    labels = place_labels([left, right], [WIDTH, WIDTH], [left, right, wall])
    assert labels[0].left >= 0.0 and labels[0].middle != 0.5
    assert labels[1].right < right.left


def test_where_all_is_full_the_label_stands_on_the_right() -> None:
    point = dot(0.5, 0.5)
    everything = Box(-9.0, -9.0, 9.0, 9.0)
    (label,) = place_labels([point], [WIDTH], [everything])
    assert label.left == pytest.approx(point.right + GAP) and label.middle == pytest.approx(0.5)


@given(st.lists(st.tuples(SHARES, SHARES), max_size=8))
def test_labels_stand_neither_on_points_nor_on_each_other_unless_they_must(
    points: list[tuple[float, float]],
) -> None:
    dots = [dot(x, y) for x, y in points]
    labels = place_labels(dots, [0.1] * len(dots), dots)
    for index, (label, own) in enumerate(zip(labels, dots, strict=True)):
        taken = [*dots, *labels[:index]]
        moved = abs(label.middle - own.middle) > 1e-9
        if any(label.overlaps(other) for other in taken):
            assert not moved and label.left > own.left
        elif moved:
            unmoved = Box(
                own.right + GAP, own.middle - HEIGHT / 2, own.right + GAP + 0.1, own.middle + HEIGHT / 2
            )
            assert unmoved.right > 1.1 or any(unmoved.overlaps(other) for other in taken)


@given(st.lists(st.floats(-100, 100), max_size=12), st.floats(0.1, 10))
def test_spread_apart_keeps_order_and_gap(positions: list[float], gap: float) -> None:
    moved = spread_apart(positions, gap)
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    assert all(moved[b] - moved[a] >= gap - 1e-6 for a, b in pairwise(order))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12))
def test_spread_apart_leaves_what_is_apart_and_the_centre_of_a_crowd(positions: list[float]) -> None:
    far = [1e6 * index for index in range(len(positions))]
    assert spread_apart(far, 1.0) == far
    crowd = [positions[0]] * len(positions)
    assert np.mean(spread_apart(crowd, 1.0)) == pytest.approx(positions[0], abs=1e-6)
