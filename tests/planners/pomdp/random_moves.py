"""Random small worlds of positions, and the cheapest blind plans by listing all sequences of actions."""

from __future__ import annotations

from itertools import product

import numpy as np

from planzoo.planners.htn import Domain, State
from planzoo.planners.pomdp.belief import BeliefState


class RandomMoves:
    """Actions that lead from each of some positions to another, or are not applicable there.

    Args:
        seed: seeds the tables.
    """

    def __init__(self, seed: int, positions: int = 4, actions: int = 3) -> None:
        random = np.random.default_rng(seed)
        self.tables = random.integers(0, positions, (actions, positions))
        self.tables[random.random((actions, positions)) < 0.15] = -1
        self.costs = random.integers(1, 5, actions).astype(float)
        self.belief = BeliefState.from_weights(
            ({"at": at}, weight) for at, weight in enumerate(random.integers(1, 6, positions).tolist())
        )

    def domain(self) -> Domain:
        """The domain of the operators ``act_0``, ``act_1`` and so on."""
        domain = Domain("moves")
        for number in range(len(self.tables)):

            def act(state: State, number: int = number) -> bool:
                after = int(self.tables[number, state.at])
                if after < 0:
                    return False
                state.at = after
                return True

            domain.add_operator(act, f"act_{number}", cost=float(self.costs[number]))
        return domain

    def cheapest(self, goal: int, threshold: float, longest: int) -> float:
        """The least cost of a sequence that is at the goal with this probability; infinity without one."""
        best = np.inf
        for length in range(longest + 1):
            for sequence in product(range(len(self.tables)), repeat=length):
                if self.chance(sequence, goal) >= threshold - 1e-9:
                    best = min(best, float(self.costs[list(sequence)].sum()))
        return best

    def chance(self, sequence: tuple[int, ...], goal: int) -> float:
        """The probability of executing a sequence wholly and being at the goal then."""
        total = 0.0
        for state, probability in self.belief.items():
            at = state["at"]
            for action in sequence:
                at = int(self.tables[action, at]) if at >= 0 else -1
            total += probability * (at == goal)
        return total
