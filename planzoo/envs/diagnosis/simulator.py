"""The simulator that binds the diagnosis' kernels to arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.constants import allocate_state, build_constants
from planzoo.envs.diagnosis.dynamics import (
    action_mask,
    initial_state,
    is_terminal,
    reward,
    transition,
)
from planzoo.envs.diagnosis.layout import observation_layout
from planzoo.envs.diagnosis.mishaps import lose_a_result
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.posterior import update_beliefs
from planzoo.envs.diagnosis.state import NO_TREATMENT, OBSERVE_RESULTS, Constants, State
from planzoo.envs.diagnosis.views import observation
from planzoo.envs.networks.propagation import Scratch
from planzoo.envs.simulation.actions import accept_actions
from planzoo.envs.simulation.crew import AUTORESET, Desk, report_done, wait_for_work
from planzoo.envs.simulation.jobs import Job, begin_accounts, end_accounts
from planzoo.envs.simulation.kernel import call, driver, kernel
from planzoo.envs.simulation.simulator import NO_WORLDS, Buffers, Simulator


class Room(NamedTuple):
    """What a thread writes into.

    Attributes:
        buffers: the simulator's, of which each thread writes its own worlds.
        scratch: for inference; each thread's own.
        likelihood: float64 (S,), each thread's own.
    """

    buffers: Buffers
    scratch: Scratch
    likelihood: NDArray[np.float64]


class DiagnosisSimulator(Simulator):
    """B clinics of N patients and doctors, see :class:`~planzoo.envs.simulation.simulator.Simulator`."""

    params: DiagnosisParams
    constants: Constants
    state: State

    ready_disturbances = ("event",)

    def _bind(self) -> None:
        params = self.params
        self.agents = tuple(f"doctor_{number}" for number in range(params.patients))
        self.num_actions = params.num_actions
        self.constants = build_constants(params)
        self.state = allocate_state(self.constants, params.patients, self.num_worlds)
        self.layout = observation_layout(params)
        self.observation_low = np.zeros(self.layout.size, dtype=np.float32)
        self.observation_high = np.ones(self.layout.size, dtype=np.float32)
        tables, findings = params.tables, int(self.constants.outcome_starts[-1])
        hidden = int(self.constants.disease_starts[-1]) + tables.inference.num_states
        self._patient_size = hidden + 1 + findings + len(tables.tests) + len(tables.treatments)
        self.global_state_size = params.patients * self._patient_size + 2

    def _new_room(self) -> Room:
        inference = self.params.tables.inference
        return Room(self.buffers, inference.scratch(), np.ones(inference.num_states))

    def _step_worlds(self, actions: NDArray[np.int64], autoreset: bool, worlds: tuple[int, int]) -> None:
        room = self._room(worlds)
        call(step_worlds, self.constants, self.state, room, actions, autoreset, worlds)

    def _server(self, job: Job, desk: Desk) -> Callable[[], None]:
        return partial(call, serve_worlds, self.constants, self.state, self._room(job.worlds), job, desk)

    def _reset_worlds(self, worlds: NDArray[np.int64]) -> None:
        call(reset_worlds, self.constants, self.state, self._room(NO_WORLDS), worlds)

    def disturb(self, world: int, kind: str, random: np.random.Generator) -> None:
        """Loses a result that is in work."""
        lose_a_result(self.state, world, random)

    def refresh(self) -> None:
        """See :meth:`Simulator.refresh`."""
        observe_worlds(self.constants, self.state, self._room(NO_WORLDS))

    def write_global_state(self, world: int, out: NDArray[np.float32]) -> None:
        """Writes the truth, float32 (global_state_size,).

        For each patient the hidden states of all diseases and of all observable nodes one-hot, whether the
        patient has left, the shares of outcomes seen, the tests in work and the treatments given; last the
        shares of the budget and of the time that are left.
        """
        for agent in range(self.num_agents):
            self._write_patient(world, agent, out[agent * self._patient_size :][: self._patient_size])
        constants, state = self.constants, self.state
        limited = np.isfinite(constants.budget)
        out[-2] = max(0.0, state.remaining[world] / constants.budget) if limited else 1.0
        out[-1] = 1.0 - state.steps[world] / constants.max_steps

    def _write_patient(self, world: int, agent: int, out: NDArray[np.float32]) -> None:
        constants, state, inference = self.constants, self.state, self.params.tables.inference
        nodes = state.nodes[world, agent]
        diseases, seen = int(constants.disease_starts[-1]), inference.num_states
        hidden = np.zeros(diseases + seen)
        hidden[constants.disease_starts[:-1] + nodes[constants.disease_nodes]] = 1.0
        hidden[diseases + constants.state_starts + nodes[constants.finding_nodes]] = 1.0
        shares = state.counts[world, agent] / np.repeat(constants.repeats, constants.outcome_counts)
        pending = state.arrival[world, agent] >= 0
        out[:] = np.concatenate(
            [hidden, [state.finished[world, agent]], shares, pending, state.given[world, agent]]
        )

    def episode_facts(self, worlds: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Gives facts about the episodes of some worlds.

        ``success``: for every patient no other treatment was better (where treatments go on: nothing is left
        untreated); ``correct``: the share of such patients; ``tests`` paid for, ``cost`` of them in money,
        and ``treatments`` given, of all patients together.
        """
        state, tables = self.state, self.params.tables
        right = self._treated_rightly(worlds)
        times = state.ordered[worlds]
        return {
            "success": right.all(axis=1),
            "correct": right.mean(axis=1),
            "tests": times.sum(axis=(1, 2), dtype=np.int64),
            "cost": (times * tables.costs).sum(axis=(1, 2)),
            "treatments": state.given[worlds].sum(axis=(1, 2), dtype=np.int64),
        }

    def _treated_rightly(self, worlds: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Bool (n, N)."""
        state, tables = self.state, self.params.tables
        conditions = state.condition[worlds]
        if self.params.roles.treatment_ends:
            choices = np.where(state.treatment[worlds] == NO_TREATMENT, -1, state.treatment[worlds])
            return np.asarray(tables.right_choices[conditions, choices])
        cured = np.bitwise_or.reduce(np.where(state.given[worlds], tables.cured[conditions], 0), axis=2)
        return np.asarray((tables.present[conditions] & ~cured) == 0)


@driver
def step_worlds(
    constants: Constants,
    state: State,
    room: Room,
    actions: NDArray[np.int64],
    autoreset: bool,
    worlds: tuple[int, int],
) -> None:
    """Steps the worlds from ``worlds[0]`` up to but not ``worlds[1]`` and writes the room.buffers."""
    for world in range(worlds[0], worlds[1]):
        if not state.ended[world]:
            accept_actions(room.buffers, actions, world)
            transition(constants, state, world, room.buffers.accepted_actions[world])
            reward(constants, state, world, room.buffers.rewards[world])
            write_views(constants, state, room, world)
            all_left = True
            for agent in range(state.finished.shape[1]):
                all_left = all_left and state.finished[world, agent]
            room.buffers.truncated[world] = state.ended[world] and not all_left
        elif autoreset:
            begin(constants, state, room, world)
        else:
            for agent in range(state.finished.shape[1]):
                room.buffers.rewards[world, agent] = 0.0


@driver
def serve_worlds(constants: Constants, state: State, room: Room, job: Job, desk: Desk) -> None:
    """Steps some worlds whenever it is asked to, see :class:`~planzoo.envs.simulation.crew.Crew`."""
    while wait_for_work(desk):
        begin_accounts(job)
        step_worlds(constants, state, room, job.actions, desk[AUTORESET] != 0, job.worlds)
        end_accounts(job, desk[AUTORESET] != 0)
        report_done(desk)


@kernel
def begin(constants: Constants, state: State, room: Room, world: int) -> None:
    """Begins a new episode in one world."""
    initial_state(constants, state, world)
    room.buffers.truncated[world] = False
    for agent in range(state.finished.shape[1]):
        room.buffers.rewards[world, agent] = 0.0
        room.buffers.invalid_actions[world, agent] = False
        room.buffers.accepted_actions[world, agent] = -1
    write_views(constants, state, room, world)


@kernel
def write_views(constants: Constants, state: State, room: Room, world: int) -> None:
    """Writes what the doctors of one world see."""
    if constants.observation_kind != OBSERVE_RESULTS:
        update_beliefs(constants, state, world, room.scratch, room.likelihood)
    for agent in range(state.finished.shape[1]):
        observation(constants, state, world, agent, room.buffers.observations[world, agent])
        action_mask(constants, state, world, agent, room.buffers.action_masks[world, agent])
        room.buffers.terminated[world, agent] = is_terminal(constants, state, world, agent)


@driver
def reset_worlds(constants: Constants, state: State, room: Room, worlds: NDArray[np.int64]) -> None:
    """Begins new episodes in the given worlds, int64 (n,)."""
    for index in range(worlds.shape[0]):
        begin(constants, state, room, worlds[index])


@driver
def observe_worlds(constants: Constants, state: State, room: Room) -> None:
    """Writes what all doctors see."""
    for world in range(room.buffers.truncated.shape[0]):
        write_views(constants, state, room, world)
