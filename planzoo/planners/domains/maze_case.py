"""What an agent has weighed up before it plans, and the reasons that its methods give."""

from __future__ import annotations

from dataclasses import dataclass, field

from planzoo.planners.domains.maze_answers import Answer
from planzoo.planners.domains.maze_offers import Offer
from planzoo.planners.htn import State


@dataclass(frozen=True)
class Case:
    """What has been weighed up before planning.

    Attributes:
        aim: the frontier cell to explore, or None.
        answer: to a plan that awaits it, or None.
        offer: the plan to propose, or None.
        cooperative: whether the agent cares for the others at all.
        waited: steps in a row that it has waited.
        doors: closed doors worth another look, the nearest first.
        holding: whether it keeps off the exit because answers to its group exit are still to come.
        reasons: filled in by methods: method → why, in words with figures.
    """

    aim: int | None = None
    answer: Answer | None = None
    offer: Offer | None = None
    cooperative: bool = False
    waited: int = 0
    doors: tuple[int, ...] = ()
    holding: bool = False
    reasons: dict[str, str] = field(default_factory=dict)


def because(state: State, method: str, words: str) -> None:
    """Notes why a method applies; explanations look it up for the methods of the plan that was found."""
    state.case.reasons[method] = words
