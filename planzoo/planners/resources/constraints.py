"""What a schedule must keep besides the amounts of its resources."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from planzoo.envs.resources.resource import Resource, amount_of
from planzoo.errors import InputError

Kind = TypeVar("Kind")
"""What each of several things must be."""


@dataclass(frozen=True)
class Precedence:
    """One activity starts only after another has ended.

    Attributes:
        earlier: the name of the one that comes first.
        later: the name of the other.
        lag: how much time passes at least between the end of the one and the start of the other.

    Raises:
        InputError: the lag is negative or not finite.
    """

    earlier: str
    later: str
    lag: float = 0.0

    def __post_init__(self) -> None:
        lag = amount_of(self.lag, f"the lag between {self.earlier!r} and {self.later!r}")
        object.__setattr__(self, "lag", lag)

    def __str__(self) -> str:
        lag = f" by {self.lag:g}" if self.lag else ""
        return f"{self.earlier} precedes {self.later}{lag}"


@dataclass(frozen=True)
class TimeWindow:
    """An activity lies within a span of time.

    Attributes:
        activity: its name.
        earliest_start: when it may start.
        latest_end: when it must have ended.

    Raises:
        InputError: a time is negative, or the window ends before it begins.
    """

    activity: str
    earliest_start: float = 0.0
    latest_end: float = math.inf

    def __post_init__(self) -> None:
        what = f"the window of {self.activity!r}"
        start = amount_of(self.earliest_start, f"the start of {what}")
        end = amount_of(self.latest_end, f"the end of {what}", finite=False)
        object.__setattr__(self, "earliest_start", start)
        object.__setattr__(self, "latest_end", end)
        if end < start:
            raise InputError(f"{what[0].upper()}{what[1:]} ends at {end:g}, before it begins at {start:g}.")

    def __str__(self) -> str:
        if self.latest_end == math.inf:
            return f"{self.activity} does not start before {self.earliest_start:g}"
        if not self.earliest_start:
            return f"{self.activity} has ended by {self.latest_end:g}"
        return f"{self.activity} lies between {self.earliest_start:g} and {self.latest_end:g}"


class Period(NamedTuple):
    """How much of a reusable resource there is from a start up to, but without, an end."""

    start: float
    end: float
    amount: float


@dataclass(frozen=True)
class Calendar:
    """When how much of a reusable resource is there, such as staff; outside of periods its initial amount.

    Attributes:
        resource: the resource's name.
        periods: (start, end, amount) each, in the order of time.

    Raises:
        InputError: a number is negative, a period ends before it begins, or two overlap.
    """

    resource: str
    periods: tuple[Period, ...]

    def __post_init__(self) -> None:
        what = f"a period in the calendar of {self.resource!r}"
        periods = tuple(_checked_period(period, what) for period in self.periods)
        object.__setattr__(self, "periods", periods)
        for earlier, later in pairwise(periods):
            if later.start < earlier.end:
                raise InputError(
                    f"The calendar of {self.resource!r} has a period from {later.start:g} on before the one "
                    f"to {earlier.end:g} is over; give periods in order and apart from each other."
                )

    def __str__(self) -> str:
        times = ", ".join(
            f"{period.amount:g} from {period.start:g} to {period.end:g}" for period in self.periods
        )
        return f"calendar of {self.resource}: {times}"


@dataclass(frozen=True)
class Constraints:
    """What plans and schedules must keep.

    Attributes:
        budget: the most that all may cost: actions, and what resources cost by the unit.
        deadline: when all must have ended.
        precedences: which activity comes after which.
        windows: when single activities may take place.
        calendars: when how much of a reusable resource is there.

    Raises:
        InputError: budget or deadline is negative, or something else stands among the others.
    """

    budget: float = math.inf
    deadline: float = math.inf
    precedences: tuple[Precedence, ...] = ()
    windows: tuple[TimeWindow, ...] = ()
    calendars: tuple[Calendar, ...] = ()

    def __post_init__(self) -> None:
        for name in ("budget", "deadline"):
            object.__setattr__(self, name, amount_of(getattr(self, name), f"the {name}", finite=False))
        for name, kind in (("precedences", Precedence), ("windows", TimeWindow), ("calendars", Calendar)):
            object.__setattr__(self, name, all_of(kind, getattr(self, name), f"The {name}"))

    @classmethod
    def of(cls, given: Constraints | Mapping[str, Any] | None) -> Constraints:
        """Reads constraints from a mapping such as ``{"budget": 1000, "deadline": 100}``.

        Raises:
            InputError: there is no such constraint, or its value is wrong.
        """
        if isinstance(given, Constraints):
            return given
        known = [field.name for field in fields(cls)]
        for name in given or {}:
            if name not in known:
                raise InputError(f"There is no constraint {name!r}; there are {', '.join(known)}.")
        return cls(**(given or {}))


def all_of(kind: type[Kind], values: Any, what: str) -> tuple[Kind, ...]:
    """Gives values as a tuple.

    Args:
        kind: what each must be.
        values: what was given.
        what: what they are, in words at the beginning of a sentence, for the error.

    Raises:
        InputError: they are no sequence, or something else stands among them.
    """
    found = tuple(values) if isinstance(values, Iterable) and not isinstance(values, str) else None
    wrong = [value for value in found or () if not isinstance(value, kind)]
    if found is None or wrong:
        given = repr(values if found is None else wrong[0])
        raise InputError(f"{what} must be a sequence of {kind.__name__}, but there is {given}.")
    return found


def check_calendars(calendars: tuple[Calendar, ...], resources: Mapping[str, Resource]) -> None:
    """Makes sure that calendars are about reusable resources, one each, and within their capacity.

    Raises:
        InputError: one does not.
    """
    seen: set[str] = set()
    for calendar in calendars:
        resource = resources.get(calendar.resource)
        if resource is None:
            raise InputError(f"There is a calendar of the unknown resource {calendar.resource!r}.")
        if not resource.is_reusable:
            raise InputError(f"{calendar.resource!r} has a calendar, but only reusable resources have one.")
        if calendar.resource in seen:
            raise InputError(f"{calendar.resource!r} has two calendars; put all periods into one.")
        seen.add(calendar.resource)
        for period in calendar.periods:
            if period.amount > resource.limit:
                raise InputError(
                    f"The calendar of {calendar.resource!r} grants {period.amount:g} from {period.start:g} "
                    f"on, more than its capacity {resource.limit:g}; raise the capacity."
                )


def _checked_period(period: Any, what: str) -> Period:
    try:
        start, end, amount = period
    except (TypeError, ValueError):
        raise InputError(f"{what[0].upper()}{what[1:]} is {period!r}; write (start, end, amount).") from None
    start, amount = amount_of(start, f"the start of {what}"), amount_of(amount, f"the amount of {what}")
    end = amount_of(end, f"the end of {what}", finite=False)
    if end <= start:
        raise InputError(f"{what[0].upper()}{what[1:]} ends at {end:g}, not after its start at {start:g}.")
    return Period(start, end, amount)
