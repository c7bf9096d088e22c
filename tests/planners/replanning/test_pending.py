"""What is pending: unfinished tasks, and goals that were reached and are lost."""

from __future__ import annotations

from planzoo.planners.htn import Goal, HierarchicalPlanner, Multigoal, Plan, State
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.repair.repairer import state_after
from planzoo.planners.replanning.foresight import Foresight
from planzoo.planners.replanning.pending import missed_tasks, pending_tasks, rest_fault
from tests.planners.htn.corridor import start
from tests.planners.replanning.worlds import DOMAIN

BOX, BALL = Goal(("place", "box"), 4), Goal(("place", "ball"), 2)


def planned(*tasks: object) -> tuple[State, Plan]:
    state = start(box=2, ball=1)
    plan = HierarchicalPlanner(DOMAIN).solve((state, list(tasks))).plan  # type: ignore[arg-type]
    assert plan is not None
    return state, plan


def test_finished_goals_stay_wanted() -> None:
    state, plan = planned(BOX, ("go", 0), BALL)
    foresight = Foresight(DOMAIN, plan, state)
    assert pending_tasks(plan, 0, state, foresight) == (BOX, ("go", 0), BALL)
    after = state_after(DOMAIN, state, plan.actions[:6])
    assert pending_tasks(plan, 6, after, foresight) == (BOX, ("go", 0), BALL)
    after = state_after(DOMAIN, state, plan.actions[:11])
    assert pending_tasks(plan, 11, after, foresight) == (BOX, BALL)
    assert pending_tasks(plan, 11, after, None) == (BALL,), (
        "nobody knows whether the plan keeps the box there"
    )


def test_goals_that_the_plan_undoes_do_not() -> None:
    state, plan = planned(Goal(("place", "box"), 1), BOX)
    foresight = Foresight(DOMAIN, plan, state)
    step = len(plan.actions) - 1
    after = state_after(DOMAIN, state, plan.actions[:step])
    assert pending_tasks(plan, step, after, foresight) == (BOX,)


def test_what_is_missed_at_the_end_are_goals_that_do_not_hold() -> None:
    both = Multigoal({("place", "box"): 4, ("place", "ball"): 2})
    state, plan = planned(both, ("go", 2))
    foresight = Foresight(DOMAIN, plan, state)
    steps = len(plan.actions)
    end = state_after(DOMAIN, state, plan.actions)
    assert missed_tasks(plan, steps, end, foresight) == ()
    end.place["ball"] = 3
    assert missed_tasks(plan, steps, end, foresight) == (both,)


def test_the_rest_of_a_plan_works_only_if_it_leaves_reached_what_it_should() -> None:
    state, plan = planned(BOX, BALL)
    expected = state_after(DOMAIN, state, plan.actions[:8])
    progress = PlanProgress(plan, 8)
    assert rest_fault(DOMAIN, progress, expected, expected) == ""
    lost = expected.copy()
    lost.place["box"] = 0
    assert progress.fault(DOMAIN, lost.copy()) == ""
    assert rest_fault(DOMAIN, progress, expected, lost) == (
        "goal place(box) = 4 does not hold after the last step"
    )
    state, plan = planned(Goal(("place", "box"), 1), BOX)
    assert rest_fault(DOMAIN, PlanProgress(plan, 0), state, state) == "", "it moves the box twice"
    shut = expected.copy()
    shut.closed[2] = True
    assert "can no longer be executed" in rest_fault(DOMAIN, progress, expected, shut)
