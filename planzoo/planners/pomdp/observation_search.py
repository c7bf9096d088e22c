"""The best way to look and then act: an exact search over what may be seen.

Nodes are what has been seen so far. As observations are independent given the state, their order does not
matter, so that each collection of observations is solved once. Each node is the better of stopping, with the
best plan for the belief, and of the observations with their branches; an observation is left out where even
knowing the state for its cost would not beat the best found so far.

Sources: Kaelbling, Littman and Cassandra, "Planning and acting in partially observable stochastic domains",
Artificial Intelligence 101, 1998, section 3, for the recursion over beliefs; Howard, "Information value
theory", IEEE Transactions on Systems Science and Cybernetics 2, 1966, for the value of perfect information.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.observation_model import ObservationAction, ObservationModel
from planzoo.planners.pomdp.plan_values import PlanTable

Seen = tuple[tuple[int, int], ...]
"""(variable, outcome) of each observation made, sorted."""
STOP = -1
"""Stands for making no more observations."""
VALUE_TOLERANCE = 1e-12
"""An observation must be better than stopping by more than this, in units of utility, to be made."""


class Choice(NamedTuple):
    """What to do at a node."""

    variable: int
    """The number of the variable to look at, or ``STOP``."""
    value: float
    """Expected utility from here on, times the probability of coming here."""


class Reading(NamedTuple):
    """An observation with the likelihoods of what can be seen."""

    action: ObservationAction
    labels: tuple[str, ...]
    likelihoods: NDArray[np.float64]
    """P(outcome | state), (outcomes, K)."""


def readings(model: ObservationModel, variables: Sequence[Any], states: Sequence[Any]) -> list[Reading]:
    """Tabulates what can be seen of some variables in K states.

    Raises:
        InputError: the model does not know a variable, or a state lacks it.
    """
    found = []
    for variable in variables:
        outcomes = model.outcomes(variable, states)
        rows = [model.distribution(variable, state) for state in states]
        likelihoods = np.array([[row.get(outcome, 0.0) for row in rows] for outcome in outcomes.values()])
        found.append(Reading(model.action(variable), tuple(outcomes), likelihoods))
    return found


class ObservationSearch:
    """Searches over observations up to a depth.

    Args:
        belief: the belief before any of them.
        table: what plans are worth in its states.
        observations: what can be looked at, of the same states.
        repeatable: whether a variable may be looked at again.

    Attributes:
        expansions: nodes solved.
    """

    def __init__(
        self, belief: BeliefState, table: PlanTable, observations: Sequence[Reading], repeatable: bool = True
    ) -> None:
        self.prior = belief.probabilities
        self.table = table
        self.observations = tuple(observations)
        self.repeatable = repeatable
        self._perfect = table.utilities.max(axis=0)
        self._choices: dict[tuple[Seen, int], Choice] = {}

    @property
    def expansions(self) -> int:
        """Nodes solved so far."""
        return len(self._choices)

    def weights(self, seen: Seen) -> NDArray[np.float64]:
        """Gives P(state, observations) of every state, (K,)."""
        weights = self.prior
        for number, outcome in seen:
            weights = weights * self.observations[number].likelihoods[outcome]
        return weights

    def solve(self, seen: Seen, depth: int) -> Choice:
        """Finds the best choice when so many more observations may be made one after another."""
        key = seen, depth
        if key not in self._choices:
            self._choices[key] = self._best(seen, depth)
        return self._choices[key]

    def _best(self, seen: Seen, depth: int) -> Choice:
        weights = self.weights(seen)
        mass = float(weights.sum())
        best = Choice(STOP, self.table.best(weights)[1])
        bound = float(self._perfect @ weights)
        for number in self._open(seen) if depth > 0 else ():
            cost = self.observations[number].action.cost * mass
            least = best.value + VALUE_TOLERANCE * mass
            if bound - cost <= least:
                continue
            value = sum(self.solve(after, depth - 1).value for _, after in self.after(seen, number)) - cost
            if value > least:
                best = Choice(number, value)
        return best

    def _open(self, seen: Seen) -> Iterator[int]:
        done = set() if self.repeatable else {number for number, _ in seen}
        return (number for number in range(len(self.observations)) if number not in done)

    def after(self, seen: Seen, number: int) -> list[tuple[str, Seen]]:
        """Gives the name of each possible outcome of an observation, with what is seen then."""
        chances = self.observations[number].likelihoods @ self.weights(seen)
        labels = self.observations[number].labels
        return [
            (labels[outcome], tuple(sorted((*seen, (number, outcome)))))
            for outcome in np.flatnonzero(chances > 0).tolist()
        ]
