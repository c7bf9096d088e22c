"""What single observations are worth before acting by the plans of a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from planzoo.planners.pomdp.belief import BeliefState, entropy_bits
from planzoo.planners.pomdp.observation_search import Reading
from planzoo.planners.pomdp.plan_values import PlanTable

ROUNDING = 1e-12
"""Values no larger than this are rounding errors of zero."""
Criterion = Literal["voi_per_cost", "entropy", "goal"]
"""What makes an observation the best: its value by its cost, the bits that it tells of the state, or how much
more probable it makes reaching the goal."""


@dataclass(frozen=True)
class ObservationValue:
    """What one observation is worth before acting.

    Attributes:
        variable: what is looked at.
        utility: value of information: expected utility with it, free of charge, minus that without; never
            negative.
        cost: of looking once.
        bits: mutual information of what is seen and the state.
        goal: how much more probable it makes reaching the goal, with plans chosen for that alone.
    """

    variable: Any
    utility: float
    cost: float
    bits: float
    goal: float

    @property
    def net(self) -> float:
        """Value minus cost: above 0, the observation is worth making."""
        return self.utility - self.cost

    def rank(self, criterion: Criterion) -> tuple[float, float]:
        """Gives how good the observation is by a criterion, 0 if not worth making; then what breaks ties."""
        if criterion == "entropy":
            return self.bits, 0.0
        if criterion == "goal":
            return self.goal, 0.0
        if self.net <= ROUNDING:
            return 0.0, 0.0
        return (self.utility / self.cost if self.cost > 0 else math.inf), self.utility


def observation_value(belief: BeliefState, table: PlanTable, reading: Reading) -> ObservationValue:
    """Values an observation as the only one before acting.

    Args:
        belief: over the K states of the table.
        table: what plans are worth.
        reading: what can be seen in these states.
    """
    return ObservationValue(
        variable=reading.action.variable,
        utility=_gain(table.utilities, belief, reading),
        cost=reading.action.cost,
        bits=mutual_information(belief, reading),
        goal=_gain(table.achieved.astype(np.float64), belief, reading),
    )


def mutual_information(belief: BeliefState, reading: Reading) -> float:
    """Computes how many bits an observation is expected to tell of the state."""
    joint = reading.likelihoods * belief.probabilities
    information = belief.entropy() + entropy_bits(joint.sum(axis=1)) - entropy_bits(joint)
    return information if information > ROUNDING else 0.0


def _gain(values: NDArray[np.float64], belief: BeliefState, reading: Reading) -> float:
    """Computes how much more the best plan is worth when it is chosen after the observation."""
    joint = reading.likelihoods * belief.probabilities
    after = float((joint @ values.T).max(axis=1).sum())
    gain = after - float((values @ belief.probabilities).max())
    return gain if gain > ROUNDING else 0.0
