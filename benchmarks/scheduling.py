"""Schedules of generated projects: our search from good to better against CP-SAT, a second each, one thread.

The projects have PSPLIB's parameters (30 and 60 activities, 4 resources, all 48 combinations of complexity,
resource factor and resource strength), one project for each combination. CP-SAT gets no hint from us. Time is
wall-clock time: nothing else should be running.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from report import Row, main, version_of

from planzoo.planners.resources.cp_sat import has_cp_sat, solve_cp_sat
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.generated_projects import ProjectParameters, generate_project, parameter_cells
from planzoo.planners.resources.optimization import optimize_schedule
from planzoo.planners.status import Status

MILLISECONDS = 1000.0
WITHIN = 0.03
"""How much longer than CP-SAT's our schedules may be."""
SIZES = (30, 60)
SEED = 1


class Race(NamedTuple):
    """How both did on one project.

    Attributes:
        ours: our makespan.
        theirs: CP-SAT's; None without CP-SAT, or where it found nothing.
        is_ours_proven: whether ours is known to be best.
        is_theirs_proven: whether theirs is.
    """

    ours: float
    theirs: float | None
    is_ours_proven: bool
    is_theirs_proven: bool


def race(parameters: ProjectParameters, milliseconds: float = MILLISECONDS) -> Race:
    """Lets both schedule one project."""
    project = generate_project(parameters, SEED)
    ours = optimize_schedule(project, "minimize_time", Effort(milliseconds, solver="search"))
    assert ours.schedule is not None, "one after another is always possible"
    value, is_proven = ours.schedule.makespan, ours.status is Status.SOLVED
    if not has_cp_sat():
        return Race(value, None, is_proven, False)
    theirs = solve_cp_sat(project, "minimize_time", Effort(milliseconds))
    found = None if theirs.schedule is None else theirs.schedule.makespan
    return Race(value, found, is_proven, theirs.status is Status.SOLVED)


def rows_of(races: Sequence[Race], activities: int) -> list[Row]:
    """Makes rows of makespans, of the worst project, and of the share that is proven."""
    mean = statistics.fmean(each.ours for each in races)
    proven = [statistics.fmean(each[place] for each in races) for place in (2, 3)]
    both = [(each.ours, each.theirs) for each in races if each.theirs is not None]
    if not both:
        return [_row(f"{activities} activities: mean makespan", (mean, None), None)]
    ratios = [theirs / ours for ours, theirs in both]
    worst = min(both, key=lambda pair: pair[1] / pair[0])
    means = (mean, statistics.fmean(theirs for _, theirs in both))
    shares = _row(f"{activities} activities: share proven to be best", (proven[0], proven[1]), None)
    return [
        _row(f"{activities} activities: mean makespan", means, statistics.fmean(ratios)),
        _row(f"{activities} activities: makespan where we are worst", worst, min(ratios)),
        replace(shares, unit="share", target=None),
    ]


def _row(task: str, values: tuple[float, float | None], ratio: float | None) -> Row:
    version = version_of("ortools") or "not installed: pip install ortools"
    return Row(task, values[0], "ortools", version, values[1], ratio, "time", 1 / (1 + WITHIN))


def measure(activities: int) -> list[Row]:
    """Schedules a project of each of the 48 kinds."""
    cells = parameter_cells(activities)
    race(cells[0], 1.0)  # compiles
    return rows_of([race(cell) for cell in cells], activities)


def tasks() -> dict[str, Callable[[], list[Row]]]:
    """Gives the measurements by name."""
    return {f"{size} activities": partial(measure, size) for size in SIZES}


if __name__ == "__main__":
    main("Schedules of generated projects, 1 s each", tasks())
