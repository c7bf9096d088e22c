"""Level-based foraging (Papoudakis et al. 2021), in Python: another game, measured as an anchor of speed."""

from __future__ import annotations

import numpy as np

from peers import Peer, Steps

ROBOTS = 2


def peer() -> Peer:
    """Describes two players on 8 × 8 cells."""
    return Peer("lbforaging", "lbforaging==2.0.0", steps, "another game: 8 × 8 cells, 2 players")


def steps() -> Steps:
    """Steps one field."""
    import gymnasium
    import lbforaging  # noqa: F401, registers its environments

    env = gymnasium.make("Foraging-8x8-2p-1f-v3")
    env.reset(seed=0)
    actions = np.random.default_rng(0).integers(6, size=(50, ROBOTS)).tolist()

    def run() -> int:
        for action in actions:
            _, _, done, truncated, _ = env.step(action)
            if done or truncated:
                env.reset()
        return len(actions)

    return run
