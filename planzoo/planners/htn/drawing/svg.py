"""A decomposition tree as a picture: SVG that any browser shows, made without other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from planzoo.planners.htn.drawing.labels import columns, headline, printable, shortened
from planzoo.planners.htn.drawing.layout import (
    GAP,
    HEAD,
    HEIGHT,
    LABEL_COLUMN,
    MARGIN,
    NOTE_COLUMN,
    PADDING,
    ROW,
    Box,
    layout,
    strip_width,
)
from planzoo.planners.htn.drawing.nodes import Kind, drawn_nodes
from planzoo.planners.htn.plan import DRAWN_NODES, Plan

NARROWEST, LEGEND_ROW = 420.0, 24.0
"""Pixels that the picture is wide at least, and from one line of the legend to the next."""

_AGENT_COLOURS = (
    ("#dcefdc", "#2f7d4f"),
    ("#dbe9f8", "#2b6cb0"),
    ("#fbe3d6", "#b8511b"),
    ("#ecdff5", "#7a3fa0"),
    ("#d8f0f0", "#1f7a7a"),
    ("#f9dfe9", "#b02a63"),
    ("#ece7d3", "#77661b"),
    ("#e3e3ea", "#4d4d63"),
)
"""Fill and line of the actions of each agent in turn; the first pair for those that name no agent."""

_STYLE = """
text { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1f2933; }
.label { font-size: 13px; } .note { font-size: 11px; fill: #5f6b7a; }
.head { font-size: 13px; font-weight: bold; } .number { font-size: 12px; font-weight: bold; fill: #ffffff; }
.task { fill: #eef2f7; stroke: #8494a7; } .goal { fill: #fdf2d4; stroke: #c0922a; }
.closed { stroke-dasharray: 4 3; } .edge { fill: none; stroke: #a3afbd; stroke-width: 1.3; }
.round { fill: none; stroke: #a3afbd; stroke-width: 1.3; stroke-dasharray: 3 3; }
"""


def to_svg(plan: Plan, nodes: int | None = DRAWN_NODES) -> str:
    """Draws a plan's decomposition tree.

    Args:
        plan: the plan.
        nodes: how many nodes may be drawn at most; None for all (:mod:`planzoo.planners.htn.drawing.nodes`).

    Returns:
        A whole SVG document.
    """
    boxes = layout(drawn_nodes(plan, nodes), plan.decomposition.tasks)
    colours = _colours(plan)
    head = headline(plan)
    width = max([NARROWEST, LABEL_COLUMN * columns(head), *(box.right for box in boxes)]) + MARGIN
    top = max((box.top + ROW for box in boxes), default=MARGIN + HEAD)
    legend, height = _legend(_legend_entries(boxes, colours), top, width)
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{escape(head)}</title>",
        f"<style>{_STYLE}</style>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(MARGIN, MARGIN + 8, head, "head"),
        *(line for box in boxes for line in _edge(box, boxes)),
        *(line for box in boxes for line in _drawn_box(box, colours)),
        *legend,
        "</svg>",
    ]
    return "\n".join([*lines, ""])


# -- what is drawn -------------------------------------------------------------------------------------------


def _colours(plan: Plan) -> dict[Any, tuple[str, str]]:
    agents = dict.fromkeys(_agent(action.agent) for action in plan.actions)
    return {agent: _AGENT_COLOURS[place % len(_AGENT_COLOURS)] for place, agent in enumerate(agents)}


def _agent(agent: Any) -> str | None:
    return None if agent is None else printable(str(agent))


def _edge(box: Box, boxes: Sequence[Box]) -> Iterator[str]:
    if box.before is not None:
        above = boxes[box.before]
        x = box.left + PADDING + 4
        yield f'<path class="round" d="M{x:g} {above.top + HEIGHT:g}V{box.top:g}"/>'
    elif box.parent is not None:
        parent = boxes[box.parent]
        trunk, start = box.left - GAP / 2, f"M{parent.right:.1f} {parent.middle:g}"
        if box.middle == parent.middle:
            yield f'<path class="edge" d="{start}H{box.left:.1f}"/>'
        else:
            turn = f"V{box.middle - 6:g}q0 6 6 6H{box.left:.1f}"
            yield f'<path class="edge" d="M{trunk:.1f} {parent.middle:g}{turn}"/>'


def _drawn_box(box: Box, colours: dict[Any, tuple[str, str]]) -> Iterator[str]:
    node = box.node
    yield f"<g><title>{escape(node.whole_text)}</title>"
    yield _shape(box, colours)
    strip = strip_width(node)
    if strip:
        _, line = colours[_agent(node.action.agent if node.action else None)]
        yield f'<path fill="{line}" d="M{box.left + 3:.1f} {box.top:g}h{strip - 3:.1f}v{HEIGHT:g}' + (
            f'h{3 - strip:.1f}q-3 0 -3 -3v{6 - HEIGHT:g}q0 -3 3 -3z"/>'
        )
        yield _text(
            box.left + strip / 2, box.middle + 4.2, str(node.steps[0] if node.steps else ""), "number"
        )
    centre = box.left + strip + (box.width - strip) / 2
    if node.note:
        yield _text(centre, box.top + 15.5, shortened(node.label), "label")
        yield _text(centre, box.top + 29, shortened(node.note), "note")
    else:
        yield _text(centre, box.middle + 4.5, shortened(node.label), "label")
    yield "</g>"


def _shape(box: Box, colours: dict[Any, tuple[str, str]]) -> str:
    node = box.node
    closed = " closed" if node.closed else ""
    if node.kind is Kind.GOAL:
        return f'<path class="goal{closed}" d="{_hexagon(box.left, box.top, box.width, HEIGHT)}"/>'
    place = f'x="{box.left:.1f}" y="{box.top:g}" width="{box.width:.1f}" height="{HEIGHT:g}"'
    if node.kind is Kind.TASK:
        return f'<rect class="task{closed}" {place} rx="11"/>'
    fill, line = colours.get(_agent(node.action.agent if node.action else None), _AGENT_COLOURS[0])
    return f'<rect {place} rx="3" fill="{fill}" stroke="{line}"/>'


def _hexagon(left: float, top: float, width: float, height: float) -> str:
    point = min(9.0, width / 4)
    inner = width - 2 * point
    down = f"l{point:g} {height / 2:g}l{-point:g} {height / 2:g}"
    return f"M{left + point:.1f} {top:g}h{inner:.1f}{down}h{-inner:.1f}l{-point:g} {-height / 2:g}z"


def _text(x: float, y: float, text: str, kind: str) -> str:
    anchor = "" if kind in ("head", "key") else ' text-anchor="middle"'
    style = "note" if kind == "key" else kind
    return f'<text class={quoteattr(style)} x="{x:.1f}" y="{y:.1f}"{anchor}>{escape(text)}</text>'


# -- the legend ----------------------------------------------------------------------------------------------


def _legend(entries: Iterator[tuple[str, str]], top: float, width: float) -> tuple[list[str], float]:
    """Explains shapes and colours, in as many lines as it takes; gives it and where the picture ends."""
    x, y, lines = MARGIN, top + MARGIN - 6, []
    for mark, words in entries:
        end = x + 32 + NOTE_COLUMN * columns(words)
        if end > width and x > MARGIN:
            end, x, y = MARGIN + end - x, MARGIN, y + LEGEND_ROW
        lines.append(mark.replace("<X>", f"{x:.1f}").replace("<Y>", f"{y:.1f}"))
        lines.append(_text(x + 32, y + 12, words, "key"))
        x = end + 20
    return lines, y + 16 + MARGIN if lines else top


def _legend_entries(boxes: Sequence[Box], colours: dict[Any, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    sample = 'width="24" height="16"'
    move = 'transform="translate(<X> <Y>)"'
    kinds = {box.node.kind for box in boxes}
    if Kind.TASK in kinds:
        yield f'<rect class="task" {move} {sample} rx="6"/>', "task, method"
    if Kind.GOAL in kinds:
        yield f'<path class="goal" {move} d="{_hexagon(0, 0, 24, 16)}"/>', "goal, method"
    if Kind.ACTION in kinds:
        for agent, (fill, line) in list(colours.items())[: len(_AGENT_COLOURS)]:
            words = "action, step" if agent is None else f"action of {shortened(agent, 16)}"
            yield f'<rect {move} {sample} rx="3" fill="{fill}" stroke="{line}"/>', words
    if any(box.before is not None for box in boxes):
        yield f'<path class="round" {move} d="M12 0V16"/>', "next round"
    if any(box.node.closed for box in boxes):
        yield f'<rect class="task closed" {move} {sample} rx="6"/>', "not opened here"
