"""How to go on after a deviation: strategies, each a function of the deviation.

Sources: Ghallab, Nau and Traverso, Automated Planning and Acting (2016), for continuing, repairing and
planning anew; Fox, Gerevini, Long and Serina, Plan stability (2006), for when repair pays.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from planzoo.errors import InputError
from planzoo.planners.htn.acting.effects import apply_operator, changes_since, took_effect
from planzoo.planners.htn.acting.lazy_lookahead import (
    Answer,
    Deviation,
    Recovered,
    Recovery,
    repair,
    replan,
)
from planzoo.planners.htn.acting.plan_progress import PlanProgress
from planzoo.planners.htn.result import Budget
from planzoo.planners.replanning.chooser import CostAwareChooser
from planzoo.planners.replanning.pending import rest_fault
from planzoo.planners.status import Status


class ReplanStrategy(Enum):
    """How a plan is changed."""

    FULL = "full"
    """All unfinished tasks are planned anew."""
    REPAIR = "repair"
    """The deepest broken task is decomposed anew, then those above it; the rest is kept."""
    CONTINUATION = "continuation"
    """The plan is gone on with as it is, without what is done already; only if that fails, planned anew."""
    OPPORTUNISTIC = "opportunistic"
    """Planned anew, but only a cheaper plan than the old one, repaired if need be, is taken up."""
    COST_AWARE = "cost_aware"
    """Repaired or planned anew, whatever has cost less after deviations of that size so far."""

    @classmethod
    def of(cls, strategy: str | ReplanStrategy) -> ReplanStrategy:
        """Gives a strategy by its name.

        Raises:
            InputError: there is none of that name.
        """
        try:
            return cls(strategy)
        except ValueError:
            names = ", ".join(repr(each.value) for each in cls)
            raise InputError(f"There is no strategy {strategy!r}; choose one of {names}.") from None


def continuation(deviation: Deviation) -> Answer:
    """Goes on with the plan; steps whose effects show already are left out, failed ones are tried again."""
    for step in reversed(_beginnings(deviation)):
        if not _fault(deviation, step):
            return Recovered(Status.SOLVED, deviation.plan, step)
    return replan(deviation)


def _fault(deviation: Deviation, step: int) -> str:
    """Says why the plan does not work from one of its steps on; empty if it does."""
    domain, expected = deviation.planner.domain, deviation.expected.copy()
    for action in deviation.plan.actions[deviation.executed : step]:
        apply_operator(domain, expected, action.name, action.arguments)
    return rest_fault(domain, PlanProgress(deviation.plan, step), expected, deviation.observed)


def _beginnings(deviation: Deviation) -> list[int]:
    """Gives the steps from which the plan may go on: the next one, and those after steps done already.

    Steps are done if all that they change together shows. A step that changes nothing never does.
    """
    expected, found = deviation.expected.copy(), [deviation.executed]
    mark = expected.mark()
    for step in range(deviation.executed, len(deviation.plan.actions)):
        action = deviation.plan.actions[step]
        if not apply_operator(deviation.planner.domain, expected, action.name, action.arguments):
            break
        effects = changes_since(expected, mark)
        if effects and took_effect(effects, deviation.observed):
            found.append(step + 1)
    return found


def opportunistic(deviation: Deviation) -> Answer:
    """Looks for a cheaper plan; of equal ones the old one stays. Each of the two gets half of the budget."""
    deviation = replace(deviation, budget=_half(deviation.budget))
    anew = replan(deviation)
    kept: Answer = Recovered(Status.SOLVED, deviation.plan, deviation.executed)
    if _fault(deviation, deviation.executed):
        kept = repair(deviation)
    best = anew if _is_better(anew, kept) else kept
    expansions = anew.expansions + kept.expansions
    return Recovered(best.status, best.plan, best.executed, expansions, best.reason)


def _is_better(anew: Answer, kept: Answer) -> bool:
    """Compares two answers; of two without a plan the one that is a proof counts."""
    if anew.plan is None or kept.plan is None:
        return anew.plan is not None or (kept.plan is None and anew.status is Status.INFEASIBLE)
    return _rest_cost(anew) < _rest_cost(kept)


def _half(budget: Budget | None) -> Budget | None:
    if budget is None:
        return None
    milliseconds = None if budget.milliseconds is None else budget.milliseconds / 2
    expansions = None if budget.expansions is None else budget.expansions // 2
    return replace(budget, milliseconds=milliseconds, expansions=expansions)


def _rest_cost(answer: Answer) -> float:
    assert answer.plan is not None
    return sum(action.cost for action in answer.plan.actions[answer.executed :])


STRATEGIES: dict[ReplanStrategy, Recovery] = {
    ReplanStrategy.FULL: replan,
    ReplanStrategy.REPAIR: repair,
    ReplanStrategy.CONTINUATION: continuation,
    ReplanStrategy.OPPORTUNISTIC: opportunistic,
}
"""What carries the strategies out that learn nothing."""


def recovery_of(strategy: ReplanStrategy) -> Recovery:
    """Gives what carries a strategy out; for ``COST_AWARE`` each time a new one that has learnt nothing."""
    return STRATEGIES[strategy] if strategy in STRATEGIES else CostAwareChooser()
