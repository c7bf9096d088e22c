"""The tree for Graphviz: well-formed whatever the arguments."""

from __future__ import annotations

import re

from hypothesis import given

from planzoo.planners.htn import NO_PARENT, Action, Decomposition, Plan, Task
from tests.planners.htn.random_plans import chain, plans

QUOTED = r'"(?:[^"\\]|\\.)*"'
ATTRIBUTES = rf"\w+=(?:{QUOTED}|\w+)(?:, \w+=(?:{QUOTED}|\w+))*"
STATEMENT = re.compile(rf"  (n\d+ -> n\d+|(?:n\d+|graph|node|edge) \[{ATTRIBUTES}\]);")


@given(plans(most=12))
def test_dot_is_well_formed_whatever_the_arguments(plan: Plan) -> None:
    text = plan.to_dot(None)
    assert text.startswith("digraph plan {\n") and text.endswith("\n}\n")
    body = text.splitlines()[1:-1]
    assert [line for line in body if not STATEMENT.fullmatch(line)] == []
    assert sum("->" in line for line in body if not re.search(r"\[", line)) == sum(
        parent != NO_PARENT for parent in plan.decomposition.parents
    )
    text.encode("utf-8")


def test_quotes_and_backslashes_stand_for_themselves_in_dot() -> None:
    plan = Plan(
        (Action("say", ('"hi" \\n',)),), Decomposition((Task("say", '"hi" \\n'),), (NO_PARENT,), (None,))
    )
    assert r'label="1. say(\"hi\" \\n)"' in plan.to_dot()


def test_deep_trees_are_written_without_recursion() -> None:
    assert chain(20_000).to_dot(None).count("->") == 20_000
