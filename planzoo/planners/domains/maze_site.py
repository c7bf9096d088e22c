"""What an agent makes of its map: dangers and ways around them, supplies, keys and doors, ways out.

Costs are counted in shares of a step, ``STEP`` to a step. A hazard costs what its damage is worth in steps to
somebody of the agent's health, so that ways around it are taken when they are short enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    DOOR,
    ENERGY,
    EXIT,
    GROUND_CODES,
    HAZARD_CODE,
    HEALTH,
    HUNGER,
    ITEM_SHIFT,
    KEY,
    SAFE_ROOM,
    THIRST,
    UNKNOWN,
    WALL,
)
from planzoo.planners.domains.maze_masks import ROUNDING, frontier_cells, move_energy, neighbours
from planzoo.planners.domains.maze_view import MazeView
from planzoo.planners.pathfinding.cost_field import CLOSED, CostField

STEP = 4
"""Units of cost in a step."""
CAREFUL = 16000.0
"""A loss of so much health would cost somebody with one unit of health a step for each."""
SPENT = 0.1
"""Health that counts as none left."""
LEAVING = 1_000_000
"""Exits are left aside on the way to anything else: who steps on one is out."""
UNSEEN = 6
"""The cost of a cell that is not on the map, which may be a wall: half as much again as a step."""
DOOR_COST = 2 * STEP
"""The cost of a door, which takes a key."""
HOPED_DOOR = 15 * STEP
"""The cost of a door without a key, where one hopes that somebody else has opened it."""


class MazeSite:
    """An agent's map and body in one step, and the ways from where it stands.

    Args:
        view: what it observes.
        params: the rules.
        told_exits: cells of exits that it was told of; they may lie where its map is empty.
    """

    def __init__(self, view: MazeView, params: MazeParams, told_exits: Iterable[int] = ()) -> None:
        self.view = view
        self.params = params
        self.ground = np.bitwise_and(view.codes, np.uint8(GROUND_CODES))
        self.items = np.right_shift(view.codes, np.uint8(ITEM_SHIFT))
        self.exits = np.flatnonzero(self.ground == EXIT).tolist()
        self.rumours = [cell for cell in told_exits if self.ground[cell] == UNKNOWN]
        """Exits that others told of and that are not on the map."""

    @cached_property
    def costs(self) -> NDArray[np.int64]:
        """What entering each cell of the map costs, int64 (C,); closed where it is unknown or not open."""
        costs = np.full(len(self.ground), STEP, dtype=np.int64)
        costs[(self.ground == UNKNOWN) | (self.ground == WALL)] = CLOSED
        costs[self.ground == DOOR] = DOOR_COST if self.view.items[KEY] else CLOSED
        costs[self.view.codes & HAZARD_CODE != 0] += self.hazard_cost
        costs[self.ground == EXIT] += LEAVING
        return costs

    @property
    def hazard_cost(self) -> int:
        """What a step on a hazard costs beside the step: the more, the less health is left."""
        damage, health = self.params.hazard_damage, max(self.view.needs[HEALTH], SPENT)
        left = max(health - damage, SPENT)
        return int(STEP * CAREFUL * damage / (health * left)) + STEP

    @cached_property
    def field(self) -> CostField:
        """The ways over the map."""
        return CostField(self.costs, self.view.across, self.view.cell)

    @cached_property
    def hopeful_field(self) -> CostField:
        """The ways if all that is unknown were open (Koenig & Likhachev, "D* Lite", AAAI 2002, section 1)."""
        costs = self.costs.copy()
        inner = np.zeros_like(costs, dtype=np.bool_)
        inner.reshape(-1, self.view.across)[1:-1, 1:-1] = True
        costs[(self.ground == UNKNOWN) & inner] = UNSEEN
        costs[(self.ground == DOOR) & (costs == CLOSED)] = HOPED_DOOR
        return CostField(costs, self.view.across, self.view.cell)

    def reaches(self, cell: int) -> bool:
        """Tells whether a way over the map leads to a cell."""
        return self.field.reaches(cell)

    def steps(self, cell: int) -> float:
        """Gives the cost of the way to a cell in steps, dangers included; infinite where none leads."""
        return self._steps(self.field, cell)

    def hopeful_steps(self, cell: int) -> float:
        """The same where what is unknown is taken for open."""
        return self._steps(self.hopeful_field, cell)

    def _steps(self, field: CostField, cell: int) -> float:
        if not field.reaches(cell):
            return float("inf")
        total = int(field.totals[cell])
        return (total - LEAVING if self.ground[cell] == EXIT and cell != field.start else total) / STEP

    def by_steps(self, cells: Iterable[int]) -> list[int]:
        """Lists the cells that can be reached, the cheapest way first."""
        return sorted(
            (cell for cell in cells if self.reaches(cell)), key=lambda cell: (self.steps(cell), cell)
        )

    def direction(self, cell: int, hopeful: bool = False) -> int | None:
        """Gives the move that begins the way to a cell; None if there is none, or it is reached."""
        path = (self.hopeful_field if hopeful else self.field).path(cell)
        return neighbours(self.view.across, self.view.cell).index(path[0]) if path else None

    def health_at(self, cell: int) -> float:
        """Gives the health with which the agent would reach a cell, if it used nothing on the way."""
        path = self.field.path(cell)
        hazards = int(np.count_nonzero(self.view.codes[path] & HAZARD_CODE))
        return self.health_after(self.time_for(len(path))) - hazards * self.params.hazard_damage

    def is_dangerous(self, cell: int) -> bool:
        """Tells whether the way to a cell leads over known hazards."""
        return bool((self.view.codes[self.field.path(cell)] & HAZARD_CODE).any())

    @cached_property
    def frontier(self) -> list[int]:
        """The cells that can be reached and are beside unknown ones."""
        here = self.view.cell
        return [cell for cell in frontier_cells(self.view).tolist() if cell != here and self.reaches(cell)]

    @cached_property
    def doors(self) -> list[int]:
        """The closed doors on the map."""
        cells: list[int] = np.flatnonzero(self.ground == DOOR).tolist()
        return cells

    def with_item(self, item: int) -> list[int]:
        """Lists the cells with an item that can be reached, the cheapest way first."""
        return self.by_steps(np.flatnonzero(self.items == item + 1).tolist())

    @cached_property
    def safe_rooms(self) -> list[int]:
        """The safe rooms that can be reached, the cheapest way first."""
        return self.by_steps(np.flatnonzero(self.ground == SAFE_ROOM).tolist())

    @cached_property
    def way_out(self) -> int | None:
        """The exit that is reached at the lowest cost over the map."""
        return next(iter(self.by_steps(self.exits)), None)

    @cached_property
    def hoped_way_out(self) -> int | None:
        """The exit, on the map or only told of, that is nearest if what is unknown is open."""
        cells = [cell for cell in (*self.exits, *self.rumours) if self.hopeful_field.reaches(cell)]
        return min(cells, key=self.hopeful_steps, default=None)

    def time_for(self, moves: float) -> float:
        """Gives the steps that so many moves take, rests included."""
        lacking = moves * move_energy(self.view, self.params) - self.view.needs[ENERGY] - ROUNDING
        if lacking <= 0:
            return moves
        rested = self.params.rest_energy
        return moves + float(np.ceil(lacking / rested)) if rested > 0 else float("inf")

    def health_after(self, steps: float) -> float:
        """Gives the health after so many steps without eating and drinking, hazards apart.

        What health comes back in the meantime is left out.
        """
        lost = 0.0
        for need, rate in ((HUNGER, self.params.hunger_rate), (THIRST, self.params.thirst_rate)):
            lasts = self.view.needs[need] / rate if rate > 0 else float("inf")
            lost += max(0.0, steps - lasts) * self.params.starvation
        return self.view.needs[HEALTH] - lost
