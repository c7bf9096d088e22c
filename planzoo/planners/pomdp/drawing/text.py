"""A contingent plan in the letters of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planzoo.planners.htn.drawing.labels import printable
from planzoo.planners.pomdp.contingent_plan import END, ContingentPlan
from planzoo.planners.pomdp.drawing.nodes import DrawnNode, drawn_nodes


def to_text(
    plan: ContingentPlan, labels: Mapping[str, str] | None = None, min_probability: float = 0.0
) -> str:
    """Draws the tree, one line a plan.

    Args:
        plan: the plan.
        labels: what to call actions instead of their names.
        min_probability: branches less probable than this are folded into "… n more".
    """
    return "\n".join(_lines(drawn_nodes(plan, labels, min_probability)))


def facts(node: DrawnNode) -> str:
    """Says in a few words what is to be known of a node."""
    parts, plan = [f"probability {node.probability:.1%}"], node.plan
    if plan is not None and plan.kind != END:
        parts.append(f"utility {plan.expected_utility:.2f}")
        if plan.is_test or plan.branches:
            parts.append(f"cost {plan.expected_cost:.2f}")
        elif plan.belief is not None:
            parts.append(printable(plan.belief.words(1)))
    return ", ".join(parts)


def _lines(nodes: Sequence[DrawnNode]) -> Iterator[str]:
    last = {node.parent: number for number, node in enumerate(nodes)}
    indents: list[str] = []
    for number, node in enumerate(nodes):
        indent = turn = rest = ""
        if node.parent >= 0:
            indent = indents[node.parent]
            turn, rest = ("└─ ", "   ") if last[node.parent] == number else ("├─ ", "│  ")
        indents.append(indent + rest)
        seen = f"{node.observation} → " if node.observation else ""
        yield f"{indent}{turn}{seen}{node.name}  [{facts(node)}]"
