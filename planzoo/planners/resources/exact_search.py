"""The best schedule of a small project, proven, without any solver.

Source: Patterson, Słowiński, Talbot and Węglarz, An algorithm for a general class of precedence and resource
constrained scheduling problems (1989), and Sprecher and Drexl, Multi-mode resource-constrained project
scheduling by a simple, general and powerful sequencing algorithm (1998): the precedence tree, on whose path
an activity is chosen with a mode and placed as early as it can be, not before the one chosen last.

Where a store is bounded from above, to start early can be wrong (what is made may find no room), and where
something is taken at an end, what starts later can still make it in time: there every start on the grid of
the project's times is tried.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import numpy as np

from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.effort import Effort, check_objective
from planzoo.planners.resources.levels import Levels
from planzoo.planners.resources.project import ROUNDING, Project
from planzoo.planners.resources.scaling import parts_of_a_unit
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.solved import Solved
from planzoo.planners.status import Status

Value = tuple[float, float]
"""What shall be small, and what shall be small next."""


def solve_exactly(project: Project, objective: str, effort: Effort | None = None) -> Solved:
    """Searches all schedules that can be the best; of equally good ones for the cheapest, or the quickest.

    Args:
        project: what is to be scheduled; a dozen activities are many.
        objective: ``"minimize_time"`` or ``"minimize_cost"``.
        effort: bounds, of which the time counts; None for one second.

    Raises:
        InputError: the objective is unknown, or every start would have to be tried and the times have no
            common unit.
    """
    check_objective(objective)
    return _Search(project, objective, effort or Effort()).run()


class _OutOfTime(Exception):
    """The time is used up."""


class _Search:
    """One search; what has been placed is a path in the precedence tree."""

    def __init__(self, project: Project, objective: str, effort: Effort) -> None:
        self.project = project
        self.arrays = arrays = project_arrays(project)
        self.by_time = objective == "minimize_time"
        self.deadline = time.perf_counter() + effort.milliseconds / 1000
        self.count = len(project.activities)
        self.rows = [
            range(int(first), int(last))
            for first, last in zip(arrays.first_modes[:-1], arrays.first_modes[1:], strict=True)
        ]
        self.before: list[list[tuple[int, float]]] = [[] for _ in range(self.count)]
        for earlier, later, lag in project.links:
            self.before[later].append((earlier, lag))
        self.tails = _tails(project, arrays)
        self.cheapest = [min(arrays.costs[rows.start : rows.stop]) for rows in self.rows]
        self.levels = Levels(arrays)
        self.delays = bool(np.isfinite(arrays.limits).any()) or _is_made_in_time(arrays)
        self.grid = 1.0 / parts_of_a_unit(_times(arrays), "times") if self.delays else 0.0
        self.horizon = _horizon(arrays, self.rows)
        self.starts: dict[int, float] = {}
        self.modes: dict[int, int] = {}
        self.ends: dict[int, float] = {}
        self.best: Value = (math.inf, math.inf)
        self.found: Schedule | None = None
        self.nodes = 0

    def run(self) -> Solved:
        try:
            self._extend(0.0, 0.0)
        except _OutOfTime:
            bound = max(self.tails, default=0.0) if self.by_time else sum(self.cheapest)
            return Solved(Status.BUDGET_SPENT, self.found, bound)
        if self.found is None:
            return Solved(Status.INFEASIBLE, None, math.inf)
        return Solved(Status.SOLVED, self.found, self.best[0])

    def _extend(self, last: float, cost: float) -> None:
        """Places one more activity in every way that can lead to something better."""
        self.nodes += 1
        if self.nodes % 64 == 0 and time.perf_counter() > self.deadline:
            raise _OutOfTime
        if len(self.starts) == self.count:
            self._note(cost)
            return
        if self._bound(last, cost) >= self.best:
            return
        for place in range(self.count):
            if place in self.starts or any(earlier not in self.ends for earlier, _ in self.before[place]):
                continue
            for row in self.rows[place]:
                price = cost + float(self.arrays.costs[row])
                if price <= self.arrays.budget * (1 + ROUNDING):
                    self._place(place, row, last, price)

    def _place(self, place: int, row: int, last: float, cost: float) -> None:
        """Tries the starts of an activity in a mode."""
        duration = float(self.arrays.durations[row])
        for start in self._possible(place, row, last):
            self.starts[place], self.modes[place] = start, row
            self.ends[place] = start + duration
            self.levels.add(row, start)
            self._extend(start, cost)
            self.levels.remove(row, start)
            del self.starts[place], self.modes[place], self.ends[place]

    def _possible(self, place: int, row: int, last: float) -> Iterator[float]:
        """Gives the starts to be tried: the earliest one, or all where that may be wrong."""
        early, late = self.arrays.windows[place].tolist()
        ready = [self.ends[earlier] + lag for earlier, lag in self.before[place]]
        first, duration = max([last, early, *ready]), float(self.arrays.durations[row])
        latest = min(late, self.horizon) - duration
        if not self.delays:
            start = self.levels.earliest(row, first)
            if start <= latest + ROUNDING * max(1.0, abs(latest)):
                yield start
            return
        steps = math.ceil(first / self.grid - ROUNDING)
        while steps * self.grid <= latest + ROUNDING * max(1.0, abs(latest)):
            start = steps * self.grid
            if self.levels.is_final_up_to(start, row):
                yield start
            steps += 1

    def _bound(self, last: float, cost: float) -> Value:
        """Gives what any schedule that begins like this amounts to at least."""
        left = [place for place in range(self.count) if place not in self.starts]
        tails = [self._earliest(place, last) + self.tails[place] for place in left]
        makespan = max([*self.ends.values(), *tails])
        total = cost + sum(self.cheapest[place] for place in left)
        return (makespan, total) if self.by_time else (total, makespan)

    def _earliest(self, place: int, last: float) -> float:
        ready = [self.ends[earlier] + lag for earlier, lag in self.before[place] if earlier in self.ends]
        return max([last, float(self.arrays.windows[place, 0]), *ready])

    def _note(self, cost: float) -> None:
        """Keeps a schedule that is better than the best so far."""
        if self.delays and not self.levels.is_kept():
            return
        makespan = max(self.ends.values(), default=0.0)
        value = (makespan, cost) if self.by_time else (cost, makespan)
        if value < self.best:
            places = range(self.count)
            starts = tuple(self.starts[place] for place in places)
            modes = tuple(self.modes[place] - self.rows[place].start for place in places)
            self.best, self.found = value, Schedule(self.project, starts, modes)


def _tails(project: Project, arrays: ProjectArrays) -> list[float]:
    """Gives for each activity how long it takes at least from its start to the end of all that follows it."""
    tails = [activity.shortest for activity in project.activities]
    shortest = list(tails)
    for place in reversed(project.order):
        for earlier, later, lag in project.links:
            if earlier == place:
                tails[place] = max(tails[place], shortest[place] + lag + tails[later])
    return tails


def _is_made_in_time(arrays: ProjectArrays) -> bool:
    """Says whether something can be missing for what was placed and be made by what is placed later."""
    ends = np.where((arrays.durations == 0)[:, None], arrays.changes.min(axis=2), arrays.changes[:, :, 1])
    return bool(((ends < 0).any(axis=0) & (arrays.changes.sum(axis=2) > 0).any(axis=0)).any())


def _times(arrays: ProjectArrays) -> list[float]:
    parts = (arrays.durations, arrays.lags, arrays.windows.ravel(), arrays.calendar_times)
    return [float(value) for value in np.concatenate(parts)]


def _horizon(arrays: ProjectArrays, rows: list[range]) -> float:
    """Gives a time by which all can have ended if it can be done at all."""
    longest = sum(float(max(arrays.durations[each.start : each.stop])) for each in rows)
    times = [0.0, *arrays.windows[:, 0].tolist(), *arrays.calendar_times.tolist()]
    return float(max(times)) + longest + float(arrays.lags.sum())
