"""A planner that reckons with what executions have taught: reliable ways are worth a detour.

Sources: an action that is tried until it succeeds takes 1/p attempts on average (a geometric distribution),
and its failures are paid, too; planning with such costs instead of probabilities is what Keyder and Geffner,
The HMDP planner for planning with probabilities (2008), do. A chance of which little is known may be taken at
a higher quantile of its distribution (Kaufmann, Cappé and Garivier, On Bayesian upper confidence bounds for
bandit problems, 2012), so that ways are tried before they are given up.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.search.branch_and_bound import Objective
from planzoo.planners.htn.task import Problem
from planzoo.planners.replanning.experience import Experience, Key, key_of

LEAST = 1e-6
"""No chance is taken to be smaller: an endless cost would bound no search."""
SEARCH = Budget(expansions=20_000)
"""What a search for the best plan may spend unless it is said."""


@dataclass(frozen=True)
class Outlook:
    """How what is known counts.

    Attributes:
        minimize: what shall be small: ``"cost"`` or ``"duration"``.
        failure_cost: what each failure costs besides the attempt, such as a replan that is used up.
        optimism: the quantile at which chances are taken, above 0 and below 1: at one half as they are most
            likely, above it what was seldom tried is favoured.

    Raises:
        InputError: there is no such measure, or a number is out of its range.
    """

    minimize: str = "cost"
    failure_cost: float = 0.0
    optimism: float = 0.5

    def __post_init__(self) -> None:
        if self.minimize not in ("cost", "duration"):
            raise InputError(f"Outlook(minimize={self.minimize!r}) must be 'cost' or 'duration'.")
        if not 0 <= self.failure_cost < math.inf:
            raise InputError(f"Outlook(failure_cost={self.failure_cost!r}) must be a finite number ≥ 0.")
        if not 0 < self.optimism < 1:
            raise InputError(f"Outlook(optimism={self.optimism!r}) must lie between 0 and 1.")


PLAIN = Outlook()
"""Costs are made small, and chances are taken as they are most likely."""


class ExpectingPlanner:
    """Finds the plan that is expected to cost least, by branch-and-bound.

    Args:
        base_planner: searches; its domain is planned in.
        experience: what is known; may grow between searches.
        outlook: how that counts.

    Attributes:
        domain: the base planner's.
    """

    def __init__(
        self, base_planner: HierarchicalPlanner, experience: Experience, outlook: Outlook = PLAIN
    ) -> None:
        self.base_planner = base_planner
        self.experience = experience
        self.outlook = outlook
        self.domain: Domain = base_planner.domain

    def solve(self, problem: Problem, budget: Budget | None = None) -> Result:
        """Searches the plan that is expected to cost least; its actions have the costs of the domain.

        Args:
            problem: the state, and the tasks and goals.
            budget: bounds of the search; the best plan so far is given when they are reached. None: 20,000
                expansions.
        """
        return self.base_planner.optimize(problem, Objective(self.measure()), budget or SEARCH)

    def measure(self) -> Callable[[Action], float]:
        """Gives what actions are expected to cost until they succeed, by what is known now."""
        known: dict[Key, tuple[float, float]] = {}

        def expected(action: Action) -> float:
            key = key_of(action)
            if key not in known:
                known[key] = self._factors(action)
            chance, ratio = known[key]
            amount = action.cost if self.outlook.minimize == "cost" else action.duration
            return (amount * ratio + self.outlook.failure_cost * (1 - chance)) / chance

        return expected

    def _factors(self, action: Action) -> tuple[float, float]:
        chance = max(self.experience.chance(action).quantile(self.outlook.optimism), LEAST)
        by = self.experience.cost if self.outlook.minimize == "cost" else self.experience.duration
        return chance, by(action).value
