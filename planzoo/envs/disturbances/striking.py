"""The kernel of disturbances: what strikes whom in a step, and what becomes of actions.

Every draw is a function of the episode's key, the step, the agent and what is drawn, never of what was done
or drawn before: so the same seed gives the same disturbances whoever acts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.disturbances.kinds import (
    DROPOUT,
    EVENT,
    FAILURE,
    GOAL_CHANGE,
    KINDS,
    MODEL_ERROR,
    OF_AGENTS,
    SLIP,
    STOPPAGE,
)
from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.simulation.random import GOLDEN, mix

SLIP_TO = len(KINDS)
"""Numbers the draw that says where a slip goes."""
DRAWS = 16
"""Numbers that a step may draw for an agent; those of different agents and steps never meet."""
_SHIFT_11, _SHIFT_32 = np.uint64(11), np.uint64(32)
_UNIT = 1.0 / 9007199254740992.0
_ONE, _TWO, _ERRORS, _LEAST = np.uint64(1), np.uint64(2), np.uint64(0x5DEECE66D), 1e-300


class Chance(NamedTuple):
    """Disturbances of B worlds with N agents of A actions each; T steps and S entries are scheduled.

    Attributes:
        rates: float64 (7,), by kind.
        keys: uint64 (B,), of the present episodes.
        steps: int64 (B,), played so far.
        stopped: int64 (B, N), steps for which an agent can do nothing.
        failing: float64 (B, N, A), the probability that each action fails beside its rate; (0, 0, 0) without.
        scheduled: int64 (T, N), bits of what strikes in each step of every episode.
        halts: int64 (T, N), how long a scheduled stoppage lasts.
        struck: int64 (B, N), bits of what strikes in this step.
        halting: int64 (1,), how long a drawn stoppage lasts.
        counts: int64 (B, 7), how often each kind has struck in the present episodes.
    """

    rates: NDArray[np.float64]
    keys: NDArray[np.uint64]
    steps: NDArray[np.int64]
    stopped: NDArray[np.int64]
    failing: NDArray[np.float64]
    scheduled: NDArray[np.int64]
    halts: NDArray[np.int64]
    struck: NDArray[np.int64]
    halting: NDArray[np.int64]
    counts: NDArray[np.int64]


@kernel
def draw_bits(chance: Chance, world: int, agent: int, what: int) -> np.uint64:
    """Gives the 64 random bits of one draw."""
    place = (chance.steps[world] * chance.stopped.shape[1] + agent) * DRAWS + what + 1
    return mix(mix(chance.keys[world] + np.uint64(place) * GOLDEN))


@kernel
def draw_unit(chance: Chance, world: int, agent: int, what: int) -> float:
    """Gives one draw as a float64 in [0, 1)."""
    return np.float64(draw_bits(chance, world, agent, what) >> _SHIFT_11) * _UNIT


@kernel
def strikes(chance: Chance, world: int, agent: int, kind: int) -> bool:
    """Tells whether a kind strikes an agent, by chance or as scheduled."""
    step = chance.steps[world]
    if step < chance.scheduled.shape[0] and chance.scheduled[step, agent] >> kind & 1:
        return True
    rate = chance.rates[kind]
    return rate > 0.0 and draw_unit(chance, world, agent, kind) < rate


@driver
def strike(
    chance: Chance,
    actions: NDArray[np.int64],
    masks: NDArray[np.bool_],
    resting: NDArray[np.bool_],
    nothing: int,
) -> None:
    """Lets disturbances strike, and puts what is carried out in the place of actions.

    Args:
        chance: ``struck``, ``stopped`` and ``steps`` are brought up to date.
        actions: int64 (B, N), changed.
        masks: bool (B, N, A), what is allowed.
        resting: bool (B,), worlds that play no step.
        nothing: the action that does nothing.
    """
    for world in range(actions.shape[0]):
        if resting[world]:
            for agent in range(actions.shape[1]):
                chance.struck[world, agent] = 0
            continue
        common = 0
        for kind in (EVENT, GOAL_CHANGE):
            if strikes(chance, world, 0, kind):
                common |= 1 << kind
        for agent in range(actions.shape[1]):
            chance.struck[world, agent] = common
            if actions[world, agent] >= 0:  # whoever has left asks for nothing
                disturb(chance, actions, masks, (world, agent), nothing)
        chance.steps[world] += 1
        count(chance, world)


@kernel
def count(chance: Chance, world: int) -> None:
    """Counts what has struck in this step; what strikes the world as a whole, once."""
    for agent in range(chance.struck.shape[1]):
        bits = chance.struck[world, agent]
        for kind in range(chance.counts.shape[1] if bits else 0):
            chance.counts[world, kind] += bits >> kind & 1 if kind < OF_AGENTS or agent == 0 else 0


@kernel
def disturb(
    chance: Chance,
    actions: NDArray[np.int64],
    masks: NDArray[np.bool_],
    place: tuple[int, int],
    nothing: int,
) -> None:
    """Disturbs one agent; ``place`` is its world and its number."""
    world, agent = place
    if strikes(chance, world, agent, DROPOUT):
        chance.struck[world, agent] |= 1 << DROPOUT
    if strikes(chance, world, agent, STOPPAGE):
        step, length = chance.steps[world], chance.halting[0]
        if step < chance.scheduled.shape[0] and chance.halts[step, agent] > 0:
            length = chance.halts[step, agent]
        chance.stopped[world, agent] = max(chance.stopped[world, agent], length)
    if chance.stopped[world, agent] > 0:
        chance.stopped[world, agent] -= 1
        chance.struck[world, agent] |= 1 << STOPPAGE
        actions[world, agent] = nothing
    elif strikes(chance, world, agent, FAILURE):
        chance.struck[world, agent] |= 1 << FAILURE
        actions[world, agent] = nothing
    elif fails(chance, world, agent, actions[world, agent]):
        chance.struck[world, agent] |= 1 << MODEL_ERROR
        actions[world, agent] = nothing
    elif strikes(chance, world, agent, SLIP):
        chance.struck[world, agent] |= 1 << SLIP
        actions[world, agent] = another(chance, actions[world, agent], masks, place)


@kernel
def fails(chance: Chance, world: int, agent: int, action: int) -> bool:
    """Tells whether an action fails that planners think too well of."""
    if not 0 <= action < chance.failing.shape[2]:
        return False
    return draw_unit(chance, world, agent, MODEL_ERROR) < chance.failing[world, agent, action]


@kernel
def another(chance: Chance, action: int, masks: NDArray[np.bool_], place: tuple[int, int]) -> int:
    """Draws another allowed action; the same one where no other is allowed."""
    world, agent = place
    count = 0
    for number in range(masks.shape[2]):
        count += masks[world, agent, number] and number != action
    if count == 0:
        return action
    high_bits = draw_bits(chance, world, agent, SLIP_TO) >> _SHIFT_32
    left = int(np.int64((high_bits * np.uint64(count)) >> _SHIFT_32))
    for number in range(masks.shape[2]):
        if masks[world, agent, number] and number != action:
            if left == 0:
                return number
            left -= 1
    return action


@driver
def draw_errors(
    failing: NDArray[np.float64], worlds: NDArray[np.int64], keys: NDArray[np.uint64], mean: float
) -> None:
    """Draws by how much planners think too well of each action, from Beta(mean, 1 - mean).

    Source: Jöhnk, Erzeugung von betaverteilten und gammaverteilten Zufallszahlen (1964): powers of two
    uniform numbers, drawn until their sum is at most 1.

    Args:
        failing: float64 (B, N, A), changed in some worlds.
        worlds: int64 (n,), which ones.
        keys: uint64 (n,), of their draws.
        mean: above 0 and below 1.
    """
    count = failing.shape[1] * failing.shape[2]
    for place in range(worlds.shape[0]):
        own = failing[worlds[place]].reshape(-1)
        for number in range(count):
            own[number] = _draw_error(keys[place], number, mean)


@kernel
def _draw_error(key: np.uint64, number: int, mean: float) -> float:
    one, other, place = 1.0, 1.0, np.uint64(number) << _SHIFT_32
    while one + other > 1.0:
        place += _TWO
        one = _unit(key, place) ** (1.0 / mean)
        other = _unit(key, place + _ONE) ** (1.0 / (1.0 - mean))
    return one / max(one + other, _LEAST)


@kernel
def _unit(key: np.uint64, number: np.uint64) -> float:
    return np.float64(mix(mix(key ^ _ERRORS) + number * GOLDEN) >> _SHIFT_11) * _UNIT
