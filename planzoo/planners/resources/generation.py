"""Schedules made in one go: an order, a mode for each activity, and a scheme that places them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import call
from planzoo.errors import InputError
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.generation_room import (
    COST,
    LATENESS,
    SHORTAGE,
    GenerationRoom,
    followers_of,
    generation_room,
    only_shares,
)
from planzoo.planners.resources.parallel_scheme import schedule_in_parallel
from planzoo.planners.resources.priority_rules import ordered_by, rule_keys, spans_of
from planzoo.planners.resources.project import ROUNDING, Project
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.serial_scheme import schedule_serially

SCHEMES = ("serial", "parallel")
"""Activity by activity, each as early as it fits in; or time by time, whatever fits in then."""


def generate_schedule(
    project: Project,
    order: Sequence[int] | None = None,
    modes: Sequence[int] | None = None,
    rule: str = "latest_finish",
    scheme: str = "serial",
) -> Schedule | None:
    """Schedules all activities once, as early as their order lets them.

    Args:
        project: what to schedule.
        order: the activities' places, each after those that precede it; None = as the rule says.
        modes: the number of each activity's mode; None = the quickest, the cheaper of equally quick ones.
        rule: one of :data:`planzoo.planners.resources.priority_rules.RULES`.
        scheme: one of :data:`SCHEMES`; the parallel one is for projects whose activities do no more than
            share reusable resources.

    Returns:
        None if this way leads to no schedule that keeps all constraints; another order or other modes might.

    Raises:
        InputError: there is no such rule, scheme or mode, the order breaks precedences, or the project
            does not suit the parallel scheme.
    """
    arrays = project_arrays(project)
    if scheme not in SCHEMES:
        raise InputError(f"There is no scheme {scheme!r}; choose one of {', '.join(SCHEMES)}.")
    if scheme == "parallel" and not only_shares(arrays):
        raise InputError(
            "The parallel scheme is for projects without calendars, windows and things that are used up; "
            "take scheme='serial'."
        )
    rows = quickest_modes(arrays) if modes is None else _rows(project, arrays, modes)
    keys = rule_keys(spans_of(project, arrays, rows), rule)
    line = ordered_by(keys, arrays) if order is None else _checked_order(project, order)
    room = generation_room(arrays)
    place_all = schedule_serially if scheme == "serial" else schedule_in_parallel
    call(place_all, arrays, followers_of(arrays), line, rows, room)
    return schedule_of(project, arrays, rows, room.starts) if keeps_all(arrays, room) else None


def quickest_modes(arrays: ProjectArrays) -> NDArray[np.int64]:
    """Gives each activity's quickest mode, the cheaper of equally quick ones: rows, int64 (n,)."""
    return _best_modes(arrays, arrays.durations, arrays.costs)


def cheapest_modes(arrays: ProjectArrays) -> NDArray[np.int64]:
    """Gives each activity's cheapest mode, the quicker of equally cheap ones: rows, int64 (n,)."""
    return _best_modes(arrays, arrays.costs, arrays.durations)


def keeps_all(arrays: ProjectArrays, room: GenerationRoom) -> bool:
    """Says whether the schedule in the room keeps all constraints."""
    late = room.figures[LATENESS] + room.figures[SHORTAGE] > 0
    return not late and bool(room.figures[COST] <= arrays.budget * (1 + ROUNDING))


def schedule_of(
    project: Project, arrays: ProjectArrays, rows: NDArray[np.int64], starts: NDArray[np.float64]
) -> Schedule:
    """Makes a schedule of rows of the tables of modes, int64 (n,), and starts, float64 (n,)."""
    modes = (rows - arrays.first_modes[:-1]).tolist()
    return Schedule(project, tuple(starts.tolist()), tuple(modes))


def _best_modes(
    arrays: ProjectArrays, first: NDArray[np.float64], second: NDArray[np.float64]
) -> NDArray[np.int64]:
    owners = np.repeat(np.arange(len(arrays.windows)), np.diff(arrays.first_modes))
    order = np.lexsort((second, first, owners))
    return np.ascontiguousarray(order[arrays.first_modes[:-1]], np.int64)


def _rows(project: Project, arrays: ProjectArrays, modes: Sequence[int]) -> NDArray[np.int64]:
    counts = [len(activity.modes) for activity in project.activities]
    if len(modes) != len(counts) or not all(0 <= mode < n for mode, n in zip(modes, counts, strict=True)):
        raise InputError(
            f"The modes {list(modes)} must be one number for each of the {len(counts)} activities, counted "
            "from 0 and below the number of its modes."
        )
    return arrays.first_modes[:-1] + np.array(modes, dtype=np.int64)


def _checked_order(project: Project, order: Sequence[int]) -> NDArray[np.int64]:
    if sorted(order) != list(range(len(project.activities))):
        raise InputError(
            f"The order {list(order)} must name each place from 0 to {len(project.activities) - 1} once."
        )
    positions = {place: position for position, place in enumerate(order)}
    for earlier, later, _ in project.links:
        if positions[earlier] > positions[later]:
            names = [project.activities[place].name for place in (earlier, later)]
            raise InputError(f"{names[0]!r} precedes {names[1]!r}, but comes later in the order; swap them.")
    return np.array(order, dtype=np.int64)
