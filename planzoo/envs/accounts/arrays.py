"""What accounts of resources consist of, for B worlds of N agents.

The world is the last axis of most arrays, and most loops run over it, so that a processor does several worlds
at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import kernel

NOTHING = 0
"""The row of the prices of doing nothing."""
RUNNING, TERMINATED, TRUNCATED = 0, 1, 2
"""Whether the rules have ended an episode: not, by a violation, by the deadline."""
TAKEN, RETURNED, MADE_FIRST, MADE_LAST = range(4)
"""Kinds of prices."""
INITIAL, LIMIT, REFILL, TOLERANCE, SCALE, MOST = range(6)
"""Rows of the numbers of the resources."""
PRIVATE, HOLD, MAKES_FIRST, GIVES_LAST = range(4)
"""Rows of the traits of the resources."""
VIOLATIONS, OVER, POOR = range(3)
"""Rows of the tally of a step."""
BLOCK = 64
"""Worlds that are looked at together: few, so that one that lacks something costs the others little."""
NOWHERE = -1
"""The column of amounts that are not shown."""

Worlds = tuple[int, int]
"""Those from the first number up to but not the second; each thread keeps the accounts of its own."""


class Terms(NamedTuple):
    """What the rules say. R = resources, P = rows of prices, of which row 0 is nothing.

    Attributes:
        prices: float64 (4, R, P), what is taken, returned, made at the start, made at the end.
        numbers: float64 (6, R): what there is at first and at most, what refills, which differences are
            rounding, what shown amounts are multiplied by, and the highest price of any action.
        traits: int64 (4, R): 1 where every agent has its own; for how many steps it is held, 0 for what is
            not reusable; whether any action makes it at its start; whether any gives it back or makes it at
            its end.
        choices: rows for each agent, 1 or A: which of them an action takes.
        apart: whether each agent of each world has its own rows.
        blocks: whether actions that cannot be afforded are replaced.
        ends: whether they end the episode.
        idle: the action that stands for them, or -1.
        deadline: in steps, 0 = none.
    """

    prices: NDArray[np.float64]
    numbers: NDArray[np.float64]
    traits: NDArray[np.int64]
    choices: int
    apart: bool
    blocks: bool
    ends: bool
    idle: int
    deadline: int


class Accounts(NamedTuple):
    """Where every world stands.

    Attributes:
        left: float64 (R, N, B), amounts left; those of the team with the first agent.
        missing: float64 (R, N, B), what an agent's last action asked for and was not left.
        found: float64 (R, N, B), where something was missing: what was left when it asked.
        held: float64 (R, H, N, B), what comes back after a step, by that step modulo H.
        rows: int32 (N, B), the row of the prices that each agent pays in this step.
        short: bool (R, B), of which resource some agent's action of this step asked for too much.
        flags: uint8 (B,), scratch: 1 where something holds for the action of the agent whose turn it is, else
            0. Not bool, for which compilers like branches; no processor guesses where actions are refused.
        counts: int64 (2, B), steps and violations of the episode.
        worlds: int64 (B,), scratch: a list of worlds.
        tally: int64 (3, B), at the first of the worlds whose accounts are kept together: how many violations
            the last step had, and how many of the worlds the rules have ended; at the first of each BLOCK of
            them: whether some agent may lack something in the next step.
        over: int8 (B,), see RUNNING.
    """

    left: NDArray[np.float64]
    missing: NDArray[np.float64]
    found: NDArray[np.float64]
    held: NDArray[np.float64]
    rows: NDArray[np.int32]
    short: NDArray[np.bool_]
    flags: NDArray[np.uint8]
    counts: NDArray[np.int64]
    worlds: NDArray[np.int64]
    tally: NDArray[np.int64]
    over: NDArray[np.int8]


class Books(NamedTuple):
    """Accounts, and what is read and written beside them in a step.

    Attributes:
        terms: the rules.
        accounts: of all worlds.
        resting: bool (B,), worlds that play no step.
        inactive: bool (B, N), agents that act no more.
        allowed: bool (B, N, A), the environment's masks.
        masks: bool (B, N, A), where those masks are written of which what cannot be afforded is taken; of no
            worlds if nobody asks for them.
        shown: float32 (B, N, D), observations.
        column: where in them the amounts stand, or NOWHERE.
    """

    terms: Terms
    accounts: Accounts
    resting: NDArray[np.bool_]
    inactive: NDArray[np.bool_]
    allowed: NDArray[np.bool_]
    masks: NDArray[np.bool_]
    shown: NDArray[np.float32]
    column: int


UNSHOWN = np.zeros((1, 1, 1), dtype=np.float32)
"""Stands for observations that show no amounts."""
UNMASKED = np.zeros((0, 1, 1), dtype=np.bool_)
"""Stands for masks that nobody asks for."""


def new_accounts(resources: int, slots: int, agents: int, worlds: int) -> Accounts:
    """Allocates accounts in which nothing is left: R, H, N, B."""
    shape = (resources, agents, worlds)
    return Accounts(
        left=np.zeros(shape, dtype=np.float64),
        missing=np.zeros(shape, dtype=np.float64),
        found=np.zeros(shape, dtype=np.float64),
        held=np.zeros((resources, slots, agents, worlds), dtype=np.float64),
        rows=np.zeros((agents, worlds), dtype=np.int32),
        short=np.zeros((resources, worlds), dtype=np.bool_),
        flags=np.zeros(worlds, dtype=np.uint8),
        counts=np.zeros((2, worlds), dtype=np.int64),
        worlds=np.zeros(worlds, dtype=np.int64),
        tally=np.zeros((3, worlds), dtype=np.int64),
        over=np.zeros(worlds, dtype=np.int8),
    )


def no_books() -> Books:
    """Gives those of an environment without resources."""
    numbers, traits = np.zeros((6, 0), dtype=np.float64), np.zeros((4, 0), dtype=np.int64)
    prices = np.zeros((4, 0, 1), dtype=np.float64)
    return Books(
        terms=Terms(prices, numbers, traits, 1, False, False, False, -1, 0),
        accounts=new_accounts(0, 1, 0, 0),
        resting=np.zeros(0, dtype=np.bool_),
        inactive=np.zeros((0, 0), dtype=np.bool_),
        allowed=UNMASKED,
        masks=UNMASKED,
        shown=UNSHOWN,
        column=NOWHERE,
    )


@kernel
def are_kept(books: Books) -> bool:
    """Tells whether there are any accounts."""
    return books.accounts.over.shape[0] > 0


@kernel
def row_of(terms: Terms, agents: int, world: int, agent: int, action: int) -> int:
    """Gives the row of the prices of an agent's action."""
    if not terms.apart:
        return 1 + action
    return 1 + (world * agents + agent) * terms.choices + (action if terms.choices > 1 else 0)


@kernel
def list_worlds(flags: NDArray[np.bool_], listed: NDArray[np.int64], worlds: Worlds) -> int:
    """Lists those of some worlds that have a flag, bool (B,), in int64 (B,) from the place of the first on.

    Without branches: where few worlds or half of them have one, no processor guesses which.

    Returns:
        How many they are.
    """
    count = worlds[0]
    for world in range(worlds[0], worlds[1]):
        listed[np.uintp(count)] = world
        count += flags[world]
    return count - worlds[0]


@kernel
def end_of_run(accounts: Accounts, first: int, last: int) -> int:
    """Gives up to where blocks are like the one that begins at ``first``: some agent may lack something."""
    poor, end = accounts.tally[POOR], first
    while end < last and (poor[end] != 0) == (poor[first] != 0):
        end = min(end + BLOCK, last)
    return end


@kernel
def is_less(left: NDArray[np.float64], amount: float, worlds: Worlds) -> bool:
    """Tells whether less than an amount is left in some world."""
    poor = False
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        poor |= left[world] < amount
    return poor


@kernel
def somebody_is_poor(terms: Terms, accounts: Accounts, agent: int, resource: int, worlds: Worlds) -> bool:
    """Tells whether an agent lacks a resource for some action in some world."""
    left = accounts.left[resource, agent * terms.traits[PRIVATE, resource]]
    return is_less(left, terms.numbers[MOST, resource], worlds)


@kernel
def anybody_may_be_poor(terms: Terms, accounts: Accounts, worlds: Worlds) -> bool:
    """Tells whether any agent may lack any resource in the next step, whatever the agents before it take."""
    agents, poor = accounts.rows.shape[0], False
    for resource in range(terms.numbers.shape[1]):
        own = terms.traits[PRIVATE, resource]
        most = terms.numbers[MOST, resource] * (1 if own else agents)
        for owner in range(agents if own else 1):
            poor |= is_less(accounts.left[resource, owner], most, worlds)
    return poor
