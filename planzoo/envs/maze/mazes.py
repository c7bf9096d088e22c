"""The maze of an episode: the same in all, or generated anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.flooding import copy_into
from planzoo.envs.maze.generator import generate
from planzoo.envs.maze.placing import use_starts
from planzoo.envs.maze.state import Constants, Scratch, State
from planzoo.envs.simulation.kernel import driver


@driver
def generate_maze(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Fills a world's codes and puts its agents where they start.

    Random numbers come from the world's stream, so that a seed gives the same maze in any batch.
    """
    if constants.layout.shape[0] > 0:
        copy_into(state.codes[world], constants.layout)
        use_starts(constants, state, world, scratch)
    else:
        generate(constants, state, world, scratch)


def generated_layout(
    constants: Constants, state: State, scratch: Scratch
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Makes a maze in a state of one world, whose stream is seeded.

    Returns:
        uint8 (C,), its codes, and int32 (N,), where agents start.
    """
    generate_maze(constants, state, 0, scratch)
    return state.codes[0].copy(), state.agents[0].cell.astype(np.int32)
