"""The compiled bookkeeping equals plain Python, and nothing appears or disappears."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from tests.envs.accounts.steps import one_world, step
from tests.envs.wrappers.plain_ledger import PlainLedger, rules_strategy

WORLDS, AGENTS, ACTIONS = 3, 2, 4
ENDS = {0: None, 1: "terminated", 2: "truncated"}


def compare(ledger: ResourceLedger, plain: list[PlainLedger]) -> None:
    """Compares all worlds."""
    for world, one in enumerate(plain):
        for row, name in enumerate(ledger.rules.names):
            for agent in range(AGENTS):
                own = ledger.accounts.left[row, agent, world]
                if (name, agent) in one.left:
                    assert own == one.left[name, agent]
                assert ledger.accounts.missing[row, agent, world] == one.missing.get((agent, name), 0.0)
            short = any(key[1] == name for key in one.missing)
            assert bool(ledger.accounts.short[row, world]) == short
        assert ledger.accounts.counts[:, world].tolist() == [one.steps, one.violations]
        assert ENDS[int(ledger.accounts.over[world])] == one.end


def play(rules: ResourceRules, seed: int, steps: int) -> None:
    """Plays random actions, some of them masked or outside of the space, in both."""
    random = np.random.default_rng(seed)
    ledger = ResourceLedger(rules, WORLDS, AGENTS, ACTIONS)
    plain = [PlainLedger(rules, AGENTS) for _ in range(WORLDS)]
    resting, inactive = np.zeros(WORLDS, dtype=bool), np.zeros((WORLDS, AGENTS), dtype=bool)
    shown = np.zeros((WORLDS, AGENTS, rules.columns), dtype=np.float32)
    for _ in range(steps):
        actions = random.integers(-1, ACTIONS, size=(WORLDS, AGENTS))
        masks = random.random((WORLDS, AGENTS, ACTIONS)) < 0.9
        narrowed = masks.copy()
        ledger.narrow(narrowed)
        check_masks(ledger, plain, masks, narrowed)
        carried = actions.copy()
        ledger.take(carried, masks, inactive, resting)
        pairs = zip(plain, actions.tolist(), masks.tolist(), strict=True)
        assert carried.tolist() == [one.take(own, mask) for one, own, mask in pairs]
        ledger.settle(resting, False, shown, 0)
        for one in plain:
            one.settle()
        compare(ledger, plain)
        for agent in range(AGENTS):
            expected = [[each.left[each.owner(name, agent)] for name in rules.names] for each in plain]
            np.testing.assert_allclose(rules.levels_of(shown[:, agent]), expected, rtol=1e-6, atol=1e-6)
        check_conservation(rules, plain, ledger)


def check_masks(
    ledger: ResourceLedger, plain: list[PlainLedger], masks: np.ndarray, narrowed: np.ndarray
) -> None:
    """Affordable actions stay; where none does of those that there are, the idle one or the whole row."""
    for world, one in enumerate(plain):
        for agent in range(AGENTS):
            row = masks[world, agent]
            expected = [ok and one.affords(agent, action) for action, ok in enumerate(row.tolist())]
            if ledger.rules.violation != "mask":
                expected = row.tolist()
            elif not any(expected):
                idle = ledger.rules.idle
                some = bool(row.any())
                expected = row.tolist() if idle is None else [some and a == idle for a in range(ACTIONS)]
            assert narrowed[world, agent].tolist() == expected


def check_conservation(rules: ResourceRules, plain: list[PlainLedger], ledger: ResourceLedger) -> None:
    """Initial + made = consumed + left + held, for every resource, world and owner."""
    for world, one in enumerate(plain):
        for (name, owner), made in one.made.items():
            held = sum(loan[3] for loan in one.loans if loan[1:3] == (name, owner))
            left = ledger.accounts.left[rules.names.index(name), owner, world]
            initial = one.kinds[name].initial_amount
            assert initial + made == one.consumed[name, owner] + left + held
            if rules.violation != "penalize":
                assert left >= 0


@settings(max_examples=60)
@given(rules=rules_strategy(ACTIONS), seed=st.integers(0, 999))
def test_it_equals_plain_python(rules: ResourceRules, seed: int) -> None:
    play(rules, seed, 10)


@settings(max_examples=40)
@given(rules=rules_strategy(ACTIONS, idle=1), seed=st.integers(0, 999))
def test_it_does_so_with_an_idle_action(rules: ResourceRules, seed: int) -> None:
    play(rules, seed, 10)


@pytest.mark.long
@settings(max_examples=3000)
@given(rules=rules_strategy(ACTIONS, idle=2), seed=st.integers(0, 10**6))
def test_it_does_so_for_many_rules(rules: ResourceRules, seed: int) -> None:
    play(rules, seed, 30)


@settings(max_examples=30)
@given(st.integers(1, 200), st.integers(1, 9))
def test_what_was_held_is_all_back_in_the_end(count: int, steps: int) -> None:
    """With amounts that binary numbers cannot hold exactly."""
    tools = Resource("tool", "reusable", count / 10)
    ledger = one_world(
        ResourceRules(
            (tools,), {1: [ResourceRequirement("tool", 0.1)]}, hold={"tool": steps}, violation="mask"
        )
    )
    step(ledger, 1)
    assert ledger.left_of()["tool"] == pytest.approx((count - (steps > 1)) / 10, abs=1e-9)
    for _ in range(count + 2 * steps):
        step(ledger, 1)
        assert 0 <= ledger.left_of()["tool"] <= count / 10
    for _ in range(steps):
        step(ledger, 0)
    assert ledger.left_of()["tool"] == count / 10


def test_worlds_that_rest_stay_as_they_are_or_begin_anew() -> None:
    rules = ResourceRules(
        (Resource("charge", "producible", 1, 9),),
        {1: [ResourceRequirement("charge", 1)]},
        refill={"charge": 0.25},
        deadline=2,
    )
    ledger = ResourceLedger(rules, 2, 1, 2)
    masks, inactive = np.ones((2, 1, 2), dtype=bool), np.zeros((2, 1), dtype=bool)
    for resting in (np.array([False, False]), np.array([True, False])):
        ledger.take(np.array([[1], [1]]), masks, inactive, resting)
        ledger.settle(resting, False)
    assert ledger.accounts.left[0, 0].tolist() == [0.25, 0.5]
    assert (ledger.truncated.tolist(), ledger.terminated.tolist()) == ([False, True], [False, False])
    assert ledger.accounts.counts[0].tolist() == [1, 2]
    assert ledger.settle(np.array([True, True]), False) == 1
    assert ledger.settle(np.array([False, True]), True) == 1
    assert ledger.settle(np.array([True, True]), True) == 0
    ledger.settle(np.array([False, False]), False)
    assert ledger.settle(np.array([False, True]), True) == 1
    assert ledger.accounts.left[0, 0].tolist() == [1.5, 1.0]
    assert ledger.over.tolist() == [True, False]
