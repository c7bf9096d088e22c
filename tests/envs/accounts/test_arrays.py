"""Runs of blocks, rows of prices, and the books of an environment without resources."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from planzoo.envs.accounts.arrays import (
    BLOCK,
    POOR,
    Books,
    Terms,
    anybody_may_be_poor,
    are_kept,
    end_of_run,
    list_worlds,
    new_accounts,
    no_books,
    row_of,
)
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.simulation.kernel import python_function
from planzoo.envs.wrappers.resource_ledger import ResourceLedger


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.integers(0, 99), st.integers(1, BLOCK))
def test_runs_are_as_long_as_blocks_are_alike(flags: list[bool], first: int, rest: int) -> None:
    last = first + (len(flags) - 1) * BLOCK + rest
    accounts, found = new_accounts(1, 1, 1, last), []
    accounts.tally[POOR, first::BLOCK] = flags
    start = first
    while start < last:
        end = python_function(end_of_run)(accounts, start, last)
        found += [bool(accounts.tally[POOR, start])] * -(-(end - start) // BLOCK)
        assert end == last or accounts.tally[POOR, start] != accounts.tally[POOR, end]
        start = end
    assert found == flags


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.data())
def test_flagged_worlds_are_listed_in_order(flags: list[bool], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(flags)))
    last = data.draw(st.integers(first, len(flags)))
    listed = np.full(len(flags), -1, dtype=np.int64)
    count = python_function(list_worlds)(np.array(flags), listed, (first, last))
    expected = [world for world in range(first, last) if flags[world]]
    assert listed[first : first + count].tolist() == expected
    assert (listed[:first] == -1).all() and (listed[last:] == -1).all()


@pytest.mark.parametrize(
    ("left", "owners", "poor"),
    [(4.0, (), False), (3.9, (), True), (2.0, ("fuel",), False), (1.9, ("fuel",), True)],
)
def test_who_shares_may_lack_what_others_take_first(left: float, owners: tuple[str, ...], poor: bool) -> None:
    rules = ResourceRules(
        (Resource("fuel", "consumable", 9),),  # type: ignore[arg-type]
        {1: [ResourceRequirement("fuel", 2)]},
        private=owners,
    )
    ledger = ResourceLedger(rules, 3, 2, 2)
    ledger.accounts.left[:, :, 1] = left
    find = njit(python_function(anybody_may_be_poor))
    assert [find(ledger.terms, ledger.accounts, (w, w + 1)) for w in range(3)] == [False, poor, False]


def test_rows_are_one_an_action_or_every_agents_own() -> None:
    row = python_function(row_of)
    terms = no_books().terms
    assert row(terms, 2, 7, 1, 3) == 4
    own: Terms = terms._replace(apart=True, choices=5)
    rows = [
        row(own, 2, world, agent, action) for world in range(3) for agent in range(2) for action in range(5)
    ]
    assert rows == list(range(1, 31))
    assert row(terms._replace(apart=True), 2, 7, 1, 3) == 1 + 7 * 2 + 1


def test_without_resources_nothing_is_kept() -> None:
    books: Books = no_books()
    assert not python_function(are_kept)(books)
    assert python_function(are_kept)(books._replace(accounts=new_accounts(0, 1, 1, 1)))
