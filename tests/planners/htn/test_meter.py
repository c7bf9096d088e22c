"""The meter counts exactly and stops in time."""

from __future__ import annotations

import time

import pytest

from planzoo.planners.htn import Budget
from planzoo.planners.htn.meter import BudgetSpent, Meter


@pytest.mark.parametrize("bound", [0, 1, 15, 16, 17, 40])
def test_expansions_are_counted_to_the_last(bound: int) -> None:
    meter = Meter(Budget(expansions=bound))
    for count in range(bound):
        assert meter.expansions == count
        meter.spend()
    with pytest.raises(BudgetSpent, match=f"{bound} expansions"):
        meter.spend()
    assert meter.expansions == bound


def test_time_is_looked_at_every_few_expansions() -> None:
    meter = Meter(Budget(milliseconds=20))
    with pytest.raises(BudgetSpent, match="20 ms"):
        while True:
            meter.spend()
            time.sleep(0.001)
    assert 0.02 <= meter.seconds < 2


def test_with_slow_methods_time_is_looked_at_each_time() -> None:
    meter = Meter(Budget(milliseconds=20))
    with pytest.raises(BudgetSpent, match="20 ms"):
        while True:
            meter.spend()
            time.sleep(0.005)
    assert meter.expansions <= 5


def test_without_bounds_there_is_always_more() -> None:
    meter = Meter(Budget())
    for _ in range(1000):
        meter.spend()
    assert meter.expansions == 1000


def test_what_was_spent_before_asking_is_charged() -> None:
    meter = Meter(Budget(expansions=10))
    meter.charge(10)
    assert meter.expansions == 10
    with pytest.raises(BudgetSpent, match="10 expansions"):
        meter.charge(1)
    with pytest.raises(BudgetSpent, match="0 ms"):
        Meter(Budget(milliseconds=0)).charge(1)
