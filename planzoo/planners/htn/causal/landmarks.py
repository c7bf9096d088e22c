"""Landmarks: facts that every plan makes true, and their orders, proven by searches that must avoid them.

A proof is a search in a domain whose operators are not applicable when they would do what is to be avoided:
if no decomposition is left (``INFEASIBLE``), it cannot be avoided. Landmarks are thus those of the plans that
the methods allow, which may be more than those of all sequences of operators.

Source: Hoffmann, Porteous and Sebastia, Ordered landmarks in planning (2004), for the definitions: landmarks,
natural, greedy-necessary and reasonable orders. They approximate these with relaxed plans; here the planner
itself is asked, so that operators can be any functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.result import Budget
from planzoo.planners.htn.schema import Schema, VariableDeclaration, Vocabulary
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal
from planzoo.planners.status import Status

REACHED = "landmark_was_reached"
"""The variable that remembers, in the searches for orders, that the later landmark has been true."""

Held = tuple[bool, ...]
"""Which of the watched facts hold."""
Allowed = Callable[[State, Held, Held], bool]
"""Says of an action, from the state after it and what held before and after, whether it may be taken."""


@dataclass
class LandmarkProver:
    """Asks the planner whether something can be avoided.

    Attributes:
        domain: the domain.
        state: the facts at the beginning.
        tasks: what every plan has to accomplish.
        budget: bounds of each search.
        expansions: what all searches together have spent.
        plans: the plans found, each of which avoids something.
    """

    domain: Domain
    state: State
    tasks: tuple[tuple[Any, ...], ...]
    budget: Budget
    expansions: int = 0
    plans: list[Plan] = field(default_factory=list)

    def is_landmark(self, fact: Goal) -> bool | None:
        """Says whether every plan makes a fact true that does not hold at the beginning; None = undecided."""
        return self._unavoidable(self.state, (fact,), lambda state, before, after: not after[0])

    def is_before(self, earlier: Goal, later: Goal) -> bool | None:
        """Says whether in every plan one fact is true before the other becomes true (a natural order).

        Neither may hold at the beginning; every plan must make the later one true.
        """

        def allowed(state: State, before: Held, after: Held) -> bool:
            reached = _remember(state, after[1])
            return reached or not after[0]

        return self._unavoidable(_with_memory(self.state), (earlier, later), allowed)

    def is_just_before(self, earlier: Goal, later: Goal) -> bool | None:
        """Says whether in every plan one fact is true directly before the other first becomes true.

        That is a greedy-necessary order. The later one must not hold at the beginning, and every plan must
        make it true.
        """

        def allowed(state: State, before: Held, after: Held) -> bool:
            first = after[1] and not state[REACHED]
            _remember(state, after[1])
            return not (first and before[0])

        return self._unavoidable(_with_memory(self.state), (earlier, later), allowed)

    def is_reasonably_before(self, earlier: Goal, later: Goal) -> bool | None:
        """Says whether no plan can reach the later goal first and keep it from then on.

        Whoever does reach it first must destroy it to reach the earlier one, and then reach it again.
        """

        def allowed(state: State, before: Held, after: Held) -> bool:
            lost = before[1] and not after[1]
            too_early = after[0] and not before[0] and not after[1]
            return not lost and not too_early

        return self._unavoidable(self.state, (earlier, later), allowed)

    def _unavoidable(self, state: State, watched: tuple[Goal, ...], allowed: Allowed) -> bool | None:
        """Searches for a plan whose actions are all allowed; None when the budget is spent before."""
        domain = restricted(self.domain, watched, allowed)
        try:
            result = HierarchicalPlanner(domain).solve((state, self.tasks), self.budget)
        except DomainError:
            return None  # a method can fail where the domain, unrestricted, would never lead
        self.expansions += result.expansions
        if result.plan is not None:
            self.plans.append(result.plan)
            return False
        return True if result.status is Status.INFEASIBLE else None


def restricted(domain: Domain, watched: tuple[Goal, ...], allowed: Allowed) -> Domain:
    """Gives a domain with the same methods whose operators are applicable only if allowed.

    Args:
        domain: stays unchanged.
        watched: facts to observe.
        allowed: what decides, after each action that is applicable.
    """
    twin = Domain(domain.name, domain.description)
    twin.schema = domain.schema
    for name, operator in domain.operators.items():
        twin.add_operator(
            _guarded(operator.function, watched, allowed),
            name,
            cost=operator.cost,
            duration=operator.duration,
            agent=operator.agent,
            resources=operator.resources,
        )
    for task, methods in domain.methods.items():
        for method in methods:
            twin.add_method(task, method.function, method.name)
    for variable, goal_methods in domain.goal_methods.items():
        for method in goal_methods:
            twin.add_goal_method(variable, method.function, method.name)
    for method in domain.multigoal_methods:
        twin.add_multigoal_method(method.function, method.name)
    return twin


def _guarded(function: Callable[..., Any], watched: tuple[Goal, ...], allowed: Allowed) -> Callable[..., Any]:
    def act(state: State, *arguments: Any) -> bool:
        before = tuple(fact.holds_in(state) for fact in watched)
        if function(state, *arguments) is False:
            return False
        return allowed(state, before, tuple(fact.holds_in(state) for fact in watched))

    return act


def _remember(state: State, reached: bool) -> bool:
    """Notes that the later landmark is true now, if it is; says whether it has ever been."""
    if reached and not state[REACHED]:
        state[REACHED] = True
    return bool(state[REACHED])


def _with_memory(state: State) -> State:
    """Gives a copy of a state with the variable that remembers; a vocabulary is told of it."""
    vocabulary = state.vocabulary
    if REACHED in state:
        raise InputError(f"State variable {REACHED!r} is kept for the search for landmarks; rename yours.")
    if vocabulary is None:
        twin = state.copy()
    else:
        schema = vocabulary.schema
        declared = schema.variables | {REACHED: VariableDeclaration(REACHED)}
        objects: Mapping[str, Any] = {kind: vocabulary.objects(kind) for kind in schema.types}
        twin = State(dict(state), vocabulary=Vocabulary(Schema(schema.types, declared), objects))
    twin[REACHED] = False
    return twin
