"""Whether the rest of a plan keeps to what is left of the resources, and a plan that does."""

from __future__ import annotations

from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.acting.lazy_lookahead import Recovered
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.result import Budget
from planzoo.planners.htn.state import State
from planzoo.planners.replanning.execution import ExecutionTrace
from planzoo.planners.replanning.resources_left import ResourcesLeft, Told, state_after
from planzoo.planners.resources.planner import ResourceAwarePlanner
from planzoo.planners.resources.resource_plan import ResourcePlan
from planzoo.planners.resources.timeline import ResourceState
from planzoo.planners.resources.violations import ResourceViolation, ViolationKind
from planzoo.planners.status import Status


class ResourceWatch:
    """Watches the resources of an execution.

    Args:
        planner: knows the resources, the constraints and what actions take.

    Attributes:
        planner: as above.
        last: the answer to the last search for a plan.
    """

    def __init__(self, planner: ResourceAwarePlanner) -> None:
        self.planner = planner
        self.last = ResourcePlan(Status.BUDGET_SPENT)
        self._borne: frozenset[tuple[str, str]] = frozenset()
        self._fine: tuple[Plan, int, int] | None = None
        self._told: Told | None = None

    def broken(self, trace: ExecutionTrace) -> str:
        """Says what the rest of the plan breaks, in words; empty for nothing.

        What a plan of the resource-aware planner breaks when nobody waits as its schedule demands is borne.
        As long as all goes as planned, what was not broken before is not broken now.
        """
        if not self._as_planned(trace):
            words = self._found(trace)
            if words:
                self._fine = None
                return words
        self._fine = trace.plan, trace.current_step, len(trace.results)
        return ""

    def _as_planned(self, trace: ExecutionTrace) -> bool:
        """Says whether all actions since the last look, at which nothing was broken, were as planned."""
        if self._fine is None or self._fine[0] is not trace.plan:
            return False
        _, step, count = self._fine
        results = trace.results[count:]
        return len(results) == trace.current_step - step and all(
            each.happened and (each.cost, each.duration) == (each.action.cost, each.action.duration)
            for each in results
        )

    def _left(self, trace: ExecutionTrace) -> ResourcesLeft:
        return ResourcesLeft(self.planner, trace, state_after(self.planner, trace, self._told))

    def _found(self, trace: ExecutionTrace) -> str:
        """Looks for what the rest of the plan breaks."""
        try:
            left = self._left(trace)
            found = left.violations(trace.plan, trace.current_step)
        except InputError as error:  # actions of another domain, perhaps
            return str(error)
        if left.overspent:
            return left.overspent
        return next((str(each) for each in found if _key(each) not in self._borne), "")

    def bear(self, trace: ExecutionTrace) -> None:
        """Takes note that a plan is gone on with as it is."""
        found = self._left(trace).violations(trace.plan, trace.current_step)
        self._borne = frozenset(map(_key, found))
        self._fine = None

    def recovered(
        self,
        trace: ExecutionTrace,
        state: State,
        tasks: tuple[Any, ...],
        resource_state: ResourceState | None,
        budget: Budget | None,
    ) -> Recovered:
        """Searches a plan for tasks that keeps to what is left.

        Args:
            trace: what has happened.
            state: the facts as they are.
            tasks: what is to be accomplished.
            resource_state: what is left and held now, from which is counted on; None for what the trace has
                left since such a state was told last.
            budget: bounds of the search.

        Raises:
            InputError: an action requires an unknown resource, or more than there ever is.
            DomainError: a fault of the domain.
        """
        self.last = ResourcePlan(Status.BUDGET_SPENT)
        if resource_state is not None:
            self._told = Told.now(self.planner, trace, resource_state)
        left = self._left(trace)
        if left.planner is None:
            self.last = ResourcePlan(Status.INFEASIBLE, reason=left.overspent)
        else:
            self.last = left.planner.plan(list(tasks), state, budget=budget, in_order=True)
        found = self.last
        plan = found.plan if isinstance(found.plan, Plan) and found.schedule is not None else None
        reason = found.reason
        if found.conflict:
            reason = "not together: " + ", ".join(found.conflict)
        return Recovered(found.status, plan, 0, found.expansions, reason)


def _key(violation: ResourceViolation) -> tuple[str, str]:
    """Gives what a violation is of, whenever it is; windows have other words as time goes on."""
    return violation.kind, "" if violation.kind is ViolationKind.WINDOW else violation.subject
