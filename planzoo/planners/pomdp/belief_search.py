"""Uniform-cost search over beliefs, with the operators of a conformant domain.

Nodes are distributions over possible worlds; the plan found has the least expected cost among all sequences
of the given actions that reach the goal. Source: Bonet and Geffner, "Planning with incomplete information as
heuristic search in belief space", AIPS 2000, for conformant planning as search over beliefs.
"""

from __future__ import annotations

import heapq
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

from planzoo.planners.htn.beliefs.conformant import LOST, ROUNDING, WORLDS, ConformantDomain
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition, Plan
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Task
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.plan_values import applied_to

DIGITS = 12
"""Probabilities that agree to so many digits are the same belief, or rounding could make cycles endless."""

Chance = Callable[[State], float]
"""Gives the probability with which a belief, as a state of a conformant domain, is as wanted."""


class _Node(NamedTuple):
    """A belief in the order of the search: the least cost first, then the most probable goal, then age."""

    cost: float
    missing: float
    number: int
    state: State
    actions: tuple[Action, ...]


class BeliefSearch:
    """Searches for the cheapest sequence of actions.

    Args:
        domain: lifts operators to beliefs.
        actions: (operator, argument, …) of everything that may be done.
        chance: the probability of the goal, to be at least the domain's threshold.
        meter: stops the search.
    """

    def __init__(
        self, domain: ConformantDomain, actions: Sequence[tuple[Any, ...]], chance: Chance, meter: Meter
    ) -> None:
        self.domain = domain
        self.actions = [Action(name, tuple(arguments)) for name, *arguments in actions]
        self.chance = chance
        self.meter = meter
        self._numbers = count()

    def run(self, start: State) -> tuple[Plan, State] | None:
        """Gives the plan and the belief at its end; None when no sequence of actions reaches the goal.

        Raises:
            BudgetSpent: the search was stopped.
        """
        waiting = [self._node(0.0, start, ())]
        closed: set[Any] = set()
        while waiting:
            node = heapq.heappop(waiting)
            key = _key(node.state)
            if key in closed:
                continue
            closed.add(key)
            if 1 - node.missing >= self.domain.threshold - ROUNDING:
                return _plan(node.actions), node.state
            self.meter.spend()
            for following in self._expanded(node):
                if _key(following.state) not in closed:
                    heapq.heappush(waiting, following)
        return None

    def _expanded(self, node: _Node) -> Iterator[_Node]:
        for action in self.actions:
            applied = applied_to(self.domain, node.state, action)
            if applied is not None:
                after, done = applied
                yield self._node(node.cost + done.cost, after, (*node.actions, done))

    def _node(self, cost: float, state: State, actions: tuple[Action, ...]) -> _Node:
        return _Node(cost, 1 - self.chance(state), next(self._numbers), state, actions)


def belief_of(state: State) -> BeliefState:
    """Gives the belief over the worlds that are not lost, of a conformant domain's state."""
    return BeliefState.from_weights(
        (dict(world.facts), number) for world, number in state[WORLDS].items() if world is not LOST
    )


def parameterless(domain: Domain) -> list[tuple[Any, ...]]:
    """Lists the operators that take nothing but the state."""
    return [(name,) for name, operator in domain.operators.items() if _takes_nothing(operator.function)]


def ground_actions(
    start: State, offered: Callable[[State], Iterable[tuple[Any, ...]]]
) -> list[tuple[Any, ...]]:
    """Lists what is offered in any possible world, the likeliest world's actions first."""
    worlds = sorted(start[WORLDS].items(), key=lambda item: -item[1])
    return list(dict.fromkeys(tuple(task) for world, _ in worlds for task in offered(world.state())))


def _takes_nothing(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(None)
    except (TypeError, ValueError):
        return False
    return True


def _key(state: State) -> Any:
    return frozenset((world, round(number, DIGITS)) for world, number in state[WORLDS].items())


def _plan(actions: tuple[Action, ...]) -> Plan:
    tasks = tuple(Task(action.name, *action.arguments) for action in actions)
    return Plan(actions, Decomposition(tasks, (NO_PARENT,) * len(tasks), (None,) * len(tasks)))
