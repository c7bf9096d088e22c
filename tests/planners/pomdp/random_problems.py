"""Random small problems, and their values by listing every policy there is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.planners.htn import Domain, HierarchicalPlanner, State
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.observation_model import Channel, ObservationModel
from planzoo.planners.pomdp.plan_values import Valuation
from planzoo.planners.pomdp.pomdp_planner import POMDPPlanner


class RandomProblem:
    """Hidden states with a treatment each; channels that tell of the state with random tables.

    Args:
        seed: seeds the numbers.
        states: how many.
        sensors: how many, of two or three outcomes.
    """

    def __init__(self, seed: int, states: int = 3, sensors: int = 2) -> None:
        random = np.random.default_rng(seed)
        self.worth = random.uniform(-20, 100, (states, states)).round(1)
        self.fees = random.uniform(0, 10, states).round(1)
        self.costs = random.uniform(0, 12, sensors).round(1)
        self.tables = [random.dirichlet(np.ones(2 + (seed + k) % 2), states) for k in range(sensors)]
        self.belief = BeliefState.from_weights(
            ({"hidden": k, "treated": None}, weight)
            for k, weight in enumerate(random.uniform(0.1, 1, states))
        )

    def planner(self, repeatable: bool = True) -> POMDPPlanner:
        """The planner; treatment k is what the base planner gives in state k."""
        channels = {
            f"sensor_{number}": Channel({k: dict(enumerate(row)) for k, row in enumerate(table)}, "hidden")
            for number, table in enumerate(self.tables)
        }
        costs = {f"sensor_{number}": cost for number, cost in enumerate(self.costs.tolist())}
        model = ObservationModel(channels=channels, costs=costs, repeatable=repeatable)
        return POMDPPlanner(
            HierarchicalPlanner(self._domain()), model, valuation=Valuation(worth=self._worth)
        )

    def _domain(self) -> Domain:
        domain = Domain("treatments")

        @domain.operator(cost=lambda _, treatment: float(self.fees[treatment]))
        def treat(state: State, treatment: int) -> None:
            state.treated = treatment

        @domain.method("cure")
        def cure(state: State) -> Iterator[Any]:
            yield [("treat", state.hidden)]

        return domain

    def _worth(self, state: State) -> float:
        return 0.0 if state.treated is None else float(self.worth[state.hidden, state.treated])

    # -- every policy, as its expected utility in each state ------------------------------------------------

    def policies(self, depth: int, open_sensors: tuple[int, ...] | None = None) -> list[NDArray[np.float64]]:
        """Lists all decision trees of a depth; with ``open_sensors``, each is used once on a way at most."""
        found = [np.zeros(len(self.worth))]
        found += [self.worth[:, k] - self.fees[k] for k in range(len(self.worth))]
        sensors = range(len(self.tables)) if open_sensors is None else open_sensors
        for sensor in sensors if depth else ():
            rest = None if open_sensors is None else tuple(k for k in open_sensors if k != sensor)
            below = self.policies(depth - 1, rest)
            table = self.tables[sensor]
            for choice in product(below, repeat=table.shape[1]):
                utility = sum(table[:, outcome] * after for outcome, after in enumerate(choice))
                found.append(utility - self.costs[sensor])
        return found

    def best(self, depth: int, repeatable: bool = True) -> float:
        """The value of the best of all decision trees."""
        sensors = None if repeatable else tuple(range(len(self.tables)))
        return float(max(self.belief.probabilities @ vector for vector in self.policies(depth, sensors)))
