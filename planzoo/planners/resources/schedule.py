"""A schedule: when each activity of a project takes place, and in which mode."""

from __future__ import annotations

import json
import operator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planzoo.envs.resources.resource import amount_of
from planzoo.errors import InputError
from planzoo.planners.resources.project import Activity, Mode, Project


@dataclass(frozen=True)
class Schedule:
    """When each activity starts, and how it is done.

    Attributes:
        project: what is scheduled.
        starts: the start of each activity, in the project's unit of time.
        modes: the number of each activity's mode, counted from 0 in the activity's own modes.

    Raises:
        InputError: there is not one start and one mode for each activity, a start is negative or not finite,
            or there is no such mode.
    """

    project: Project
    starts: tuple[float, ...]
    modes: tuple[int, ...]

    def __post_init__(self) -> None:
        activities = self.project.activities
        for what, values in (("starts", self.starts), ("modes", self.modes)):
            if len(values) != len(activities):
                raise InputError(
                    f"The schedule has {len(values)} {what} for {len(activities)} activities; give one each."
                )
        rows = list(zip(activities, self.starts, self.modes, strict=True))
        starts = tuple(amount_of(start, f"the start of activity {one.name!r}") for one, start, _ in rows)
        object.__setattr__(self, "starts", starts)
        object.__setattr__(self, "modes", tuple(_checked_mode(one, mode) for one, _, mode in rows))

    @cached_property
    def chosen(self) -> tuple[Mode, ...]:
        """Each activity's mode."""
        pairs = zip(self.project.activities, self.modes, strict=True)
        return tuple(activity.modes[mode] for activity, mode in pairs)

    @cached_property
    def ends(self) -> tuple[float, ...]:
        """When each activity ends."""
        return tuple(start + mode.duration for start, mode in zip(self.starts, self.chosen, strict=True))

    @property
    def makespan(self) -> float:
        """When the last activity ends; 0 without activities."""
        return max(self.ends, default=0.0)

    @property
    def cost(self) -> float:
        """What all costs: the modes, and what their resources cost by the unit."""
        table = self.project.resource_table
        return sum(mode.total_cost(table) for mode in self.chosen)

    def to_text(self) -> str:
        """Writes one line an activity, in the order of their starts."""
        lines = [f"{len(self.starts)} activities, makespan {self.makespan:g}, cost {self.cost:g}"]
        order = sorted(range(len(self.starts)), key=lambda place: (self.starts[place], place))
        for place in order:
            activity, mode = self.project.activities[place], self.chosen[place]
            way = f" ({mode.name})" if mode.name else ""
            times = f"{self.starts[place]:7g} – {self.ends[place]:<7g}"
            lines.append(f"{times} {activity.label or activity.name}{way}")
        return "\n".join(lines)

    def to_data(self) -> dict[str, Any]:
        """Gives the schedule as dicts, lists, numbers and strings."""
        rows = zip(self.project.activities, self.chosen, self.starts, self.ends, strict=True)
        return {
            "makespan": self.makespan,
            "cost": self.cost,
            "activities": [
                {"name": activity.name, "mode": mode.name, "start": start, "end": end}
                for activity, mode, start, end in rows
            ],
        }

    def to_json(self, indent: int | None = None) -> str:
        """Writes :meth:`to_data` as JSON."""
        return json.dumps(self.to_data(), indent=indent)


def _checked_mode(activity: Activity, mode: Any) -> int:
    try:
        number = operator.index(mode)
    except TypeError:
        number = -1
    if not 0 <= number < len(activity.modes):
        raise InputError(
            f"Activity {activity.name!r} has no mode {mode!r}; its {len(activity.modes)} modes are counted "
            "from 0."
        )
    return number
