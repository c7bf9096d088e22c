"""The greedy team: each agent goes the shortest way to what is nearest, dangers or not."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    DOOR,
    EAT,
    EXIT,
    FOOD,
    GROUND_CODES,
    ITEM_SHIFT,
    KEY,
    MEDICINE,
    NEEDS,
    PICK_UP,
    REST,
    UNKNOWN,
    WALL,
    WATER,
)
from planzoo.planners.domains.maze_masks import allowed_actions, frontier_cells, neighbours
from planzoo.planners.domains.maze_view import MazeReader, MazeView
from planzoo.planners.pathfinding.cost_field import CLOSED, CostField
from planzoo.planners.policy import Access, Explanation, Mask, Observation, TeamPolicy

NEED_BELOW = 50.0
"""Needs below this come before the exit."""
_NEED_OF = {FOOD: 1, WATER: 2, MEDICINE: 0}


class GreedyPolicy(TeamPolicy):
    """Each agent does what is nearest: uses what it needs, takes what it stands on, goes to what it needs.

    With all needs at half or more it goes to the nearest known exit, else to where its map ends. It neither
    looks ahead nor around hazards, keeps nothing in mind, and has no part in plans.

    Args:
        params: the rules; their observation is ``map``.
        seed: unused, the policy is deterministic.

    Raises:
        InputError: the params have another observation.
    """

    access: ClassVar[Access] = Access.MODEL

    def __init__(self, params: MazeParams, seed: int | None = None) -> None:
        self.reader = MazeReader(params)
        agents = tuple(f"agent_{number}" for number in range(params.agents))
        super().__init__(agents, self.reader.size, seed)
        self.params = params
        self._reasons: dict[str, str] = {}

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._reasons = {}

    def begin(self) -> None:
        """Needs no memory: the observation has the map."""

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Chooses each agent's action by itself."""
        self._reasons = {}
        actions = np.full(len(self.agents), REST, dtype=np.int64)
        for number, row in enumerate(observations):
            if row.any():
                actions[number] = self._act(self.reader.read(row, number))
        return actions

    def explain(self) -> Explanation:
        """Tells what each agent is after."""
        if not self._reasons:
            return Explanation("No decision has been made yet.", {})
        words = "; ".join(f"{agent} {reason}" for agent, reason in self._reasons.items())
        return Explanation(words + ".", dict(self._reasons))

    def _act(self, view: MazeView) -> int:
        allowed = allowed_actions(view, self.params, may_propose=False)
        action, reason = self._choose(view, allowed)
        self._reasons[self.agents[view.number]] = reason
        return action if allowed[action] else REST

    def _choose(self, view: MazeView, allowed: Mask) -> tuple[int, str]:
        if view.ended:
            return REST, "has nothing left to do"
        low = [item for item, need in _NEED_OF.items() if view.needs[need] < NEED_BELOW]
        for item in low:
            if view.items[item]:
                return EAT + item, f"has {NEEDS[_NEED_OF[item]]} {view.needs[_NEED_OF[item]]:.0f}"
        if allowed[PICK_UP]:
            return PICK_UP, "takes what lies here"
        return self._go(view, low)

    def _go(self, view: MazeView, low: list[int]) -> tuple[int, str]:
        """Goes to the nearest of what is needed, of exits, or of where the map ends."""
        field = CostField(self._costs(view), view.across, view.cell)
        items, ground = view.codes >> ITEM_SHIFT, view.codes & GROUND_CODES
        needed = np.isin(items, [item + 1 for item in low])
        keys = (items == KEY + 1) & bool((ground == DOOR).any())
        doors = (ground == DOOR) & (view.items[KEY] > 0)
        for name, cells in (
            ("what it needs", np.flatnonzero(needed)),
            ("an exit", np.flatnonzero(ground == EXIT)),
            ("a door", np.flatnonzero(doors)),
            ("a key", np.flatnonzero(keys)),
            ("where its map ends", frontier_cells(view)),
        ):
            reached = [cell for cell in cells.tolist() if cell != view.cell and field.reaches(cell)]
            if reached:
                goal = min(reached, key=lambda cell: int(field.totals[cell]))
                direction = neighbours(view.across, view.cell).index(field.path(goal)[0])
                return direction, f"goes to {name} at {view.place(goal)}, the nearest"
        return REST, "has nowhere to go"

    def _costs(self, view: MazeView) -> NDArray[np.int64]:
        """Every open cell costs a step."""
        ground = view.codes & GROUND_CODES
        costs = np.ones(len(ground), dtype=np.int64)
        costs[(ground == UNKNOWN) | (ground == WALL)] = CLOSED
        if not view.items[KEY]:
            costs[ground == DOOR] = CLOSED
        return costs
