"""New decompositions stand in their places in the tree, what was executed and kept stands as it did."""

from __future__ import annotations

from planzoo.planners.htn import Decomposition, Goal, Task
from planzoo.planners.htn.repair.grafting import grafted
from planzoo.planners.htn.repair.local_repair import Mended, Part
from planzoo.planners.htn.repair.remainder import Remainder, Renewal, Segment
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition
from tests.planners.htn.courier import COURIER, START_STATE, TASKS, planned

PLAN = planned(COURIER, START_STATE, TASKS)
"""Nodes: 0 bring, 1 get, 2 go, 3 move, 4 take, 5 go, 6 move, 7 give; 8 bring, 9 get, and so on."""


def test_a_task_that_was_begun_stands_again_after_what_was_executed_of_it() -> None:
    remainder = Remainder(COURIER, PLAN, 1)
    new = Decomposition(
        (Task("get", "a"), Task("go", "south"), Task("move", "north", "south"), Task("take", "a"), Task("x")),
        (-1, 0, 1, 0, -1),
        ("fetch", "directly", None, None, None),
    )
    parts = Part(Renewal(1, new.tasks[0]), 0, 4), Part(Segment(5, 16, 1), 4, 5)
    tree = grafted(remainder, 1, Mended(parts, new), (1,))
    old = PLAN.decomposition
    assert tree.tasks == (*old.tasks[:4], *new.tasks[:4], *old.tasks[5:])
    assert tree.parents[4:8] == (0, 4, 5, 4)
    assert tree.parents[8:] == tuple(parent + 3 if parent >= 5 else parent for parent in old.parents[5:])
    assert tree.methods == (*old.methods[:4], *new.methods[:4], *old.methods[5:])
    assert (tree.executed, tree.interrupted, tree.renewed) == (1, (1,), (4,))


def test_a_pending_task_is_replaced_and_what_is_kept_below_its_ancestors_finds_them() -> None:
    remainder = Remainder(COURIER, PLAN, 0)
    new = Decomposition((Task("x"), Task("go", "north"), Task("x")), (-1, -1, -1), (None, "directly", None))
    parts = (
        Part(Segment(0, 2, 16), 0, 1),
        Part(Renewal(2, new.tasks[1]), 1, 2),
        Part(Segment(4, 16, 2), 2, 3),
    )
    tree = grafted(remainder, 0, Mended(parts, new), (2,))
    old = PLAN.decomposition
    assert tree.tasks == (*old.tasks[:3], *old.tasks[4:])
    assert tree.parents[:7] == (-1, 0, 1, 1, 0, 4, 0)
    assert tree.roots == (0, 7)
    assert (tree.interrupted, tree.renewed) == ((), (2,))


def test_tasks_planned_anew_are_roots_and_earlier_marks_stay() -> None:
    goal = Goal(("at", "a"), "east")
    new = Decomposition((goal, Task("give", "a")), (-1, 0), ("by_courier", None))
    first = grafted(Remainder(COURIER, PLAN, 3), 3, Mended((Part(Renewal(-1, goal), 0, 2),), new), (0,))
    assert first.tasks == (*PLAN.decomposition.tasks[:7], *new.tasks)
    assert first.roots == (0, 7)
    assert first.interrupted == (0,)
    text = RepairedDecomposition.to_text(first)
    assert "bring(a, east): carry (interrupted)" in text
    assert "at(a) = east: by_courier (decomposed anew)" in text
    assert "3. move(north, east) (executed)" in text
    assert text.endswith("  4. give(a)")
