"""The compiled check of plans: totals, orders, and what is left of every resource after each event."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.planners.resources.arrays import ProjectArrays
from planzoo.planners.resources.project import ROUNDING

NO_STEP = -1
"""Stands where a plan has fewer steps than there are columns."""


class PlanChecks(NamedTuple):
    """What was found out about P plans.

    Attributes:
        feasible: bool (P,), whether a plan keeps all constraints.
        makespans: float64 (P,), when the last step ends.
        costs: float64 (P,), what all costs.
        shortages: int32 (P, R), how often a resource becomes too little: of a reusable one, more is held than
            there is.
        overflows: int32 (P, R), how often a store becomes too full.
        over_budget: bool (P,).
        late: bool (P,), whether the deadline is missed.
        broken_links: int32 (P,), precedences that are not kept.
        broken_windows: int32 (P,), steps outside of their time window.
    """

    feasible: NDArray[np.bool_]
    makespans: NDArray[np.float64]
    costs: NDArray[np.float64]
    shortages: NDArray[np.int32]
    overflows: NDArray[np.int32]
    over_budget: NDArray[np.bool_]
    late: NDArray[np.bool_]
    broken_links: NDArray[np.int32]
    broken_windows: NDArray[np.int32]


class CheckingRoom(NamedTuple):
    """Scratch for one plan of S steps and R resources.

    Attributes:
        ends: float64 (S,), when each step ends.
        by_start: int64 (S,), the steps in the order of their starts.
        by_end: int64 (S,), the steps in the order of their ends.
        left: float64 (R,), what is left of each resource.
        slacks: float64 (R,), by how much amounts may be wrong because sums are rounded.
        state: int8 (R,), what was wrong after the last event: -1 too little, 1 too much.
    """

    ends: NDArray[np.float64]
    by_start: NDArray[np.int64]
    by_end: NDArray[np.int64]
    left: NDArray[np.float64]
    slacks: NDArray[np.float64]
    state: NDArray[np.int8]


class PlanRow(NamedTuple):
    """One plan: int64 (S,) modes, float64 (S,) starts, and its number among all."""

    modes: NDArray[np.int64]
    starts: NDArray[np.float64]
    number: int


@kernel
def is_later(time: float, other: float) -> bool:
    """Says whether a time is later than another by more than rounding."""
    return time - other > ROUNDING * max(1.0, abs(time), abs(other))


@kernel
def sort_steps(order: NDArray[np.int64], count: int, times: NDArray[np.float64]) -> None:
    """Sorts the first ``count`` entries by their times: Shell's sort, quick where they are nearly in order.

    Source: Shell, A high-speed sorting procedure (1959), with gaps of 3^k.
    """
    gap = 1
    while gap * 9 < count:
        gap *= 3
    while gap > 0:
        for place in range(gap, count):
            step = order[place]
            time = times[step]
            slot = place
            while slot >= gap and times[order[slot - gap]] > time:
                order[slot] = order[slot - gap]
                slot -= gap
            order[slot] = step
        gap //= 3


@kernel
def check_totals(
    arrays: ProjectArrays,
    row: PlanRow,
    checks: PlanChecks,
    room: CheckingRoom,
) -> int:
    """Adds up times and costs of a plan and gives the number of its steps."""
    count, cost, makespan = 0, 0.0, 0.0
    for step in range(row.modes.shape[0]):
        mode = row.modes[step]
        if mode == NO_STEP:
            continue
        end = row.starts[step] + arrays.durations[mode]
        room.ends[step] = end
        room.by_start[count] = step
        room.by_end[count] = step
        count += 1
        cost += arrays.costs[mode]
        makespan = max(makespan, end)
    checks.costs[row.number] = cost
    checks.makespans[row.number] = makespan
    checks.over_budget[row.number] = cost > arrays.budget * (1 + ROUNDING)
    checks.late[row.number] = is_later(makespan, arrays.deadline)
    return count


@kernel
def check_orders(
    arrays: ProjectArrays,
    row: PlanRow,
    checks: PlanChecks,
    room: CheckingRoom,
) -> None:
    """Counts the precedences and windows that a plan breaks."""
    for link in range(arrays.links.shape[0]):
        earlier, later = arrays.links[link, 0], arrays.links[link, 1]
        if row.modes[earlier] != NO_STEP and row.modes[later] != NO_STEP:
            ready = room.ends[earlier] + arrays.lags[link]
            checks.broken_links[row.number] += is_later(ready, row.starts[later])
    for step in range(arrays.windows.shape[0]):
        if row.modes[step] != NO_STEP:
            early = is_later(arrays.windows[step, 0], row.starts[step])
            # The deadline is part of every window, but counts by itself.
            end = arrays.windows[step, 1]
            late = end < arrays.deadline and is_later(room.ends[step], end)
            checks.broken_windows[row.number] += early or late


@kernel
def check_levels(arrays: ProjectArrays, checks: PlanChecks, room: CheckingRoom, plan: int) -> None:
    """Counts what has become too little or too much since the last event."""
    for resource in range(room.left.shape[0]):
        left, slack = room.left[resource], room.slacks[resource]
        state = -1 if left < -slack else 1 if left > arrays.limits[resource] + slack else 0
        if state != room.state[resource]:
            checks.shortages[plan, resource] += state < 0
            checks.overflows[plan, resource] += state > 0
            room.state[resource] = state


@kernel
def change_levels(room: CheckingRoom, arrays: ProjectArrays, mode: int, side: int) -> None:
    """Takes or gives back what a mode does at its start (0) or its end (1)."""
    for resource in range(room.left.shape[0]):
        room.left[resource] += arrays.changes[mode, resource, side]


@kernel
def change_calendar(room: CheckingRoom, arrays: ProjectArrays, change: int) -> None:
    """Changes what there is as calendars say."""
    for resource in range(room.left.shape[0]):
        room.left[resource] += arrays.calendar_changes[change, resource]


@kernel
def begin_levels(arrays: ProjectArrays, room: CheckingRoom) -> None:
    """Fills every store to its initial amount."""
    for resource in range(room.left.shape[0]):
        room.left[resource] = arrays.initial[resource]
        room.state[resource] = 0


@kernel
def follow_levels(
    arrays: ProjectArrays,
    row: PlanRow,
    checks: PlanChecks,
    room: CheckingRoom,
    count: int,
) -> None:
    """Follows what is left from event to event; what happens at one time counts together."""
    changes = arrays.calendar_times.shape[0]
    started, ended, changed = 0, 0, 0
    while ended < count:
        time = room.ends[room.by_end[ended]]
        if started < count:
            time = min(time, row.starts[room.by_start[started]])
        if changed < changes:
            time = min(time, arrays.calendar_times[changed])
        while started < count and not is_later(row.starts[room.by_start[started]], time):
            change_levels(room, arrays, row.modes[room.by_start[started]], 0)
            started += 1
        while ended < count and not is_later(room.ends[room.by_end[ended]], time):
            change_levels(room, arrays, row.modes[room.by_end[ended]], 1)
            ended += 1
        while changed < changes and not is_later(arrays.calendar_times[changed], time):
            change_calendar(room, arrays, changed)
            changed += 1
        check_levels(arrays, checks, room, row.number)


@kernel
def is_feasible(checks: PlanChecks, plan: int) -> bool:
    """Says whether nothing was found."""
    faults = checks.broken_links[plan] + checks.broken_windows[plan]
    for resource in range(checks.shortages.shape[1]):
        faults += checks.shortages[plan, resource] + checks.overflows[plan, resource]
    return faults == 0 and not checks.over_budget[plan] and not checks.late[plan]


@driver
def check_rows(
    arrays: ProjectArrays,
    modes: NDArray[np.int64],
    starts: NDArray[np.float64],
    checks: PlanChecks,
    room: CheckingRoom,
) -> None:
    """Checks each plan: its totals, its orders, and what is left after each of its events."""
    for plan in range(modes.shape[0]):
        row = PlanRow(modes[plan], starts[plan], plan)
        count = check_totals(arrays, row, checks, room)
        check_orders(arrays, row, checks, room)
        sort_steps(room.by_start, count, row.starts)
        sort_steps(room.by_end, count, room.ends)
        begin_levels(arrays, room)
        follow_levels(arrays, row, checks, room, count)
        checks.feasible[plan] = is_feasible(checks, plan)
