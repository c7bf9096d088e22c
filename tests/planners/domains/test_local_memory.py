"""What a lone robot remembers."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.planners.domains.local_memory import CYCLE_STEPS, Hall, RobotMemory
from planzoo.planners.domains.local_view import LocalReader
from planzoo.planners.pathfinding import UNREACHABLE, cell_distances
from tests.planners.domains.local_world import DOWN, UP, marked, memory_of, model_of, view_of


def test_cells_have_numbers_and_back() -> None:
    hall = Hall(model_of(sensor_range=2))
    assert hall.border == 2 and hall.shape == (9, 9)
    for row in range(5):
        for column in range(5):
            assert hall.cell(hall.number((row, column))) == (row, column)
    assert hall.cells(hall.storage) == [(1, 1), (1, 3), (2, 1), (2, 3)]
    assert hall.exits[hall.number((0, 0))] == 2 and hall.exits[hall.number((2, 2))] == 4


def test_steps_to_stations_are_distances() -> None:
    model = model_of("c#g\n...\nxxx", battery=50)
    hall = Hall(model)
    expected = cell_distances(model.passable, (0, 2))
    for cell in np.ndindex(expected.shape):
        assert hall.station_steps[hall.number((int(cell[0]), int(cell[1])))] == expected[cell]
    assert hall.charger_steps[hall.number((0, 2))] == 4
    assert hall.station_steps[hall.number((0, 1))] == UNREACHABLE


def test_requests_are_noted_with_worth_deadline_and_news() -> None:
    memory = memory_of(model_of())
    here = memory.hall.number((1, 1))
    worth, left = np.full((3, 3), 0.5), np.full((3, 3), 30.0)
    memory.observe(view_of(memory, (0, 0), [(1, 1)], worth=worth, steps_left=left))
    assert memory.wanted[here] and memory.news
    assert (memory.wanted_at[here], memory.worth[here], memory.due[here]) == (0, 0.5, 30)
    memory.observe(view_of(memory, (0, 0), [(1, 1)]))
    assert memory.wanted[here] and not memory.news, "it was known"
    memory.observe(view_of(memory, (4, 4)))
    assert memory.wanted[here] and memory.wanted_at[here] == 1, "out of sight, not out of mind"
    memory.observe(view_of(memory, (0, 0)))
    assert not memory.wanted[here], "somebody has served it"


def test_a_shelf_under_another_robot_is_left_to_it() -> None:
    memory = memory_of(model_of())
    memory.observe(view_of(memory, (0, 0), [(1, 1)], robots={(1, 1): DOWN}))
    assert not memory.wanted.any() and memory.standing[memory.hall.number((1, 1))]
    (other,) = memory.neighbours
    assert (other.cell, other.direction, other.shelf, other.loaded) == ((1, 1), DOWN, True, False)
    assert memory.robot_at((1, 1)) is other and memory.robot_at((0, 1)) is None


def test_a_robot_with_a_shelf_on_an_aisle_or_in_a_gap_carries_it() -> None:
    memory = memory_of(model_of())
    memory.observe(view_of(memory, (0, 0), shelves={(1, 1): False}))
    assert not memory.standing[memory.hall.number((1, 1))]
    robots, shelves = {(1, 1): UP, (0, 1): DOWN}, {(1, 1): True, (0, 1): True}
    memory.observe(view_of(memory, (0, 0), robots=robots, shelves=shelves))
    assert [each.loaded for each in memory.neighbours] == [True, True]
    assert not memory.standing[memory.hall.number((1, 1))]


def test_lifting_delivering_and_putting_down_are_understood() -> None:
    memory = memory_of(model_of())
    memory.observe(view_of(memory, (1, 1), [(1, 1)]))
    here = memory.hall.number((1, 1))
    memory.observe(view_of(memory, (1, 1), [(1, 1)], loads=1))
    assert memory.full and memory.carries_requested and memory.homes == {(1, 1)}
    assert not memory.standing[here] and not memory.wanted[here]
    memory.observe(view_of(memory, (4, 2), shelves={(4, 2): True}, loads=1))
    assert memory.loads == 1 and not memory.carries_requested, "delivered"
    memory.observe(view_of(memory, (1, 1), shelves={(1, 1): True}, loads=1))
    memory.observe(view_of(memory, (1, 1), shelves={(1, 1): True}))
    assert memory.standing[here] and memory.homes == set() and not memory.full


def test_a_robot_with_room_tells_its_load_from_the_shelf_above_it() -> None:
    memory = memory_of(model_of(robot_kinds=()), capacity=2)
    memory.observe(view_of(memory, (1, 1)))
    memory.observe(view_of(memory, (1, 1), loads=1))
    assert not memory.full and not memory.carries_requested
    memory.observe(view_of(memory, (1, 2), [(1, 3)], shelves={(1, 2): True}, loads=1))
    memory.observe(view_of(memory, (1, 3), [(1, 3)], loads=1))
    assert memory.wanted[memory.hall.number((1, 3))] and not memory.carries_requested
    memory.observe(view_of(memory, (1, 3), [(1, 3)], loads=2))
    assert memory.full and memory.carries_requested and memory.homes == {(1, 1), (1, 3)}


def test_a_blind_robot_keeps_what_it_knows() -> None:
    memory = memory_of(model_of())
    memory.observe(view_of(memory, (0, 0), [(1, 1)]))
    nothing = np.zeros((3, 3), dtype=bool)
    memory.observe(view_of(memory, (1, 0), sensed=nothing, shelves={(1, 1): False}))
    assert memory.wanted[memory.hall.number((1, 1))] and memory.position == (1, 0)


def test_obstacles_are_forgotten_with_time() -> None:
    memory = memory_of(model_of(blocked_aisle=0.1, blocked_steps=10))
    number = memory.hall.number((0, 1))
    memory.observe(view_of(memory, (0, 0), blocked=marked((0, 0), [(0, 1)])))
    assert not memory.open_cells(full=False)[number]
    for _ in range(5):
        memory.observe(view_of(memory, (4, 4)))
    assert memory.open_cells(full=False)[number]
    memory.closed_until[number] = memory.step + 3
    assert not memory.open_cells(full=False)[number]
    assert memory.open_cells(full=False, around_robots=False)[number]
    assert not memory.open_cells(full=True)[memory.hall.number((1, 1))], "shelves are closed to a full robot"


def test_curiosity_grows_with_time_and_trust_in_requests_fades() -> None:
    memory = memory_of(model_of(robots=2, request_queue_size=1))
    wanted, plain, unseen = (memory.hall.number(cell) for cell in ((1, 1), (2, 1), (2, 3)))
    memory.observe(view_of(memory, (1, 0), [(1, 1)]))
    assert memory.curiosity()[plain] == 0 and memory.curiosity()[wanted] == 1
    assert memory.curiosity()[unseen] == pytest.approx(memory.hall.density)
    for _ in range(CYCLE_STEPS):
        memory.observe(view_of(memory, (4, 4)))
    assert memory.curiosity()[wanted] == pytest.approx(np.exp(-1))
    assert memory.curiosity()[plain] == pytest.approx(memory.hall.density * (1 - np.exp(-1)))
    memory.refused_until[wanted] = memory.step + 5
    assert memory.curiosity()[wanted] == 0
    assert memory.curiosity()[~memory.hall.storage].sum() == 0


def test_what_it_believes_of_the_cells_in_sight_is_true() -> None:
    """Played at random in the real simulator; cells under other robots may be taken for full or free."""
    params = WarehouseParams.rware("tiny", 6, max_steps=400)
    model, simulator = model_of(params.layout, robots=6, request_queue_size=6), WarehouseSimulator(params)
    hall, reader, random = Hall(model), LocalReader(params), np.random.default_rng(3)
    memories = [RobotMemory(hall, 1, (0, robot)) for robot in range(6)]
    simulator.reset([3])
    compared = 0
    for _ in range(300):
        state = simulator.state
        aboard = set(state.robot_load[0][:, 0].tolist())
        cells = enumerate(state.shelves.cell[0].tolist())
        standing = {cell for shelf, cell in cells if shelf not in aboard}
        occupied = set(state.robots.cell[0].tolist())
        for robot, row in enumerate(simulator.buffers.observations[0]):
            memory = memories[robot]
            memory.observe(reader.read(row, robot))
            sure = np.flatnonzero((memory.seen == memory.step) & hall.storage)
            mine = int(state.robots.cell[0, robot])
            for number in sure.tolist():
                if number not in occupied or number == mine:
                    assert memory.standing[number] == (number in standing)
                    compared += 1
        masks = simulator.buffers.action_masks[0]
        simulator.step(np.array([[int(random.choice(np.flatnonzero(mask))) for mask in masks]]))
    assert compared > 1000


def test_copies_share_the_map_and_nothing_else() -> None:
    memory = memory_of(model_of())
    memory.observe(view_of(memory, (0, 0)))
    twin = copy.deepcopy(memory)
    twin.observe(view_of(twin, (0, 0), [(1, 1)]))
    assert twin.hall is memory.hall and twin.wanted.any() and not memory.wanted.any()
    assert twin.random.random() == memory.random.random()
