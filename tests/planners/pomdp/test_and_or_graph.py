from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.pomdp.and_or_graph import AndOrGraph, Node, Option
from planzoo.planners.pomdp.information_problem import Branch, Choice
from tests.planners.pomdp.graphs import GraphProblem


def tips(graph: AndOrGraph) -> list[Node]:
    return [node for node in graph.nodes.values() if node.options is None and node.hope > 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_after_any_expansions_every_value_is_that_of_its_branches(seed: int) -> None:
    """Whatever the order of expansion, revision leaves nothing behind: values follow from the tips."""
    problem, random = GraphProblem(seed, nodes=18), np.random.default_rng(seed)
    graph = AndOrGraph(problem, 0.0)
    for _ in range(10):
        waiting = tips(graph)
        if not waiting:
            break
        graph.expand(waiting[int(random.integers(len(waiting)))])
        for information, node in graph.nodes.items():
            assert isinstance(information, int)
            assert node.lower <= problem.optimum[information] + 1e-9
            assert node.upper >= problem.optimum[information] - 1e-9
            check_values(node)


def check_values(node: Node) -> None:
    for option in node.options or ():
        values = [option.lower, option.upper, option.hope, option.trial_hope]
        option.revise()
        assert [option.lower, option.upper, option.hope, option.trial_hope] == values
    if node.options is not None and node.upper - node.lower > 1e-9:
        assert node.lower == pytest.approx(max(option.lower for option in node.options), abs=1e-9)
        assert node.upper <= max(option.upper for option in node.options) + 1e-9
        assert node.promising is not None
        assert node.hope == node.promising.hope > 0


def test_a_shared_node_tells_all_its_parents() -> None:
    problem = GraphProblem(0, nodes=5, slack=0)
    ways = [Choice(k, 0.0, (Branch("o", 0.5, 3), Branch("p", 0.5, None))) for k in (1, 2)]
    problem.table = [
        [Choice(0, -1.0), *(Choice(k, 0.0, (Branch("o", 1.0, k),)) for k in (1, 2))],
        [Choice(0, -1.0), ways[0]],
        [Choice(0, -1.0), ways[1]],
        [Choice(0, -1.0), Choice(1, 0.0, (Branch("o", 1.0, 4),))],
        [Choice(0, 7.0)],
    ]
    problem.slack = np.ones(5)
    graph = AndOrGraph(problem, 0.0)
    for information in (0, 1, 2, 3):
        graph.expand(graph.nodes[information])
    assert len(graph.nodes[3].parents) == 2
    assert [graph.nodes[k].lower for k in range(4)] == [3.5, 3.5, 3.5, 7.0]
    assert graph.root.upper == pytest.approx(4.0)
    graph.expand(graph.nodes[4])
    assert (graph.root.lower, graph.root.upper, graph.root.hope) == (3.5, 3.5, 0.0)


def test_a_choice_that_cannot_be_best_is_dropped_but_remembered_at_the_root() -> None:
    problem = GraphProblem(0, nodes=4, slack=0)
    problem.table = [
        [Choice(0, 5.0), Choice(1, 0.0, (Branch("o", 1.0, 3),)), Choice(2, 0.0, (Branch("o", 1.0, 2),))],
        [Choice(0, 0.0)],
        [Choice(0, 9.0)],
        [Choice(0, 1.0)],
    ]
    problem.slack = np.array([1.0, 0, 0, 0])
    graph = AndOrGraph(problem, 0.0)
    graph.expand(graph.root)
    assert graph.root.options is not None
    assert [option.choice.action for option in graph.root.options] == [2]
    assert [option.choice.action for option in graph.first_options] == [0, 1, 2]
    assert [option.is_open for option in graph.first_options] == [False, False, True]


def test_hope_is_probability_times_gap() -> None:
    owner = Node("a", 0.0, 10.0, 0)
    near, far = Node("near", 1.0, 3.0, 1), Node("far", 0.0, 5.0, 1)
    near.hope, far.hope, far.trial_hope = 2.0, 5.0, 1.0
    branches = ((0.8, near), (0.2, far))
    option = Option(owner, Choice(1, 1.0), branches)
    assert (option.lower, option.upper) == (pytest.approx(1.8), pytest.approx(4.4))
    assert (option.hope, option.trial_hope) == (pytest.approx(1.6), pytest.approx(0.2))


def test_a_cleared_graph_is_freed_without_the_garbage_collector() -> None:
    def living() -> int:
        # Not isinstance: it asks every living object for its class, and some complain of being asked.
        return sum(type(thing) in (Node, Option) for thing in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = living()
        graph = AndOrGraph(GraphProblem(1, nodes=20), 0.0)
        graph.expand(graph.root)
        assert living() > before + 3
        graph.clear()
        assert graph.nodes == {}
        assert living() == before + 1, "the root, which keeps its bounds"
    finally:
        gc.enable()
