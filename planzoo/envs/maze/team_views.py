"""Agents and cells of one world by the names and places that people use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planzoo.envs.maze.cooperation_types import AgentRole, Location
from planzoo.envs.maze.state import ALIVE, GROUND_CODES, ROLES, UNKNOWN, WALL
from planzoo.envs.simulation.simulator import Simulator
from planzoo.errors import InputError

Agent = int | str
"""An agent by its number, its id or its name."""


def members(team: Any) -> list[int]:
    """Lists the agents of a set of bits."""
    bits = int(team)
    return [agent for agent in range(bits.bit_length()) if bits >> agent & 1]


class TeamView:
    """The agents of one world.

    Args:
        simulator: of the maze.
        world: which of its worlds.
        names: what people call the agents; their ids if there are none.

    Raises:
        InputError: there is no such world, or not one different name for each agent.
    """

    def __init__(self, simulator: Simulator, world: int, names: Sequence[str] | None) -> None:
        if not 0 <= world < simulator.num_worlds:
            raise InputError(f"There is no world {world}: choose one from 0 to {simulator.num_worlds - 1}.")
        self.simulator, self.world = simulator, world
        self.ids = tuple(simulator.agents)
        self.names = self.ids if names is None else tuple(names)
        if len(self.names) != len(self.ids) or len(set(self.names)) != len(self.ids):
            raise InputError(f"Give {len(self.ids)} agents as many different names instead of {self.names}.")

    def number(self, agent: Agent) -> int:
        """Gives the number of an agent.

        Raises:
            InputError: nobody is called like that.
        """
        if isinstance(agent, str):
            for known in (self.ids, self.names):
                if agent in known:
                    return known.index(agent)
        elif 0 <= agent < len(self.ids):
            return int(agent)
        raise InputError(f"There is no agent {agent!r} in this team: choose one of {', '.join(self.names)}.")

    def living(self, agent: Agent) -> int:
        """Gives the number of a living agent.

        Raises:
            InputError: nobody is called like that, or the agent has escaped or died.
        """
        number = self.number(agent)
        if self.agents.status[number] != ALIVE:
            raise InputError(f"{self.names[number]} has ended: only the living make plans and answer them.")
        return number

    @property
    def agents(self) -> Any:
        """The agents' records, AGENT (N,)."""
        return self.simulator.state.agents[self.world]

    @property
    def now(self) -> int:
        """Steps since the reset."""
        return int(self.simulator.state.steps[self.world])

    def named(self, team: Any, first: int | None = None) -> tuple[str, ...]:
        """Gives the ids of a set of agents in order of number, or with one of them first."""
        return tuple(self.ids[agent] for agent in sorted(members(team), key=lambda each: each != first))

    def roles(self, plan: Any) -> dict[str, AgentRole]:
        """Gives the roles of a plan's participants."""
        return {self.ids[agent]: AgentRole(ROLES[plan.roles[agent]]) for agent in members(plan.accepted)}

    def location(self, cell: int) -> Location:
        """Gives column and row of a cell."""
        constants = self.simulator.constants
        return int(constants.columns[cell]), int(constants.rows[cell])

    def cell(self, location: Location) -> int:
        """Gives the cell at a column and row.

        Raises:
            InputError: it is outside of the maze.
        """
        constants = self.simulator.constants
        column, row = location
        if not (0 <= row < constants.height and 0 <= column < constants.width):
            size = f"{constants.width} columns and {constants.height} rows"
            raise InputError(f"[{column}, {row}] is outside of the maze: it has {size}, counted from 0.")
        across = constants.width + 2 * constants.padding
        return int((row + constants.padding) * across + column + constants.padding)

    def is_reachable(self, start: int, goal: int) -> bool:
        """Tells whether a way leads from one cell to another, keys for its doors taken for granted."""
        codes, steps = self.simulator.state.codes[self.world], self.simulator.constants.steps_ahead.tolist()
        reached, waiting = {start}, [start]
        while waiting and goal not in reached:
            cell = waiting.pop()
            around = {cell + step for step in steps} - reached
            fresh = {each for each in around if codes[each] & GROUND_CODES not in (UNKNOWN, WALL)}
            reached |= fresh
            waiting.extend(fresh)
        return goal in reached
