"""Whatever an executor does, there is an answer."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from planzoo.planners.htn import State
from planzoo.planners.htn.plan import Action
from planzoo.planners.replanning.executor import Outcome, carry_out

GO = Action("go", ("hall",))


def raises(action: Action) -> Any:
    raise ValueError("the motor is dead")


@pytest.mark.parametrize("patience", [None, 5.0])
def test_facts_are_taken_over(patience: float | None) -> None:
    state = State(at=1)
    answer = carry_out(lambda action: state, GO, patience)
    assert answer.state is state
    assert answer.outcome == Outcome(state)
    assert (answer.fault, answer.late) == ("", False)
    told = Outcome({("at", "box"): 3}, succeeded=True, cost=0, duration=2.5)
    answer = carry_out(lambda action: told, GO, patience)
    assert answer.state == State({("at", "box"): 3})
    assert answer.outcome is told


@pytest.mark.parametrize(
    ("executor", "fault"),
    [
        (raises, "the executor raised ValueError: the motor is dead"),
        (lambda action: None, "gave nothing instead of the facts"),
        (lambda action: True, "gave bool instead of the facts"),
        (lambda action: Outcome(None), "gave nothing instead"),  # type: ignore[arg-type]
        (lambda action: {("at", "box"): []}, "the facts after the action are no state"),
        (lambda action: {3: 4}, "the facts after the action are no state"),
    ],
)
@pytest.mark.parametrize("patience", [None, 5.0])
def test_faults_are_told(executor: Any, fault: str, patience: float | None) -> None:
    answer = carry_out(executor, GO, patience)
    assert answer.state is None and answer.outcome is None
    assert fault in answer.fault
    assert not answer.late


@pytest.mark.parametrize("amount", [-1, float("nan"), float("inf"), "much"])
@pytest.mark.parametrize("name", ["cost", "duration"])
def test_facts_survive_amounts_that_are_none(amount: Any, name: str) -> None:
    answer = carry_out(lambda action: Outcome(State(at=1), **{name: amount}), GO)
    assert answer.state == State(at=1)
    assert answer.outcome is None
    assert answer.fault == f"the executor gave a {name} of {amount!r}"


def test_nobody_waits_for_ever() -> None:
    release = threading.Event()
    started = time.perf_counter()
    answer = carry_out(lambda action: release.wait(60), GO, 0.05)  # type: ignore[arg-type, return-value]
    assert time.perf_counter() - started < 30
    release.set()
    assert answer.late
    assert answer.fault == "no answer within 0.05 s"
    assert answer.seconds >= 0.05


def test_interrupts_are_the_users() -> None:
    def interrupted(action: Action) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out(interrupted, GO)
