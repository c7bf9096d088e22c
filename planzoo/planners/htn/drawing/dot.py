"""A decomposition tree in the language of Graphviz."""

from __future__ import annotations

from planzoo.planners.htn.drawing.labels import headline, shortened
from planzoo.planners.htn.drawing.nodes import DrawnNode, Kind, drawn_nodes
from planzoo.planners.htn.plan import DRAWN_NODES, NO_PARENT, Plan

_SHAPES = {
    Kind.TASK: 'shape=box, style="rounded"',
    Kind.GOAL: "shape=hexagon",
    Kind.ACTION: 'shape=box, style="filled", fillcolor="#d7ecd9"',
}


def to_dot(plan: Plan, nodes: int | None = DRAWN_NODES) -> str:
    """Writes the tree in the language of Graphviz, to be drawn by ``dot -Tsvg``.

    Args:
        plan: the plan.
        nodes: how many nodes may be drawn at most; None for all.
    """
    lines = [
        "digraph plan {",
        "  graph [rankdir=LR, ordering=out, label=" + _quoted(headline(plan)) + "];",
        '  node [fontname="monospace", fontsize=11];',
        "  edge [arrowhead=none];",
    ]
    for index, node in enumerate(drawn_nodes(plan, nodes)):
        lines.append(f"  n{index} [{_attributes(node)}];")
        if node.parent != NO_PARENT:
            lines.append(f"  n{node.parent} -> n{index};")
    return "\n".join([*lines, "}", ""])


def _attributes(node: DrawnNode) -> str:
    number = f"{node.steps[0]}. " if node.kind is Kind.ACTION and node.steps else ""
    text = "\n".join(line for line in (number + shortened(node.label), shortened(node.note)) if line)
    shape = _SHAPES[node.kind] + (", color=gray60, fontcolor=gray40" if node.closed else "")
    return f"{shape}, label={_quoted(text)}, tooltip={_quoted(node.whole_text)}"


def _quoted(text: str) -> str:
    """Writes a string of the DOT language in which every character stands for itself."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
