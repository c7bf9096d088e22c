"""Worlds in which things go wrong while somebody acts."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.envs.disturbances.mishaps import Mishaps
from planzoo.envs.disturbances.rules import DisturbanceRules

B, N, A = 4, 3, 5
ALL = np.ones((B, N, A), dtype=np.bool_)
NOTHING = -1


def played(
    rules: DisturbanceRules, steps: int = 50, policy: int = 0, masks: Any = ALL, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, Mishaps]:
    """Bits of what struck and what became of actions, int64 (T, B, N) each."""
    mishaps = Mishaps(rules, B, N, A)
    mishaps.begin(range(B), range(seed, seed + B))
    random = np.random.default_rng(policy)
    bits, done = [], []
    for _ in range(steps):
        actions = random.integers(A, size=(B, N))
        mishaps.strike(actions, masks, NOTHING)
        bits.append(mishaps.struck.copy())
        done.append(actions)
    return np.array(bits), np.array(done), mishaps
