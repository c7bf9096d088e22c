"""How well a team coordinates, as one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.state import COMPLETED, PROPOSED, Constants, State

COMPLETED_SHARE, ACCEPTED_SHARE, EARLY_SHARE = 0.5, 0.3, 0.2
"""What each part of the score counts."""


def coordination_scores(constants: Constants, state: State, worlds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Gives the coordination score of some worlds, in [0, 1]; 0 where nothing was proposed.

    Half of it is the share of proposed plans that were completed, three tenths the share of answers that
    accepted, and two tenths the mean share of their time that completed plans had left, counted from their
    start.

    Args:
        constants: of the simulator.
        state: of the simulator.
        worlds: int64 (n,).

    Returns:
        float64 (n,).
    """
    counts = state.type_counts[worlds]
    proposed, completed = counts[:, :, PROPOSED].sum(axis=1), counts[:, :, COMPLETED].sum(axis=1)
    performance = state.performance[worlds]
    accepted, rejected = performance.accepted.sum(axis=1), performance.rejected.sum(axis=1)
    spent = (state.type_steps[worlds] / constants.plan_steps).sum(axis=1)
    score = COMPLETED_SHARE * completed / np.maximum(1, proposed)
    score += ACCEPTED_SHARE * accepted / np.maximum(1, accepted + rejected)
    score += EARLY_SHARE * (completed - spent) / np.maximum(1, completed)
    return np.asarray(np.where(proposed > 0, score, 0.0), dtype=np.float64)
