"""Counts what a search spends and stops it when its budget is used up."""

from __future__ import annotations

import time
from typing import NoReturn

from planzoo.planners.htn.result import Budget

MOST_IN_VAIN = 1_000_000
"""How often methods may give None, all together, or one choice be revised in a row."""
EXPANSIONS_PER_CHECK = 16
"""The clock is read after so many expansions, or fewer where the time left may not suffice for as many."""
SLOWER = 4.0
"""So many times as long as so far expansions may take before the clock is read again."""


class BudgetSpent(Exception):
    """Time or expansions are used up; the message says which."""


class Lost(Exception):
    """A search cannot decide the problem; the message says why, with the path of the tasks that recur."""


class Meter:
    """Measures a search from the moment of its construction.

    A search takes a credit of expansions with :meth:`grant`, counts it down itself and writes what is left
    into :attr:`credit`; or it calls :meth:`spend` for each expansion.

    Args:
        budget: bounds of time and expansions.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.started = time.perf_counter()
        self.granted = 0
        self.credit = 0

    @property
    def expansions(self) -> int:
        """Expansions spent so far."""
        return self.granted - self.credit

    @property
    def seconds(self) -> float:
        """Wall-clock time since the construction."""
        return time.perf_counter() - self.started

    @property
    def unbounded(self) -> bool:
        """Whether neither time nor expansions are bounded."""
        return self.budget.milliseconds is None and self.budget.expansions is None

    def spend(self) -> None:
        """Counts one expansion.

        Raises:
            BudgetSpent: it is one too many, or the time is over.
        """
        if not self.credit:
            self.credit = self.grant()
        self.credit -= 1

    def charge(self, expansions: int) -> None:
        """Counts expansions that were made without asking for them first.

        Raises:
            BudgetSpent: they were too many, or the time is over.
        """
        self.granted += expansions
        self._check_time()
        most = self.budget.expansions
        if most is not None and self.granted > most:
            self._refuse_expansions()

    def grant(self) -> int:
        """Gives the number of expansions, at least one, until the budget is to be looked at again.

        Raises:
            BudgetSpent: none is left, or the time is over.
        """
        budget, grant = self.budget, EXPANSIONS_PER_CHECK
        self._check_time()
        if budget.milliseconds is not None:
            grant = self._timely(budget.milliseconds)
        if budget.expansions is not None:
            grant = min(grant, budget.expansions - self.granted)
        if grant <= 0:
            self._refuse_expansions()
        self.granted += grant
        return grant

    def _timely(self, milliseconds: float) -> int:
        """Gives how many expansions surely end in time, at least one: slow methods are watched closely."""
        if not self.granted:
            return 1
        seconds = max(self.seconds, 1e-9)
        suffice = (milliseconds / 1000 - seconds) * self.granted / (SLOWER * seconds)
        return max(1, min(EXPANSIONS_PER_CHECK, int(suffice)))

    def _check_time(self) -> None:
        limit = self.budget.milliseconds
        if limit is not None and self.seconds * 1000 >= limit:
            raise BudgetSpent(f"The budget of {limit:g} ms was spent before the search had ended.")

    def _refuse_expansions(self) -> NoReturn:
        raise BudgetSpent(
            f"The budget of {self.budget.expansions} expansions was spent before the search had ended."
        )
