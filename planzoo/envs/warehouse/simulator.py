"""The simulator that binds the warehouse's kernels to arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.actions import accept_actions
from planzoo.envs.simulation.kernel import driver, kernel
from planzoo.envs.simulation.simulator import Buffers, Simulator
from planzoo.envs.warehouse.dynamics import (
    NUM_ACTIONS,
    action_mask,
    initial_state,
    is_terminal,
    reward,
    transition,
    write_code,
)
from planzoo.envs.warehouse.layout import STORAGE, WALL, WORKSTATION
from planzoo.envs.warehouse.observations import fleet_observation, observation
from planzoo.envs.warehouse.params import OBSERVATIONS, REWARDS, WarehouseParams
from planzoo.envs.warehouse.state import (
    FLEET_REQUEST,
    FLEET_ROBOT,
    LOCAL_CELL,
    LOCAL_SELF,
    NO_ROBOT,
    NO_SHELF,
    Constants,
    State,
)


class WarehouseSimulator(Simulator):
    """B warehouses of N robots, see :class:`~planzoo.envs.simulation.simulator.Simulator`."""

    params: WarehouseParams
    constants: Constants
    state: State

    def _bind(self) -> None:
        params = self.params
        self.agents = tuple(f"robot_{index}" for index in range(params.robots))
        self.num_actions = NUM_ACTIONS
        self.constants = build_constants(params)
        self.state = allocate_state(params, self.constants, self.num_worlds)
        self.global_state_size = fleet_size(params)
        self.observation_low, self.observation_high = observation_bounds(params)

    def _step_worlds(self, actions: NDArray[np.int64], autoreset: bool, worlds: tuple[int, int]) -> None:
        step_worlds(self.constants, self.state, self.buffers, actions, autoreset, worlds)

    def _reset_worlds(self, worlds: NDArray[np.int64]) -> None:
        reset_worlds(self.constants, self.state, self.buffers, worlds)

    def refresh(self) -> None:
        """See :meth:`Simulator.refresh`."""
        observe_worlds(self.constants, self.state, self.buffers)

    def write_global_state(self, world: int, out: NDArray[np.float32]) -> None:
        """Writes what a fleet manager knows, the first robot first, float32 (global_state_size,)."""
        fleet_observation(self.constants, self.state, world, 0, out)

    def place_robots(self, world: int, positions: NDArray[Any], directions: NDArray[Any]) -> None:
        """Puts the robots of a world where one wants them, with nothing on them and every shelf at its place.

        Args:
            world: which world.
            positions: integers (N, 2), row and column.
            directions: integers (N,), up 0, down 1, left 2, right 3.

        Raises:
            ValueError: two robots in one cell, or a robot on no free cell.
        """
        padding, state = self.constants.padding, self.state
        width = self.constants.width + 2 * padding
        cells = [(int(row) + padding) * width + int(column) + padding for row, column in positions]
        if len(set(cells)) != self.num_agents or not set(cells) <= set(self.constants.free_cells.tolist()):
            raise ValueError(f"Robots need {self.num_agents} different free cells, but got {positions}.")
        state.robot_at[world] = NO_ROBOT
        state.shelf_at[world] = NO_SHELF
        state.robot_load[world] = NO_SHELF
        state.robot_delivered[world] = False
        state.robot_cell[world] = cells
        state.robot_direction[world] = directions
        state.robot_at[world, cells] = np.arange(self.num_agents)
        state.shelf_cell[world] = self.constants.storage_cells
        state.shelf_at[world, self.constants.storage_cells] = np.arange(len(self.constants.storage_cells))
        self._rewrite_codes(world)

    def set_requests(self, world: int, shelves: Sequence[int]) -> None:
        """Replaces the request queue of a world by Q different shelves, numbered row by row as on the map.

        Raises:
            ValueError: they are not Q different shelves of the map.
        """
        count, known = self.params.request_queue_size, range(self.state.requested.shape[1])
        if len(shelves) != count or len(set(shelves)) != count or not set(shelves) <= set(known):
            raise ValueError(f"Expected {count} different shelves from 0 to {known[-1]}, but got {shelves}.")
        self.state.requests[world] = shelves
        self.state.requested[world] = False
        self.state.requested[world, self.state.requests[world]] = True
        self._rewrite_codes(world)

    def _rewrite_codes(self, world: int) -> None:
        for cell in range(len(self.constants.kinds)):
            write_code(self.state, world, cell)
        self.refresh()

    def episode_info(self, world: int) -> dict[str, Any]:
        """Gives ``deliveries`` of all robots since the reset; ``success`` means at least one."""
        deliveries = int(self.state.deliveries[world].sum())
        return {"success": deliveries > 0, "deliveries": deliveries}


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
            buffers.truncated[world] = state.ended[world]
            write_views(constants, state, buffers, world)
        elif autoreset:
            begin(constants, state, buffers, world)
        else:
            buffers.rewards[world] = 0.0


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
    """Writes what the agents of one world see."""
    for robot in range(buffers.rewards.shape[1]):
        observation(constants, state, world, robot, buffers.observations[world, robot])
        action_mask(constants, state, world, robot, buffers.action_masks[world, robot])
        buffers.terminated[world, robot] = is_terminal(constants, state, world, robot)


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


def local_size(params: WarehouseParams) -> int:
    """Gives the length of the local observation."""
    return LOCAL_SELF + LOCAL_CELL * (2 * params.sensor_range + 1) ** 2


def fleet_size(params: WarehouseParams) -> int:
    """Gives the length of what a fleet manager knows."""
    robots, requests = params.robots * FLEET_ROBOT, params.request_queue_size * FLEET_REQUEST
    return robots + requests + params.map.height * params.map.width


def observation_bounds(params: WarehouseParams) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Gives the lowest and highest observation, float32 (D,) each."""
    high = np.ones(local_size(params), dtype=np.float32)
    high[:2] = params.map.width - 1, params.map.height - 1
    if params.observation == "fleet":
        high = np.concatenate([high, np.ones(fleet_size(params), dtype=np.float32)])
    return np.zeros_like(high), high


def build_constants(params: WarehouseParams) -> Constants:
    """Lays the map out in padded cells."""
    padding = params.sensor_range
    kinds = np.pad(params.map.kinds, padding, constant_values=WALL)
    width = kinds.shape[1]
    flat = kinds.reshape(-1)
    return Constants(
        kinds=flat,
        free_cells=np.flatnonzero(flat != WALL).astype(np.int32),
        storage_cells=np.flatnonzero(flat == STORAGE).astype(np.int32),
        workstations=np.flatnonzero(flat == WORKSTATION).astype(np.int32),
        steps_ahead=np.array([-width, width, -1, 1], dtype=np.int32),
        cell_features=cell_features(),
        height=params.map.height,
        width=params.map.width,
        padding=padding,
        sensor_range=params.sensor_range,
        max_steps=params.max_steps,
        reward_kind=REWARDS.index(params.reward),
        observation_kind=OBSERVATIONS.index(params.observation),
    )


def cell_features() -> NDArray[np.float32]:
    """Gives the seven numbers that a sensed cell of each code becomes, float32 (32, 7)."""
    features = np.zeros((32, LOCAL_CELL), dtype=np.float32)
    for code in range(32):
        direction = code % 8
        features[code, 0] = direction > 0
        features[code, 1 + max(0, min(direction, 4) - 1)] = 1.0
        features[code, 5] = code // 8 % 2
        features[code, 6] = code // 16
    return features


def allocate_state(params: WarehouseParams, constants: Constants, num_worlds: int) -> State:
    """Allocates a zeroed state."""
    robots, shelves, cells = params.robots, len(constants.storage_cells), len(constants.kinds)
    return State(
        random_streams=np.zeros((num_worlds, 2), dtype=np.uint64),
        steps=np.zeros(num_worlds, dtype=np.int32),
        ended=np.zeros(num_worlds, dtype=np.bool_),
        robot_cell=np.zeros((num_worlds, robots), dtype=np.int32),
        robot_direction=np.zeros((num_worlds, robots), dtype=np.int8),
        robot_load=np.zeros((num_worlds, robots), dtype=np.int16),
        robot_delivered=np.zeros((num_worlds, robots), dtype=np.bool_),
        shelf_cell=np.zeros((num_worlds, shelves), dtype=np.int32),
        requested=np.zeros((num_worlds, shelves), dtype=np.bool_),
        requests=np.zeros((num_worlds, params.request_queue_size), dtype=np.int16),
        robot_at=np.zeros((num_worlds, cells), dtype=np.int16),
        shelf_at=np.zeros((num_worlds, cells), dtype=np.int16),
        codes=np.zeros((num_worlds, cells), dtype=np.uint8),
        events=np.zeros((num_worlds, robots, 2), dtype=np.int8),
        deliveries=np.zeros((num_worlds, robots), dtype=np.int32),
        moves=np.zeros((num_worlds, robots, 4), dtype=np.int32),
    )
