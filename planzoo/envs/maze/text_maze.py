"""Mazes as text: ``#`` wall, ``.`` or space floor, and one sign for everything else."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.checks import LEAST_TEXT_SIDE, MOST_SIDE
from planzoo.envs.maze.escapes import Cell, FloorPlan, TooManyDoors
from planzoo.envs.maze.state import (
    ALIVE,
    DOOR,
    EXIT,
    FLOOR,
    FOOD,
    GROUND_CODES,
    HAZARD_CODE,
    ITEM_SHIFT,
    KEY,
    MEDICINE,
    SAFE_ROOM,
    WALL,
    WATER,
)
from planzoo.errors import InputError

SIGNS = {
    "#": WALL,
    ".": FLOOR,
    "E": EXIT,
    "S": SAFE_ROOM,
    "D": DOOR,
    "!": FLOOR | HAZARD_CODE,
    "f": FLOOR | (FOOD + 1) << ITEM_SHIFT,
    "w": FLOOR | (WATER + 1) << ITEM_SHIFT,
    "m": FLOOR | (MEDICINE + 1) << ITEM_SHIFT,
    "k": FLOOR | (KEY + 1) << ITEM_SHIFT,
}
"""The code that each sign stands for; a space is floor as well."""
START_SIGN, COMMENT_SIGN, UNKNOWN_SIGN = "@", ";", "?"
_CODES = {**SIGNS, " ": FLOOR, START_SIGN: FLOOR}
_GROUND_SIGNS = {WALL: "#", FLOOR: ".", EXIT: "E", SAFE_ROOM: "S", DOOR: "D"}
_ITEM_SIGNS = "fwmk"
_COUNTED = {
    "exits": EXIT,
    "safe_rooms": SAFE_ROOM,
    "hazards": SIGNS["!"],
    "food": SIGNS["f"],
    "water": SIGNS["w"],
    "medicine": SIGNS["m"],
    "doors": DOOR,
}
"""Fields of the params whose amounts a text has by itself."""


@dataclass(frozen=True, eq=False)
class TextMaze:
    """A maze that was read from text.

    Attributes:
        codes: uint8 (H, W), what each cell is.
        starts: (row, column) of each ``@``, in order of reading.
        source: what the text is called in errors.
        lines: the line of the text, counted from 1, in which each row stands.
    """

    codes: NDArray[np.uint8]
    starts: tuple[Cell, ...]
    source: str = "maze"
    lines: tuple[int, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextMaze) and self.text() == other.text()

    def __hash__(self) -> int:
        return hash(self.text())

    def text(self) -> str:
        """Writes the maze; :func:`parse_maze` reads the same maze from it."""
        return maze_text(self.codes, starts=self.starts)

    @cached_property
    def floor_plan(self) -> FloorPlan:
        """What is connected in it."""
        return FloorPlan(self.codes)

    @property
    def amounts(self) -> dict[str, int]:
        """How many exits, safe rooms, hazards, supplies and doors it has, as fields of the params."""
        return {name: int((self.codes == code).sum()) for name, code in _COUNTED.items()}

    def start_cells(self, agents: int) -> list[Cell]:
        """Gives where agents start.

        Returns:
            (row, column) of the first ``agents`` starts; in a maze without any, all free floor from which an
            exit can be reached.

        Raises:
            InputError: there are some starts, but fewer than agents, or not all of these get out alone.
        """
        if not self.starts:
            return list(self.free_cells)
        if len(self.starts) < agents:
            raise InputError(
                f"{self._place(self.starts[-1])} has the last of {len(self.starts)} starts ('@'), but there "
                f"are {agents} agents: add starts, remove all of them to start anywhere, or use fewer agents."
            )
        chosen = list(self.starts[:agents])
        self.check_escape(chosen)
        return chosen

    @cached_property
    def free_cells(self) -> tuple[Cell, ...]:
        """Floor without a hazard from which somebody alone can get out."""
        floor = np.argwhere(((self.codes & GROUND_CODES) == FLOOR) & (self.codes & HAZARD_CODE == 0))
        free, answers = [], dict[int, bool]()
        for row, column in floor.tolist():
            part = int(self.floor_plan.parts[row, column])
            if part not in answers:
                answers[part] = self._stranded([(row, column)]) is None
            if answers[part]:
                free.append((row, column))
        return tuple(free)

    def check_escape(self, starts: Iterable[Cell]) -> None:
        """Makes sure that everybody gets out if all help each other.

        Raises:
            InputError: somebody cannot.
        """
        cells = list(starts)
        stranded = self._stranded(cells)
        if stranded is not None:
            raise InputError(
                f"{self._place(cells[stranded])} has a start ('@') from which no exit can be reached: open a "
                "way, or lay keys ('k') where they are reached before the doors ('D')."
            )

    def _stranded(self, cells: list[Cell]) -> int | None:
        try:
            return self.floor_plan.stranded(cells)
        except TooManyDoors:
            doors = self.amounts["doors"]
            where = self._place((0, 0))
            raise InputError(
                f"{where} begins a maze with {doors} doors, too many to tell whether it can be left: "
                "use fewer doors or fewer keys."
            ) from None

    def _place(self, cell: Cell) -> str:
        line = self.lines[cell[0]] if self.lines else cell[0] + 1
        return _place(self.source, line, cell[1] + 1)


def parse_maze(text: str, source: str = "maze") -> TextMaze:
    """Reads a maze from text.

    ``#`` is wall, ``.`` or a space floor, ``E`` an exit, ``S`` a safe room, ``D`` a door, ``!`` a hazard,
    ``f`` food, ``w`` water, ``m`` medicine, ``k`` a key and ``@`` where an agent starts. Lines without any
    sign and lines that begin with ``;`` are left out. Beyond the edge everything is wall.

    Args:
        text: the maze, one line a row.
        source: what to call it in errors, such as the file's name.

    Raises:
        InputError: a sign is unknown, lines differ in length, the maze is too large or too small, has no
            exit, or cannot be left.
    """
    rows = [
        (number, line.removesuffix("\r"))
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip() and not line.startswith(COMMENT_SIGN)
    ]
    _check_shape(rows, source)
    codes = np.array([_read_row(line, number, source) for number, line in rows], dtype=np.uint8)
    cells = enumerate(line for _, line in rows)
    starts = [(row, column) for row, line in cells for column, sign in enumerate(line) if sign == START_SIGN]
    maze = TextMaze(codes, tuple(starts), source, tuple(number for number, _ in rows))
    _check_ways_out(maze)
    return maze


def _check_shape(rows: list[tuple[int, str]], source: str) -> None:
    if not rows:
        raise InputError(
            f"{_place(source, 1, 1)} begins a maze without any cells: write one line for each row."
        )
    first, width = rows[0][0], len(rows[0][1])
    for row, (number, line) in enumerate(rows):
        if row == MOST_SIDE or len(line) > MOST_SIDE:
            column = min(len(line), MOST_SIDE + 1) if row < MOST_SIDE else 1
            raise InputError(
                f"{_place(source, number, column)} is beyond the {MOST_SIDE} x {MOST_SIDE} cells that a maze "
                "may have: make it smaller."
            )
        if len(line) != width:
            raise InputError(
                f"{_place(source, number, min(len(line), width) + 1)} is where lines begin to differ in "
                f"length, {len(line)} cells after {width} in line {first}: make all lines equally long."
            )
    if min(width, len(rows)) < LEAST_TEXT_SIDE:
        raise InputError(
            f"{_place(source, rows[-1][0], width)} ends a maze of {len(rows)} x {width} cells: "
            f"make it at least {LEAST_TEXT_SIDE} x {LEAST_TEXT_SIDE}."
        )


def _read_row(line: str, number: int, source: str) -> list[int]:
    for column, sign in enumerate(line, start=1):
        if sign not in _CODES:
            known = " ".join((*SIGNS, START_SIGN))
            raise InputError(
                f"{_place(source, number, column)} has the sign {sign!r}, which is unknown: "
                f"use {known} or a space."
            )
    return [_CODES[sign] for sign in line]


def _check_ways_out(maze: TextMaze) -> None:
    exits = np.argwhere(maze.codes == EXIT)
    if len(exits) == 0:
        raise InputError(
            f"{_place(maze.source, maze.lines[-1], maze.codes.shape[1])} ends a maze without an exit: "
            "put an 'E' where agents get out."
        )
    if maze.starts:
        maze.check_escape(maze.starts)
    elif not maze.free_cells:
        row, column = exits[0].tolist()
        raise InputError(
            f"{_place(maze.source, maze.lines[row], column + 1)} has the first exit, but no exit can be "
            "reached from any free floor: open a way to one."
        )


def _place(source: str, line: int, column: int) -> str:
    return f"{source}, line {line}, column {column},"


def read_maze(path: str | os.PathLike[str]) -> TextMaze:
    """Reads a maze from a text file.

    Raises:
        InputError: the file cannot be read, or is no maze.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The maze {path} cannot be read ({error}): give a text file in UTF-8.") from error
    return parse_maze(text, source=str(path))


def maze_text(maze: Any, world: int = 0, starts: Iterable[Cell] = ()) -> str:
    """Writes what a maze looks like now, with the signs of :func:`parse_maze`.

    Of several things in a cell it shows the first of these: ground that is no floor, somebody, a hazard, an
    item. Cells that are unknown, on a map that an agent remembers, are ``?``.

    Args:
        maze: a simulator, whose living agents are shown as ``@``; or codes, uint8 (H, W).
        world: which of a simulator's worlds.
        starts: (row, column) of cells to be shown as ``@``, for codes.
    """
    codes, somebody = maze, set(starts)
    if hasattr(maze, "state"):
        codes, somebody = world_codes(maze, world), _living(maze, world)
    rows = []
    for row, line in enumerate(np.asarray(codes).tolist()):
        rows.append("".join(_sign(code, (row, column) in somebody) for column, code in enumerate(line)))
    return "\n".join(rows) + "\n"


def world_codes(simulator: Any, world: int = 0) -> NDArray[np.uint8]:
    """Gives the codes of one of a simulator's worlds without the padding, uint8 (H, W)."""
    constants = simulator.constants
    padding, width = constants.padding, constants.width
    codes: NDArray[np.uint8] = simulator.state.codes[world].reshape(-1, width + 2 * padding)
    return codes[padding:-padding, padding:-padding]


def _living(simulator: Any, world: int) -> set[Cell]:
    agents, constants = simulator.state.agents[world], simulator.constants
    cells = agents["cell"][agents["status"] == ALIVE]
    return set(zip(constants.rows[cells].tolist(), constants.columns[cells].tolist(), strict=True))


def _sign(code: int, somebody: bool) -> str:
    ground = code & GROUND_CODES
    if ground != FLOOR:
        return _GROUND_SIGNS.get(ground, UNKNOWN_SIGN)
    if somebody:
        return START_SIGN
    if code & HAZARD_CODE:
        return "!"
    return _ITEM_SIGNS[(code >> ITEM_SHIFT) - 1] if code >> ITEM_SHIFT else "."
