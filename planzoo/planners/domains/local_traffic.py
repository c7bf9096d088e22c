"""How a robot drives among others that it sees only when they are near: right of way, waiting, giving way.

Rules that both sides can see decide who goes first: who is in a dead end, who carries a requested shelf, who
carries one, who is empty; between equals, the direction. The other one drives around if that is short, or to
the side. No rule suits every jam, so whoever has waited for long gives way as well, after a random time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.model import Cell
from planzoo.envs.warehouse.state import DOWN, FORWARD, LEFT, NOOP, RIGHT, TURN_LEFT, TURN_RIGHT, UP
from planzoo.planners.domains.local_memory import STEP_OF, Hall, Neighbour, RobotMemory
from planzoo.planners.domains.local_paths import (
    NOWHERE,
    PathArrays,
    best_lookout,
    best_state,
    first_move,
    first_off_line,
    first_step,
    path_arrays,
    search_paths,
)
from planzoo.planners.domains.local_view import LocalView
from planzoo.planners.pathfinding.motion import DIRECTION_LEFT_OF

SHORT_DETOUR = 4
"""Actions more for which a robot drives around another without more ado."""
ASIDE_STEPS = 8
"""Steps that a robot stays aside at most, and up to as many more by chance."""
CLOSED_STEPS = 12
"""Steps for which a robot plans around another that does not move, and up to as many more by chance."""
LOOKOUT_PATIENCE = 4.0
"""See :func:`~planzoo.planners.domains.local_paths.best_lookout`."""
CHARGE_PATIENCE = 20
"""Steps that a robot waits before an occupied charger."""
OPPOSITE = {UP: DOWN, DOWN: UP, LEFT: RIGHT, RIGHT: LEFT}


class Driver:
    """Finds the next action of one robot that wants to get somewhere. It keeps nothing between calls.

    Args:
        hall: the map.
        cardinal: whether robots step to any neighbour instead of turning.
        reach: cells that the robot senses in each direction.
    """

    def __init__(self, hall: Hall, cardinal: bool, reach: int) -> None:
        self.hall = hall
        self.cardinal = cardinal
        self.arrays: PathArrays = path_arrays(len(hall.passable), hall.stride, cardinal, reach)
        self._count = 0
        self._chargers = {hall.cell(number) for number in np.flatnonzero(hall.charger_steps == 0).tolist()}

    def lookout(self, view: LocalView, memory: RobotMemory) -> Cell | None:
        """Gives the cell whose way shows most that was not seen for long; None where nothing is to see."""
        start = self._state(view)
        passable = memory.open_cells(memory.full)
        count = search_paths(self.arrays, passable, memory.curiosity(), start, NOWHERE)
        state = best_lookout(self.arrays, count, LOOKOUT_PATIENCE)
        return None if state == start else self.hall.cell(state >> 2)

    def actions_to(self, view: LocalView, memory: RobotMemory, goals: list[Cell]) -> int:
        """Counts the actions to the nearest of some cells; NOWHERE where no way leads to any."""
        self._search(view, memory, memory.open_cells(memory.full, around_robots=False))
        states = [int(best_state(self.arrays, self.hall.number(goal))) for goal in goals]
        ways = [int(self.arrays.distances[state]) for state in states if state != NOWHERE]
        return min(ways, default=NOWHERE)

    def drive(self, view: LocalView, memory: RobotMemory, goal: Cell) -> int:
        """Chooses the next action on the way to a cell.

        Args:
            view: what the robot senses.
            memory: what it remembers; how its way is barred is noted there.
            goal: row and column.
        """
        if memory.traffic.aside is not None:
            action = self._keep_aside(view, memory)
            if action is not None:
                return action
        state = self._way_to(view, memory, memory.traffic.aside or goal)
        if state in (NOWHERE, self._state(view)):
            return NOOP
        other = memory.robot_at(self.hall.cell(first_move(self.arrays, state) >> 2))
        if other is not None:
            return self._meet(view, memory, other, state)
        return self._action(view, first_step(self.arrays, state))

    def step_to(self, view: LocalView, cell: Cell) -> int:
        """Gives the action that brings the robot closer to a neighbouring cell: a step, or a turn to it."""
        heading = _heading(view.position, cell)
        if self.cardinal:
            return 1 + heading
        if view.direction == heading:
            return FORWARD
        return TURN_LEFT if DIRECTION_LEFT_OF[view.direction] == heading else TURN_RIGHT

    def note_forbidden(self, view: LocalView, memory: RobotMemory, action: int) -> None:
        """Remembers that the cell which an action would have led to is not open after all."""
        if not (1 <= action <= 4 if self.cardinal else action == FORWARD):
            return
        direction = action - 1 if self.cardinal else view.direction
        ahead = self.hall.number(view.position) + int(self.arrays.steps_ahead[direction])
        memory.closed_until[ahead] = memory.step + 4 + int(memory.random.integers(8))
        memory.standing[ahead] |= memory.full and bool(self.hall.storage[ahead])

    def _state(self, view: LocalView) -> int:
        return 4 * self.hall.number(view.position) + view.direction

    def _search(
        self, view: LocalView, memory: RobotMemory, passable: NDArray[np.bool_], goal: Cell | None = None
    ) -> int:
        """Searches as far as a cell, or everywhere; gives the best state on the cell, or NOWHERE."""
        number = NOWHERE if goal is None else self.hall.number(goal)
        self._count = search_paths(self.arrays, passable, memory.curiosity(), self._state(view), number)
        return NOWHERE if goal is None else int(best_state(self.arrays, number))

    def _way_to(self, view: LocalView, memory: RobotMemory, goal: Cell) -> int:
        """Searches for a way around robots that don't move, or else through them, as :meth:`_search` does."""
        passable = memory.open_cells(memory.full)
        if memory.coupled:
            # Two never swap places, so the way can't lead through the helper.
            empty = [self.hall.number(each.cell) for each in memory.neighbours if not each.loaded]
            passable[empty] = False
        state = self._search(view, memory, passable, goal)
        if state != NOWHERE:
            return state
        return self._search(view, memory, memory.open_cells(memory.full, around_robots=False), goal)

    def _action(self, view: LocalView, after: int) -> int:
        """Gives the action that leads to the next state."""
        if self.cardinal:
            return 1 + (after & 3)
        if after >> 2 != self.hall.number(view.position):
            return FORWARD
        return TURN_LEFT if DIRECTION_LEFT_OF[view.direction] == after & 3 else TURN_RIGHT

    def _meet(self, view: LocalView, memory: RobotMemory, other: Neighbour, state: int) -> int:
        """Chooses what to do about a robot on the next cell of the way to a state."""
        traffic = memory.traffic
        heading = _heading(view.position, other.cell)
        action = self._action(view, first_step(self.arrays, state))
        traffic.waited += 1
        if traffic.waited == 1:
            traffic.patience = 2 + int(memory.random.integers(4))
        head_on = other.direction == OPPOSITE[heading]
        if other.cell in self._chargers and not head_on:
            # Charging takes a while, and waiting costs nothing.
            traffic.patience = CHARGE_PATIENCE
        patience = traffic.patience * (2 if head_on or other.direction == heading else 1)
        first = not head_on or self._goes_first(view, memory, other)
        if first and traffic.waited <= patience:
            return action if self._may_try(view, memory, other, action) else NOOP
        return self._give_way(view, memory, other, int(self.arrays.distances[state]))

    def _may_try(self, view: LocalView, memory: RobotMemory, other: Neighbour, action: int) -> bool:
        """Tells whether it does no harm to drive at a robot that may or may not go away in the same step."""
        params, heading = self.hall.params, _heading(view.position, other.cell)
        follows = other.direction == heading
        if not self.cardinal and action != FORWARD:
            return True
        if memory.full and other.shelf and self.hall.storage[self.hall.number(other.cell)]:
            return False
        if other.cell in self._chargers:
            return False
        if self.cardinal and heading != view.direction:
            return True  # the try shows the other robot where this one wants to go
        costly = bool(params.battery or params.move_cost)
        return (follows and memory.traffic.waited <= 2) or not costly

    def _goes_first(self, view: LocalView, memory: RobotMemory, other: Neighbour) -> bool:
        """Tells whether the robot has the right of way against one that comes towards it."""
        mine = self._rank(view.position, memory.loads > 0, memory.carries_requested)
        theirs = self._rank(other.cell, other.loaded, other.loaded and other.requested)
        return mine > theirs or (mine == theirs and _heading(view.position, other.cell) < other.direction)

    def _rank(self, cell: Cell, loaded: bool, requested: bool) -> int:
        dead_end = self.hall.exits[self.hall.number(cell)] <= 1
        return 4 * int(dead_end) + 2 * int(requested) + int(loaded)

    def _give_way(self, view: LocalView, memory: RobotMemory, other: Neighbour, length: int) -> int:
        """Drives around the robots in sight if that is short, else aside; waits where there is no room."""
        traffic, goal = memory.traffic, memory.errand.queue[0].arguments[-1]
        if traffic.waited > 2 * traffic.patience:
            wait = CLOSED_STEPS + int(memory.random.integers(CLOSED_STEPS))
            memory.closed_until[self.hall.number(other.cell)] = memory.step + wait
            traffic.waited = 0
        passable = memory.open_cells(memory.full)
        for each in memory.neighbours:
            passable[self.hall.number(each.cell)] = False
        state = self._search(view, memory, passable, goal)
        if state != NOWHERE and self.arrays.distances[state] <= length + SHORT_DETOUR:
            traffic.aside = None
            return self._action(view, first_step(self.arrays, state))
        return self._step_aside(view, memory, other)

    def _step_aside(self, view: LocalView, memory: RobotMemory, other: Neighbour) -> int:
        """Drives off the line between two robots, but into no dead end; waits where there is no room."""
        traffic = memory.traffic
        passable = memory.open_cells(memory.full) & (self.hall.exits > 1)
        for each in memory.neighbours:
            passable[self.hall.number(each.cell)] = False
        self._search(view, memory, passable)
        same_column = other.cell[1] == view.position[1]
        state = int(first_off_line(self.arrays, self._count, self.hall.stride, same_column))
        if state == NOWHERE:
            traffic.aside = None
            return NOOP
        traffic.aside = self.hall.cell(state >> 2)
        traffic.aside_until = memory.step + ASIDE_STEPS + int(memory.random.integers(ASIDE_STEPS))
        return self._action(view, first_step(self.arrays, state))

    def _keep_aside(self, view: LocalView, memory: RobotMemory) -> int | None:
        """Chooses what a robot that gives way does; None to drive on, aside or, when that is over, ahead."""
        traffic = memory.traffic
        if memory.step >= traffic.aside_until:
            traffic.aside = None
        if view.position != traffic.aside:
            return None
        pushing = next((each for each in memory.neighbours if _wants(each, view.position)), None)
        if pushing is not None:
            return self._step_aside(view, memory, pushing)
        if memory.neighbours:
            return NOOP
        traffic.aside = None
        return None


def _wants(other: Neighbour, cell: Cell) -> bool:
    """Tells whether a robot on a neighbouring cell looks at a cell."""
    rows, columns = STEP_OF[other.direction]
    return (other.cell[0] + rows, other.cell[1] + columns) == cell


def _heading(start: Cell, after: Cell) -> int:
    """Gives the direction of a step between neighbouring cells."""
    step = after[0] - start[0], after[1] - start[1]
    return next(direction for direction, each in STEP_OF.items() if each == step)
