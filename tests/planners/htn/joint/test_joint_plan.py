"""A concurrent plan tells its timelines, critical path and profiles, in words and in data."""

from __future__ import annotations

import json

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Action
from planzoo.planners.htn.joint.joint_plan import JointPlan, Order, Reason

CARRY = Action("carry", ("ann", "box"), 1.0, 2.0, "ann", (("crane", 1.0),))
WAIT = Action("wait", ("bob",), 0.0, 1.5, "bob")
TURN = Action("turn", ("bob", "box"), 1.0, 1.0, "bob", (("crane", 2.0), ("power", 0.5)))
ORDERS = (Order(0, 2, Reason.PRODUCES, ("at", "box")), Order(1, 2, Reason.AGENT, "bob"))
PLAN = JointPlan((CARRY, WAIT, TURN), (0.0, 0.0, 2.0), ORDERS, {"crane": 2.0})


def test_times_and_timelines() -> None:
    assert PLAN.ends == (2.0, 1.5, 3.0)
    assert PLAN.makespan == 3
    assert PLAN.steps_by_start == (0, 1, 2)
    assert PLAN.timelines == {"ann": (0,), "bob": (1, 2)}
    assert PLAN.waits == ((), (), ORDERS)
    assert JointPlan((WAIT, CARRY), (3.0, 1.0)).steps_by_start == (1, 0)


def test_the_critical_path_follows_what_keeps_an_action_waiting() -> None:
    assert PLAN.critical_path == (0, 2)
    late = JointPlan((CARRY, WAIT, TURN), (0.0, 0.0, 2.25), ORDERS)
    assert late.critical_path == (2,)
    assert JointPlan((CARRY,), (0.0,)).critical_path == (0,)
    assert JointPlan((), ()).critical_path == ()


def test_profiles() -> None:
    assert PLAN.resources == ("crane", "power")
    assert PLAN.profile("crane") == ((0, 1), (2, 2), (3, 0))
    assert PLAN.profile("power") == ((0, 0), (2, 0.5), (3, 0))
    steady = JointPlan((CARRY, CARRY), (0.0, 2.0))
    assert steady.profile("crane") == ((0, 1), (4, 0))
    with pytest.raises(InputError, match="holds 'air'"):
        PLAN.profile("air")


def test_words() -> None:
    assert PLAN.to_text().splitlines() == [
        "3 actions, makespan 3, one after another 4.5",
        "ann",
        "      0 – 2      * 1. carry(ann, box)",
        "bob",
        "      0 – 1.5      2. wait(bob)",
        "      2 – 3      * 3. turn(bob, box)",
    ]
    assert str(ORDERS[0]) == "3 after 1: it reads what the earlier one writes (at(box))"
    assert str(ORDERS[1]) == "3 after 2: it has the same agent (bob)"
    assert JointPlan((Action("rest"),), (0.0,)).to_text().splitlines()[1] == "nobody"


def test_data_is_json() -> None:
    data = json.loads(PLAN.to_json())
    assert data["makespan"] == 3
    assert data["critical_path"] == [0, 2]
    assert data["capacities"] == {"crane": 2}
    assert data["profiles"]["power"] == [[0, 0], [2, 0.5], [3, 0]]
    assert data["orders"][0] == {"earlier": 0, "later": 2, "reason": "produces", "subject": ["at", "box"]}
    assert data["actions"][2] == {
        "name": "turn",
        "arguments": ["bob", "box"],
        "agent": "bob",
        "start": 2,
        "end": 3,
        "cost": 1,
        "resources": {"crane": 2, "power": 0.5},
    }
    assert (
        '"subject": ["at", "(1+2j)"]'
        in JointPlan((), (), (Order(0, 1, Reason.SPARES, ("at", 1 + 2j)),)).to_json()
    )
