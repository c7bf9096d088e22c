"""What a plan expects of the world, step by step, and how what is seen differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.acting.effects import Effects, apply_operator
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.state import ABSENT, State, Variable, variable_of
from planzoo.planners.htn.task import Goal
from planzoo.planners.replanning.altered_facts import AlteredFacts
from planzoo.planners.replanning.divergence import Difference, Divergence
from planzoo.planners.replanning.live_facts import LiveFacts


class Foresight:
    """The state that is expected, carried on from what is seen by what the domain says of each action.

    A step costs what the action changes, and a comparison of two states, table by table: what is expected is
    worked out in one state that follows what is seen, not in a copy for each step.

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
        self._effects: Effects | None = None
        self._expected = state
        self._own: State | None = None
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

    def foresee(self, action: Action) -> Effects | None:
        """Works out what an action should change; None if it is not allowed."""
        self._expected = self.state.copy() if self._own is None else self._own
        self._own = self._effects = None
        if action.name in self.domain.operators:
            self._effects = apply_operator(self.domain, self._expected, action.name, action.arguments)
            self._expected.commit()
        return self._effects

    def look_on(self, actual: State) -> None:
        """Takes note of the facts while an action is going on; what it changes is left aside until it ends.

        Args:
            actual: the facts.
        """
        in_work = (self._effects or {}).keys()
        changed = changed_variables(self.state, actual) - in_work
        self.state, self.surprises, self._own = actual, changed, None
        if self.divergence is not None:
            live = self.divergence.live
            self.divergence.update(actual, live.concerned(changed) - in_work)

    def see(self, actual: State, done: bool) -> Mapping[Variable, Any]:
        """Takes note of the facts after the action that was foreseen last.

        Args:
            actual: the facts.
            done: whether the next step of the plan is executed with it.

        Returns:
            The facts that were expected.
        """
        before, self.state = self.state, actual
        effects, self._effects = self._effects or {}, None
        expected = {
            variable: self._expected.get(variable, ABSENT)
            for variable in changed_variables(self._expected, actual)
        }
        self.surprises = set(expected)
        self._own = _caught_up(self._expected, actual, effects, expected)
        if self.divergence is not None and done:
            self.divergence.advance(actual, self.surprises)
        elif self.divergence is not None:
            changed = changed_variables(before, actual) | effects.keys()
            self.divergence.update(actual, self.divergence.live.concerned(changed))
        return AlteredFacts(actual, expected) if expected else actual

    def opens(self, variables: Iterable[Variable]) -> bool:
        """Says whether the plan relies on what its next step makes of one of these; True if nobody knows."""
        return self.divergence is None or self.divergence.live.opens(variables)

    @property
    def farthest(self) -> Difference | None:
        """The fact that is farthest from how the rest of the plan relies on it."""
        return None if self.divergence is None else self.divergence.farthest


def _caught_up(
    expected: State, actual: State, effects: Effects, surprises: Mapping[Variable, Any]
) -> State | None:
    """Makes the expected state the actual one; None where facts come or go, for a copy keeps their order."""
    made_alike = expected.vocabulary is actual.vocabulary and expected._tables.keys() == actual._tables.keys()
    moved = any(ABSENT in (before, after) for before, after in effects.values())
    if not made_alike or moved or any(each is ABSENT for each in surprises.values()):
        return None
    values = [(variable, actual.get(variable, ABSENT)) for variable in surprises]
    if any(value is ABSENT for _, value in values):
        return None
    expected.update(values)
    return expected


def changed_variables(one: State, other: State) -> set[Variable]:
    """Gives the variables whose values two states do not share."""
    changed: set[Variable] = set(_differing(one._singles, other._singles))
    tables, others = one._tables, other._tables
    for name in tables.keys() | others.keys():
        keys = _differing(tables.get(name, {}), others.get(name, {}))
        changed.update(variable_of(name, key) for key in keys)
    return changed


def _differing(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> Iterable[Any]:
    """Gives the keys whose values two dicts do not share; that most often there are none is told faster."""
    if one == other:
        return ()
    try:
        return {key for key, _ in one.items() ^ other.items()}
    except TypeError:  # a value has parts that cannot be hashed
        keys = one.keys() | other.keys()
        pairs = ((key, one.get(key, ABSENT), other.get(key, ABSENT)) for key in keys)
        return {key for key, value, twin in pairs if value is not twin and value != twin}
