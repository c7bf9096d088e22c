"""Tracks what a plan takes of its resources, and says where it takes too much."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from planzoo.envs.resources.resource import Resource, resources_by_name
from planzoo.errors import InputError
from planzoo.planners.resources.constraints import Constraints, Precedence, TimeWindow, check_calendars
from planzoo.planners.resources.project import ROUNDING
from planzoo.planners.resources.timed_steps import Needs, TimedStep, Tracked, timed_steps
from planzoo.planners.resources.timeline import (
    Event,
    ResourceState,
    amount_slacks,
    events,
    same_time,
    timeline,
)
from planzoo.planners.resources.violations import ResourceViolation, ViolationKind


class ResourceTracker:
    """Tracks resources over the time of a plan.

    Args:
        resources: what there is.
        constraints: what plans must keep besides; a mapping such as ``{"budget": 1000}`` will do. Precedences
            and windows call the steps of a plan by their operator (which means all of its actions) or by the
            whole action, those of a schedule by the activity. A schedule's own constraints are kept, too.
        needs: what the actions of plans require, see
            :func:`~planzoo.planners.resources.timed_steps.timed_steps`.

    Attributes:
        resources: by name.
        constraints: as above.
        timeline: what :meth:`compute_resource_timeline` found last.
        current_state: what is left and held now; see :meth:`advance`.

    Raises:
        InputError: two resources have the same name, or a constraint is about something unknown.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        constraints: Constraints | Mapping[str, Any] | None = None,
        needs: Needs | None = None,
    ) -> None:
        self.resources = resources_by_name(resources)
        self.constraints = Constraints.of(constraints)
        check_calendars(self.constraints.calendars, self.resources)
        self.needs = needs
        self.timeline: list[ResourceState] = []
        amounts = {name: resource.initial_amount for name, resource in self.resources.items()}
        self.current_state = ResourceState(0.0, amounts, dict.fromkeys(amounts, 0.0))

    def steps(self, plan: Tracked) -> tuple[TimedStep, ...]:
        """Gives the plan's steps with their times and requirements.

        Raises:
            InputError: a requirement is about an unknown resource, or more than there ever is.
        """
        return timed_steps(plan, self.resources, self.needs)

    def check_feasibility(self, plan: Tracked) -> bool:
        """Says whether a plan keeps all constraints.

        Raises:
            InputError: see :meth:`steps`.
        """
        return next(self._violations(plan), None) is None

    def find_violations(self, plan: Tracked) -> list[ResourceViolation]:
        """Gives every broken constraint, resources first; of each the first time.

        Raises:
            InputError: see :meth:`steps`.
        """
        return list(self._violations(plan))

    def compute_resource_timeline(self, plan: Tracked) -> list[ResourceState]:
        """Gives what is left and held at the beginning and after each event of the plan.

        Raises:
            InputError: see :meth:`steps`.
        """
        self.timeline = timeline(self.steps(plan), self.resources, self.constraints_of(plan).calendars)
        return self.timeline

    def advance(self, plan: Tracked, time: float) -> ResourceState:
        """Moves :attr:`current_state` to a time of a plan that is being carried out.

        Raises:
            InputError: see :meth:`steps`; or the time is negative.
        """
        if not time >= 0:
            raise InputError(f"A plan is carried out from time 0 on, not {time!r}.")
        states = self.compute_resource_timeline(plan)
        state = [state for state in states if state.time <= time or same_time(state.time, time)][-1]
        self.current_state = ResourceState(time, state.available, state.allocated)
        return self.current_state

    def constraints_of(self, plan: Tracked) -> Constraints:
        """Gives the tracker's constraints and the schedule's own, if it is one.

        Raises:
            InputError: both have a calendar of one resource, or one is of a resource that is not tracked.
        """
        own = self.constraints
        project = getattr(plan, "project", None)
        if project is None or project.constraints is own:
            return own
        other = project.constraints
        merged = Constraints(
            min(own.budget, other.budget),
            min(own.deadline, other.deadline),
            tuple(dict.fromkeys(own.precedences + other.precedences)),
            tuple(dict.fromkeys(own.windows + other.windows)),
            tuple(dict.fromkeys(own.calendars + other.calendars)),
        )
        check_calendars(merged.calendars, self.resources)
        return merged

    def _violations(self, plan: Tracked) -> Iterator[ResourceViolation]:
        constraints, steps = self.constraints_of(plan), self.steps(plan)
        yield from _broken_amounts(steps, self.resources, constraints)
        yield from _broken_totals(steps, self.resources, constraints)
        for link in constraints.precedences:
            yield from _broken_precedence(steps, link)
        for window in constraints.windows:
            yield from _broken_window(steps, window)


def _broken_amounts(
    steps: Sequence[TimedStep], resources: Mapping[str, Resource], constraints: Constraints
) -> Iterator[ResourceViolation]:
    """Looks for the first time at which there is too little, or too much, of each resource."""
    happenings = events(steps, resources, constraints.calendars)
    states = timeline(steps, resources, constraints.calendars)[-len(happenings) :] if happenings else []
    slacks = amount_slacks(steps, resources)
    found: set[tuple[str, bool]] = set()
    running: dict[int, None] = {}
    for event, state in zip(happenings, states, strict=True):
        running = {step: None for step in (*running, *event.starting) if step not in event.ending}
        for name, resource in resources.items():
            left, slack = state.available[name], slacks[name]
            short, over = left < -slack, left > resource.limit + slack and not resource.is_reusable
            if (short or over) and (name, short) not in found:
                found.add((name, short))
                involved = running if resource.is_reusable else _changing(steps, event, resource, short)
                yield _broken_amount(resource, state, _requiring(steps, involved, name))


def _requiring(steps: Sequence[TimedStep], numbers: Iterable[int], resource: str) -> tuple[int, ...]:
    """Gives those of the steps that have to do with a resource."""
    return tuple(n for n in numbers if any(need.resource == resource for need in steps[n].mode.requirements))


def _changing(steps: Sequence[TimedStep], event: Event, resource: Resource, taking: bool) -> list[int]:
    """Gives the steps of an event that take from a resource at that time, or that give to it."""
    found = []
    for side, numbers in enumerate((event.starting, event.ending)):
        for number in numbers:
            needs = [need for need in steps[number].mode.requirements if need.resource == resource.name]
            change = math.fsum(need.changes(resource)[side] for need in needs)
            found += [number] if (change < 0 if taking else change > 0) else []
    return list(dict.fromkeys(found))


def _broken_amount(resource: Resource, state: ResourceState, steps: tuple[int, ...]) -> ResourceViolation:
    left = state.available[resource.name]
    if left > 0:
        return ResourceViolation(
            ViolationKind.OVERFLOW, resource.name, state.time, left, resource.limit, steps
        )
    if resource.is_reusable:
        held = state.allocated[resource.name]
        return ResourceViolation(ViolationKind.CAPACITY, resource.name, state.time, held, held + left, steps)
    return ResourceViolation(ViolationKind.SHORTAGE, resource.name, state.time, -left, 0.0, steps)


def _broken_totals(
    steps: Sequence[TimedStep], resources: Mapping[str, Resource], constraints: Constraints
) -> Iterator[ResourceViolation]:
    """Compares cost and end with budget and deadline."""
    end = max((step.end for step in steps), default=0.0)
    cost = math.fsum(step.mode.total_cost(resources) for step in steps)
    if cost > constraints.budget * (1 + ROUNDING):
        yield ResourceViolation(ViolationKind.BUDGET, "budget", end, cost, constraints.budget)
    if end > constraints.deadline and not same_time(end, constraints.deadline):
        limit = constraints.deadline
        late = tuple(n for n, step in enumerate(steps) if step.end > limit and not same_time(step.end, limit))
        yield ResourceViolation(ViolationKind.DEADLINE, "deadline", limit, end, limit, late)


def _broken_precedence(steps: Sequence[TimedStep], link: Precedence) -> Iterator[ResourceViolation]:
    """Looks for a step of the later name that starts too early."""
    before = [n for n, step in enumerate(steps) if link.earlier in step.names]
    after = [n for n, step in enumerate(steps) if link.later in step.names]
    if not before or not after:
        return
    last, first = max(before, key=lambda n: steps[n].end), min(after, key=lambda n: steps[n].start)
    start, ready = steps[first].start, steps[last].end + link.lag
    if start < ready and not same_time(start, ready):
        yield ResourceViolation(
            ViolationKind.PRECEDENCE, str(link), start, start, ready, tuple(sorted({last, first}))
        )


def _broken_window(steps: Sequence[TimedStep], window: TimeWindow) -> Iterator[ResourceViolation]:
    """Looks for steps of the window's name that lie outside."""
    for number, step in enumerate(steps):
        if window.activity not in step.names:
            continue
        for time, limit, early in (
            (step.start, window.earliest_start, True),
            (step.end, window.latest_end, False),
        ):
            outside = time < limit if early else time > limit
            if outside and not same_time(time, limit):
                yield ResourceViolation(ViolationKind.WINDOW, str(window), time, time, limit, (number,))
                break
