from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.pomdp.contingent_plan import END
from planzoo.planners.pomdp.decision_tree import decision_tree
from planzoo.planners.pomdp.information_problem import Branch, Choice
from tests.planners.pomdp.graphs import GraphProblem, lived_value


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_the_figures_of_any_rule_are_those_of_living_by_it(seed: int) -> None:
    problem = GraphProblem(seed)
    plan = decision_tree(problem, lambda node: problem.table[node][-1])
    assert plan.expected_utility == pytest.approx(lived_value(problem, plan), abs=1e-9)
    leaves = [node for node in plan.nodes() if not node.branches]
    assert sum(leaf.probability for leaf in leaves) == pytest.approx(1)
    for node in plan.nodes():
        if node.branches:
            assert sum(b.probability for b in node.branches.values()) == pytest.approx(node.probability)
            below = sum(b.probability * b.expected_cost for b in node.branches.values()) / node.probability
            own = problem.cost(["stop", "test", "treat", "wait", "ask", "observe"].index(node.kind))
            assert node.expected_cost == pytest.approx(own + below)
            assert node.depth == node.is_test + max(b.depth for b in node.branches.values())


def test_ends_by_chance_are_leaves_where_other_branches_go_on() -> None:
    problem = GraphProblem(0, nodes=4)
    repair = (Branch("mended", 0.75, None), Branch("still broken", 0.25, 3), Branch("never", 0.0, 2))
    problem.table = [[Choice(2, 6.0, repair)], [], [], [Choice(1, -2.0, (Branch("seen", 1.0, None),))]]
    plan = decision_tree(problem, lambda node: problem.table[node][0])
    assert list(plan.branches) == ["mended", "still broken"]
    mended, broken = plan.branches.values()
    assert (mended.root_action, mended.kind, mended.belief, mended.probability) == (END, END, None, 0.75)
    assert (broken.root_action, broken.depth, dict(broken.branches)) == ("test", 1, {})
    assert plan.expected_utility == pytest.approx(6 - 0.25 * 2)
    assert (plan.depth, plan.expected_cost) == (1, pytest.approx(0.5 + 0.25 * 0.25))
    assert plan.belief is not None
