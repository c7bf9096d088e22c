"""PIBT on the rware package's own floor: rware never refuses a step, and nobody starves."""

from __future__ import annotations

import numpy as np
import pytest
from rware.warehouse import Action

from planzoo.planners.pathfinding import PIBTPlanner, PIBTSituation
from tests.planners.pathfinding.test_fleet_in_rware import DELIVER, Errands


class PIBTErrands(Errands):
    """The same errands, planned by PIBT: one layer for robots without a load, one for those with."""

    def __init__(self, rows: int, robots: int, seed: int) -> None:
        super().__init__(rows, robots, seed)
        floor = np.ones(self.env.grid_size, dtype=bool)
        self.pibt = PIBTPlanner(np.stack([floor, floor]), "turn")
        self.pibt_memory = self.pibt.begin(robots)

    def step(self) -> list[int]:
        """Moves everyone once; gives the robots that did an errand."""
        at_goal = [cell == goal for cell, goal in zip(self.cells, self.goals, strict=True)]
        holding = np.array([here and self.errand[robot] != DELIVER for robot, here in enumerate(at_goal)])
        self.pibt.set_passable(~self.standing, layer=1)
        situation = PIBTSituation(
            positions=np.array(self.cells),
            goals=np.array(self.goals),
            directions=np.array([agent.dir.value for agent in self.env.agents]),
            layers=np.array([int(agent.carrying_shelf is not None) for agent in self.env.agents]),
            holding=holding,
        )
        plan = self.pibt.plan(situation, self.pibt_memory)
        assert plan.reachable.all()
        actions = np.where(holding, Action.TOGGLE_LOAD.value, plan.actions)
        self.env.step([Action(int(action)) for action in actions])
        assert self.cells == [tuple(cell) for cell in plan.next_cells.tolist()], "rware refused a step"
        done = [robot for robot, here in enumerate(at_goal) if here]
        for robot in done:
            self.errand[robot] = (self.errand[robot] + 1) % 3
            self.goals[robot] = self.next_goal(robot)
        return done


@pytest.mark.parametrize(
    ("rows", "robots", "steps", "longest", "least"),
    [(1, 4, 600, 45, 190), (1, 10, 500, 45, 370), (2, 8, 500, 75, 210), (2, 18, 500, 90, 400)],
)
def test_everyone_does_errand_after_errand(
    rows: int, robots: int, steps: int, longest: int, least: int
) -> None:
    errands = PIBTErrands(rows, robots, seed=robots)
    since, total = np.zeros(robots), 0
    for _ in range(steps):
        since += 1
        for robot in errands.step():
            since[robot] = 0
            total += 1
        assert since.max() <= longest
    assert total >= least
