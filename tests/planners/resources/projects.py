"""Random projects on whole numbers: lags, several modes, calendars, things used up and made, windows."""

from __future__ import annotations

import math
from random import Random

import numpy as np

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.planners.resources.arrays import project_arrays
from planzoo.planners.resources.constraints import Calendar, Constraints, Period, Precedence, TimeWindow
from planzoo.planners.resources.plan_checks import check_plans
from planzoo.planners.resources.project import Activity, Mode, Project, TooLate
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.tracker import ResourceTracker

RESOURCES = (
    Resource("crew", "reusable", 4, capacity=6, cost_per_unit=1),
    Resource("crane", "reusable", 2),
    Resource("fuel", "consumable", 20, cost_per_unit=2),
    Resource("parts", "producible", 3, capacity=7),
)
CALENDAR = Calendar("crew", (Period(4, 7, 6), Period(9, 12, 1), Period(12, 15, 3)))


def random_mode(random: Random, simple: bool) -> Mode:
    needs = [
        ResourceRequirement("crew", random.randint(1, 4)),
        ResourceRequirement("crane", random.randint(0, 2)),
    ]
    if not simple and random.random() < 0.4:
        needs.append(
            ResourceRequirement("fuel", random.randint(1, 4), random.choice(("start", "end", "duration")))
        )
    if not simple and random.random() < 0.7:
        made = random.random() < 0.6
        when = random.choice(("start", "end"))
        needs.append(ResourceRequirement("parts", random.randint(1, 3), when, produces=made))
    return Mode(random.randint(0 if not simple else 1, 5), tuple(needs), cost=random.randint(0, 9))


def random_project(seed: int, size: int = 8, simple: bool = False) -> Project:
    """Makes a project; a simple one has one mode each and does no more than share."""
    random = Random(seed)
    activities = [
        Activity(
            f"a{place}",
            tuple(random_mode(random, simple) for _ in range(1 if simple else random.randint(1, 3))),
        )
        for place in range(size)
    ]
    links = [
        Precedence(f"a{before}", f"a{after}", random.choice((0, 0, 1, 2)))
        for after in range(size)
        for before in range(after)
        if random.random() < 2 / size
    ]
    if simple:
        return Project(RESOURCES, activities, Constraints(precedences=tuple(links)))
    windows = [
        TimeWindow(f"a{place}", random.randint(0, 6), random.choice((math.inf, 5.0 * size)))
        for place in range(size)
        if random.random() < 0.3
    ]
    return Project(
        RESOURCES, activities, Constraints(precedences=links, windows=windows, calendars=(CALENDAR,))
    )


def tightened(project: Project, share: float, schedule: Schedule) -> Project | None:
    """Gives the project with a deadline of a share of a schedule's makespan; None if nothing can keep it."""
    try:
        return project.changed(deadline=share * schedule.makespan)
    except TooLate:
        return None


def is_feasible(schedule: Schedule) -> bool:
    """Has a schedule checked in both ways, which must agree."""
    arrays = project_arrays(schedule.project)
    rows = arrays.first_modes[:-1] + np.array(schedule.modes)
    checked = bool(check_plans(arrays, rows[None], np.array([schedule.starts])).feasible[0])
    tracker = ResourceTracker(schedule.project.resources)
    assert checked == (tracker.find_violations(schedule) == [])
    return checked


def fits(project: Project, placed: dict[int, tuple[int, float]]) -> bool:
    """Says whether activities, place: (mode, start), keep amounts at all times; worked out time by time."""
    changes: list[tuple[float, str, float]] = []
    for calendar in project.constraints.calendars:
        usual = project.resource_table[calendar.resource].initial_amount
        for start, end, amount in calendar.periods:
            changes += [(start, calendar.resource, amount - usual), (end, calendar.resource, usual - amount)]
    for place, (number, start) in placed.items():
        mode = project.activities[place].modes[number]
        for need in mode.requirements:
            first, second = need.changes(project.resource_table[need.resource])
            changes += [(start, need.resource, first), (start + mode.duration, need.resource, second)]
    for time, resource, _ in changes:
        left = project.resource_table[resource].initial_amount
        left += sum(change for when, name, change in changes if name == resource and when <= time)
        of = project.resource_table[resource]
        if left < 0 or (not of.is_reusable and left > of.limit):
            return False
    return True


def naive_starts(project: Project, order: list[int], modes: list[int]) -> dict[int, float] | None:
    """Places activities one after another at the first whole time that fits; None if one never does."""
    placed: dict[int, tuple[int, float]] = {}
    ends: dict[int, float] = {}
    horizon = 30 + 8 * len(order)
    for place in order:
        ready = [ends[earlier] + lag for earlier, later, lag in project.links if later == place]
        first = int(max([project.windows[place][0], *ready]))
        times = (
            time
            for time in range(first, first + horizon)
            if fits(project, placed | {place: (modes[place], time)})
        )
        start = next(times, None)
        if start is None:
            return None
        placed[place] = modes[place], float(start)
        ends[place] = start + project.activities[place].modes[modes[place]].duration
    return {place: start for place, (_, start) in placed.items()}
