"""Watching a plan while it is executed.

Sources: Ghallab, Nau and Traverso, Automated Planning and Acting (2016), on acting as what keeps watch over
plans; Pettersson, Execution monitoring in robotics: a survey (2005), for the notions; Fritz and McIlraith,
Monitoring plan optimality during execution (2007), for looking only at what the rest of a plan relies on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.state import State
from planzoo.planners.replanning.execution import (
    ExecutionResult,
    ExecutionStatus,
    ExecutionTrace,
    ReplanTrigger,
)
from planzoo.planners.replanning.executor import Answer, Executor, carry_out
from planzoo.planners.replanning.foresight import Foresight
from planzoo.planners.replanning.judgement import Judgement, judge
from planzoo.planners.replanning.when import FailureDriven, Threshold, When


class ExecutionMonitor:
    """Has a plan's actions executed, compares what comes of them with what was foreseen, asks for replans.

    With the domain it knows what each action should change, and which facts the rest of the plan relies on;
    without, it relies on what its executor tells. Whatever an executor does (raise, answer nothing, never
    answer) becomes a result.

    Args:
        plan: the plan.
        executor: carries an action out, and gives the facts after it or an
            :class:`~planzoo.planners.replanning.executor.Outcome`.
        domain: the plan's; None foresees nothing.
        current_state: the facts before the plan's next step; None for none. They are copied.
        when: when to replan; None: after each failure, and when more than a tenth of what the rest of the
            plan relies on is not so.
        patience: seconds that an executor has for an action; None waits as long as it takes.

    Attributes:
        executor: as above.
        trace: what has happened so far.
        foresight: what is expected; None without a domain.
        last: what came of the last action of the present plan; None before it.
        late: whether the last action was not answered in time.
        elapsed: how long the action that has begun has been going on, where somebody tells.
        time_left: milliseconds that looking out for another plan may take; None for as long as it takes.
        wanted: tasks that are wanted instead of those that the plan is for; None for those.
        reason: why the last call of :meth:`should_replan` gave a trigger, in words.

    Raises:
        InputError: the state is no mapping of facts.
    """

    def __init__(
        self,
        plan: Plan,
        executor: Executor,
        domain: Domain | None = None,
        current_state: Mapping[Any, Any] | None = None,
        when: When | None = None,
        patience: float | None = None,
    ) -> None:
        self.executor = executor
        self.domain = domain
        self.when = FailureDriven() | Threshold() if when is None else when
        self.patience = patience
        self.time_left: float | None = None
        self.wanted: tuple[Any, ...] | None = None
        self.reason = ""
        facts = {} if current_state is None else current_state
        self._state = facts.copy() if isinstance(facts, State) else State(facts)
        self._given: State | None = None
        self.trace = ExecutionTrace(plan, current_state=self._state)
        self.adopt(plan)

    @property
    def plan(self) -> Plan:
        """The present plan."""
        return self.trace.plan

    @property
    def current_state(self) -> State:
        """The facts as they were seen last."""
        return self._state

    @property
    def over(self) -> bool:
        """Whether all steps of the present plan are executed."""
        return self.trace.current_step == len(self.plan.actions)

    @property
    def fault(self) -> str:
        """Why the plan could not be executed from the state in which it was adopted; empty if it could."""
        return "" if self.foresight is None else self.foresight.fault

    def path(self) -> list[tuple[str, str]]:
        """Gives the tasks that the next action is part of, outermost first, each with its method."""
        return PlanProgress(self.plan, self.trace.current_step).path()

    def adopt(self, plan: Plan, executed: int = 0) -> None:
        """Goes on with another plan, of which some steps are executed already."""
        self.trace.plan, self.trace.current_step = plan, executed
        self.last: ExecutionResult | None = None
        self.late = False
        self.elapsed = 0.0
        self._judgement = Judgement(ExecutionStatus.SUCCESS)
        self._needed = False
        self.foresight: Foresight | None = None
        if self.domain is not None:
            self.foresight = Foresight(self.domain, plan, self._state, executed)
        self.when.begin(self)

    def see(self, state: State) -> None:
        """Takes note of facts that were seen between actions, before another plan is adopted."""
        self._state = self.trace.current_state = state

    def look_on(self, state: State, elapsed: float = 0.0) -> None:
        """Takes note of the facts while an action goes on, or before one begins.

        Args:
            state: the facts; stays as it is.
            elapsed: how long the action has been going on, in the unit of durations.
        """
        self.see(state)
        self.elapsed = elapsed
        if self.foresight is not None:
            self.foresight.look_on(state)

    def planned_state(self) -> State | None:
        """Gives the facts that the plan led to expect now; None if nobody knows."""
        return None if self.foresight is None else self.foresight.planned_state()

    def execute_step(self, action: Action | None = None) -> ExecutionResult:
        """Has an action executed, and notes what came of it.

        Args:
            action: what to do; None for the plan's next step, which alone takes the plan on.
        """
        action = self.begin_step(action)
        return self.end_step(carry_out(self.executor, action, self.patience))

    def begin_step(self, action: Action | None = None) -> Action:
        """Notes that an action begins, for whoever carries actions out without an executor.

        Args:
            action: what is done; None for the plan's next step.
        """
        self._begun = self.plan.actions[self.trace.current_step] if action is None else action
        self._effects = None if self.foresight is None else self.foresight.foresee(self._begun)
        return self._begun

    def end_step(self, answer: Answer) -> ExecutionResult:
        """Notes what came of the action that has begun."""
        action, foresight, before = self._begun, self.foresight, self._state
        self._judgement = judge(action, foresight is not None, self._effects, answer)
        self._needed = foresight is None or foresight.opens(self._judgement.missing)
        self._state = before if answer.state is None else self._kept(answer.state)
        done = self._takes_on(action)
        expected = before if foresight is None else foresight.see(self._state, done)
        result = _result(action, self._judgement, answer, (self._state, expected))
        self.late, self.last, self.elapsed = answer.late, result, 0.0
        self.trace.current_step += done
        self.trace.add(result)
        return result

    def _kept(self, state: State) -> State:
        """Copies a state that its executor may go on changing; one that gives new states is soon known."""
        lasting = self._given is not None and state is not self._given
        self._given = state
        return state if lasting else state.copy()

    def _takes_on(self, action: Action) -> bool:
        """Says whether the plan's next step is executed with the action that was judged last."""
        steps, step = self.plan.actions, self.trace.current_step
        following = step < len(steps) and steps[step] == action
        return following and self._judgement.over and not self._failed(self._judgement.status)

    def _failed(self, status: ExecutionStatus) -> bool:
        return status is ExecutionStatus.FAILURE or (status is ExecutionStatus.PARTIAL and self._needed)

    def check_divergence(self) -> float:
        """Gives how far the facts are from those that the rest of the plan relies on, from 0 to 1.

        See :class:`~planzoo.planners.replanning.divergence.Divergence`. Without a domain nothing is known of
        that: 0. A plan that could not be executed when it was adopted is as far as can be: 1.
        """
        if self.foresight is None:
            return 0.0
        return 1.0 if self.foresight.divergence is None else self.foresight.divergence.value

    def detect_failure(self, result: ExecutionResult) -> bool:
        """Says whether an action has failed: it has not happened, or in part and the plan relies on the rest.

        Of results but the last one nobody knows any more what relied on them: partial ones count as failed.
        """
        if result is self.last:
            return self._failed(result.status)
        return result.status in (ExecutionStatus.FAILURE, ExecutionStatus.PARTIAL)

    def should_replan(self) -> ReplanTrigger | None:
        """Says whether another plan is needed, and why: :attr:`reason` has it in words."""
        found = self.when.look(self)
        trigger, self.reason = (None, "") if found is None else found
        return trigger


def _result(
    action: Action, judgement: Judgement, answer: Answer, states: tuple[State, Mapping[Any, Any]]
) -> ExecutionResult:
    """Makes a result; what nobody tells is as planned, and a call without an answer has cost its seconds.

    Of an action that is going on, what nobody tells counts once, when it is over.
    """
    cost, duration = 0.0, answer.seconds
    if answer.outcome is not None:
        told = answer.outcome
        planned = (action.cost, action.duration) if judgement.over else (0.0, 0.0)
        cost = planned[0] if told.cost is None else told.cost
        duration = planned[1] if told.duration is None else told.duration
    return ExecutionResult(
        action, judgement.status, *states, float(cost), float(duration), judgement.reason, judgement.over
    )
