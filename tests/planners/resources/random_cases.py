"""Random projects around a schedule that keeps all their constraints, often without room to spare."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.planners.resources.constraints import Calendar, Constraints, Period, Precedence, TimeWindow
from planzoo.planners.resources.project import Activity, Mode, Project
from planzoo.planners.resources.schedule import Schedule
from tests.planners.resources.exact import ExactProject

KINDS = {
    "crew": ResourceType.REUSABLE,
    "tool": ResourceType.REUSABLE,
    "fuel": ResourceType.CONSUMABLE,
    "parts": ResourceType.PRODUCIBLE,
}
LAST_START = 15
"""In tenths, as all times and amounts here."""


@dataclass(frozen=True)
class Case:
    """A project with a schedule that keeps its constraints, starts in tenths."""

    project: Project
    starts: list[int]
    modes: list[int]

    def schedule(self, starts: list[int] | None = None, modes: list[int] | None = None) -> Schedule:
        """The schedule, or another one, with its starts as floats."""
        starts, modes = starts or self.starts, modes or self.modes
        return Schedule(self.project, tuple(start / 10 for start in starts), tuple(modes))


def random_case(random: Random) -> Case:
    """Draws activities and a schedule, and then constraints that it keeps."""
    count = random.randint(2, 6)
    activities = tuple(
        Activity(f"a{number}", tuple(_mode(random, way) for way in range(random.randint(1, 3))))
        for number in range(count)
    )
    starts = [random.randint(0, LAST_START) for _ in activities]
    modes = [random.randrange(len(activity.modes)) for activity in activities]
    resources, calendars = _resources(random, activities, starts, modes)
    loose = ExactProject(Project(resources, activities))
    ends = loose.ends(starts, modes)
    constraints = Constraints(
        budget=_maybe(random, loose.cost(modes) // 100 + 1 + random.randint(0, 2)),
        deadline=_maybe(random, max(ends) + random.randint(0, 2)),
        precedences=_links(random, starts, ends),
        windows=_windows(random, starts, ends),
        calendars=calendars,
    )
    return Case(Project(resources, activities, constraints), starts, modes)


def _mode(random: Random, way: int) -> Mode:
    needs = [_need(random, name) for name in random.sample(list(KINDS), random.randint(0, 3))]
    needs += [_need(random, "parts")] * (random.random() < 0.2)
    return Mode(random.choice((0, 1, 1, 2, 3, 5, 6)) / 10, tuple(needs), random.randint(0, 9) / 10, f"m{way}")


def _need(random: Random, name: str) -> ResourceRequirement:
    amount, produces = random.randint(1, 5) / 10, name == "parts" and random.random() < 0.5
    if KINDS[name] is ResourceType.REUSABLE:
        return ResourceRequirement(name, amount, random.choice((None, "duration")))
    times = (None, "start", "end") if produces else (None, "start", "end", "duration")
    return ResourceRequirement(name, amount, random.choice(times), produces)


def _maybe(random: Random, value: int) -> float:
    return value / 10 if random.random() < 0.6 else math.inf


def _resources(
    random: Random, activities: tuple[Activity, ...], starts: list[int], modes: list[int]
) -> tuple[tuple[Resource, ...], tuple[Calendar, ...]]:
    """Makes just enough, or a little more, of everything that the schedule takes."""
    endless = tuple(
        Resource(name, kind, 1000.0, 2000.0, random.randint(0, 3) / 10) for name, kind in KINDS.items()
    )
    exact = ExactProject(Project(endless, activities))
    times = exact.times(starts, modes)
    resources, calendars = [], []
    for one in endless:
        used = {time: 10_000 - exact.left(one.name, time, starts, modes) for time in times}
        spare = random.choice((0, 0, 1))
        most = max([0, *(_most(activity, one.name) for activity in activities)])
        if one.is_reusable:
            initial, periods = _reusable_amounts(random, used, spare)
            capacity = max([most, initial, *(amount for *_, amount in periods)])
            if periods:
                tuples = tuple(Period(start / 10, end / 10, amount / 10) for start, end, amount in periods)
                calendars.append(Calendar(one.name, tuples))
        else:
            initial = max(0, *used.values()) + spare
            fullest = initial - min(0, *used.values())
            capacity = max(most, initial, fullest + random.choice((0, 0, 2)))
        room = None if one.name == "fuel" and random.random() < 0.5 else capacity / 10
        resources.append(Resource(one.name, one.resource_type, initial / 10, room, one.cost_per_unit))
    return tuple(resources), tuple(calendars)


def _most(activity: Activity, name: str) -> int:
    needs = [need for mode in activity.modes for need in mode.requirements]
    return max((round(need.amount * 10) for need in needs if need.resource == name), default=0)


def _reusable_amounts(
    random: Random, used: dict[int, int], spare: int
) -> tuple[int, list[tuple[int, int, int]]]:
    """Gives what there usually is, and periods of a calendar: what the schedule holds then and no more."""
    bounds = sorted(random.sample(range(LAST_START + 8), random.choice((0, 0, 2, 4))))
    spans = list(zip(bounds[::2], bounds[1::2], strict=True))
    if len(spans) == 2 and random.random() < 0.5:
        spans[1] = (spans[0][1], spans[1][1])
    inside = [[time for time in used if start <= time < end] for start, end in spans]
    # What is held when a period begins counts, too, though nothing need happen then.
    periods = []
    for (start, end), times in zip(spans, inside, strict=True):
        before = [time for time in used if time < start]
        amounts = [used[time] for time in [*times, *before[-1:]]]
        periods.append((start, end, max([0, *amounts]) + spare))
    outside = [used[time] for time in used if not any(time in times for times in inside)]
    after = [used[max(time for time in used if time <= end)] for _, end in spans if min(used) <= end]
    return max([0, *outside, *after]) + spare, periods


def _links(random: Random, starts: list[int], ends: list[int]) -> tuple[Precedence, ...]:
    order = sorted(range(len(starts)), key=lambda number: (starts[number], ends[number], number))
    links = []
    for place, earlier in enumerate(order):
        for later in order[place + 1 :]:
            room = starts[later] - ends[earlier]
            if room >= 0 and random.random() < 0.5:
                links.append(Precedence(f"a{earlier}", f"a{later}", random.choice((0, room)) / 10))
    return tuple(links)


def _windows(random: Random, starts: list[int], ends: list[int]) -> tuple[TimeWindow, ...]:
    return tuple(
        TimeWindow(
            f"a{number}",
            max(0, starts[number] - random.randint(0, 2)) / 10,
            _maybe(random, ends[number] + random.randint(0, 2)),
        )
        for number in range(len(starts))
        if random.random() < 0.5
    )
