"""What a repair answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.repair.remainder import Break
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition
from planzoo.planners.htn.repair.stability import plan_stability
from planzoo.planners.htn.task import describe
from planzoo.planners.status import Status


class RepairLevel(Enum):
    """How much of the old plan had to be given up."""

    KEPT = "kept"
    """Nothing: the rest of the plan works in the observed state."""
    REPAIRED = "repaired"
    """Some tasks were decomposed anew; all others are as they were."""
    REPLANNED = "replanned"
    """All unfinished tasks were planned anew."""


@dataclass(frozen=True)
class RepairResult:
    """The answer to a deviation.

    Attributes:
        status: SOLVED; INFEASIBLE, which proves that the unfinished tasks cannot be done from the observed
            state; or BUDGET_SPENT.
        plan: the executed actions and the new rest; None when there is none. Its tree is a
            :class:`RepairedDecomposition` unless the old plan was kept.
        executed: how many of the plan's actions were executed.
        level: how much was given up; None without a plan.
        broken: where the old rest breaks; None when it does not.
        lost_goals: finished goals that the old plan keeps to its end and the observed state has undone.
        old_rest: the actions that the old plan still had.
        expansions: nodes that were carried on and tasks that the searches took up.
        seconds: wall-clock time of the whole call.
        reason: empty when solved; else what stopped the search.
    """

    status: Status
    plan: Plan | None
    executed: int
    level: RepairLevel | None
    broken: Break | None
    lost_goals: tuple[Any, ...]
    old_rest: tuple[Action, ...]
    expansions: int
    seconds: float
    reason: str = ""

    @property
    def rest(self) -> tuple[Action, ...]:
        """The actions that are still to be taken; empty without a plan."""
        return self.plan.actions[self.executed :] if self.plan else ()

    @cached_property
    def stability(self) -> float:
        """How much of the old rest is kept, from 0 to 1: its ``plan_stability``."""
        return plan_stability(self.old_rest, self.rest)

    @property
    def renewed(self) -> tuple[tuple[Any, int], ...]:
        """The tasks that were decomposed anew, each with its depth in the tree (0: the problem's own)."""
        tree = self.plan.decomposition if self.plan else None
        if self.level is RepairLevel.KEPT or not isinstance(tree, RepairedDecomposition):
            return ()
        return tuple((tree.tasks[node], len(tree.path(node)) - 1) for node in tree.renewed)

    def to_text(self) -> str:
        """Says in a few sentences what was wrong and what was done about it."""
        parts = [self.broken.reason] if self.broken else []
        parts += [f"Goal {describe(goal)} was reached, but is lost." for goal in self.lost_goals]
        if self.level is None:
            return " ".join([*parts, f"No new plan ({self.status.value}): {self.reason}"])
        if self.level is RepairLevel.KEPT:
            return "The rest of the plan works in the observed state; it is kept."
        anew = ", ".join(f"{describe(task)} at depth {depth}" for task, depth in self.renewed)
        words = (
            "Decomposed anew" if self.level is RepairLevel.REPAIRED else "All unfinished tasks planned anew"
        )
        kept = f"{len(self.rest)} actions remain, {self.stability:.0%} of the old rest is kept."
        return " ".join([*parts, f"{words}: {anew or 'nothing'}; {kept}"])
