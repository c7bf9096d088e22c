"""What is left of a wrapper's resource, read off an observation."""

from __future__ import annotations

import numpy as np

from planzoo.envs.resources.rules import ResourceRules
from planzoo.errors import InputError
from planzoo.planners.policy import Observation


class ObservedResource:
    """Reads one resource off the rows that a resource wrapper shows.

    Args:
        rules: what the wrapper enforces; one resource, shown in observations.
        plain_size: D, the length of one agent's observation without it.

    Attributes:
        name: of the resource.
        price: the most that one action takes of it.
        row_size: the length of one agent's observation with it.

    Raises:
        InputError: the rules have another number of resources, are not shown, or have no table of uses.
    """

    def __init__(self, rules: ResourceRules, plain_size: int) -> None:
        if len(rules.resources) != 1 or not rules.observed or callable(rules.uses):
            raise InputError(
                "This planner reads one resource, whose uses stand in a table and which observations show; "
                f"the rules have {[resource.name for resource in rules.resources]}."
            )
        self.rules = rules
        self.name = rules.resources[0].name
        self.plain_size = plain_size
        self.row_size = plain_size + rules.columns
        self.price = max((need.amount for needs in rules.uses.values() for need in needs), default=0.0)

    def plain(self, rows: Observation) -> Observation:
        """Gives rows, float32 (…, D + R), without what the wrapper has added."""
        return rows[..., : self.plain_size]

    def left(self, row: Observation) -> float:
        """Gives how much is left, from one agent's row, float32 (D + R,)."""
        return float(self.rules.levels_of(row)[0])

    def uses_left(self, row: Observation) -> float:
        """Gives how many actions of the dearest kind what is left pays for; infinite where they are free."""
        return self.left(row) / self.price if self.price else np.inf
