"""Steps of ledgers whose environment allows everything."""

from __future__ import annotations

import numpy as np

from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_ledger import ResourceLedger


def one_world(rules: ResourceRules, actions: int = 2) -> ResourceLedger:
    return ResourceLedger(rules, 1, 1, actions)


def step(ledger: ResourceLedger, *actions: int) -> list[int]:
    """Plays actions that the environment allows."""
    carried = np.array([actions], dtype=np.int64)
    masks = np.ones((1, len(actions), ledger.num_actions), dtype=bool)
    resting, inactive = np.zeros(1, dtype=bool), np.zeros((1, len(actions)), dtype=bool)
    ledger.take(carried, masks, inactive, resting)
    ledger.settle(resting, False)
    return carried[0].tolist()
