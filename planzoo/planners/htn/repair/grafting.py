"""Puts new decompositions in their places in the tree of a plan that was executed in part."""

from __future__ import annotations

from collections.abc import Sequence

from planzoo.planners.htn.plan import NO_PARENT, Decomposition
from planzoo.planners.htn.repair.local_repair import Mended
from planzoo.planners.htn.repair.remainder import Remainder, Segment
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition


def grafted(
    remainder: Remainder, executed: int, mended: Mended, given_up: Sequence[int]
) -> RepairedDecomposition:
    """Makes the tree of a repaired plan.

    Args:
        remainder: the old tree and what is pending of it.
        executed: how many of the old plan's actions were executed.
        mended: what was kept and what was decomposed anew.
        given_up: nodes of the old tree that were decomposed anew; those that were open are interrupted.
    """
    growth = _Growth(remainder)
    for item, root, end in mended.parts:
        if isinstance(item, Segment):
            growth.keep(item)
        else:
            growth.add(mended.tree, root, end, item.node)
    begun = [node for node in given_up if NO_PARENT < node < remainder.first]
    interrupted = remainder.interrupted.union(*map(remainder.given_up_with, begun))
    return growth.tree(executed, tuple(sorted(interrupted)))


class _Growth:
    """A tree that grows from what was executed."""

    def __init__(self, remainder: Remainder) -> None:
        self.old = remainder.tree
        first = remainder.first
        self.tasks = list(self.old.tasks[:first])
        self.parents = list(self.old.parents[:first])
        self.methods = list(self.old.methods[:first])
        self.shifts = [(NO_PARENT, 0)]
        self.renewed: list[int] = []

    def keep(self, segment: Segment) -> None:
        """Adds nodes of the old tree."""
        if segment.start < segment.stop:
            shift = len(self.tasks) - segment.start
            self.shifts.append((segment.start, shift))
            self._extend(self.old, segment.start, segment.stop, shift)

    def add(self, found: Decomposition, root: int, end: int, node: int) -> None:
        """Adds a new decomposition in the place of an old node, or as a root."""
        start = len(self.tasks)
        self.renewed.append(start)
        self._extend(found, root, end, start - root)
        self.parents[start] = NO_PARENT if node == NO_PARENT else self._place(self.old.parents[node])

    def _extend(self, tree: Decomposition, start: int, stop: int, shift: int) -> None:
        self.tasks += tree.tasks[start:stop]
        self.methods += tree.methods[start:stop]
        self.parents += [
            parent + shift if parent >= start else self._place(parent) for parent in tree.parents[start:stop]
        ]

    def _place(self, node: int) -> int:
        """Gives the new index of an old node that was executed or kept."""
        return node + next(shift for start, shift in reversed(self.shifts) if node >= start)

    def tree(self, executed: int, interrupted: tuple[int, ...]) -> RepairedDecomposition:
        """Gives what has grown."""
        columns = tuple(self.tasks), tuple(self.parents), tuple(self.methods)
        return RepairedDecomposition(*columns, executed, interrupted, tuple(self.renewed))
