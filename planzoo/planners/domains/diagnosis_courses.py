"""Any policy for a patient as a planner: its plan is what it would do if all turned out as is most likely."""

from __future__ import annotations

import time
from typing import Any

from planzoo.planners.domains.diagnosis_contingent import ContingentPolicy
from planzoo.planners.domains.diagnosis_policy import DiagnosisPolicy
from planzoo.planners.domains.diagnosis_tasks import Protocol, protocol_domain
from planzoo.planners.htn import Budget, Plan, Problem, State
from planzoo.planners.htn.acting.effects import apply_operator, as_action
from planzoo.planners.htn.meter import BudgetSpent, Meter
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition
from planzoo.planners.htn.problem import checked_problem
from planzoo.planners.htn.result import Result
from planzoo.planners.pomdp import SearchBudget
from planzoo.planners.status import Status

Step = tuple[Any, ...]


class CoursePlanner:
    """Makes plans of a policy's decisions, one after the other, with the most likely of what may be seen.

    So a contingent plan can be watched like any other: what is seen instead of the most likely shows as a
    divergence, and replanning goes on along another branch. Repairing such a plan takes the methods of the
    clinical protocol.

    Args:
        protocol: the operators, and the facts that they read.
        policy: decides.
    """

    def __init__(self, protocol: Protocol, policy: DiagnosisPolicy) -> None:
        self.domain = protocol_domain(protocol)
        self.policy = policy
        self._problem = policy.problem

    def solve(self, problem: Any, budget: Budget | None = None) -> Result:
        """Plans until the patient leaves.

        Args:
            problem: the facts; its tasks are to diagnose, and are met as soon as the patient has left.
            budget: bounds of the whole; of what is left of the time, a contingent planner takes all.
        """
        started = time.perf_counter()
        state, tasks = checked_problem(problem if isinstance(problem, Problem) else tuple(problem))
        meter, steps, memory = Meter(budget or Budget()), [], None
        actions: list[Action] = []
        try:
            while tasks and not state.left:
                meter.spend()
                step, memory = self._decided(state, memory, meter)
                actions.append(as_action(self.domain, state, step))
                steps.append(step)
                apply_operator(self.domain, state, step[0], step[1:])
        except BudgetSpent as error:
            return Result(Status.BUDGET_SPENT, None, meter.expansions, meter.seconds, str(error))
        found = Plan(tuple(actions), self._tree(tasks, steps))
        return Result(Status.SOLVED, found, meter.expansions, time.perf_counter() - started)

    def _decided(self, state: State, memory: Any, meter: Meter) -> tuple[Step, Any]:
        """Gives the operator and its arguments, and what the policy remembers."""
        limit = meter.budget.milliseconds
        if isinstance(self.policy, ContingentPolicy) and limit is not None:
            left = max(0.0, limit - 1000 * meter.seconds)
            self.policy.budget = SearchBudget(self.policy.budget.expansions, left)
        number, memory = self.policy.choose_after(state.known, memory)
        if number > self._problem.wait:
            number = self.policy.end_or_wait(state.known)
        return self._step(number), memory

    def _step(self, number: int) -> Step:
        problem = self._problem
        if number in (problem.wait, problem.stop):
            return ("wait",) if number == problem.wait else ("stop",)
        return "test" if number < problem.model.num_tests else "treat", problem.name(number)

    def _tree(self, tasks: tuple[Any, ...], steps: list[Step]) -> Decomposition:
        if not tasks:
            return Decomposition((), (), ())
        method = type(self.policy).__name__
        return Decomposition(
            (tasks[0], *steps), (NO_PARENT, *[0] * len(steps)), (method, *[None] * len(steps))
        )
