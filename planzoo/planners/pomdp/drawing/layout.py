"""Where the cards of a drawn contingent plan go.

The drawing reads from left to right, from the first action to the last, and from above to below in the order
of the observations: a card stands in the row of the first card that follows it, so that rows number as many
as ways through the plan, edges never cross, and an observation is written on the edge before its card. Large
plans get small cards. (Reingold and Tilford, "Tidier drawings of trees", IEEE Transactions on Software
Engineering 7(2), 1981, for what a tidy tree is.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planzoo.planners.htn.drawing.labels import columns, printable, shortened
from planzoo.planners.pomdp.contingent_plan import END
from planzoo.planners.pomdp.drawing.nodes import DrawnNode
from planzoo.planners.pomdp.frozen_state import label

MARGIN, HEAD = 18.0, 40.0
"""Pixels around the drawing, and for the line above the tree."""
LETTER, SMALL_LETTER = 7.85, 6.65
"""Pixels that a letter takes: 13 and 11 pixels high, 0.6 of that wide as in most fonts of fixed width."""
PADDING = 11.0
"""Pixels between a card's edge and its text."""
SPACE = 14.0
"""Pixels between two rows."""
TITLE, NOTE, BAR = 17.0, 15.0, 15.0
"""Pixels that a card's title, its note, and each bar of its belief take."""
SLIM_BAR = 7.0
"""Pixels of the one bar of a small card."""
BARS = 3
"""Conditions that a card shows."""
LONGEST_NAME, LONGEST_STATE, LONGEST_OBSERVATION = 34, 16, 26
"""Letters after which names are cut; tooltips have them whole."""
MANY_LEAVES = 8
"""A plan with more leaves than this gets small cards."""
BAR_WIDTH, PERCENT_WIDTH = 84.0, 44.0
"""Pixels of a whole bar, and of the percentage after it."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where a node is drawn; pixels, y grows downwards.

    Attributes:
        node: what is drawn.
        note: the line beneath its name; empty for folded branches and ends.
        states: the most likely conditions, at most three, with their probabilities.
        left: its left edge.
        top: its upper edge.
        width: its width.
        height: its height.
        turn: where the edge from its parent turns downwards.
        middle: how far below its upper edge edges come and go.
        is_small: whether the belief is one bar.
    """

    node: DrawnNode
    note: str
    states: tuple[tuple[str, float], ...]
    left: float
    top: float
    width: float
    height: float
    turn: float
    middle: float
    is_small: bool

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


def layout(nodes: Sequence[DrawnNode]) -> list[Card]:
    """Places the cards of a tree, in time linear in their number and without recursion.

    Args:
        nodes: what to draw, in preorder.

    Returns:
        One card a node, in the same order.
    """
    parents = {node.parent for node in nodes}
    is_small = len(nodes) - len(parents - {-1}) > MANY_LEAVES
    states = [likely_states(node) for node in nodes]
    notes = [_note(node, is_small, states[number]) for number, node in enumerate(nodes)]
    widths = [_width(*card, is_small) for card in zip(nodes, notes, states, strict=True)]
    turns, lefts, widest = _columns(nodes, widths)
    height = _height(max(map(len, states), default=0), is_small)
    cards, row = [], -1
    for number, node in enumerate(nodes):
        row += number == 0 or node.parent != number - 1
        cards.append(
            Card(
                node,
                notes[number],
                states[number],
                lefts[node.level],
                MARGIN + HEAD + row * (height + SPACE),
                widest[node.level] if notes[number] else widths[number],
                height if notes[number] else TITLE + 8,
                turns[node.level],
                (TITLE + 8) / 2,
                is_small,
            )
        )
    return cards


def edge_words(node: DrawnNode) -> tuple[str, str]:
    """Gives what stands above an edge, the observation, and beneath it, how probable it is."""
    return shortened(node.observation, LONGEST_OBSERVATION), percent(node.share)


def percent(share: float) -> str:
    """Writes a probability briefly: certain and impossible only where it is exactly so."""
    if 0 < share < 0.001:
        return "<0.1%"
    return ">99.9%" if 0.999 < share < 1 - 1e-12 else f"{share:.1%}"


def title(node: DrawnNode) -> str:
    """Gives what stands on top of a card."""
    return shortened(node.name, LONGEST_NAME)


def likely_states(node: DrawnNode) -> tuple[tuple[str, float], ...]:
    """Gives the names and probabilities of the most likely conditions, at most three."""
    belief = None if node.plan is None else node.plan.belief
    if belief is None:
        return ()
    order = np.argsort(-belief.probabilities, kind="stable")[:BARS].tolist()
    return tuple((printable(label(belief.states[k])), float(belief.probabilities[k])) for k in order)


def _note(node: DrawnNode, is_small: bool, states: tuple[tuple[str, float], ...]) -> str:
    plan = node.plan
    if plan is None or plan.kind == END:
        return ""
    words = f"utility {plan.expected_utility:.2f}"
    if plan.expected_cost:
        words += f", cost {plan.expected_cost:.2f}"
    elif is_small and states:
        words += f", {shortened(states[0][0], LONGEST_STATE)} {percent(states[0][1])}"
    return words


def _width(node: DrawnNode, note: str, states: tuple[tuple[str, float], ...], is_small: bool) -> float:
    heading = LETTER * columns(title(node)) + 12 + SMALL_LETTER * columns(percent(node.probability))
    inner = max(heading, SMALL_LETTER * columns(note))
    if states and not is_small:
        names = max(columns(shortened(name, LONGEST_STATE)) for name, _ in states)
        inner = max(inner, SMALL_LETTER * names + 8 + BAR_WIDTH + PERCENT_WIDTH)
    return inner + 2 * PADDING


def _height(bars: int, is_small: bool) -> float:
    below = (SLIM_BAR + 4 if bars else 0) if is_small else BAR * bars
    return 4 + TITLE + NOTE + below + 6


def _columns(
    nodes: Sequence[DrawnNode], widths: Sequence[float]
) -> tuple[list[float], list[float], list[float]]:
    """Gives for each level where its edges turn downwards, where its cards begin and how wide they are."""
    levels = 1 + max((node.level for node in nodes), default=0)
    widest, words = [0.0] * levels, [0.0] * levels
    for node, width in zip(nodes, widths, strict=True):
        widest[node.level] = max(widest[node.level], width)
        longest = max(map(columns, edge_words(node))) if node.level else 0
        words[node.level] = max(words[node.level], SMALL_LETTER * longest)
    turns, lefts, left = [], [], MARGIN
    for level in range(levels):
        turns.append(left + 14 if level else left)
        left += words[level] + 40 if level else 0
        lefts.append(left)
        left += widest[level]
    return turns, lefts, widest
