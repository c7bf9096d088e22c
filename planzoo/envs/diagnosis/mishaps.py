"""What a disturbance from outside does to a clinic: results that are lost."""

from __future__ import annotations

import numpy as np

from planzoo.envs.diagnosis.state import NOT_PENDING, State


def lose_a_result(state: State, world: int, random: np.random.Generator) -> None:
    """Loses a result that is in work; the test can be asked for again, and is paid for again."""
    pending = np.argwhere(state.arrival[world] != NOT_PENDING)
    if len(pending):
        patient, test = random.choice(pending)
        state.arrival[world, patient, test] = NOT_PENDING
        state.ordered[world, patient, test] -= 1
