"""What agents are told of resources: amounts in observations, and masks without what cannot be afforded."""

from __future__ import annotations

import numpy as np

from planzoo.envs.accounts.arrays import (
    POOR,
    PRIVATE,
    SCALE,
    TAKEN,
    TOLERANCE,
    Books,
    Worlds,
    end_of_run,
    row_of,
    somebody_is_poor,
)
from planzoo.envs.simulation.kernel import driver, kernel


@kernel
def show(books: Books, worlds: Worlds) -> None:
    """Writes what every agent observes of its resources and of the time."""
    terms, accounts, shown = books.terms, books.accounts, books.shown
    resources, place = np.uintp(terms.numbers.shape[1]), np.uintp(books.column)
    for agent in range(np.uintp(shown.shape[1])):
        for resource in range(resources):
            scale = terms.numbers[SCALE, resource]
            left = accounts.left[resource, agent if terms.traits[PRIVATE, resource] else np.uintp(0)]
            for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
                shown[world, agent, place + resource] = left[world] * scale
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1] if terms.deadline > 0 else worlds[0])):
        time_left = max(1.0 - accounts.counts[0, world] / terms.deadline, 0.0)
        for agent in range(np.uintp(shown.shape[1])):
            shown[world, agent, place + resources] = time_left


@driver
def narrow_copies(books: Books, worlds: Worlds) -> None:
    """Copies the environment's masks, and takes from the copies what cannot be afforded."""
    # As one row, which is copied many at a time.
    allowed, masks = books.allowed.reshape(-1), books.masks.reshape(-1)
    size = books.masks.shape[1] * books.masks.shape[2]
    for place in range(np.uintp(worlds[0] * size), np.uintp(worlds[1] * size)):
        masks[place] = allowed[place]
    first = worlds[0]
    while first < worlds[1]:
        last = end_of_run(books.accounts, first, worlds[1])
        if books.accounts.tally[POOR, first]:
            narrow(books, (first, last))
        first = last


@driver
def narrow(books: Books, worlds: Worlds) -> None:
    """Takes from masks, which are copies of the environment's, what cannot be afforded.

    Where nothing is left to do of what was allowed, the idle action is; if there is none, the row stays as
    it is.
    """
    terms, accounts = books.terms, books.accounts
    for agent in range(books.masks.shape[1]):
        changed = False
        for resource in range(terms.numbers.shape[1]):
            if somebody_is_poor(terms, accounts, agent, resource, worlds):
                forbid(books, agent, resource, worlds)
                changed = True
        if changed:
            leave_something(books, agent, worlds)


@kernel
def forbid(books: Books, agent: int, resource: int, worlds: Worlds) -> None:
    """Takes from the masks of an agent the actions for which too little of a resource is left."""
    terms, masks = books.terms, books.masks
    prices, tolerance = terms.prices[TAKEN, resource], terms.numbers[TOLERANCE, resource]
    left = books.accounts.left[resource, agent * terms.traits[PRIVATE, resource]]
    for action in range(masks.shape[2]):
        if not terms.apart and prices[1 + action] == 0.0:
            continue
        for world in range(worlds[0], worlds[1]):
            row = row_of(terms, masks.shape[1], world, agent, action)
            masks[world, agent, action] &= prices[np.uintp(row)] <= max(left[world], 0.0) + tolerance


@kernel
def leave_something(books: Books, agent: int, worlds: Worlds) -> None:
    """Where nothing is left of what an agent's mask allowed, allows the idle action, or all of it again."""
    allowed, masks, idle = books.allowed, books.masks, books.terms.idle
    last = np.uintp(masks.shape[2] - 1)
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        # Waiting is the first or the last action, and mostly there.
        some = masks[world, agent, 0] | masks[world, agent, last]
        if some:
            continue
        for action in range(last):
            some |= masks[world, agent, action]
        if some:
            continue
        for action in range(masks.shape[2]):
            place = action if idle < 0 else idle
            masks[world, agent, place] |= allowed[world, agent, action]
