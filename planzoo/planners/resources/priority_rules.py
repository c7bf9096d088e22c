"""Priority rules: which activity is to be scheduled before which.

Source: Kolisch, Efficient priority rules for the resource-constrained project scheduling problem (Journal of
Operations Management 14, 1996).
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.generation_room import Followers, followers_of
from planzoo.planners.resources.project import Project

RULES = ("latest_finish", "longest_tail", "most_successors")
"""First whoever has to end first; whoever begins the longest chain; or whoever is followed, directly or not,
by most."""


class Spans(NamedTuple):
    """What precedences and windows alone say about n activities in given modes.

    Attributes:
        earliest: float64 (n,), the earliest ends.
        latest: float64 (n,), the latest ends that delay nothing, or keep the windows.
        tails: float64 (n,), the longest chain from the activity's start to the end of all.
        successors: float64 (n,), how many follow, directly or not.
    """

    earliest: NDArray[np.float64]
    latest: NDArray[np.float64]
    tails: NDArray[np.float64]
    successors: NDArray[np.float64]


def spans_of(project: Project, arrays: ProjectArrays, modes: NDArray[np.int64]) -> Spans:
    """Works out the spans of a project whose activities have the modes (n,), rows of the arrays' tables."""
    durations, followers = arrays.durations[modes], followers_of(arrays)
    ends = arrays.windows[:, 0] + durations
    for place in project.order:
        for later, lag in _entries(followers, place):
            ends[later] = max(ends[later], ends[place] + lag + durations[later])
    latest = np.minimum(arrays.windows[:, 1], ends.max(initial=0.0))
    tails, after = durations.copy(), [0] * len(durations)
    for place in reversed(project.order):
        for later, lag in _entries(followers, place):
            latest[place] = min(latest[place], latest[later] - durations[later] - lag)
            tails[place] = max(tails[place], durations[place] + lag + tails[later])
            after[place] |= after[later] | 1 << later
    return Spans(ends, latest, tails, np.array([mask.bit_count() for mask in after], dtype=np.float64))


def rule_keys(spans: Spans, rule: str) -> NDArray[np.float64]:
    """Gives the keys (n,) of a rule; whoever has the least comes first.

    Raises:
        InputError: there is no such rule.
    """
    if rule == "latest_finish":
        return spans.latest
    if rule == "longest_tail":
        return -spans.tails
    if rule == "most_successors":
        return -spans.successors
    raise InputError(f"There is no priority rule {rule!r}; choose one of {', '.join(RULES)}.")


def ordered_by(keys: NDArray[np.float64], arrays: ProjectArrays) -> NDArray[np.int64]:
    """Orders activities by keys, each after all that precede it: int64 (n,)."""
    followers = followers_of(arrays)
    waits = np.bincount(followers.activities, minlength=len(keys)).tolist()
    ready: list[tuple[float, int]] = []
    for place, count in enumerate(waits):
        if not count:
            heappush(ready, (float(keys[place]), place))
    order = []
    while ready:
        _, place = heappop(ready)
        order.append(place)
        for later, _ in _entries(followers, place):
            waits[later] -= 1
            if not waits[later]:
                heappush(ready, (float(keys[later]), later))
    return np.array(order, dtype=np.int64)


def _entries(followers: Followers, place: int) -> list[tuple[int, float]]:
    entries = slice(followers.first[place], followers.first[place + 1])
    return list(zip(followers.activities[entries].tolist(), followers.lags[entries].tolist(), strict=True))
