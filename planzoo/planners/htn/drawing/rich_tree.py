"""A decomposition tree for terminals, drawn by rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planzoo.planners.htn.drawing.labels import LONGEST_LINE, headline, shortened
from planzoo.planners.htn.drawing.nodes import DrawnNode, Kind, drawn_nodes
from planzoo.planners.htn.plan import DRAWN_DEPTH, DRAWN_NODES, NO_PARENT, Plan

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

_RICH_STYLES = {Kind.TASK: "bold", Kind.GOAL: "bold yellow", Kind.ACTION: "green"}


def to_rich(plan: Plan, nodes: int | None = DRAWN_NODES) -> Tree:
    """Makes a tree that ``rich.print`` draws in a terminal.

    Nodes deeper than ``DRAWN_DEPTH`` hang from their ancestor at that depth and carry their depth in words.

    Args:
        plan: the plan.
        nodes: how many nodes may be drawn at most; None for all.
    """
    from rich.text import Text
    from rich.tree import Tree

    root = Tree(Text(headline(plan), style="bold"), guide_style="dim")
    branches: list[Tree] = []
    depths: list[int] = []
    for node in drawn_nodes(plan, nodes):
        depth = 0 if node.parent == NO_PARENT else depths[node.parent] + 1
        above = root if node.parent == NO_PARENT else branches[node.parent]
        label = _rich_label(node)
        if depth > DRAWN_DEPTH:
            label = Text(f"(depth {depth}) ", style="dim").append_text(label)
            branch = above.add(label) if depth == DRAWN_DEPTH + 1 else _beside(above, label)
        else:
            branch = above.add(label)
        branches.append(branch)
        depths.append(depth)
    return root


def _beside(branch: Any, label: Text) -> Any:
    """Adds a line to a branch that is as deep as can be; what comes below it is added there too."""
    branch.add(label)
    return branch


def _rich_label(node: DrawnNode) -> Text:
    from rich.text import Text

    label = Text(style=_RICH_STYLES[node.kind])
    if node.kind is Kind.ACTION and node.steps:
        label.append(f"{node.steps[0]}. ", style="dim")
    label.append(shortened(node.label, LONGEST_LINE))
    if node.note:
        label.append(f"  {node.note}", style="not bold dim italic" if not node.closed else "not bold cyan")
    return label
