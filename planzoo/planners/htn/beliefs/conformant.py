"""Conformant planning: plans that hold up in all possible worlds, or in all but an unlikely few.

A :class:`ConformantDomain` is made from a domain that knows nothing of uncertainty. Its states hold a
:class:`~planzoo.planners.htn.beliefs.distribution.Distribution` over worlds, each a complete state of the
given domain; the engine plans with it as with any other. With threshold τ:

- an action is taken in every world at once. Worlds in which it is not applicable are lost for good, and it is
  applicable only while what is left has probability τ or more: so, with at least this probability, every
  action of a plan can be executed in turn (with τ = 1: for sure);
- a method's alternative is offered if worlds of probability τ offer the very same one;
- a fact is an ordinary fact of the state, and a goal holds, if it does so in worlds of probability τ.

Nothing is sensed on the way. Facts are known one by one: two goals that hold with probability 0.9 each may
hold together with 0.8 only. An action's cost and duration are the expected ones among the worlds in which it
is applicable, its resources the largest amounts. All worlds are copied at each action, so this is for tens of
worlds, not for thousands; methods must offer finitely many alternatives.

Sources: Kushmerick, Hanks and Weld, An algorithm for probabilistic planning (1995), for plans that
succeed with a given probability; Smith and Weld, Conformant Graphplan (1998), for possible worlds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.beliefs.distribution import Distribution
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.method import ONE_AFTER_ANOTHER, Method
from planzoo.planners.htn.operator import Measure, Operator, Requirements
from planzoo.planners.htn.state import ABSENT, State, Variable
from planzoo.planners.htn.task import Goal, Multigoal

WORLDS = "worlds"
"""The variable that holds the distribution over the possible worlds."""
MOST_ALTERNATIVES = 10_000
"""Alternatives of a method that are compared between worlds; what it offers after these is left out."""
ROUNDING = 1e-9
"""Probabilities this little below the threshold count as reaching it."""


class World:
    """A complete state, as an immutable value.

    Args:
        facts: the state; copied.

    Attributes:
        facts: (variable, value) pairs.
    """

    __slots__ = ("_set", "_state", "facts")

    def __init__(self, facts: Mapping[Any, Any]) -> None:
        self._state = facts.copy() if isinstance(facts, State) else State(facts)
        self.facts: tuple[tuple[Variable, Any], ...] = tuple(self._state.items())
        self._set = frozenset(self.facts)

    def state(self) -> State:
        """Gives the world as a state of its own."""
        return self._state.copy()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, World) and self._set == other._set

    def __hash__(self) -> int:
        return hash(self._set)

    def __repr__(self) -> str:
        return repr(self._state).replace("State", "World", 1)


LOST = None
"""Stands for all worlds in which an earlier action of the plan could not be executed."""


def holds_in_all(worlds: Distribution, condition: Callable[[State], bool], threshold: float = 1.0) -> bool:
    """Says whether a condition holds in worlds of probability ``threshold`` or more; in a lost one it fails.

    Args:
        worlds: the possible worlds: the variable ``worlds`` of a :class:`ConformantDomain`'s state.
        condition: asked of a copy of each world.
        threshold: 1 for all worlds.
    """
    chance = worlds.chance(lambda world: world is not LOST and bool(condition(world.state())))
    return chance >= threshold - ROUNDING


class ConformantDomain(Domain):
    """A domain lifted from states to sets of possible worlds; see this module's description.

    Args:
        domain: what is known of single worlds. Declare its operators and methods before.
        threshold: τ, the probability with which a plan must hold up.

    Raises:
        InputError: the threshold is not above 0.5 and at most 1 (below, a fact and its contrary could both be
            known).
    """

    def __init__(self, domain: Domain, threshold: float = 1.0) -> None:
        if not 0.5 < threshold <= 1:
            raise InputError(f"A conformant threshold must be above 0.5 and at most 1, not {threshold!r}.")
        super().__init__(f"conformant {domain.name}", domain.description)
        self.threshold = threshold
        for operator in domain.operators.values():
            self._lift_operator(operator)
        for task, methods in domain.methods.items():
            for method in methods:
                self.add_method(task, self._lifted_method(method, None), method.name)
        for variable, goal_methods in domain.goal_methods.items():
            for method in goal_methods:
                self.add_goal_method(variable, self._lifted_method(method, variable), method.name)
        for method in domain.multigoal_methods:
            if method is not ONE_AFTER_ANOTHER:
                self.add_multigoal_method(self._lifted_method(method, Multigoal), method.name)

    def state_of(self, worlds: Iterable[tuple[Mapping[Any, Any], float]]) -> State:
        """Makes a state from the possible worlds and their probabilities.

        Raises:
            InputError: the probabilities do not sum to 1, or a world has a variable ``worlds``.
        """
        weights: dict[World, float] = {}
        for facts, probability in worlds:
            world = World(facts)
            if hasattr(world.state(), WORLDS):
                raise InputError(f"A possible world has a variable {WORLDS!r}; call it something else.")
            weights[world] = weights.get(world, 0.0) + probability
        state = State()
        self._enter(state, Distribution(weights))
        return state

    def _enter(self, state: State, worlds: Distribution) -> None:
        """Writes the worlds, and the facts that most of them have in common, into a state."""
        chances: dict[Any, float] = {}
        for world, probability in worlds.items():
            for fact in () if world is LOST else world.facts:
                chances[fact] = chances.get(fact, 0.0) + probability
        known = dict(fact for fact, chance in chances.items() if self._suffices(chance))
        for variable in [name for name in state if name != WORLDS and name not in known]:
            del state[variable]
        for variable, value in known.items():
            if state.get(variable, ABSENT) != value:
                state[variable] = value
        state[WORLDS] = worlds

    def _suffices(self, chance: float) -> bool:
        return chance >= self.threshold - ROUNDING

    # -- operators ------------------------------------------------------------------------------------------

    def _lift_operator(self, operator: Operator) -> None:
        def act(state: State, *arguments: Any) -> bool:
            worlds = state[WORLDS].mapped(lambda world: _after(operator, world, arguments))
            if not self._suffices(1 - worlds.probability(LOST)):
                return False
            self._enter(state, worlds)
            return True

        act.__doc__ = operator.function.__doc__
        self.add_operator(
            act,
            operator.name,
            cost=_expected(operator, operator.cost),
            duration=_expected(operator, operator.duration),
            agent=operator.agent,
            resources=_largest(operator, operator.resources),
        )

    # -- methods --------------------------------------------------------------------------------------------

    def _lifted_method(self, method: Method, goal: Any) -> Callable[..., Iterator[list[Any]]]:
        """Makes a method that offers what it offers in most worlds, the likeliest world's favourites first.

        Args:
            method: the method for single worlds.
            goal: for goal methods their variable's name, for multigoal methods ``Multigoal``. Worlds in which
                the goal holds agree to everything.
        """

        def agreed(state: State, *arguments: Any) -> Iterator[list[Any]]:
            wanted = None if goal is None else _goal(goal, arguments)
            content, votes = 0.0, dict[tuple[Any, ...], float]()
            for world, probability in sorted(state[WORLDS].items(), key=lambda item: -item[1]):
                single = None if world is LOST else world.state()
                if single is not None and wanted is not None and wanted.holds_in(single):
                    content += probability
                elif single is not None:
                    for alternative in dict.fromkeys(_offers(method, single, arguments)):
                        votes[alternative] = votes.get(alternative, 0.0) + probability
            for alternative, chance in votes.items():
                if self._suffices(chance + content):
                    yield list(alternative)

        agreed.__doc__ = method.function.__doc__
        return agreed


def _after(operator: Operator, world: World | None, arguments: tuple[Any, ...]) -> World | None:
    """Gives the world after an action; a lost one where the action is not applicable."""
    if world is LOST:
        return LOST
    state = world.state()
    return LOST if operator.function(state, *arguments) is False else World(state)


def _measured(
    operator: Operator, measure: Callable[..., Any], state: State, arguments: tuple[Any, ...]
) -> list[tuple[Any, float]]:
    """Asks a cost, duration or need of each world in which the action is applicable; with probabilities."""
    return [
        (measure(world.state(), *arguments), probability)
        for world, probability in state[WORLDS].items()
        if world is not LOST and _after(operator, world, arguments) is not LOST
    ]


def _expected(operator: Operator, measure: Measure) -> Measure:
    """Makes the expected cost or duration of an action."""
    if not callable(measure):
        return measure

    def expected(state: State, *arguments: Any) -> float:
        parts = _measured(operator, measure, state, arguments)
        chance = math.fsum(probability for _, probability in parts)
        return math.fsum(value * probability for value, probability in parts) / (chance or 1.0)

    return expected


def _largest(operator: Operator, resources: Requirements) -> Requirements:
    """Makes the largest amount of each resource that an action needs in any world."""
    if not callable(resources):
        return resources

    def largest(state: State, *arguments: Any) -> dict[str, float]:
        needs = [held for held, _ in _measured(operator, resources, state, arguments)]
        names = dict.fromkeys(name for held in needs for name in held)
        return {name: max(held.get(name, 0.0) for held in needs) for name in names}

    return largest


def _offers(method: Method, state: State, arguments: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    offers = method.offers(method.function(state, *arguments))
    for alternative in islice(offers, MOST_ALTERNATIVES):
        if alternative is not None:
            yield tuple(alternative)


def _goal(kind: Any, arguments: tuple[Any, ...]) -> Goal | Multigoal:
    """Makes the goal that a goal method's arguments stand for."""
    if kind is Multigoal:
        multigoal: Multigoal = arguments[0]
        return multigoal
    *objects, value = arguments
    return Goal((kind, *objects) if objects else kind, value)
