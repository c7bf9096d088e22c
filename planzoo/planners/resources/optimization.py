"""The best schedule of a project that an effort allows for, and all trade-offs between time and cost.

Source: Haimes, Lasdon and Wismer, On a bicriterion formulation of the problems of integrated system
identification and system optimization (1971), for the epsilon-constraint method: the budget is lowered step
by step below the cost of the last schedule; Mavrotas, Effective implementation of the epsilon-constraint
method in multi-objective mathematical programming problems (2009), for the second goal that keeps beaten
schedules out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from planzoo.planners.resources.arrays import project_arrays
from planzoo.planners.resources.cp_sat import has_cp_sat, solve_cp_sat
from planzoo.planners.resources.effort import Effort, check_objective
from planzoo.planners.resources.exact_search import solve_exactly
from planzoo.planners.resources.local_search import search_schedules
from planzoo.planners.resources.precedence import earliest_ends
from planzoo.planners.resources.project import ROUNDING, Project
from planzoo.planners.resources.project_conflict import project_conflict
from planzoo.planners.resources.scaling import parts_of_a_unit
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.solved import Solved
from planzoo.planners.status import Status

SMALL = 8
"""Projects of so many activities are searched exactly where there is no CP-SAT."""
SEARCH_SHARE = 0.1
"""The share of the time that the local search gets to find CP-SAT a schedule to begin with."""


@dataclass(frozen=True)
class ScheduleResult:
    """What an optimization has found.

    Attributes:
        status: SOLVED when the schedule is proven to be the best, INFEASIBLE when it is proven that there is
            none, else BUDGET_SPENT.
        schedule: the best one found, if any.
        bound: no schedule has a smaller makespan or cost, whichever was to be small.
        solver: who found it: ``cp_sat``, ``search`` or ``exact``.
        seconds: wall-clock time since the optimization began.
        conflict: where it is infeasible, a smallest set of constraints that cannot be kept together, in
            words; empty where it was not found in time.
    """

    status: Status
    schedule: Schedule | None
    bound: float
    solver: str
    seconds: float
    conflict: tuple[str, ...] = ()


def optimize_schedule(
    project: Project, objective: str = "minimize_time", effort: Effort | None = None
) -> ScheduleResult:
    """Gives the best schedule that the effort allows for: the last of :func:`improve_schedule`.

    Where it is proven that there is none, some more effort goes into finding out why.

    Args:
        project: what is to be scheduled.
        objective: ``"minimize_time"`` or ``"minimize_cost"``; of equally good schedules the cheapest, or the
            quickest, is meant.
        effort: bounds and solver; None for one second.

    Raises:
        InputError: the objective is unknown, or the solver is missing or cannot treat the project.
    """
    effort = effort or Effort()
    *_, last = improve_schedule(project, objective, effort)
    if last.status is Status.INFEASIBLE:
        return replace(last, conflict=project_conflict(project, effort))
    return last


def improve_schedule(
    project: Project, objective: str = "minimize_time", effort: Effort | None = None
) -> Iterator[ScheduleResult]:
    """Gives better and better schedules as they are found, and at the end what is known of the best.

    Args:
        project: what is to be scheduled.
        objective: see :func:`optimize_schedule`.
        effort: bounds and solver; None for one second.

    Yields:
        BUDGET_SPENT with each better schedule; last SOLVED, INFEASIBLE, or BUDGET_SPENT with the best.

    Raises:
        InputError: see :func:`optimize_schedule`.
    """
    check_objective(objective)
    effort = effort or Effort()
    solver = chosen_solver(project, effort)
    started, best = time.perf_counter(), None
    if solver != "exact":
        share = SEARCH_SHARE if solver == "cp_sat" else 1.0
        within = replace(effort, milliseconds=effort.milliseconds * share)
        for best in search_schedules(project, objective, within):
            bound = simple_bound(project, objective)
            yield ScheduleResult(Status.BUDGET_SPENT, best, bound, "search", time.perf_counter() - started)
    solved = _solved(project, objective, effort, solver, best)
    yield ScheduleResult(*solved, solver, time.perf_counter() - started)


def feasible_schedule(project: Project, effort: Effort | None = None) -> ScheduleResult:
    """Gives any schedule that keeps all constraints; SOLVED with it, or INFEASIBLE when there is none.

    Args:
        project: what is to be scheduled.
        effort: bounds and solver; None for one second.

    Raises:
        InputError: the solver is missing or cannot treat the project.
    """
    last = None
    for last in improve_schedule(project, "minimize_time", effort):
        if last.schedule is not None:
            return replace(last, status=Status.SOLVED)
    assert last is not None, "the last result always comes"
    return last


def pareto_front(project: Project, effort: Effort | None = None) -> tuple[ScheduleResult, ...]:
    """Gives the schedules that no other beats in both makespan and cost, the quickest first.

    Args:
        project: what is to be scheduled.
        effort: bounds for each of them, and the solver; None for one second.

    Returns:
        Results with schedules, SOLVED where the makespan is proven; a single one without a schedule when
        nothing is feasible or was found.

    Raises:
        InputError: see :func:`optimize_schedule`; or the costs have no common unit.
    """
    step = 0.5 / parts_of_a_unit(project_arrays(project).costs.tolist(), "costs")
    found: list[ScheduleResult] = []
    narrowed = project
    while True:
        result = optimize_schedule(narrowed, "minimize_time", effort)
        if result.schedule is None:
            break
        found.append(result)
        if result.schedule.cost <= step:
            break
        narrowed = project.changed(budget=result.schedule.cost - step)
    return _unbeaten(found) if found else (result,)


def simple_bound(project: Project, objective: str) -> float:
    """Gives what no schedule can go below: the longest chain of precedences, or the cheapest modes."""
    if objective == "minimize_cost":
        table = project.resource_table
        return sum(min(mode.total_cost(table) for mode in each.modes) for each in project.activities)
    shortest = [activity.shortest for activity in project.activities]
    starts = [start for start, _ in project.windows]
    return max(earliest_ends(project.order, project.links, shortest, starts), default=0.0)


def chosen_solver(project: Project, effort: Effort) -> str:
    """Gives who optimizes a project."""
    if effort.solver != "auto":
        return effort.solver
    if has_cp_sat():
        return "cp_sat"
    return "exact" if len(project.activities) <= SMALL else "search"


def _solved(project: Project, objective: str, effort: Effort, solver: str, best: Schedule | None) -> Solved:
    if solver == "cp_sat":
        left = replace(effort, milliseconds=effort.milliseconds * (1 - SEARCH_SHARE))
        return _better(solve_cp_sat(project, objective, left, best), best, objective)
    if solver == "exact":
        return solve_exactly(project, objective, effort)
    bound = simple_bound(project, objective)
    if best is None:
        return Solved(Status.BUDGET_SPENT, None, bound)
    proven = _value(best, objective)[0] <= bound * (1 + ROUNDING)
    return Solved(Status.SOLVED if proven else Status.BUDGET_SPENT, best, bound)


def _better(solved: Solved, best: Schedule | None, objective: str) -> Solved:
    """Keeps the schedule of the local search where the solver has found none that is better."""
    if best is None or solved.status is Status.SOLVED:
        return solved
    if solved.schedule is None or is_better(best, solved.schedule, objective):
        return solved._replace(schedule=best)
    return solved


def is_better(schedule: Schedule, other: Schedule, objective: str) -> bool:
    """Says whether a schedule is quicker, or cheaper; of equally good ones the other goal decides."""
    return _value(schedule, objective) < _value(other, objective)


def _value(schedule: Schedule, objective: str) -> tuple[float, float]:
    pair = schedule.makespan, schedule.cost
    return pair if objective == "minimize_time" else pair[::-1]


def _unbeaten(found: list[ScheduleResult]) -> tuple[ScheduleResult, ...]:
    """Leaves out what a cheaper and no slower one beats: unproven schedules may be."""
    kept: list[ScheduleResult] = []
    for result in reversed(found):
        schedule = result.schedule
        assert schedule is not None
        fastest = min((each.schedule.makespan for each in kept if each.schedule), default=float("inf"))
        if schedule.makespan < fastest:
            kept.append(result)
    return tuple(reversed(kept))
