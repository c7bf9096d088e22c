"""What a plan expects of the world, step by step, and how what is seen differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import compress, repeat
from operator import is_not
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.acting.effects import Effects, apply_operator
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.state import ABSENT, State, Variable, variable_of
from planzoo.planners.htn.task import Goal
from planzoo.planners.replanning.divergence import Difference, Divergence
from planzoo.planners.replanning.live_facts import LiveFacts


class Foresight:
    """The state that is expected, carried on from what is seen by what the domain says of each action.

    A step costs what the action changes, and a comparison of two states, table by table.

    Args:
        domain: whose operators foresee.
        plan: the plan.
        state: the facts before its next step; stays as it is.
        executed: how many of its steps are executed.

    Attributes:
        state: the facts as they were seen last.
        divergence: how far they are from what the rest of the plan relies on; None where the plan cannot be
            executed even in thought.
        fault: why it cannot, in words; empty if it can.
        surprises: the variables that were not as foreseen after the last action, or have changed during it.
    """

    def __init__(self, domain: Domain, plan: Plan, state: State, executed: int = 0) -> None:
        self.domain = domain
        self.state = state
        self.divergence: Divergence | None = None
        self.fault = ""
        self.surprises: set[Variable] = set()
        self._in_work: frozenset[Variable] = frozenset()
        rest = Plan(plan.actions[executed:], plan.decomposition)
        wanted = [plan.decomposition.tasks[root] for root in plan.decomposition.roots]
        try:
            finder = CausalChainFinder(domain, state, rest, wanted)
        except InputError as error:
            self.fault = str(error)
        else:
            self._finder = finder
            self.divergence = Divergence(LiveFacts(finder.links), state)

    @property
    def goals(self) -> frozenset[Goal]:
        """The goals among the problem's own tasks that the plan leaves reached; none if nobody knows."""
        known = self.divergence is not None and self._finder.goals_given
        return frozenset(self._finder.goals) if known else frozenset()

    def planned_state(self) -> State | None:
        """Gives the facts that the plan led to expect now; None where it could not be executed at all."""
        return None if self.divergence is None else self._finder.state_after(self.divergence.live.executed)

    def foresee(self, action: Action) -> tuple[State, Effects | None]:
        """Gives the state that an action should lead to, and what it changes; None if it is not allowed."""
        expected = self.state.copy()
        effects = None
        if action.name in self.domain.operators:
            effects = apply_operator(self.domain, expected, action.name, action.arguments)
            expected.commit()
        self._in_work = frozenset(effects or ())
        return expected, effects

    def look_on(self, actual: State) -> None:
        """Takes note of the facts while an action is going on; what it changes is left aside until it ends.

        Args:
            actual: the facts.
        """
        changed = changed_variables(self.state, actual) - self._in_work
        self.state, self.surprises = actual, changed
        if self.divergence is not None:
            live = self.divergence.live
            self.divergence.update(actual, live.concerned(changed) - self._in_work)

    def see(self, expected: State, actual: State, done: bool) -> None:
        """Takes note of the facts after an action.

        Args:
            expected: what :meth:`foresee` gave for it.
            actual: the facts.
            done: whether the next step of the plan is executed with it.
        """
        before, self.state = self.state, actual
        in_work, self._in_work = self._in_work, frozenset()
        self.surprises = changed_variables(expected, actual)
        if self.divergence is None:
            return
        if done:
            self.divergence.advance(actual, self.surprises)
        else:
            live = self.divergence.live
            changed = changed_variables(before, actual) | in_work
            self.divergence.update(actual, live.concerned(changed))

    def opens(self, variables: Iterable[Variable]) -> bool:
        """Says whether the plan relies on what its next step makes of one of these; True if nobody knows."""
        return self.divergence is None or self.divergence.live.opens(variables)

    @property
    def farthest(self) -> Difference | None:
        """The fact that is farthest from how the rest of the plan relies on it."""
        return None if self.divergence is None else self.divergence.farthest


def changed_variables(one: State, other: State) -> set[Variable]:
    """Gives the variables whose values two states do not share."""
    changed: set[Variable] = set()
    tables, others = one._tables, other._tables
    for name in tables.keys() | others.keys():
        table, twin = tables.get(name), others.get(name)
        if table != twin:
            changed.update(variable_of(name, key) for key in _differing(table or {}, twin or {}))
    if one._singles != other._singles:
        changed.update(_differing(one._singles, other._singles))
    return changed


def _differing(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> Iterable[Any]:
    """Gives the keys whose values two dicts do not share; through C loops, for there may be thousands."""
    same_keys = len(one) == len(other) and list(one) == list(other)
    values = other.values() if same_keys else map(other.get, one, repeat(ABSENT))
    found = compress(one, map(is_not, one.values(), values))
    differing = {key for key in found if one[key] != other.get(key, ABSENT)}
    return differing if same_keys else differing | (other.keys() - one.keys())
