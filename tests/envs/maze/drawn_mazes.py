"""Generated mazes to look at, and a search over them that shares no code with what made them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.maze.arrays import allocate_scratch, allocate_state
from planzoo.envs.maze.checks import least_floor, most_doors, most_exits
from planzoo.envs.maze.constants import build_constants
from planzoo.envs.maze.mazes import generate_maze
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    DOOR,
    EXIT,
    FLOOR,
    GROUND_CODES,
    HAZARD_CODE,
    ITEM_SHIFT,
    KEY,
    SAFE_ROOM,
    WALL,
)
from planzoo.envs.simulation.random import stream_keys

Cell = tuple[int, int]
KINDS = ("perfect", "braided", "rooms", "caves")


@dataclass(frozen=True)
class Drawn:
    """A maze and where its agents start."""

    codes: NDArray[np.uint8]
    starts: list[Cell]

    @property
    def ground(self) -> NDArray[np.uint8]:
        return self.codes & GROUND_CODES

    def cells(self, chosen: NDArray[np.bool_]) -> set[Cell]:
        """The (row, column) of all cells that are chosen."""
        return {(int(row), int(column)) for row, column in np.argwhere(chosen)}

    def of(self, ground: int) -> set[Cell]:
        """All cells of a kind of ground."""
        return self.cells(self.ground == ground)

    @property
    def hazards(self) -> set[Cell]:
        return self.cells((self.codes & HAZARD_CODE) > 0)

    def items(self, item: int) -> set[Cell]:
        """All cells with an item."""
        return self.cells(self.codes >> ITEM_SHIFT == item + 1)

    @property
    def walkable(self) -> set[Cell]:
        """Floor, safe rooms and doors: what one walks over on the way to an exit."""
        return self.of(FLOOR) | self.of(SAFE_ROOM) | self.of(DOOR)


def beside(cell: Cell) -> Iterable[Cell]:
    """The four cells beside one."""
    row, column = cell
    return ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))


def reached(starts: Iterable[Cell], may_enter: Callable[[Cell], bool]) -> dict[Cell, int]:
    """Breadth-first search: the distance of every cell that is reached."""
    distances = dict.fromkeys(starts, 0)
    waiting = deque(distances)
    while waiting:
        cell = waiting.popleft()
        for other in beside(cell):
            if other not in distances and may_enter(other):
                distances[other] = distances[cell] + 1
                waiting.append(other)
    return distances


def draw(params: MazeParams, seeds: Iterable[int]) -> list[Drawn]:
    """Generates one maze for each seed, as worlds of one batch."""
    numbers = list(seeds)
    constants = build_constants(params)
    state, scratch = allocate_state(params, constants, len(numbers)), allocate_scratch(constants)
    state.random_streams[:, 0] = stream_keys(np.array(numbers, dtype=np.uint64))
    padding, across = constants.padding, params.width + 2 * constants.padding
    mazes = []
    for world in range(len(numbers)):
        generate_maze(constants, state, world, scratch)
        codes = state.codes[world].reshape(-1, across)
        assert (codes[:padding] == WALL).all()
        assert (codes[-padding:] == WALL).all()
        assert (codes[:, :padding] == WALL).all()
        assert (codes[:, -padding:] == WALL).all()
        cells = state.agents[world].cell
        starts = zip(constants.rows[cells].tolist(), constants.columns[cells].tolist(), strict=True)
        mazes.append(Drawn(codes[padding:-padding, padding:-padding].copy(), list(starts)))
    return mazes


def is_solvable_by_one(maze: Drawn, start: Cell) -> bool:
    """Whether somebody alone gets all keys, then out, and steps on no hazard on the way."""
    safe = maze.walkable - maze.hazards
    closed = safe - maze.of(DOOR)
    keys = maze.items(KEY)
    if start not in safe or not keys <= reached([start], closed.__contains__).keys():
        return False
    ways = reached([start], safe.__contains__)
    return any(other in ways for cell in maze.of(EXIT) for other in beside(cell))


@st.composite
def full_params(draw_from: st.DrawFn, most_side: int = 21) -> MazeParams:
    """Params of any kind and size with any amounts that fit, up to all that there is room for."""
    height = draw_from(st.integers(5, most_side))
    width = draw_from(st.integers(5, most_side))
    room = least_floor(height, width) - 1
    amounts: dict[str, Any] = {}
    for name, most, each in (
        ("exits", most_exits(height, width), 1),
        ("doors", most_doors(height, width), 2),
        *((name, room, 1) for name in ("hazards", "safe_rooms", "food", "water", "medicine")),
    ):
        least = 1 if name == "exits" else 0
        amounts[name] = draw_from(st.integers(least, max(least, min(most, room // each))))
        room -= each * amounts[name]
    return MazeParams(
        kind=draw_from(st.sampled_from(KINDS)),
        height=height,
        width=width,
        openness=draw_from(st.sampled_from((0.0, 0.3, 0.5, 0.55, 0.8, 1.0))),
        agents=draw_from(st.sampled_from((2, 3, 8, 64))),
        together=draw_from(st.booleans()),
        sight=draw_from(st.integers(1, 6)),
        **amounts,
    )
