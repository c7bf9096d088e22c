"""What teams and agents remember: plans that worked, whom to trust, and the last events of each agent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.cooperation_types import Location
from planzoo.envs.maze.performance import FIRST_RELIABILITY
from planzoo.envs.maze.state import COMPLETED, EVENTS, NO_AGENT, NO_CELL, NO_PLAN, PLAN_TYPES, PROPOSED
from planzoo.envs.maze.team_memory_file import as_data, from_data
from planzoo.envs.maze.team_views import Agent, TeamView
from planzoo.envs.simulation.simulator import Simulator
from planzoo.errors import InputError


@dataclass(frozen=True, eq=False)
class TeamMemory:
    """Which types of plans worked for a team, and whom its agents trust.

    Attributes:
        type_counts: int64 (7, 8), plans of each type that ever had each status.
        type_steps: int64 (7,), steps from start to completion of the completed plans of each type.
        kept: int64 (N, N), commitments of the second that the first saw kept.
        broken: int64 (N, N), commitments of the second that the first saw broken.
    """

    type_counts: NDArray[np.int64]
    type_steps: NDArray[np.int64]
    kept: NDArray[np.int64]
    broken: NDArray[np.int64]

    @classmethod
    def read(cls, simulator: Simulator, world: int = 0) -> TeamMemory:
        """Reads what a world's team has learnt since its statistics began.

        That is the reset, or where memory is kept the first reset: read such a world once, at the end.

        Raises:
            InputError: there is no such world.
        """
        state, at = simulator.state, TeamView(simulator, world, None).world
        return cls(*(getattr(state, name)[at].astype(np.int64) for name in cls.__dataclass_fields__))

    def __add__(self, other: TeamMemory) -> TeamMemory:
        """Adds up what was learnt in different episodes.

        Raises:
            InputError: the teams differ in size.
        """
        if self.num_agents != other.num_agents:
            sizes = f"{self.num_agents} and {other.num_agents} agents"
            raise InputError(f"Memories of teams of {sizes} don't add up: use teams of the same size.")
        return TeamMemory(*(ours + theirs for ours, theirs in zip(self._arrays, other._arrays, strict=True)))

    @property
    def _arrays(self) -> tuple[NDArray[np.int64], ...]:
        return self.type_counts, self.type_steps, self.kept, self.broken

    @property
    def num_agents(self) -> int:
        """N."""
        return len(self.kept)

    def success_rate(self, plan_type: str) -> float | None:
        """Gives the share of proposed plans of a type that were completed; None if there were none.

        Raises:
            InputError: there is no such type.
        """
        if plan_type not in PLAN_TYPES:
            raise InputError(f"There is no plan type {plan_type!r}: choose one of {', '.join(PLAN_TYPES)}.")
        counts = self.type_counts[PLAN_TYPES.index(plan_type)]
        return float(counts[COMPLETED] / counts[PROPOSED]) if counts[PROPOSED] else None

    def trust(self, agent: int, other: int) -> float:
        """Gives the share of commitments that an agent expects another to keep: (kept + 1) / (all + 2)."""
        kept, broken = self.kept[agent, other], self.broken[agent, other]
        return float((kept + 1) / (kept + broken + 2))

    def write(self, simulator: Simulator, world: int = 0) -> None:
        """Lets a world's team remember this instead of what it has learnt itself, also in episodes to come.

        Raises:
            InputError: the world keeps no memory, is not there, or has another number of agents.
        """
        at = TeamView(simulator, world, None).world
        if simulator.params.memory != "kept":
            raise InputError("This maze forgets at each reset: make it with memory='kept' instead.")
        if simulator.num_agents != self.num_agents:
            sizes = f"{self.num_agents} agents, not of {simulator.num_agents}"
            raise InputError(f"This is the memory of a team of {sizes}: use a maze with as many agents.")
        for name, array in zip(self.__dataclass_fields__, self._arrays, strict=True):
            getattr(simulator.state, name)[at] = array
        reliability = simulator.state.performance.reliability[at]
        np.maximum(reliability, FIRST_RELIABILITY, out=reliability)

    def save(self, path: Path | str) -> None:
        """Writes the memory into a JSON file."""
        Path(path).write_text(json.dumps(as_data(*self._arrays), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path | str) -> TeamMemory:
        """Reads a memory that was saved.

        Raises:
            InputError: there is no such file, or it is no memory of a team.
        """
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror}).") from None
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise InputError(f"{path}: is no JSON file ({error}).") from None
        return cls(*from_data(str(path), data))


@dataclass(frozen=True)
class AgentMemory:
    """An event that an agent remembers.

    Attributes:
        step: when.
        event: one of :data:`~planzoo.envs.maze.state.EVENTS`.
        other: the other agent that had to do with it: giver, receiver, initiator of the plan …
        plan: id of the plan that it was about.
        location: where, as column and row; of plans: their target.
    """

    step: int
    event: str
    other: str | None
    plan: str | None
    location: Location | None


def agent_memories(simulator: Simulator, world: int, agent: Agent) -> tuple[AgentMemory, ...]:
    """Gives the last events of an agent in this episode, the oldest first.

    Raises:
        InputError: there is no such world or agent.
    """
    view = TeamView(simulator, world, None)
    number = view.number(agent)
    ring = simulator.state.memories[world, number]
    count = int(simulator.state.memory_counts[world, number])
    return tuple(
        _as_memory(view, ring[place % len(ring)]) for place in range(max(0, count - len(ring)), count)
    )


def _as_memory(view: TeamView, memory: Any) -> AgentMemory:
    return AgentMemory(
        step=int(memory.step),
        event=EVENTS[memory.event],
        other=None if memory.other == NO_AGENT else view.ids[memory.other],
        plan=None if memory.plan == NO_PLAN else f"plan_{memory.plan}",
        location=None if memory.cell == NO_CELL else view.location(int(memory.cell)),
    )
