"""A slow, plain warehouse floor with the moving rules of rware, written apart from the planners."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Cell = tuple[int, int]
STEPS = {0: (-1, 0), 1: (1, 0), 2: (0, -1), 3: (0, 1)}
CLOCKWISE = [0, 3, 1, 2]


def parse(text: str) -> NDArray[np.bool_]:
    """Reads a map: ``#`` is closed, all else open."""
    return np.array([[character != "#" for character in line] for line in text.split()])


def turned(direction: int, quarters: int) -> int:
    """Turns clockwise by quarters of a circle."""
    return CLOCKWISE[(CLOCKWISE.index(direction) + quarters) % 4]


def ahead(cell: Cell, direction: int) -> Cell:
    """Gives the cell in front."""
    return cell[0] + STEPS[direction][0], cell[1] + STEPS[direction][1]


def conflicts(before: Sequence[Cell], after: Sequence[Cell]) -> list[tuple[int, int]]:
    """Lists the pairs of robots that end in one cell or change places."""
    pairs = [(a, b) for b in range(len(before)) for a in range(b)]
    return [
        (a, b)
        for a, b in pairs
        if after[a] == after[b] or (after[a] == before[b] and after[b] == before[a] and after[a] != before[a])
    ]


class GridWorld:
    """Robots on a floor; a move that the rules forbid is refused and counted.

    Args:
        passable: where robots without a load may stand.
        cells: the robots' cells.
        directions: the robots' directions.
        shelves: where shelves stand.
    """

    def __init__(
        self,
        passable: NDArray[np.bool_],
        cells: Sequence[Cell],
        directions: Sequence[int],
        shelves: NDArray[np.bool_] | None = None,
    ) -> None:
        self.passable = passable
        self.cells = [(int(row), int(column)) for row, column in cells]
        self.directions = [int(direction) for direction in directions]
        self.shelves = np.zeros_like(passable) if shelves is None else shelves.copy()
        self.loaded = [False] * len(cells)
        self.refused = 0

    def is_open(self, robot: int, cell: Cell) -> bool:
        """Says whether the floor, other robots aside, lets the robot into a cell."""
        inside = 0 <= cell[0] < self.passable.shape[0] and 0 <= cell[1] < self.passable.shape[1]
        return inside and bool(self.passable[cell]) and not (self.loaded[robot] and self.shelves[cell])

    def step(self, actions: Sequence[int]) -> None:
        """Moves all robots at once; 4 loads or unloads."""
        wishes = list(self.cells)
        for robot, action in enumerate(actions):
            target = ahead(self.cells[robot], self.directions[robot])
            if action == 1 and self.is_open(robot, target):
                wishes[robot] = target
            elif action in (2, 3):
                self.directions[robot] = turned(self.directions[robot], 1 if action == 3 else -1)
            elif action == 4:
                self._toggle(robot)
        moved = self._settled(wishes)
        asked = [robot for robot, action in enumerate(actions) if action == 1]
        self.refused += sum(moved[robot] == self.cells[robot] for robot in asked)
        self.cells = moved

    def _toggle(self, robot: int) -> None:
        cell = self.cells[robot]
        if self.loaded[robot] or self.shelves[cell]:
            self.shelves[cell] = self.loaded[robot]
            self.loaded[robot] = not self.loaded[robot]

    def _settled(self, wishes: list[Cell]) -> list[Cell]:
        settled = list(wishes)
        while pairs := conflicts(self.cells, settled):
            for pair in pairs:
                for robot in pair:
                    settled[robot] = self.cells[robot]
        return settled
