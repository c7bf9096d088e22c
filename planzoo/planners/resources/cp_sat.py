"""Schedules by CP-SAT, the constraint solver of OR-tools (extra ``optimize``).

Source: Perron, Didier and Gay, The CP-SAT-LP solver (2023), for the solver; Pritsker, Watters and Wolfe,
Multiproject scheduling with limited resources (1969), for the problem. Each activity has an optional interval
for each of its modes; what is held of a reusable resource is cumulative, calendars being intervals that are
always there; other resources are reservoirs.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from planzoo.errors import InputError
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.effort import Effort, check_objective
from planzoo.planners.resources.project import Project
from planzoo.planners.resources.scaling import parts_of_a_unit, whole
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.solved import Solved
from planzoo.planners.status import Status


def has_cp_sat() -> bool:
    """Says whether OR-tools is installed."""
    try:
        import ortools.sat.python.cp_model  # noqa: F401
    except ImportError:
        return False
    return True


def solve_cp_sat(
    project: Project, objective: str, effort: Effort | None = None, hint: Schedule | None = None
) -> Solved:
    """Searches for the best schedule; of equally good ones for the cheapest, or the quickest.

    Args:
        project: what is to be scheduled.
        objective: ``"minimize_time"`` or ``"minimize_cost"``.
        effort: bounds; None for one second.
        hint: a schedule to begin with.

    Raises:
        InputError: OR-tools is missing, the objective is unknown, or times or amounts have no common unit.
    """
    check_objective(objective)
    if not has_cp_sat():
        raise InputError("The solver 'cp_sat' needs OR-tools: pip install 'planzoo[optimize]'.")
    effort = effort or Effort()
    model = _Model(project)
    if hint is not None:
        model.suggest(hint)
    first, second = (
        (model.makespan, model.cost) if objective == "minimize_time" else (model.cost, model.makespan)
    )
    parts = model.time_parts if objective == "minimize_time" else model.cost_parts
    solved = model.solve(first, effort, effort.milliseconds)
    if solved.schedule is None:
        return Solved(solved.status, None, solved.bound / parts)
    left = effort.milliseconds - 1000 * solved.seconds
    if solved.status is Status.SOLVED and left > 0:
        model.fix(first, round(solved.value))
        model.suggest(solved.schedule)
        better = model.solve(second, effort, left)
        # The first goal is proven; that the second one is not would be no news to who asked for the first.
        return Solved(Status.SOLVED, better.schedule or solved.schedule, solved.bound / parts)
    return Solved(solved.status, solved.schedule, solved.bound / parts)


class _Answer(NamedTuple):
    status: Status
    schedule: Schedule | None
    value: float
    bound: float
    seconds: float


class _Model:
    """The constraint model of a project, in whole numbers."""

    def __init__(self, project: Project) -> None:
        from ortools.sat.python import cp_model

        self.tool = cp_model
        self.model = cp_model.CpModel()
        self.project = project
        self.arrays = arrays = project_arrays(project)
        times = (arrays.durations, arrays.lags, arrays.windows.ravel(), arrays.calendar_times)
        self.time_parts = parts_of_a_unit(np.concatenate(times).tolist(), "times")
        self.cost_parts = parts_of_a_unit(arrays.costs.tolist(), "costs")
        self.durations = [whole(value, self.time_parts) for value in arrays.durations]
        self.horizon = self._horizon()
        self._add_activities()
        self._add_precedences()
        for place, resource in enumerate(project.resources):
            if resource.is_reusable:
                self._add_cumulative(place)
            else:
                self._add_reservoir(place)
        self._add_totals()

    def solve(self, goal: Any, effort: Effort, milliseconds: float) -> _Answer:
        """Makes something as small as the time allows."""
        self.model.minimize(goal)
        solver = self.tool.CpSolver()
        solver.parameters.max_time_in_seconds = milliseconds / 1000
        solver.parameters.num_workers = effort.workers
        solver.parameters.random_seed = effort.seed % 2**31
        found = solver.solve(self.model)
        status = _STATUSES[solver.status_name(found)]
        if solver.status_name(found) not in ("OPTIMAL", "FEASIBLE"):
            bound = math.inf if status is Status.INFEASIBLE else solver.best_objective_bound
            return _Answer(status, None, math.inf, bound, solver.wall_time)
        starts = tuple(solver.value(start) / self.time_parts for start in self.starts)
        modes = tuple(
            next(number for number, present in enumerate(ways) if solver.boolean_value(present))
            for ways in self.presences
        )
        schedule = Schedule(self.project, starts, modes)
        return _Answer(
            status, schedule, solver.objective_value, solver.best_objective_bound, solver.wall_time
        )

    def fix(self, goal: Any, value: int) -> None:
        """Keeps something from becoming larger again."""
        self.model.add(goal <= value)

    def suggest(self, schedule: Schedule) -> None:
        """Gives the solver a schedule to begin with."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for start, value in zip(self.starts, schedule.starts, strict=True):
            self.model.add_hint(start, whole(value, self.time_parts))
        for ways, mode in zip(self.presences, schedule.modes, strict=True):
            for number, present in enumerate(ways):
                self.model.add_hint(present, number == mode)

    def _horizon(self) -> int:
        """Gives a time by which all can have ended one after another, if it can be done at all."""
        arrays, parts = self.arrays, self.time_parts
        longest = sum(
            max(self.durations[first:last])
            for first, last in zip(arrays.first_modes[:-1], arrays.first_modes[1:], strict=True)
        )
        times = [0.0, *arrays.windows[:, 0].tolist(), *arrays.calendar_times.tolist()]
        return longest + whole(max(times) + float(arrays.lags.sum()), parts)

    def _add_activities(self) -> None:
        arrays, model = self.arrays, self.model
        self.starts, self.ends, self.presences = [], [], []
        self.intervals: list[Any] = []
        self.rows: list[Any] = []
        for place in range(len(self.project.activities)):
            early, late = arrays.windows[place].tolist()
            last = self.horizon if late == math.inf else min(self.horizon, whole(late, self.time_parts))
            first = whole(early, self.time_parts)
            start = model.new_int_var(first, max(first, last), f"start {place}")
            end = model.new_int_var(first, max(first, last), f"end {place}")
            rows = range(int(arrays.first_modes[place]), int(arrays.first_modes[place + 1]))
            ways = [model.new_bool_var(f"mode {row}") for row in rows]
            model.add_exactly_one(ways)
            pairs = list(zip(rows, ways, strict=True))
            model.add(end == start + sum(self.durations[row] * way for row, way in pairs))
            for row, way in pairs:
                size = self.durations[row]
                self.intervals.append(
                    model.new_optional_fixed_size_interval_var(start, size, way, f"row {row}")
                )
                self.rows.append((start, end, way))
            self.starts.append(start)
            self.ends.append(end)
            self.presences.append(ways)

    def _add_precedences(self) -> None:
        for (earlier, later), lag in zip(self.arrays.links.tolist(), self.arrays.lags.tolist(), strict=True):
            self.model.add(self.starts[later] >= self.ends[earlier] + whole(lag, self.time_parts))

    def _add_cumulative(self, place: int) -> None:
        """Bounds what is held at the same time; calendars hold what is not there."""
        arrays = self.arrays
        levels = self._calendar_levels(place)
        amounts = -arrays.changes[:, place, 0]
        parts = parts_of_a_unit([*amounts.tolist(), *(level for *_, level in levels)], "amounts")
        most = max(level for *_, level in levels)
        intervals, demands = [], []
        for row, amount in enumerate(amounts.tolist()):
            if amount:
                intervals.append(self.intervals[row])
                demands.append(whole(amount, parts))
        for start, end, level in levels:
            if level < most and end > start:
                intervals.append(
                    self.model.new_fixed_size_interval_var(start, end - start, f"calendar {start}")
                )
                demands.append(whole(most - level, parts))
        self.model.add_cumulative(intervals, demands, whole(most, parts))

    def _calendar_levels(self, place: int) -> list[tuple[int, int, float]]:
        """Gives how much there is of a reusable resource from when to when."""
        arrays, level = self.arrays, float(self.arrays.initial[place])
        levels, since = [], 0
        for time, change in zip(
            arrays.calendar_times.tolist(), arrays.calendar_changes[:, place], strict=True
        ):
            until = whole(time, self.time_parts)
            levels.append((since, until, level))
            since, level = until, level + float(change)
        return [*levels, (since, max(since, self.horizon), level)]

    def _add_reservoir(self, place: int) -> None:
        """Bounds what is left at any time."""
        arrays = self.arrays
        changes, initial, limit = arrays.changes[:, place], arrays.initial[place], arrays.limits[place]
        parts = parts_of_a_unit([*changes.ravel().tolist(), float(initial), float(limit)], "amounts")
        if (changes <= 0).all():
            totals = [whole(float(-change.sum()), parts) for change in changes]
            used = sum(total * way for total, (*_, way) in zip(totals, self.rows, strict=True) if total)
            self.model.add(used <= whole(float(initial), parts))
            return
        times, amounts, actives = [], [], []
        for change, (start, end, way) in zip(changes.tolist(), self.rows, strict=True):
            for time, amount in zip((start, end), change, strict=True):
                if amount:
                    times.append(time)
                    amounts.append(whole(amount, parts))
                    actives.append(way)
        most = sum(abs(amount) for amount in amounts) if limit == math.inf else whole(limit - initial, parts)
        self.model.add_reservoir_constraint_with_active(
            times, amounts, actives, -whole(float(initial), parts), most
        )

    def _add_totals(self) -> None:
        arrays, model = self.arrays, self.model
        self.makespan = model.new_int_var(0, self.horizon, "makespan")
        model.add_max_equality(self.makespan, [0, *self.ends])
        prices = [whole(cost, self.cost_parts) for cost in arrays.costs.tolist()]
        self.cost = sum(price * way for price, (*_, way) in zip(prices, self.rows, strict=True)) + 0
        if arrays.budget < math.inf:
            model.add(self.cost <= math.floor(arrays.budget * self.cost_parts * (1 + 1e-12)))


_STATUSES = {
    "OPTIMAL": Status.SOLVED,
    "FEASIBLE": Status.BUDGET_SPENT,
    "INFEASIBLE": Status.INFEASIBLE,
    "UNKNOWN": Status.BUDGET_SPENT,
}


def cost_step(arrays: ProjectArrays) -> float:
    """Gives by how much the costs of two schedules differ at least if they differ.

    Raises:
        InputError: the costs have no common unit.
    """
    return 1.0 / parts_of_a_unit(arrays.costs.tolist(), "costs")
