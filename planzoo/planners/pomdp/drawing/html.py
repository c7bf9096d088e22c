"""A contingent plan as a page that needs no other file and runs no script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from planzoo.planners.pomdp.contingent_plan import END, ContingentPlan
from planzoo.planners.pomdp.drawing.layout import likely_states, percent
from planzoo.planners.pomdp.drawing.nodes import DrawnNode, drawn_nodes
from planzoo.planners.pomdp.drawing.svg import headline, to_svg

OPEN_LEVELS = 2
"""Levels of the folding tree that are open at first."""

_STYLE = """
body { font: 15px/1.45 system-ui, 'DejaVu Sans', sans-serif; color: #1f2933; background: #fff;
  margin: 1.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
.picture { overflow-x: auto; border: 1px solid #d9e2ec; border-radius: 6px; }
details, .leaf { margin: 0.25rem 0 0.25rem 0.4rem; padding-left: 0.9rem; border-left: 2px solid #d9e2ec; }
summary { cursor: pointer; } .leaf { padding-left: 1.9rem; }
.seen { background: #e9eef4; border-radius: 4px; padding: 0 0.4rem; }
.belief { white-space: nowrap; }
.facts { color: #52606d; font-size: 0.87rem; }
meter { width: 4rem; height: 0.7rem; vertical-align: middle; }
"""


def to_html(
    plan: ContingentPlan, labels: Mapping[str, str] | None = None, min_probability: float = 0.0
) -> str:
    """Draws a contingent plan as a page: its picture, and below it a tree that folds.

    Args:
        plan: the plan.
        labels: what to call actions instead of their names.
        min_probability: branches less probable than this are folded into "… n more".

    Returns:
        A whole HTML document, well-formed as XML too.
    """
    nodes = drawn_nodes(plan, labels, min_probability)
    lines = [
        '<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="en">',
        '<head><meta charset="utf-8"/><meta name="viewport" content="width=device-width"/>',
        f"<title>Contingent plan: {escape(nodes[0].name)}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>Contingent plan</h1><p>{escape(headline(plan))}</p>",
        '<div class="picture">',
        to_svg(plan, labels, min_probability),
        "</div>",
        "<h2>Step by step</h2>",
        *_tree(nodes),
        "</body></html>",
    ]
    return "\n".join([*lines, ""])


def _tree(nodes: Sequence[DrawnNode]) -> Iterator[str]:
    parents = {node.parent for node in nodes}
    open_levels: list[int] = []
    for number, node in enumerate(nodes):
        while open_levels and open_levels[-1] >= node.level:
            open_levels.pop()
            yield "</details>"
        if number in parents:
            state = ' open="open"' if node.level < OPEN_LEVELS else ""
            yield f"<details{state}><summary>{_words(node)}</summary>"
            open_levels.append(node.level)
        else:
            yield f'<div class="leaf">{_words(node)}</div>'
    yield from ("</details>" for _ in open_levels)


def _words(node: DrawnNode) -> str:
    seen = f'<span class="seen">{escape(node.observation)}</span> → ' if node.observation else ""
    return f'{seen}<b>{escape(node.name)}</b> <span class="facts">{_facts(node)}</span>'


def _facts(node: DrawnNode) -> str:
    parts, plan = [f"reached {escape(percent(node.probability))}"], node.plan
    if plan is not None and plan.kind != END:
        parts.append(f"utility {plan.expected_utility:.2f}")
        parts += [f"cost {plan.expected_cost:.2f}"] * bool(plan.expected_cost)
        parts += [_meter(state, probability) for state, probability in likely_states(node)]
    return " · ".join(parts)


def _meter(state: str, probability: float) -> str:
    meter = f'<meter min="0" max="1" value="{probability:.4f}"></meter>'
    return f'<span class="belief">{escape(state)} {meter} {escape(percent(probability))}</span>'
