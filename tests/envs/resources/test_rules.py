"""Rules say what cannot be, read back what they wrote, and let planners read amounts from observations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.envs.resources.rules import ResourceRules, Violation
from planzoo.errors import InputError
from tests.envs.wrappers.plain_ledger import rules_strategy

FUEL = Resource("fuel", ResourceType.CONSUMABLE, 10)
TOOL = Resource("tool", ResourceType.REUSABLE, 2)
CHARGE = Resource("charge", ResourceType.PRODUCIBLE, 4, 8)
BURN = {0: [ResourceRequirement("fuel", 1)]}


def needs(name: str, amount: float = 1.0, **more: Any) -> ResourceRequirement:
    return ResourceRequirement(name, amount, **more)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"resources": ()}, "neither a resource nor a deadline"),
        ({"resources": (FUEL, FUEL)}, "two resources named 'fuel'"),
        ({"resources": ("fuel",)}, "Expected a Resource, but got 'fuel'"),
        ({"uses": 3}, "uses maps actions to requirements"),
        ({"uses": {"up": []}}, "names action 'up'; actions are numbers"),
        ({"uses": {True: []}}, "names action True"),
        ({"uses": {1: ["fuel"]}}, r"uses\[1\] is \['fuel'\]; give a list"),
        ({"uses": {1: [needs("gold")]}}, "action 1 requires the unknown resource 'gold'"),
        (
            {"uses": {1: [needs("fuel", 11)]}},
            "action 1 requires 11 of 'fuel', but there are never more than 10",
        ),
        ({"uses": {"*": [needs("tool", 3)]}}, "every action requires 3 of 'tool'"),
        ({"uses": {"*": [needs("fuel", 6)], 1: [needs("fuel", 5)]}}, "action 1 requires 11 of 'fuel'"),
        ({"uses": {1: [needs("fuel", produces=True)]}}, "produces 'fuel', which is consumable"),
        ({"private": ("gold",)}, "private names the unknown resource 'gold'"),
        ({"refill": {"gold": 1}}, "refill names the unknown resource 'gold'"),
        ({"refill": {"fuel": 1}}, "refill names 'fuel', which is consumable; make it producible"),
        ({"refill": {"charge": -1}}, "refill of 'charge' is -1"),
        ({"hold": {"fuel": 2}}, "hold names 'fuel', which is consumable"),
        ({"hold": {"tool": 0}}, r"hold\['tool'\] is 0"),
        ({"deadline": 0}, "deadline is 0; it must be a number of steps of at least 1"),
        ({"deadline": 2.5}, "deadline is 2.5"),
        ({"violation": "forbid"}, "violation='forbid' is unknown; choose one of 'mask', 'penalize', 'end'"),
        ({"penalty": -0.1}, "The penalty is -0.1"),
        ({"idle": 0}, "idle is action 0, which requires 'fuel'"),
        ({"uses": lambda observation, action: [0, 0, 0]}, "cannot mask the others; give it a method for_all"),
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"resources": (FUEL, TOOL, CHARGE), "uses": BURN, **changes}
    with pytest.raises(InputError, match=words):
        ResourceRules(**given)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"uses": {3: []}}, "uses names action 3, but the environment's actions are 0 to 2"),
        ({"uses": {-1: []}}, "uses names action -1"),
        ({"idle": 5}, "idle names action 5"),
    ],
)
def test_actions_outside_of_the_space_are_named(changes: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"resources": (FUEL,), "uses": {}, **changes}
    with pytest.raises(InputError, match=words):
        ResourceRules(**given).amounts(3)


def test_amounts_add_up_over_requirements() -> None:
    rules = ResourceRules(
        (FUEL, TOOL, CHARGE),
        {
            "*": [needs("fuel", 0.5)],
            1: [needs("fuel", 2, when="duration"), needs("tool"), needs("charge", 3, produces=True)],
            2: [needs("charge", 1), needs("charge", 2, when="start", produces=True)],
        },
        idle=0,
    )
    amounts = rules.amounts(3)
    assert amounts.taken.tolist() == [[0, 0, 0], [2.5, 1, 0], [0.5, 0, 1]]
    assert amounts.returned.tolist() == [[0, 0, 0], [2, 1, 0], [0, 0, 0]]
    assert amounts.made_first.tolist() == [[0, 0, 0], [0, 0, 0], [0, 0, 2]]
    assert amounts.made_last.tolist() == [[0, 0, 0], [0, 0, 3], [0, 0, 0]]
    assert [len(rules.requirements_of(action)) for action in range(3)] == [0, 4, 3]


def test_what_was_given_cannot_be_changed_from_outside() -> None:
    uses = {1: [needs("fuel")]}
    refill = {"charge": 1.0}
    rules = ResourceRules((FUEL, CHARGE), uses, refill=refill)
    uses[1].clear()
    refill.clear()
    assert rules.amounts(2).taken[1, 0] == 1
    assert rules.refill == {"charge": 1.0}


@settings(max_examples=50)
@given(rules_strategy(idle=1))
def test_rules_are_read_back_from_data(rules: ResourceRules) -> None:
    assert ResourceRules.from_data(rules.to_data()) == rules


def test_amounts_are_read_from_observations() -> None:
    unbounded = Resource("gold", "producible", 0)  # type: ignore[arg-type]
    rules = ResourceRules((FUEL, CHARGE, unbounded), {}, deadline=40)
    assert rules.columns == 4
    assert rules.scales.tolist() == [10, 8, 1]
    shown = np.array([[7, 0.25, 0.5, 3, 0.75], [9, 1, 1, 0, 0.5]], dtype=np.float32)
    assert rules.levels_of(shown).tolist() == [[2.5, 4, 3], [10, 8, 0]]
    assert rules.time_left(shown).tolist() == [30, 20]
    assert rules.levels_of([7, 0.25, 0.5, 3, 0.75, 8, 8], after=2).tolist() == [2.5, 4, 3]
    assert ResourceRules((FUEL,), {}).time_left(shown).tolist() == [np.inf, np.inf]
    with pytest.raises(InputError, match="show no amounts"):
        ResourceRules((FUEL,), {}, observed=False).levels_of(shown)


def test_functions_have_no_requirements() -> None:
    rules = ResourceRules((FUEL,), lambda seen, action: {"fuel": 1}, violation="penalize")
    assert rules.has_function
    assert rules.violation is Violation.PENALIZE
    with pytest.raises(InputError, match="given by a function"):
        rules.requirements_of(0)
    with pytest.raises(InputError, match="cannot be written as data"):
        rules.to_data()
