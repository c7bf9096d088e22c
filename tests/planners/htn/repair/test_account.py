"""One budget shared by several searches."""

from __future__ import annotations

import time

from planzoo.planners.htn import Budget
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.repair.account import Account


def test_expansions_are_booked_and_shared() -> None:
    account = Account(Budget(expansions=100, depth=7))
    assert account.left() == Budget(expansions=100, depth=7)
    meter = Meter(account.left(0.5))
    meter.charge(40)
    account.book(meter)
    account.book(20)
    assert account.expansions == 60
    assert account.left(0.5).expansions == 20
    assert account.left(0.5, 5).expansions == 5
    assert not account.spent
    account.book(50)
    assert account.spent


def test_time_runs_for_all_together() -> None:
    account = Account(Budget(milliseconds=30))
    time.sleep(0.01)
    left = account.left(0.5).milliseconds
    assert left is not None
    assert 0 <= left <= 10
    time.sleep(0.03)
    assert account.spent
    assert account.seconds > 0.03


def test_without_bounds_only_the_share_asked_for_counts() -> None:
    account = Account(Budget())
    assert account.left(0.5) == Budget()
    assert account.left(0.5, 12) == Budget(expansions=12)
    assert not account.spent
