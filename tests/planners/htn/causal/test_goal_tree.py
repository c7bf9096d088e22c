"""The tree of goals and landmarks: children, drawing and data."""

from __future__ import annotations

import json

from planzoo.planners.htn import Goal, Multigoal, Status
from planzoo.planners.htn.causal.goal_tree import GoalTree, Landmark, LandmarkOrder

MARKS = tuple(Landmark(Goal(name, 1), name in "cd", name != "b") for name in "abcd")
ORDERS = (
    LandmarkOrder(0, 1, "greedy-necessary", True),
    LandmarkOrder(0, 2, "natural", True),
    LandmarkOrder(1, 2, "natural", False),
    LandmarkOrder(0, 3, "greedy-necessary", True),
    LandmarkOrder(2, 3, "reasonable", True),
)
TREE = GoalTree(Status.SOLVED, MARKS, ORDERS, (Goal("a", 1), Multigoal({"c": 1, "d": 1})), None, 7)


def test_children_are_direct_and_reasonable_orders_make_none() -> None:
    assert TREE.children == ((), (0,), (1,), (0,))
    assert TREE.roots == (2, 3)


def test_text() -> None:
    assert TREE.to_text().splitlines() == [
        "landmarks: 4, orders: 5",
        "3. c = 1 (goal)",
        "  2. b = 1 (likely landmark)",
        "    1. a = 1 (landmark)",
        "4. d = 1 (goal)",
        "  1. a = 1 (landmark, see above)",
        "c = 1 before d = 1, which would have to be undone otherwise",
        "subgoals: a = 1 → c = 1 and d = 1",
    ]


def test_reasonable_orders_that_follow_from_others_are_not_told() -> None:
    marks = tuple(Landmark(Goal(name, 1), True, True) for name in "abc")
    pairs = ((0, 1, True), (0, 2, True), (1, 2, False))
    orders = tuple(LandmarkOrder(first, second, "reasonable", proven) for first, second, proven in pairs)
    assert GoalTree(Status.SOLVED, marks, orders).to_text().splitlines()[4:] == [
        "a = 1 before b = 1, which would have to be undone otherwise",
        "likely: b = 1 before c = 1, which would have to be undone otherwise",
        "subgoals: nothing to do",
    ]


def test_a_failure_says_why() -> None:
    tree = GoalTree(Status.INFEASIBLE, reason="Every decomposition fails.")
    assert tree.to_text() == "INFEASIBLE: Every decomposition fails."
    assert (tree.roots, tree.children, tree.subgoals) == ((), (), ())


def test_data_is_json() -> None:
    data = json.loads(json.dumps(TREE.to_data()))
    assert data["landmarks"][1] == {"fact": "b = 1", "goal": False, "proven": False}
    assert data["orders"][4] == {"earlier": 2, "later": 3, "kind": "reasonable", "proven": True}
    assert data["children"] == [[], [0], [1], [0]]
    assert data["subgoals"] == ["a = 1", "c = 1 and d = 1"]
    assert (data["status"], data["expansions"]) == ("SOLVED", 7)


def test_orders_that_contradict_each_other_end_all_the_same() -> None:
    """Unproven orders can go round in a circle: the tree has no root then, and drawing ends."""
    circle = (LandmarkOrder(0, 1, "natural", False), LandmarkOrder(1, 0, "natural", False))
    tree = GoalTree(Status.SOLVED, MARKS[:2], circle)
    assert tree.children == ((1,), (0,))
    assert tree.to_text().startswith("landmarks: 2, orders: 2")
