"""Beliefs: probability distributions over what cannot be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planzoo.errors import InputError
from planzoo.planners.pomdp.frozen_state import frozen, label, value_of

Impossible = Literal["ignore", "raise"]
"""What an observation does that no possible state can produce: it tells nothing, or is an error."""


@runtime_checkable
class LikelihoodModel(Protocol):
    """What an :class:`~planzoo.planners.pomdp.observation_model.ObservationModel` offers to beliefs."""

    def likelihood(self, observation: Any, variable: Any, state: Any) -> float:
        """P(this value is observed of the variable | state)."""


LikelihoodVector = Callable[[Any], ArrayLike]
"""Gives, for an observation, P(observation | state) of all states in the belief's order, (K,)."""


def entropy_bits(probabilities: ArrayLike) -> float:
    """Computes the Shannon entropy of a distribution in bits."""
    positive = np.asarray(probabilities, dtype=np.float64)
    positive = positive[positive > 0]
    return max(0.0, float(-(positive * np.log2(positive)).sum()))


@dataclass(frozen=True, eq=False)
class BeliefState:
    """A probability distribution over states.

    A state is a string, a mapping of variables to values, or any other hashable value. Mappings are kept as
    :class:`~planzoo.planners.pomdp.frozen_state.FrozenState`, which equals the mapping that was given.

    Attributes:
        states: the K states, kept as a tuple.
        probabilities: float64 (K,), sums to 1.

    Raises:
        InputError: the lengths differ, a state stands twice, or the numbers are not a probability
            distribution.
    """

    states: Sequence[Any]
    probabilities: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(map(frozen, self.states)))
        probabilities = np.array(self.probabilities, dtype=np.float64)
        if probabilities.shape != (len(self.states),):
            raise InputError(
                f"{len(self.states)} states need as many probabilities, not {probabilities.shape}."
            )
        if not ((probabilities >= 0).all() and abs(probabilities.sum() - 1) <= 1e-6):
            raise InputError(f"A belief needs probabilities that sum to 1, not {probabilities.sum():.6g}.")
        if len(self._positions) != len(self.states):
            raise InputError("A belief names a state twice; BeliefState.from_weights adds such up.")
        probabilities.setflags(write=False)
        object.__setattr__(self, "probabilities", probabilities)

    @cached_property
    def _positions(self) -> dict[Any, int]:
        return {state: position for position, state in enumerate(self.states)}

    @classmethod
    def from_weights(cls, weights: Mapping[Any, float] | Iterable[tuple[Any, float]]) -> BeliefState:
        """Makes a belief from weights in any common unit; equal states become one, weights of 0 are dropped.

        Args:
            weights: the weight of each state, or (state, weight) pairs.

        Raises:
            InputError: a weight is negative or not finite, or there is none above 0.
        """
        summed: dict[Any, float] = {}
        for state, weight in weights.items() if isinstance(weights, Mapping) else weights:
            if not 0 <= weight < np.inf:
                raise InputError(f"The weight of {label(state)} is {weight!r}; it must be at least 0.")
            if weight > 0:
                state = frozen(state)
                summed[state] = summed.get(state, 0.0) + float(weight)
        if not summed:
            raise InputError("A belief needs a state with a weight above 0; give one.")
        numbers = np.array(list(summed.values()))
        shares = numbers / numbers.max()  # so that neither huge nor tiny weights overflow
        return cls(tuple(summed), shares / shares.sum())

    @classmethod
    def uniform(cls, states: Iterable[Any]) -> BeliefState:
        """Makes the belief that holds all of these states for equally likely.

        Raises:
            InputError: there is no state.
        """
        return cls.from_weights((state, 1.0) for state in states)

    # -- how it changes -------------------------------------------------------------------------------------

    def update(
        self,
        observation: Any,
        observation_model: LikelihoodModel | LikelihoodVector,
        impossible: Impossible = "ignore",
    ) -> BeliefState:
        """Gives the belief after an observation, by Bayes' rule.

        With an observation model, states that have become impossible are dropped. A function that gives a
        vector counts on the states' positions, so that with it all of them are kept.

        Args:
            observation: ``{variable: value, …}`` for an observation model, the values being independent given
                the state; whatever the function takes otherwise.
            observation_model: an observation model, or a function that gives P(observation | state) for every
                state, (K,).
            impossible: what to do when no possible state can produce the observation: "ignore" gives this
                very belief back (``after is before`` tells so, and :meth:`chance` is 0 exactly then).

        Raises:
            InputError: the observation is impossible and that is to be raised, or the likelihoods are no
                finite numbers of at least 0, one a state.
        """
        if impossible not in ("ignore", "raise"):
            raise InputError(f"impossible={impossible!r} must be 'ignore' or 'raise'.")
        likelihood = self.likelihood(observation, observation_model)
        weights = self.probabilities * (likelihood / (likelihood.max(initial=0.0) or 1.0))
        total = weights.sum()
        if not total > 0:
            if impossible == "raise":
                raise InputError(f"No possible state can produce the observation {observation!r}.")
            return self
        after = BeliefState(self.states, weights / total)
        return after.sparse() if isinstance(observation_model, LikelihoodModel) else after

    def likelihood(
        self, observation: Any, observation_model: LikelihoodModel | LikelihoodVector
    ) -> NDArray[np.float64]:
        """Gives P(observation | state) for every state, (K,); the arguments are those of :meth:`update`.

        Raises:
            InputError: they are no finite numbers of at least 0, one a state.
        """
        if isinstance(observation_model, LikelihoodModel):
            return observation_likelihood(observation, observation_model, self.states)
        return checked_likelihood(observation_model(observation), len(self.states))

    def chance(self, observation: Any, observation_model: LikelihoodModel | LikelihoodVector) -> float:
        """Gives the probability of an observation; the arguments are those of :meth:`update`."""
        return float(self.probabilities @ self.likelihood(observation, observation_model))

    def sparse(self) -> BeliefState:
        """Gives the same belief without the states of probability 0."""
        positive = self.probabilities > 0
        if positive.all():
            return self
        states = tuple(state for state, kept in zip(self.states, positive, strict=True) if kept)
        return BeliefState(states, self.probabilities[positive])

    def mapped(self, function: Callable[[Any], Any]) -> BeliefState:
        """Gives the belief about ``function(state)``; states with the same image become one."""
        return BeliefState.from_weights((function(state), number) for state, number in self.items())

    def marginal(self, variable: Any) -> BeliefState:
        """Gives the belief about one variable of states that are mappings: its states are the values.

        Raises:
            InputError: a state has no such variable.
        """
        return self.mapped(lambda state: value_of(state, variable))

    # -- what is believed -----------------------------------------------------------------------------------

    def items(self) -> Iterator[tuple[Any, float]]:
        """Gives each state with its probability."""
        return zip(self.states, self.probabilities.tolist(), strict=True)

    def entropy(self) -> float:
        """Computes the Shannon entropy in bits: 0 when certain."""
        return entropy_bits(self.probabilities)

    def most_likely_state(self) -> Any:
        """Gives the state of the highest probability, the first of equals."""
        return self.states[int(self.probabilities.argmax())]

    def probability(self, state: Any) -> float:
        """Gives the probability of a state; 0 for one that the belief does not know."""
        position = self._positions.get(frozen(state))
        return 0.0 if position is None else float(self.probabilities[position])

    def to_dict(self) -> dict[str, float]:
        """Gives the probabilities by the states' names, as plain data."""
        named = {label(state): number for state, number in self.items()}
        return named if len(named) == len(self.states) else {repr(key): part for key, part in self.items()}

    def words(self, count: int = 3) -> str:
        """Names the most likely states with their probabilities, at most ``count`` of them."""
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return ", ".join(f"{label(self.states[k])} {self.probabilities[k]:.1%}" for k in order)


def observation_likelihood(
    observation: Any, model: LikelihoodModel, states: Sequence[Any]
) -> NDArray[np.float64]:
    """Gives P(observation | state) of some states, (K,); its values are independent given the state.

    Args:
        observation: ``{variable: value, …}``; an empty one tells nothing.
        model: the observation model.
        states: K states.

    Raises:
        InputError: the observation is no mapping, or the model does not know a variable.
    """
    if not isinstance(observation, Mapping):
        raise InputError(f"An observation is a mapping {{variable: value}}, not {observation!r}.")
    product = np.ones(len(states))
    for variable, value in observation.items():
        product *= [model.likelihood(value, variable, state) for state in states]
    return checked_likelihood(product, len(states))


def checked_likelihood(likelihood: ArrayLike, count: int) -> NDArray[np.float64]:
    """Gives likelihoods as float64 (count,).

    Raises:
        InputError: they are no finite numbers of at least 0, or not as many.
    """
    numbers = np.asarray(likelihood, dtype=np.float64)
    if numbers.shape != (count,) or not ((numbers >= 0) & (numbers < np.inf)).all():
        raise InputError(f"Likelihoods must be {count} finite numbers of at least 0, not {likelihood!r}.")
    return numbers
