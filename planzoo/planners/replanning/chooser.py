"""A strategy that learns by what repairing and planning anew have cost which of the two to use when.

Source: Auer, Cesa-Bianchi and Fischer, Finite-time analysis of the multiarmed bandit problem (2002): UCB1,
here for losses, with the range of the losses seen as their scale, and one bandit for each size of deviation.
Fox, Gerevini, Long and Serina, Plan stability (2006), show that which of the two is better depends on that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from planzoo.errors import InputError
from planzoo.planners.htn.acting.lazy_lookahead import Answer, Deviation, Recovery, repair, replan
from planzoo.planners.replanning.foresight import changed_variables
from planzoo.planners.status import Status

WAYS: dict[str, Recovery] = {"repair": repair, "full": replan}
"""What is chosen from; of two of which nothing is known the first one is tried first."""

Size = tuple[int, int]
"""How large a deviation is: the steps left of the plan and the facts that differ, both in powers of two."""


@dataclass
class Losses:
    """What one way has cost so far, after deviations of one size.

    Attributes:
        count: how often it was chosen.
        mean: of its losses.
        least: the smallest one.
        most: the largest one.
    """

    count: int = 0
    mean: float = 0.0
    least: float = math.inf
    most: float = -math.inf

    def add(self, loss: float) -> None:
        """Takes note of another loss."""
        self.count += 1
        self.mean += (loss - self.mean) / self.count
        self.least, self.most = min(self.least, loss), max(self.most, loss)


@dataclass(frozen=True)
class CostAwareChooser:
    """Chooses between repairing a plan and planning anew.

    The loss of a choice is what the search took, at the price of an expansion, and what the new rest of the
    plan costs more than the old one. After each deviation that way is chosen whose mean loss could be the
    smallest, given how seldom it was tried: no random numbers, no clock.

    Attributes:
        price: what an expansion costs, in the unit of the plans' costs.
        failure: the loss of a search that ends without a plan and without a proof that there is none, as a
            multiple of what the rest of the plan costs.
        curiosity: how much a way that was seldom tried is favoured; 0 chooses by the means alone.
        losses: what is learnt: the ways' losses by the size of the deviation.

    Raises:
        InputError: a number is negative or not finite.
    """

    price: float = 0.01
    failure: float = 2.0
    curiosity: float = 0.25
    losses: dict[Size, dict[str, Losses]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("price", "failure", "curiosity"):
            if not 0 <= getattr(self, name) < math.inf:
                raise InputError(
                    f"CostAwareChooser({name}={getattr(self, name)!r}) must be a finite number of at least 0."
                )

    def __call__(self, deviation: Deviation) -> Answer:
        """Gives a way on, and learns what it costs."""
        size = size_of(deviation)
        way = self.choose(size)
        answer = WAYS[way](deviation)
        self._of(size)[way].add(self.loss(deviation, answer))
        return answer

    def choose(self, size: Size) -> str:
        """Gives the way that is chosen after a deviation of some size: ``"repair"`` or ``"full"``."""
        ways = self._of(size)
        untried = next((way for way, losses in ways.items() if not losses.count), None)
        if untried is not None:
            return untried
        total = math.log(sum(losses.count for losses in ways.values()))
        scale = max(each.most for each in ways.values()) - min(each.least for each in ways.values())
        return min(
            ways,
            key=lambda way: ways[way].mean - self.curiosity * scale * math.sqrt(2 * total / ways[way].count),
        )

    def loss(self, deviation: Deviation, answer: Answer) -> float:
        """Gives what an answer to a deviation costs."""
        effort = self.price * answer.expansions
        old = sum(action.cost for action in deviation.plan.actions[deviation.executed :])
        if answer.plan is None:
            return effort + (0.0 if answer.status is Status.INFEASIBLE else self.failure * old)
        return effort + sum(action.cost for action in answer.plan.actions[answer.executed :]) - old

    def _of(self, size: Size) -> dict[str, Losses]:
        return self.losses.setdefault(size, {way: Losses() for way in WAYS})


def size_of(deviation: Deviation) -> Size:
    """Gives how large a deviation is."""
    steps = len(deviation.plan.actions) - deviation.executed
    facts = len(changed_variables(deviation.expected, deviation.observed))
    return steps.bit_length(), facts.bit_length()
