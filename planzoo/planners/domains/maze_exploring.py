"""Where to look next: frontier cells by the way to them, by what the others do, and by what was told."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.state import DOOR, KEY, SCOUT, UNKNOWN
from planzoo.planners.domains.maze_memory import MazeMemory
from planzoo.planners.domains.maze_site import MazeSite

KEPT_AIM = 2.0
"""Steps by which another frontier cell must be better than the one that the agent is on its way to."""
RIM_GAIN, MOST_RIM = 0.5, 8
"""Steps that a frontier cell is worth more for each cell of the outer wall that may come into sight there."""
AWAY_GAIN = 0.1
"""Steps that it is worth more for each step that it is away from where the agent started."""
LEFT_TO_OTHERS = 12.0
"""Steps that a frontier cell is worth less that somebody else is nearer to."""
EXIT_DRAW = 1.0
"""Steps that a frontier cell is worth less for each step between it and an exit that was told of."""
LOOK_AGAIN = 25
"""Steps after which a closed door is worth another look."""
SCOUTING = 0.5
"""Steps that a frontier cell is worth more to a scout for each step that it is away from the others."""


def next_aim(site: MazeSite, memory: MazeMemory, together: bool) -> int | None:
    """Chooses the frontier cell to explore; None if there is none that can be reached.

    Without teammates it is the nearest (Yamauchi, "A frontier-based approach for autonomous exploration",
    CIRA 1997). Who explores with others leaves them what they are nearer to (after Burgard, Moors, Stachniss
    and Schneider, "Coordinated multi-robot exploration", T-RO 2005, section III), and a scout goes where they
    are not. The told exit, if there is one, draws everybody.

    Args:
        site: the map and the ways on it.
        memory: the agent's, whose aim it is.
        together: whether to heed what the others do.
    """
    cells = candidates(site)
    if not cells:
        return None
    return min(cells, key=lambda cell: (frontier_cost(site, memory, together, cell), cell))


def candidates(site: MazeSite) -> list[int]:
    """Lists frontier cells and, for whoever has a key, doors that can be reached."""
    doors = [cell for cell in site.doors if site.reaches(cell)] if site.view.items[KEY] else []
    return site.frontier + doors


def frontier_cost(site: MazeSite, memory: MazeMemory, together: bool, cell: int) -> float:
    """Gives the steps to a frontier cell, with what speaks for and against it counted in steps."""
    view = site.view
    cost = site.steps(cell) - (KEPT_AIM if cell == memory.aim else 0.0)
    if view.ground(cell) == DOOR:
        cost -= LEFT_TO_OTHERS
    cost -= RIM_GAIN * min(unseen_rim(site, cell), MOST_RIM) + AWAY_GAIN * view.steps_between(
        memory.start, cell
    )
    if not together:
        return cost
    exits = site.exits or site.rumours
    if exits:
        cost += EXIT_DRAW * min(view.steps_between(cell, each) for each in exits)
    apart = [view.steps_between(mate.cell, cell) for mate in view.team]
    if apart and min(apart) < site.steps(cell) and not exits:
        cost += LEFT_TO_OTHERS
    if apart and view.busy and view.role == SCOUT:
        cost -= SCOUTING * min(min(apart), 20)
    return cost


def unseen_rim(site: MazeSite, cell: int) -> int:
    """Counts the cells of the outer wall that are not on the map and within sight of a cell, walls apart."""
    sight, (row, column) = site.params.sight, site.view.place(cell)
    height, width = site.params.height, site.params.width
    grid = site.view.codes.reshape(-1, site.view.across)[1:-1, 1:-1]
    rows = slice(max(row - sight, 0), row + sight + 1)
    columns = slice(max(column - sight, 0), column + sight + 1)
    unseen = 0
    for near, line in (
        (row <= sight, grid[0, columns]),
        (row >= height - 1 - sight, grid[-1, columns]),
        (column <= sight, grid[rows, 0]),
        (column >= width - 1 - sight, grid[rows, -1]),
    ):
        if near:
            unseen += int(np.count_nonzero(line == UNKNOWN))
    return unseen


def doors_to_look_at(site: MazeSite, memory: MazeMemory) -> tuple[int, ...]:
    """Lists the closed doors that the agent has not stood before for a while, the nearest first."""
    if site.view.items[KEY]:
        return ()
    old = [door for door in site.doors if memory.step - memory.doors_at.get(door, -LOOK_AGAIN) >= LOOK_AGAIN]
    return tuple(sorted(old, key=site.hopeful_steps))
