"""The policy that every other one should beat."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.planners.policy import Explanation, Mask, Observation, Policy


class RandomPolicy(Policy):
    """Chooses uniformly among the allowed actions; it is random even when asked to be deterministic.

    Args:
        observation_size: D, the length of one observation vector.
        action_counts: numbers of actions: one for a ``Discrete`` space, one a dimension for
            ``MultiDiscrete``.
        seed: seeds the choices.
    """

    def __init__(
        self, observation_size: int, action_counts: tuple[int, ...], seed: int | None = None
    ) -> None:
        super().__init__(observation_size, seed)
        self.action_counts = tuple(action_counts)

    def begin(self) -> None:
        """Needs no memory."""

    def decide(self, observation: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> Any:
        """Draws an int, or int64 (dimensions,) for several, whose parts of the mask stand in a row."""
        ends = np.cumsum(self.action_counts)[:-1]
        allowed = np.ones(sum(self.action_counts), dtype=bool) if mask is None else mask
        actions = [self._draw(part) for part in np.split(allowed, ends)]
        return actions[0] if len(actions) == 1 else np.array(actions, dtype=np.int64)

    def _draw(self, allowed: Mask) -> int:
        choices = np.flatnonzero(allowed) if allowed.any() else np.arange(len(allowed))
        return int(choices[self.random.integers(len(choices))])

    def explain(self) -> Explanation:
        """Says that chance decided."""
        return Explanation(
            "Drawn uniformly from the allowed actions.", {"action_counts": list(self.action_counts)}
        )
