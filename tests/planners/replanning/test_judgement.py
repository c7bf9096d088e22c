"""How actions went, by what is told and by what shows."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.planners.htn import State
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import ABSENT
from planzoo.planners.replanning.executor import Answer, Outcome
from planzoo.planners.replanning.judgement import judge

MOVE = Action("move", ("hall",), duration=2.0)
EFFECTS = {"at": ("yard", "hall"), "energy": (10, 9), ("seen", "hall"): (ABSENT, True)}
DONE = {"at": "hall", "energy": 9, ("seen", "hall"): True}


def judged(facts: Any, effects: Any = EFFECTS, foreseen: bool = True, **told: Any) -> Any:
    outcome = Outcome(State(facts), **told)
    return judge(MOVE, foreseen, effects, Answer(State(facts), outcome, "", False, 0.0))


@pytest.mark.parametrize(
    ("facts", "told", "status", "reason"),
    [
        (DONE, {}, "success", ""),
        ({**DONE, "energy": 3}, {}, "partial", "1 of its 3 effects do not show"),
        ({"at": "hall"}, {}, "partial", "2 of its 3 effects do not show"),
        ({"at": "yard", "energy": 10}, {}, "failure", "nothing of it shows"),
        ({"at": "yard", "energy": 10}, {"succeeded": True}, "success", ""),
        (DONE, {"succeeded": False}, "failure", "its executor says so"),
        ({"at": "hall"}, {"succeeded": False}, "partial", "2 of its 3 effects do not show"),
        ({}, {"succeeded": False}, "failure", "its executor says so"),
        ({"at": "hall"}, {"running": True}, "delayed", "it is still going on"),
        (DONE, {"duration": 3.0}, "success", ""),
        (DONE, {"duration": 3.1}, "delayed", "it took 3.1 instead of 2"),
        ({}, {"duration": 9.0}, "failure", "nothing of it shows"),
    ],
)
def test_actions_are_judged(facts: Any, told: Any, status: str, reason: str) -> None:
    found = judged(facts, **told)
    assert (found.status.value, found.reason) == (status, reason)
    assert found.over == (not told.get("running"))


def test_measured_numbers_need_only_move() -> None:
    effects = {"energy": (10.0, 9.0)}
    assert judged({"energy": 8.7}, effects).status.value == "success"
    assert judged({"energy": 10.0}, effects).status.value == "failure"


def test_missing_effects_are_listed() -> None:
    assert judged({"at": "hall", "energy": 9}).missing == {("seen", "hall"): True}


def test_what_the_domain_forbids_has_failed_unless_somebody_says_otherwise() -> None:
    found = judged(DONE, effects=None)
    assert found.status.value == "failure"
    assert "does not allow it" in found.reason
    assert judged(DONE, effects=None, succeeded=True).status.value == "success"
    assert judged(DONE, effects=None, foreseen=False).status.value == "success"


def test_faults_of_executors_are_failures() -> None:
    found = judge(MOVE, True, EFFECTS, Answer(None, None, "the executor gave nothing", False, 0.0))
    assert (found.status.value, found.reason, found.over) == ("failure", "the executor gave nothing", True)
