"""One budget for several searches."""

from __future__ import annotations

import time

from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.result import Budget


class Account:
    """What is left of a budget that several searches share, one after another.

    Args:
        budget: bounds of time and expansions of all of them together.

    Attributes:
        expansions: what was booked so far.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.started = time.perf_counter()
        self.expansions = 0

    @property
    def seconds(self) -> float:
        """Wall-clock time since the construction."""
        return time.perf_counter() - self.started

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        left = self.left()
        return left.milliseconds == 0 or left.expansions == 0

    def left(self, share: float = 1.0, expansions: int | None = None) -> Budget:
        """Gives a budget for one search.

        Args:
            share: the part of what is left that it may have, 0 to 1.
            expansions: the most that it may have in any case.
        """
        milliseconds, most = self.budget.milliseconds, expansions
        if milliseconds is not None:
            milliseconds = max(0.0, milliseconds - 1000 * self.seconds) * share
        if self.budget.expansions is not None:
            granted = int(max(0, self.budget.expansions - self.expansions) * share)
            most = granted if expansions is None else min(granted, expansions)
        return Budget(milliseconds, most, self.budget.depth)

    def book(self, spender: Meter | int) -> None:
        """Books what a search has spent: its meter, or a number of expansions."""
        self.expansions += spender if isinstance(spender, int) else spender.expansions
