"""The simulator that binds the diagnosis' kernels to arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.dynamics import (
    action_mask,
    initial_state,
    is_terminal,
    observation,
    reward,
    transition,
)
from planzoo.envs.diagnosis.params import DiagnosisParams, ObservationKind
from planzoo.envs.diagnosis.state import NO_TREATMENT, OBSERVE_BELIEF, Constants, State
from planzoo.envs.simulation.actions import accept_actions
from planzoo.envs.simulation.crew import AUTORESET, Desk, report_done, wait_for_work
from planzoo.envs.simulation.kernel import call, driver, kernel
from planzoo.envs.simulation.simulator import Buffers, Simulator


class DiagnosisSimulator(Simulator):
    """B patients, one doctor each, see :class:`~planzoo.envs.simulation.simulator.Simulator`."""

    params: DiagnosisParams
    constants: Constants
    state: State

    def _bind(self) -> None:
        params = self.params
        self.agents = ("doctor_0",)
        self.num_actions = params.num_actions
        self.constants = build_constants(params)
        self.state = allocate_state(params, self.constants, self.num_worlds)
        self.global_state_size = len(params.conditions) + sum(params.outcome_counts) + len(params.tests) + 1
        self.observation_low = np.zeros(params.observation_size, dtype=np.float32)
        self.observation_high = np.ones(params.observation_size, dtype=np.float32)

    def _step_worlds(self, actions: NDArray[np.int64], autoreset: bool, worlds: tuple[int, int]) -> None:
        call(step_worlds, self.constants, self.state, self.buffers, actions, autoreset, worlds)

    def _server(self, actions: NDArray[np.int64], desk: Desk, worlds: tuple[int, int]) -> Callable[[], None]:
        return partial(call, serve_worlds, self.constants, self.state, self.buffers, actions, desk, worlds)

    def _reset_worlds(self, worlds: NDArray[np.int64]) -> None:
        call(reset_worlds, self.constants, self.state, self.buffers, worlds)

    def refresh(self) -> None:
        """See :meth:`Simulator.refresh`."""
        observe_worlds(self.constants, self.state, self.buffers)

    def write_global_state(self, world: int, out: NDArray[np.float32]) -> None:
        """Writes the truth, float32 (global_state_size,).

        First the hidden condition one-hot, then the hidden result of every test one-hot, then which tests are
        done, last the share of the budget that is left.
        """
        state, constants = self.state, self.constants
        conditions, results = len(constants.prior), int(constants.outcome_counts.sum())
        out[:] = 0.0
        out[state.condition[world]] = 1.0
        out[conditions + constants.outcome_starts + state.results[world]] = 1.0
        out[conditions + results : -1] = state.done[world]
        out[-1] = max(0.0, state.remaining[world] / constants.budget)

    def episode_facts(self, worlds: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Gives ``tests`` done and their ``cost``; ``success`` means that no other treatment was better."""
        treatments, conditions = self.state.treatment[worlds], self.state.condition[worlds]
        done = self.state.done[worlds]
        right = self.params.right_treatments[conditions, treatments]
        return {
            "success": right & (treatments != NO_TREATMENT),
            "tests": done.sum(axis=1, dtype=np.int64),
            "cost": np.where(done, self.params.test_costs, 0.0).sum(axis=1),
        }


@driver
def step_worlds(
    constants: Constants,
    state: State,
    buffers: Buffers,
    actions: NDArray[np.int64],
    autoreset: bool,
    worlds: tuple[int, int],
) -> None:
    """Steps the worlds from ``worlds[0]`` up to but not ``worlds[1]`` and writes the buffers."""
    for world in range(worlds[0], worlds[1]):
        if not state.ended[world]:
            accept_actions(buffers, actions, world)
            transition(constants, state, world, buffers.accepted_actions[world])
            reward(constants, state, world, buffers.rewards[world])
            write_views(constants, state, buffers, world)
            buffers.truncated[world] = state.ended[world] and not buffers.terminated[world, 0]
        elif autoreset:
            begin(constants, state, buffers, world)
        else:
            buffers.rewards[world] = 0.0


@driver
def serve_worlds(
    constants: Constants,
    state: State,
    buffers: Buffers,
    actions: NDArray[np.int64],
    desk: Desk,
    worlds: tuple[int, int],
) -> None:
    """Steps some worlds whenever it is asked to, see :class:`~planzoo.envs.simulation.crew.Crew`."""
    while wait_for_work(desk):
        step_worlds(constants, state, buffers, actions, desk[AUTORESET] != 0, worlds)
        report_done(desk)


@kernel
def begin(constants: Constants, state: State, buffers: Buffers, world: int) -> None:
    """Begins a new episode in one world."""
    initial_state(constants, state, world)
    buffers.rewards[world] = 0.0
    buffers.truncated[world] = False
    buffers.invalid_actions[world] = False
    buffers.accepted_actions[world] = -1
    write_views(constants, state, buffers, world)


@kernel
def write_views(constants: Constants, state: State, buffers: Buffers, world: int) -> None:
    """Writes what the agent of one world sees."""
    observation(constants, state, world, 0, buffers.observations[world, 0])
    action_mask(constants, state, world, 0, buffers.action_masks[world, 0])
    buffers.terminated[world, 0] = is_terminal(constants, state, world, 0)


@driver
def reset_worlds(constants: Constants, state: State, buffers: Buffers, worlds: NDArray[np.int64]) -> None:
    """Begins new episodes in the given worlds, int64 (n,)."""
    for index in range(worlds.shape[0]):
        begin(constants, state, buffers, worlds[index])


@driver
def observe_worlds(constants: Constants, state: State, buffers: Buffers) -> None:
    """Writes what all agents see."""
    for world in range(buffers.truncated.shape[0]):
        write_views(constants, state, buffers, world)


def build_constants(params: DiagnosisParams) -> Constants:
    """Lays the tables out for the kernels."""
    counts = np.array(params.outcome_counts, dtype=np.int64)
    return Constants(
        joint=params.joint.copy(),
        cumulative=np.cumsum(params.joint),
        prior=params.joint.sum(axis=1),
        outcome_counts=counts,
        strides=np.append(np.cumprod(counts[::-1])[-2::-1], 1).astype(np.int64),
        outcome_starts=np.append(0, np.cumsum(counts)[:-1]).astype(np.int64),
        test_costs=params.test_costs.copy(),
        utilities=params.utilities.copy(),
        untreated=params.untreated.copy(),
        budget=float(params.budget),
        max_steps=int(params.max_steps),
        observation_kind=get_args(ObservationKind).index(params.observation),
    )


def allocate_state(params: DiagnosisParams, constants: Constants, num_worlds: int) -> State:
    """Allocates a zeroed state."""
    observed = len(params.conditions) if constants.observation_kind == OBSERVE_BELIEF else 0
    return State(
        random_streams=np.zeros((num_worlds, 2), dtype=np.uint64),
        steps=np.zeros(num_worlds, dtype=np.int32),
        ended=np.zeros(num_worlds, dtype=np.bool_),
        condition=np.zeros(num_worlds, dtype=np.int32),
        results=np.zeros((num_worlds, len(params.tests)), dtype=np.int16),
        done=np.zeros((num_worlds, len(params.tests)), dtype=np.bool_),
        remaining=np.zeros(num_worlds, dtype=np.float64),
        treatment=np.zeros(num_worlds, dtype=np.int32),
        last_action=np.zeros(num_worlds, dtype=np.int32),
        belief=np.zeros((num_worlds, observed), dtype=np.float64),
    )
