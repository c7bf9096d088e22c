"""What a repair says about itself."""

from __future__ import annotations

from planzoo.planners.htn import Action, Goal, Plan, Status, Task
from planzoo.planners.htn.repair.remainder import Break
from planzoo.planners.htn.repair.repair_result import RepairLevel, RepairResult
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition

TREE = RepairedDecomposition(
    (Task("bring"), Task("go"), Task("go"), Task("run"), Task("give")),
    (-1, 0, 0, 2, 0),
    ("carry", None, "by foot", None, None),
    executed=1,
    renewed=(2,),
)
ACTIONS = (Action("go"), Action("run"), Action("give"))
BREAK = Break(2, 2, 1, "walk() is not applicable (before step 2).")


def result(level: RepairLevel | None = RepairLevel.REPAIRED, **changes: object) -> RepairResult:
    values: dict[str, object] = {
        "status": Status.SOLVED,
        "plan": Plan(ACTIONS, TREE),
        "executed": 1,
        "level": level,
        "broken": BREAK,
        "lost_goals": (),
        "old_rest": (Action("walk"), Action("give")),
        "expansions": 7,
        "seconds": 0.25,
    }
    return RepairResult(**(values | changes))  # type: ignore[arg-type]


def test_the_rest_and_what_is_new_in_it() -> None:
    repaired = result()
    assert repaired.rest == ACTIONS[1:]
    assert repaired.renewed == ((Task("go"), 1),)
    assert repaired.stability == 0.5
    assert repaired.to_text() == (
        "walk() is not applicable (before step 2). Decomposed anew: go() at depth 1; "
        "2 actions remain, 50% of the old rest is kept."
    )


def test_planned_anew_with_a_lost_goal() -> None:
    text = result(RepairLevel.REPLANNED, lost_goals=(Goal("lamp", "on"),)).to_text()
    assert "Goal lamp = on was reached, but is lost." in text
    assert "All unfinished tasks planned anew: go() at depth 1;" in text


def test_kept_and_without_a_plan() -> None:
    kept = result(RepairLevel.KEPT, broken=None)
    assert kept.renewed == ()
    assert kept.to_text() == "The rest of the plan works in the observed state; it is kept."
    none = result(None, plan=None, status=Status.INFEASIBLE, reason="Every decomposition fails.")
    assert (none.rest, none.renewed, none.stability) == ((), (), 0.0)
    assert none.to_text().endswith("No new plan (infeasible): Every decomposition fails.")
