"""How an action went: judged by what its executor tells, and by which of its effects show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planzoo.planners.htn.acting.effects import Effects, took_effect
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import State, Variable
from planzoo.planners.replanning.execution import ExecutionStatus
from planzoo.planners.replanning.executor import Answer, Outcome

DELAY = 1.5
"""An action that takes longer than so many times its planned duration is delayed."""


@dataclass(frozen=True)
class Judgement:
    """How an action went.

    Attributes:
        status: in one word.
        reason: in a few; empty for a plain success.
        missing: the effects that do not show, with the values that they should have.
        over: whether the action is not going on any more.
    """

    status: ExecutionStatus
    reason: str = ""
    missing: Mapping[Variable, Any] = field(default_factory=dict)
    over: bool = True


def judge(action: Action, foreseen: bool, effects: Effects | None, answer: Answer) -> Judgement:
    """Judges how an action went.

    What the executor says of success counts for more than what shows. Where it says nothing, an action of
    which nothing shows has failed, one of which some effects show has happened in part, and one that the
    domain does not allow has failed.

    Args:
        action: what was to be done.
        foreseen: whether anybody knows what it should do.
        effects: what it should change; None if the domain does not allow it.
        answer: what came of it.
    """
    if answer.outcome is None or answer.state is None:
        return Judgement(ExecutionStatus.FAILURE, answer.fault)
    if answer.outcome.running:
        return Judgement(ExecutionStatus.DELAYED, "it is still going on", over=False)
    missing = _missing(effects or {}, answer.state)
    shown = len(effects or {}) - len(missing)
    if answer.outcome.succeeded or (answer.outcome.succeeded is None and not missing):
        if foreseen and effects is None and answer.outcome.succeeded is None:
            return Judgement(ExecutionStatus.FAILURE, "the domain does not allow it in the state before it")
        return _in_time(action, answer.outcome)
    if missing and shown:
        words = f"{len(missing)} of its {len(missing) + shown} effects do not show"
        return Judgement(ExecutionStatus.PARTIAL, words, missing)
    says = "its executor says so" if answer.outcome.succeeded is False else "nothing of it shows"
    return Judgement(ExecutionStatus.FAILURE, says, missing)


def _missing(effects: Effects, state: State) -> dict[Variable, Any]:
    return {
        variable: pair[1] for variable, pair in effects.items() if not took_effect({variable: pair}, state)
    }


def _in_time(action: Action, outcome: Outcome) -> Judgement:
    if outcome.duration is None or outcome.duration <= DELAY * action.duration:
        return Judgement(ExecutionStatus.SUCCESS)
    words = f"it took {outcome.duration:g} instead of {action.duration:g}"
    return Judgement(ExecutionStatus.DELAYED, words)
