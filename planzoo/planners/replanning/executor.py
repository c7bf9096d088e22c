"""What carries actions out: how it is called, what it may answer, and what is made of any other answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import State


@dataclass(frozen=True)
class Outcome:
    """What an executor answers.

    Attributes:
        state: the facts as they are now. They are copied, unless they are a new :class:`State` each time.
        succeeded: whether the action has happened; None to judge by the facts.
        running: whether the action is still going on; then it is given again as the next one.
        cost: what it has cost; None for what the plan says.
        duration: how long it took, in the unit of the plan's durations; None for what the plan says.
    """

    state: Mapping[Any, Any]
    succeeded: bool | None = None
    running: bool = False
    cost: float | None = None
    duration: float | None = None


Executor = Callable[[Action], Outcome | Mapping[Any, Any]]
"""Carries out an action, and gives the facts after it, or an :class:`Outcome` that tells more."""


@dataclass(frozen=True)
class Answer:
    """What came of a call of an executor.

    Attributes:
        state: the facts after it; None where it gave none.
        outcome: what it told besides.
        fault: what is wrong with the answer, in words; empty if nothing is.
        late: whether it did not answer in time.
        seconds: wall-clock time of the call.
    """

    state: State | None
    outcome: Outcome | None
    fault: str
    late: bool
    seconds: float


def carry_out(executor: Executor, action: Action, patience: float | None = None) -> Answer:
    """Has an action carried out; whatever the executor does, there is an answer.

    Args:
        executor: who does it.
        action: what is to be done.
        patience: seconds after which it is not waited for any more: its thread is left to itself then. None
            waits as long as it takes, in the same thread.
    """
    started = time.perf_counter()
    call = _Call(executor, action)
    if patience is None:
        call.run()
    else:
        thread = threading.Thread(target=call.run, name=f"planzoo {action.name}", daemon=True)
        thread.start()
        thread.join(patience)
    seconds = time.perf_counter() - started
    if not call.over:
        return Answer(None, None, f"no answer within {patience:g} s", True, seconds)
    if call.error is not None:
        name = type(call.error).__name__
        return Answer(None, None, f"the executor raised {name}: {call.error}", False, seconds)
    return _read(call.answer, seconds)


class _Call:
    """A call whose thread may outlive the wish for its answer."""

    def __init__(self, executor: Executor, action: Action) -> None:
        self.executor, self.action = executor, action
        self.answer: Any = None
        self.error: Exception | None = None
        self.over = False

    def run(self) -> None:
        try:
            self.answer = self.executor(self.action)
        except Exception as error:
            self.error = error
        self.over = True


def _read(answer: Any, seconds: float) -> Answer:
    outcome = answer if isinstance(answer, Outcome) else Outcome(answer)
    if not isinstance(outcome.state, Mapping):
        what = "nothing" if outcome.state is None else type(outcome.state).__name__
        fault = f"the executor gave {what} instead of the facts after the action"
        return Answer(None, None, fault, False, seconds)
    try:
        state = outcome.state if isinstance(outcome.state, State) else State(outcome.state)
    except Exception as error:
        return Answer(None, None, f"the facts after the action are no state: {error}", False, seconds)
    for name in ("cost", "duration"):
        amount = getattr(outcome, name)
        if amount is not None and not _is_amount(amount):
            return Answer(state, None, f"the executor gave a {name} of {amount!r}", False, seconds)
    return Answer(state, outcome, "", False, seconds)


def _is_amount(value: Any) -> bool:
    return isinstance(value, Real) and 0 <= float(value) < float("inf")
