"""Local observations are read exactly as the state is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import BLOCKED_CELL, NO_ROBOT
from planzoo.errors import InputError
from planzoo.planners.domains.local_view import NOBODY, LocalReader, LocalView

PLAIN = WarehouseParams.rware("tiny", 4)
TALKING = WarehouseParams.rware("tiny", 4, message_bits=3, message_range=1, sensor_range=2)
RICH = WarehouseParams.everything("tiny", 6, arrival_rate=0.5, blocked_aisle=0.2, sensor_dropout=0.2)
SIGHTED = WarehouseParams.rware(
    "tiny",
    4,
    sensor_range=2,
    chargers=2,
    battery=100,
    robot_kinds=(RobotKind(2, sensor_range=1), RobotKind(2)),
)
CASES = {
    f"{name}-{observation}": (params, observation)
    for name, params in (("plain", PLAIN), ("talking", TALKING), ("rich", RICH), ("sighted", SIGHTED))
    for observation in ("local", "compact")
}


def played(params: WarehouseParams, observation: str, steps: int, seed: int) -> WarehouseSimulator:
    """A world after some random steps."""
    simulator = WarehouseSimulator(replace(params, observation=observation))
    simulator.reset([seed])
    random = np.random.default_rng(seed)
    for _ in range(steps):
        masks = simulator.buffers.action_masks[0]
        actions = [int(random.choice(np.flatnonzero(mask))) for mask in masks]
        simulator.step(np.array([actions]))
    return simulator


class Truth:
    """What is where, from the robots' and the shelves' own records."""

    def __init__(self, simulator: WarehouseSimulator) -> None:
        state = simulator.state
        self.robots = {int(cell): robot for robot, cell in enumerate(state.robots.cell[0])}
        loads = [
            row[:count].tolist()
            for row, count in zip(state.robot_load[0], state.robots.loads[0], strict=True)
        ]
        self.carried = dict(enumerate(loads))
        aboard = {shelf for load in loads for shelf in load}
        cells = enumerate(state.shelves.cell[0].tolist())
        self.standing = {cell: shelf for shelf, cell in cells if shelf not in aboard}

    def shelves(self, cell: int) -> list[int]:
        """The standing shelf, then the topmost carried one and those below it."""
        robot = self.robots.get(cell)
        carried = [] if robot is None else self.carried[robot][::-1]
        return [*([self.standing[cell]] if cell in self.standing else []), *carried]


def assert_itself(simulator: WarehouseSimulator, view: LocalView, robot: int) -> None:
    params, me = simulator.params, simulator.state.robots[0, robot]
    stride = simulator.constants.width + 2 * simulator.constants.padding
    padding = simulator.constants.padding
    assert view.position == (int(me.cell) // stride - padding, int(me.cell) % stride - padding)
    assert view.direction == me.direction and view.loads == me.loads
    assert view.broken == (me.broken > 0) and view.waiting == (me.wait > 0)
    assert view.coupled == (me.partner != NO_ROBOT)
    assert view.tool == bool(params.kind_of_robot[robot].tool or me.tool)
    assert view.charge == pytest.approx(me.battery / params.battery if params.battery else 1.0)
    world = simulator.state.worlds[0]
    if params.extended and params.tools:
        assert view.tools_left == pytest.approx(world.tools_left / params.tools)
    if params.budget is not None:
        assert view.money_left == pytest.approx(world.money / params.budget, abs=1e-6)
    ready = me.wait == 0 and me.broken == 0 and (params.battery == 0 or me.battery > 0)
    assert view.ready == ready


def assert_cell(simulator: WarehouseSimulator, view: LocalView, place: tuple[int, int], cell: int) -> None:
    """Compares one sensed cell with the state."""
    params, state, truth = simulator.params, simulator.state, Truth(simulator)
    other, shelves = truth.robots.get(cell), truth.shelves(cell)
    assert view.robots[place] == (NOBODY if other is None else state.robots.direction[0, other])
    assert view.shelves[place] == bool(shelves)
    assert view.requested[place] == any(state.shelves.requested[0, shelf] for shelf in shelves)
    assert view.blocked[place] == (cell in state.blocked[0, :, BLOCKED_CELL])
    reach = params.sensor_range if params.message_range is None else params.message_range
    near = max(abs(place[0] - view.centre[0]), abs(place[1] - view.centre[1])) <= reach
    heard = other is not None and near and params.message_bits > 0
    assert view.messages[place] == (state.robots.message[0, other] if heard else 0)
    if not shelves or not params.extended:
        return
    shelf = shelves[0]
    assert view.heavy[place] == (simulator.constants.shelves.weight[shelf] > 1)
    assert view.needs_tool[place] == simulator.constants.shelves.tool[shelf]
    if state.shelves.requested[0, shelf]:
        order = state.orders[0, int(state.shelves.slot[0, shelf]) // params.order_size]
        assert view.worth[place] == pytest.approx(order.priority / params.priorities)
        left = min(params.max_steps, max(0, int(order.deadline) - int(state.steps[0])))
        assert view.steps_left[place] == pytest.approx(left, abs=0.01)


@settings(max_examples=12)
@given(case=st.sampled_from(sorted(CASES)), steps=st.integers(0, 120), seed=st.integers(0, 999))
def test_every_number_is_the_states(case: str, steps: int, seed: int) -> None:
    simulator = played(*CASES[case], steps, seed)
    params, state = simulator.params, simulator.state
    reader, stride = LocalReader(params), simulator.constants.width + 2 * simulator.constants.padding
    for robot, row in enumerate(simulator.buffers.observations[0]):
        view = reader.read(row, robot)
        assert_itself(simulator, view, robot)
        blind = bool(state.robots.blind[0, robot])
        assert view.blind == blind
        own = params.kind_of_robot[robot].sensor_range
        for place in np.ndindex(view.sensed.shape):
            offset = place[0] - view.centre[0], place[1] - view.centre[1]
            far = max(abs(offset[0]), abs(offset[1])) > (params.sensor_range if own is None else own)
            assert view.sensed[place] == (not blind and not far)
            if view.sensed[place]:
                cell = int(state.robots.cell[0, robot]) + offset[0] * stride + offset[1]
                assert_cell(simulator, view, place, cell)


def test_the_cases_show_what_they_are_for() -> None:
    """Robots that are blind, loaded and in a message's reach do occur in the cases above."""
    simulator = played(RICH, "local", 120, 5)
    views = [
        LocalReader(RICH).read(row, robot) for robot, row in enumerate(simulator.buffers.observations[0])
    ]
    assert any(view.loads for view in views) and any(view.charge < 0.9 for view in views)
    talking = played(TALKING, "local", 60, 1)
    rows = talking.buffers.observations[0]
    assert any(LocalReader(TALKING).read(row, robot).messages.any() for robot, row in enumerate(rows))


def test_other_observations_are_refused() -> None:
    with pytest.raises(InputError, match='not observation="fleet": set observation="local" or "compact"'):
        LocalReader(WarehouseParams.rware(observation="fleet"))
