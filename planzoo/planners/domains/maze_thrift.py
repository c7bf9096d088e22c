"""A team with one can of lamp oil: who goes and who waits, and no way that the oil does not pay for.

Everybody who walks burns oil of the team. So only as many walk as the oil will bring out: first those who
know the way, by its length, then others, for whom as much oil is set aside as a maze of this size is expected
to take. Whoever walks keeps walking. Supplies are fetched only where the way there, and from there on to the
exit, can be gone by the walker's share.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import DOWN, LEFT, RIGHT, UP
from planzoo.envs.resources.rules import ResourceRules
from planzoo.planners.domains.maze_memory import MazeMemory
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_team import IndependentPolicy
from planzoo.planners.domains.maze_view import MazeView
from planzoo.planners.domains.observed_resources import ObservedResource
from planzoo.planners.policy import Mask, Observation

MOVES = [UP, DOWN, LEFT, RIGHT]
"""The actions that burn oil."""
LOOKING_AROUND = 2.0
"""Moves that finding an exit is expected to take, for each row and column of the maze."""

ENOUGH = 0.999
"""A move's share of the oil that pays for it: observations show amounts in single precision."""


@dataclass
class LampMemory:
    """What the team remembers of an episode.

    Attributes:
        agents: what each of them remembers.
        walkers: who may walk, in the order in which they were chosen.
    """

    agents: list[MazeMemory]
    walkers: list[int] = field(default_factory=list)


class LampSite(MazeSite):
    """What an agent makes of its map by the light that it may use.

    Args:
        view: what it observes.
        params: the rules.
        oil: how many moves it can make.
    """

    def __init__(self, view: MazeView, params: MazeParams, oil: float) -> None:
        super().__init__(view, params)
        self.oil = oil

    def with_item(self, item: int) -> list[int]:
        """Lists the cells with an item that the oil suffices to fetch, the cheapest way first."""
        return [cell for cell in super().with_item(item) if self.pays_for(cell)]

    def pays_for(self, cell: int) -> bool:
        """Tells whether the oil suffices for the way to a cell, and then out."""
        there = len(self.field.path(cell))
        if self.way_out is None:
            return there + expected_search(self.params) <= self.oil
        return there + self.view.steps_between(cell, self.way_out) <= self.oil


class ThriftyPolicy(IndependentPolicy):
    """Independent agents under the resource rules of a wrapper: moves take of one resource of the team.

    Args:
        params: the rules of the maze; their observation is ``map``.
        resources: what the wrapper enforces: one resource, which moves take in equal amounts.
        seed: unused, the policy is deterministic.

    Raises:
        InputError: the params have another observation, or the rules are of another kind.
    """

    def __init__(self, params: MazeParams, resources: ResourceRules, seed: int | None = None) -> None:
        super().__init__(params, seed)
        self.oil = ObservedResource(resources, self.agent_observation_size)
        self.agent_observation_size = self.oil.row_size
        self.observation_size = self.oil.row_size * len(self.agents)
        self._share = np.inf

    def begin(self) -> Any:
        """Begins an episode: nobody knows anything, and nobody walks yet."""
        return LampMemory(super().begin())

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Chooses who walks; then each agent decides by itself."""
        rows = self.oil.plain(observations)
        needed = self._needed(rows)
        oil = self.oil.uses_left(observations[0])
        memory.walkers = self._walkers(memory.walkers, needed, oil)
        others = sum(needed[walker] for walker in memory.walkers[1:])
        self._share = max(0.0, oil - others)
        allowed = np.ones((len(rows), self.params.num_actions), np.bool_) if masks is None else masks.copy()
        walking = memory.walkers if oil > ENOUGH else []
        waiting = [number for number in range(len(rows)) if number not in walking]
        allowed[np.ix_(waiting, MOVES)] = False
        return super().decide_team(rows, memory.agents, allowed, deterministic)

    def _needed(self, rows: Observation) -> dict[int, float]:
        """Gives for each agent that still plays the moves that it is expected to make until it is out."""
        needed = {}
        for number, row in enumerate(rows):
            view = self.reader.read(row, number) if row.any() else None
            if view is not None and not view.ended:
                site = MazeSite(view, self.params)
                known = None if site.way_out is None else float(len(site.field.path(site.way_out)))
                needed[number] = expected_search(self.params) if known is None else known
        return needed

    def _walkers(self, before: list[int], needed: dict[int, float], oil: float) -> list[int]:
        """Chooses who may walk; at least one agent does."""
        walkers = [number for number in before if number in needed]
        left = oil - sum(needed[number] for number in walkers)
        for number in sorted(needed, key=lambda each: (needed[each], each)):
            if number not in walkers and (needed[number] <= left or not walkers):
                walkers.append(number)
                left -= needed[number]
        return walkers

    def _site(self, view: MazeView, memory: MazeMemory) -> MazeSite:
        return LampSite(view, self.params, self._share)


def expected_search(params: MazeParams) -> float:
    """Gives how many moves it is expected to take to find an exit and leave by it."""
    return LOOKING_AROUND * (params.height + params.width)
