"""Beliefs: probability distributions over what cannot be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planzoo.errors import InputError

ObservationType = TypeVar("ObservationType")


def entropy_bits(probabilities: ArrayLike) -> float:
    """Computes the Shannon entropy of a distribution in bits."""
    positive = np.asarray(probabilities, dtype=np.float64)
    positive = positive[positive > 0]
    return max(0.0, float(-(positive * np.log2(positive)).sum()))


@dataclass(frozen=True, eq=False)
class BeliefState:
    """A probability distribution over named states.

    Attributes:
        states: names of the K states.
        probabilities: float64 (K,), sums to 1.

    Raises:
        InputError: the lengths differ, or the numbers are not a probability distribution.
    """

    states: tuple[str, ...]
    probabilities: NDArray[np.float64]

    def __post_init__(self) -> None:
        probabilities = np.array(self.probabilities, dtype=np.float64)
        if probabilities.shape != (len(self.states),):
            raise InputError(
                f"{len(self.states)} states need as many probabilities, not {probabilities.shape}."
            )
        if not ((probabilities >= 0).all() and abs(probabilities.sum() - 1) <= 1e-6):
            raise InputError(f"A belief needs probabilities that sum to 1, not {probabilities.sum():.6g}.")
        probabilities.setflags(write=False)
        object.__setattr__(self, "probabilities", probabilities)

    def update(
        self,
        observation: ObservationType,
        observation_model: Callable[[ObservationType], ArrayLike],
    ) -> BeliefState:
        """Gives the belief after an observation, by Bayes' rule.

        Args:
            observation: what was seen.
            observation_model: gives P(observation | state) for every state, (K,).

        Returns:
            The posterior; the belief itself when no state can produce the observation, which then tells
            nothing.
        """
        weights = self.probabilities * np.asarray(observation_model(observation), dtype=np.float64)
        total = weights.sum()
        return BeliefState(self.states, weights / total) if total > 0 else self

    def entropy(self) -> float:
        """Computes the Shannon entropy in bits: 0 when certain."""
        return entropy_bits(self.probabilities)

    def most_likely_state(self) -> str:
        """Gives the state of the highest probability, the first of equals."""
        return self.states[int(self.probabilities.argmax())]

    def probability(self, state: str) -> float:
        """Gives the probability of a state; 0 for one that the belief does not know."""
        return float(self.probabilities[self.states.index(state)]) if state in self.states else 0.0

    def words(self, count: int = 3) -> str:
        """Names the most likely states with their probabilities, at most ``count`` of them."""
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return ", ".join(f"{self.states[k]} {self.probabilities[k]:.1%}" for k in order)
