"""What each action of one agent leads to in a maze that is known completely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    DOOR,
    EAT,
    EXIT,
    FOOD,
    GROUND_CODES,
    HAZARD_CODE,
    ITEM_SHIFT,
    KEY,
    MEDICINE,
    MOST_NEED,
    PICK_UP,
    REST,
    SAFE_ROOM,
    WALL,
    WATER,
)
from planzoo.planners.pathfinding.cost_field import CLOSED, FAR, CostField

NEED_OF = {FOOD: 1, WATER: 2, MEDICINE: 0}
"""The need that an item is for."""
HEALTH, HUNGER, THIRST, ENERGY = range(4)


@dataclass(frozen=True)
class Body:
    """Where an agent is and how it is. Needs are health, hunger, thirst and energy; items as in ITEMS."""

    cell: int
    needs: tuple[float, ...]
    items: tuple[int, ...]


@dataclass(frozen=True)
class Maze:
    """A maze as it is.

    Attributes:
        codes: uint8 (C,), with walls all around.
        across: cells in a row.
        params: the rules.
        opened: door → the first step in which it may be walked through without a key.
        taken: cells whose items others take.
    """

    codes: NDArray[np.uint8]
    across: int
    params: MazeParams
    opened: dict[int, int] = field(default_factory=dict)
    taken: frozenset[int] = frozenset()

    def ground(self, cell: int) -> int:
        """Gives the kind of ground of a cell."""
        return int(self.codes[cell]) & GROUND_CODES

    def distances(self) -> NDArray[np.int64]:
        """Gives the moves from each cell to the nearest exit, doors open; FAR where no way leads."""
        costs = np.where(self.codes & GROUND_CODES == WALL, CLOSED, 1).astype(np.int64)
        exits = np.flatnonzero(self.codes & GROUND_CODES == EXIT)
        fields = [CostField(costs, self.across, int(cell)).totals for cell in exits]
        nearest: NDArray[np.int64] = np.minimum.reduce(fields)
        return nearest


@dataclass(frozen=True)
class Label:
    """A way so far: when, how the agent is, which items it took and doors it opened, and from what label."""

    time: int
    body: Body
    taken: frozenset[int]
    opened: frozenset[int]
    action: int = REST
    before: Label | None = None

    def goods(self) -> tuple[float, ...]:
        """What is better the more there is of it."""
        return (-self.time, *self.body.needs, *self.body.items)


class Steps:
    """What follows from each action.

    Args:
        maze: as the agent finds it.

    Attributes:
        died: whether some label was given up because the agent would have died.
    """

    def __init__(self, maze: Maze) -> None:
        self.maze, self.params = maze, maze.params
        self.died = False

    def move(self, label: Label, direction: int, cell: int) -> Label | None:
        """Moves to a neighbour; None where that is not possible."""
        ground, body = self.maze.ground(cell), label.body
        energy = single(body.needs[ENERGY] - single(self.params.move_energy))
        if ground == WALL or energy < -1e-4:
            return None
        items, opened = list(body.items), label.opened
        closed = ground == DOOR and cell not in opened and self.maze.opened.get(cell, FAR) > label.time
        if closed:
            if not items[KEY]:
                return None
            items[KEY] -= 1
            opened = opened | {cell}
        needs = (*body.needs[:ENERGY], max(energy, 0.0))
        return self._pass(label, direction, Body(cell, needs, tuple(items)), opened=opened)

    def wait_for(self, label: Label, cell: int) -> Label | None:
        """Rests until somebody else has opened a door beside; None where there is nothing to wait for.

        All rests are one step of the search: after a single one the agent is merely later where it was.
        """
        opens = self.maze.opened.get(cell, 0)
        if opens <= label.time or cell in label.opened:
            return None
        waiting: Label | None = label
        while waiting is not None and waiting.time < opens:
            waiting = self.rest(waiting)
        return waiting

    def rest(self, label: Label) -> Label | None:
        """Rests where the agent is."""
        body = label.body
        safe = self.maze.ground(body.cell) == SAFE_ROOM
        energy = min(MOST_NEED, body.needs[ENERGY] + self.params.rest_energy * (2.0 if safe else 1.0))
        return self._pass(label, REST, replace(body, needs=(*body.needs[:ENERGY], energy)))

    def pick_up(self, label: Label) -> Label | None:
        """Takes what lies where the agent is; None where that is not possible."""
        body, cell = label.body, label.body.cell
        item = (int(self.maze.codes[cell]) >> ITEM_SHIFT) - 1
        if item < 0 or cell in label.taken or cell in self.maze.taken:
            return None
        if sum(body.items) >= self.params.carried:
            return None
        items = tuple(count + (number == item) for number, count in enumerate(body.items))
        return self._pass(label, PICK_UP, replace(body, items=items), taken=label.taken | {cell})

    def uses(self, label: Label) -> Iterator[Label | None]:
        """Uses each thing that the agent carries and that is of use."""
        for item, need in NEED_OF.items():
            if label.body.items[item] and label.body.needs[need] < MOST_NEED:
                yield self.use(label, item)

    def use(self, label: Label, item: int) -> Label | None:
        """Eats, drinks or takes medicine that the agent carries; None if it dies all the same."""
        gain = (self.params.food_gain, self.params.water_gain, self.params.medicine_gain)[item]
        body, need = label.body, NEED_OF[item]
        items = tuple(count - (number == item) for number, count in enumerate(body.items))
        needs = tuple(
            min(MOST_NEED, single(level + single(gain))) if number == need else level
            for number, level in enumerate(body.needs)
        )
        return self._pass(label, EAT + item, Body(body.cell, needs, items))

    def _pass(
        self,
        label: Label,
        action: int,
        body: Body,
        taken: frozenset[int] | None = None,
        opened: frozenset[int] | None = None,
    ) -> Label | None:
        """Lets a step of time pass; None if the agent would die of it."""
        needs = needs_after(self.params, body.needs, int(self.maze.codes[body.cell]))
        if needs[HEALTH] <= 0:
            self.died = True
            return None
        taken = label.taken if taken is None else taken
        opened = label.opened if opened is None else opened
        return Label(label.time + 1, replace(body, needs=needs), taken, opened, action, label)


def needs_after(params: MazeParams, needs: tuple[float, ...], code: int) -> tuple[float, ...]:
    """Gives the needs after a step of time on a cell of some code.

    They are rounded as the environment rounds them: a need that is used up a step later is a unit of health.
    """
    health, hunger, thirst, energy = needs
    safe = code & GROUND_CODES == SAFE_ROOM
    if not safe:
        hunger = max(0.0, single(hunger - single(params.hunger_rate)))
        thirst = max(0.0, single(thirst - single(params.thirst_rate)))
    for need in (hunger, thirst):
        if need <= 0:
            health = single(health - single(params.starvation))
    if code & HAZARD_CODE and not safe:
        health = single(health - single(params.hazard_damage))
    if hunger > 50.0 and thirst > 50.0:
        health = single(health + single(params.regeneration))
    return min(MOST_NEED, max(0.0, health)), hunger, thirst, energy


def single(value: float) -> float:
    """Rounds to single precision."""
    return float(np.float32(value))
