"""The bookkeeping of resources for B worlds of N agents, compiled: what is left, held and missing.

The world is the last axis of all arrays, and most loops run over it, so that a processor does several worlds
at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel

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
        short: bool (R + 1, B), of which resource some agent's action of this step asked for too much; last,
            scratch: whether the agent whose turn it is does.
        counts: int64 (2, B), steps and violations of the episode.
        worlds: int64 (B,), scratch: a list of worlds.
        poor: bool (1,), whether some agent of some world may lack something for some action.
        over: int8 (B,), see RUNNING.
    """

    left: NDArray[np.float64]
    missing: NDArray[np.float64]
    found: NDArray[np.float64]
    held: NDArray[np.float64]
    rows: NDArray[np.int32]
    short: NDArray[np.bool_]
    counts: NDArray[np.int64]
    worlds: NDArray[np.int64]
    poor: NDArray[np.bool_]
    over: NDArray[np.int8]


@kernel
def row_of(terms: Terms, agents: int, world: int, agent: int, action: int) -> int:
    """Gives the row of the prices of an agent's action."""
    if not terms.apart:
        return 1 + action
    return 1 + (world * agents + agent) * terms.choices + (action if terms.choices > 1 else 0)


@driver
def take(
    terms: Terms,
    accounts: Accounts,
    actions: NDArray[np.int64],
    masks: NDArray[np.bool_],
    inactive: NDArray[np.bool_],
    resting: NDArray[np.bool_],
) -> int:
    """Takes what the actions of all agents need, in their order, before the environment's step.

    Args:
        terms: the rules.
        accounts: of all worlds.
        actions: int64 (B, N); blocked ones are replaced.
        masks: bool (B, N, A), what the environment allows.
        inactive: bool (B, N), agents that act no more.
        resting: bool (B,), worlds that play no step now.

    Returns:
        How many actions asked for more than was left.
    """
    violations = 0
    for agent in range(actions.shape[1]):
        find_rows(accounts, agent, actions, masks, inactive, resting)
        if terms.apart:
            set_apart(terms, accounts, agent)
        if look(terms, accounts, agent):
            violations += refuse(terms, accounts, agent, actions)
        pay(terms, accounts, agent)
    return violations


@kernel
def find_rows(
    accounts: Accounts,
    agent: int,
    actions: NDArray[np.int64],
    masks: NDArray[np.bool_],
    inactive: NDArray[np.bool_],
    resting: NDArray[np.bool_],
) -> None:
    """Writes the rows of an agent's actions, as if all agents had the same: nothing where they do nothing.

    Without branches: no processor guesses what masks hold.
    """
    rows = accounts.rows[agent]
    for world in range(np.uintp(rows.shape[0])):
        action = actions[world, agent]
        counts = (action >= 0) & (action < masks.shape[2])
        place = np.uintp(action * counts)
        counts &= masks[world, agent, place] & (inactive[world, agent] ^ True) & (resting[world] ^ True)
        rows[world] = (1 + place) * counts


@kernel
def set_apart(terms: Terms, accounts: Accounts, agent: int) -> None:
    """Turns an agent's rows into those of each world's own prices."""
    rows = accounts.rows[agent]
    for world in range(rows.shape[0]):
        if rows[world] != NOTHING:
            rows[world] = row_of(terms, accounts.rows.shape[0], world, agent, rows[world] - 1)


@kernel
def somebody_is_poor(terms: Terms, accounts: Accounts, agent: int, resource: int) -> bool:
    """Tells whether an agent lacks a resource for some action in some world."""
    left = accounts.left[resource, agent * terms.traits[PRIVATE, resource]]
    most, poor = terms.numbers[MOST, resource], False
    for world in range(np.uintp(left.shape[0])):
        poor |= left[world] < most
    return poor


@kernel
def anybody_is_poor(terms: Terms, accounts: Accounts) -> bool:
    """Tells whether any agent lacks any resource for some action in some world."""
    poor = False
    for agent in range(accounts.rows.shape[0]):
        for resource in range(terms.numbers.shape[1]):
            poor |= somebody_is_poor(terms, accounts, agent, resource)
    return poor


@kernel
def look(terms: Terms, accounts: Accounts, agent: int) -> bool:
    """Finds the worlds where an agent's action asks for more than is left."""
    short, rows, found = accounts.short[-1], accounts.rows[agent], False
    for resource in range(terms.numbers.shape[1]):
        if not somebody_is_poor(terms, accounts, agent, resource):
            continue
        left = accounts.left[resource, agent * terms.traits[PRIVATE, resource]]
        prices, tolerance = terms.prices[TAKEN, resource], terms.numbers[TOLERANCE, resource]
        some = False
        for world in range(np.uintp(rows.shape[0])):
            lacks = prices[np.uintp(rows[world])] > max(left[world], 0.0) + tolerance
            some |= lacks
            short[world] |= lacks
        found |= some
    return found


@driver
def refuse(terms: Terms, accounts: Accounts, agent: int, actions: NDArray[np.int64]) -> int:
    """Notes an agent's violations, and replaces its actions if the rules block them."""
    violations = list_worlds(accounts.short[-1], accounts.worlds)
    for world in accounts.worlds[:violations]:
        accounts.short[-1, world] = False
        note_missing(terms, accounts, agent, world)
        accounts.counts[1, world] += 1
        if terms.ends:
            accounts.over[world] = TERMINATED
        if terms.blocks:
            actions[world, agent] = terms.idle
            accounts.rows[agent, world] = NOTHING if terms.idle < 0 or terms.apart else 1 + terms.idle
    return violations


@kernel
def list_worlds(flags: NDArray[np.bool_], worlds: NDArray[np.int64]) -> int:
    """Lists the worlds with a flag, bool (B,), in the first of ``worlds``, int64 (B,); gives their number.

    Without branches: where few worlds or half of them have one, no processor guesses which.
    """
    count = 0
    for world in range(flags.shape[0]):
        worlds[np.uintp(count)] = world
        count += flags[world]
    return count


@kernel
def note_missing(terms: Terms, accounts: Accounts, agent: int, world: int) -> None:
    """Writes how much of each resource is missing for an agent's action: not more than it takes."""
    row = accounts.rows[agent, world]
    for resource in range(terms.numbers.shape[1]):
        have = accounts.left[resource, agent * terms.traits[PRIVATE, resource], world]
        price = terms.prices[TAKEN, resource, row]
        lacks = price > max(have, 0.0) + terms.numbers[TOLERANCE, resource]
        accounts.missing[resource, agent, world] = min(price, price - have) if lacks else 0.0
        accounts.found[resource, agent, world] = have
        accounts.short[resource, world] |= lacks


@kernel
def pay(terms: Terms, accounts: Accounts, agent: int) -> None:
    """Takes what an agent's actions need, and makes what is there from the start on."""
    rows = accounts.rows[agent]
    for resource in range(terms.numbers.shape[1]):
        owner = agent * terms.traits[PRIVATE, resource]
        left, prices = accounts.left[resource, owner], terms.prices[TAKEN, resource]
        tolerance = terms.numbers[TOLERANCE, resource]
        for world in range(np.uintp(rows.shape[0])):
            rest = left[world] - prices[np.uintp(rows[world])]
            left[world] = 0.0 if abs(rest) <= tolerance else rest
        if terms.traits[MAKES_FIRST, resource]:
            put_all(left, terms.prices[MADE_FIRST, resource], rows, terms.numbers[LIMIT, resource])
        if accounts.held.shape[1] > 1:
            hold(terms, accounts, agent, resource)


@kernel
def hold(terms: Terms, accounts: Accounts, agent: int, resource: int) -> None:
    """Writes when what an agent's actions hold comes back."""
    slots, owner = accounts.held.shape[1], agent * terms.traits[PRIVATE, resource]
    for world in range(accounts.over.shape[0]):
        amount = terms.prices[RETURNED, resource, accounts.rows[agent, world]]
        slot = (accounts.counts[0, world] + max(terms.traits[HOLD, resource], 1) - 1) % slots
        accounts.held[resource, slot, owner, world] += amount


@kernel
def put_all(
    left: NDArray[np.float64], amounts: NDArray[np.float64], rows: NDArray[np.int32], limit: float
) -> None:
    """Adds to what is left in all worlds the amounts of their rows, up to the limit."""
    for world in range(np.uintp(rows.shape[0])):
        left[world] = min(left[world] + amounts[np.uintp(rows[world])], limit)


@driver
def settle(
    terms: Terms,
    accounts: Accounts,
    resting: NDArray[np.bool_],
    autoreset: bool,
    shown: NDArray[np.float32],
    column: int,
) -> int:
    """Gives back, makes and refills after the environment's step.

    Args:
        terms: the rules.
        accounts: of all worlds.
        resting: bool (B,), worlds that have played no step.
        autoreset: whether these have begun a new episode instead.
        shown: float32 (B, N, D), observations.
        column: where in them the amounts stand; -1 = nowhere.

    Returns:
        How many worlds the rules have ended.
    """
    for resource in range(terms.numbers.shape[1]):
        give_back(terms, accounts, resource)
        refill(terms, accounts, resting, resource)
    over = end_step(terms, accounts, resting)
    for world in accounts.worlds[: list_worlds(resting, accounts.worlds) if autoreset else 0]:
        over -= accounts.over[world] != RUNNING
        open_world(terms, accounts, world)
    accounts.poor[0] = anybody_is_poor(terms, accounts)
    if column >= 0:
        show(terms, accounts, shown, column)
    return over


@kernel
def end_step(terms: Terms, accounts: Accounts, resting: NDArray[np.bool_]) -> int:
    """Counts the step where it was played, and gives how many worlds the rules have ended."""
    steps, over = accounts.counts[0], 0
    for world in range(np.uintp(resting.shape[0])):
        steps[world] += not resting[world]
    for world in range(resting.shape[0] if terms.deadline > 0 else 0):
        if steps[world] >= terms.deadline and accounts.over[world] == RUNNING:
            accounts.over[world] = TRUNCATED
    for world in range(np.uintp(resting.shape[0])):
        over += accounts.over[world] != RUNNING
    return over


@kernel
def give_back(terms: Terms, accounts: Accounts, resource: int) -> None:
    """Gives back what was held long enough, and adds what was made."""
    limit = terms.numbers[LIMIT, resource]
    slots = accounts.held.shape[1]
    for agent in range(accounts.rows.shape[0]):
        left = accounts.left[resource, agent * terms.traits[PRIVATE, resource]]
        if terms.traits[GIVES_LAST, resource]:
            put_all(left, terms.prices[MADE_LAST, resource], accounts.rows[agent], limit)
            if slots == 1:
                put_all(left, terms.prices[RETURNED, resource], accounts.rows[agent], limit)
        for world in range(accounts.over.shape[0] if slots > 1 else 0):
            slot = accounts.counts[0, world] % slots
            left[world] = min(left[world] + accounts.held[resource, slot, agent, world], limit)
            accounts.held[resource, slot, agent, world] = 0.0
    if terms.traits[HOLD, resource]:
        round_up(terms, accounts, resource)


@kernel
def round_up(terms: Terms, accounts: Accounts, resource: int) -> None:
    """What was taken in several parts and has come back is as much as it was, rounding or not."""
    limit, tolerance = terms.numbers[LIMIT, resource], terms.numbers[TOLERANCE, resource]
    for owner in range(accounts.left.shape[1]):
        for world in range(accounts.over.shape[0]):
            if accounts.left[resource, owner, world] > limit - tolerance:
                accounts.left[resource, owner, world] = limit


@kernel
def refill(terms: Terms, accounts: Accounts, resting: NDArray[np.bool_], resource: int) -> None:
    """Adds what comes back by itself in a step."""
    amount, limit = terms.numbers[REFILL, resource], terms.numbers[LIMIT, resource]
    owners = accounts.left.shape[1] if terms.traits[PRIVATE, resource] else 1
    for owner in range(owners if amount > 0.0 else 0):
        left = accounts.left[resource, owner]
        for world in range(np.uintp(resting.shape[0])):
            left[world] = min(left[world] + (0.0 if resting[world] else amount), limit)


@kernel
def show(terms: Terms, accounts: Accounts, shown: NDArray[np.float32], column: int) -> None:
    """Writes what every agent observes of its resources and of the time."""
    resources, place = np.uintp(terms.numbers.shape[1]), np.uintp(column)
    for agent in range(np.uintp(shown.shape[1])):
        for resource in range(resources):
            scale = terms.numbers[SCALE, resource]
            left = accounts.left[resource, agent if terms.traits[PRIVATE, resource] else np.uintp(0)]
            for world in range(np.uintp(shown.shape[0])):
                shown[world, agent, place + resource] = left[world] * scale
    for world in range(shown.shape[0] if terms.deadline > 0 else 0):
        time_left = max(1.0 - accounts.counts[0, world] / terms.deadline, 0.0)
        for agent in range(np.uintp(shown.shape[1])):
            shown[world, agent, place + resources] = time_left


@kernel
def show_world(terms: Terms, accounts: Accounts, world: int, shown: NDArray[np.float32], column: int) -> None:
    """Writes what every agent of one world observes of its resources and of the time."""
    resources, place = np.uintp(terms.numbers.shape[1]), np.uintp(column)
    for agent in range(np.uintp(accounts.rows.shape[0])):
        for resource in range(resources):
            owner = agent if terms.traits[PRIVATE, resource] else np.uintp(0)
            amount = accounts.left[resource, owner, world] * terms.numbers[SCALE, resource]
            shown[world, agent, place + resource] = amount
        if terms.deadline > 0:
            time_left = 1.0 - accounts.counts[0, world] / terms.deadline
            shown[world, agent, place + resources] = max(time_left, 0.0)


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
def open_worlds(
    terms: Terms, accounts: Accounts, worlds: NDArray[np.int64], shown: NDArray[np.float32], column: int
) -> None:
    """Begins episodes in some worlds, int64 (n,); see :func:`settle` for the rest."""
    for index in range(worlds.shape[0]):
        open_world(terms, accounts, worlds[index])
        if column >= 0:
            show_world(terms, accounts, worlds[index], shown, column)
    accounts.poor[0] = anybody_is_poor(terms, accounts)


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
    for world in accounts.worlds[: list_worlds(ended, accounts.worlds)]:
        violations[world] = accounts.counts[1, world]
        for resource in range(terms.numbers.shape[1]):
            owners = accounts.left.shape[1] if terms.traits[PRIVATE, resource] else 1
            for owner in range(owners):
                left[resource, world] += accounts.left[resource, owner, world]
