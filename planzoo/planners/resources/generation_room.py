"""What schedule generation works on: precedences by activity, and scratch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.project import ROUNDING

MAKESPAN, COST, LATENESS, SHORTAGE = range(4)
"""Places in the figures of a schedule: when all has ended; what all costs; by how much activities end after
their windows, in sum; how many activities find no room among the resources at any time."""


class Followers(NamedTuple):
    """What follows each of n activities directly; in a mirrored project, what precedes it.

    Attributes:
        first: int64 (n + 1,): activity i has the entries from ``first[i]`` to ``first[i + 1] - 1``.
        activities: int64 (L,), who follows.
        lags: float64 (L,), after how long.
    """

    first: NDArray[np.int64]
    activities: NDArray[np.int64]
    lags: NDArray[np.float64]


class GenerationRoom(NamedTuple):
    """Scratch and results of schedule generation for n activities, M modes and R resources.

    Attributes:
        times: float64 (C,), the times at which what is left changes, ascending; the first is 0.
        levels: float64 (C, R), what is left from then on.
        used: int64 (1,), how many of the times are in use.
        slacks: float64 (R,), by how much amounts may be wrong because sums are rounded.
        returning: bool (M,), whether a mode changes nothing for good: its end undoes what its start does.
        ready: float64 (n,), when each activity may start as far as those already placed are concerned.
        starts: float64 (n,), when each activity starts.
        ends: float64 (n,), when it ends.
        waits: int64 (n,), how many activities precede each and have no start yet; of the parallel scheme.
        figures: float64 (4,), see :data:`MAKESPAN`.
    """

    times: NDArray[np.float64]
    levels: NDArray[np.float64]
    used: NDArray[np.int64]
    slacks: NDArray[np.float64]
    returning: NDArray[np.bool_]
    ready: NDArray[np.float64]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    waits: NDArray[np.int64]
    figures: NDArray[np.float64]


def generation_room(arrays: ProjectArrays) -> GenerationRoom:
    """Makes the scratch for a project."""
    activities, resources = len(arrays.windows), len(arrays.initial)
    capacity = 1 + len(arrays.calendar_times) + 2 * activities
    largest = np.abs(arrays.changes).max(axis=(0, 2), initial=0.0)
    # Half of what checks allow, since they add up the same amounts in another order.
    slacks = 0.5 * ROUNDING * np.maximum(largest, arrays.initial)
    return GenerationRoom(
        times=np.zeros(capacity),
        levels=np.zeros((capacity, resources)),
        used=np.zeros(1, np.int64),
        slacks=slacks,
        returning=(arrays.changes.sum(axis=2) == 0).all(axis=1),
        ready=np.zeros(activities),
        starts=np.zeros(activities),
        ends=np.zeros(activities),
        waits=np.zeros(activities, np.int64),
        figures=np.zeros(4),
    )


def followers_of(arrays: ProjectArrays, mirrored: bool = False) -> Followers:
    """Sorts the precedences by the activity that comes first, or, in the mirrored project, last."""
    activities = len(arrays.windows)
    here, there = arrays.links[:, 1 if mirrored else 0], arrays.links[:, 0 if mirrored else 1]
    order = np.argsort(here, kind="stable")
    counts = np.bincount(here, minlength=activities)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Followers(first, np.ascontiguousarray(there[order]), np.ascontiguousarray(arrays.lags[order]))


def only_shares(arrays: ProjectArrays) -> bool:
    """Says whether activities do no more than share reusable resources, whose amounts never change.

    Such a project may be mirrored in time: neither calendars nor windows tell its beginning from its end.
    """
    room = generation_room(arrays)
    opens = not arrays.windows[:, 0].any() and bool((arrays.windows[:, 1] == arrays.deadline).all())
    return opens and not len(arrays.calendar_times) and bool(room.returning.all())
