"""The resource-aware planner: hierarchical plans that finite resources allow, with their schedules.

Source: Ghallab, Nau and Traverso, Automated Planning: Theory and Practice (2004), chapter 15 (planning and
resource scheduling); here the plan is pruned by its resources as it grows, and only then scheduled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.joint.joint_plan import JointPlan
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.problem import checked_problem
from planzoo.planners.htn.result import Budget
from planzoo.planners.resources.action_resources import ActionResources, Modes
from planzoo.planners.resources.constraints import Constraints
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.optimization import (
    ScheduleResult,
    feasible_schedule,
    optimize_schedule,
    pareto_front,
)
from planzoo.planners.resources.plan_conflict import plan_conflict
from planzoo.planners.resources.plan_project import needed_orders, plan_project
from planzoo.planners.resources.plan_search import PlanSearch
from planzoo.planners.resources.project import Project, TooLate
from planzoo.planners.resources.resource_plan import ResourcePlan
from planzoo.planners.resources.timed_steps import Needs
from planzoo.planners.resources.tracker import ResourceTracker
from planzoo.planners.resources.violations import ResourceViolation
from planzoo.planners.status import Status

OBJECTIVES = ("minimize_cost", "minimize_time")
"""What one plan can be best at."""
BALANCE = "balance"
"""Asks for all plans that are not beaten in both."""

AnySource = Plan | JointPlan | ResourcePlan
"""What the actions to be scheduled come from."""


class ResourceAwarePlanner:
    """Plans with finite resources.

    Args:
        base_planner: a hierarchical planner with its domain.
        resources: what there is.
        constraints: what plans must keep besides; a mapping such as ``{"budget": 1000, "deadline": 100}``
            will do. Precedences and windows call actions by their operator or as a whole.
        needs: what actions require: by operator or a function of the action; None: what operators say that
            they hold.
        modes: other ways to do an action, by operator or a function of the action.

    Attributes:
        base_planner: as above.
        tracker: checks plans against the resources and constraints.
        constraints: as above.

    Raises:
        InputError: two resources have the same name, a constraint is unknown, or needs, modes, precedences or
            windows speak of what is no operator of the domain.
    """

    def __init__(
        self,
        base_planner: HierarchicalPlanner,
        resources: Iterable[Resource],
        constraints: Constraints | Mapping[str, Any] | None = None,
        needs: Needs | None = None,
        modes: Modes | None = None,
    ) -> None:
        self.base_planner = base_planner
        self.tracker = ResourceTracker(resources, constraints, needs)
        self.constraints = self.tracker.constraints
        self.actions = ActionResources(self.tracker.resources, needs, modes)
        for what, names in _spoken_of(self.constraints, needs, modes):
            _check_operators(what, names, base_planner.domain)

    def plan(
        self,
        goal: Any,
        current_state: Mapping[Any, Any],
        objective: str | None = None,
        budget: Budget | None = None,
        effort: Effort | None = None,
        in_order: bool = False,
    ) -> ResourcePlan:
        """Searches for a plan that keeps all constraints; every branch is left at the first violation.

        Args:
            goal: a task or goal, or a list of them.
            current_state: the facts at the beginning; stays unchanged.
            objective: None for the first feasible plan; ``"minimize_cost"`` or ``"minimize_time"`` for the
                best of all decompositions and schedules.
            budget: bounds of the search for decompositions.
            effort: what each plan's schedule may cost.
            in_order: whether actions are carried out one after another as they stand in the plan.

        Raises:
            InputError: the objective is unknown, or an action requires what there never is.
            DomainError: a fault of the domain.
        """
        _check_objective(objective, (None, *OBJECTIVES))
        problem = checked_problem((current_state, goal if isinstance(goal, list) else [goal]))
        budget, effort = budget or Budget(), effort or Effort()
        meter = Meter(budget)
        search = PlanSearch(self.base_planner.domain, problem, self.actions, self.constraints, in_order)
        found = search.run(meter, objective, effort)
        if found.status is Status.INFEASIBLE:
            found = replace(found, conflict=plan_conflict(search, budget, effort))
        return replace(found, expansions=meter.expansions, seconds=meter.seconds)

    def optimize_resources(
        self,
        plan: AnySource,
        objective: str = "minimize_cost",
        current_state: Mapping[Any, Any] | None = None,
        effort: Effort | None = None,
    ) -> ResourcePlan | tuple[ResourcePlan, ...]:
        """Schedules the actions of a plan as well as can be: their times and modes.

        Args:
            plan: whose actions are scheduled; a concurrent plan brings its orders.
            objective: ``"minimize_cost"``, ``"minimize_time"``, or ``"balance"`` for the Pareto front: every
                trade-off between the two, the quickest first.
            current_state: the facts at the beginning, from which the orders that actions need are found out;
                None: the actions of a plain plan stay one after another.
            effort: what the optimization may cost.

        Raises:
            InputError: the objective is unknown, or an action requires what there never is.
        """
        _check_objective(objective, (*OBJECTIVES, BALANCE))
        inner, effort = _inner(plan), effort or Effort()
        if objective != BALANCE:
            return self._schedule(inner, current_state, objective, effort)
        front = pareto_front(self._project(inner, current_state), effort)
        return tuple(_answer(inner, found) for found in front)

    def repair_plan(
        self,
        plan: AnySource,
        violations: Sequence[ResourceViolation] | None = None,
        current_state: Mapping[Any, Any] | None = None,
        effort: Effort | None = None,
    ) -> ResourcePlan:
        """Mends a plan that breaks constraints, changing as little as possible.

        First its actions are scheduled anew, in other modes where that is needed. Where that is not enough
        and the state is known, other decompositions of the plan's own tasks are searched.

        Args:
            plan: what is to be mended.
            violations: what is wrong with it; None: the tracker finds out.
            current_state: the facts at the beginning.
            effort: what each schedule may cost.

        Raises:
            InputError: an action requires an unknown resource, or more than there ever is.
        """
        if violations is None:
            present = plan.schedule or plan.plan if isinstance(plan, ResourcePlan) else plan
            violations = self.tracker.find_violations(present) if present is not None else ()
        inner = _inner(plan)
        found = self._schedule(inner, current_state, None, effort or Effort())
        if found.schedule is not None:
            broken = ", ".join(dict.fromkeys(violation.subject for violation in violations)) or "nothing"
            return replace(found, reason=f"Broken: {broken}. The same actions were scheduled anew.")
        if current_state is None or not isinstance(inner, Plan):
            return found
        tree = inner.decomposition
        again = self.plan([tree.tasks[root] for root in tree.roots], current_state, effort=effort)
        if again.schedule is None:
            return again
        return replace(again, reason="No schedule of the actions is feasible: the tasks were planned anew.")

    def _schedule(
        self,
        plan: Plan | JointPlan,
        state: Mapping[Any, Any] | None,
        objective: str | None,
        effort: Effort,
    ) -> ResourcePlan:
        """Schedules a plan: feasibly without an objective, else as well as can be."""
        try:
            project = self._project(plan, state)
        except TooLate as late:
            return ResourcePlan(Status.INFEASIBLE, plan, reason=str(late), conflict=("deadline or window",))
        if objective is not None:
            return _answer(plan, optimize_schedule(project, objective, effort))
        return _answer(plan, feasible_schedule(project, effort))

    def _project(self, plan: Plan | JointPlan, state: Mapping[Any, Any] | None) -> Project:
        orders = needed_orders(plan, self.base_planner.domain, state)
        return plan_project(plan, orders, self.actions, self.constraints)


def _spoken_of(
    constraints: Constraints, needs: Needs | None, modes: Modes | None
) -> Iterator[tuple[str, Iterable[str]]]:
    """Gives the names of operators, or of whole actions, that arguments speak of."""
    for what, by_name in (("needs", needs), ("modes", modes)):
        if isinstance(by_name, Mapping):
            yield what, by_name
    yield "a precedence", [name for each in constraints.precedences for name in (each.earlier, each.later)]
    yield "a window", [each.activity for each in constraints.windows]


def _check_operators(what: str, names: Iterable[str], domain: Domain) -> None:
    for name in names:
        operator = name.partition("(")[0]
        if operator not in domain.operators:
            raise InputError(
                f"The planner's {what} names {name!r}, but domain {domain.name!r} has no operator "
                f"{operator!r}; it has {', '.join(map(repr, domain.operators))}."
            )


def _inner(plan: AnySource) -> Plan | JointPlan:
    """Gives the actions of a plan.

    Raises:
        InputError: it has none.
    """
    inner = plan.plan if isinstance(plan, ResourcePlan) else plan
    if inner is None:
        raise InputError("This answer of the planner holds no plan; look at its status first.")
    return inner


def _answer(plan: Plan | JointPlan, found: ScheduleResult) -> ResourcePlan:
    return ResourcePlan(found.status, plan, found.schedule, conflict=found.conflict, seconds=found.seconds)


def _check_objective(objective: str | None, known: Sequence[str | None]) -> None:
    if objective not in known:
        names = ", ".join(repr(name) for name in known if name is not None)
        raise InputError(f"There is no objective {objective!r}; choose one of {names}.")
