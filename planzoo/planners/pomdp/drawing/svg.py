"""A contingent plan as a picture: SVG that any browser shows, made without other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from planzoo.planners.htn.drawing.labels import LONGEST_TOOLTIP, columns, printable, shortened
from planzoo.planners.pomdp.contingent_plan import END, INFORMING, ContingentPlan
from planzoo.planners.pomdp.drawing.layout import (
    BAR,
    BAR_WIDTH,
    LETTER,
    LONGEST_STATE,
    MARGIN,
    NOTE,
    PADDING,
    PERCENT_WIDTH,
    SLIM_BAR,
    SMALL_LETTER,
    TITLE,
    Card,
    edge_words,
    layout,
    percent,
    title,
)
from planzoo.planners.pomdp.drawing.nodes import DrawnNode, drawn_nodes

NARROWEST, LEGEND_ROW = 420.0, 22.0
"""Pixels that the picture is wide at least, and from one line of the legend to the next."""
PALETTE = ("#2b6cb0", "#c05621", "#2f855a", "#97266d", "#b7791f", "#4c51bf", "#2c7a7b", "#9b2c2c")
"""Colours of the conditions that are most likely somewhere; further ones are grey."""
OTHER_COLOUR = "#a0aab4"

_KINDS = {
    "informing": ("#e4eefb", "#3b76b8", "looks: a test, a question"),
    "treat": ("#e0f2e4", "#2f7d4f", "treats"),
    "wait": ("#f0f1f4", "#7b8794", "waits"),
    "stop": ("#f7ecd5", "#a87416", "stops"),
    "act": ("#efe6f7", "#7a3fa0", "acts"),
    END: ("#ffffff", "#9aa5b1", "the episode ends, or branches folded together"),
}
"""Fill, line and meaning of the cards of each kind."""

_STYLE = """
text { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1f2933; }
.title { font-size: 13px; font-weight: bold; } .note { font-size: 11px; fill: #52606d; }
.seen { font-size: 11px; } .share { font-size: 11px; fill: #7b8794; }
.edge { fill: none; stroke: #9fb0c2; } .track { fill: #ffffff; fill-opacity: 0.75; }
"""


def to_svg(
    plan: ContingentPlan, labels: Mapping[str, str] | None = None, min_probability: float = 0.0
) -> str:
    """Draws a contingent plan.

    Args:
        plan: the plan.
        labels: what to call actions instead of their names.
        min_probability: branches less probable than this are folded into "… n more".

    Returns:
        A whole SVG document.
    """
    cards = layout(drawn_nodes(plan, labels, min_probability))
    colours = state_colours(cards)
    head = headline(plan)
    width = max([NARROWEST, LETTER * columns(head), *(card.right for card in cards)]) + MARGIN
    legend, height = _legend(_entries(cards, colours), max(card.bottom for card in cards) + 12, width)
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{escape(head)}</title>",
        f"<style>{_STYLE}</style>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(MARGIN, MARGIN + 12, head, "title"),
        *(line for card in cards for line in _edge(card, cards)),
        *(line for card in cards for line in _drawn_card(card, colours)),
        *legend,
        "</svg>",
    ]
    return "\n".join([*lines, ""])


def headline(plan: ContingentPlan) -> str:
    """Says what a plan is worth, as ``expected utility 3.60, cost 2.50, at most 2 tests``."""
    tests = f"at most {plan.depth} {'test' if plan.depth == 1 else 'tests'} one after another"
    return f"expected utility {plan.expected_utility:.2f}, cost {plan.expected_cost:.2f}, {tests}"


def state_colours(cards: Sequence[Card]) -> dict[str, str]:
    """Gives the conditions colours, those first that are most probable wherever a plan comes."""
    weights: dict[str, float] = {}
    for card in cards:
        for name, probability in card.states:
            weights[name] = weights.get(name, 0.0) + probability * card.node.probability
    ranked = sorted(weights, key=lambda name: -weights[name])
    return {name: PALETTE[k] if k < len(PALETTE) else OTHER_COLOUR for k, name in enumerate(ranked)}


def tooltip(node: DrawnNode) -> str:
    """Gives all that there is to say of a node."""
    plan = node.plan
    parts = [f"after {node.observation}:"] * bool(node.observation) + [node.name]
    parts.append(f"reached with probability {node.probability:.4g}")
    if plan is not None and plan.kind != END:
        parts.append(f"expected utility {plan.expected_utility:.4g}, cost {plan.expected_cost:.4g}")
        if plan.belief is not None:
            parts.append(f"belief: {printable(plan.belief.words(10))}")
    return shortened(" · ".join(parts), LONGEST_TOOLTIP)


# -- what is drawn -------------------------------------------------------------------------------------------


def _kind(node: DrawnNode) -> str:
    if node.plan is None:
        return END
    kind = "informing" if node.plan.kind in INFORMING else node.plan.kind
    return kind if kind in _KINDS else "act"


def _edge(card: Card, cards: Sequence[Card]) -> Iterator[str]:
    node = card.node
    if node.parent < 0:
        return
    parent = cards[node.parent]
    level, above = card.top + card.middle, parent.top + parent.middle
    if level == above:
        way = f"M{parent.right:.1f} {above:g}H{card.left:.1f}"
    else:
        way = f"M{card.turn:.1f} {above:g}V{level - 6:g}q0 6 6 6H{card.left:.1f}"
    thickness = 1 + 3 * node.share
    yield f'<path class="edge" stroke-width="{thickness:.1f}" d="{way}"/>'
    seen, share = edge_words(node)
    yield _text(card.turn + 14, level - 5, seen, "seen")
    yield _text(card.turn + 14, level + 14, share, "share")


def _drawn_card(card: Card, colours: Mapping[str, str]) -> Iterator[str]:
    node = card.node
    fill, line, _ = _KINDS[_kind(node)]
    dashes = ' stroke-dasharray="4 3"' if _kind(node) == END else ""
    place = f'x="{card.left:.1f}" y="{card.top:g}" width="{card.width:.1f}" height="{card.height:g}"'
    yield f"<g><title>{escape(tooltip(node))}</title>"
    yield f'<rect {place} rx="5" fill="{fill}" stroke="{line}"{dashes}/>'
    yield _text(card.left + PADDING, card.top + TITLE, title(node), "title")
    yield _text(card.right - PADDING, card.top + TITLE, percent(node.probability), "share", at_end=True)
    if card.note:
        yield _text(card.left + PADDING, card.top + TITLE + NOTE, card.note, "note")
    yield from _one_bar(card, colours) if card.is_small else _bars(card, colours)
    yield "</g>"


def _bars(card: Card, colours: Mapping[str, str]) -> Iterator[str]:
    """Draws a bar for each of the most likely conditions."""
    right = card.right - PADDING
    for number, (name, probability) in enumerate(card.states):
        base = card.top + TITLE + NOTE + BAR * (number + 1)
        start = right - PERCENT_WIDTH - BAR_WIDTH
        yield _text(card.left + PADDING, base, shortened(name, LONGEST_STATE), "note")
        yield _bar(start, base - 8, BAR_WIDTH, 8, None)
        yield _bar(start, base - 8, BAR_WIDTH * probability, 8, colours[name])
        yield _text(right, base, percent(probability), "note", at_end=True)


def _one_bar(card: Card, colours: Mapping[str, str]) -> Iterator[str]:
    """Draws the belief as one bar of the colours of the most likely conditions."""
    if not card.states:
        return
    top, left, whole = card.top + TITLE + NOTE + 6, card.left + PADDING, card.width - 2 * PADDING
    yield _bar(left, top, whole, SLIM_BAR, None)
    for name, probability in card.states:
        yield _bar(left, top, whole * probability, SLIM_BAR, colours[name])
        left += whole * probability


def _bar(left: float, top: float, width: float, height: float, colour: str | None) -> str:
    fill = 'class="track"' if colour is None else f'fill="{colour}"'
    return f'<rect {fill} x="{left:.1f}" y="{top:g}" width="{width:.1f}" height="{height:g}"/>'


def _text(x: float, y: float, text: str, kind: str, at_end: bool = False) -> str:
    anchor = ' text-anchor="end"' if at_end else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{anchor}>{escape(text)}</text>'


# -- the legend ----------------------------------------------------------------------------------------------


def _entries(cards: Sequence[Card], colours: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Gives fill, line and words of everything that needs an explanation."""
    kinds = {_kind(card.node) for card in cards}
    for kind, (fill, line, words) in _KINDS.items():
        if kind in kinds:
            yield fill, line, words
    if any(card.is_small for card in cards):
        for name, colour in colours.items():
            if colour != OTHER_COLOUR:
                yield colour, colour, shortened(name, LONGEST_STATE)
    yield "none", "none", "right in a card: how probable it is to come here"


def _legend(entries: Iterator[tuple[str, str, str]], top: float, width: float) -> tuple[list[str], float]:
    """Draws the explanations in as many lines as they take; gives them and where the picture ends."""
    x, y, lines = MARGIN, top + 10, []
    for fill, line, words in entries:
        mark = 0 if fill == "none" else 20
        end = x + mark + SMALL_LETTER * columns(words)
        if end > width - MARGIN and x > MARGIN:
            end, x, y = MARGIN + end - x, MARGIN, y + LEGEND_ROW
        if mark:
            lines.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="14" height="12" rx="2" fill="{fill}" stroke="{line}"/>'
            )
        lines.append(_text(x + mark, y + 10, words, "note"))
        x = end + 22
    return lines, y + 12 + MARGIN
