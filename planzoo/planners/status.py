"""How a search ended: the word that every planner answers with."""

from __future__ import annotations

from enum import Enum


class Status(Enum):
    """How a search ended; "no plan" is an answer, never an exception."""

    SOLVED = "solved"
    """There is a plan; it may have no actions. Where plans have a value, it is the best allowed one."""
    INFEASIBLE = "infeasible"
    """It is proven that there is no plan."""
    BUDGET_SPENT = "budget spent"
    """The search stopped at a bound of its budget before it knew; a plan beside it is the best so far."""
