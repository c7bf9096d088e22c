"""An independent check of concurrent plans: executes them and looks for actions that are in each other's way.

It shares nothing with :mod:`planzoo.planners.htn.joint.schedule` but what a footprint is: for every action it
takes the set of all earlier ones that it conflicts with, as bits of one number, and asks whether they have
ended.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.joint.joint_plan import JointPlan
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.plan_faults import FaultKind, PlanFault, Rejected
from planzoo.planners.htn.recording import Footprint, WatchedState
from planzoo.planners.htn.task import Goal, Multigoal, describe
from planzoo.planners.htn.validator import require_measures

ROUNDING = 1e-9
"""Times and amounts may differ by this share."""


def check_joint_plan(
    domain: Domain,
    state: Mapping[Any, Any],
    plan: JointPlan,
    capacities: Mapping[str, float] | None = None,
    goals: Sequence[Goal | Multigoal] = (),
) -> PlanFault | None:
    """Checks that a concurrent plan can be executed, whatever comes first of what comes at one time.

    Every action must be applicable when its turn comes, with the cost, duration, agent and resources that the
    domain says; actions of one agent, and actions that conflict (one writes what the other reads or writes),
    must not overlap; no resource may ever be held beyond its capacity; the orders must be kept by the times,
    and must by themselves put all actions that conflict one after the other; the goals must hold at the end.

    Args:
        domain: the domain that the plan was made for.
        state: the facts at the beginning; stays unchanged.
        plan: the concurrent plan.
        capacities: how much there is of each resource, unbounded where not given; None: as the plan says.
        goals: goals and multigoals that must hold at the end.

    Returns:
        None when the plan is sound, else one sentence with the first fault.
    """
    try:
        check = _Execution(domain, WatchedState(state), plan)
        check.run(plan.capacities if capacities is None else capacities)
        for goal in goals:
            if not goal.holds_in(check.state):
                raise Rejected(FaultKind.GOAL_LOST, describe(goal))
    except Rejected as rejected:
        return rejected.fault
    except Exception as error:
        return PlanFault(FaultKind.RAISED, type(error).__name__, error)
    return None


class _Execution:
    """Executes the actions in the order of their starts; sets of steps are the bits of a number."""

    def __init__(self, domain: Domain, state: WatchedState, plan: JointPlan) -> None:
        self.domain = domain
        self.state = state
        self.plan = plan
        self.active: list[int] = []
        self.ancestors: dict[int, int] = {}
        self.readers: defaultdict[Any, int] = defaultdict(int)
        self.writers: defaultdict[Any, int] = defaultdict(int)

    def run(self, capacities: Mapping[str, float]) -> None:
        """Refuses the plan unless it is sound."""
        plan = self.plan
        self._check_shape()
        earlier: list[list[int]] = [[] for _ in plan.actions]
        for order in plan.orders:
            self._check_order(order.earlier, order.later)
            earlier[order.later].append(order.earlier)
        for step in plan.steps_by_start:
            self.ancestors[step] = 0
            for other in earlier[step]:
                self.ancestors[step] |= self.ancestors[other] | 1 << other
            footprint = self._execute(step)
            self.active = [other for other in self.active if not self._over(other, step)]
            self._check_conflicts(step, footprint)
            self._check_agent(step)
            self._check_resources(step, capacities)
            self.active.append(step)

    def _check_shape(self) -> None:
        plan = self.plan
        if len(plan.actions) != len(plan.starts):
            raise Rejected(FaultKind.COLUMNS)
        for action, start in zip(plan.actions, plan.starts, strict=True):
            if not 0 <= start < math.inf:
                raise Rejected(FaultKind.START, action, start)

    def _check_order(self, earlier: int, later: int) -> None:
        plan = self.plan
        if not (0 <= earlier < len(plan.actions) and 0 <= later < len(plan.actions)):
            raise Rejected(FaultKind.NO_STEP, earlier, later, len(plan.actions))
        by_time = (plan.starts[earlier], earlier) < (plan.starts[later], later)
        if not by_time or not self._over(earlier, later):
            raise Rejected(FaultKind.ORDER_BROKEN, plan.actions[earlier], plan.actions[later])

    def _over(self, step: int, later: int) -> bool:
        """Says whether an action has ended when another one starts."""
        end, start = self.plan.ends[step], self.plan.starts[later]
        return end <= start or math.isclose(end, start, rel_tol=ROUNDING)

    def _execute(self, step: int) -> Footprint:
        action = self.plan.actions[step]
        operator = self.domain.operators.get(action.name)
        if operator is None:
            raise Rejected(FaultKind.OPERATOR, action, self.domain.name)

        def execute(state: WatchedState) -> tuple[Action, Any]:
            return operator.action(state, action.arguments), operator.function(state, *action.arguments)

        (expected, answer), footprint = self.state.watch(execute)
        if answer is False:
            raise Rejected(FaultKind.NOT_APPLICABLE, action)
        require_measures(action, expected)
        return footprint

    def _check_conflicts(self, step: int, footprint: Footprint) -> None:
        """Refuses conflicts with actions that have not ended, or that no order puts before this one."""
        active = sum(1 << other for other in self.active)
        for what, conflicting in self._conflicts(footprint):
            for others, kind in (
                (conflicting & active, FaultKind.OVERLAP),
                (conflicting & ~self.ancestors[step], FaultKind.UNORDERED),
            ):
                if others:
                    other = self.plan.actions[others.bit_length() - 1]
                    raise Rejected(kind, other, self.plan.actions[step], _name(what))
        self._note(step, footprint)

    def _conflicts(self, footprint: Footprint) -> Iterator[tuple[Any, int]]:
        """Gives for all that the action touches the steps so far that conflict there."""
        for variable in footprint.reads:
            yield variable, self.writers[variable]
        for table in footprint.scans:
            yield (_TABLE, table), self.writers[_TABLE, table]
        for variable in footprint.writes:
            yield variable, self.writers[variable] | self.readers[variable]
            if isinstance(variable, tuple):
                yield (_TABLE, variable[0]), self.readers[_TABLE, variable[0]]

    def _note(self, step: int, footprint: Footprint) -> None:
        tables = [(_TABLE, variable[0]) for variable in footprint.writes if isinstance(variable, tuple)]
        for what in (*footprint.writes, *tables):
            self.writers[what] |= 1 << step
        for what in (*footprint.reads, *((_TABLE, table) for table in footprint.scans)):
            self.readers[what] |= 1 << step

    def _check_agent(self, step: int) -> None:
        actions = self.plan.actions
        for other in self.active:
            if actions[step].agent is not None and actions[other].agent == actions[step].agent:
                raise Rejected(FaultKind.AGENT_BUSY, actions[other], actions[step], actions[step].agent)

    def _check_resources(self, step: int, capacities: Mapping[str, float]) -> None:
        action = self.plan.actions[step]
        for resource, amount in action.resources:
            others = self.active if action.duration else []
            held = amount + sum(dict(self.plan.actions[other].resources).get(resource, 0) for other in others)
            capacity = capacities.get(resource, math.inf)
            if held > capacity * (1 + ROUNDING):
                raise Rejected(FaultKind.CAPACITY, action, held, resource, capacity)


_TABLE = object()
"""Stands in a pair with a table's name: a whole table that is looked through, or any fact of it."""


def _name(what: Any) -> str:
    if isinstance(what, tuple):
        return f"table {what[1]!r}" if what[0] is _TABLE else describe(what)
    return repr(what)
