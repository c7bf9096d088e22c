"""What happens when a plan is executed: results of actions, changes of plan, and the trace of it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple, Protocol

from planzoo.errors import InputError
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.state import State
from planzoo.planners.resources.timed_steps import TimedAction


class ExecutionStatus(Enum):
    """How an action went."""

    SUCCESS = "success"
    """It has happened, as foreseen or as its executor says."""
    FAILURE = "failure"
    """It has not happened."""
    PARTIAL = "partial"
    """Some of its effects show, others do not."""
    DELAYED = "delayed"
    """It is still going on, or has taken longer than foreseen."""


class ReplanTrigger(Enum):
    """Why a plan is changed."""

    FAILURE = "failure"
    """An action has failed, or the rest of the plan can no longer be executed."""
    OPPORTUNITY = "opportunity"
    """There is a better way now."""
    DIVERGENCE = "divergence"
    """The world is too far from what the plan relies on."""
    TIMEOUT = "timeout"
    """Time is running out: an action does not end, or the plan takes or costs more than foreseen."""
    NEW_GOAL = "new_goal"
    """What is wanted has changed."""


class TraceStatus(Enum):
    """How an execution stands; all but RUNNING are final."""

    RUNNING = "running"
    """It is not over."""
    ACHIEVED = "achieved"
    """All tasks are accomplished."""
    IMPOSSIBLE = "impossible"
    """It is proven that the tasks cannot be accomplished any more."""
    GIVEN_UP = "given up"
    """As many replans, steps or as much time as allowed are used up."""


@dataclass(frozen=True)
class ExecutionResult:
    """What came of an action.

    Attributes:
        action: what was to be done.
        status: how it went.
        actual_state: the facts after it; stays as it is.
        expected_state: the facts that were foreseen; those before it where nothing could be.
        cost: what it has cost.
        duration: how long it took, in the unit of the plan's durations, or in seconds where nobody tells.
        reason: why it went so, in words; empty for a plain success.
        over: whether the action is not going on any more.
    """

    action: Action
    status: ExecutionStatus
    actual_state: Mapping[Any, Any]
    expected_state: Mapping[Any, Any]
    cost: float
    duration: float
    reason: str = ""
    over: bool = True

    @property
    def happened(self) -> bool:
        """Whether the action is over and has happened as a whole."""
        return self.over and self.status in (ExecutionStatus.SUCCESS, ExecutionStatus.DELAYED)


class Attempt(NamedTuple):
    """An action from its begin to its end, however many results tell of it."""

    action: Action
    """What was to be done, with the cost and the duration that it was planned to have."""
    start: float
    """The time at which it began."""
    cost: float
    """What it has cost."""
    duration: float
    """How long it took."""
    happened: bool
    """Whether it has happened as a whole."""
    over: bool
    """Whether it is not going on any more."""


@dataclass(frozen=True)
class ReplanRecord:
    """A change of plan.

    Attributes:
        step: how many results there were before it.
        trigger: why the plan was changed.
        strategy: how.
        reason: in words.
        seconds: wall-clock time that it took.
        expansions: tasks that the search took up.
        stability: the share of the actions still to be taken that the new plan kept, from 0 to 1.
        solved: whether there was a new plan.
    """

    step: int
    trigger: ReplanTrigger
    strategy: str
    reason: str
    seconds: float
    expansions: int
    stability: float
    solved: bool


class TraceWriter(Protocol):
    """What is told of an execution as it happens; see :mod:`planzoo.planners.replanning.trace_file`."""

    def result(self, result: ExecutionResult) -> None:
        """An action was executed, or was not."""

    def replan(self, record: ReplanRecord) -> None:
        """The plan was changed."""

    def end(self, status: TraceStatus, reason: str) -> None:
        """The execution is over."""


@dataclass
class ExecutionTrace:
    """How a plan was executed, from its first action to its end.

    Attributes:
        plan: the present plan.
        results: what came of each action, also of those that failed.
        current_step: how many actions of the present plan are executed.
        current_state: the facts as they were seen last.
        total_cost: the sum of the results' costs.
        total_time: the sum of the results' durations.
        replans: the changes of plan.
        status: how the execution stands.
        reason: why it ended so, in words.
        writer: is told everything as it happens; None where nothing is kept in a file.
    """

    plan: Plan
    results: list[ExecutionResult] = field(default_factory=list)
    current_step: int = 0
    current_state: Mapping[Any, Any] = field(default_factory=State)
    total_cost: float = 0.0
    total_time: float = 0.0
    replans: list[ReplanRecord] = field(default_factory=list)
    status: TraceStatus = TraceStatus.RUNNING
    reason: str = ""
    writer: TraceWriter | None = None

    @property
    def planning_seconds(self) -> float:
        """Wall-clock time that all changes of plan have taken."""
        return sum(each.seconds for each in self.replans)

    @property
    def progress(self) -> float:
        """The share of the present plan's actions that are executed; 1 for an empty plan."""
        return self.current_step / len(self.plan.actions) if self.plan.actions else 1.0

    def count(self, status: ExecutionStatus) -> int:
        """Gives how many actions went so."""
        return sum(each.status is status for each in self.results)

    def attempts(self) -> list[Attempt]:
        """Gives the actions that were tried; results of one that was going on are one attempt."""
        found: list[Attempt] = []
        time = 0.0
        for each in self.results:
            cost, duration, start = each.cost, each.duration, time
            if found and not found[-1].over and found[-1].action == each.action:
                begun = found.pop()
                cost, duration, start = begun.cost + cost, begun.duration + duration, begun.start
            found.append(Attempt(each.action, start, cost, duration, each.happened, each.over))
            time += each.duration
        return found

    def timed_actions(self) -> list[TimedAction]:
        """Gives what was done and what the plan still has, for whoever counts what that takes.

        The rest begins where the results end, or with the action that is going on.
        """
        found, time = [], self.total_time
        rest, attempts = self.plan.actions[self.current_step :], self.attempts()
        if attempts and not attempts[-1].over and rest[:1] == (attempts[-1].action,):
            time = attempts.pop().start
        for each in attempts:
            action = each.action._replace(cost=each.cost, duration=each.duration)
            found.append(TimedAction(action, each.start, not each.happened))
        for action in rest:
            found.append(TimedAction(action, time, False))
            time += action.duration
        return found

    def add(self, result: ExecutionResult) -> None:
        """Notes what came of an action."""
        self.results.append(result)
        self.current_state = result.actual_state
        self.total_cost += result.cost
        self.total_time += result.duration
        if self.writer is not None:
            self.writer.result(result)

    def add_replan(self, record: ReplanRecord) -> None:
        """Notes a change of plan."""
        self.replans.append(record)
        if self.writer is not None:
            self.writer.replan(record)

    def end(self, status: TraceStatus, reason: str = "") -> None:
        """Ends the execution; what is over stays so.

        Raises:
            InputError: it has ended before, or the status is no final one.
        """
        if self.status is not TraceStatus.RUNNING or status is TraceStatus.RUNNING:
            raise InputError(
                f"A trace ends once: it is {self.status.value!r} and cannot be {status.value!r}."
            )
        self.status, self.reason = status, reason
        if self.writer is not None:
            self.writer.end(status, reason)

    def to_text(self) -> str:
        """Tells the execution, one line for each action and each change of plan."""
        changes: dict[int, list[ReplanRecord]] = {}
        for each in self.replans:
            changes.setdefault(each.step, []).append(each)
        lines = []
        for step in range(len(self.results) + 1):
            for each in changes.get(step, ()):
                lines.append(f"   replan ({each.trigger.value}, {each.strategy}): {each.reason}")
            if step < len(self.results):
                lines.append(_line(step, self.results[step]))
        totals = f"cost {self.total_cost:g}, time {self.total_time:g}, {len(self.replans)} replans"
        reason = f": {self.reason}" if self.reason else ""
        return "\n".join([*lines, f"{self.status.value} ({totals}){reason}"])


def _line(step: int, result: ExecutionResult) -> str:
    reason = f": {result.reason}" if result.reason else ""
    return f"{step + 1:2d} {result.action} {result.status.value}{reason}"
