"""The exact optimum of warehouses of a few cells, by dynamic programming over all their states.

Its rules stand here once more, in the plainest form and a little kinder to the fleet than the real ones:
robots may swap places and carry shelves over standing ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.warehouse.layout import STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.params import WarehouseParams

Cell = tuple[int, int]
STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))
TURNS = ((2, 3, 1, 0), (3, 2, 0, 1))
NOTHING, SHELF, REQUESTED = 0, 1, 2


class Robot(NamedTuple):
    cell: Cell
    direction: int
    load: int


class State(NamedTuple):
    robots: tuple[Robot, ...]
    storage: tuple[int, ...]


Outcomes = list[tuple[float, float, State]]
"""Probability, deliveries and next state."""


class ExactWarehouse:
    """The best that any policy can do, on average over the requests."""

    def __init__(self, params: WarehouseParams) -> None:
        self.params = params
        self.open = {(int(row), int(column)) for row, column in np.argwhere(params.map.kinds != WALL)}
        self.storage = params.map.cells(STORAGE)
        self.stations = params.map.cells(WORKSTATION)
        self.numbers: dict[State, int] = {}
        self._explore()

    def optimum(self) -> float:
        """Gives the deliveries from the best start, on average over the first requests."""
        value = np.zeros(len(self.numbers))
        for _ in range(self.params.max_steps):
            gains = self.probabilities * (self.rewards + value[self.successors])
            of_choices = np.bincount(self.choices, weights=gains)
            value = np.maximum.reduceat(of_choices, self.first_choices)
        return max(
            float(np.mean([value[self.numbers[state]] for state in states])) for states in self._starts()
        )

    def _starts(self) -> Iterator[list[State]]:
        """Gives for each way to place the robots the states with all possible first requests."""
        full = params_shelves(self.params)
        shelves = [place for place, here in enumerate(full) if here]
        directions = range(4) if self.params.movement == "turn" else range(1)
        for cells in permutations(sorted(self.open), self.params.robots):
            for facing in product(directions, repeat=self.params.robots):
                robots = tuple(Robot(cell, way, NOTHING) for cell, way in zip(cells, facing, strict=True))
                yield [
                    State(robots, tuple(full[p] + (p in wanted) for p in range(len(full))))
                    for wanted in combinations(shelves, self.params.request_queue_size)
                ]

    def _explore(self) -> None:
        """Numbers all states and lists what every joint action leads to."""
        for states in self._starts():
            for state in states:
                self.numbers.setdefault(state, len(self.numbers))
        rows: list[tuple[int, float, float, int]] = []
        first_choices, choice = [], 0
        for state in (todo := list(self.numbers)):
            first_choices.append(choice)
            for outcomes in self._choices(state):
                for probability, reward, after in outcomes:
                    if after not in self.numbers:
                        self.numbers[after] = len(self.numbers)
                        todo.append(after)  # the loop reaches it
                    rows.append((choice, probability, reward, self.numbers[after]))
                choice += 1
        self.first_choices: NDArray[np.int64] = np.array(first_choices)
        self.choices, self.successors = (np.array([row[k] for row in rows], dtype=np.int64) for k in (0, 3))
        self.probabilities, self.rewards = (np.array([row[k] for row in rows]) for k in (1, 2))

    def _choices(self, state: State) -> Iterator[Outcomes]:
        for robots in product(*(self._moves(robot) for robot in state.robots)):
            if len({robot.cell for robot in robots}) < len(robots):
                continue
            for toggles in product(
                *([False, True] if a == b else [False] for a, b in zip(robots, state.robots, strict=True))
            ):
                yield self._deliver([(1.0, 0.0, self._toggle(State(robots, state.storage), toggles))])

    def _moves(self, robot: Robot) -> Iterator[Robot]:
        yield robot
        turning = self.params.movement == "turn"
        for way in [robot.direction] if turning else range(4):
            cell = (robot.cell[0] + STEPS[way][0], robot.cell[1] + STEPS[way][1])
            if cell in self.open:
                yield robot._replace(cell=cell)
        for turn in TURNS if turning else ():
            yield robot._replace(direction=turn[robot.direction])

    def _toggle(self, state: State, toggles: tuple[bool, ...]) -> State:
        robots, storage = list(state.robots), list(state.storage)
        for number, toggle in enumerate(toggles):
            robot = robots[number]
            if toggle and robot.cell in self.storage:
                place = self.storage.index(robot.cell)
                if NOTHING in (robot.load, storage[place]):
                    robots[number], storage[place] = robot._replace(load=storage[place]), robot.load
        return State(tuple(robots), tuple(storage))

    def _deliver(self, outcomes: Outcomes) -> Outcomes:
        for station in self.stations:
            outcomes = [after for outcome in outcomes for after in self._deliver_at(station, *outcome)]
        return outcomes

    def _deliver_at(
        self, station: Cell, chance: float, reward: float, state: State
    ) -> Iterator[tuple[float, float, State]]:
        loads = [robot.load for robot in state.robots]
        by = [n for n, robot in enumerate(state.robots) if robot.cell == station and robot.load == REQUESTED]
        if not by:
            yield chance, reward, state
            return
        contents = [*loads, *state.storage]
        candidates = [place for place, content in enumerate(contents) if content == SHELF]
        for drawn in candidates:
            after = contents.copy()
            after[by[0]], after[drawn] = SHELF, REQUESTED
            robots = tuple(robot._replace(load=after[n]) for n, robot in enumerate(state.robots))
            yield chance / len(candidates), reward + 1.0, State(robots, tuple(after[len(loads) :]))


def params_shelves(params: WarehouseParams) -> list[int]:
    """Gives 1 for each storage cell where a shelf stands at the beginning, else 0."""
    return [int(params.map.shelves[cell]) for cell in params.map.cells(STORAGE)]
