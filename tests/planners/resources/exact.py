"""What schedules break, told naively: whole numbers instead of floats, every distinct time looked at."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from planzoo.envs.resources import requirement, resource
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.checking import PlanChecks
from planzoo.planners.resources.project import Mode, Project
from planzoo.planners.resources.violations import ViolationKind

Finding = tuple[str, str]
"""A kind of violation, and what it is about."""
ENDLESS = 10**9
"""In tenths: what has no bound."""


def tenths(number: float | None) -> int:
    """Gives a number with one decimal as a whole number of tenths."""
    if number is None or number == math.inf:
        return ENDLESS
    exact = Fraction(repr(number)) * 10
    assert exact.denominator == 1, number
    return int(exact)


@dataclass(frozen=True)
class Use:
    """What a mode does to a resource, in tenths: for good at its start or end, or while it lasts."""

    name: str
    amount: int
    when: str


@dataclass(frozen=True)
class Way:
    """A mode in tenths, its cost in thousandths."""

    duration: int
    uses: tuple[Use, ...]
    cost: int


class ExactProject:
    """A project in tenths."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.resources = {one.name: one for one in project.resources}
        self.ways = [[self._way(mode) for mode in activity.modes] for activity in project.activities]
        self.initial = {one.name: tenths(one.initial_amount) for one in project.resources}
        self.room = {one.name: tenths(one.capacity) for one in project.resources}
        self.calendars = {
            calendar.resource: [
                (tenths(start), tenths(end), tenths(amount)) for start, end, amount in calendar.periods
            ]
            for calendar in project.constraints.calendars
        }
        self.budget = 100 * tenths(project.constraints.budget)
        self.deadline = tenths(project.constraints.deadline)

    @cached_property
    def names(self) -> list[str]:
        return [activity.name for activity in self.project.activities]

    @cached_property
    def arrays(self) -> ProjectArrays:
        """The project as compiled code takes it."""
        return project_arrays(self.project)

    def _way(self, mode: Mode) -> Way:
        uses, duration, cost = [], tenths(mode.duration), 100 * tenths(mode.cost)
        for need in mode.requirements:
            one, amount = self.resources[need.resource], tenths(need.amount)
            held = one.resource_type is resource.ResourceType.REUSABLE
            usual = "duration" if held else "end" if need.produces else "start"
            when = str(requirement.When(need.when or usual).value)
            uses.append(Use(one.name, amount if need.produces else -amount, when))
            if held:
                cost += amount * tenths(one.cost_per_unit) * duration
            elif when != "duration" and not need.produces:
                cost += 10 * amount * tenths(one.cost_per_unit)
        return Way(duration, tuple(uses), cost)

    def ends(self, starts: list[int], modes: list[int]) -> list[int]:
        rows = zip(self.ways, starts, modes, strict=True)
        return [start + ways[mode].duration for ways, start, mode in rows]

    def cost(self, modes: list[int]) -> int:
        """What all costs, in thousandths."""
        return sum(ways[mode].cost for ways, mode in zip(self.ways, modes, strict=True))

    def granted(self, name: str, time: int) -> int:
        """How much of a resource calendars grant at a time."""
        for start, end, amount in self.calendars.get(name, ()):
            if start <= time < end:
                return amount
        return self.initial[name]

    def left(self, name: str, time: int, starts: list[int], modes: list[int]) -> int:
        """How much is left of a resource once all that happens at a time has happened."""
        left = self.granted(name, time)
        for ways, start, mode in zip(self.ways, starts, modes, strict=True):
            way = ways[mode]
            end = start + way.duration
            for use in way.uses:
                if use.name == name and (
                    (use.when == "start" and start <= time)
                    or (use.when == "end" and end <= time)
                    or (use.when == "duration" and start <= time < end)
                ):
                    left += use.amount
        return left

    def times(self, starts: list[int], modes: list[int]) -> list[int]:
        """The times at which something changes, up to the end of all."""
        ends = self.ends(starts, modes)
        bounds = [bound for periods in self.calendars.values() for *times, _ in periods for bound in times]
        return sorted({*starts, *ends, *(bound for bound in bounds if bound <= max(ends))})

    def amounts(self, starts: list[int], modes: list[int]) -> Counter[Finding]:
        """How often each resource becomes too little or too much."""
        found: Counter[Finding] = Counter()
        times = self.times(starts, modes)
        for name, one in self.resources.items():
            reusable = one.resource_type is resource.ResourceType.REUSABLE
            before = ""
            for time in times:
                left = self.left(name, time, starts, modes)
                now = ("capacity" if reusable else "shortage") if left < 0 else ""
                if left > self.room[name] and not reusable:
                    now = "overflow"
                if now and now != before:
                    found[now, name] += 1
                before = now
        return found

    def orders(self, starts: list[int], modes: list[int]) -> Counter[Finding]:
        """Precedences and windows that are broken, and budget and deadline."""
        found: Counter[Finding] = Counter()
        ends, place = self.ends(starts, modes), {name: number for number, name in enumerate(self.names)}
        for link in self.project.constraints.precedences:
            if starts[place[link.later]] < ends[place[link.earlier]] + tenths(link.lag):
                found["precedence", str(link)] += 1
        for window in self.project.constraints.windows:
            number = place[window.activity]
            if starts[number] < tenths(window.earliest_start) or ends[number] > tenths(window.latest_end):
                found["window", str(window)] += 1
        if self.cost(modes) > self.budget:
            found["budget", "budget"] += 1
        if max(ends) > self.deadline:
            found["deadline", "deadline"] += 1
        return found

    def broken(self, starts: list[int], modes: list[int]) -> set[Finding]:
        """Everything that a schedule breaks."""
        return {*self.amounts(starts, modes), *self.orders(starts, modes)}

    def broken_windows(self, starts: list[int], modes: list[int]) -> int:
        """How many activities lie outside of their windows; those that end with the deadline do not count."""
        ends, outside = self.ends(starts, modes), set()
        for window in self.project.constraints.windows:
            number = self.names.index(window.activity)
            latest = tenths(window.latest_end)
            late = ends[number] > latest and latest < self.deadline
            if late or starts[number] < tenths(window.earliest_start):
                outside.add(number)
        return len(outside)


def kernel_findings(
    arrays: ProjectArrays, exact: ExactProject, checks: PlanChecks, plan: int
) -> Counter[Finding]:
    """What the compiled check found out about one plan, in the same words; it only counts orders."""
    found: Counter[Finding] = Counter()
    for place, (name, one) in enumerate(exact.resources.items()):
        reusable = one.resource_type is resource.ResourceType.REUSABLE
        short = ViolationKind.CAPACITY if reusable else ViolationKind.SHORTAGE
        found[short.value, name] += int(checks.shortages[plan, place])
        found[ViolationKind.OVERFLOW.value, name] += int(checks.overflows[plan, place])
    found["precedence", ""] += int(checks.broken_links[plan])
    found["window", ""] += int(checks.broken_windows[plan])
    found["budget", "budget"] += int(checks.over_budget[plan])
    found["deadline", "deadline"] += int(checks.late[plan])
    return +found


def expected_findings(exact: ExactProject, starts: list[int], modes: list[int]) -> Counter[Finding]:
    """What the compiled check should find."""
    found = exact.amounts(starts, modes)
    orders = exact.orders(starts, modes)
    found["precedence", ""] = sum(kind == "precedence" for kind, _ in orders)
    found["window", ""] = exact.broken_windows(starts, modes)
    for total in ("budget", "deadline"):
        found[total, total] = orders[total, total]
    return +found
