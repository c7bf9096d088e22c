"""How planners see a scenario: never through its adapters, only through these protocols."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@runtime_checkable
class GenerativeModel(Protocol):
    """Samples what may happen: all that simulation-based planners need.

    Source of the vocabulary: POMDPs.jl (Egorov et al., JMLR 2017).
    """

    discount: float

    def initial_belief(self, random: np.random.Generator) -> Any:
        """Samples a state from the belief that an episode begins with."""

    def actions(self, state: Any) -> list[int]:
        """Gives the actions that are allowed in a state."""

    def sample_transition(
        self, state: Any, action: Any, random: np.random.Generator
    ) -> tuple[Any, NDArray[np.float32], float, bool]:
        """Samples next state, observation, reward and whether the episode ended."""


@runtime_checkable
class ExplicitModel(Protocol):
    """Gives a finite problem as arrays. S = states, A = actions, O = observations."""

    discount: float
    initial_distribution: NDArray[np.float64]
    """float64 (S,)."""
    transition_probabilities: NDArray[np.float64]
    """float64 (A, S, S)."""
    observation_probabilities: NDArray[np.float64]
    """float64 (A, S, O), of what is observed on arrival."""
    expected_rewards: NDArray[np.float64]
    """float64 (A, S)."""
