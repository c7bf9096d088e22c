"""When to replan: small rules that look at a monitor, and are combined with ``|``.

Of several rules the first one with an answer decides. The kinds are those of the literature on continual
planning (Ghallab, Nau and Traverso, Automated Planning and Acting, 2016): after failures, when the world is
too far from what is expected, every so often, when something better shows, when time runs out, when what is
wanted changes.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from planzoo.errors import InputError
from planzoo.planners.htn.acting.lazy_lookahead import Planner
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.result import Budget
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Problem
from planzoo.planners.replanning.execution import ExecutionResult, ExecutionTrace, ReplanTrigger
from planzoo.planners.replanning.foresight import Foresight

SHORT = Budget(milliseconds=20)
"""What a look for something better may cost."""
Reason = tuple[ReplanTrigger, str]
"""Why to replan: the trigger, and in words."""


class Watched(Protocol):
    """What rules look at: an :class:`~planzoo.planners.replanning.monitor.ExecutionMonitor`."""

    trace: ExecutionTrace
    foresight: Foresight | None
    last: ExecutionResult | None
    late: bool
    elapsed: float
    time_left: float | None
    wanted: tuple[Any, ...] | None

    @property
    def plan(self) -> Plan:
        """The present plan."""

    @property
    def current_state(self) -> State:
        """The facts as they were seen last."""

    @property
    def over(self) -> bool:
        """Whether all steps of the present plan are executed."""

    @property
    def fault(self) -> str:
        """Why the plan could not be executed when it was adopted."""

    def check_divergence(self) -> float:
        """Gives how far the facts are from those that the rest of the plan relies on."""

    def detect_failure(self, result: ExecutionResult) -> bool:
        """Says whether an action has failed."""


class When(ABC):
    """A rule that says when to replan."""

    def begin(self, monitor: Watched) -> None:
        """Is told that the monitor goes on with another plan, or with its first."""
        return

    @abstractmethod
    def look(self, monitor: Watched) -> Reason | None:
        """Says whether another plan is needed now, and why; asked after each action, once or more."""

    def twin(self) -> When:
        """Gives such a rule for another plan that is executed at the same time."""
        return copy.copy(self)

    def __or__(self, other: When) -> AnyOf:
        """Replans when one of the two would; the first one's reason goes before."""
        return AnyOf(self, other)


class AnyOf(When):
    """Replans when any of some rules would; the first one with an answer decides."""

    def __init__(self, *rules: When) -> None:
        self.rules = rules

    def twin(self) -> AnyOf:
        """Gives twins of all of them."""
        return AnyOf(*(rule.twin() for rule in self.rules))

    def begin(self, monitor: Watched) -> None:
        """Tells all of them."""
        for rule in self.rules:
            rule.begin(monitor)

    def look(self, monitor: Watched) -> Reason | None:
        """Asks all of them, so that those that count failures see each; gives the first answer."""
        answers = [rule.look(monitor) for rule in self.rules]
        return next((answer for answer in answers if answer is not None), None)


class FailureDriven(When):
    """Replans after so many failures in a row; at once if the plan cannot be executed at all.

    Args:
        after: how many; below that an action is tried again.

    Raises:
        InputError: the number is below 1.
    """

    def __init__(self, after: int = 1) -> None:
        self.after = _at_least(1, after, "FailureDriven(after)")
        self._failures = 0
        self._counted: ExecutionResult | None = None

    def begin(self, monitor: Watched) -> None:
        """Counts from 0."""
        self._failures, self._counted = 0, None

    def look(self, monitor: Watched) -> Reason | None:
        """Counts failures."""
        if monitor.fault:
            return ReplanTrigger.FAILURE, monitor.fault
        result = monitor.last
        if result is None:
            return None
        if result is not self._counted:
            self._failures = self._failures + 1 if monitor.detect_failure(result) else 0
            self._counted = result
        if self._failures < self.after:
            return None
        times = f" {self._failures} times" if self._failures > 1 else ""
        trigger = ReplanTrigger.TIMEOUT if monitor.late else ReplanTrigger.FAILURE
        return trigger, f"{result.action} has failed{times}: {result.reason}"


class Threshold(When):
    """Replans when the world is too far from what the rest of the plan relies on.

    Args:
        limit: the divergence that is still borne, from 0 (any difference counts) to 1; see
            :class:`~planzoo.planners.replanning.divergence.Divergence`.

    Raises:
        InputError: the limit is not within 0 to 1.
    """

    def __init__(self, limit: float = 0.1) -> None:
        if not 0 <= limit <= 1:
            raise InputError(f"Threshold(limit={limit!r}) must be within 0 to 1.")
        self.limit = limit

    def look(self, monitor: Watched) -> Reason | None:
        """Compares the divergence with the limit."""
        value = monitor.check_divergence()
        if value <= self.limit:
            return None
        farthest = None if monitor.foresight is None else monitor.foresight.farthest
        words = "" if farthest is None else f": {farthest}"
        return ReplanTrigger.DIVERGENCE, f"divergence {value:.2g} is above {self.limit:g}{words}"


class Periodic(When):
    """Replans every so often, whatever has happened: there may be a better plan by now.

    Args:
        actions: after so many actions, failed ones included; None for any number.
        time: after so much time, in the unit of durations, the action that goes on included; None for any.

    Raises:
        InputError: a number is below 1 or no time, or both are None.
    """

    def __init__(self, actions: int | None = None, time: float | None = None) -> None:
        if actions is None and time is None:
            raise InputError("A number of actions or a time must be given to Periodic.")
        self.actions = None if actions is None else _at_least(1, actions, "Periodic(actions)")
        self.time = None if time is None else _at_least(1e-9, time, "Periodic(time)")
        self._begun = (0, 0.0)

    def begin(self, monitor: Watched) -> None:
        """Counts from here."""
        self._begun = len(monitor.trace.results), monitor.trace.total_time

    def look(self, monitor: Watched) -> Reason | None:
        """Counts actions and time."""
        if monitor.over:
            return None
        count = len(monitor.trace.results) - self._begun[0]
        passed = monitor.trace.total_time - self._begun[1] + monitor.elapsed
        if self.actions is not None and count >= self.actions:
            return ReplanTrigger.OPPORTUNITY, f"{count} actions were tried since the last plan"
        if self.time is not None and passed >= self.time:
            return ReplanTrigger.OPPORTUNITY, f"the last plan is {passed:g} old"
        return None


class Proactive(When):
    """Replans when a plan from here is cheaper than the rest of the present one.

    It looks only when something has changed that the plan did not foresee, for else the rest is as good as it
    was. Source: Fritz and McIlraith, Monitoring plan optimality during execution (2007); here the other plan
    is searched instead of proven.

    Args:
        planner: searches the other plan.
        gain: the share of the rest's cost that must be saved.
        budget: bounds of each search.

    Raises:
        InputError: the gain is not within 0 to 1.
    """

    def __init__(self, planner: Planner, gain: float = 0.1, budget: Budget = SHORT) -> None:
        if not 0 <= gain <= 1:
            raise InputError(f"Proactive(gain={gain!r}) must be within 0 to 1.")
        self.planner, self.gain, self.budget = planner, gain, budget

    def look(self, monitor: Watched) -> Reason | None:
        """Searches a cheaper way after something unforeseen."""
        if monitor.foresight is None or not monitor.foresight.surprises or monitor.over:
            return None
        state, plan, step = monitor.current_state, monitor.plan, monitor.trace.current_step
        tasks = PlanProgress(plan, step).unfinished(state)
        try:
            found = self.planner.solve(Problem(state, tasks), self._budget(monitor.time_left)).plan
        except DomainError:  # what is seen may lack facts, and then nobody knows anything better
            return None
        rest = sum(action.cost for action in plan.actions[step:])
        if found is None or found.cost > (1 - self.gain) * rest or found.cost >= rest:
            return None
        return ReplanTrigger.OPPORTUNITY, f"there is a way for {found.cost:g} instead of {rest:g}"

    def _budget(self, time_left: float | None) -> Budget:
        """Gives the budget, or what is left of the time for all looks if that is less."""
        own = self.budget.milliseconds
        times = [each for each in (own, time_left) if each is not None]
        return replace(self.budget, milliseconds=min(times, default=None))


class Overrun(When):
    """Replans when the present plan takes or costs far more than its actions should, or would end too late.

    Args:
        factor: how many times as much as planned is still borne, and at least ``slack`` more.
        slack: what is borne beyond the plan in any case, in its units.
        deadline: until when all is to be over, in the unit of durations since the execution began.

    Raises:
        InputError: the factor is below 1, or the slack or the deadline negative.
    """

    def __init__(self, factor: float = 1.5, slack: float = 1.0, deadline: float | None = None) -> None:
        self.factor = _at_least(1, factor, "Overrun(factor)")
        self.slack = _at_least(0, slack, "Overrun(slack)")
        self.deadline = None if deadline is None else _at_least(0, deadline, "Overrun(deadline)")
        self._begun = (0.0, 0.0, 0)
        self._warned = False

    def begin(self, monitor: Watched) -> None:
        """Notes what was spent before the present plan."""
        trace = monitor.trace
        self._begun = trace.total_time, trace.total_cost, trace.current_step
        self._warned = False

    def look(self, monitor: Watched) -> Reason | None:
        """Compares what the plan has taken with what it should have; a deadline is told of once a plan."""
        trace, (time, cost, step) = monitor.trace, self._begun
        actions = trace.plan.actions
        done = actions[step : trace.current_step + 1]
        for what, spent, planned in (
            ("taken", trace.total_time - time + monitor.elapsed, sum(action.duration for action in done)),
            ("cost", trace.total_cost - cost, sum(action.cost for action in done)),
        ):
            if spent > max(self.factor * planned, planned + self.slack):
                return ReplanTrigger.TIMEOUT, f"the plan has {what} {spent:g} instead of {planned:g}"
        end = trace.total_time + sum(action.duration for action in actions[trace.current_step :])
        if self.deadline is None or end <= self.deadline or self._warned:
            return None
        self._warned = True
        return ReplanTrigger.TIMEOUT, f"the plan would end at {end:g}, after the deadline {self.deadline:g}"


class NewGoal(When):
    """Replans when other tasks are wanted than the plan is for.

    Args:
        wanted: gives the tasks that are wanted, by the facts as they are.
    """

    def __init__(self, wanted: Callable[[Mapping[Any, Any]], Sequence[Any]]) -> None:
        self.wanted = wanted
        self._tasks: tuple[Any, ...] | None = None

    def begin(self, monitor: Watched) -> None:
        """Notes what is wanted while the plan is new."""
        self._tasks = tuple(self.wanted(monitor.current_state))

    def look(self, monitor: Watched) -> Reason | None:
        """Compares what is wanted with what was."""
        tasks = tuple(self.wanted(monitor.current_state))
        if tasks == self._tasks:
            return None
        monitor.wanted = tasks
        return ReplanTrigger.NEW_GOAL, f"wanted are now {', '.join(map(str, tasks)) or 'no tasks'}"


def _at_least(least: float, value: Any, name: str) -> Any:
    if not isinstance(value, int | float) or not least <= value < float("inf"):
        raise InputError(f"{name} must be at least {least}, not {value!r}.")
    return value
