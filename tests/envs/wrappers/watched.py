"""A policy that tells monitors what they are told to hear."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.envs.wrappers.replanning_ledger import Monitoring


def told(
    *triggers: int, divergence: float = 0.5, kept: float = 0.25, seconds: float = 2.0, searched: bool = True
) -> Monitoring:
    """What is told of one world: the number of a trigger for each agent."""
    numbers = np.array(triggers, dtype=np.int64)
    return Monitoring(
        divergence=np.full(len(numbers), divergence, dtype=np.float32),
        triggers=numbers,
        replanned=(numbers > 0) & searched,
        kept=np.where(numbers > 0, kept, 1.0).astype(np.float32),
        seconds=seconds,
        expected=tuple({"at": agent} for agent in range(len(numbers))),
    )


class Teller:
    """Tells what stands in ``last_monitorings``, which a test writes."""

    def __init__(self, *monitorings: Any) -> None:
        self.last_monitorings = list(monitorings)
