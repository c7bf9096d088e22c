from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.htn.drawing.labels import columns
from planzoo.planners.pomdp.drawing.layout import (
    LETTER,
    MANY_LEAVES,
    PADDING,
    SMALL_LETTER,
    edge_words,
    layout,
    percent,
    title,
)
from planzoo.planners.pomdp.drawing.nodes import drawn_nodes
from tests.planners.pomdp.drawing.plans import random_plan, small


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 80))
def test_nothing_overlaps(seed: int, size: int) -> None:
    cards = layout(drawn_nodes(random_plan(seed, size)))
    for number, card in enumerate(cards):
        for other in cards[number + 1 :]:
            apart = card.bottom < other.top or other.bottom < card.top
            assert apart or card.right < other.left or other.right < card.left
        if card.node.parent >= 0:
            parent = cards[card.node.parent]
            words = max(map(columns, edge_words(card.node))) * SMALL_LETTER
            assert parent.right < card.turn < card.turn + 14 + words < card.left
        heading = LETTER * columns(title(card.node)) + SMALL_LETTER * columns(percent(card.node.probability))
        assert heading + 2 * PADDING < card.width


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_rows_follow_the_order_of_the_branches(seed: int) -> None:
    nodes = drawn_nodes(random_plan(seed))
    cards = layout(nodes)
    tops = [card.top for card in cards]
    assert tops == sorted(tops)
    for number in range(len(nodes)):
        first = next((k for k, child in enumerate(nodes) if child.parent == number), None)
        assert first is None or (first == number + 1 and tops[first] == tops[number])
    assert len(set(tops)) == len(nodes) - len({node.parent for node in nodes if node.parent >= 0})


def test_large_plans_get_small_cards() -> None:
    little = layout(drawn_nodes(small()))
    large = layout(drawn_nodes(random_plan(3, 200)))
    assert sum(card.top != other.top for card, other in itertools.pairwise(large)) >= MANY_LEAVES
    assert not any(card.is_small for card in little)
    assert all(card.is_small for card in large)
    assert large[0].height < little[0].height
    assert [name for name, _ in little[0].states] == ["ill", "well", "neither"]


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0.0%"), (1e-9, "<0.1%"), (0.25, "25.0%"), (0.9995, ">99.9%"), (1, "100.0%"), (1 - 1e-15, "100.0%")],
)
def test_only_what_is_certain_is_called_so(share: float, words: str) -> None:
    assert percent(share) == words
