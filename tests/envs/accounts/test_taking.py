"""Actions take what they need, one agent after the other, before or after the step."""

from __future__ import annotations

import numpy as np

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from tests.envs.accounts.steps import one_world, step


def test_ten_tenths_are_affordable() -> None:
    rules = ResourceRules((Resource("money", "consumable", 1.0),), {1: [ResourceRequirement("money", 0.1)]})
    ledger = one_world(rules)
    assert [step(ledger, 1) for _ in range(11)] == [[1]] * 10 + [[-1]]
    assert ledger.left_of() == {"money": 0.0}


def test_the_last_unit_goes_to_the_first_agent() -> None:
    rules = ResourceRules((Resource("fuel", "consumable", 3),), {1: [ResourceRequirement("fuel", 2, "end")]})
    ledger = ResourceLedger(rules, 1, 2, 2)
    assert step(ledger, 1, 1) == [1, -1]
    assert ledger.violations_of(("a", "b")) == [
        {"agent": "b", "resource": "fuel", "amount": 1.0, "left": 1.0}
    ]


def test_agents_that_have_left_take_nothing() -> None:
    rules = ResourceRules((Resource("fuel", "consumable", 3),), {1: [ResourceRequirement("fuel", 2)]})
    ledger = ResourceLedger(rules, 1, 2, 2)
    actions, masks = np.array([[1, 1]]), np.ones((1, 2, 2), dtype=bool)
    assert ledger.take(actions, masks, np.array([[True, False]]), np.zeros(1, dtype=bool)) == 0
    assert ledger.left_of() == {"fuel": 1.0}
