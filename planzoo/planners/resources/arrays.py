"""A project as arrays, for compiled code."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.resources.resource import Resource
from planzoo.planners.resources.constraints import Calendar
from planzoo.planners.resources.project import Mode, Project


class ProjectArrays(NamedTuple):
    """A project of n activities with M modes in all, R resources, L precedences and K changes of calendars.

    What is left of a resource is its initial amount plus all changes up to and at a time; it must stay
    between 0 and its limit. What is held of a reusable resource is a change by minus the amount at the start
    and by the amount at the end; a calendar makes changes of its own.

    Attributes:
        first_modes: int64 (n + 1,): activity i has the modes from ``first_modes[i]`` up to, but without,
            ``first_modes[i + 1]``.
        durations: float64 (M,).
        costs: float64 (M,), what resources cost by the unit included.
        changes: float64 (M, R, 2), by how much the mode changes what is left, at its start and at its end.
        initial: float64 (R,), what there is at the beginning.
        limits: float64 (R,), how much may be left at most; infinite where nothing bounds it.
        calendar_times: float64 (K,), ascending.
        calendar_changes: float64 (K, R), by how much what is left changes then.
        links: int64 (L, 2): the second starts after the first has ended.
        lags: float64 (L,), how long after.
        windows: float64 (n, 2), the earliest start and the latest end.
        budget: what all may cost; infinite without one.
        deadline: when all must have ended; infinite without one.
    """

    first_modes: NDArray[np.int64]
    durations: NDArray[np.float64]
    costs: NDArray[np.float64]
    changes: NDArray[np.float64]
    initial: NDArray[np.float64]
    limits: NDArray[np.float64]
    calendar_times: NDArray[np.float64]
    calendar_changes: NDArray[np.float64]
    links: NDArray[np.int64]
    lags: NDArray[np.float64]
    windows: NDArray[np.float64]
    budget: float
    deadline: float


def project_arrays(project: Project) -> ProjectArrays:
    """Makes the arrays of a project."""
    modes = [mode for activity in project.activities for mode in activity.modes]
    counts = [len(activity.modes) for activity in project.activities]
    table = project.resource_table
    times, calendar_changes = calendar_arrays(project.constraints.calendars, table)
    links = [link[:2] for link in project.links]
    return ProjectArrays(
        first_modes=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        durations=np.array([mode.duration for mode in modes], dtype=np.float64),
        costs=np.array([mode.total_cost(table) for mode in modes], dtype=np.float64),
        changes=mode_changes(modes, table),
        initial=np.array([resource.initial_amount for resource in project.resources], dtype=np.float64),
        limits=resource_limits(project.resources),
        calendar_times=times,
        calendar_changes=calendar_changes,
        links=np.array(links, dtype=np.int64).reshape(-1, 2),
        lags=np.array([lag for *_, lag in project.links], dtype=np.float64),
        windows=np.array(project.windows, dtype=np.float64).reshape(-1, 2),
        budget=project.constraints.budget,
        deadline=project.constraints.deadline,
    )


def mode_changes(modes: Sequence[Mode], resources: Mapping[str, Resource]) -> NDArray[np.float64]:
    """Gives by how much each mode changes what is left, at its start and its end: (M, R, 2)."""
    places = {name: place for place, name in enumerate(resources)}
    changes = np.zeros((len(modes), len(resources), 2))
    for row, mode in enumerate(modes):
        for need in mode.requirements:
            changes[row, places[need.resource]] += need.changes(resources[need.resource])
    return changes


def resource_limits(resources: Sequence[Resource]) -> NDArray[np.float64]:
    """Gives how much may be left of each resource at most, (R,); what is given back is never too much."""
    return np.array(
        [math.inf if resource.is_reusable else resource.limit for resource in resources], dtype=np.float64
    )


def calendar_arrays(
    calendars: Sequence[Calendar], resources: Mapping[str, Resource]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gives the times (K,) at which calendars change what there is, and by how much, (K, R)."""
    places = {name: place for place, name in enumerate(resources)}
    changes: defaultdict[float, NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(resources)))
    for calendar in calendars:
        place = places[calendar.resource]
        usual = resources[calendar.resource].initial_amount
        for start, end, amount in calendar.periods:
            changes[start][place] += amount - usual
            changes[end][place] += usual - amount
    times = sorted(time for time in changes if time < math.inf)
    rows = np.array([changes[time] for time in times]).reshape(len(times), len(resources))
    return np.array(times, dtype=np.float64), rows
