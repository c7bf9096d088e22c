"""What a disturbance from outside does to a warehouse: robots that break down, orders that change."""

from __future__ import annotations

import numpy as np

from planzoo.envs.simulation.kernel import call
from planzoo.envs.simulation.random import COUNTER, KEY
from planzoo.envs.warehouse.state import Constants, State
from planzoo.envs.warehouse.work import change_order


def break_a_robot(state: State, world: int, random: np.random.Generator, steps: int) -> None:
    """Lets one of the robots that work stand still for some steps."""
    works = np.flatnonzero(state.robots["broken"][world] == 0)
    if works.size:
        state.robots["broken"][world, random.choice(works)] = steps


def change_an_order(constants: Constants, state: State, world: int, random: np.random.Generator) -> None:
    """Lets an open order ask for another shelf; what is drawn is drawn from ``random``."""
    stream = state.random_streams[world].copy()
    state.random_streams[world, KEY] = random.integers(2**64, dtype=np.uint64)
    state.random_streams[world, COUNTER] = 0
    call(change_order, constants, state, world)
    state.random_streams[world] = stream
