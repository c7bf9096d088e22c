from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.pomdp.drawing.nodes import drawn_nodes
from tests.planners.pomdp.drawing.plans import hostile, random_plan, small


def test_nodes_come_in_preorder_with_their_probabilities() -> None:
    nodes = drawn_nodes(small(), {"light": "is the light on"})
    assert [node.name for node in nodes] == [
        "is the light on?", "leave", "repair", "it ends", "replace", "run",
    ]  # fmt: skip
    assert [node.parent for node in nodes] == [-1, 0, 0, 2, 2, 0]
    assert [node.level for node in nodes] == [0, 1, 1, 2, 2, 1]
    assert [node.share for node in nodes] == pytest.approx([1, 0.595, 0.4, 0.75, 0.25, 0.005])
    assert nodes[4].observation == "broken"


def test_a_part_is_drawn_by_what_is_probable_from_there() -> None:
    part = small().follow("off")
    assert [node.probability for node in drawn_nodes(part)] == pytest.approx([1, 0.75, 0.25])
    assert len(drawn_nodes(part, min_probability=0.2)) == 3
    assert [node.name for node in drawn_nodes(part, min_probability=0.5)][-1] == "… 1 more"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 1))
def test_folding_hides_what_is_improbable_and_nothing_else(seed: int, least: float) -> None:
    plan = random_plan(seed)
    nodes = drawn_nodes(plan, min_probability=least)
    assert all(node.probability >= least for node in nodes if node.plan is not None and node.level)
    assert len(drawn_nodes(plan)) == sum(1 for _ in plan.nodes())
    for number, node in enumerate(nodes):
        children = [child for child in nodes if child.parent == number]
        if node.plan is not None:
            assert sum(child.folded or 1 for child in children) == len(node.plan.branches)
            if children:
                assert sum(child.probability for child in children) == pytest.approx(node.probability)


def test_names_can_be_shown() -> None:
    assert all(node.name.isprintable() and node.observation.isprintable() for node in drawn_nodes(hostile()))


@pytest.mark.parametrize("least", [-0.1, 1.5, float("nan")])
def test_a_probability_that_is_none_is_an_error(least: float) -> None:
    with pytest.raises(InputError, match="min_probability must be from 0 to 1"):
        drawn_nodes(small(), min_probability=least)
