"""Doctors whose money comes from a resource wrapper: the contingent planner, with it as its budget."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.resources.rules import ResourceRules
from planzoo.planners.domains.diagnosis_contingent import ContingentPolicy
from planzoo.planners.domains.observed_resources import ObservedResource
from planzoo.planners.policy import Mask, Observation


class ThriftyPolicy(ContingentPolicy):
    """Plans as if the scenario itself had a budget of what the wrapper grants.

    Args:
        model: the scenario's tables; its params have no budget of their own.
        resources: what the wrapper enforces: one resource, of which each test takes what it costs.
        expansions: nodes for each search; None for no bound.
        seed: unused, as the plan is deterministic.

    Raises:
        InputError: the rules are of another kind, or grant less than the cheapest test costs.
    """

    def __init__(
        self,
        model: DiagnosisModel,
        resources: ResourceRules,
        expansions: int | None = None,
        seed: int | None = None,
    ) -> None:
        granted = resources.resources[0].initial_amount
        bounded = DiagnosisModel(model.params.changed(budget=granted))
        super().__init__(bounded, expansions=expansions, seed=seed)
        self.money = ObservedResource(resources, self.agent_observation_size)
        self.granted = granted
        self.agent_observation_size = self.money.row_size
        self.observation_size = self.money.row_size * len(self.agents)

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Writes what is left of the money where the scenario shows its own budget, and decides."""
        rows = self.money.plain(observations).copy()
        shares = [self.money.left(row) / self.granted for row in observations]
        rows[:, self.model.layout.budget] = np.array(shares, dtype=np.float32)[:, np.newaxis]
        return super().decide_team(rows, memory, masks, deterministic)
