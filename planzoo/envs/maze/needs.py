"""What a step takes out of agents, and what gives it back."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.memories import remember
from planzoo.envs.maze.role_effects import hazard_loss
from planzoo.envs.maze.state import (
    DEAD,
    DEATH,
    FOOD,
    GROUND_CODES,
    HAZARD_CODE,
    HEALTH,
    HUNGER,
    HURT,
    MOST_NEED,
    NO_AGENT,
    SAFE_ROOM,
    STARVING,
    THIRST,
    WATER,
    Constants,
    State,
)
from planzoo.envs.simulation.kernel import kernel

NOURISHED = np.float32(50.0)
"""Health comes back while hunger and thirst are above this."""
_MOST = np.float32(MOST_NEED)
_NOTHING = np.float32(0.0)


@kernel
def need_of(item: int) -> int:
    """Gives the need that food, water or medicine restores."""
    if item == FOOD:
        return HUNGER
    return THIRST if item == WATER else HEALTH


@kernel
def restore(state: State, world: int, agent: int, need: int, amount: float) -> float:
    """Adds to a need, and gives what was too much."""
    needs = state.agents[world, agent].needs
    total = needs[need] + np.float32(amount)
    needs[need] = min(total, _MOST)
    return max(total - _MOST, _NOTHING)


@kernel
def spend_needs(constants: Constants, state: State, world: int, agent: int) -> None:
    """Lets a step of time pass for an agent, who may die of it."""
    here = state.agents[world, agent].cell
    code = state.codes[world, here]
    safe = code & GROUND_CODES == SAFE_ROOM
    needs = state.agents[world, agent].needs
    health = needs[HEALTH]
    for need in range(HUNGER, THIRST + 1):
        if not safe:
            needs[need] = max(needs[need] - constants.needs_lost[need], _NOTHING)
        if needs[need] <= _NOTHING:
            health -= constants.needs_lost[HEALTH]
    if needs[HUNGER] <= _NOTHING or needs[THIRST] <= _NOTHING:
        remember(state, world, agent, STARVING, NO_AGENT, here)
    if code & HAZARD_CODE and not safe:
        health -= np.float32(hazard_loss(constants, state, world, agent))
        remember(state, world, agent, HURT, NO_AGENT, here)
    if needs[HUNGER] > NOURISHED and needs[THIRST] > NOURISHED:
        health += np.float32(constants.regeneration)
    needs[HEALTH] = min(max(health, _NOTHING), _MOST)


@kernel
def is_spent(state: State, world: int, agent: int) -> bool:
    """Tells whether an agent has no health left."""
    return bool(state.agents[world, agent].needs[HEALTH] <= _NOTHING)


@kernel
def die(state: State, world: int, agent: int) -> None:
    """Ends an agent; what it carries is lost."""
    dead = state.agents[world, agent]
    for item in range(4):
        state.worlds[world].items_lost += dead.items[item]
        dead.items[item] = 0
    dead.status = DEAD
    dead.ended_at = state.steps[world]
    remember(state, world, agent, DEATH, NO_AGENT, dead.cell)
