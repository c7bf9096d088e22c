"""Facts, numbers and beliefs on one scale."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn.beliefs.distribution import Distribution
from planzoo.planners.htn.table import ABSENT
from planzoo.planners.replanning.distance import value_distance

HALF = Distribution({"ill": 0.5, "well": 0.5})


@pytest.mark.parametrize(
    ("expected", "actual", "distance"),
    [
        ("hall", "hall", 0),
        ("hall", "yard", 1),
        (ABSENT, "yard", 1),
        ("hall", ABSENT, 1),
        (True, False, 1),
        (True, 1, 0),
        ((1, 2), (1, 3), 1),
        (10, 9, 0.1),
        (9, 10.0, 0.1),
        (-4, 4, 1),
        (0, 3, 1),
        (0.1 + 0.2, 0.3, 0),
        (float("inf"), 3, 1),
        (float("nan"), 3, 1),
        (float("inf"), float("inf"), 0),
        (HALF, Distribution({"ill": 0.75, "well": 0.25}), 0.25),
        (HALF, Distribution.sure("dead"), 1),
        (HALF, "ill", 1),
    ],
)
def test_distances_are_those_of_the_definition(expected: Any, actual: Any, distance: float) -> None:
    assert value_distance(expected, actual) == pytest.approx(distance, abs=0)


VALUES = st.one_of(st.integers(), st.floats(), st.text(max_size=2), st.just(ABSENT), st.booleans())


@given(VALUES, VALUES)
def test_distances_are_symmetric_and_within_bounds(one: Any, other: Any) -> None:
    distance = value_distance(one, other)
    assert 0 <= distance <= 1
    assert distance == value_distance(other, one)
    assert value_distance(one, one) == 0
