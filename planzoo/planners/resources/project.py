"""A project: activities that are to be scheduled, each in one of its modes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, amount_of, resources_by_name
from planzoo.errors import InputError
from planzoo.planners.resources.constraints import Constraints, all_of, check_calendars
from planzoo.planners.resources.precedence import earliest_ends, topological_order


class TooLate(InputError):
    """A deadline or window ends before an activity can have ended, whatever the resources."""


@dataclass(frozen=True)
class Mode:
    """One way to do an activity.

    Attributes:
        duration: how long it takes, in the project's unit of time.
        requirements: what it takes and makes.
        cost: what it costs besides what its resources cost by the unit.
        name: what reports call it.

    Raises:
        InputError: duration or cost is negative or not finite, or something else stands among the
            requirements.
    """

    duration: float
    requirements: tuple[ResourceRequirement, ...] = ()
    cost: float = 0.0
    name: str = ""

    def __post_init__(self) -> None:
        of = f" of mode {self.name!r}" if self.name else " of a mode"
        object.__setattr__(self, "duration", amount_of(self.duration, f"the duration{of}"))
        object.__setattr__(self, "cost", amount_of(self.cost, f"the cost{of}"))
        requirements = all_of(ResourceRequirement, self.requirements, f"The requirements{of}")
        object.__setattr__(self, "requirements", requirements)

    def total_cost(self, resources: Mapping[str, Resource]) -> float:
        """Gives the cost with what the resources cost by the unit."""
        prices = (need.cost(resources[need.resource], self.duration) for need in self.requirements)
        return self.cost + sum(prices)

    def check(self, resources: Mapping[str, Resource], owner: str) -> None:
        """Makes sure that there can be enough for the mode at all.

        Args:
            resources: by name.
            owner: whose mode it is, in words, for the error.

        Raises:
            InputError: a requirement cannot be met, see
                :meth:`~planzoo.envs.resources.requirement.ResourceRequirement.check`, or several of one
                reusable resource together.
        """
        held: dict[str, float] = {}
        for need in self.requirements:
            need.check(resources, owner)
            held[need.resource] = held.get(need.resource, 0.0) + need.amount
        for name, amount in held.items():
            resource = resources[name]
            if resource.is_reusable and amount > resource.limit * (1 + ROUNDING):
                raise InputError(
                    f"{owner} requires {amount:g} of {name!r} in all, but there are never more than "
                    f"{resource.limit:g}; raise the capacity or lower the requirements."
                )

    def without(self, names: Collection[str], resources: Mapping[str, Resource]) -> Mode:
        """Gives a copy that requires nothing of some resources, and costs what it did."""
        dropped = [need for need in self.requirements if need.resource in names]
        paid = sum(need.cost(resources[need.resource], self.duration) for need in dropped)
        kept = tuple(need for need in self.requirements if need.resource not in names)
        return replace(self, requirements=kept, cost=self.cost + paid)


@dataclass(frozen=True)
class Activity:
    """Something to be done once, without a pause.

    Attributes:
        name: what precedences and windows call it.
        modes: the ways to do it, at least one.
        label: what charts write on it; the name unless given.
        subject: what it stands for, such as an action of a plan.

    Raises:
        InputError: there is no mode.
    """

    name: str
    modes: tuple[Mode, ...]
    label: str = ""
    subject: Any = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "modes", all_of(Mode, self.modes, f"The modes of activity {self.name!r}"))
        if not self.modes:
            raise InputError(f"Activity {self.name!r} has no mode; give at least one way to do it.")

    @property
    def shortest(self) -> float:
        """The duration of its quickest mode."""
        return min(mode.duration for mode in self.modes)


@dataclass(frozen=True)
class Project:
    """Activities, the resources that they share, and what a schedule of them must keep.

    Attributes:
        resources: what there is.
        activities: what is to be done.
        constraints: budget, deadline, precedences, time windows, calendars; a mapping will do.

    Raises:
        InputError: two things have the same name; a requirement, precedence, window or calendar is about
            something unknown; a requirement is beyond what there ever is; precedences go round in a circle.
        TooLate: a deadline or window ends before what precedes it can have ended, whatever the resources.
    """

    resources: tuple[Resource, ...]
    activities: tuple[Activity, ...]
    constraints: Constraints = field(default_factory=Constraints)

    def __post_init__(self) -> None:
        object.__setattr__(self, "resources", tuple(self.resources))
        object.__setattr__(self, "activities", all_of(Activity, self.activities, "The activities"))
        object.__setattr__(self, "constraints", Constraints.of(self.constraints))
        table = resources_by_name(self.resources)
        for activity in self.activities:
            _check_modes(activity, table)
        self._check_names()
        check_calendars(self.constraints.calendars, table)
        self._check_times()

    @cached_property
    def resource_table(self) -> dict[str, Resource]:
        """The resources by name."""
        return resources_by_name(self.resources)

    @cached_property
    def index(self) -> dict[str, int]:
        """Each activity's place by its name."""
        return {activity.name: place for place, activity in enumerate(self.activities)}

    @cached_property
    def links(self) -> tuple[tuple[int, int, float], ...]:
        """The precedences as (earlier, later, lag) with the activities' places."""
        index = self.index
        return tuple(
            (index[link.earlier], index[link.later], link.lag) for link in self.constraints.precedences
        )

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The activities' places, each after those that precede it."""
        return topological_order([activity.name for activity in self.activities], self.links)

    @cached_property
    def windows(self) -> tuple[tuple[float, float], ...]:
        """For each activity the earliest start and the latest end that its windows and the deadline grant."""
        windows = [(0.0, self.constraints.deadline) for _ in self.activities]
        for window in self.constraints.windows:
            place = self.index[window.activity]
            start, end = windows[place]
            windows[place] = max(start, window.earliest_start), min(end, window.latest_end)
        return tuple(windows)

    def changed(self, **changes: Any) -> Project:
        """Gives a copy with other constraints: ``project.changed(budget=100, deadline=math.inf)``."""
        values = {name: getattr(self.constraints, name) for name in self.constraints.__dataclass_fields__}
        return Project(self.resources, self.activities, Constraints.of({**values, **changes}))

    def _check_names(self) -> None:
        names: set[str] = set()
        for activity in self.activities:
            if activity.name in names:
                raise InputError(f"There are two activities named {activity.name!r}; give each its own name.")
            names.add(activity.name)
        mentioned = [
            (str(link), name) for link in self.constraints.precedences for name in (link.earlier, link.later)
        ]
        mentioned += [(str(window), window.activity) for window in self.constraints.windows]
        for what, name in mentioned:
            if name not in names:
                raise InputError(f"The constraint '{what}' is about {name!r}, which is no activity.")

    def _check_times(self) -> None:
        durations = [activity.shortest for activity in self.activities]
        starts = [start for start, _ in self.windows]
        ends = earliest_ends(self.order, self.links, durations, starts)
        for place, end in enumerate(ends):
            latest = self.windows[place][1]
            if end > latest * (1 + ROUNDING):
                name = self.activities[place].name
                what = (
                    f"the deadline {latest:g}"
                    if latest == self.constraints.deadline
                    else f"its window's end {latest:g}"
                )
                raise TooLate(
                    f"Activity {name!r} cannot end before {end:g}, whatever the resources, because of its "
                    f"duration and what precedes it, but {what} is earlier; allow more time."
                )


ROUNDING = 1e-9
"""Times and amounts may differ by this share: sums of them are rounded."""


def _check_modes(activity: Activity, resources: Mapping[str, Resource]) -> None:
    for mode in activity.modes:
        owner = f"Activity {activity.name!r}" + (f" in mode {mode.name!r}" if mode.name else "")
        mode.check(resources, owner)


def project_of(
    resources: Sequence[Resource], activities: Mapping[str, Mode | Sequence[Mode]], **constraints: Any
) -> Project:
    """Makes a project in short: activities by name with their modes, constraints by keyword."""
    made = [
        Activity(name, (modes,) if isinstance(modes, Mode) else tuple(modes))
        for name, modes in activities.items()
    ]
    return Project(tuple(resources), tuple(made), Constraints.of(constraints))
