"""What is left of every resource after each event of a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.resources.resource import Resource
from planzoo.planners.resources.arrays import calendar_arrays, mode_changes
from planzoo.planners.resources.constraints import Calendar
from planzoo.planners.resources.project import ROUNDING
from planzoo.planners.resources.timed_steps import TimedStep

Amounts = NDArray[np.float64]
"""One number a resource, (R,)."""


@dataclass(frozen=True)
class ResourceState:
    """What is left and what is held from a time on.

    Attributes:
        time: in the plan's unit of time.
        available: resource → the amount left; below 0 where more was taken than there is.
        allocated: resource → the amount that steps hold and will give back.
    """

    time: float
    available: Mapping[str, float]
    allocated: Mapping[str, float]


@dataclass(frozen=True)
class Event:
    """All that happens at one time.

    Attributes:
        time: when.
        starting: the steps that start.
        ending: the steps that end.
        calendar: by how much calendars change what there is, by resource.
    """

    time: float
    starting: tuple[int, ...]
    ending: tuple[int, ...]
    calendar: Mapping[str, float]


def same_time(time: float, other: float) -> bool:
    """Says whether two times differ by rounding alone."""
    return abs(time - other) <= ROUNDING * max(1.0, abs(time), abs(other))


def events(
    steps: Sequence[TimedStep], resources: Mapping[str, Resource], calendars: Sequence[Calendar] = ()
) -> list[Event]:
    """Gives what happens, in the order of time; times that differ by rounding alone are one."""
    times, changes = calendar_arrays(calendars, resources)
    happenings: list[tuple[float, str, int]] = [(step.start, "start", n) for n, step in enumerate(steps)]
    happenings += [(step.end, "end", n) for n, step in enumerate(steps)]
    happenings += [(float(time), "calendar", n) for n, time in enumerate(times)]
    grouped: list[tuple[float, dict[str, list[int]]]] = []
    for time, what, number in sorted(happenings, key=lambda entry: entry[0]):
        if not grouped or not same_time(grouped[-1][0], time):
            grouped.append((time, defaultdict(list)))
        grouped[-1][1][what].append(number)
    return [
        Event(
            time,
            tuple(found["start"]),
            tuple(found["end"]),
            dict(zip(resources, changes[found["calendar"]].sum(axis=0).tolist(), strict=True)),
        )
        for time, found in grouped
    ]


def timeline(
    steps: Sequence[TimedStep], resources: Mapping[str, Resource], calendars: Sequence[Calendar] = ()
) -> list[ResourceState]:
    """Gives the state before everything, at time 0, and after each event.

    A state counts all changes at its time: what one step gives back, another that starts then can take.
    """
    return list(_states(steps, resources, events(steps, resources, calendars)))


def amount_slacks(steps: Sequence[TimedStep], resources: Mapping[str, Resource]) -> dict[str, float]:
    """Gives by how much amounts may be wrong because sums are rounded."""
    changes = mode_changes([step.mode for step in steps], resources)
    largest = np.abs(changes).max(axis=(0, 2), initial=0.0)
    initial = [resource.initial_amount for resource in resources.values()]
    return dict(zip(resources, (ROUNDING * np.maximum(largest, initial)).tolist(), strict=True))


def _states(
    steps: Sequence[TimedStep], resources: Mapping[str, Resource], happenings: Sequence[Event]
) -> Iterator[ResourceState]:
    changes = mode_changes([step.mode for step in steps], resources)
    names = list(resources)
    left = np.array([resource.initial_amount for resource in resources.values()])
    held = np.zeros(len(names))
    deposits = np.array([_deposits(step, resources) for step in steps]).reshape(len(steps), len(names))
    if not happenings or happenings[0].time > 0:
        yield _state(0.0, names, left, held)
    for event in happenings:
        starting, ending = list(event.starting), list(event.ending)
        left = left + changes[ending, :, 1].sum(axis=0) + changes[starting, :, 0].sum(axis=0)
        left = left + np.array([event.calendar[name] for name in names])
        held = held + deposits[starting].sum(axis=0) - deposits[ending].sum(axis=0)
        yield _state(event.time, names, left, held)


def _state(time: float, names: Sequence[str], left: Amounts, held: Amounts) -> ResourceState:
    return ResourceState(
        time,
        dict(zip(names, left.tolist(), strict=True)),
        dict(zip(names, held.tolist(), strict=True)),
    )


def _deposits(step: TimedStep, resources: Mapping[str, Resource]) -> list[float]:
    """Gives what a step holds of each resource."""
    held = dict.fromkeys(resources, 0.0)
    for need in step.mode.requirements:
        at_start, at_end = need.changes(resources[need.resource])
        if at_start == -at_end:
            held[need.resource] += need.amount
    return list(held.values())
