"""Schedules that keep all constraints, changed until one is broken for certain: the exact oracle says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from planzoo.errors import InputError
from planzoo.planners.resources.project import Project
from planzoo.planners.resources.schedule import Schedule
from tests.planners.resources.exact import ENDLESS, ExactProject, Finding, tenths
from tests.planners.resources.random_cases import Case, random_case

ATTEMPTS = 6


@dataclass(frozen=True)
class Mutation:
    """A schedule with a fault.

    Attributes:
        target: the constraint that was to be broken, and is.
        exact: the project, perhaps with one constraint changed.
        starts: in tenths.
        modes: numbers of the activities' modes.
    """

    target: Finding
    exact: ExactProject
    starts: list[int]
    modes: list[int]

    @property
    def schedule(self) -> Schedule:
        starts = tuple(start / 10 for start in self.starts)
        return Schedule(self.exact.project, starts, tuple(self.modes))


def mutations(seed: int) -> Iterator[Mutation]:
    """Draws a case and breaks one constraint of each sort, where it has such a one."""
    random = Random(seed)
    case = random_case(random)
    exact = ExactProject(case.project)
    assert exact.broken(case.starts, case.modes) == set()
    for mutator in MUTATORS:
        for _ in range(ATTEMPTS):
            mutated = mutator(random, case, exact)
            if mutated and mutated.target in mutated.exact.broken(mutated.starts, mutated.modes):
                yield mutated
                break


def _moved(case: Case, number: int, start: int) -> list[int]:
    return [start if place == number else old for place, old in enumerate(case.starts)]


def _other_mode(random: Random, case: Case, exact: ExactProject) -> list[int]:
    number = random.randrange(len(case.modes))
    modes = list(case.modes)
    modes[number] = random.randrange(len(exact.ways[number]))
    return modes


def _early(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Moves an activity before the end and the lag of one that precedes it."""
    if not case.project.constraints.precedences:
        return None
    link = random.choice(case.project.constraints.precedences)
    earlier, later = exact.names.index(link.earlier), exact.names.index(link.later)
    ready = exact.ends(case.starts, case.modes)[earlier] + tenths(link.lag)
    if not ready:
        return None
    starts = _moved(case, later, random.choice((ready - 1, random.randrange(ready))))
    return Mutation(("precedence", str(link)), exact, starts, case.modes)


def _crowded(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Moves an activity onto another one that holds the same."""
    name = random.choice(("crew", "tool"))
    users = [
        number
        for number, (ways, mode) in enumerate(zip(exact.ways, case.modes, strict=True))
        if ways[mode].duration and any(use.name == name for use in ways[mode].uses)
    ]
    if len(users) < 2:
        return None
    mover, other = random.sample(users, 2)
    return Mutation(("capacity", name), exact, _moved(case, mover, case.starts[other]), case.modes)


def _changed_resource(case: Case, name: str, **changes: float) -> ExactProject | None:
    resources = [replace(one, **changes) if one.name == name else one for one in case.project.resources]
    try:
        return ExactProject(Project(tuple(resources), case.project.activities, case.project.constraints))
    except InputError:
        return None


def _less(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Leaves less of a resource at the beginning than the schedule takes."""
    name = random.choice(("crew", "tool", "fuel", "parts"))
    if not exact.initial[name]:
        return None
    amount = random.choice((exact.initial[name] - 1, random.randrange(exact.initial[name])))
    changed = _changed_resource(case, name, initial_amount=amount / 10)
    kind = "capacity" if name in ("crew", "tool") else "shortage"
    return changed and Mutation((kind, name), changed, case.starts, case.modes)


def _late_goods(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Moves an activity, or does it in another way, so that parts are not there in time or too many."""
    number = random.randrange(len(case.starts))
    starts, modes = _moved(case, number, random.randint(0, 20)), _other_mode(random, case, exact)
    kind = random.choice(("shortage", "overflow"))
    return Mutation((kind, "parts"), exact, starts, modes)


def _small_store(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Leaves less room than the schedule fills."""
    name = random.choice(("parts", "parts", "fuel"))
    if exact.room[name] == ENDLESS or exact.room[name] <= exact.initial[name]:
        return None
    room = random.randrange(exact.initial[name], exact.room[name])
    changed = _changed_resource(case, name, capacity=room / 10)
    return changed and Mutation(("overflow", name), changed, case.starts, case.modes)


def _tight(case: Case, limit: str, value: int) -> ExactProject | None:
    try:
        return ExactProject(case.project.changed(**{limit: value / 10}))
    except InputError:
        return None


def _poor(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Grants less than the schedule costs."""
    cost = exact.cost(case.modes)
    highest = (cost - 1) // 100
    if highest < 0:
        return None
    changed = _tight(case, "budget", random.choice((highest, random.randint(0, highest))))
    return changed and Mutation(("budget", "budget"), changed, case.starts, case.modes)


def _dear(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Does an activity in a dearer way."""
    return Mutation(("budget", "budget"), exact, case.starts, _other_mode(random, case, exact))


def _hurried(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Sets a deadline before the end."""
    end = max(exact.ends(case.starts, case.modes))
    changed = _tight(case, "deadline", end - random.randint(1, 3)) if end > 3 else None
    return changed and Mutation(("deadline", "deadline"), changed, case.starts, case.modes)


def _late(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Moves an activity beyond the deadline."""
    if exact.deadline == ENDLESS:
        return None
    number = random.randrange(len(case.starts))
    starts = _moved(case, number, exact.deadline + random.randint(0, 2))
    return Mutation(("deadline", "deadline"), exact, starts, case.modes)


def _outside(random: Random, case: Case, exact: ExactProject) -> Mutation | None:
    """Moves an activity out of its window, by a tenth or more."""
    if not case.project.constraints.windows:
        return None
    window = random.choice(case.project.constraints.windows)
    number, by = exact.names.index(window.activity), random.choice((1, 1, 3))
    earliest, latest = tenths(window.earliest_start), tenths(window.latest_end)
    duration = exact.ways[number][case.modes[number]].duration
    start = earliest - by if latest == ENDLESS or random.random() < 0.5 else latest - duration + by
    if start < 0:
        return None
    return Mutation(("window", str(window)), exact, _moved(case, number, start), case.modes)


MUTATORS: tuple[Callable[[Random, Case, ExactProject], Mutation | None], ...] = (
    _early,
    _crowded,
    _less,
    _late_goods,
    _small_store,
    _poor,
    _dear,
    _hurried,
    _late,
    _outside,
)
