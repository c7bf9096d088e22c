"""A floor on which a fleet that PIBT plans for moves for ever, and the maps to do it on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.layout import rware_layout
from planzoo.planners.pathfinding import PIBTPlan, PIBTPlanner, PIBTSituation
from tests.planners.pathfinding.grid_world import STEPS, conflicts, parse, turned

Places = NDArray[np.int64]

LADDER = parse("\n".join(["." * 20, *["#.#.#.#.#.#.#.#.#.#."] * 4, "." * 20]))
"""One-wide rungs, and two dead ends."""

DEAD_ENDS = parse(
    """
    ####################
    ####.###.###.###.###
    #.##.###.###.###.##.
    #.##.###.###.###.##.
    #.##.###.###.###.##.
    ....................
    .###.####.###.####..
    .###.####.###.####..
    ....................
    #.##.####.###.####.#
    #.##.####.###.####.#
    #.##.####.###.####.#
    #.##.####.###.####.#
    """
)
"""One-wide dead ends of depth 4 on a block of one-wide aisles."""

TREE = parse("\n".join([".#" * 10] * 4 + ["." * 20] + ["#." * 10] * 4))
"""An aisle with dead ends of depth 4 on both sides: no cycle at all."""


def shelves() -> NDArray[np.bool_]:
    """The one-wide aisles between the shelves of an rware warehouse."""
    return np.array([[character not in "xX" for character in line] for line in rware_layout(5, 2).split()])


def after(plan: PIBTPlan, cells: Places, directions: Places, movement: str) -> tuple[Places, Places]:
    """Carries a plan's actions out, whatever they lead to."""
    cells, directions = cells.copy(), directions.copy()
    for robot, action in enumerate(plan.actions):
        if movement == "cardinal" and action > 0:
            cells[robot] += STEPS[int(action) - 1]
        elif movement == "turn" and action == 1:
            cells[robot] += STEPS[int(directions[robot])]
        elif movement == "turn" and action > 1:
            directions[robot] = turned(int(directions[robot]), 1 if action == 3 else -1)
    return cells, directions


def faults(passable: NDArray[np.bool_], before: Places, cells: Places) -> list[Any]:
    """Lists robots on walls, and the pairs that share a cell or change places."""
    walls = [robot for robot, cell in enumerate(cells) if not passable[tuple(cell)]]
    return walls + conflicts([tuple(cell) for cell in before], [tuple(cell) for cell in cells])


class Fleet:
    """Robots that get a new random goal whenever they arrive.

    Args:
        passable: the map.
        movement: ``"cardinal"`` or ``"turn"``.
        robots: how many.
        seed: of starts and goals.
    """

    def __init__(self, passable: NDArray[np.bool_], movement: str, robots: int, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.passable, self.movement = passable, movement
        self.places = np.argwhere(passable)
        self.planner = PIBTPlanner(passable, movement)
        self.memory = self.planner.begin(robots)
        self.cells = self.places[self.random.permutation(len(self.places))[:robots]]
        self.directions = self.random.integers(4, size=robots)
        self.goals = self.places[self.random.integers(len(self.places), size=robots)]
        self.since = np.zeros(robots, dtype=np.int64)

    def step(self, check: bool = True) -> int:
        """Moves everyone once; gives the number of goals reached."""
        arrived = np.flatnonzero((self.cells == self.goals).all(axis=1))
        for robot in arrived:
            while (self.goals[robot] == self.cells[robot]).all():
                self.goals[robot] = self.places[self.random.integers(len(self.places))]
        self.since += 1
        self.since[arrived] = 0
        plan = self.planner.plan(PIBTSituation(self.cells, self.goals, self.directions), self.memory)
        before = self.cells
        self.cells, self.directions = after(plan, self.cells, self.directions, self.movement)
        if check:
            assert faults(self.passable, before, self.cells) == []
            assert (plan.next_cells == self.cells).all()
        return len(arrived)
