"""The fleet follower on the rware package's own floor: fetch a shelf, deliver it, bring it back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rware.warehouse import Action, RewardType, Warehouse

from planzoo.planners.pathfinding import FleetPathPlanner, FleetSituation
from tests.planners.pathfinding.grid_world import Cell

FETCH, DELIVER, RETURN = range(3)


class Errands:
    """Robots that carry random shelves to a station and back to a random empty place, for ever."""

    def __init__(self, rows: int, robots: int, seed: int) -> None:
        self.env: Any = Warehouse(3, 8, rows, robots, 0, 1, 1, None, None, RewardType.GLOBAL)
        self.env.reset(seed=seed)
        self.random = np.random.default_rng(seed)
        self.planner = FleetPathPlanner(np.ones(self.env.grid_size, dtype=bool))
        self.memory = self.planner.begin(robots)
        self.errand = [FETCH] * robots
        self.goals: list[Cell] = [(-1, -1)] * robots
        for robot in range(robots):
            self.goals[robot] = self.next_goal(robot)

    @property
    def standing(self) -> np.ndarray[Any, Any]:
        """Bool (H, W): where a shelf stands."""
        grid = np.zeros(self.env.grid_size, dtype=bool)
        carried = {id(agent.carrying_shelf) for agent in self.env.agents}
        for shelf in self.env.shelfs:
            grid[shelf.y, shelf.x] |= id(shelf) not in carried
        return grid

    @property
    def cells(self) -> list[Cell]:
        """The robots' cells."""
        return [(int(agent.y), int(agent.x)) for agent in self.env.agents]

    def next_goal(self, robot: int) -> Cell:
        """Draws the goal of a robot's errand; no two robots get the same shelf or place."""
        if self.errand[robot] == DELIVER:
            column, row = self.env.goals[self.random.integers(2)]
            return int(row), int(column)
        storage = self.standing if self.errand[robot] == FETCH else ~self.standing & (self.env.highways == 0)
        cells = [(int(row), int(column)) for row, column in np.argwhere(storage)]
        free = [cell for cell in cells if cell not in self.goals]
        return free[self.random.integers(len(free))]

    def step(self) -> list[int]:
        """Moves everyone once; gives the robots that did an errand."""
        at_goal = [cell == goal for cell, goal in zip(self.cells, self.goals, strict=True)]
        holding = np.array([here and self.errand[robot] != DELIVER for robot, here in enumerate(at_goal)])
        situation = FleetSituation(
            positions=np.array(self.cells),
            directions=np.array([agent.dir.value for agent in self.env.agents]),
            goals=np.array(self.goals),
            loaded=np.array([agent.carrying_shelf is not None for agent in self.env.agents]),
            standing_shelves=self.standing,
            holding=holding,
        )
        plan = self.planner.plan(situation, self.memory)
        assert plan.reachable.all()
        actions = np.where(holding, Action.TOGGLE_LOAD.value, plan.actions)
        self.env.step([Action(int(action)) for action in actions])
        assert self.cells == [tuple(cell) for cell in plan.cells[:, 1].tolist()], "rware refused a step"
        assert [agent.dir.value for agent in self.env.agents] == plan.directions[:, 1].tolist()
        done = [robot for robot, here in enumerate(at_goal) if here]
        for robot in done:
            self.errand[robot] = (self.errand[robot] + 1) % 3
            self.goals[robot] = self.next_goal(robot)
        return done


@pytest.mark.parametrize(
    ("rows", "robots", "steps", "longest", "least"),
    [(1, 4, 1000, 32, 340), (1, 10, 250, 40, 190), (2, 8, 300, 45, 130), (2, 18, 200, 60, 180)],
)
def test_everyone_does_errand_after_errand(
    rows: int, robots: int, steps: int, longest: int, least: int
) -> None:
    """Nobody starves: an errand takes at most `longest` steps, and at least `least` are done."""
    errands = Errands(rows, robots, seed=robots)
    assert errands.env.grid_size == ((11, 10) if rows == 1 else (20, 10))
    since, total = np.zeros(robots), 0
    for _ in range(steps):
        since += 1
        for robot in errands.step():
            since[robot] = 0
            total += 1
        assert since.max() <= longest
    assert total >= least
