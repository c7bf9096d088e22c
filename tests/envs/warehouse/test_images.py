"""What a robot senses, as an image, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import DOWN, LEFT, RIGHT, UP
from tests.envs.warehouse.placements import HALL, block, situation


def seen(simulator: WarehouseSimulator) -> NDArray[Any]:
    """The layers that the first robot observes, float32 (layers, side, side)."""
    vector: NDArray[Any] = simulator.buffers.observations[0, 0]
    return vector.reshape(simulator.observation_shape)


def upright(simulator: WarehouseSimulator) -> NDArray[Any]:
    """The first five layers, beside each other as the eye takes them in."""
    return seen(simulator)[:5].astype(int)


# The toy hall around (2, 1): shelves at rows 1 and 2, columns 1 and 3; the first is requested.
SHELVES = [[0, 1, 0], [0, 1, 0], [0, 0, 0]]
REQUESTED = [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
ROBOTS = [[0, 0, 0], [0, 1, 1], [0, 0, 0]]
STATIONS = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]
FREE = [[1, 1, 1], [1, 0, 0], [1, 1, 1]]


@pytest.mark.parametrize(("direction", "turns"), [(UP, 0), (RIGHT, 1), (DOWN, 2), (LEFT, 3)])
def test_an_image_is_turned_so_that_the_robot_looks_up(direction: int, turns: int) -> None:
    simulator = situation((2, 1, direction), (2, 2, UP), observation="image")
    layers = np.array([SHELVES, REQUESTED, ROBOTS, STATIONS, FREE])
    np.testing.assert_array_equal(upright(simulator), np.rot90(layers, turns, axes=(1, 2)))
    assert seen(simulator).shape == (5, 3, 3)


def test_what_lies_ahead_is_above() -> None:
    for direction, neighbour in ((UP, (0, 2)), (DOWN, (2, 2)), (LEFT, (1, 1)), (RIGHT, (1, 3))):
        simulator = situation((1, 2, direction), (*neighbour, UP), observation="image")
        assert seen(simulator)[2].tolist() == [[0, 1, 0], [0, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("direction", [UP, DOWN, LEFT, RIGHT])
def test_robots_that_step_to_any_neighbour_see_the_map_upright(direction: int) -> None:
    simulator = situation((2, 1, direction), (2, 2, UP), observation="image", movement="cardinal")
    assert upright(simulator).tolist() == [SHELVES, REQUESTED, ROBOTS, STATIONS, FREE]


def test_walls_and_workstations_in_images() -> None:
    simulator = situation((4, 3, UP), layout=HALL, observation="image")
    layers = upright(simulator)
    assert layers[3].tolist() == [[0, 0, 0], [1, 0, 1], [0, 0, 0]]
    assert layers[4].tolist() == [[1, 1, 1], [1, 0, 1], [0, 0, 0]], "nobody drives out of the hall"


def test_images_with_options() -> None:
    simulator = situation(
        (1, 2, UP), (1, 1, UP), layout=HALL, observation="image", battery=10, heavy_share=1.0,
        message_bits=2, sensor_range=1, blocked_aisle=1e-6, repair_steps=8,
    )  # fmt: skip
    simulator.state.robots.message[0] = [2, 3]
    simulator.state.robots.battery[0] = [5, 10]
    simulator.state.robots.broken[0] = [2, 0]
    block(simulator, 1, 3)
    image = seen(simulator)
    assert image.shape == (5 + 3 + 2 + 12, 3, 3)
    assert image[0].tolist() == [[0, 0, 0], [0, 0, 0], [1, 1, 0]]
    assert image[4].tolist() == [[1, 0, 1], [0, 0, 0], [1, 1, 1]], (
        "walls, robots and blocked cells are not free"
    )
    assert image[5].tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]], "a charger"
    assert image[6].tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]], "a crib"
    assert image[7].tolist() == image[0].tolist(), "heavy shelves"
    assert image[8].tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 0]], "the lowest bit of what they say"
    assert image[9].tolist() == [[0, 0, 0], [1, 1, 0], [0, 0, 0]], "the other bit"
    planes = [0.5, 0.25, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1]
    np.testing.assert_array_equal(image[10:], np.broadcast_to(np.reshape(planes, (12, 1, 1)), (12, 3, 3)))


def test_messages_in_images_without_other_options() -> None:
    simulator = situation(
        (2, 2, RIGHT),
        (2, 4, UP),
        (1, 2, UP),
        observation="image",
        message_bits=2,
        sensor_range=2,
        message_range=1,
    )
    simulator.state.robots.message[0] = [1, 3, 2]
    simulator.refresh()
    image = seen(simulator)
    assert image.shape == (7, 5, 5)
    assert [tuple(cell) for cell in np.argwhere(image[2])] == [(0, 2), (2, 1), (2, 2)], (
        "it looks to the right"
    )
    assert [tuple(cell) for cell in np.argwhere(image[5])] == [(2, 2)]
    assert [tuple(cell) for cell in np.argwhere(image[6])] == [(2, 1)], "the farther one is not heard"
