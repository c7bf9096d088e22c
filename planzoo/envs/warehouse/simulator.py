"""The simulator that binds the warehouse's kernels to arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.actions import accept_actions
from planzoo.envs.simulation.crew import AUTORESET, Desk, report_done, wait_for_work
from planzoo.envs.simulation.jobs import Job, begin_accounts, end_accounts
from planzoo.envs.simulation.kernel import call, driver, kernel
from planzoo.envs.simulation.prefetch import prefetch_row
from planzoo.envs.simulation.simulator import Buffers, Simulator
from planzoo.envs.warehouse.arrays import allocate_state, build_constants
from planzoo.envs.warehouse.cells import rebuild_cells
from planzoo.envs.warehouse.dynamics import action_mask, initial_state, is_terminal, reward, transition
from planzoo.envs.warehouse.layout import WALL
from planzoo.envs.warehouse.mishaps import break_a_robot, change_an_order
from planzoo.envs.warehouse.movement import send_message
from planzoo.envs.warehouse.observations import write_fleet_view, write_observations
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.sizes import action_count, fleet_size, observation_bounds, observation_shape
from planzoo.envs.warehouse.state import (
    EVENTS,
    NO_DEADLINE,
    NO_ROBOT,
    NO_SHELF,
    ROBOT_EVENTS,
    Constants,
    State,
)

BLOCK = 64
"""Worlds that are stepped and then shown together."""
AHEAD = 16
"""How many worlds ahead memory is asked for."""
LARGE_BATCH = 2048
"""Smaller batches stay in the processor's caches."""


class WarehouseSimulator(Simulator):
    """B warehouses of N robots, see :class:`~planzoo.envs.simulation.simulator.Simulator`."""

    params: WarehouseParams
    constants: Constants
    state: State

    ready_disturbances = ("event", "goal_change")

    def _bind(self) -> None:
        params = self.params
        self.event_names, self.num_agent_events = EVENTS, ROBOT_EVENTS
        self.agents = tuple(f"robot_{index}" for index in range(params.robots))
        self.num_actions = action_count(params)
        self.constants = build_constants(params)
        self.state = allocate_state(params, self.constants, self.num_worlds)
        self.global_state_size = fleet_size(params)
        self.observation_low, self.observation_high = observation_bounds(params)
        self.observation_shape = observation_shape(params)

    def _step_worlds(self, actions: NDArray[np.int64], autoreset: bool, worlds: tuple[int, int]) -> None:
        call(step_worlds, self.constants, self.state, self.buffers, actions, autoreset, worlds)

    def _server(self, job: Job, desk: Desk) -> Callable[[], None]:
        return partial(call, serve_worlds, self.constants, self.state, self.buffers, job, desk)

    def _reset_worlds(self, worlds: NDArray[np.int64]) -> None:
        call(reset_worlds, self.constants, self.state, self.buffers, worlds)

    def disturb(self, world: int, kind: str, random: np.random.Generator) -> None:
        """Breaks a robot down, or lets a customer change an order."""
        if kind == "event":
            break_a_robot(self.state, world, random, self.params.repair_steps)
        else:
            change_an_order(self.constants, self.state, world, random)

    def refresh(self) -> None:
        """See :meth:`Simulator.refresh`."""
        refresh_worlds(self.constants, self.state, self.buffers)

    def write_global_state(self, world: int, out: NDArray[np.float32]) -> None:
        """Writes what a fleet manager knows, the first robot first, float32 (global_state_size,)."""
        write_fleet_view(self.constants, self.state, world, out)

    @property
    def event_bits(self) -> NDArray[np.int32]:
        """See :attr:`Simulator.event_bits`."""
        return self.state.robot_events

    def place_robots(self, world: int, positions: NDArray[Any], directions: NDArray[Any]) -> None:
        """Puts the robots of a world where one wants them, with nothing on them and every shelf at its place.

        Args:
            world: which world.
            positions: integers (N, 2), row and column.
            directions: integers (N,), up 0, down 1, left 2, right 3.

        Raises:
            ValueError: two robots in one cell, or a robot on no free cell.
        """
        padding, state, shelves = self.constants.padding, self.state, self.constants.shelves.cell
        width = self.constants.width + 2 * padding
        cells = [(int(row) + padding) * width + int(column) + padding for row, column in positions]
        free = set(np.flatnonzero(self.constants.kinds != WALL).tolist())
        if len(set(cells)) != self.num_agents or not set(cells) <= free:
            raise ValueError(f"Robots need {self.num_agents} different free cells, but got {positions}.")
        robots = state.robots[world]
        robots.loads = 0
        robots.partner = NO_ROBOT
        robots.cell = cells
        robots.direction = directions
        state.robot_load[world] = NO_SHELF
        state.shelves[world].served = False
        state.shelves[world].cell = shelves
        self._rebuild_cells(world)

    def set_requests(self, world: int, shelves: Sequence[int]) -> None:
        """Replaces the open orders of a world by Q orders for one shelf each, numbered row by row on the map.

        Raises:
            ValueError: they are not Q different shelves of the map, or orders ask for several shelves.
        """
        count, known = self.params.request_queue_size, range(self.state.shelves.shape[1])
        if len(shelves) != count or len(set(shelves)) != count or not set(shelves) <= set(known):
            raise ValueError(f"Expected {count} different shelves from 0 to {known[-1]}, but got {shelves}.")
        if self.params.order_size > 1:
            raise ValueError("Orders ask for several shelves here, not for one each.")
        state, shelves = self.state, list(shelves)
        state.requests[world] = shelves
        state.shelves[world].requested = False
        state.shelves[world].requested[shelves] = True
        state.shelves[world].slot[shelves] = np.arange(count)
        state.worlds.requested_shelves[world] = state.worlds.orders_open[world] = count
        state.orders[world] = NO_DEADLINE, 1, 1, 1
        self._rebuild_cells(world)

    def _rebuild_cells(self, world: int) -> None:
        rebuild_cells(self.constants, self.state, world)
        self.refresh()

    def episode_facts(self, worlds: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Gives counts of the episodes so far.

        ``deliveries`` are shelves that all robots delivered; ``success`` means at least one, or all orders of
        a list; every event of :data:`~planzoo.envs.warehouse.state.EVENTS` has its count under its name.
        """
        table = np.empty((1 + len(EVENTS), len(worlds)), dtype=np.int64)
        call(count_events, self.state, worlds, table)
        deliveries, counts = table[0], dict(zip(EVENTS, table[1:], strict=True))
        success = deliveries > 0
        if self.params.orders == "list":
            success = counts["order_completed"] == self.constants.order_count
        return {"success": success, "deliveries": deliveries, **counts}


@driver
def count_events(state: State, worlds: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    """Writes deliveries and every event's count of the given worlds into int64 (1 + E, n)."""
    for row in range(worlds.shape[0]):
        world = worlds[row]
        out[0, row] = 0
        for robot in range(state.robots.shape[1]):
            out[0, row] += state.robots[world, robot].deliveries
        for event in range(state.event_counts.shape[1]):
            out[1 + event, row] = state.event_counts[world, event]


@driver
def step_worlds(
    constants: Constants,
    state: State,
    buffers: Buffers,
    actions: NDArray[np.int64],
    autoreset: bool,
    worlds: tuple[int, int],
) -> None:
    """Steps the worlds from ``worlds[0]`` up to but not ``worlds[1]`` and writes the buffers.

    What is done to a world is spread over some loops, each small enough for the compiler to keep what it
    needs in registers; a block of worlds stays in the cache meanwhile.
    """
    for first in range(worlds[0], worlds[1], BLOCK):
        last = min(worlds[1], first + BLOCK)
        advance_worlds(constants, state, buffers, actions, autoreset, (first, last))
        show_worlds(constants, state, buffers, first, last)


@driver
def serve_worlds(constants: Constants, state: State, buffers: Buffers, job: Job, desk: Desk) -> None:
    """Steps some worlds whenever it is asked to, see :class:`~planzoo.envs.simulation.crew.Crew`."""
    while wait_for_work(desk):
        begin_accounts(job)
        step_worlds(constants, state, buffers, job.actions, desk[AUTORESET] != 0, job.worlds)
        end_accounts(job, desk[AUTORESET] != 0)
        report_done(desk)


@kernel
def advance_worlds(
    constants: Constants,
    state: State,
    buffers: Buffers,
    actions: NDArray[np.int64],
    autoreset: bool,
    worlds: tuple[int, int],
) -> None:
    """Plays a step in each world from ``worlds[0]`` up to but not ``worlds[1]``, or begins it anew."""
    large = state.ended.shape[0] >= LARGE_BATCH
    for world in range(np.uintp(worlds[0]), np.uintp(worlds[1])):
        if large and world + AHEAD < state.ended.shape[0]:
            prefetch_world(state, buffers, world + AHEAD)
        if not state.ended[world]:
            accept_actions(buffers, actions, world)
            if constants.message_bits > 0:
                hear(constants, state, actions, world)
            transition(constants, state, world, buffers.accepted_actions[world])
            reward(constants, state, world, buffers.rewards[world])
            buffers.truncated[world] = state.ended[world] and not state.worlds[world].finished
        elif autoreset:
            begin(constants, state, buffers, world)
        else:
            buffers.rewards[world] = 0.0


@kernel
def prefetch_world(state: State, buffers: Buffers, world: int) -> None:
    """Asks for the memory that a step needs, but for short rows, which the processor fetches by itself."""
    prefetch_row(state.robots, world)
    prefetch_row(state.codes, world)
    prefetch_row(state.shelves, world)
    prefetch_row(state.standing, world)
    prefetch_row(buffers.observations, world)


@kernel
def hear(constants: Constants, state: State, actions: NDArray[np.int64], world: int) -> None:
    """Takes the robots' messages, also of those whose action is invalid."""
    for robot in range(actions.shape[1]):
        send_message(constants, state, world, robot, actions[world, robot])


@driver
def begin(constants: Constants, state: State, buffers: Buffers, world: int) -> None:
    """Begins a new episode in one world."""
    initial_state(constants, state, world)
    buffers.rewards[world] = 0.0
    buffers.truncated[world] = False
    buffers.invalid_actions[world] = False
    buffers.accepted_actions[world] = -1


@kernel
def show_worlds(constants: Constants, state: State, buffers: Buffers, first: int, last: int) -> None:
    """Writes what the agents of the worlds from ``first`` up to but not ``last`` see."""
    write_observations(constants, state, buffers.observations, first, last)
    for world in range(np.uintp(first), np.uintp(last)):
        for robot in range(buffers.rewards.shape[1]):
            action_mask(constants, state, world, robot, buffers.action_masks[world, robot])
            buffers.terminated[world, robot] = is_terminal(constants, state, world, robot)


@driver
def refresh_worlds(constants: Constants, state: State, buffers: Buffers) -> None:
    """Writes what the agents of all worlds see."""
    show_worlds(constants, state, buffers, 0, state.ended.shape[0])


@driver
def reset_worlds(constants: Constants, state: State, buffers: Buffers, worlds: NDArray[np.int64]) -> None:
    """Begins new episodes in the given worlds, int64 (n,)."""
    for index in range(worlds.shape[0]):
        world = worlds[index]
        begin(constants, state, buffers, world)
        show_worlds(constants, state, buffers, world, world + 1)
