"""What a team goes by when observations get lost on the way: what was seen last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planzoo.planners.policy import Mask, Observation


@dataclass
class Sight:
    """The last observations of a team in an episode.

    Attributes:
        seen: float32 (N, D), the last rows that were not lost; None before the first.
    """

    seen: Observation | None = None

    def complete(self, observations: Observation, masks: Mask | None) -> Observation:
        """Puts the last observation in the place of one that is lost: all zeros, while there is a choice.

        Args:
            observations: float32 (N, D).
            masks: bool (N, A), True = allowed, or None: then everybody has a choice.

        Returns:
            float32 (N, D); rows that are lost before anything was seen stay all zeros.
        """
        if self.seen is not None:
            lost = np.count_nonzero(observations, axis=1) == 0
            if masks is not None:
                lost &= np.count_nonzero(masks, axis=1) > 1
            observations = np.where(lost[:, None], self.seen, observations)
        self.seen = observations
        return observations
