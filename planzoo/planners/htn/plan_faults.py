"""What can be wrong with a plan: every fault that the validators tell, each in one sentence."""

from __future__ import annotations

from enum import Enum
from typing import Any, Self


class FaultKind(Enum):
    """The kinds of faults; the value is the sentence, with places for what it is about."""

    COLUMNS = "The plan's columns differ in length."
    NO_TASK = "Node {} of the decomposition is {!r}, which is no task."
    NODE = "Node {} of the decomposition has parent {!r} and method {!r}; wanted are an index and a name."
    ROOTS = "The decomposition's roots are not the problem's tasks."
    PARENT_LATER = "Node {} of the decomposition stands before its parent."
    STRAY = "Node {} of the decomposition does not stand among the children of node {}."
    LEAF = "Leaf {} is not an operator of domain {!r}."
    ACTION = "The plan's action {} is not {}, the decomposition's next leaf."
    MISSING = "The plan has no action for leaf {} of the decomposition."
    SURPLUS = "Action {} stands in no leaf of the decomposition."
    MEASURE = "Action {} has the {} {!r} in the plan, but {!r} in the state at that time."
    NOT_APPLICABLE = "Action {} is not applicable when its turn comes."
    NO_METHOD = "Domain {!r} has no method {!r} for {}."
    NOT_OFFERED = "Method {!r} does not decompose {} into {} in the state at that time."
    NO_ALTERNATIVE = "Method {!r} offers {!r} for {}, which is no list of tasks."
    METHOD_WROTE = "Method {!r} wrote into the state when it was asked for {}."
    GOAL_UNMET = "Goal {} does not hold at the end of its decomposition."
    RAISED = "The domain raised {} on this plan: {}"
    OPERATOR = "Action {} is not an operator of domain {!r}."
    START = "Action {} starts at {!r}, which is no time from 0 on."
    NO_STEP = "An order speaks of the steps {} and {}, but the plan has {} steps, counted from 0."
    ORDER_BROKEN = "Action {} does not end before {} starts, although an order says so."
    OVERLAP = "Actions {} and {} overlap, although they conflict on {}."
    UNORDERED = "Actions {} and {} conflict on {}, but no order says which comes first."
    AGENT_BUSY = "Actions {} and {} of agent {} overlap."
    CAPACITY = "When {} starts, {:g} of {!r} is held, but there is only {:g}."
    GOAL_LOST = "Goal {} does not hold at the end of the plan."
    EXECUTED = "The {} that were executed are not those of the old plan."
    GIVEN_UP = "{} was given up, but something yet to be done stands below it."
    BEGUN = "{} was begun, and what remains of it are not its subtasks."


class PlanFault(str):
    """The sentence that says what is wrong, and its kind.

    Args:
        kind: what sort of fault.
        details: what it is about, for the places in the kind's sentence.

    Attributes:
        kind: as given.
    """

    kind: FaultKind

    def __new__(cls, kind: FaultKind, *details: Any) -> Self:
        """Makes the fault."""
        fault = str.__new__(cls, kind.value.format(*details))
        fault.kind = kind
        return fault

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.kind, str(self))


def _restored(kind: FaultKind, sentence: str) -> PlanFault:
    fault = str.__new__(PlanFault, sentence)
    fault.kind = kind
    return fault


class Rejected(Exception):
    """Ends a check at the first fault.

    Args:
        kind: what sort of fault.
        details: see :class:`PlanFault`.

    Attributes:
        fault: the fault.
    """

    def __init__(self, kind: FaultKind, *details: Any) -> None:
        self.fault = PlanFault(kind, *details)
        super().__init__(self.fault)
