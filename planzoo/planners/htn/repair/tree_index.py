"""Where the subtrees of a decomposition tree end."""

from __future__ import annotations

from bisect import bisect_left

from planzoo.planners.htn.plan import NO_PARENT, Decomposition
from planzoo.planners.htn.task import Goal, Multigoal


class TreeIndex:
    """What is looked up again and again in a tree whose nodes stand in preorder.

    Args:
        tree: the tree.

    Attributes:
        tree: the tree.
        ends: for each node the node after its subtree.
        goals: the nodes that are goals or multigoals.
    """

    def __init__(self, tree: Decomposition) -> None:
        self.tree = tree
        self.ends = list(range(1, len(tree.tasks) + 1))
        parents, ends = tree.parents, self.ends
        for node in range(len(ends) - 1, -1, -1):
            parent = parents[node]
            if parent != NO_PARENT and ends[parent] < ends[node]:
                ends[parent] = ends[node]
        self.goals = [node for node, task in enumerate(tree.tasks) if isinstance(task, Goal | Multigoal)]

    def actions(self, start: int, stop: int) -> tuple[int, ...]:
        """Gives the nodes from ``start`` to before ``stop`` that are actions."""
        leaves = self.tree.leaves
        return leaves[bisect_left(leaves, start) : bisect_left(leaves, stop)]
