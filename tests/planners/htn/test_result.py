"""Budgets refuse nonsense."""

from __future__ import annotations

import math
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Budget, Status


@pytest.mark.parametrize(
    "bounds", [{"milliseconds": -1}, {"expansions": -5}, {"depth": -1}, {"milliseconds": math.nan}]
)
def test_negative_bounds_are_refused(bounds: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(bounds))):
        Budget(**bounds)


def test_three_outcomes_are_distinct() -> None:
    assert {status.value for status in Status} == {"solved", "infeasible", "budget spent"}
