"""One agent's plan in an environment: carried out by commands, watched by what is seen, changed in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from planzoo.errors import InputError
from planzoo.planners.htn.acting.acting_policy import Progress
from planzoo.planners.htn.acting.effects import same_facts
from planzoo.planners.htn.acting.lazy_lookahead import Answer, Deviation, Planner, Recovered, Recovery
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.faults import DomainError
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.repair.stability import plan_stability
from planzoo.planners.htn.result import Budget
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Problem
from planzoo.planners.replanning import executor
from planzoo.planners.replanning.execution import ReplanTrigger
from planzoo.planners.replanning.monitor import ExecutionMonitor
from planzoo.planners.replanning.team_interface import Situation
from planzoo.planners.replanning.when import When
from planzoo.planners.status import Status

MOST_ROUNDS = 3
"""So many plans in one decision whose steps all turn out to be done already; then the agent waits."""

Stand = Callable[[Action, bool], Progress]
"""Says how an action stands, and is told whether the last command asked for it."""


class Habits(NamedTuple):
    """How an agent replans."""

    planner: Planner
    """Makes the plans."""
    when: When
    """When to replan; a twin of it serves each plan."""
    how: Recovery
    """How to replan."""
    name: str
    """The name of that strategy."""


class Cause(NamedTuple):
    """Why a plan is needed."""

    trigger: ReplanTrigger | None
    """Of the change; None where there is no plan to change."""
    reason: str
    """In words."""


class Clock:
    """What is left of a decision's time.

    Args:
        milliseconds: of the whole decision; None for as long as it takes.
    """

    def __init__(self, milliseconds: float | None) -> None:
        self._end = None if milliseconds is None else time.perf_counter() + milliseconds / 1000

    @property
    def left(self) -> float | None:
        """Milliseconds, at least 0; None without a bound."""
        return None if self._end is None else max(0.0, 1000 * (self._end - time.perf_counter()))

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return self._end is not None and time.perf_counter() >= self._end


@dataclass
class WatchReport:
    """What one decision was about.

    Attributes:
        divergence: how far the facts were from what the plan relied on, from 0 to 1.
        trigger: why the plan was changed, or was to be; None where it was not, or there was none to change.
        reason: the same in words.
        plans: how many plans were asked for.
        solved: whether the last of them was found; True where none was asked for.
        strategy: how it was searched; empty for no search.
        kept: the share of the old plan's remaining actions that the new one has.
        seconds: wall-clock time of planning.
        expansions: tasks that the searches took up.
        postponed: whether another plan was needed and there was no time left for it.
    """

    divergence: float = 0.0
    trigger: ReplanTrigger | None = None
    reason: str = ""
    plans: int = 0
    solved: bool = True
    strategy: str = ""
    kept: float = 1.0
    seconds: float = 0.0
    expansions: int = 0
    postponed: bool = False


class PlanWatch:
    """Carries out one plan after another, and changes it when its rule says so.

    A plan that is over is followed by another one, and one for another goal is replaced, whatever the rule;
    neither takes a strategy, as there is nothing to keep.

    Args:
        habits: how to replan.

    Attributes:
        monitor: of the present plan; None while there is none.
        report: what the last decision was about.
        replans: changes of plan so far.
        postponed: decisions in a row that had no time to plan.
    """

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.monitor: ExecutionMonitor | None = None
        self.report = WatchReport()
        self.replans = 0
        self.postponed = 0
        self._goal: object = None
        self._steps: int | None = None
        self._hopeless: Situation | None = None

    def decide(self, situation: Situation, stand: Stand, clock: Clock) -> tuple[Action, ...]:
        """Gives what is left of the plan, the action to do first; empty where there is nothing to do.

        Args:
            situation: what the agent knows and wants.
            stand: says how actions stand.
            clock: what is left of the decision's time.
        """
        self.report = WatchReport()
        self._look(situation.state, stand)
        for _ in range(MOST_ROUNDS):
            cause = self._cause(situation, clock)
            if cause is None or not self._renewed(cause, situation, clock):
                break
            self._look(situation.state, stand)
        self.postponed = self.postponed + 1 if self.report.postponed else 0
        return self._rest()

    def stop(self) -> None:
        """Drops the plan: there is nothing to plan any more."""
        self.monitor, self._steps, self.report = None, None, WatchReport()

    def _rest(self) -> tuple[Action, ...]:
        """Begins the next action unless it is going on, and gives the rest of the plan."""
        monitor = self.monitor
        if monitor is None or monitor.over:
            return ()
        if self._steps is None:
            monitor.begin_step()
            self._steps = 0
        self._steps += 1
        return monitor.plan.actions[monitor.trace.current_step :]

    def _look(self, state: State, stand: Stand) -> None:
        """Takes note of what is seen, and of all steps that are done with it, up to one that has failed."""
        monitor = self.monitor
        if monitor is None:
            return
        monitor.look_on(state, float(self._steps or 0))
        while not monitor.over:
            issued = self._steps is not None
            if not issued:
                monitor.begin_step()
            found = stand(monitor.plan.actions[monitor.trace.current_step], issued)
            if found is Progress.RUNNING:
                self._steps = self._steps or 0
                break
            result = monitor.end_step(_answer(found, state, self._steps or 0))
            self._steps = None
            if monitor.detect_failure(result):
                break
        self.report.divergence = max(self.report.divergence, monitor.check_divergence())

    def _cause(self, situation: Situation, clock: Clock) -> Cause | None:
        """Says why a plan is needed; None if the present one will do."""
        monitor = self.monitor
        if monitor is None or monitor.over:
            return Cause(None, "")
        if situation.goal != self._goal:
            return Cause(ReplanTrigger.NEW_GOAL, "something else is wanted")
        monitor.time_left = clock.left
        trigger = monitor.should_replan()
        return None if trigger is None else Cause(trigger, monitor.reason)

    def _renewed(self, cause: Cause, situation: Situation, clock: Clock) -> bool:
        """Asks for another plan, unless there is no time or no hope; says whether there is one."""
        report = self.report
        if cause.trigger is not None:
            report.trigger, report.reason = cause
        if self._is_hopeless(situation):
            return False
        report.postponed = clock.over
        if report.postponed:
            return False
        started, monitor = time.perf_counter(), self.monitor
        old = () if monitor is None else monitor.plan.actions[monitor.trace.current_step :]
        anew = monitor is None or bool(monitor.fault) or cause.trigger in (None, ReplanTrigger.NEW_GOAL)
        answer = self._answer(situation, clock, anew)
        report.plans += 1
        report.expansions += answer.expansions
        report.solved = answer.plan is not None
        self.replans += cause.trigger is not None
        if answer.plan is not None:
            report.kept = plan_stability(old, answer.plan.actions[answer.executed :])
            self._take_up(answer.plan, answer.executed, situation)
        else:
            report.reason = "; ".join(filter(None, (report.reason, answer.reason)))
            self._do_without(answer.status, situation)
        report.seconds += time.perf_counter() - started
        return answer.plan is not None

    def _answer(self, situation: Situation, clock: Clock, anew: bool) -> Answer:
        """Asks the strategy, or the planner where there is nothing to keep."""
        budget = None if clock.left is None else Budget(milliseconds=clock.left)
        planner, monitor = self.habits.planner, self.monitor
        self.report.strategy = "full" if anew else self.habits.name
        try:
            if anew or monitor is None:
                found = planner.solve(Problem(situation.state, situation.tasks), budget)
                return Recovered(found.status, found.plan, 0, found.expansions, found.reason)
            return self.habits.how(_deviation(planner, monitor, situation.state, budget))
        except (DomainError, InputError) as error:
            return Recovered(Status.BUDGET_SPENT, None, 0, 0, f"{type(error).__name__}: {error}")

    def _take_up(self, plan: Plan, executed: int, situation: Situation) -> None:
        """Goes on with a new plan; one for another goal is watched from its beginning on."""
        if self.monitor is None or situation.goal != self._goal or self.monitor.over:
            when, domain = self.habits.when.twin(), self.habits.planner.domain
            self.monitor = ExecutionMonitor(plan, _nobody, domain, situation.state, when)
        else:
            self.monitor.adopt(plan, executed)
        self._goal, self._steps, self._hopeless = situation.goal, None, None

    def _do_without(self, status: Status, situation: Situation) -> None:
        """Goes on with the old plan if that still works; what is hopeless is not tried again at once."""
        self._hopeless = situation if status is Status.INFEASIBLE else None
        if self.monitor is not None and not self._still_works(situation):
            self.monitor, self._steps = None, None

    def _is_hopeless(self, situation: Situation) -> bool:
        """Says whether it is known already that there is no plan."""
        known = self._hopeless
        if known is None or (known.goal, known.tasks) != (situation.goal, situation.tasks):
            return False
        return same_facts(known.state, situation.state)

    def _still_works(self, situation: Situation) -> bool:
        monitor = self.monitor
        if monitor is None or situation.goal != self._goal:
            return False
        rest = PlanProgress(monitor.plan, monitor.trace.current_step)
        return not rest.over and not rest.fault(self.habits.planner.domain, situation.state.copy())


def _deviation(planner: Planner, monitor: ExecutionMonitor, state: State, budget: Budget | None) -> Deviation:
    plan, step = monitor.plan, monitor.trace.current_step
    expected = monitor.planned_state()
    unfinished = PlanProgress(plan, step).unfinished(state)
    return Deviation(planner, plan, step, expected or state, state.copy(), unfinished, budget)


def _answer(found: Progress, state: State, steps: int) -> executor.Answer:
    """Makes what the environment tells of an action an executor's answer."""
    told = {Progress.SUCCEEDED: True, Progress.FAILED: False}
    outcome = executor.Outcome(state, told.get(found), duration=float(steps))
    return executor.Answer(state, outcome, "", False, 0.0)


def _nobody(action: Action) -> executor.Outcome:
    raise InputError(f"{action} is carried out by commands to the environment, not by an executor.")
