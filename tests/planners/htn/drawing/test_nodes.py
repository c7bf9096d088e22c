"""What drawings show: which nodes are opened, and what they say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn import NO_PARENT, Decomposition, Plan, Task
from planzoo.planners.htn.drawing.labels import LONGEST_LABEL, LONGEST_TOOLTIP, columns, shortened
from planzoo.planners.htn.drawing.nodes import Kind, drawn_nodes
from tests.planners.htn.random_plans import errand, plans


def test_every_node_says_what_it_is() -> None:
    nodes = drawn_nodes(errand())
    assert [(node.kind, node.label, node.note) for node in nodes] == [
        (Kind.TASK, "deliver(p)", "by van"),
        (Kind.GOAL, "at(van) = door", "roads"),
        (Kind.ACTION, "drive(van, door)", ""),
        (Kind.ACTION, "drop(p)", ""),
        (Kind.GOAL, "home = True", "already true"),
    ]
    assert [node.steps for node in nodes] == [(1, 2), (1, 1), (1, 1), (2, 2), None]
    assert (
        nodes[2].whole_text == "drive(van, door) · step 1 · cost 3, duration 2 · agent van · holds 1.5 fuel"
    )


def test_a_closed_node_says_which_steps_it_stands_for() -> None:
    """Of five nodes, two roots are always drawn and their two children still fit into four."""
    nodes = drawn_nodes(errand(), nodes=4)
    assert [(node.label, node.note, node.closed) for node in nodes] == [
        ("deliver(p)", "by van", False),
        ("at(van) = door", "roads · step 1", True),
        ("drop(p)", "", False),
        ("home = True", "already true", False),
    ]
    assert [node.note for node in drawn_nodes(errand(), nodes=0)] == ["by van · steps 1 to 2", "already true"]


@given(plans(), st.none() | st.integers(0, 40))
def test_a_drawing_is_a_part_of_the_tree_that_lacks_no_step(plan: Plan, most: int | None) -> None:
    tree, drawn = plan.decomposition, drawn_nodes(plan, most)
    assert len(drawn) <= max(len(tree.roots), len(tree.tasks) if most is None else most)
    places = {node.node: place for place, node in enumerate(drawn)}
    for node in drawn:
        parent = tree.parents[node.node]
        assert node.parent == (NO_PARENT if parent == NO_PARENT else places[parent])
        children = [child in places for child in tree.children[node.node]]
        assert all(children) or (node.closed and not any(children))
    steps = [node.steps for node in drawn if node.steps and (node.closed or node.action)]
    told = [step for first, last in steps for step in range(first, last + 1)]
    assert told == list(range(1, len(plan.actions) + 1))


def test_long_labels_are_cut_and_tooltips_bounded() -> None:
    node = drawn_nodes(Plan((), Decomposition((Task("sort", "x" * 5_000),), (NO_PARENT,), ("all",))))[0]
    assert columns(shortened(node.label)) == LONGEST_LABEL and shortened(node.label).endswith("…")
    assert len(node.whole_text) == LONGEST_TOOLTIP
