"""Repair of plans: what was executed stays, and as much as can be of what remains.

Source: Höller, Bercher, Behnke and Biundo, HTN plan repair via model transformation (KI 2020), for what a
repaired plan is: the executed prefix, followed by actions that complete a decomposition of the same tasks.
:mod:`planzoo.planners.htn.repair.local_repair` has the search and its sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.links import Breakage
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Action, Plan
from planzoo.planners.htn.repair.account import Account
from planzoo.planners.htn.repair.recorded_plan import RecordedPlan
from planzoo.planners.htn.repair.recorded_remainder import RecordedRemainder
from planzoo.planners.htn.repair.remainder import Remainder
from planzoo.planners.htn.repair.repair_case import RepairCase
from planzoo.planners.htn.repair.repair_result import RepairResult
from planzoo.planners.htn.result import Budget
from planzoo.planners.htn.state import State


class PlanRepairer:
    """Gives a new plan for the rest when the world is not as the plan expects.

    The rest of the old plan is carried on in the observed state, to its end: a change that takes the ground
    from any later step is noticed at once. If nothing breaks, the plan is kept. Otherwise the deepest task
    around the break is decomposed anew, by any of its methods; then the tasks above it; and at last all
    unfinished tasks are planned anew, which decides whether there is a plan at all. Whatever is kept has
    been carried on after the new parts: actions are applicable, methods give the same subtasks, goals hold.

    A task that was executed in part is done again as the same task, from the observed state. A goal of the
    problem itself that was finished, and that the old plan would have kept to its end, is reached again if it
    is lost; other tasks that are finished stay so.

    Repair is never much slower than planning anew: the attempts to repair have together four expansions for
    each node that is left of the plan, and two hundred more. If that was not enough, planning anew may spend
    as many, then the attempts four times as many, and so on in turn (``ALLOWANCE_A_NODE``, ``ALLOWANCE`` and
    ``GROWTH`` of ``repair_case``). So all together spend at most a constant times
    what the quicker of the two needs alone, or what the first round may spend. Of a bounded budget each
    attempt gets at most half of what is left.

    Args:
        domain: the domain that the plans were made for. Shared by any number of threads; a repairer keeps
            nothing between calls.
    """

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def repair(
        self,
        plan: Plan | RecordedPlan,
        executed: int,
        expected: Mapping[Any, Any],
        observed: Mapping[Any, Any],
        budget: Budget | None = None,
    ) -> RepairResult:
        """Repairs a plan; both states stay unchanged.

        Args:
            plan: the plan, made by a planner or by an earlier repair; or, for a plan as the planner made it,
                its record: then only what the changed facts concern is looked at, which is faster.
            executed: how many of its actions were executed.
            expected: the facts that the plan led to expect now; see :func:`state_after`.
            observed: the facts as they are.
            budget: bounds of everything together.

        Raises:
            InputError: the plan has fewer actions, or its actions are none of the domain's.
            DomainError: a function of the domain raised when the unfinished tasks were planned anew.
        """
        old = plan.plan if isinstance(plan, RecordedPlan) else plan
        _require_executed(self.domain, old, executed)
        before = expected if isinstance(expected, State) else State(expected)
        now = _copy(observed)
        if isinstance(plan, RecordedPlan):
            remainder: Remainder = RecordedRemainder(self.domain, plan, executed, before, now)
        else:
            remainder = Remainder(self.domain, plan, executed)
        return RepairCase(remainder, old, executed, now, Account(budget or Budget())).result(before)

    def breakage(
        self, plan: Plan, executed: int, expected: Mapping[Any, Any], observed: Mapping[Any, Any]
    ) -> Breakage:
        """Says which causal links of the rest of a plan the observed state breaks.

        Steps are those of the whole plan; producer ``START`` stands for everything before step ``executed``.

        Args:
            plan: the plan.
            executed: how many of its actions were executed.
            expected: the facts that the plan led to expect now.
            observed: the facts as they are.

        Raises:
            InputError: the plan has fewer actions, or its rest cannot be executed in the expected state.
        """
        _require_executed(self.domain, plan, executed)
        rest = Plan(plan.actions[executed:], plan.decomposition)
        roots = [plan.decomposition.tasks[root] for root in plan.decomposition.roots]
        finder = CausalChainFinder(self.domain, _copy(expected), rest, roots)
        found = finder.invalidated_by(finder.changes_in(observed, 0), 0)
        return found._replace(
            links=tuple(_moved(link, executed) for link in found.links),
            steps=tuple(step + executed for step in found.steps),
            falling_steps=tuple(step + executed for step in found.falling_steps),
        )


def state_after(domain: Domain, state: Mapping[Any, Any], actions: tuple[Action, ...]) -> State:
    """Gives the state that some actions lead to; the one they start from stays unchanged.

    Raises:
        InputError: an action is not applicable when its turn comes.
    """
    after = _copy(state)
    for step, action in enumerate(actions):
        if domain.operators[action.name].function(after, *action.arguments) is False:
            raise InputError(
                f"Step {step}, {action}, is not applicable when its turn comes; check the state."
            )
    return after


def _require_executed(domain: Domain, plan: Plan, executed: int) -> None:
    if not isinstance(executed, int) or not 0 <= executed <= len(plan.actions):
        raise InputError(
            f"executed={executed!r} is no part of the plan; give a number from 0 to {len(plan.actions)}."
        )
    if len(plan.decomposition.leaves) != len(plan.actions):
        raise InputError("The leaves of the plan's decomposition are not its actions; repair needs both.")
    for action in plan.actions:
        if action.name not in domain.operators:
            raise InputError(
                f"Action {action} is no operator of domain {domain.name!r}; repair it in its own."
            )


def _copy(facts: Mapping[Any, Any]) -> State:
    return facts.copy() if isinstance(facts, State) else State(facts)


def _moved(link: Any, steps: int) -> Any:
    producer = link.producer + steps if link.producer >= 0 else link.producer
    return link._replace(producer=producer, consumer=link.consumer + steps)
