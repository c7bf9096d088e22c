"""A lone robot's shortest ways through the hall as it believes it to be, and what it would see on them.

Breadth-first search (Moore, "The Shortest Path Through a Maze", 1959) forwards from the robot; of the
shortest ways to a state, the one is kept that passes the most valuable cells at sensing distance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver
from planzoo.planners.pathfinding.motion import DIRECTION_LEFT_OF, DIRECTION_RIGHT_OF

NOWHERE = -1
"""Says that there is no way, or no state before the first."""


class PathArrays(NamedTuple):
    """What a search reads and writes; C = padded cells, states are 4 · cell + direction.

    Robots that step to any neighbour have the direction of the step that brought them into a cell.

    Attributes:
        steps_ahead: int64 (4,), difference of cell numbers for a step in each direction.
        distances: int32 (4 · C,), written: actions from the start, ``NOWHERE`` where no way leads.
        before: int32 (4 · C,), written: the state before on the best way.
        gains: float64 (4 · C,), written: worth of the cells seen on the best way.
        queue: int32 (4 · C,), written: the states in the order in which they are reached.
        cardinal: whether robots step to any neighbour instead of turning.
        reach: cells that the robot senses in each direction.
    """

    steps_ahead: NDArray[np.int64]
    distances: NDArray[np.int32]
    before: NDArray[np.int32]
    gains: NDArray[np.float64]
    queue: NDArray[np.int32]
    cardinal: bool
    reach: int


def path_arrays(cells: int, stride: int, cardinal: bool, reach: int) -> PathArrays:
    """Allocates the arrays of a search.

    Args:
        cells: C.
        stride: cells in a row of the padded map.
        cardinal: whether robots step to any neighbour instead of turning.
        reach: cells that the robot senses in each direction.
    """
    return PathArrays(
        steps_ahead=np.array([-stride, stride, -1, 1], dtype=np.int64),
        distances=np.empty(4 * cells, dtype=np.int32),
        before=np.empty(4 * cells, dtype=np.int32),
        gains=np.empty(4 * cells, dtype=np.float64),
        queue=np.empty(4 * cells, dtype=np.int32),
        cardinal=cardinal,
        reach=reach,
    )


@driver
def search_paths(
    arrays: PathArrays, passable: NDArray[np.bool_], values: NDArray[np.float64], start: int, goal: int
) -> int:
    """Finds shortest ways to all states, or to those no further than a goal; gives how many it reached.

    Args:
        arrays: written.
        passable: bool (C,), cells that may be entered; the border is closed.
        values: float64 (C,), what it is worth to see each cell.
        start: the robot's state.
        goal: the cell to stop at, ``NOWHERE`` to go on to the end.
    """
    arrays.distances[:] = NOWHERE
    arrays.distances[start] = 0
    arrays.before[start] = NOWHERE
    arrays.gains[start] = 0.0
    arrays.queue[0] = start
    first, count, reached = 0, 1, NOWHERE
    while first < count:
        state = arrays.queue[first]
        if state >> 2 == goal and reached == NOWHERE:
            reached = arrays.distances[state]
        if reached != NOWHERE and arrays.distances[state] > reached:
            break
        first += 1
        for way in range(4 if arrays.cardinal else 3):
            after = _state_after(arrays, passable, state, way)
            if after == NOWHERE:
                continue
            if arrays.distances[after] == NOWHERE:
                arrays.distances[after] = arrays.distances[state] + 1
                arrays.gains[after] = -1.0
                arrays.queue[count] = after
                count += 1
            elif arrays.distances[after] != arrays.distances[state] + 1:
                continue
            gain = arrays.gains[state] + _seen_worth(arrays, values, state, after)
            if gain > arrays.gains[after]:
                arrays.gains[after] = gain
                arrays.before[after] = state
    return count


@driver
def _state_after(arrays: PathArrays, passable: NDArray[np.bool_], state: int, way: int) -> int:
    """Gives the state after going on (way 0), turning right or left; or after a step in direction ``way``."""
    direction = state & 3
    if not arrays.cardinal and way > 0:
        turned = DIRECTION_RIGHT_OF[direction] if way == 1 else DIRECTION_LEFT_OF[direction]
        return state - direction + turned
    if arrays.cardinal:
        direction = way
    cell = (state >> 2) + arrays.steps_ahead[direction]
    return int(4 * cell + direction) if passable[cell] else NOWHERE


@driver
def _seen_worth(arrays: PathArrays, values: NDArray[np.float64], state: int, after: int) -> float:
    """Adds up what comes into sight by a step; a turn shows nothing new."""
    if state >> 2 == after >> 2:
        return 0.0
    direction, total = after & 3, 0.0
    beside = 1 if direction < 2 else arrays.steps_ahead[1]
    middle = (after >> 2) + arrays.reach * arrays.steps_ahead[direction]
    for offset in range(-arrays.reach, arrays.reach + 1):
        total += values[middle + offset * beside]
    return total


@driver
def best_lookout(arrays: PathArrays, count: int, patience: float) -> int:
    """Gives the state whose way shows most for its length; the start where nothing is worth seeing.

    Args:
        arrays: of a search.
        count: what the search gave.
        patience: steps that are added to each way, so that a short one does not win by its shortness.
    """
    best, most = arrays.queue[0], 0.0
    for index in range(1, count):
        state = arrays.queue[index]
        rate = arrays.gains[state] / (arrays.distances[state] + patience)
        if rate > most:
            best, most = state, rate
    return int(best)


@driver
def best_state(arrays: PathArrays, cell: int) -> int:
    """Gives the state on a cell that is reached first, of several the one that sees most; or ``NOWHERE``."""
    best = NOWHERE
    for state in range(4 * cell, 4 * cell + 4):
        if arrays.distances[state] == NOWHERE:
            continue
        longer = 0 if best == NOWHERE else arrays.distances[state] - arrays.distances[best]
        if best == NOWHERE or longer < 0 or (longer == 0 and arrays.gains[state] > arrays.gains[best]):
            best = state
    return best


@driver
def first_step(arrays: PathArrays, goal: int) -> int:
    """Gives the state after the first action on the way to a state, or the start itself."""
    state = goal
    while arrays.before[state] != NOWHERE and arrays.before[arrays.before[state]] != NOWHERE:
        state = arrays.before[state]
    return int(state)


@driver
def first_move(arrays: PathArrays, goal: int) -> int:
    """Gives the first state on the way to a state that is on another cell than the start, or the start."""
    state, moved = goal, goal
    while arrays.before[state] != NOWHERE:
        if arrays.before[state] >> 2 != state >> 2:
            moved = state
        state = arrays.before[state]
    return int(moved if moved >> 2 != state >> 2 else state)


@driver
def first_off_line(arrays: PathArrays, count: int, stride: int, same_column: bool) -> int:
    """Gives the first state that was reached in another column (or row) than the start; or ``NOWHERE``.

    Args:
        arrays: of a search.
        count: what the search gave.
        stride: cells in a row of the padded map.
        same_column: whether to leave the start's column; else its row.
    """
    start = arrays.queue[0] >> 2
    for index in range(1, count):
        cell = arrays.queue[index] >> 2
        if same_column and cell % stride != start % stride:
            return int(arrays.queue[index])
        if not same_column and cell // stride != start // stride:
            return int(arrays.queue[index])
    return NOWHERE
