"""Lazy lookahead: act by a plan, and plan anew only when the rest of the plan no longer works.

Source: Ghallab, Nau and Traverso, Automated Planning and Acting (2016), algorithm
Run-Lazy-Lookahead, here for tasks: what is planned anew are the tasks that the plan has not finished.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from planzoo.planners.htn.acting.actor import ActingStatus, Actor, Fallback
from planzoo.planners.htn.acting.effects import before_effects, same_facts
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.repair.repairer import PlanRepairer
from planzoo.planners.htn.result import Budget, Result
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Problem
from planzoo.planners.status import Status


class Planner(Protocol):
    """What makes the plans: a ``HierarchicalPlanner``, or something that wants better plans from one."""

    domain: Domain

    def solve(self, problem: Problem, budget: Budget | None = None) -> Result:
        """Searches for a plan."""


class Answer(Protocol):
    """A way on after a deviation: a :class:`Recovered` or a ``RepairResult``."""

    @property
    def status(self) -> Status:
        """How the search ended."""

    @property
    def plan(self) -> Plan | None:
        """The new plan; None when there is none."""

    @property
    def executed(self) -> int:
        """How many of the plan's actions are executed already."""

    @property
    def expansions(self) -> int:
        """Tasks that the search took up."""

    @property
    def reason(self) -> str:
        """What stopped the search; empty when it has found a plan."""


class Recovered(NamedTuple):
    """An answer to a deviation."""

    status: Status
    """How the search ended."""
    plan: Plan | None
    """The new plan; None when there is none."""
    executed: int = 0
    """How many of the plan's actions are executed already."""
    expansions: int = 0
    """Tasks that the search took up."""
    reason: str = ""
    """What stopped the search; empty when it has found a plan."""


@dataclass(frozen=True)
class Deviation:
    """A plan whose rest does not work in the observed state.

    Attributes:
        planner: what made the plan.
        plan: the plan.
        executed: how many of its actions have happened.
        expected: the facts that the plan led to expect now.
        observed: the facts as they are.
        unfinished: the tasks to be accomplished from here; see :meth:`PlanProgress.unfinished`.
        budget: bounds of the search for another plan.
    """

    planner: Planner
    plan: Plan
    executed: int
    expected: State
    observed: State
    unfinished: tuple[Any, ...]
    budget: Budget | None


Recovery = Callable[[Deviation], Answer]
"""A strategy: how to go on after a deviation."""


def replan(deviation: Deviation) -> Recovered:
    """Plans all unfinished tasks anew; one that is partly executed is planned as a whole."""
    problem = Problem(deviation.observed, deviation.unfinished)
    result = deviation.planner.solve(problem, deviation.budget)
    return Recovered(result.status, result.plan, 0, result.expansions, result.reason)


def repair(deviation: Deviation) -> Answer:
    """Repairs the plan from the deepest broken task; see :class:`PlanRepairer`."""
    return PlanRepairer(deviation.planner.domain).repair(
        deviation.plan, deviation.executed, deviation.expected, deviation.observed, deviation.budget
    )


class LazyLookahead(Actor):
    """Acts by a plan as long as the rest of it still executes from the observed state.

    The rest is projected whenever the state is not the expected one, to its end, so that a precondition of a
    late step is missed as soon as it is destroyed; goals must hold where their decomposition ends. An action
    that has not happened is tried again as long as the plan still executes with it. Otherwise the tasks that
    the plan has not finished are planned anew or the plan is repaired.

    When no plan was found, later calls try again as soon as the state is another one.

    Args:
        planner: makes the plans.
        budget: bounds of each search.
        recovery: how to go on after a deviation: :func:`replan`, :func:`repair` or a strategy of one's own.
        fallback: what to do when there is no plan, or the budget was spent before there was one.

    Attributes:
        plan: the present plan; None when there is none.
        step: how many of its actions have happened.
    """

    shared = (*Actor.shared, "planner", "budget", "recovery")

    def __init__(
        self,
        planner: Planner,
        budget: Budget | None = None,
        *,
        recovery: Recovery = replan,
        fallback: Fallback = None,
    ) -> None:
        self.planner = planner
        self.budget = budget
        self.recovery = recovery
        super().__init__(planner.domain, fallback)

    @property
    def plan(self) -> Plan | None:
        """The present plan; None when there is none."""
        return None if self._progress is None else self._progress.plan

    @property
    def step(self) -> int:
        """How many actions of the present plan have happened."""
        return 0 if self._progress is None else self._progress.step

    def path(self) -> list[tuple[str, str]]:
        """Gives the tasks that the next action is part of, outermost first, each with its method."""
        return [] if self._progress is None else self._progress.path()

    def _forget(self) -> None:
        super()._forget()
        self.tasks: tuple[Any, ...] = ()
        self._progress: PlanProgress | None = None
        self._hopeless: State | None = None

    def _begin(self, tasks: tuple[Any, ...], seed: int | None) -> None:
        self.tasks = tasks

    def _choose(self, state: State, happened: bool | None) -> Action | None:
        answer: Answer | None = None
        if self._progress is None:
            if self._hopeless is not None and same_facts(self._hopeless, state):
                return self._without_action(ActingStatus.NO_PLAN, "nothing has changed since", state)
            answer = self._planned(state)
            self.reason = "the first plan" if self.spent.plans == 1 else "a plan after there was none"
        else:
            answer = self._looked_ahead(self._progress, state, happened)
        if answer is not None and not self._adopted(answer, state):
            spent = answer.status is Status.BUDGET_SPENT
            status = ActingStatus.BUDGET_SPENT if spent else ActingStatus.NO_PLAN
            self._hopeless = None if spent else state.copy()
            self._progress = None
            return self._without_action(status, answer.reason, state)
        progress = self._progress
        assert progress is not None
        if progress.over:
            self.status, self.reason = ActingStatus.DONE, ""
            return None
        self.status = ActingStatus.ACTING
        return progress.plan.actions[progress.step]

    def _looked_ahead(self, progress: PlanProgress, state: State, happened: bool | None) -> Answer | None:
        """Takes the plan one step on; if its rest does not work any more, asks for another plan."""
        expected = self._expected
        if happened:
            progress.step += 1
            if expected is not None and same_facts(expected, state):
                return None
        elif happened is False:
            self.reason = f"{self.action} has not happened"
        fault = progress.fault(self.domain, state)
        if not fault:
            self.spent.retries += happened is False
            return None
        self.reason = f"the plan was given up, as {fault}"
        if expected is not None and not happened:
            expected = before_effects(expected, self._effects)
        return self._recovered(progress, expected or state, state)

    def _recovered(self, progress: PlanProgress, expected: State, state: State) -> Answer:
        """Asks the strategy for a way on; if what it gives does not execute, plans anew."""
        self.tasks = progress.unfinished(state)
        deviation = Deviation(
            self.planner, progress.plan, progress.step, expected, state.copy(), self.tasks, self.budget
        )
        answer = self.recovery(deviation)
        self.spent.plans += 1
        if answer.plan is None or not PlanProgress(answer.plan, answer.executed).fault(self.domain, state):
            self.spent.expansions += answer.expansions
            return answer
        self.reason += "; what the strategy gave does not execute"
        return self._planned(state)

    def _planned(self, state: State) -> Answer:
        result = self.planner.solve(Problem(state, self.tasks), self.budget)
        self.spent.plans += 1
        self.spent.expansions += result.expansions
        return Recovered(result.status, result.plan, 0, 0, result.reason)

    def _adopted(self, answer: Answer, state: State) -> bool:
        """Takes a new plan up, if there is one."""
        if answer.plan is None:
            return False
        self._progress = PlanProgress(answer.plan, answer.executed)
        self._hopeless = None
        return True

    def _details(self) -> dict[str, Any]:
        progress = self._progress
        if progress is None:
            return {"step": 0, "steps": 0, "needed_by": []}
        steps = len(progress.plan.actions)
        return {"step": progress.step, "steps": steps, "needed_by": self._needed_by(progress)}

    def _needed_by(self, progress: PlanProgress) -> list[str]:
        """Gives the later steps of the plan that rely on what the next action makes."""
        if self._expected is None or progress.over:
            return []
        rest = Plan(progress.plan.actions[progress.step :], progress.plan.decomposition)
        finder = CausalChainFinder(self.domain, before_effects(self._expected, self._effects), rest)
        steps = dict.fromkeys(link.consumer for link in finder.links_from(0))
        return [
            f"{rest.actions[step]} (step {progress.step + step + 1})"
            for step in steps
            if step < len(rest.actions)
        ]
