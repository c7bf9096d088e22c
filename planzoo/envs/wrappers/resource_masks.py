"""Takes from action masks, in compiled loops, what cannot be afforded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.wrappers.resource_accounts import (
    PRIVATE,
    TAKEN,
    TOLERANCE,
    Accounts,
    Terms,
    row_of,
    somebody_is_poor,
)


@driver
def narrow(terms: Terms, accounts: Accounts, allowed: NDArray[np.bool_], masks: NDArray[np.bool_]) -> None:
    """Takes from masks what cannot be afforded.

    Where nothing is left to do, that is the idle action; if there is none, the row stays as it is.

    Args:
        terms: the rules.
        accounts: of all worlds.
        allowed: bool (B, N, A), what the environment allows.
        masks: bool (B, N, A), a copy of it; changed.
    """
    for agent in range(masks.shape[1]):
        changed = False
        for resource in range(terms.numbers.shape[1]):
            if somebody_is_poor(terms, accounts, agent, resource):
                forbid(terms, accounts, agent, resource, masks)
                changed = True
        if changed:
            leave_something(terms, agent, allowed, masks)


@kernel
def forbid(terms: Terms, accounts: Accounts, agent: int, resource: int, masks: NDArray[np.bool_]) -> None:
    """Takes from the masks of an agent the actions for which too little of a resource is left."""
    prices = terms.prices[TAKEN, resource]
    left = accounts.left[resource, agent * terms.traits[PRIVATE, resource]]
    tolerance = terms.numbers[TOLERANCE, resource]
    for action in range(masks.shape[2]):
        if not terms.apart and prices[1 + action] == 0.0:
            continue
        for world in range(masks.shape[0]):
            row = row_of(terms, masks.shape[1], world, agent, action)
            masks[world, agent, action] &= prices[np.uintp(row)] <= max(left[world], 0.0) + tolerance


@kernel
def leave_something(terms: Terms, agent: int, allowed: NDArray[np.bool_], masks: NDArray[np.bool_]) -> None:
    """Where an agent's mask forbids everything, allows the idle action, or all that the environment does."""
    last = np.uintp(masks.shape[2] - 1)
    for world in range(np.uintp(masks.shape[0])):
        # Waiting is the first or the last action, and mostly there.
        some = masks[world, agent, 0] | masks[world, agent, last]
        if some:
            continue
        for action in range(last):
            some |= masks[world, agent, action]
        if some:
            continue
        if terms.idle >= 0:
            masks[world, agent, terms.idle] = True
            continue
        for action in range(masks.shape[2]):
            masks[world, agent, action] = allowed[world, agent, action]
