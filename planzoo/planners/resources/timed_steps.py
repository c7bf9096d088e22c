"""What plans of all kinds have in common for whoever counts resources: steps with times and modes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple, Protocol, runtime_checkable

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError
from planzoo.planners.htn.joint.joint_plan import JointPlan
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.resources.project import Mode
from planzoo.planners.resources.schedule import Schedule


class TimedAction(NamedTuple):
    """An action of an execution."""

    action: Action
    """With the cost and the duration that it had, or is planned to have."""
    start: float
    """When it started, or will."""
    failed: bool
    """Whether it was begun and has not happened."""


@runtime_checkable
class Executed(Protocol):
    """What has happened of a plan, and what is still to be done: the trace of an execution."""

    def timed_actions(self) -> Sequence[TimedAction]:
        """Gives all actions, those that are executed first."""


AnyPlan = Plan | JointPlan | Schedule
"""A plan one action after another, one whose actions overlap, or a schedule."""

Tracked = AnyPlan | Executed
"""What resources are counted for: a plan of any kind, or the trace of an execution."""

Needs = Mapping[str, Sequence[ResourceRequirement]] | Callable[[Action], Sequence[ResourceRequirement]]
"""What actions require: by the operator's name, or a function of the action."""


class TimedStep(NamedTuple):
    """A step of a plan with what it takes and when."""

    names: tuple[str, ...]
    """What precedences and windows may call it: an activity's name; an operator's, or a whole action."""
    start: float
    """When it starts."""
    mode: Mode
    """How long it takes, what it requires and costs."""

    @property
    def end(self) -> float:
        """When it ends."""
        return self.start + self.mode.duration

    def __str__(self) -> str:
        return self.names[-1]


def timed_steps(
    plan: Tracked, resources: Mapping[str, Resource], needs: Needs | None = None
) -> tuple[TimedStep, ...]:
    """Gives the steps of a plan with their times.

    Args:
        plan: a schedule, a concurrent plan, a plan whose actions follow one another from time 0 on, or a
            trace. An action of a trace that has failed has used what is taken at its start and made nothing.
        resources: by name.
        needs: what the actions of a plan require; None: what their operators say that they hold, of which
            all but reusable resources is used up when the action starts. A schedule says it itself.

    Raises:
        InputError: a requirement cannot be met at all, or the plan is of another kind.
    """
    if isinstance(plan, Schedule):
        rows = list(zip(plan.project.activities, plan.starts, plan.chosen, strict=True))
        for activity, _, mode in rows:
            mode.check(resources, f"Activity {activity.name!r}")
        return tuple(TimedStep((activity.name,), start, mode) for activity, start, mode in rows)
    if isinstance(plan, JointPlan):
        return tuple(_steps(plan.actions, plan.starts, resources, needs))
    if isinstance(plan, Plan):
        durations = [action.duration for action in plan.actions]
        starts = [0.0, *accumulate(durations)][: len(durations)]
        return tuple(_steps(plan.actions, starts, resources, needs))
    if isinstance(plan, Executed):
        return tuple(_executed_steps(plan.timed_actions(), resources, needs))
    raise InputError(f"Expected a Plan, a JointPlan, a Schedule or a trace, but got {type(plan).__name__}.")


def action_mode(action: Action, resources: Mapping[str, Resource], needs: Needs | None = None) -> Mode:
    """Gives what an action takes; see :func:`timed_steps`.

    Raises:
        InputError: a requirement cannot be met at all.
    """
    mode = Mode(action.duration, _requirements(action, needs), action.cost)
    mode.check(resources, f"Action {action}")
    return mode


def _steps(
    actions: Sequence[Action],
    starts: Sequence[float],
    resources: Mapping[str, Resource],
    needs: Needs | None,
) -> Iterator[TimedStep]:
    for action, start in zip(actions, starts, strict=True):
        yield TimedStep((action.name, str(action)), start, action_mode(action, resources, needs))


def _executed_steps(
    actions: Sequence[TimedAction], resources: Mapping[str, Resource], needs: Needs | None
) -> Iterator[TimedStep]:
    for action, start, failed in actions:
        mode = action_mode(action, resources, needs)
        if failed:
            taken = (need for need in mode.requirements if need.changes(resources[need.resource])[0] < 0)
            mode = replace(mode, requirements=tuple(taken))
        yield TimedStep((action.name, str(action)), start, mode)


def _requirements(action: Action, needs: Needs | None) -> tuple[ResourceRequirement, ...]:
    if needs is None:
        return tuple(ResourceRequirement(name, amount) for name, amount in action.resources)
    found = needs(action) if callable(needs) else needs.get(action.name, ())
    return tuple(found)
