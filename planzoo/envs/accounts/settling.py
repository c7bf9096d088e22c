"""After a step resources are given back, made and refilled; ended episodes are told of and begin anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.accounts.arrays import (
    BLOCK,
    GIVES_LAST,
    HOLD,
    INITIAL,
    LIMIT,
    MADE_LAST,
    NOWHERE,
    OVER,
    POOR,
    PRIVATE,
    REFILL,
    RETURNED,
    RUNNING,
    TOLERANCE,
    TRUNCATED,
    Accounts,
    Books,
    Terms,
    Worlds,
    anybody_may_be_poor,
    list_worlds,
)
from planzoo.envs.accounts.showing import narrow_copies, show
from planzoo.envs.accounts.taking import put_all
from planzoo.envs.simulation.kernel import driver, kernel


@driver
def settle(books: Books, autoreset: bool, worlds: Worlds) -> int:
    """Gives back, makes and refills after the environment's step, and shows what is left.

    Args:
        books: of all worlds; ``resting`` is what it was before the step.
        autoreset: whether worlds that rested have begun a new episode instead.
        worlds: which ones.

    Returns:
        How many of them the rules have ended.
    """
    terms, accounts, resting = books.terms, books.accounts, books.resting
    for resource in range(terms.numbers.shape[1]):
        give_back(terms, accounts, resource, worlds)
        refill(books, resource, worlds)
    over = end_step(books, worlds)
    count = list_worlds(resting, accounts.worlds, worlds) if autoreset else 0
    for world in accounts.worlds[worlds[0] : worlds[0] + count]:
        over -= accounts.over[world] != RUNNING
        open_world(terms, accounts, world)
    accounts.tally[OVER, worlds[0]] = over
    for first in range(worlds[0], worlds[1], BLOCK):
        block = (first, min(first + BLOCK, worlds[1]))
        accounts.tally[POOR, first] = anybody_may_be_poor(terms, accounts, block)
    present(books, worlds)
    return over


@kernel
def present(books: Books, worlds: Worlds) -> None:
    """Shows what is left, and takes from masks what cannot be afforded."""
    if books.column != NOWHERE:
        show(books, worlds)
    if books.masks.shape[0] > 0:
        narrow_copies(books, worlds)


@kernel
def end_step(books: Books, worlds: Worlds) -> int:
    """Counts the step where it was played, and gives how many worlds the rules have ended."""
    ended, deadline, over = books.accounts.over, books.terms.deadline, 0
    steps = books.accounts.counts[0]
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        steps[world] += not books.resting[world]
    if deadline > 0:
        for world in range(worlds[0], worlds[1]):
            if steps[world] >= deadline and ended[world] == RUNNING:
                ended[world] = TRUNCATED
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        over += ended[world] != RUNNING
    return over


@kernel
def give_back(terms: Terms, accounts: Accounts, resource: int, worlds: Worlds) -> None:
    """Gives back what was held long enough, and adds what was made."""
    limit, slots = terms.numbers[LIMIT, resource], accounts.held.shape[1]
    for agent in range(accounts.rows.shape[0]):
        left = accounts.left[resource, agent * terms.traits[PRIVATE, resource]]
        if terms.traits[GIVES_LAST, resource]:
            put_all(left, terms.prices[MADE_LAST, resource], accounts.rows[agent], limit, worlds)
            if slots == 1:
                put_all(left, terms.prices[RETURNED, resource], accounts.rows[agent], limit, worlds)
        for world in range(worlds[0], worlds[1] if slots > 1 else worlds[0]):
            slot = accounts.counts[0, world] % slots
            left[world] = min(left[world] + accounts.held[resource, slot, agent, world], limit)
            accounts.held[resource, slot, agent, world] = 0.0
    if terms.traits[HOLD, resource]:
        round_up(terms, accounts, resource, worlds)


@kernel
def round_up(terms: Terms, accounts: Accounts, resource: int, worlds: Worlds) -> None:
    """What was taken in several parts and has come back is as much as it was, rounding or not."""
    limit, tolerance = terms.numbers[LIMIT, resource], terms.numbers[TOLERANCE, resource]
    for owner in range(accounts.left.shape[1]):
        for world in range(worlds[0], worlds[1]):
            if accounts.left[resource, owner, world] > limit - tolerance:
                accounts.left[resource, owner, world] = limit


@kernel
def refill(books: Books, resource: int, worlds: Worlds) -> None:
    """Adds what comes back by itself in a step."""
    terms, accounts, resting = books.terms, books.accounts, books.resting
    amount, limit = terms.numbers[REFILL, resource], terms.numbers[LIMIT, resource]
    owners = accounts.left.shape[1] if terms.traits[PRIVATE, resource] else 1
    for owner in range(owners if amount > 0.0 else 0):
        left = accounts.left[resource, owner]
        for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
            left[world] = min(left[world] + (0.0 if resting[world] else amount), limit)


@kernel
def open_world(terms: Terms, accounts: Accounts, world: int) -> None:
    """Begins an episode in one world."""
    accounts.counts[0, world] = 0
    accounts.counts[1, world] = 0
    accounts.over[world] = RUNNING
    for resource in range(terms.numbers.shape[1]):
        for agent in range(accounts.rows.shape[0]):
            accounts.left[resource, agent, world] = terms.numbers[INITIAL, resource]
            for slot in range(accounts.held.shape[1]):
                accounts.held[resource, slot, agent, world] = 0.0


@driver
def open_worlds(books: Books, worlds: NDArray[np.int64]) -> None:
    """Begins episodes in some worlds, int64 (n,), and shows what there is."""
    terms, accounts = books.terms, books.accounts
    for index in range(worlds.shape[0]):
        open_world(terms, accounts, worlds[index])
    # For all blocks, wherever they begin.
    accounts.tally[POOR] = anybody_may_be_poor(terms, accounts, (0, accounts.over.shape[0]))
    for index in range(worlds.shape[0]):
        present(books, (worlds[index], worlds[index] + 1))


@driver
def report(
    terms: Terms,
    accounts: Accounts,
    ended: NDArray[np.bool_],
    left: NDArray[np.float64],
    violations: NDArray[np.int64],
) -> None:
    """Writes what is told of episodes that ended, and 0 elsewhere.

    Args:
        terms: the rules.
        accounts: of all worlds.
        ended: bool (B,), where.
        left: float64 (R, B), what is left of each resource, of all agents together.
        violations: int64 (B,), how many actions asked for more than was left.
    """
    violations[:] = 0
    left[:] = 0.0
    count = list_worlds(ended, accounts.worlds, (0, ended.shape[0]))
    for world in accounts.worlds[:count]:
        violations[world] = accounts.counts[1, world]
        for resource in range(terms.numbers.shape[1]):
            owners = accounts.left.shape[1] if terms.traits[PRIVATE, resource] else 1
            for owner in range(owners):
                left[resource, world] += accounts.left[resource, owner, world]
