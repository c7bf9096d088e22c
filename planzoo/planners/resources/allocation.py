"""Tasks shared out among agents that draw on the same resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.errors import InputError
from planzoo.planners.htn.task import describe
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.optimization import ScheduleResult, optimize_schedule
from planzoo.planners.resources.project import Activity, Mode, Project, TooLate
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.tracker import ResourceTracker
from planzoo.planners.status import Status

Offer = Callable[[Any, Any], Mode | None]
"""What it takes an agent to do a task (called as ``offer(agent, task)``); None where it cannot."""


@dataclass(frozen=True)
class Allocation:
    """Who does what, and when.

    Attributes:
        status: SOLVED when it is proven to be the best; BUDGET_SPENT with the best so far; INFEASIBLE when
            the resources do not allow all tasks.
        tasks: agent → its tasks, in the order in which it does them.
        schedule: one activity a task.
        conflict: where it is infeasible, constraints that cannot be kept together, in words.
    """

    status: Status
    tasks: dict[Any, tuple[Any, ...]]
    schedule: Schedule | None = None
    conflict: tuple[str, ...] = ()


def allocate_tasks_with_resources(
    tasks: Sequence[Any],
    agents: Sequence[Any],
    tracker: ResourceTracker,
    offer: Offer,
    objective: str = "minimize_cost",
    effort: Effort | None = None,
) -> Allocation:
    """Gives every task to one agent, so that all together keep within the shared resources.

    Each agent does one task at a time. Precedences and windows call a task by its text, such as
    ``deliver(parcel)``; budget, deadline and calendars count for all.

    Args:
        tasks: what is to be done, each once.
        agents: who may do it.
        tracker: the resources that all share, and the constraints.
        offer: what it takes an agent to do a task.
        objective: ``"minimize_cost"`` or ``"minimize_time"``.
        effort: what the optimization may cost.

    Raises:
        InputError: a task or agent comes twice, nobody can do a task, or an offer requires what there never
            is.
    """
    busy = {agent: f"agent {agent}" for agent in agents}
    _refuse_repeats("agents", [str(agent) for agent in agents])
    names = [describe(task) if isinstance(task, tuple) else str(task) for task in tasks]
    _refuse_repeats("tasks", names)
    activities = []
    for name, task in zip(names, tasks, strict=True):
        modes = [
            _mode(agent, busy[agent], mode) for agent in agents if (mode := offer(agent, task)) is not None
        ]
        if not modes:
            raise InputError(f"Nobody can do {name}: every agent's offer is None.")
        activities.append(Activity(name, tuple(modes), subject=task))
    present = [Resource(name, ResourceType.REUSABLE, 1.0) for name in busy.values()]
    resources = (*tracker.resources.values(), *present)
    try:
        project = Project(resources, tuple(activities), tracker.constraints)
    except TooLate as late:
        return Allocation(Status.INFEASIBLE, {}, conflict=(str(late),))
    return _allocation(agents, project, optimize_schedule(project, objective, effort or Effort()))


def _mode(agent: Any, busy: str, mode: Mode) -> Mode:
    """Makes an offer a mode that keeps its agent busy."""
    needs = (*mode.requirements, ResourceRequirement(busy, 1.0))
    return replace(mode, requirements=needs, name=str(agent) if not mode.name else f"{agent}: {mode.name}")


def _allocation(agents: Sequence[Any], project: Project, found: ScheduleResult) -> Allocation:
    schedule = found.schedule
    if schedule is None:
        return Allocation(found.status, {}, conflict=found.conflict)
    tasks: dict[Any, tuple[Any, ...]] = dict.fromkeys(agents, ())
    by_name = {f"agent {agent}": agent for agent in agents}
    for place in sorted(range(len(schedule.starts)), key=lambda place: schedule.starts[place]):
        agent = by_name[schedule.chosen[place].requirements[-1].resource]
        tasks[agent] += (project.activities[place].subject,)
    return Allocation(found.status, tasks, schedule)


def _refuse_repeats(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"Two of the {what} are called {name!r}; give each once, under its own name.")
