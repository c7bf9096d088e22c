"""The replanning engine: a plan is executed and watched, and changed as long as that is needed.

Source: Ghallab, Nau and Traverso, Automated Planning and Acting (2016), on acting with plans that are changed
while they run; Fox et al., Plan stability (2006), for what is kept of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.acting.lazy_lookahead import Answer, Deviation, Planner, Recovered, Recovery
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.repair.stability import plan_stability
from planzoo.planners.htn.result import Budget
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Problem, describe
from planzoo.planners.replanning.execution import (
    ExecutionTrace,
    ReplanRecord,
    ReplanTrigger,
    TraceStatus,
)
from planzoo.planners.replanning.how import STRATEGIES, ReplanStrategy, recovery_of
from planzoo.planners.replanning.monitor import ExecutionMonitor
from planzoo.planners.replanning.pending import missed_tasks, pending_tasks, rest_fault
from planzoo.planners.replanning.resource_watch import ResourceWatch
from planzoo.planners.replanning.trace_file import TraceFile
from planzoo.planners.resources.planner import ResourceAwarePlanner
from planzoo.planners.resources.resource_plan import ResourcePlan
from planzoo.planners.resources.timeline import ResourceState
from planzoo.planners.status import Status


@dataclass(frozen=True)
class Limits:
    """What an execution may use up.

    Attributes:
        replans: changes of plan. When they are used up, a plan that still works is gone on with.
        actions: actions that are tried, failed ones included.
        budget: bounds of each search for another plan; None for none.

    Raises:
        InputError: a number is negative.
    """

    replans: int = 10
    actions: int = 10_000
    budget: Budget | None = None

    def __post_init__(self) -> None:
        for name in ("replans", "actions"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 0:
                raise InputError(f"Limits({name}={value!r}) must be a whole number of at least 0.")


class ReplanningEngine:
    """Executes a plan to the end, with as many changes as that takes and the limits allow.

    Whatever happens, the trace ends in exactly one status: ACHIEVED, IMPOSSIBLE where it is proven that the
    unfinished tasks cannot be accomplished from the state that is seen, or GIVEN_UP.

    Args:
        planner: makes other plans; its domain is the plan's.
        monitor: executes and watches.
        replan_strategy: how plans are changed: ``"full"``, ``"repair"``, ``"continuation"``,
            ``"opportunistic"`` or ``"cost_aware"``; see
            :class:`~planzoo.planners.replanning.how.ReplanStrategy`.
        limits: what an execution may use up.
        record: a file into which the trace is written as it happens; it does not exist yet.
        resource_planner: knows the resources that the plan must keep to. With it a plan that breaks them
            counts as diverged, and all plans are made by :meth:`replan_with_resources`.

    Attributes:
        planner: as above.
        monitor: as above.
        replan_strategy: as above.
        recovery: what carries the strategy out; one that learns may be shared with other engines.
        limits: as above.
        record: as above.

    Raises:
        InputError: there is no such strategy.
    """

    def __init__(
        self,
        planner: Planner,
        monitor: ExecutionMonitor,
        replan_strategy: str | ReplanStrategy = ReplanStrategy.REPAIR,
        limits: Limits = Limits(),
        record: str | Path | None = None,
        resource_planner: ResourceAwarePlanner | None = None,
    ) -> None:
        self.planner = planner
        self.monitor = monitor
        self.replan_strategy = ReplanStrategy.of(replan_strategy)
        self.recovery: Recovery = recovery_of(self.replan_strategy)
        self.limits = limits
        self.record = record
        self.resources = None if resource_planner is None else ResourceWatch(resource_planner)

    @property
    def domain(self) -> Domain:
        """The planner's."""
        return self.planner.domain

    def execute_with_monitoring(self, plan: Plan | None = None) -> ExecutionTrace:
        """Executes a plan until its tasks are accomplished, cannot be, or a limit is reached.

        Args:
            plan: the plan; None for the monitor's.

        Raises:
            InputError: the monitor's execution has ended, or the trace's file cannot be written.
        """
        monitor = self.monitor
        self._require_running()
        if plan is not None and plan is not monitor.plan:
            monitor.adopt(plan)
        while self.go_on():
            pass
        return monitor.trace

    def go_on(self) -> bool:
        """Executes one action, or changes the plan, or ends the execution.

        Returns:
            Whether the execution goes on.

        Raises:
            InputError: the execution has ended, or the trace's file cannot be written.
        """
        self._require_running()
        monitor, trace = self.monitor, self.monitor.trace
        if self.record is not None and trace.writer is None:
            trace.writer = TraceFile(self.record, monitor.plan, monitor.current_state)
        trigger = self._trigger()
        if trigger is not None and (len(trace.replans) < self.limits.replans or self._stuck()):
            self._change(trigger)
        elif monitor.over:
            trace.end(TraceStatus.ACHIEVED)
        elif len(trace.results) >= self.limits.actions:
            trace.end(TraceStatus.GIVEN_UP, f"{self.limits.actions} actions were tried")
        else:
            monitor.execute_step()
        return trace.status is TraceStatus.RUNNING

    def _trigger(self) -> ReplanTrigger | None:
        """Asks the monitor, and looks for resources that are broken and tasks that are not accomplished."""
        monitor = self.monitor
        trigger = monitor.should_replan()
        if trigger is None and self.resources is not None:
            monitor.reason = self.resources.broken(monitor.trace)
            trigger = ReplanTrigger.DIVERGENCE if monitor.reason else None
        if trigger is None and monitor.over:
            monitor.reason = self._missed()
            trigger = ReplanTrigger.FAILURE if monitor.reason else None
        return trigger

    def _change(self, trigger: ReplanTrigger) -> None:
        """Changes the plan, or gives up where that was done as often as is allowed."""
        trace = self.monitor.trace
        if len(trace.replans) < self.limits.replans:
            self.replan(trigger)
        else:
            words = f"{self.limits.replans} replans are allowed; {self.monitor.reason}"
            trace.end(TraceStatus.GIVEN_UP, words)

    def _stuck(self) -> bool:
        """Says whether the present plan cannot be gone on with."""
        monitor = self.monitor
        failed = monitor.last is not None and monitor.detect_failure(monitor.last)
        return failed or bool(self._fault(monitor.current_state))

    def _fault(self, state: State) -> str:
        """Says why the rest of the present plan does not work in a state; empty if it does."""
        monitor, trace = self.monitor, self.monitor.trace
        if monitor.wanted is not None:
            return "other tasks are wanted"
        progress, planned = PlanProgress(trace.plan, trace.current_step), monitor.planned_state()
        fault = rest_fault(self.domain, progress, state if planned is None else planned, state)
        if fault or self.resources is None:
            return fault
        return self.resources.broken(trace)

    def _missed(self) -> str:
        """Says which tasks are not accomplished although all steps are executed; empty for none."""
        monitor, step = self.monitor, self.monitor.trace.current_step
        tasks = missed_tasks(monitor.plan, step, monitor.current_state, monitor.foresight)
        names = ", ".join(describe(task) for task in tasks)
        return f"not accomplished after the last step: {names}" if tasks else ""

    def replan(
        self, trigger: ReplanTrigger, current_state: Mapping[Any, Any] | None = None, goal: Any = None
    ) -> Plan | None:
        """Changes the plan, and has the monitor go on with the new one.

        Without a new plan the old one is gone on with where it still works, as it does after an opportunity
        that was none; where it does not, the trace ends: IMPOSSIBLE if the planner has proven that there is
        no plan, else GIVEN_UP.

        Args:
            trigger: why.
            current_state: the facts as they are; None for those that the monitor has seen.
            goal: a task or a list of tasks to be accomplished instead of what the plan is for; None for
                what the monitor knows to be wanted.

        Returns:
            The new plan; None if there is none.

        Raises:
            InputError: the execution has ended, or the trace's file cannot be written.
        """
        if goal is not None:
            self.monitor.wanted = tuple(goal) if isinstance(goal, list) else (goal,)
        if self.resources is not None:
            found = self.replan_with_resources(trigger, current_state)
            return found.plan if isinstance(found.plan, Plan) else None
        return self._changed(trigger, current_state, self._answer).plan

    def replan_with_resources(
        self,
        trigger: ReplanTrigger,
        current_state: Mapping[Any, Any] | None = None,
        resource_state: ResourceState | None = None,
    ) -> ResourcePlan:
        """Plans what is unfinished anew, within what is left of the resources, and goes on with that.

        The actions of the plan keep all constraints when they are carried out one after another at the times
        of its schedule. Without a plan the execution ends or goes on as after :meth:`replan`; the answer
        says which constraints cannot be kept together.

        Args:
            trigger: why.
            current_state: the facts as they are; None for those that the monitor has seen.
            resource_state: what is left and held now, such as a tracker's ``current_state`` after
                ``advance``; None for what the actions of the trace have left.

        Raises:
            InputError: the engine has no resource-aware planner, the execution has ended, or the trace's file
                cannot be written.
        """
        watch = self.resources
        if watch is None:
            raise InputError("This engine knows no resources; make it with a resource_planner.")

        def search(state: State) -> Answer:
            tasks, trace = self._tasks(state), self.monitor.trace
            return watch.recovered(trace, state, tasks, resource_state, self.limits.budget)

        answer = self._changed(trigger, current_state, search)
        return replace(watch.last, reason=answer.reason)

    def _changed(
        self,
        trigger: ReplanTrigger,
        current_state: Mapping[Any, Any] | None,
        search: Callable[[State], Answer],
    ) -> Answer:
        """Searches another plan, notes that, and goes on with what was found."""
        self._require_running()
        monitor, trace = self.monitor, self.monitor.trace
        state = monitor.current_state if current_state is None else _state(current_state)
        strategy = self.replan_strategy
        if monitor.wanted is not None or self.resources is not None:
            strategy = ReplanStrategy.FULL
        started = time.perf_counter()
        try:
            answer = search(state)
        except (DomainError, InputError) as error:
            answer = Recovered(Status.BUDGET_SPENT, None, 0, 0, f"{type(error).__name__}: {error}")
        old, new = trace.plan.actions[trace.current_step :], _rest(answer)
        trace.add_replan(
            ReplanRecord(
                step=len(trace.results),
                trigger=trigger,
                strategy=strategy.value,
                reason=monitor.reason,
                seconds=time.perf_counter() - started,
                expansions=answer.expansions,
                stability=plan_stability(old, new),
                solved=answer.plan is not None,
            )
        )
        self._take_up(answer, state)
        return answer

    def _answer(self, state: State) -> Answer:
        """Asks the strategy, or the planner where other tasks are wanted."""
        if self.monitor.wanted is None:
            return self.recovery(self._deviation(state))
        result = self.planner.solve(Problem(state, self.monitor.wanted), self.limits.budget)
        return Recovered(result.status, result.plan, 0, result.expansions, result.reason)

    def _tasks(self, state: State) -> tuple[Any, ...]:
        """Gives what is to be accomplished from a state."""
        monitor = self.monitor
        if monitor.wanted is not None:
            return monitor.wanted
        return pending_tasks(monitor.plan, monitor.trace.current_step, state, monitor.foresight)

    def _deviation(self, state: State) -> Deviation:
        trace, expected = self.monitor.trace, self.monitor.planned_state()
        return Deviation(
            self.planner,
            trace.plan,
            trace.current_step,
            state if expected is None else expected,
            state.copy(),
            self._tasks(state),
            self.limits.budget,
        )

    def _take_up(self, answer: Answer, state: State) -> None:
        """Goes on with the new plan, or with the old one if that works; else ends the trace."""
        monitor, trace = self.monitor, self.monitor.trace
        if answer.plan is not None:
            monitor.wanted = None
            monitor.see(state)
            monitor.adopt(answer.plan, answer.executed)
            if self.resources is not None:
                self.resources.bear(trace)
            return
        fault = self._fault(state)
        if not fault:
            monitor.see(state)
            monitor.adopt(trace.plan, trace.current_step)
            return
        proven = answer.status is Status.INFEASIBLE
        trace.end(TraceStatus.IMPOSSIBLE if proven else TraceStatus.GIVEN_UP, answer.reason or fault)

    def repair_plan(self, plan: Plan, failure_step: int, current_state: Mapping[Any, Any]) -> Plan | None:
        """Repairs a plan; the monitor goes on with its own.

        Args:
            plan: the plan.
            failure_step: the step that failed, from 0; those before it are executed.
            current_state: the facts as they are.

        Returns:
            The executed actions and the new rest; None if there is no way on within the budget.

        Raises:
            InputError: the plan has no such step, or its actions are none of the domain's.
            DomainError: a function of the domain raised.
        """
        if not isinstance(failure_step, int) or not 0 <= failure_step <= len(plan.actions):
            raise InputError(f"The plan has no step {failure_step!r}; it has {len(plan.actions)} of them.")
        state = _state(current_state)
        unfinished = PlanProgress(plan, failure_step).unfinished(state)
        deviation = Deviation(
            self.planner, plan, failure_step, state, state.copy(), unfinished, self.limits.budget
        )
        return STRATEGIES[ReplanStrategy.REPAIR](deviation).plan

    def _require_running(self) -> None:
        if self.monitor.trace.status is not TraceStatus.RUNNING:
            raise InputError("This execution has ended; make another monitor for another one.")


def _rest(answer: Answer) -> tuple[Action, ...]:
    """Gives the actions that are still to be taken; none without a plan."""
    return () if answer.plan is None else answer.plan.actions[answer.executed :]


def _state(facts: Mapping[Any, Any]) -> State:
    return facts if isinstance(facts, State) else State(facts)
