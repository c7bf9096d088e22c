"""What is wrong with a plan: which constraint is broken, when, by how much, by which steps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ViolationKind(StrEnum):
    """Which constraint is broken."""

    SHORTAGE = "shortage"
    """More of a consumable or producible resource is used than there is."""
    CAPACITY = "capacity"
    """More of a reusable resource is held than there is at the time."""
    OVERFLOW = "overflow"
    """More of a producible resource is made than its store holds."""
    BUDGET = "budget"
    """All costs more than the budget."""
    DEADLINE = "deadline"
    """The last step ends too late."""
    PRECEDENCE = "precedence"
    """A step starts before another has ended, and the lag has passed."""
    WINDOW = "window"
    """A step lies outside of its time window."""


@dataclass(frozen=True)
class ResourceViolation:
    """A broken constraint.

    Attributes:
        kind: which sort of constraint.
        subject: the resource's name, or the constraint in words.
        time: when it is first broken, in the plan's unit of time.
        amount: what the plan takes: an amount, a cost, or a time.
        limit: what it may take.
        steps: the steps (from 0) that are part of it.
    """

    kind: ViolationKind
    subject: str
    time: float
    amount: float
    limit: float
    steps: tuple[int, ...] = ()

    @property
    def excess(self) -> float:
        """By how much the limit is missed."""
        return abs(self.amount - self.limit)

    def __str__(self) -> str:
        return _WORDS[self.kind].format(**vars(self), excess=self.excess)


_WORDS = {
    ViolationKind.SHORTAGE: "{subject} runs out at {time:g}: {amount:g} is missing",
    ViolationKind.CAPACITY: "too much of {subject} at {time:g}: {amount:g} held, {limit:g} there",
    ViolationKind.OVERFLOW: "no room for {subject} at {time:g}: {amount:g} in a store for {limit:g}",
    ViolationKind.BUDGET: "over the budget: all costs {amount:g}, {limit:g} granted",
    ViolationKind.DEADLINE: "after the deadline: all ends at {amount:g}, {limit:g} granted",
    ViolationKind.PRECEDENCE: "{subject}: starts at {amount:g}, not before {limit:g}",
    ViolationKind.WINDOW: "{subject}: {amount:g} instead of {limit:g}",
}
