"""How far a plan has come, what is unfinished, and where the rest fails."""

from __future__ import annotations

from planzoo.planners.htn import Decomposition, Domain, Goal, HierarchicalPlanner, Plan, State, Task
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.repair.repaired_tree import RepairedDecomposition
from tests.planners.htn.corridor import BROUGHT, corridor, start

TASKS = [Task("go", 1), BROUGHT, Task("go", 4), Task("go", 3)]


def progress() -> tuple[Domain, State, PlanProgress]:
    domain, state = corridor(), start(box=2)
    plan = HierarchicalPlanner(domain).solve((state, TASKS)).plan
    assert plan is not None
    return domain, state, PlanProgress(plan)


def test_the_path_leads_down_to_the_next_step() -> None:
    _, _, begun = progress()
    assert [str(action) for action in begun.plan.actions] == [
        "move(1)", "move(2)", "pick(box)", "move(3)", "move(4)", "drop(box)", "move(3)",
    ]  # fmt: skip
    assert begun.path() == [("go(1)", "through")]
    begun.step = 2
    assert begun.path() == [("place(box) = 4", "reach"), ("bring(box, 4)", "fetch")]
    begun.step = 7
    assert (begun.over, begun.path()) == (True, [])


def test_what_is_unfinished_is_what_is_not_executed_to_its_end() -> None:
    domain, state, begun = progress()
    counts = []
    for step, action in enumerate(begun.plan.actions):
        begun.step = step
        counts.append(len(begun.unfinished(state)))
        domain.operators[action.name].function(state, *action.arguments)
    # go(4) needs no step: it is unfinished until the step after it is executed.
    assert counts == [4, 3, 3, 3, 3, 3, 2]
    begun.step = 7
    assert begun.unfinished(state) == ()


def test_a_goal_that_has_just_ended_and_does_not_hold_is_unfinished() -> None:
    domain, state, begun = progress()
    begun.step = 6
    state.at = 4
    assert begun.unfinished(state) == (BROUGHT, TASKS[2], TASKS[3])
    assert begun.fault(domain, state) == "goal place(box) = 4 does not hold after step 6"
    state.place["box"] = 4
    assert begun.unfinished(state) == (TASKS[2], TASKS[3])
    assert begun.fault(domain, state) == ""


def test_a_fault_far_ahead_is_found_and_the_state_stays() -> None:
    domain, state, begun = progress()
    assert begun.fault(domain, state) == ""
    state.closed[4] = True
    before = dict(state)
    assert begun.fault(domain, state) == "step 5, move(4), can no longer be executed"
    state.place.pop("box")
    assert begun.fault(domain, state) == "step 3, pick(box), can no longer be executed", "it raises KeyError"
    state.place["box"] = 2
    assert dict(state) == before


def test_what_a_repair_has_given_up_counts_no_more() -> None:
    goal = Goal("n", 2)
    tasks, parents, methods = (goal, Task("a"), goal, Task("b")), (-1, 0, -1, 2), ("m", None, "m", None)
    plain = PlanProgress(Plan((), Decomposition(tasks, parents, methods)), 1)
    repaired = PlanProgress(Plan((), RepairedDecomposition(tasks, parents, methods, 1, (0,))), 1)
    assert plain.unfinished(State(n=0)) == (goal, goal)
    assert repaired.unfinished(State(n=0)) == (goal,)
    assert (sorted(plain.goals), sorted(repaired.goals)) == ([1, 2], [2])
