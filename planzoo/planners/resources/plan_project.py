"""From a plan to a project: its actions as activities, its orders as precedences.

Source: Bäckström, Computational aspects of reordering plans (1998): the orders between actions that conflict
are kept (:mod:`planzoo.planners.htn.joint.schedule`), all others are left to the schedule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.joint.joint_plan import JointPlan
from planzoo.planners.htn.joint.schedule import schedule
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.resources.action_resources import ActionResources
from planzoo.planners.resources.constraints import Constraints, Precedence
from planzoo.planners.resources.project import Activity, Project

Pair = tuple[int, int]


def plan_project(
    plan: Plan | JointPlan,
    orders: Sequence[Pair],
    actions: ActionResources,
    constraints: Constraints,
) -> Project:
    """Makes the project of a plan.

    Args:
        plan: whose actions become activities, named by their step (from 1) and action.
        orders: (earlier, later) steps that must follow one another, see :func:`needed_orders`.
        actions: what actions take.
        constraints: precedences and windows call steps by their operator or by the whole action.

    Raises:
        InputError: the actions cannot keep deadline or windows whatever the resources, or require more of a
            resource than there ever is.
    """
    names = [f"{step}. {action}" for step, action in enumerate(plan.actions, 1)]
    activities = [
        Activity(name, actions.modes_of(action), str(action), action)
        for name, action in zip(names, plan.actions, strict=True)
    ]
    links = [Precedence(names[earlier], names[later]) for earlier, later in orders]
    kept = replace(
        constraints,
        precedences=(*links, *_precedences(plan.actions, names, constraints)),
        windows=tuple(_windows(plan.actions, names, constraints)),
        calendars=tuple(entry for entry in constraints.calendars if entry.resource not in actions.ignored),
    )
    return Project(tuple(actions.resources.values()), tuple(activities), kept)


def needed_orders(
    plan: Plan | JointPlan, domain: Domain, state: Mapping[Any, Any] | None
) -> tuple[Pair, ...]:
    """Gives which steps of a plan must follow which: (earlier, later) pairs.

    Args:
        plan: a concurrent plan has its orders; those that only say who takes a resource over from whom do not
            count, as the resources are shared out anew.
        domain: the operators, which are watched to find out what each reads and writes.
        state: the facts at the beginning; None: the actions stay one after another.
    """
    if isinstance(plan, JointPlan):
        joint = plan
    elif state is None:
        return tuple(pairwise(range(len(plan.actions))))
    else:
        joint = schedule(domain, state, plan)
    pairs = ((order.earlier, order.later) for order in joint.orders if order.reason.name != "RESOURCE")
    return tuple(dict.fromkeys(pairs))


def _precedences(
    actions: Sequence[Action], names: Sequence[str], constraints: Constraints
) -> Iterator[Precedence]:
    for link in constraints.precedences:
        for earlier in _called(actions, link.earlier):
            for later in _called(actions, link.later):
                yield Precedence(names[earlier], names[later], link.lag)


def _windows(actions: Sequence[Action], names: Sequence[str], constraints: Constraints) -> Iterator[Any]:
    for window in constraints.windows:
        for step in _called(actions, window.activity):
            yield replace(window, activity=names[step])


def _called(actions: Sequence[Action], name: str) -> list[int]:
    """Gives the steps of an operator, or of a whole action."""
    return [step for step, action in enumerate(actions) if name in (action.name, str(action))]
