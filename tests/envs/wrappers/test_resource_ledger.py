"""The ledger tells what is left in words and arrays, and refuses costs that make no sense."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from planzoo.errors import InputError
from tests.envs.wrappers.rules import RESOURCES, tight_rules

RULES = ResourceRules(
    RESOURCES, lambda seen, action: None, violation="penalize", penalty=3, private=("charge",)
)


def play(ledger: ResourceLedger, actions: list[list[int]]) -> None:
    """Plays a step in which everything is allowed."""
    worlds, agents = ledger.num_worlds, ledger.num_agents
    masks = np.ones((worlds, agents, ledger.num_actions), dtype=bool)
    resting, inactive = np.zeros(worlds, dtype=bool), np.zeros((worlds, agents), dtype=bool)
    ledger.take(np.array(actions), masks, inactive, resting)
    ledger.settle(resting, False)


def test_facts_are_of_ended_episodes_and_of_all_agents() -> None:
    ledger = ResourceLedger(tight_rules(), 3, 2, 4)
    play(ledger, [[1, 1], [1, 3], [3, 3]])
    facts = ledger.facts(np.array([True, False, True]))
    assert facts["left_charge"].tolist() == [3.5, 0, 6.5]
    assert facts["left_money"].tolist() == [19.5, 0, 19.5]
    again = ledger.facts(np.array([False, True, False]), copy=False)
    assert again["left_charge"].tolist() == [0, 5, 0]
    assert facts["left_charge"].tolist() == [3.5, 0, 6.5]
    ledger.accounts.counts[1] = 2
    ledger.facts(np.array([True, True, False]), copy=False)
    assert again["violations"].tolist() == [2, 2, 0]
    ledger.facts(np.zeros(3, dtype=bool), copy=False)
    assert again["left_charge"].tolist() == again["violations"].tolist() == [0, 0, 0]


def test_amounts_are_told_by_name() -> None:
    ledger = ResourceLedger(tight_rules(), 2, 2, 4)
    play(ledger, [[3, 3], [1, 0]])
    assert ledger.left_of(world=1) == {"money": 19.5, "charge": [1.75, 3.25], "permit": 1}
    assert ledger.left_of(1, world=1) == {"money": 19.5, "charge": 3.25, "permit": 1}


def test_violations_are_told_until_the_next_step() -> None:
    ledger = ResourceLedger(tight_rules(violation="penalize"), 1, 3, 4)
    play(ledger, [[0, 0, 0]])
    told = {"agent": "c", "resource": "permit", "amount": 1.0, "left": 0.0}
    assert ledger.violations_of("abc") == ledger.violations_of("abc", 2) == [told]
    assert ledger.violations_of("abc", 1) == []
    fines = ledger.fines()
    assert fines is not None and fines.tolist() == [[0, 0, 0.5]]
    play(ledger, [[3, 3, 3]])
    assert (ledger.violations_of("abc"), ledger.fines()) == ([], None)


def test_functions_may_answer_in_several_shapes() -> None:
    ledger = ResourceLedger(RULES, 2, 1, None)
    for amounts in (
        {"money": [1.0, 2.0], "permit": 1.0},
        [[1.0, 0, 1], [2, 0, 1]],
        [[[1.0, 0, 1]], [[2, 0, 1]]],
    ):
        ledger.quote(amounts)
        assert ledger.terms.prices[0, :, 1:].T.tolist() == [[1, 0, 1], [2, 0, 1]]
        assert ledger.terms.prices[1, :, 1:].T.tolist() == [[0, 0, 1], [0, 0, 1]]
    play(ledger, [[0], [0]])
    assert ledger.accounts.left[0, 0].tolist() == [19, 18]


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ([1.0, 2.0, 3.0], r"gave amounts of shape \(3,\); expected \(2, 1, 3\)"),
        ([[1.0, -2.0, 0]] * 2, "gave -2 as an amount of 'charge'"),
        ([[np.nan, 0, 0]] * 2, "gave nan as an amount of 'money'"),
        ([[0, 0, np.inf]] * 2, "an amount of 'permit'"),
        ({"gold": 1}, "names the unknown resource 'gold'"),
    ],
)
def test_costs_that_make_no_sense_are_named(amounts: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ResourceLedger(RULES, 2, 1, None).quote(amounts)


def test_costs_by_number_need_numbered_actions() -> None:
    with pytest.raises(InputError, match="are not numbered; give the costs by a function"):
        ResourceLedger(tight_rules(), 1, 1, None)
    with pytest.raises(InputError, match="uses names action 2"):
        ResourceLedger(tight_rules(), 1, 1, 2)


def test_debts_cost_what_each_action_adds() -> None:
    fuel = Resource("fuel", "consumable", 1)  # type: ignore[arg-type]
    rules = ResourceRules((fuel,), {1: [ResourceRequirement("fuel", 0.75)]}, violation="penalize", penalty=2)
    ledger = ResourceLedger(rules, 1, 1, 2)
    fines = []
    for action in (1, 1, 1, 0):
        play(ledger, [[action]])
        found = ledger.fines()
        fines.append(None if found is None else found.item())
    assert fines == [None, 1.0, 1.5, None]
    assert ledger.left_of() == {"fuel": -1.25}


def test_it_knows_whether_anybody_may_lack_something() -> None:
    """Two worlds of one agent: 3 of fuel, of which an action takes 1."""
    rules = ResourceRules((Resource("fuel", "consumable", 3),), {1: (ResourceRequirement("fuel", 1),)})
    ledger = ResourceLedger(rules, 2, 1, 2)
    masks, nobody = np.ones((2, 1, 2), dtype=np.bool_), np.zeros((2, 1), dtype=np.bool_)
    awake, known = np.zeros(2, dtype=np.bool_), [ledger.narrows_now]
    for _ in range(3):
        ledger.take(np.array([[0], [1]]), masks, nobody, awake)
        ledger.settle(awake, True)
        known.append(ledger.narrows_now)
    assert known == [False, False, False, True]
    kept = masks.copy()
    ledger.narrow(masks)
    assert masks.tolist() == [[[True, True]], [[True, False]]] and kept.all()
    ledger.open(np.array([1]))
    assert not ledger.narrows_now
