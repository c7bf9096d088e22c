"""The serial schedule generation scheme, compiled.

Sources: Kelley, The critical-path method: resources planning and scheduling (1963); Kolisch, Serial and
parallel resource-constrained project scheduling methods revisited (EJOR 90, 1996), section 3.1. Here
activities may also change what is left for good, and calendars change it as well.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.checking import is_later
from planzoo.planners.resources.generation_room import (
    COST,
    LATENESS,
    MAKESPAN,
    SHORTAGE,
    Followers,
    GenerationRoom,
)
from planzoo.planners.resources.project import ROUNDING


@kernel
def begin_timeline(arrays: ProjectArrays, room: GenerationRoom) -> None:
    """Lays out what there is without any activity: initial amounts and calendars."""
    resources = room.levels.shape[1]
    last = 0
    room.times[0] = 0.0
    for resource in range(resources):
        room.levels[0, resource] = arrays.initial[resource]
    for change in range(arrays.calendar_times.shape[0]):
        if is_later(arrays.calendar_times[change], room.times[last]):
            last += 1
            room.times[last] = arrays.calendar_times[change]
            for resource in range(resources):
                room.levels[last, resource] = room.levels[last - 1, resource]
        for resource in range(resources):
            room.levels[last, resource] += arrays.calendar_changes[change, resource]
    room.used[0] = last + 1


@kernel
def place_of(room: GenerationRoom, time: float) -> int:
    """Gives the last entry of the timeline that is not later than a time, but for rounding."""
    time += ROUNDING * max(1.0, time)
    low, high = 0, room.used[0]
    while high - low > 1:
        middle = (low + high) >> 1
        if room.times[middle] <= time:
            low = middle
        else:
            high = middle
    return low


@kernel
def fits_start(arrays: ProjectArrays, room: GenerationRoom, mode: int, place: int) -> bool:
    """Says whether an entry of the timeline stays within bounds after what a mode does at its start."""
    for resource in range(room.levels.shape[1]):
        change = arrays.changes[mode, resource, 0]
        level = room.levels[place, resource] + change
        if change < 0 and level < -room.slacks[resource]:
            return False
        if change > 0 and level > arrays.limits[resource] + room.slacks[resource]:
            return False
    return True


@kernel
def fits_end(arrays: ProjectArrays, room: GenerationRoom, mode: int, place: int) -> bool:
    """Says whether an entry of the timeline stays within bounds after all that a mode does."""
    for resource in range(room.levels.shape[1]):
        change = arrays.changes[mode, resource, 0] + arrays.changes[mode, resource, 1]
        level = room.levels[place, resource] + change
        if change < 0 and level < -room.slacks[resource]:
            return False
        if change > 0 and level > arrays.limits[resource] + room.slacks[resource]:
            return False
    return True


@kernel
def delay_start(arrays: ProjectArrays, room: GenerationRoom, mode: int, start: float) -> float:
    """Delays a start until nothing is wrong while the activity lasts; infinite if it always is."""
    duration, count = arrays.durations[mode], room.used[0]
    if duration <= 0:
        return start
    place = place_of(room, start)
    while place < count and is_later(start + duration, room.times[place]):
        if not fits_start(arrays, room, mode, place):
            if place + 1 == count:
                return math.inf
            start = room.times[place + 1]
        place += 1
    return start


@kernel
def delay_end(arrays: ProjectArrays, room: GenerationRoom, mode: int, start: float) -> float:
    """Delays a start until nothing is wrong after the activity; infinite if it always is.

    Where an entry after the end is out of bounds, the activity has to end when the entry is over or later.
    """
    duration, last = arrays.durations[mode], room.used[0] - 1
    first = place_of(room, start + duration)
    for place in range(last, first - 1, -1):
        if not fits_end(arrays, room, mode, place):
            return math.inf if place == last else max(start, room.times[place + 1] - duration)
    return start


@kernel
def earliest_start(arrays: ProjectArrays, room: GenerationRoom, mode: int, ready: float) -> float:
    """Finds the first time from ``ready`` on at which a mode fits in; infinite if there is none.

    Each delay is the least that is necessary, so that the first start that needs no more is the earliest.
    """
    start = delay_start(arrays, room, mode, ready)
    while not room.returning[mode] and start < math.inf:
        delayed = delay_end(arrays, room, mode, start)
        if delayed == start:
            break
        start = delay_start(arrays, room, mode, delayed)
    return start


@kernel
def entry_at(room: GenerationRoom, time: float) -> int:
    """Gives the entry of the timeline that begins at a time; makes it if there is none."""
    place = place_of(room, time)
    if not is_later(time, room.times[place]):
        return place
    resources = room.levels.shape[1]
    for later in range(room.used[0], place + 1, -1):
        room.times[later] = room.times[later - 1]
        for resource in range(resources):
            room.levels[later, resource] = room.levels[later - 1, resource]
    room.times[place + 1] = time
    for resource in range(resources):
        room.levels[place + 1, resource] = room.levels[place, resource]
    room.used[0] += 1
    return place + 1


@kernel
def change_timeline(arrays: ProjectArrays, room: GenerationRoom, mode: int, start: float) -> None:
    """Enters what a mode takes and makes when it starts at a time."""
    resources = room.levels.shape[1]
    first = entry_at(room, start)
    last = entry_at(room, start + arrays.durations[mode])
    for place in range(first, last):
        for resource in range(resources):
            room.levels[place, resource] += arrays.changes[mode, resource, 0]
    if not room.returning[mode]:
        for place in range(last, room.used[0]):
            for resource in range(resources):
                change = arrays.changes[mode, resource, 0] + arrays.changes[mode, resource, 1]
                room.levels[place, resource] += change


@kernel
def begin_schedule(arrays: ProjectArrays, room: GenerationRoom) -> None:
    """Clears the figures, and lets activities start when their windows open."""
    for figure in range(room.figures.shape[0]):
        room.figures[figure] = 0.0
    for activity in range(room.ready.shape[0]):
        room.ready[activity] = arrays.windows[activity, 0]


@kernel
def note_start(
    arrays: ProjectArrays, followers: Followers, room: GenerationRoom, activity: int, mode: int
) -> None:
    """Adds an activity that has its start to the figures, and lets its followers wait for its end."""
    end = room.starts[activity] + arrays.durations[mode]
    room.ends[activity] = end
    room.figures[MAKESPAN] = max(room.figures[MAKESPAN], end)
    room.figures[COST] += arrays.costs[mode]
    if is_later(end, arrays.windows[activity, 1]):
        room.figures[LATENESS] += end - arrays.windows[activity, 1]
    for entry in range(followers.first[activity], followers.first[activity + 1]):
        other = followers.activities[entry]
        room.ready[other] = max(room.ready[other], end + followers.lags[entry])


@driver
def schedule_serially(
    arrays: ProjectArrays,
    followers: Followers,
    order: NDArray[np.int64],
    modes: NDArray[np.int64],
    room: GenerationRoom,
) -> None:
    """Starts each activity as early as those before it in the order leave room for it.

    An activity for which there is no room at any time goes to the end and takes nothing.

    Args:
        arrays: the project.
        followers: its precedences.
        order: int64 (n,), all activities, each after those that precede it.
        modes: int64 (n,), each activity's row in the tables of modes.
        room: scratch; gets starts, ends and figures.
    """
    begin_timeline(arrays, room)
    begin_schedule(arrays, room)
    for position in range(order.shape[0]):
        activity = order[position]
        mode = modes[activity]
        start = earliest_start(arrays, room, mode, room.ready[activity])
        if start < math.inf:
            change_timeline(arrays, room, mode, start)
        else:
            room.figures[SHORTAGE] += 1
            start = max(room.ready[activity], room.times[room.used[0] - 1])
        room.starts[activity] = start
        note_start(arrays, followers, room, activity, mode)
