"""What drawings of plans show of a decomposition tree.

The rule that keeps large trees readable, in every drawing: the tree is opened level by level from the
problem's own tasks, which are always drawn, as long as no more than a given number of nodes is drawn. A node
that stays closed says which steps of the plan it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

from planzoo.planners.htn.drawing.labels import LONGEST_TOOLTIP, printable, shortened
from planzoo.planners.htn.plan import DRAWN_NODES, NO_PARENT, Action, Decomposition, Plan
from planzoo.planners.htn.task import Goal, Multigoal, describe


class Kind(Enum):
    """What a node of a drawing is, and thus its shape."""

    TASK = "task"
    GOAL = "goal"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """One node of a drawing.

    Attributes:
        node: its index in the decomposition.
        parent: where its parent stands in the list of drawn nodes; ``NO_PARENT`` for the problem's own tasks.
        kind: what it is.
        label: the task, goal or action in words, without characters that cannot be shown.
        note: how it is decomposed, or which steps it stands for when it stays closed; empty for an action.
        steps: the steps of the plan (from 1) below it, first and last; None when it needs none.
        action: the action that it stands for, if it is one.
        closed: whether there is more below it that is not drawn.
    """

    node: int
    parent: int
    kind: Kind
    label: str
    note: str
    steps: tuple[int, int] | None
    action: Action | None
    closed: bool

    @property
    def whole_text(self) -> str:
        """What a tooltip says of the node: its whole label and, of an action, what it costs and needs."""
        parts = [self.label, self.note]
        if self.action is not None:
            parts.append(f"step {self.steps[0]}" if self.steps else "")
            parts.append(f"cost {self.action.cost:g}, duration {self.action.duration:g}")
            parts += [f"agent {printable(str(self.action.agent))}"] * (self.action.agent is not None)
            parts += [f"holds {amount:g} {printable(str(name))}" for name, amount in self.action.resources]
        return shortened(" · ".join(part for part in parts if part), LONGEST_TOOLTIP)


def drawn_nodes(plan: Plan, nodes: int | None = DRAWN_NODES) -> list[DrawnNode]:
    """Chooses what to draw of a plan's decomposition.

    Args:
        plan: the plan.
        nodes: how many nodes may be drawn at most; None for all of them. The problem's own tasks are drawn
            even if they are more.

    Returns:
        The nodes in preorder: a node before its children, actions in the order of the plan.
    """
    tree = plan.decomposition
    opened = _opened(tree, len(tree.tasks) if nodes is None else nodes)
    ends = _ends(tree)
    steps = [0, *accumulate(method is None for method in tree.methods)]
    place: dict[int, int] = {}
    drawn: list[DrawnNode] = []
    for node, parent in enumerate(tree.parents):
        if parent != NO_PARENT and (parent not in opened or parent not in place):
            continue
        place[node] = len(drawn)
        first, last = steps[node] + 1, steps[ends[node]]
        action = (
            plan.actions[first - 1] if tree.methods[node] is None and first <= len(plan.actions) else None
        )
        closed = ends[node] > node + 1 and node not in opened
        drawn.append(
            DrawnNode(
                node,
                NO_PARENT if parent == NO_PARENT else place[parent],
                _kind(tree, node),
                printable(describe(tree.tasks[node])),
                _note(tree.methods[node], (first, last) if closed else None),
                (first, last) if first <= last else None,
                action,
                closed,
            )
        )
    return drawn


def _opened(tree: Decomposition, most: int) -> set[int]:
    """Gives the nodes whose children are drawn, chosen level by level."""
    drawn = len(tree.roots)
    opened: set[int] = set()
    level: list[int] = list(tree.roots)
    while level:
        below: list[int] = []
        for node in level:
            children = tree.children[node]
            if children and drawn + len(children) <= most:
                drawn += len(children)
                opened.add(node)
                below.extend(children)
        level = below
    return opened


def _ends(tree: Decomposition) -> list[int]:
    """Gives for each node the index after its last descendant."""
    ends = list(range(1, len(tree.parents) + 1))
    for node in range(len(tree.parents) - 1, -1, -1):
        if (parent := tree.parents[node]) != NO_PARENT:
            ends[parent] = max(ends[parent], ends[node])
    return ends


def _kind(tree: Decomposition, node: int) -> Kind:
    if isinstance(tree.tasks[node], Goal | Multigoal):
        return Kind.GOAL
    return Kind.ACTION if tree.methods[node] is None else Kind.TASK


def _note(method: str | None, closed: tuple[int, int] | None) -> str:
    name = "" if method is None else printable(method)
    if closed is None:
        return name
    first, last = closed
    if first > last:
        return f"{name} · nothing to do"
    return f"{name} · step {first}" if first == last else f"{name} · steps {first} to {last}"
