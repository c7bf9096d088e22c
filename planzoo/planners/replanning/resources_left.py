"""What an execution has left of its resources, and a planner that keeps to it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from planzoo.envs.resources.resource import Resource
from planzoo.planners.htn.plan import Plan
from planzoo.planners.replanning.execution import ExecutionTrace
from planzoo.planners.resources.constraints import Calendar, Constraints, Period, TimeWindow
from planzoo.planners.resources.planner import ResourceAwarePlanner
from planzoo.planners.resources.project import ROUNDING
from planzoo.planners.resources.timed_steps import TimedStep
from planzoo.planners.resources.timeline import ResourceState
from planzoo.planners.resources.violations import ResourceViolation


class ResourcesLeft:
    """What is left for the rest of an execution.

    Times count from now on: deadline, windows and calendars are moved by the time that has passed, and the
    budget is what is left of it. Actions that have failed have used what is taken at their start. What
    actions held is given back. Other modes than an operator's own are left out, for whoever executes a plan
    is told actions, not modes.

    Args:
        planner: knows the resources, the constraints and what actions take.
        trace: what has happened.
        state: what is left and held now; None for what the trace has left.

    Attributes:
        overspent: what is used up beyond help, in words: the budget, or the time before the deadline; empty
            if there is a way on.
        planner: a planner with what is left; None if there is none.

    Raises:
        InputError: an action requires an unknown resource, or more than there ever is.
    """

    def __init__(
        self, planner: ResourceAwarePlanner, trace: ExecutionTrace, state: ResourceState | None = None
    ) -> None:
        tracker = planner.tracker
        if state is None:
            state = state_after(planner, trace, None)
        done = _done(planner, trace)
        old, now = tracker.constraints, state.time
        cost = math.fsum(step.mode.total_cost(tracker.resources) for step in done)
        self.overspent = _overspent(old, cost, now)
        self.planner: ResourceAwarePlanner | None = None
        if self.overspent:
            return
        windows = [_moved_window(window, now) for window in old.windows]
        left = Constraints(
            max(old.budget - cost, 0.0),
            max(old.deadline - now, 0.0),
            old.precedences,
            (*windows, *_lags(old, done, now)),
            tuple(_moved_calendar(calendar, now) for calendar in old.calendars),
        )
        planned = {calendar.resource for calendar in old.calendars}
        resources = [
            each if each.name in planned else _resource_left(each, state)
            for each in tracker.resources.values()
        ]
        self.planner = ResourceAwarePlanner(planner.base_planner, resources, left, planner.actions.needs)

    def violations(self, plan: Plan, executed: int) -> list[ResourceViolation]:
        """Gives what the rest of a plan breaks, carried out one action after another from now on.

        Raises:
            InputError: an action requires an unknown resource, or more than there ever is.
        """
        if self.planner is None:
            return []
        rest = Plan(plan.actions[executed:], plan.decomposition)
        return self.planner.tracker.find_violations(rest)


def _done(planner: ResourceAwarePlanner, trace: ExecutionTrace) -> tuple[TimedStep, ...]:
    """Gives what is done; an action that is going on is still to be done."""
    rest = len(trace.plan.actions) - trace.current_step
    steps = planner.tracker.steps(trace)
    return steps[: len(steps) - rest]


@dataclass(frozen=True)
class Told:
    """What somebody has told of the resources at some time of an execution.

    Attributes:
        state: what was left and held.
        done: how many actions were done by then.
        time: the time of the trace.
    """

    state: ResourceState
    done: int
    time: float

    @classmethod
    def now(cls, planner: ResourceAwarePlanner, trace: ExecutionTrace, state: ResourceState) -> Told:
        """Takes note of a state that is told now.

        Raises:
            InputError: an action requires an unknown resource, or more than there ever is.
        """
        return cls(state, len(_done(planner, trace)), trace.total_time)


def state_after(planner: ResourceAwarePlanner, trace: ExecutionTrace, told: Told | None) -> ResourceState:
    """Gives what there is after what is done, all that it held given back.

    Args:
        planner: knows the resources and what actions take.
        trace: what has happened.
        told: what was told on the way, which counts for more than what was done before.

    Raises:
        InputError: an action requires an unknown resource, or more than there ever is.
    """
    resources = planner.tracker.resources
    if told is None:
        amounts = {name: resource.initial_amount for name, resource in resources.items()}
        told = Told(ResourceState(0.0, amounts, dict.fromkeys(resources, 0.0)), 0, 0.0)
    left = dict(told.state.available)
    for step in _done(planner, trace)[told.done :]:
        for need in step.mode.requirements:
            left[need.resource] += math.fsum(need.changes(resources[need.resource]))
    time = told.state.time + trace.total_time - told.time
    return ResourceState(time, left, told.state.allocated)


def _overspent(constraints: Constraints, cost: float, now: float) -> str:
    if cost > constraints.budget * (1 + ROUNDING):
        return f"{cost:g} of the budget {constraints.budget:g} is spent"
    if now > constraints.deadline * (1 + ROUNDING):
        return f"it is {now:g}, after the deadline {constraints.deadline:g}"
    return ""


def _resource_left(resource: Resource, state: ResourceState) -> Resource:
    """Gives a resource of which there is what is left; more than its store holds is lost."""
    amount = state.available[resource.name]
    if resource.is_reusable:
        amount += state.allocated[resource.name]
    capacity = resource.limit if resource.limit < math.inf else None
    return replace(resource, initial_amount=min(max(amount, 0.0), resource.limit), capacity=capacity)


def _moved_window(window: TimeWindow, now: float) -> TimeWindow:
    return TimeWindow(
        window.activity, max(window.earliest_start - now, 0.0), max(window.latest_end - now, 0.0)
    )


def _moved_calendar(calendar: Calendar, now: float) -> Calendar:
    periods = (Period(max(start - now, 0.0), end - now, amount) for start, end, amount in calendar.periods)
    return Calendar(calendar.resource, tuple(period for period in periods if period.end > 0))


def _lags(constraints: Constraints, done: tuple[TimedStep, ...], now: float) -> list[TimeWindow]:
    """Gives how long actions must still wait for the lag after what is done."""
    found = []
    for link in constraints.precedences:
        ends = [step.end for step in done if link.earlier in step.names]
        wait = max(ends, default=0.0) + link.lag - now
        if ends and wait > 0:
            found.append(TimeWindow(link.later, wait))
    return found
