"""Accounts that the threads keep beside the worlds that they step equal those of one who keeps them alone."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs import warehouse_v0
from planzoo.envs.accounts.arrays import BLOCK, OVER, POOR, VIOLATIONS
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from tests.envs.wrappers.plain_ledger import rules_strategy

WORLDS = 3 * BLOCK + 7
ACTIONS = 5


class Alone:
    """A simulator, and the ledger of one who takes before its steps and settles after them."""

    def __init__(self, rules: ResourceRules, threads: int) -> None:
        self.simulator = warehouse_v0.simulator(num_worlds=WORLDS, threads=threads, max_steps=9)
        self.column = self.simulator.append_columns(max(rules.columns, 1))
        self.ledger = ResourceLedger(rules, WORLDS, 2, ACTIONS)
        self.masks = np.zeros_like(self.simulator.buffers.action_masks)
        self.resting = np.zeros(WORLDS, dtype=bool)

    def begin(self) -> None:
        self.simulator.reset(0)
        self.ledger.open(np.arange(WORLDS), self.simulator.buffers.observations, self.column)

    def step(self, actions: np.ndarray, autoreset: bool) -> tuple[int, int]:
        buffers, chosen = self.simulator.buffers, actions.copy()
        self.resting[:] = self.simulator.state.ended
        violations = self.ledger.take(chosen, buffers.action_masks, buffers.terminated, self.resting)
        self.simulator.step(chosen, autoreset)
        over = self.ledger.settle(self.resting, autoreset, buffers.observations, self.column)
        self.masks[:] = buffers.action_masks
        self.ledger.narrow(self.masks)
        return violations, over


class Together(Alone):
    """A simulator whose threads do all that."""

    def __init__(self, rules: ResourceRules, threads: int) -> None:
        super().__init__(rules, threads)
        buffers = self.simulator.buffers
        self.books = self.ledger.books(
            self.resting,
            buffers.terminated,
            buffers.action_masks,
            self.masks,
            buffers.observations,
            self.column,
        )
        self.simulator.keep_books(self.books)

    def step(self, actions: np.ndarray, autoreset: bool) -> tuple[int, int]:
        before = actions.copy()
        self.simulator.step(actions, autoreset)
        np.testing.assert_array_equal(actions, before, err_msg="the caller's own array")
        tally, firsts = self.ledger.accounts.tally, [first for first, _ in self.simulator.parts]
        return int(tally[VIOLATIONS, firsts].sum()), int(tally[OVER, firsts].sum())


def compare(alone: Alone, together: Alone, rules: ResourceRules) -> None:
    mine, theirs = alone.ledger.accounts, together.ledger.accounts
    for name in ("left", "missing", "held", "rows", "short", "counts", "over"):
        np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name), err_msg=name)
    where = mine.missing > 0
    np.testing.assert_array_equal(mine.found[where], theirs.found[where])
    for one, other in zip(alone.simulator.buffers, together.simulator.buffers, strict=True):
        np.testing.assert_array_equal(one, other)
    if rules.violation == "mask":
        np.testing.assert_array_equal(alone.masks, together.masks)


def play(
    rules: ResourceRules, seed: int, threads: int, steps: int, drawn: bool = True
) -> tuple[Alone, Alone]:
    """Plays random actions in both; some worlds have less, so that blocks differ."""
    random = np.random.default_rng(seed)
    alone, together = Alone(rules, threads), Together(rules, threads)
    alone.begin(), together.begin()
    for each in (alone, together):
        if drawn:
            each.ledger.accounts.left[:, :, BLOCK + 3 : 2 * BLOCK - 5] *= 0.25
            each.ledger.accounts.tally[POOR] = 1
    for step in range(steps):
        actions = random.integers(-1, ACTIONS + 1, size=(WORLDS, 2))
        assert alone.step(actions, step % 3 > 0) == together.step(actions, step % 3 > 0)
        compare(alone, together, rules)
        ended = alone.ledger.over
        for each in (alone, together):
            each.simulator.state.ended[ended] = True
    return alone, together


@settings(max_examples=40)
@given(rules_strategy(ACTIONS), st.integers(0, 999), st.sampled_from([1, 3]))
def test_threads_keep_the_same_accounts(rules: ResourceRules, seed: int, threads: int) -> None:
    play(rules, seed, threads, 12)


@settings(max_examples=20)
@given(rules_strategy(ACTIONS, idle=1), st.integers(0, 999), st.sampled_from([1, 3]))
def test_they_do_so_with_an_idle_action(rules: ResourceRules, seed: int, threads: int) -> None:
    play(rules, seed, threads, 12)


@pytest.mark.long
@settings(max_examples=1500)
@given(rules_strategy(ACTIONS, idle=2), st.integers(0, 10**6), st.sampled_from([1, 2, 3]))
def test_they_do_so_for_many_rules(rules: ResourceRules, seed: int, threads: int) -> None:
    play(rules, seed, threads, 25)


def fuel(amount: float) -> ResourceRules:
    """So much for the team, of which moving forward takes 1."""
    return ResourceRules(
        (Resource("fuel", "consumable", amount),),  # type: ignore[arg-type]
        {1: [ResourceRequirement("fuel", 1)]},
    )


@pytest.mark.parametrize("threads", [1, 3])
def test_rich_and_poor_blocks_are_told_apart(threads: int) -> None:
    alone, together = Alone(fuel(100), threads), Together(fuel(100), threads)
    for each in (alone, together):
        each.begin()
        each.ledger.accounts.left[0, 0, 70] = 3
    starts = [start for first, last in together.simulator.parts for start in range(first, last, BLOCK)]
    forward = np.ones((WORLDS, 2), dtype=np.int64)
    for _ in range(5):
        alone.step(forward, False)
        together.step(forward, False)
        compare(alone, together, fuel(100))
    poor = [start for start in starts if together.ledger.accounts.tally[POOR, start]]
    assert poor == [max(start for start in starts if start <= 70)]
    assert together.ledger.accounts.left[0, 0, 70] == 0
    assert (together.ledger.accounts.left[0, 0] >= 90).sum() == WORLDS - 1


def test_forks_keep_no_accounts() -> None:
    together = Together(fuel(50), 1)
    together.begin()
    together.step(np.ones((WORLDS, 2), dtype=np.int64), False)
    left = together.ledger.accounts.left.copy()
    fork = together.simulator.fork(0, copies=4)
    fork.step(np.ones((4, 2), dtype=np.int64))
    np.testing.assert_array_equal(together.ledger.accounts.left, left)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_copies_keep_their_own(duplicate: Any) -> None:
    together = Together(fuel(50), 3)
    together.begin()
    forward = np.ones((WORLDS, 2), dtype=np.int64)
    together.step(forward, False)
    other = duplicate(together)
    left = together.ledger.accounts.left.copy()
    other.step(forward, False)
    np.testing.assert_array_equal(together.ledger.accounts.left, left)
    together.step(forward, False)
    compare(together, other, fuel(50))
    assert (together.ledger.accounts.left != left).any()
