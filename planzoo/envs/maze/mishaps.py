"""What a disturbance from outside does to a maze: supplies that are gone."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.state import ITEM_CODES, ITEM_SHIFT, KEY, State


def take_a_supply(state: State, world: int, random: np.random.Generator) -> None:
    """Takes away food, water or medicine that lies somewhere; keys stay, for ways out need them."""
    items = state.codes[world] >> ITEM_SHIFT
    lying = np.flatnonzero((items > 0) & (items != KEY + 1))
    if lying.size:
        state.codes[world, random.choice(lying)] &= 255 - ITEM_CODES
