"""What actions need is taken before they are carried out, and those that cannot be paid are replaced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.accounts.arrays import (
    HOLD,
    LIMIT,
    MADE_FIRST,
    MAKES_FIRST,
    NOTHING,
    POOR,
    PRIVATE,
    RETURNED,
    TAKEN,
    TERMINATED,
    TOLERANCE,
    VIOLATIONS,
    Accounts,
    Books,
    Terms,
    Worlds,
    end_of_run,
    row_of,
    somebody_is_poor,
)
from planzoo.envs.simulation.kernel import driver, kernel


@driver
def take(books: Books, actions: NDArray[np.int64], worlds: Worlds) -> int:
    """Takes what the actions of all agents need, in their order, before the environment's step.

    Args:
        books: of all worlds.
        actions: int64 (B, N); blocked ones are replaced.
        worlds: which ones.

    Returns:
        How many actions asked for more than was left.
    """
    forget_violations(books.accounts, worlds)
    violations = take_in_turn(books, actions, worlds)
    books.accounts.tally[VIOLATIONS, worlds[0]] = violations
    return violations


@driver
def take_where_poor(books: Books, actions: NDArray[np.int64], worlds: Worlds) -> None:
    """Does what :func:`take` does, but only in blocks of worlds where some agent may lack something."""
    accounts, violations, first = books.accounts, 0, worlds[0]
    forget_violations(accounts, worlds)
    while first < worlds[1]:
        last = end_of_run(accounts, first, worlds[1])
        if accounts.tally[POOR, first]:
            violations += take_in_turn(books, actions, (first, last))
        first = last
    accounts.tally[VIOLATIONS, worlds[0]] = violations


@driver
def take_where_rich(books: Books, accepted: NDArray[np.int64], worlds: Worlds) -> None:
    """Takes, in the other blocks, what the actions needed that the environment has carried out.

    Args:
        books: of all worlds.
        accepted: int64 (B, N), actions, -1 where an agent did nothing.
        worlds: which ones.
    """
    accounts, first = books.accounts, worlds[0]
    while first < worlds[1]:
        last = end_of_run(accounts, first, worlds[1])
        for agent in range(0 if accounts.tally[POOR, first] else accepted.shape[1]):
            rows = accounts.rows[agent]
            for world in range(np.uintp(first), np.uintp(last)):
                rows[world] = (1 + accepted[world, agent]) * (books.resting[world] ^ True)
            pay(books.terms, accounts, agent, (first, last))
        first = last


@kernel
def forget_violations(accounts: Accounts, worlds: Worlds) -> None:
    """Forgets the violations of the last step, if there were any."""
    if accounts.tally[VIOLATIONS, worlds[0]] == 0:
        return
    accounts.tally[VIOLATIONS, worlds[0]] = 0
    for resource in range(accounts.missing.shape[0]):
        for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
            accounts.short[resource, world] = False
        for agent in range(accounts.missing.shape[1]):
            for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
                accounts.missing[resource, agent, world] = 0.0


@driver
def take_in_turn(books: Books, actions: NDArray[np.int64], worlds: Worlds) -> int:
    """Takes what agents need, in their order; gives how many actions asked for more than was left."""
    terms, accounts, violations = books.terms, books.accounts, 0
    for agent in range(actions.shape[1]):
        find_rows(books, agent, actions, worlds)
        if terms.apart:
            set_apart(terms, accounts, agent, worlds)
        if look(terms, accounts, agent, worlds):
            violations += refuse(terms, accounts, agent, actions, worlds)
        pay(terms, accounts, agent, worlds)
    return violations


@kernel
def find_rows(books: Books, agent: int, actions: NDArray[np.int64], worlds: Worlds) -> None:
    """Writes the rows of an agent's actions, as if all agents had the same: nothing where they do nothing.

    Without branches: no processor guesses what masks hold.
    """
    rows, masks, valid = books.accounts.rows[agent], books.allowed, books.accounts.flags
    last = np.int64(masks.shape[2] - 1)
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        action = actions[world, agent]
        place = min(max(action, 0), last)
        counts = masks[world, agent, np.uintp(place)] & (place == action)
        counts &= (books.inactive[world, agent] ^ True) & (books.resting[world] ^ True)
        rows[world] = 1 + place
        valid[world] = counts
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        rows[world] *= valid[world]
        valid[world] = 0


@kernel
def set_apart(terms: Terms, accounts: Accounts, agent: int, worlds: Worlds) -> None:
    """Turns an agent's rows into those of each world's own prices."""
    rows = accounts.rows[agent]
    for world in range(worlds[0], worlds[1]):
        if rows[world] != NOTHING:
            rows[world] = row_of(terms, accounts.rows.shape[0], world, agent, rows[world] - 1)


@kernel
def look(terms: Terms, accounts: Accounts, agent: int, worlds: Worlds) -> bool:
    """Finds the worlds where an agent's action asks for more than is left."""
    refused, rows, found = accounts.flags, accounts.rows[agent], False
    for resource in range(terms.numbers.shape[1]):
        if not somebody_is_poor(terms, accounts, agent, resource, worlds):
            continue
        left = accounts.left[resource, agent * terms.traits[PRIVATE, resource]]
        prices, tolerance = terms.prices[TAKEN, resource], terms.numbers[TOLERANCE, resource]
        some = False
        for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
            lacks = prices[np.uintp(rows[world])] > max(left[world], 0.0) + tolerance
            some |= lacks
            refused[world] |= np.uint8(lacks)
        found |= some
    return found


# Each of the loops below touches few arrays and has no branches: else compilers leave them scalar.


@driver
def refuse(terms: Terms, accounts: Accounts, agent: int, actions: NDArray[np.int64], worlds: Worlds) -> int:
    """Notes an agent's violations, and replaces its actions if the rules block them; gives their number."""
    for resource in range(terms.numbers.shape[1]):
        if somebody_is_poor(terms, accounts, agent, resource, worlds):
            note_missing(terms, accounts, agent, resource, worlds)
    refused, violations, count = accounts.flags, accounts.counts[1], 0
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        violations[world] += refused[world]
        count += refused[world]
    if terms.ends:
        for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
            accounts.over[world] += (TERMINATED - accounts.over[world]) * refused[world]
    if terms.blocks:
        block(terms, accounts, agent, actions, worlds)
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        refused[world] = 0
    return count


@kernel
def note_missing(terms: Terms, accounts: Accounts, agent: int, resource: int, worlds: Worlds) -> None:
    """Writes how much of a resource is missing for an agent's actions: not more than they take."""
    left, rows = accounts.left[resource, agent * terms.traits[PRIVATE, resource]], accounts.rows[agent]
    prices, tolerance = terms.prices[TAKEN, resource], terms.numbers[TOLERANCE, resource]
    missing, short = accounts.missing[resource, agent], accounts.short[resource]
    found = accounts.found[resource, agent]
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        have, price = left[world], prices[np.uintp(rows[world])]
        missing[world] = min(price, price - have) if price > max(have, 0.0) + tolerance else 0.0
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        found[world] = left[world]
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        short[world] |= missing[world] > 0.0


@kernel
def block(terms: Terms, accounts: Accounts, agent: int, actions: NDArray[np.int64], worlds: Worlds) -> None:
    """Replaces refused actions, and what is paid for them."""
    refused, rows, idle = accounts.flags, accounts.rows[agent], terms.idle
    row = NOTHING if idle < 0 or terms.apart else 1 + idle
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        rows[world] += (row - rows[world]) * refused[world]
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        actions[world, agent] += (idle - actions[world, agent]) * refused[world]


@kernel
def pay(terms: Terms, accounts: Accounts, agent: int, worlds: Worlds) -> None:
    """Takes what an agent's actions need, and makes what is there from the start on."""
    rows = accounts.rows[agent]
    for resource in range(terms.numbers.shape[1]):
        owner = agent * terms.traits[PRIVATE, resource]
        left, prices = accounts.left[resource, owner], terms.prices[TAKEN, resource]
        tolerance = terms.numbers[TOLERANCE, resource]
        for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
            rest = left[world] - prices[np.uintp(rows[world])]
            left[world] = 0.0 if abs(rest) <= tolerance else rest
        if terms.traits[MAKES_FIRST, resource]:
            put_all(left, terms.prices[MADE_FIRST, resource], rows, terms.numbers[LIMIT, resource], worlds)
        if accounts.held.shape[1] > 1:
            hold(terms, accounts, agent, resource, worlds)


@kernel
def hold(terms: Terms, accounts: Accounts, agent: int, resource: int, worlds: Worlds) -> None:
    """Writes when what an agent's actions hold comes back."""
    slots, owner = accounts.held.shape[1], agent * terms.traits[PRIVATE, resource]
    for world in range(worlds[0], worlds[1]):
        amount = terms.prices[RETURNED, resource, accounts.rows[agent, world]]
        slot = (accounts.counts[0, world] + max(terms.traits[HOLD, resource], 1) - 1) % slots
        accounts.held[resource, slot, owner, world] += amount


@kernel
def put_all(
    left: NDArray[np.float64],
    amounts: NDArray[np.float64],
    rows: NDArray[np.int32],
    limit: float,
    worlds: Worlds,
) -> None:
    """Adds to what is left in some worlds the amounts of their rows, up to the limit."""
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        left[world] = min(left[world] + amounts[np.uintp(rows[world])], limit)
