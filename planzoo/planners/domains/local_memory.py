"""What a robot that sees only its surroundings remembers: shelves, requests, obstacles, its errand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.layout import STORAGE, WALL
from planzoo.envs.warehouse.model import Cell, WarehouseModel
from planzoo.envs.warehouse.state import DOWN, LEFT, RIGHT, UP
from planzoo.planners.domains.local_view import NOBODY, LocalView
from planzoo.planners.htn import Action, Plan
from planzoo.planners.pathfinding import UNREACHABLE, cell_distances

NEVER = -(10**6)
"""The step at which something was seen that never was."""
CYCLE_STEPS = 40
"""Steps that a robot takes, roughly, to find, deliver and put back a shelf: so often requests change."""
STEP_OF = {UP: (-1, 0), DOWN: (1, 0), LEFT: (0, -1), RIGHT: (0, 1)}
"""Rows and columns of a step in each direction."""


class Hall:
    """The map in arrays with a border as wide as the robots see; cells are numbered row by row with it.

    Attributes:
        border: cells of wall on each side.
        shape: height and width with the border.
        passable: bool (C,), cells that are not wall.
        storage: bool (C,), where shelves may stand.
        places: int64, the numbers of those cells.
        shelves: bool (C,), where one stands at the beginning.
        exits: int64 (C,), passable neighbours of each cell.
        station_steps, charger_steps: int32 (C,), steps to the nearest workstation and charger of a robot that
            drives under shelves; UNREACHABLE where no way leads.
        turnover: steps after which an open request has been served, on average, as a robot guesses.
        density: share of the shelves that are requested, on average.
    """

    def __init__(self, model: WarehouseModel) -> None:
        params, layout = model.params, model.params.map
        self.params = params
        self.border = max(1, params.sensor_range)
        kinds = np.pad(layout.kinds, self.border, constant_values=WALL)
        self.shape = kinds.shape
        self.passable: NDArray[np.bool_] = kinds.reshape(-1) != WALL
        self.storage: NDArray[np.bool_] = kinds.reshape(-1) == STORAGE
        self.places: NDArray[np.int64] = np.flatnonzero(self.storage)
        self.shelves: NDArray[np.bool_] = np.pad(layout.shelves, self.border).reshape(-1)
        open_cells = self.passable.reshape(self.shape).astype(np.int64)
        around = [np.roll(open_cells, shift, axis) for axis in (0, 1) for shift in (1, -1)]
        self.exits: NDArray[np.int64] = sum(around).reshape(-1)
        self.station_steps = self._steps_to(model.passable, model.workstations)
        self.charger_steps = self._steps_to(model.passable, model.chargers)
        self.turnover = CYCLE_STEPS * max(1.0, params.items / params.robots)
        self.density = min(0.5, params.items / max(1, int(self.shelves.sum())))

    def _steps_to(self, passable: NDArray[np.bool_], goals: list[Cell]) -> NDArray[np.int32]:
        """Counts the steps from every cell to the nearest of some goals."""
        nearest = np.full(passable.shape, UNREACHABLE, dtype=np.int32)
        for goal in goals:
            nearest = np.minimum(nearest, cell_distances(passable, goal))
        return np.pad(nearest, self.border, constant_values=UNREACHABLE).reshape(-1)

    def __deepcopy__(self, memo: dict[int, Any]) -> Hall:
        """Copies of a memory share the map, which never changes."""
        return self

    @property
    def stride(self) -> int:
        """Cells in a row, border included."""
        return int(self.shape[1])

    def number(self, cell: Cell) -> int:
        """Gives the number of the cell at a row and column."""
        return (cell[0] + self.border) * self.stride + cell[1] + self.border

    def cell(self, number: int) -> Cell:
        """Gives row and column of a cell."""
        return number // self.stride - self.border, number % self.stride - self.border

    def cells(self, chosen: NDArray[np.bool_]) -> list[Cell]:
        """Gives row and column of all chosen cells, bool (C,)."""
        return [self.cell(number) for number in np.flatnonzero(chosen).tolist()]


@dataclass(frozen=True)
class Neighbour:
    """Another robot in sight.

    Attributes:
        cell: where it is.
        direction: where it looks, or went last.
        shelf: whether a shelf is there, on the floor or on the robot.
        loaded: whether it carries a shelf, as far as one can tell.
        requested: whether the shelf on its cell is requested.
        heavy: whether that shelf is heavy.
    """

    cell: Cell
    direction: int
    shelf: bool
    loaded: bool
    requested: bool
    heavy: bool


@dataclass
class Errand:
    """What a robot is about.

    Attributes:
        plan: the plan, None before the first one.
        queue: the actions that it still has to carry out.
        tries: steps that the first of them has been tried on the spot.
    """

    plan: Plan | None = None
    queue: list[Action] = field(default_factory=list)
    tries: int = 0


@dataclass
class Traffic:
    """How a robot's way is barred.

    Attributes:
        waited: steps for which it has wanted to drive and stood still.
        patience: steps that it waits this time before it gives way.
        aside: where it drives to give way, None when it does not.
        aside_until: the step at which it comes back at the latest.
    """

    waited: int = 0
    patience: int = 3
    aside: Cell | None = None
    aside_until: int = 0


class RobotMemory:
    """One robot's memory of an episode; C = cells of the hall with its border.

    Attributes:
        step: observations so far, less one.
        standing: bool (C,), where it believes that shelves stand.
        seen: int64 (C,), when it saw each cell last.
        wanted: bool (C,), where it believes that a requested shelf stands for the taking.
        wanted_at: int64 (C,), when it saw that last.
        worth: float64 (C,), worth of the request.
        due: int64 (C,), the step at which the request expires.
        heavy, needs_tool: bool (C,), what the shelves there are like, as seen.
        blocked_until: int64 (C,), until when it believes a cell impassable.
        closed_until: int64 (C,), until when it plans around a robot that it met there.
        refused_until: int64 (C,), until when it leaves a request alone that it failed at.
        homes: cells from which it lifted shelves that it has not put back.
        loads: shelves on it.
        still: steps since it came to its cell.
        coupled: whether it carries a heavy shelf together with another robot.
        charge: share of a full battery.
        carries_requested: whether one of them is requested.
        neighbours: the robots in sight.
        news: whether a request came into sight in this step.
        position: its row and column, None before the first observation.
        errand: what it is about.
        traffic: how its way is barred.
        random: its own random choices.
    """

    def __init__(self, hall: Hall, capacity: int, seed: tuple[int, int]) -> None:
        cells = len(hall.passable)
        self.hall = hall
        self.capacity = capacity
        self.step = -1
        self.standing = hall.shelves.copy()
        self.wanted = np.zeros(cells, dtype=np.bool_)
        self.heavy = np.zeros(cells, dtype=np.bool_)
        self.needs_tool = np.zeros(cells, dtype=np.bool_)
        self.worth = np.ones(cells)
        self.seen, self.wanted_at = (np.full(cells, NEVER, dtype=np.int64) for _ in range(2))
        self.due, self.blocked_until, self.closed_until, self.refused_until = (
            np.zeros(cells, dtype=np.int64) for _ in range(4)
        )
        self.homes: set[Cell] = set()
        self.loads = 0
        self.coupled = False
        self.still = 0
        self.charge = 1.0
        self.carries_requested = False
        self.neighbours: list[Neighbour] = []
        self.news = False
        self.position: Cell | None = None
        self.errand = Errand()
        self.traffic = Traffic()
        self.random = np.random.default_rng(seed)

    @property
    def full(self) -> bool:
        """Whether it can't take another shelf, and so can't drive under one."""
        return self.coupled or self.loads >= self.capacity

    def observe(self, view: LocalView) -> None:
        """Takes in what the robot senses."""
        self.step += 1
        moved = view.position != self.position
        self.traffic.waited = 0 if moved else self.traffic.waited
        self.still = 0 if moved else self.still + 1
        self.position = view.position
        self.news = False
        if not view.blind:
            self._look_around(view)
        self._weigh(view)

    def _look_around(self, view: LocalView) -> None:
        sensed, reach = view.sensed, len(view.sensed) // 2
        cells = self._window(reach)
        others = view.robots != NOBODY
        others[view.centre] = False
        self._note_neighbours(view, cells, others)
        self.seen[cells[sensed]] = self.step
        self.standing[cells[sensed & others & ~view.shelves]] = False
        blocked = np.where(view.blocked, self.step + max(2, self.hall.params.blocked_steps // 2), 0)
        self.blocked_until[cells[sensed]] = blocked[sensed]
        clear = sensed & ~others
        clear[view.centre] &= view.loads == 0
        self.standing[cells[clear]] = view.shelves[clear]
        self._note_requests(view, cells, sensed & others, clear)

    def _window(self, reach: int) -> NDArray[np.int64]:
        assert self.position is not None
        offsets = np.arange(-reach, reach + 1)
        middle = self.hall.number(self.position)
        window: NDArray[np.int64] = middle + offsets[:, None] * self.hall.stride + offsets[None, :]
        return window

    def _note_requests(
        self,
        view: LocalView,
        cells: NDArray[np.int64],
        occupied: NDArray[np.bool_],
        clear: NDArray[np.bool_],
    ) -> None:
        """A shelf under which another robot stands is left to it."""
        self.wanted[cells[occupied]] = False
        requested = clear & view.requested
        self.news = bool((requested[clear] & ~self.wanted[cells[clear]]).any())
        self.wanted[cells[clear]] = view.requested[clear]
        places = cells[requested]
        self.wanted_at[places] = self.step
        self.worth[places] = view.worth[requested]
        self.due[places] = self.step + view.steps_left[requested].astype(np.int64)
        shelves = clear & view.shelves
        self.heavy[cells[shelves]] = view.heavy[shelves]
        self.needs_tool[cells[shelves]] = view.needs_tool[shelves]

    def _note_neighbours(self, view: LocalView, cells: NDArray[np.int64], others: NDArray[np.bool_]) -> None:
        self.neighbours = []
        for row, column in np.argwhere(others & view.sensed).tolist():
            number = int(cells[row, column])
            shelf = bool(view.shelves[row, column])
            under = bool(self.hall.storage[number] and self.standing[number])
            self.neighbours.append(
                Neighbour(
                    cell=self.hall.cell(number),
                    direction=int(view.robots[row, column]),
                    shelf=shelf,
                    loaded=shelf and not under,
                    requested=bool(view.requested[row, column]),
                    heavy=bool(view.heavy[row, column]),
                )
            )

    def _weigh(self, view: LocalView) -> None:
        """Keeps account of the shelves on the robot, and of the one that it may stand under."""
        here = self.hall.number(view.position)
        lifted, dropped = view.loads > self.loads, view.loads < self.loads
        asked_for = bool(view.requested[view.centre])
        if lifted:
            self._note_lifted(view.position)
        elif dropped:
            self._note_dropped(view.position)
        elif asked_for and self.wanted[here]:
            asked_for = self.carries_requested
        self.loads, self.charge, self.coupled = view.loads, view.charge, view.coupled
        if not view.blind:
            self.carries_requested = view.loads > 0 and asked_for

    def _note_lifted(self, cell: Cell) -> None:
        here = self.hall.number(cell)
        self.standing[here] = self.wanted[here] = False
        self.homes.add(cell)

    def _note_dropped(self, cell: Cell) -> None:
        here = self.hall.number(cell)
        self.standing[here], self.wanted[here] = True, False
        if cell in self.homes:
            self.homes.remove(cell)
        elif self.homes:
            self.homes.pop()

    def robot_at(self, cell: Cell) -> Neighbour | None:
        """Gives the robot in sight on a cell."""
        return next((each for each in self.neighbours if each.cell == cell), None)

    def open_cells(self, full: bool, around_robots: bool = True) -> NDArray[np.bool_]:
        """Gives the cells that it believes open to it, bool (C,).

        Args:
            full: whether it can't drive under shelves.
            around_robots: whether cells are closed where it met robots that don't move.
        """
        cells = self.hall.passable & (self.blocked_until <= self.step)
        if full:
            cells &= ~self.standing
        if around_robots:
            cells &= self.closed_until <= self.step
        return cells

    def curiosity(self) -> NDArray[np.float64]:
        """Gives how likely each cell holds a requested shelf that it does not see now, float64 (C,).

        A shelf that was not requested has become so with time; a request has been served with time.
        """
        places, turnover = self.hall.places, self.hall.turnover
        known = np.exp(np.maximum(self.wanted_at[places] - self.step, -1000) / turnover)
        unknown = -self.hall.density * np.expm1(np.maximum(self.seen[places] - self.step, -1000) / turnover)
        likely = np.where(self.wanted[places], known, unknown)
        likely[~self.standing[places] | (self.refused_until[places] > self.step)] = 0.0
        chances = np.zeros(len(self.seen))
        chances[places] = likely
        return chances
