"""Plans: totals, the decomposition tree, and its ways out."""

from __future__ import annotations

import json

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import NO_PARENT, Action, Decomposition, Goal, Plan, Task
from planzoo.planners.htn.plan import DRAWN_DEPTH


@pytest.fixture
def plan() -> Plan:
    """Deliver a parcel (drive, drop), then be at home (already true), then wait."""
    tree = Decomposition(
        tasks=(
            Task("deliver", "p"),
            Goal(("at", "van"), (1, 2)),
            Task("drive", "van", (1, 2)),
            Task("drop", "p"),
            Goal("home", True),
            Task("wait"),
        ),
        parents=(NO_PARENT, 0, 1, 0, NO_PARENT, NO_PARENT),
        methods=("by van", "roads", None, None, "already true", None),
    )
    actions = (
        Action("drive", ("van", (1, 2)), 3.0, 2.0),
        Action("drop", ("p",), 0.5),
        Action("wait", (), 0.0, 4.0),
    )
    return Plan(actions, tree)


def test_totals_are_sums_over_the_actions(plan: Plan) -> None:
    assert (plan.cost, plan.duration) == (3.5, 7.0)
    assert str(plan.actions[0]) == "drive(van, (1, 2))"


def test_the_tree_knows_roots_children_leaves_and_depths(plan: Plan) -> None:
    tree = plan.decomposition
    assert tree.roots == (0, 4, 5)
    assert tree.children == ((1, 3), (2,), (), (), (), ())
    assert tree.leaves == (2, 3, 5)
    assert tree.depths() == [0, 1, 2, 1, 0, 0]
    assert tree.path(2) == (0, 1, 2)


def test_a_path_leads_from_the_problem_to_the_action(plan: Plan) -> None:
    assert plan.path(0) == (("deliver", "p"), Goal(("at", "van"), (1, 2)), ("drive", "van", (1, 2)))
    assert plan.path(2) == (("wait",),)
    for step in (-1, 3):
        with pytest.raises(InputError, match=f"no step {step}"):
            plan.path(step)


def test_the_drawing_shows_methods_and_numbered_steps(plan: Plan) -> None:
    assert plan.to_text() == (
        "3 actions, cost 3.5, duration 7\n"
        "deliver(p): by van\n"
        "  at(van) = (1, 2): roads\n"
        "    1. drive(van, (1, 2))\n"
        "  2. drop(p)\n"
        "home = True: already true\n"
        "3. wait()"
    )


def test_the_empty_plan_is_drawn_too() -> None:
    assert Plan((), Decomposition((), (), ())).to_text() == "0 actions, cost 0, duration 0"


def test_a_deep_tree_is_drawn_within_a_bounded_width() -> None:
    depth = DRAWN_DEPTH + 5
    tree = Decomposition(
        (Task("dig"),) * depth, tuple(range(-1, depth - 1)), ("deeper",) * (depth - 1) + (None,)
    )
    last = tree.to_text().splitlines()[-1]
    assert last == "  " * DRAWN_DEPTH + f"(depth {depth - 1}) 1. dig()"


def test_json_holds_the_actions_and_the_tree(plan: Plan) -> None:
    data = json.loads(plan.to_json(indent=2))
    assert data["cost"] == 3.5
    assert data["actions"][0] == {"name": "drive", "arguments": ["van", [1, 2]], "cost": 3.0, "duration": 2.0}
    tree = data["decomposition"]
    assert tree["parents"] == [-1, 0, 1, 0, -1, -1]
    assert tree["methods"] == ["by van", "roads", None, None, "already true", None]
    assert tree["tasks"][0] == {"name": "deliver", "arguments": ["p"]}
    assert tree["tasks"][1] == {"name": "at", "arguments": ["van"], "value": [1, 2]}


def test_json_writes_unknown_arguments_as_strings() -> None:
    tree = Decomposition((Task("act", frozenset({1})),), (NO_PARENT,), (None,))
    plan = Plan((Action("act", (frozenset({1}),)),), tree)
    assert json.loads(plan.to_json())["actions"][0]["arguments"] == ["frozenset({1})"]
