"""The parallel schedule generation scheme for projects that do no more than share, compiled.

Source: Kolisch, Serial and parallel resource-constrained project scheduling methods revisited (EJOR 90,
1996), section 3.2.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.checking import is_later
from planzoo.planners.resources.generation_room import SHORTAGE, Followers, GenerationRoom
from planzoo.planners.resources.serial_scheme import (
    begin_schedule,
    begin_timeline,
    change_timeline,
    fits_start,
    note_start,
    place_of,
)

PLACED = -1
"""Stands instead of the number of activities that one still waits for once it has a start."""


@kernel
def count_waits(followers: Followers, waits: NDArray[np.int64]) -> None:
    """Counts the activities that directly precede each."""
    for activity in range(waits.shape[0]):
        waits[activity] = 0
    for entry in range(followers.activities.shape[0]):
        waits[followers.activities[entry]] += 1


@kernel
def start_activity(
    arrays: ProjectArrays, followers: Followers, room: GenerationRoom, activity: int, mode: int
) -> None:
    """Enters an activity that has its start, and counts it off for its followers."""
    room.waits[activity] = PLACED
    note_start(arrays, followers, room, activity, mode)
    for entry in range(followers.first[activity], followers.first[activity + 1]):
        room.waits[followers.activities[entry]] -= 1


@kernel
def start_all_that_fit(
    arrays: ProjectArrays,
    followers: Followers,
    order: NDArray[np.int64],
    modes: NDArray[np.int64],
    room: GenerationRoom,
    time: float,
) -> float:
    """Starts whatever may start at a time; gives the next time at which an activity becomes ready."""
    later = math.inf
    for position in range(order.shape[0]):
        activity = order[position]
        if room.waits[activity] != 0:
            continue
        if is_later(room.ready[activity], time):
            later = min(later, room.ready[activity])
        elif arrays.durations[modes[activity]] <= 0 or fits_start(
            arrays, room, modes[activity], place_of(room, time)
        ):
            room.starts[activity] = time
            change_timeline(arrays, room, modes[activity], time)
            start_activity(arrays, followers, room, activity, modes[activity])
    return later


@driver
def schedule_in_parallel(
    arrays: ProjectArrays,
    followers: Followers,
    order: NDArray[np.int64],
    modes: NDArray[np.int64],
    room: GenerationRoom,
) -> None:
    """Goes from time to time and starts whatever may start then, those first in the order before others.

    The arguments are those of :func:`schedule_serially`; the project does no more than share.
    """
    begin_timeline(arrays, room)
    begin_schedule(arrays, room)
    count_waits(followers, room.waits)
    time = 0.0
    while time < math.inf:
        later = start_all_that_fit(arrays, followers, order, modes, room, time)
        place = place_of(room, time)
        if place + 1 < room.used[0]:
            later = min(later, room.times[place + 1])
        time = later
    for position in range(order.shape[0]):
        activity = order[position]
        if room.waits[activity] != PLACED:
            room.figures[SHORTAGE] += 1
            room.starts[activity] = max(room.ready[activity], room.times[room.used[0] - 1])
            start_activity(arrays, followers, room, activity, modes[activity])
