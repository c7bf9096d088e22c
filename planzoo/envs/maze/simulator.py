"""The simulator that binds the maze's kernels to arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.arrays import allocate_scratch, allocate_state
from planzoo.envs.maze.constants import build_constants
from planzoo.envs.maze.dynamics import (
    action_mask,
    anybody_lives,
    initial_state,
    is_terminal,
    reward,
    transition,
)
from planzoo.envs.maze.facts import episode_facts
from planzoo.envs.maze.global_state import global_state_size, write_global_state
from planzoo.envs.maze.layout import observation_layout, signed_places
from planzoo.envs.maze.mishaps import take_a_supply
from planzoo.envs.maze.observations import observation
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import EVENTS, Constants, Scratch, State
from planzoo.envs.simulation.actions import accept_actions
from planzoo.envs.simulation.crew import AUTORESET, Desk, report_done, wait_for_work
from planzoo.envs.simulation.jobs import Job, begin_accounts, end_accounts
from planzoo.envs.simulation.kernel import call, driver
from planzoo.envs.simulation.simulator import NO_WORLDS, Buffers, Simulator


class Room(NamedTuple):
    """What a thread writes into.

    Attributes:
        buffers: the simulator's, of which each thread writes its own worlds.
        scratch: each thread's own.
    """

    buffers: Buffers
    scratch: Scratch


class MazeSimulator(Simulator):
    """B mazes of N agents, see :class:`~planzoo.envs.simulation.simulator.Simulator`."""

    params: MazeParams
    constants: Constants
    state: State

    ready_disturbances = ("event",)

    def _bind(self) -> None:
        params = self.params
        self.event_names, self.num_agent_events = EVENTS, len(EVENTS)
        self.agents = tuple(f"agent_{number}" for number in range(params.agents))
        self.num_actions = params.num_actions
        self.constants = build_constants(params)
        self.state = allocate_state(params, self.constants, self.num_worlds)
        self.layout = observation_layout(params)
        self.observation_low = np.zeros(self.layout.size, dtype=np.float32)
        self.observation_low[signed_places(self.layout)] = -1.0
        self.observation_high = np.ones(self.layout.size, dtype=np.float32)
        self.global_state_size = global_state_size(params)

    def _new_room(self) -> Room:
        return Room(self.buffers, allocate_scratch(self.constants))

    def _step_worlds(self, actions: NDArray[np.int64], autoreset: bool, worlds: tuple[int, int]) -> None:
        room = self._room(worlds)
        call(step_worlds, self.constants, self.state, room, actions, autoreset, worlds)

    def _server(self, job: Job, desk: Desk) -> Callable[[], None]:
        return partial(call, serve_worlds, self.constants, self.state, self._room(job.worlds), job, desk)

    def _reset_worlds(self, worlds: NDArray[np.int64]) -> None:
        call(reset_worlds, self.constants, self.state, self._room(NO_WORLDS), worlds)

    def disturb(self, world: int, kind: str, random: np.random.Generator) -> None:
        """Takes a supply away that lies somewhere."""
        take_a_supply(self.state, world, random)

    def refresh(self) -> None:
        """See :meth:`Simulator.refresh`."""
        observe_worlds(self.constants, self.state, self._room(NO_WORLDS))

    def write_global_state(self, world: int, out: NDArray[np.float32]) -> None:
        """Writes the truth, see :func:`~planzoo.envs.maze.global_state.write_global_state`."""
        write_global_state(self.constants, self.state, world, out)

    def episode_facts(self, worlds: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Gives facts about episodes, see :func:`~planzoo.envs.maze.facts.episode_facts`."""
        return episode_facts(self.constants, self.state, worlds)

    @property
    def event_bits(self) -> NDArray[np.int32]:
        """See :attr:`Simulator.event_bits`."""
        bits: NDArray[np.int32] = self.state.agents.events
        return bits


@driver
def step_worlds(
    constants: Constants,
    state: State,
    room: Room,
    actions: NDArray[np.int64],
    autoreset: bool,
    worlds: tuple[int, int],
) -> None:
    """Steps the worlds from ``worlds[0]`` up to but not ``worlds[1]`` and writes the room's buffers."""
    for world in range(worlds[0], worlds[1]):
        if not state.ended[world]:
            accept_actions(room.buffers, actions, world)
            transition(constants, state, world, room.buffers.accepted_actions[world], room.scratch)
            reward(constants, state, world, room.buffers.rewards[world])
            room.buffers.truncated[world] = state.ended[world] and anybody_lives(state, world)
            write_views(constants, state, room, world)
        elif autoreset:
            begin(constants, state, room, world)
        else:
            room.buffers.rewards[world] = 0.0


@driver
def serve_worlds(constants: Constants, state: State, room: Room, job: Job, desk: Desk) -> None:
    """Steps some worlds whenever it is asked to, see :class:`~planzoo.envs.simulation.crew.Crew`."""
    while wait_for_work(desk):
        begin_accounts(job)
        step_worlds(constants, state, room, job.actions, desk[AUTORESET] != 0, job.worlds)
        end_accounts(job, desk[AUTORESET] != 0)
        report_done(desk)


@driver
def begin(constants: Constants, state: State, room: Room, world: int) -> None:
    """Begins a new episode in one world."""
    initial_state(constants, state, world, room.scratch)
    room.buffers.truncated[world] = False
    room.buffers.rewards[world] = 0.0
    room.buffers.invalid_actions[world] = False
    room.buffers.accepted_actions[world] = -1
    write_views(constants, state, room, world)


@driver
def write_views(constants: Constants, state: State, room: Room, world: int) -> None:
    """Writes what the agents of one world observe and may do."""
    for agent in range(state.agents.shape[1]):
        out = room.buffers.observations[world, agent]
        observation(constants, state, world, agent, out, room.scratch)
        action_mask(constants, state, world, agent, room.buffers.action_masks[world, agent])
        room.buffers.terminated[world, agent] = is_terminal(constants, state, world, agent)


@driver
def reset_worlds(constants: Constants, state: State, room: Room, worlds: NDArray[np.int64]) -> None:
    """Begins new episodes in the given worlds, int64 (n,)."""
    for index in range(worlds.shape[0]):
        begin(constants, state, room, worlds[index])


@driver
def observe_worlds(constants: Constants, state: State, room: Room) -> None:
    """Writes what all agents observe and may do."""
    for world in range(room.buffers.truncated.shape[0]):
        write_views(constants, state, room, world)
