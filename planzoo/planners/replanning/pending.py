"""What is still to be accomplished while a plan is executed."""

from __future__ import annotations

from typing import Any

from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.causal.links import single_goals
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Multigoal, describe
from planzoo.planners.replanning.foresight import Foresight


def pending_tasks(plan: Plan, executed: int, state: State, foresight: Foresight | None) -> tuple[Any, ...]:
    """Gives what another plan must accomplish: what is unfinished, and the goals that must stay reached.

    Goals that are finished stand first, as the plan had them, so that a lost one is reached again before the
    rest; one that holds takes no action.

    Args:
        plan: the present plan.
        executed: how many of its actions are executed.
        state: the facts as they are.
        foresight: knows which goals the plan keeps; None if nobody does.
    """
    unfinished = PlanProgress(plan, executed).unfinished(state)
    return (*_kept(plan, unfinished, foresight), *unfinished)


def missed_tasks(plan: Plan, executed: int, state: State, foresight: Foresight | None) -> tuple[Any, ...]:
    """Gives what is not accomplished although all steps are executed; see :func:`pending_tasks`."""
    unfinished = PlanProgress(plan, executed).unfinished(state)
    kept = _kept(plan, unfinished, foresight)
    # What takes no step at all stays unfinished where the plan ends; goals among that may hold.
    open_goals = [each for each in unfinished if _is_goal(each) and not each.holds_in(state)]
    return (*(goal for goal in kept if not goal.holds_in(state)), *open_goals)


def rest_fault(domain: Domain, progress: PlanProgress, expected: State, observed: State) -> str:
    """Says why the rest of a plan does not do in a state what it should; empty if it does.

    It must be executable, goals must hold where their decomposition ends, and those of the problem itself
    that the plan would leave reached must be so in the end.

    Args:
        domain: the plan's.
        progress: the plan, and the step from which it is gone on with.
        expected: the facts that the plan led to expect now.
        observed: the facts as they are.
    """
    fault = progress.fault(domain, observed.copy())
    if fault:
        return fault
    planned, final = (_end(domain, progress, state) for state in (expected, observed))
    tree = progress.plan.decomposition
    tasks: list[Any] = [tree.tasks[root] for root in tree.roots]
    lost = [task for task in tasks if _is_goal(task) and task.holds_in(planned) and not task.holds_in(final)]
    return f"goal {describe(lost[0])} does not hold after the last step" if lost else ""


def _end(domain: Domain, progress: PlanProgress, state: State) -> State:
    """Gives the facts after the rest of a plan, as far as it can be executed."""
    end = state.copy()
    for action in progress.plan.actions[progress.step :]:
        apply_operator(domain, end, action.name, action.arguments)
    return end


def _kept(plan: Plan, unfinished: tuple[Any, ...], foresight: Foresight | None) -> tuple[Any, ...]:
    """Gives the goals among the problem's own tasks that are finished and that the plan leaves reached."""
    reached = frozenset() if foresight is None else foresight.goals
    tree = plan.decomposition
    tasks = dict.fromkeys(tree.tasks[root] for root in tree.roots)
    return tuple(
        task
        for task in tasks
        if _is_goal(task) and task not in unfinished and reached.issuperset(single_goals([task]))
    )


def _is_goal(task: Any) -> bool:
    return isinstance(task, Goal | Multigoal)
