"""The oracle of the maze: it sees everything, and gets everybody out as early as it can be done."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.layout import observation_layout
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import ALIVE, REST, WALL
from planzoo.envs.maze.text_maze import world_codes
from planzoo.errors import InputError
from planzoo.planners.domains.maze_escape import NO_WAY, JointEscape, joint_escape
from planzoo.planners.domains.maze_steps import Body, Maze
from planzoo.planners.policy import Access, Explanation, Mask, Observation, TeamPolicy


def escape_of(simulator: MazeSimulator, world: int = 0) -> JointEscape:
    """Gives the reference for a world as it is now: when all who live can be out, and how.

    Args:
        simulator: holds the truth.
        world: which of its worlds.

    Raises:
        InputError: nobody lives in that world.
    """
    bodies = bodies_of(simulator, world)
    if not bodies:
        raise InputError(f"World {world} has nobody left to get out: reset it before asking for a way.")
    return joint_escape(maze_of(simulator, world), list(bodies.values()))


def maze_of(simulator: MazeSimulator, world: int) -> Maze:
    """Gives the maze of a world as it is."""
    codes = np.pad(world_codes(simulator, world), 1, constant_values=WALL)
    return Maze(codes.reshape(-1), codes.shape[1], simulator.params)


def bodies_of(simulator: MazeSimulator, world: int) -> dict[int, Body]:
    """Gives the living agents by number."""
    constants, bodies = simulator.constants, {}
    for number, agent in enumerate(simulator.state.agents[world]):
        if agent["status"] == ALIVE:
            row, column = int(constants.rows[agent["cell"]]), int(constants.columns[agent["cell"]])
            cell = (row + 1) * (simulator.params.width + 2) + column + 1
            needs = tuple(float(need) for need in agent["needs"])
            items = tuple(int(count) for count in agent["items"])
            bodies[number] = Body(cell, needs, items)
    return bodies


class OraclePolicy(TeamPolicy):
    """Everybody goes the shortest way out that they live through; nobody proposes anything.

    It looks at the hidden state of the simulator that it watches, in one world, and is shown as an oracle.

    Args:
        params: the rules; any observation will do, as it reads none.
        seed: unused, the policy is deterministic.
    """

    access: ClassVar[Access] = Access.STATE

    def __init__(self, params: MazeParams, seed: int | None = None) -> None:
        agents = tuple(f"agent_{number}" for number in range(params.agents))
        super().__init__(agents, observation_layout(params).size, seed)
        self.params = params
        self.escape: JointEscape | None = None
        """The reference of the episode, None before its first decision."""
        self._watched: tuple[MazeSimulator, int] | None = None
        self._begun = 0

    def watch(self, simulator: MazeSimulator, world: int = 0) -> None:
        """Tells the oracle where the truth is, such as ``environment.simulator``."""
        self._watched = simulator, world

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision; it goes on watching."""
        super().reset(seed)
        self.escape = None

    def begin(self) -> dict[str, Any]:
        """Begins an episode: the ways are searched at the first decision."""
        return {}

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Takes each agent's next step on its way.

        Raises:
            InputError: it watches no simulator.
        """
        if self._watched is None:
            raise InputError("The oracle sees no maze: call watch(environment.simulator) before it plays.")
        simulator, world = self._watched
        step = int(simulator.state.steps[world])
        living = list(bodies_of(simulator, world))
        if "ways" not in memory:
            self.escape = escape_of(simulator, world)
            memory.update(begun=step, ways=dict(zip(living, self.escape.ways, strict=True)))
        actions = np.full(len(self.agents), REST, dtype=np.int64)
        for number in living:
            way = memory["ways"][number]
            place = step - memory["begun"]
            if place < len(way.actions):
                actions[number] = way.actions[place]
        return actions

    def explain(self) -> Explanation:
        """Tells when everybody can be out, and whether that is proven to be the earliest."""
        if self.escape is None:
            return Explanation("No decision has been made yet.", {})
        found = self.escape
        data = {
            "steps": found.steps,
            "lower_bound": found.lower_bound,
            "ways": {agent: way.steps for agent, way in zip(self.agents, found.ways, strict=False)},
        }
        if found.steps == NO_WAY:
            return Explanation("Not everybody can get out alive by the ways that were found.", data)
        proven = "nobody can be earlier" if found.is_shortest else f"the lower bound is {found.lower_bound}"
        return Explanation(f"All are out after {found.steps} steps, and {proven}.", data)
