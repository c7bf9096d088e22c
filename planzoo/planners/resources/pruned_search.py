"""Depth-first search for plans that resources allow: a branch is left at the first violation.

Source: Nau, Au, Ilghami, Kuter, Murdock, Wu and Yaman, SHOP2: an HTN planning system (2003), for pruning a
decomposition by what its actions amount to; on the search of
:mod:`planzoo.planners.htn.search.depth_first`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.joint.makespan import Makespan, watched_action
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.operator import Operator
from planzoo.planners.htn.plan import Action, Decomposition
from planzoo.planners.htn.recording import WatchedState
from planzoo.planners.htn.search.depth_first import Search
from planzoo.planners.htn.state import Entry, State, Table
from planzoo.planners.resources.action_resources import ActionResources
from planzoo.planners.resources.constraints import Constraints
from planzoo.planners.resources.project import ROUNDING, Mode
from planzoo.planners.resources.schedule import Schedule

Amounts = tuple[float, ...]
"""One number a resource."""

ACCOUNT = "account"
"""The key of what the actions so far have taken."""


class Account(NamedTuple):
    """What the actions so far amount to, whichever modes they will be done in."""

    least: tuple[float, ...]
    """What is left of each resource at least."""
    most: tuple[float, ...]
    """What is left of each resource at most."""
    cost: float
    """What all costs at least."""


class PrunedSearch:
    """Searches depth-first for decompositions whose actions keep within resources, budget and deadline.

    What must hold is checked as the plan grows, in the plan's order: that no resource runs out or overflows,
    that the cheapest modes stay within the budget, and that the quickest ones can end by the deadline if
    actions overlap as far as their agents and what they read and write allow. What depends on the schedule
    (what is held at the same time, calendars, windows, precedences) is left to whoever schedules the plan.

    Args:
        domain: what is known; must not change during the search.
        state: changed in place.
        tasks: the tasks and goals to accomplish.
        meter: what may be spent.
        actions: what actions take.
        constraints: budget and deadline.

    Attributes:
        most_cost: plans that cost so much or more are left.
        most_time: plans that take so long or longer are left.
    """

    def __init__(
        self,
        domain: Domain,
        state: State,
        tasks: tuple[Any, ...],
        meter: Meter,
        actions: ActionResources,
        constraints: Constraints,
    ) -> None:
        self.actions = actions
        self.constraints = constraints
        self.most_cost = self.most_time = math.inf
        self.state = WatchedState(state)
        self.search = Search(domain, self.state, tasks, meter, meter.budget.depth)
        self.search.skips = True
        resources = actions.resources.values()
        self.limits = tuple(math.inf if entry.is_reusable else entry.limit for entry in resources)
        self.places = {name: place for place, name in enumerate(actions.resources)}
        initial = tuple(entry.initial_amount for entry in resources)
        self.slacks = tuple(ROUNDING * max(amount, 1.0) for amount in initial)
        self.ledger = Table("resources", {ACCOUNT: Account(initial, initial, 0.0)})
        self.ledger.trail = self.search.trail
        self.makespan = Makespan()
        self.scheduled: list[tuple[int, Entry]] = []
        self.modes: dict[Action, tuple[Mode, ...]] = {}
        for name, operator in domain.operators.items():
            self.search.operators[name] = self._charged(operator)

    @property
    def proven(self) -> bool:
        """Whether the end of :meth:`plans` proves that there are no others."""
        return not self.search.skipped

    def improve_on(self, objective: str, schedule: Schedule) -> None:
        """Leaves plans that cannot be better than a schedule from now on."""
        if objective == "minimize_cost":
            self.most_cost = min(self.most_cost, schedule.cost)
        else:
            self.most_time = min(self.most_time, schedule.makespan)

    def plans(self) -> Iterator[Decomposition]:
        """Gives one decomposition after another.

        Raises:
            BudgetSpent: time or expansions are used up.
            DomainError: a fault of the domain.
            InputError: an action requires an unknown resource, or more than there ever is.
        """
        found = self.search.run()
        while found:
            yield self.search.decomposition()
            found = self.search.resume()

    def _charged(self, operator: Operator) -> Callable[..., bool]:
        """Makes an operator inapplicable where it takes more than there is."""

        def apply(state: WatchedState, *arguments: Any) -> bool:
            action, footprint = watched_action(operator, state, arguments)
            if action is None:
                return False
            self._take_back_undone()
            modes = self._modes_of(action)
            account = self._account_after(modes)
            if account is None:
                return False
            quickest = min(mode.duration for mode in modes)
            makespan = self.makespan.push(action._replace(duration=quickest, resources=()), footprint)
            self.ledger[ACCOUNT] = account
            trail = self.search.trail
            self.scheduled.append((len(trail) - 1, trail[-1]))
            return makespan <= self.constraints.deadline * (1 + ROUNDING) and makespan < self.most_time

        return apply

    def _modes_of(self, action: Action) -> tuple[Mode, ...]:
        if action not in self.modes:
            self.modes[action] = self.actions.modes_of(action)
        return self.modes[action]

    def _account_after(self, modes: tuple[Mode, ...]) -> Account | None:
        """Gives the account after an action; None when no mode leaves it within bounds."""
        before: Account = self.ledger[ACCOUNT]
        resources = self.actions.resources
        cost = before.cost + min(mode.total_cost(resources) for mode in modes)
        if cost > self.constraints.budget * (1 + ROUNDING) or cost >= self.most_cost:
            return None
        after = [found for mode in modes if (found := self._bounds_after(before, mode)) is not None]
        if not after:
            return None
        least = tuple(map(min, zip(*(bounds[0] for bounds in after), strict=True)))
        most = tuple(map(max, zip(*(bounds[1] for bounds in after), strict=True)))
        return Account(least, most, cost)

    def _bounds_after(self, account: Account, mode: Mode) -> tuple[Amounts, Amounts] | None:
        """Gives what a mode leaves at least and at most; None where it is surely too little or too much."""
        starts, ends = self._changes(mode)
        least, most = _sums(account.least, starts), _sums(account.most, starts)
        if self._is_short(most) or self._is_over(least):
            return None
        least, most = _sums(least, ends), _sums(most, ends)
        # What is made at the end may be too much only until the next action takes of it.
        return None if self._is_short(most) else (least, most)

    def _changes(self, mode: Mode) -> tuple[Amounts, Amounts]:
        """Gives what a mode takes (below 0) or makes of each resource at its start and its end."""
        starts, ends = [0.0] * len(self.places), [0.0] * len(self.places)
        for need in mode.requirements:
            place = self.places[need.resource]
            at_start, at_end = need.changes(self.actions.resources[need.resource])
            starts[place] += at_start
            ends[place] += at_end
        return tuple(starts), tuple(ends)

    def _is_short(self, most: Amounts) -> bool:
        return any(amount < -slack for amount, slack in zip(most, self.slacks, strict=True))

    def _is_over(self, least: Amounts) -> bool:
        rows = zip(least, self.limits, self.slacks, strict=True)
        return any(amount > limit + slack for amount, limit, slack in rows)

    def _take_back_undone(self) -> None:
        """Removes the actions that the search has undone since the last one was scheduled."""
        trail, scheduled = self.search.trail, self.scheduled
        while scheduled:
            place, entry = scheduled[-1]
            if place < len(trail) and trail[place] is entry:
                return
            scheduled.pop()
            self.makespan.pop()


def _sums(amounts: Amounts, changes: Amounts) -> Amounts:
    return tuple(amount + change for amount, change in zip(amounts, changes, strict=True))
