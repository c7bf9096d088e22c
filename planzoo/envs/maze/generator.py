"""Generates mazes of four kinds.

Every maze that is generated can be left: all floor is connected when doors count as open, keys lie where no
door is in the way, and from each start there are ways to all keys and to an exit that step on no hazard.
"""

from __future__ import annotations

from planzoo.envs.maze.caves import carve_caves, widen
from planzoo.envs.maze.labyrinths import carve_perfect, open_dead_ends
from planzoo.envs.maze.locking import lock
from planzoo.envs.maze.placing import (
    DOORS,
    mark_ways_out,
    place_exits,
    place_hazards,
    place_rest,
    place_starts,
)
from planzoo.envs.maze.room_mazes import carve_rooms
from planzoo.envs.maze.state import WALL, Constants, Scratch, State
from planzoo.envs.simulation.kernel import kernel

PERFECT, BRAIDED, ROOMS, CAVES, TEXT = 0, 1, 2, 3, 4
"""Values of ``Constants.maze_kind``; mazes in text are not generated."""
TRIES = 32
"""Mazes carved, at most, until one has room for all that is asked for."""


@kernel
def generate(constants: Constants, state: State, world: int, scratch: Scratch) -> None:
    """Fills a world's codes and puts its agents where they start.

    A maze on which not everything finds room is carved anew. The last try is a perfect maze where all agents
    start beside an exit, which has room for all that the params may ask for.
    """
    for attempt in range(1, TRIES + 1):
        last = attempt == TRIES
        carve(constants, state, world, scratch, PERFECT if last else constants.maze_kind)
        if furnish(constants, state, world, scratch, last):
            return


@kernel
def carve(constants: Constants, state: State, world: int, scratch: Scratch, kind: int) -> None:
    """Carves a maze of a kind, of nothing but walls and floor."""
    state.codes[world] = WALL
    if kind in (PERFECT, BRAIDED):
        carve_perfect(constants, state, world, scratch)
        if kind == BRAIDED:
            open_dead_ends(constants, state, world)
        return
    if kind == ROOMS:
        carve_rooms(constants, state, world, scratch)
    else:
        carve_caves(constants, state, world, scratch)
    # A start, everything that is placed, and a key for each door.
    widen(constants, state, world, scratch, 1 + constants.amounts.sum() + constants.amounts[DOORS])


@kernel
def furnish(constants: Constants, state: State, world: int, scratch: Scratch, tight: bool) -> bool:
    """Places exits, agents, doors, keys, hazards, safe rooms and supplies, if there is room for them.

    Where it is tight, agents, doors and keys are placed so that they leave most room for hazards.
    """
    if not place_exits(constants, state, world, scratch):
        return False
    place_starts(constants, state, world, scratch, tight)
    mark_ways_out(constants, state, world, scratch)
    if not lock(constants, state, world, scratch, tight):
        return False
    if not place_hazards(constants, state, world, scratch):
        return False
    place_rest(constants, state, world, scratch)
    return True
