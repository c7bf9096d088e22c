"""Whole numbers in place of fractions, exactly."""

from __future__ import annotations

import math

import pytest

from planzoo.errors import InputError
from planzoo.planners.resources.scaling import parts_of_a_unit, whole


@pytest.mark.parametrize(
    ("values", "parts"),
    [([], 1), ([3, 4], 1), ([0.5, 0.25], 4), ([0.1, 1 / 3], 30), ([0.1 + 0.2], 10), ([math.inf, 2], 1)],
)
def test_the_least_number_of_parts(values: list[float], parts: int) -> None:
    assert parts_of_a_unit(values, "times") == parts
    assert all(whole(value, parts) / parts == pytest.approx(value) for value in values if value < math.inf)


@pytest.mark.parametrize("value", [math.pi, 1e-9, 2**0.5])
def test_values_without_a_common_unit_are_refused(value: float) -> None:
    with pytest.raises(InputError, match="The times have no common unit"):
        parts_of_a_unit([1, value], "times")
