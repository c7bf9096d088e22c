"""What stands on a cell, and its code, against the robots and shelves themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, python_function
from planzoo.envs.warehouse.cells import (
    is_carried,
    note_robot,
    note_world,
    rebuild_cells,
    robot_on,
    shelf_on,
    standing_shelf,
)
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import (
    BLOCKED_CODE,
    EVENTS,
    NO_ROBOT,
    NO_SHELF,
    ORDER_EXPIRED,
    REQUEST_CODE,
    RIGHT,
    SHELF_CODE,
    SLIPPED,
    SPECIAL_CODE,
    STANDING_CODE,
    STUCK,
    UP,
    Constants,
    State,
)
from tests.envs.warehouse.placements import HALL, block, cell_number, situation
from tests.envs.warehouse.reading import Place, Reading, option_sets, play


@driver
def look_around(constants: Constants, state: State, world: int, found: NDArray[np.int64]) -> None:
    """Asks of each cell which robot is on it, which shelf stands there, which one is looked at; (C, 3)."""
    for cell in range(found.shape[0]):
        found[cell, 0] = robot_on(state, world, cell)
        found[cell, 1] = standing_shelf(constants, state, world, cell)
        found[cell, 2] = shelf_on(constants, state, world, cell)


@driver
def look_for(constants: Constants, state: State, world: int, shelf: int) -> bool:
    """Asks whether a shelf is on a robot."""
    return is_carried(constants, state, world, shelf)


def expected_code(world: Reading, place: Place) -> int:
    """What a sensor sees on a cell, in a plain reading of the state."""
    code = world.at[place].direction + 1 if place in world.at else 0
    code += SHELF_CODE * bool(world.shelves_on(place)) + REQUEST_CODE * world.requested_on(place)
    code += BLOCKED_CODE * (place in world.blocked) + STANDING_CODE * (place in world.standing)
    special = any(world.heavy[shelf] or world.with_tool[shelf] for shelf in world.shelves_on(place))
    return code + SPECIAL_CODE * special


@settings(max_examples=30)
@given(params=option_sets(), seed=st.integers(0, 10**6))
def test_cells_say_what_is_there(params: WarehouseParams, seed: int) -> None:
    simulator = WarehouseSimulator(params, 2)
    simulator.reset(seed)
    random = np.random.default_rng(seed)
    for _ in range(20):
        check_cells(simulator)
        play(simulator, random)


def check_cells(simulator: WarehouseSimulator, world: int = 1) -> None:
    truth, numbers, state = Reading(simulator, world), simulator.constants, simulator.state
    found = np.zeros((len(numbers.kinds), 3), dtype=np.int64)
    look_around(numbers, state, world, found)
    for cell, looked_up in enumerate(found.tolist()):
        place = truth.place(cell)
        assert state.codes[world, cell] == expected_code(truth, place)
        robots = [number for number, robot in enumerate(truth.robots) if robot.place == place]
        first = [*truth.shelves_on(place), NO_SHELF][0]
        assert looked_up == [[*robots, NO_ROBOT][0], truth.standing.get(place, NO_SHELF), first]
    for shelf in range(len(truth.shelves)):
        assert look_for(numbers, state, world, shelf) == (shelf in truth.carried)


@settings(max_examples=30)
@given(params=option_sets(), seed=st.integers(0, 10**6))
def test_cells_can_be_written_anew(params: WarehouseParams, seed: int) -> None:
    simulator = WarehouseSimulator(params)
    simulator.reset(seed)
    random = np.random.default_rng(seed)
    for _ in range(20):
        play(simulator, random)
    state = simulator.state
    codes, standing = state.codes.copy(), state.standing.copy()
    state.codes[:] = (codes & BLOCKED_CODE) + 7 + SPECIAL_CODE
    state.standing[:] = 0
    rebuild_cells(simulator.constants, state, 0)
    np.testing.assert_array_equal(state.codes, codes)
    np.testing.assert_array_equal(state.standing, standing)


def test_codes_by_hand() -> None:
    kinds = (RobotKind(1, capacity=2),)
    simulator = situation((2, 1, RIGHT), layout=HALL, robot_kinds=kinds, blocked_aisle=1e-6)
    block(simulator, 3, 0)
    codes, at = simulator.state.codes[0], [cell_number(simulator, 2, column) for column in (1, 2, 3)]
    standing, wanted, robot = SHELF_CODE + STANDING_CODE, REQUEST_CODE, RIGHT + 1
    assert codes[at].tolist() == [robot + standing + wanted, standing, 0]
    assert codes[cell_number(simulator, 3, 0)] == BLOCKED_CODE
    for action, expected in (
        (4, [robot + SHELF_CODE + wanted, standing, 0]),
        (1, [0, robot + standing + wanted, 0]),
        (4, [0, robot + SHELF_CODE + wanted, 0]),
        (1, [0, 0, robot + SHELF_CODE + wanted]),
        (4, [0, 0, robot + standing + wanted]),
    ):
        simulator.step([[action]])
        assert codes[at].tolist() == expected
    assert simulator.state.robot_load[0, 0].tolist() == [0, NO_SHELF], (
        "the shelf that nobody waits for stands"
    )


def test_the_topmost_shelf_is_looked_at() -> None:
    simulator = situation((2, 1, RIGHT), layout=HALL, robot_kinds=(RobotKind(1, capacity=2),))
    on = []
    for action in (4, 1, 4):
        simulator.step([[action]])
        cell = int(simulator.state.robots.cell[0, 0])
        found = np.zeros((len(simulator.constants.kinds), 3), dtype=np.int64)
        look_around(simulator.constants, simulator.state, 0, found)
        on.append(int(found[cell, 2]))
    assert on == [0, 1, 1], "the one it carries, the one that stands there, the same on top"


@pytest.mark.parametrize("event", [SLIPPED, STUCK])
def test_events_of_a_robot_are_noted_and_counted(event: int) -> None:
    state = situation((1, 1, UP), (1, 2, UP)).state
    for _ in range(2):
        python_function(note_robot)(state, 0, 1, event)
    assert state.robot_events[0].tolist() == [0, 1 << event] and state.worlds.events[0] == 0
    assert state.event_counts[0].tolist() == [2 * (number == event) for number in range(len(EVENTS))]


def test_events_of_the_warehouse_are_noted_and_counted() -> None:
    state = situation((1, 1, UP)).state
    python_function(note_world)(state, 0, ORDER_EXPIRED)
    assert state.worlds.events[0] == 1 << ORDER_EXPIRED and state.event_counts[0].sum() == 1
