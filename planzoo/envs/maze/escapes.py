"""Whether everybody can get out of a maze with doors, if keys are spent well.

Keys are all alike and a door stays open, so what matters is which doors have been opened. That is searched
exactly, with one shortcut: a door behind which at least one more key comes into reach costs nothing, so it is
opened before any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.state import DOOR, EXIT, FLOOR, GROUND_CODES, ITEM_SHIFT, KEY, SAFE_ROOM

Cell = tuple[int, int]
"""Row and column."""

MOST_EFFORT = 1_000_000
"""Parts looked at before a search is given up, which takes about a second."""
_BESIDE = ((-1, 0), (1, 0), (0, -1), (0, 1))


class TooManyDoors(Exception):
    """There are more ways to spend the keys than can be looked through."""


class FloorPlan:
    """The parts of a maze: cells that are connected while all doors are closed; and each door is one.

    Args:
        codes: uint8 (H, W), what each cell is.
    """

    def __init__(self, codes: NDArray[np.uint8]) -> None:
        self.ground = codes & GROUND_CODES
        self._has_key = codes >> ITEM_SHIFT == KEY + 1
        self.parts = np.full(codes.shape, -1, dtype=np.int64)
        """int64 (H, W), the number of each cell's part; -1 for walls and exits."""
        self.keys: list[int] = []
        self.exits: list[bool] = []
        self._number_parts()

    @cached_property
    def doors(self) -> dict[int, tuple[int, ...]]:
        """The parts that are doors, each with the parts beside it."""
        places = [(int(row), int(column)) for row, column in np.argwhere(self.ground == DOOR)]
        return {int(self.parts[place]): self._parts_beside(place) for place in places}

    def stranded(self, homes: Sequence[Cell]) -> int | None:
        """Finds somebody who cannot get out, although all help each other.

        Args:
            homes: the cells from which people start, floor or safe rooms.

        Returns:
            The place of the first such person in the list; None if everybody can get out.

        Raises:
            TooManyDoors: it takes too long to tell.
        """
        search = _Search(self, [int(self.parts[home]) for home in homes])
        waiting: list[frozenset[int]] = [frozenset()]
        known = set(waiting)
        stranded = 0
        while waiting:
            groups = search.groups(waiting.pop())
            left = groups.stranded()
            if left is None:
                return None
            stranded = max(stranded, left)
            further = [opened for opened in groups.next_doors() if opened not in known]
            known.update(further)
            waiting += further
        return stranded

    def _parts_beside(self, place: Cell) -> tuple[int, ...]:
        beside = (int(self.parts[cell]) for cell in self._cells_beside(place))
        return tuple(sorted({part for part in beside if part >= 0}))

    def _cells_beside(self, place: Cell) -> Iterator[Cell]:
        height, width = self.ground.shape
        for down, across in _BESIDE:
            row, column = place[0] + down, place[1] + across
            if 0 <= row < height and 0 <= column < width:
                yield row, column

    def _number_parts(self) -> None:
        walkable = np.isin(self.ground, (FLOOR, SAFE_ROOM, DOOR))
        for row, column in np.argwhere(walkable):
            if self.parts[row, column] < 0:
                self._number_part((int(row), int(column)))

    def _number_part(self, seed: Cell) -> None:
        """Spreads over a part; a door does not spread."""
        number = len(self.keys)
        self.keys.append(0)
        self.exits.append(False)
        waiting = [seed]
        self.parts[seed] = number
        while waiting:
            place = waiting.pop()
            self.keys[number] += int(self._has_key[place])
            for cell in self._cells_beside(place):
                ground = self.ground[cell]
                self.exits[number] |= bool(ground == EXIT)
                spreads = ground in (FLOOR, SAFE_ROOM) and self.ground[seed] != DOOR
                if spreads and self.parts[cell] < 0:
                    self.parts[cell] = number
                    waiting.append(cell)


class _Search:
    """The parts that matter: those beside doors, and people's homes."""

    def __init__(self, plan: FloorPlan, homes: list[int]) -> None:
        self.plan, self.homes = plan, homes
        beside = {part for parts in plan.doors.values() for part in parts}
        self.parts = sorted({*beside, *plan.doors, *homes})
        self.effort = 0

    def groups(self, opened: frozenset[int]) -> _Groups:
        """Joins the parts that are connected once some doors are open."""
        self.effort += len(self.parts)
        if self.effort > MOST_EFFORT:
            raise TooManyDoors
        leaders = {part: part for part in self.parts}
        for door in opened:
            for part in self.plan.doors[door]:
                if part not in self.plan.doors or part in opened:
                    leaders[_leader(leaders, part)] = _leader(leaders, door)
        return _Groups(self, opened, {part: _leader(leaders, part) for part in self.parts})


@dataclass
class _Groups:
    """Parts that are connected, each group under the name of one of them."""

    search: _Search
    opened: frozenset[int]
    leaders: dict[int, int]

    def stranded(self) -> int | None:
        """Gives the first person whose group has no exit."""
        plan = self.search.plan
        closed = plan.doors.keys() - self.opened
        out = {leader for part, leader in self.leaders.items() if plan.exits[part] and part not in closed}
        for person, home in enumerate(self.search.homes):
            if self.leaders[home] not in out:
                return person
        return None

    def next_doors(self) -> list[frozenset[int]]:
        """Lists the doors that were opened, with one more; just one where it costs nothing."""
        keys = self._keys_left()
        peopled = {self.leaders[home] for home in self.search.homes}
        choices = []
        for door, beside in self.search.plan.doors.items():
            if door in self.opened:
                continue
            around = {self.leaders[part] for part in beside}
            if not any(keys[group] > 0 for group in around & peopled):
                continue
            choice = self.opened | {door}
            if sum(keys[group] > 0 for group in around) > 1:
                return [choice]
            choices.append(choice)
        return choices

    def _keys_left(self) -> dict[int, int]:
        """Counts each group's keys, less those that its doors took."""
        plan = self.search.plan
        keys = dict.fromkeys(self.leaders.values(), 0)
        for part, leader in self.leaders.items():
            keys[leader] += plan.keys[part] - (part in self.opened)
        return keys


def _leader(leaders: dict[int, int], part: int) -> int:
    while leaders[part] != part:
        leaders[part] = leaders[leaders[part]]
        part = leaders[part]
    return part
