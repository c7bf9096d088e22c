"""Anytime branch-and-bound: better and better plans, and in the end the best.

Source: Nau, Au, Ilghami, Kuter, Murdock, Wu and Yaman, SHOP2: an HTN planning system (2003), for the
search for a plan of least cost, on the search of
:mod:`planzoo.planners.htn.search.depth_first`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.joint.makespan import Makespan, watched_action
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.operator import Operator
from planzoo.planners.htn.plan import Action, Decomposition, Plan
from planzoo.planners.htn.recording import WatchedState
from planzoo.planners.htn.search.depth_first import Search
from planzoo.planners.htn.state import Entry, State, Table

VALUE = "value"
"""The key of what the actions so far amount to."""

MEASURES: dict[str, Callable[[Action], float]] = {
    "cost": lambda action: action.cost,
    "duration": lambda action: action.duration,
}
"""What can be summed up over a plan's actions, by name."""


@dataclass(frozen=True)
class Objective:
    """What shall be small.

    Attributes:
        minimize: ``"cost"`` or ``"duration"``, summed over the actions; ``"makespan"``, the time at which
            the last action ends when the actions of different agents overlap; or a function of an
            :class:`Action` that gives a number ≥ 0, summed.
        lower_bound: what the actions after a state add at least: a function of the state that never gives
            more than the truth. The better it is, the more of the search is left out.
        capacities: how much of each resource there is at any time; counts for the makespan.

    Raises:
        InputError: the objective is unknown.
    """

    minimize: str | Callable[[Action], float] = "cost"
    lower_bound: Callable[[State], float] | None = None
    capacities: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not callable(self.minimize) and self.minimize not in (*MEASURES, "makespan"):
            raise InputError(
                f"There is no objective {self.minimize!r}; minimize 'cost', 'duration', 'makespan' or a "
                "function of an action."
            )

    @property
    def measure(self) -> Callable[[Action], float] | None:
        """What is summed over the actions; None for the makespan."""
        return self.minimize if callable(self.minimize) else MEASURES.get(self.minimize)


class BranchAndBound:
    """Searches depth-first for plans that are each better than those before.

    An action never makes the value smaller, so a branch whose actions already amount to as much as the best
    plan is left at once. The running value lives on the state's own undo trail and goes back with it.

    Args:
        domain: what is known; must not change during the search.
        state: changed in place.
        tasks: the tasks and goals to accomplish.
        meter: what may be spent.
        objective: what shall be small.
    """

    def __init__(
        self, domain: Domain, state: State, tasks: tuple[Any, ...], meter: Meter, objective: Objective
    ) -> None:
        self.objective = objective
        measure = objective.measure
        self.state = WatchedState(state) if measure is None else state
        self.search = Search(domain, self.state, tasks, meter, meter.budget.depth)
        self.search.skips = True
        self.bound = math.inf
        self.ledger = Table("objective", {VALUE: 0.0})
        self.ledger.trail = self.search.trail
        self.makespan = Makespan(objective.capacities)
        self.scheduled: list[tuple[int, Entry]] = []
        for name, operator in domain.operators.items():
            self.search.operators[name] = (
                self._scheduled(operator) if measure is None else self._summed(operator, measure)
            )

    @property
    def proven(self) -> bool:
        """Whether the end of :meth:`plans` proves that there is no better plan than the last."""
        return not self.search.skipped

    def value_of(self, plan: Plan, state: State) -> float:
        """Gives what a plan amounts to from a state."""
        measure = self.objective.measure
        if measure is not None:
            return sum(map(measure, plan.actions))
        watched, makespan, value = WatchedState(state), Makespan(self.objective.capacities), 0.0
        for action in plan.actions:
            operator = self.search.domain.operators[action.name]
            value = makespan.push(action, watched_action(operator, watched, action.arguments)[1])
        return value

    def plans(self, bound: float = math.inf) -> Iterator[Decomposition]:
        """Gives decompositions of plans, each better than the one before and the first better than ``bound``.

        Raises:
            BudgetSpent: time or expansions are used up.
            DomainError: a fault of the domain.
        """
        self.bound = bound
        found = self.search.run()
        while found:
            self.bound = self.ledger[VALUE]
            yield self.search.decomposition()
            found = self.search.resume()

    def _promising(self, value: float) -> bool:
        """Says whether the state, reached at this value, can be on the way to a better plan."""
        bound = self.objective.lower_bound
        return value + (0.0 if bound is None else bound(self.state)) < self.bound

    def _summed(self, operator: Operator, measure: Callable[[Action], float]) -> Callable[..., bool]:
        """Makes an operator inapplicable where it would not lead to a smaller sum."""
        ledger = self.ledger

        def apply(state: State, *arguments: Any) -> bool:
            before = ledger[VALUE]
            value = before + measure(operator.action(state, arguments))
            if value >= self.bound or operator.function(state, *arguments) is False:
                return False
            if value != before:  # what costs nothing must not look like a change to the guard of recursions
                ledger[VALUE] = value
            return self._promising(value)

        return apply

    def _scheduled(self, operator: Operator) -> Callable[..., bool]:
        """Makes an operator inapplicable where it would not lead to a smaller makespan."""

        def apply(state: WatchedState, *arguments: Any) -> bool:
            action, footprint = watched_action(operator, state, arguments)
            if action is None:
                return False
            self._take_back_undone()
            value = self.makespan.push(action, footprint)
            self.ledger[VALUE] = value
            trail = self.search.trail
            self.scheduled.append((len(trail) - 1, trail[-1]))
            return self._promising(value)

        return apply

    def _take_back_undone(self) -> None:
        """Removes the actions that the search has undone since the last one was scheduled."""
        trail, scheduled = self.search.trail, self.scheduled
        while scheduled:
            place, entry = scheduled[-1]
            if place < len(trail) and trail[place] is entry:
                return
            scheduled.pop()
            self.makespan.pop()
