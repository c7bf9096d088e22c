"""What whoever optimizes a schedule has found out."""

from __future__ import annotations

from typing import NamedTuple

from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.status import Status


class Solved(NamedTuple):
    """A solver's answer.

    Attributes:
        status: SOLVED when the schedule is proven to be the best, INFEASIBLE when it is proven that there is
            none, else BUDGET_SPENT.
        schedule: the best one found, if any.
        bound: no schedule has a smaller makespan or cost, whichever was to be small.
    """

    status: Status
    schedule: Schedule | None
    bound: float
