"""Plans checked against their resources: ``python benchmarks/resource_timelines.py [--json] [--only TEXT]``.

A project of fifty activities in two modes each shares four resources: staff with a calendar, machines, money
and goods in a store. Its plans are random: every activity starts some time after those that precede it. All
are checked on one thread: amounts after every event, precedences, windows, budget and deadline. The peers are
the same check one plan at a time in Python, and written with NumPy, over all events of many plans sorted and
summed up. All must agree which plans are feasible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import report
from numpy.typing import NDArray
from report import Row

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.constraints import Calendar, Period, Precedence, TimeWindow
from planzoo.planners.resources.plan_checks import check_plans
from planzoo.planners.resources.project import ROUNDING, Mode, Project, project_of
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.tracker import ResourceTracker

PLANS = 100_000
ACTIVITIES = 50
SECONDS_WANTED = 1.0
CHUNK = 1000
"""Plans that NumPy takes at a time: more do not fit into the processor's cache."""
LOOKED_AT = 200
"""Plans that are checked in Python."""


class Plans(NamedTuple):
    """P plans of S steps: int64 (P, S) rows in the table of modes, and float64 (P, S) starts."""

    modes: NDArray[np.int64]
    starts: NDArray[np.float64]


def site(activities: int = ACTIVITIES, seed: int = 0) -> Project:
    """Makes a random project in which a good part of random plans is feasible."""
    random = np.random.default_rng(seed)
    resources = (
        Resource("staff", ResourceType.REUSABLE, 24, 30, cost_per_unit=1),
        Resource("machines", ResourceType.REUSABLE, 12),
        Resource("money", ResourceType.CONSUMABLE, 4.5 * activities),
        Resource("goods", ResourceType.PRODUCIBLE, 1.2 * activities, 3 * activities),
    )
    modes = {f"a{number}": [_mode(random, number) for _ in range(2)] for number in range(activities)}
    links = [
        Precedence(f"a{earlier}", f"a{later}", float(random.integers(0, 3)))
        for later in range(5, activities)
        for earlier in random.choice(later, size=2, replace=False)
    ]
    windows = [TimeWindow(f"a{number}", 1.0, 40.0 * activities) for number in range(0, activities, 5)]
    nights = tuple(Period(24.0 * day, 24.0 * day + 8, 20.0) for day in range(activities // 4))
    return project_of(
        resources,
        modes,
        budget=55.0 * activities,
        deadline=6.0 * activities,
        precedences=links,
        windows=windows,
        calendars=[Calendar("staff", nights)],
    )


def _mode(random: np.random.Generator, number: int) -> Mode:
    goods = ResourceRequirement("goods", float(random.integers(1, 4)), produces=number % 2 == 0)
    staff, machines, money = (float(random.integers(*span)) for span in ((1, 4), (0, 3), (2, 6)))
    needs = (
        ResourceRequirement("staff", staff),
        ResourceRequirement("machines", machines),
        ResourceRequirement("money", money),
        goods,
    )
    return Mode(float(random.integers(10, 100)) / 10, needs, float(random.integers(1, 20)))


def random_plans(project: Project, count: int = PLANS, seed: int = 0) -> Plans:
    """Draws modes, and starts that keep most precedences."""
    random, arrays = np.random.default_rng(seed), project_arrays(project)
    modes = arrays.first_modes[:-1] + random.integers(0, 2, size=(count, len(project.activities)))
    starts = random.integers(10, 400, size=modes.shape) / 10
    ends = np.empty_like(starts)
    before: dict[int, list[tuple[int, float]]] = {place: [] for place in project.order}
    for earlier, later, lag in project.links:
        before[later].append((earlier, lag))
    for place in project.order:
        for earlier, lag in before[place]:
            np.maximum(starts[:, place], ends[:, earlier] + lag, out=starts[:, place])
        # One in a thousand starts too early.
        starts[:, place] -= (random.random(count) < 1e-3) & (starts[:, place] > 1)
        ends[:, place] = starts[:, place] + arrays.durations[modes[:, place]]
    return Plans(modes, starts)


def check_with_numpy(arrays: ProjectArrays, plans: Plans) -> NDArray[np.bool_]:
    """Says which plans are feasible: events sorted by time, changes summed up, looked at after each time."""
    chunks = [slice(first, first + CHUNK) for first in range(0, len(plans.modes), CHUNK)]
    return np.concatenate([_check_chunk(arrays, plans.modes[rows], plans.starts[rows]) for rows in chunks])


def _check_chunk(
    arrays: ProjectArrays, modes: NDArray[np.int64], starts: NDArray[np.float64]
) -> NDArray[np.bool_]:
    ends = starts + arrays.durations[modes]
    makespans, costs = ends.max(axis=1), arrays.costs[modes].sum(axis=1)
    feasible = (costs <= arrays.budget * (1 + ROUNDING)) & ~_later(makespans, arrays.deadline)
    ready = ends[:, arrays.links[:, 0]] + arrays.lags
    feasible &= ~_later(ready, starts[:, arrays.links[:, 1]]).any(axis=1)
    feasible &= ~_later(arrays.windows[:, 0], starts).any(axis=1)
    feasible &= ~_later(ends, arrays.windows[:, 1]).any(axis=1)
    return feasible & _enough(arrays, modes, starts, ends)


def _later(time: NDArray[np.float64], other: NDArray[np.float64] | float) -> NDArray[np.bool_]:
    return time - other > ROUNDING * np.maximum(1.0, time)


def _enough(
    arrays: ProjectArrays,
    modes: NDArray[np.int64],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
) -> NDArray[np.bool_]:
    plans = len(modes)
    calendar = np.broadcast_to(arrays.calendar_times, (plans, len(arrays.calendar_times)))
    times = np.concatenate([starts, ends, calendar], axis=1)
    order = times.argsort(axis=1)
    times = np.take_along_axis(times, order, axis=1)
    # Only what is so after all that happens at one time counts.
    is_last = np.ones(times.shape, dtype=np.bool_)
    is_last[:, :-1] = _later(times[:, 1:], times[:, :-1])
    feasible = np.ones(plans, dtype=np.bool_)
    for resource, initial in enumerate(arrays.initial):
        changes = arrays.changes[:, resource]
        there = np.broadcast_to(arrays.calendar_changes[:, resource], calendar.shape)
        all_changes = np.concatenate([changes[modes, 0], changes[modes, 1], there], axis=1)
        left = initial + np.take_along_axis(all_changes, order, axis=1).cumsum(axis=1)
        slack = ROUNDING * max(initial, float(np.abs(changes).max(initial=0.0)))
        wrong = (left < -slack) | (left > arrays.limits[resource] + slack)
        feasible &= ~(wrong & is_last).any(axis=1)
    return feasible


def check_in_python(project: Project, plans: Sequence[Schedule]) -> list[bool]:
    """Says which plans are feasible, one after another."""
    tracker = ResourceTracker(project.resources)
    return [tracker.check_feasibility(plan) for plan in plans]


def schedules(project: Project, plans: Plans, count: int) -> list[Schedule]:
    """Gives the first plans as schedules."""
    first = project_arrays(project).first_modes[:-1]
    rows = zip((plans.modes[:count] - first).tolist(), plans.starts[:count].tolist(), strict=True)
    return [Schedule(project, tuple(starts), tuple(modes)) for modes, starts in rows]


def checking_rows(count: int = PLANS, looked_at: int = LOOKED_AT, repetitions: int = 5) -> list[Row]:
    """Measures plans checked a second by each, in turn, and how long all of them take."""
    project = site()
    arrays, plans = project_arrays(project), random_plans(project, count)
    some = schedules(project, plans, looked_at)
    feasible = check_plans(arrays, *plans).feasible
    if (feasible != check_with_numpy(arrays, plans)).any():
        raise AssertionError("NumPy and the compiled check do not find the same plans feasible.")
    if feasible[:looked_at].tolist() != check_in_python(project, some):
        raise AssertionError("The tracker and the compiled check do not find the same plans feasible.")
    part = Plans(plans.modes[: 10 * CHUNK], plans.starts[: 10 * CHUNK])
    ours, numpy, python = report.rates(
        [
            lambda: len(check_plans(arrays, *plans).feasible),
            lambda: len(check_with_numpy(arrays, part)),
            lambda: len(check_in_python(project, some)),
        ],
        repetitions,
    )
    task = f"{count:,} plans of {len(project.activities)} steps, {feasible.mean():.0%} feasible"
    seconds = count / float(np.median(ours))
    limit = Row(f"{task}: checked", seconds, "limit", "", SECONDS_WANTED, SECONDS_WANTED / seconds, "s", 1.0)
    return [
        limit,
        report.compare_rates(task, ours, numpy, "numpy", "plans/s"),
        report.compare_rates(task, ours, python, "ResourceTracker", "plans/s"),
    ]


TASKS: dict[str, Callable[[], list[Row]]] = {"checking": checking_rows}

if __name__ == "__main__":
    report.main("Resource timelines", TASKS)
