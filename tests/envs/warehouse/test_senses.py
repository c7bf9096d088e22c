"""What a robot senses, by hand: rware's numbers and the compact ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.sizes import compact_size, local_size
from planzoo.envs.warehouse.state import DOWN, LEFT, RIGHT, UP
from tests.envs.warehouse.placements import HALL, situation

NOTHING = [0, 1, 0, 0, 0, 0, 0]


def seen(simulator: WarehouseSimulator, robot: int = 0) -> NDArray[Any]:
    """What a robot observes, float32 in the shape in which it is handed out."""
    vector: NDArray[Any] = simulator.buffers.observations[0, robot].reshape(simulator.observation_shape)
    return vector


def test_a_local_observation_by_hand() -> None:
    simulator = situation((0, 1, DOWN), (0, 2, LEFT))
    mine = seen(simulator)
    assert mine[:8].tolist() == [1, 0, 0, 0, 1, 0, 0, 1]
    me, other, requested = [1, 0, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 1, 1]
    assert mine[8:].reshape(3, 3, 7).tolist() == [
        [NOTHING] * 3, [NOTHING, me, other], [NOTHING, requested, NOTHING]
    ]  # fmt: skip


def test_messages_stand_between_direction_and_shelf() -> None:
    simulator = situation((0, 1, DOWN), (0, 2, LEFT), message_bits=3)
    simulator.state.robots.message[0] = [0b001, 0b110]
    simulator.refresh()
    cells = seen(simulator)[8:].reshape(3, 3, 10)
    assert len(seen(simulator)) == 8 + 9 * 10 == local_size(simulator.params)
    assert cells[1, 1].tolist() == [1, 0, 1, 0, 0, 1, 0, 0, 0, 0], "one hears oneself, the lowest bit first"
    assert cells[1, 2].tolist() == [1, 0, 0, 1, 0, 0, 1, 1, 0, 0]
    assert cells[2, 1].tolist() == [0, 1, 0, 0, 0, 0, 0, 0, 1, 1]


def test_messages_are_heard_so_far() -> None:
    robots = [(0, 0, UP), (0, 1, UP), (2, 2, UP), (3, 3, UP)]
    for reach, heard in ((1, [1, 1, 0]), (2, [1, 1, 1]), (None, [1, 1, 1])):
        simulator = situation(*robots, message_bits=1, sensor_range=2, message_range=reach)
        simulator.state.robots.message[0] = 1
        simulator.refresh()
        cells = seen(simulator)[8:].reshape(5, 5, 8)
        assert [cells[2, 2, 5], cells[2, 3, 5], cells[4, 4, 5]] == heard
        assert cells[4, 4, 0] == 1 and cells[:, :, 5].sum() == sum(heard), "who is not heard is still seen"


def test_options_make_every_part_longer() -> None:
    simulator = situation((1, 1, RIGHT), layout=HALL, battery=10, message_bits=2)
    mine = seen(simulator)
    assert len(mine) == 8 + 12 + 9 * (7 + 2 + 5) == local_size(simulator.params)
    assert mine[:8].tolist() == [1, 1, 0, 0, 0, 0, 1, 1]
    assert mine[8:20].tolist() == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1]
    cells = mine[20:].reshape(3, 3, 14)
    assert cells[1, 1].tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert cells[2, 1].tolist() == [0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1], "requested, for ever"
    assert cells[2, 2].tolist() == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], "another shelf"


@pytest.mark.parametrize("observation", ["local", "compact", "image"])
def test_a_robot_senses_as_far_as_its_kind(observation: str) -> None:
    kinds = (RobotKind(1, sensor_range=0), RobotKind(1, sensor_range=1), RobotKind(1))
    robots = [(1, 2, UP), (3, 2, UP), (3, 0, UP)]
    simulator = situation(
        *robots, layout=HALL, robot_kinds=kinds, sensor_range=2, observation=observation, movement="cardinal"
    )
    for robot, reach in enumerate((0, 1, 2)):
        window = sensed(simulator, robot)
        near = np.zeros((5, 5), dtype=bool)
        near[2 - reach : 3 + reach, 2 - reach : 3 + reach] = True
        assert not window[~near].any(), "farther cells are all zeros"
        assert window[2, 2].any()
    assert sensed(simulator, 2)[2, 4].any(), "the last one senses the robot two cells away"


def sensed(simulator: WarehouseSimulator, robot: int = 0) -> NDArray[Any]:
    """The numbers of each sensed cell where options are on, float32 (side, side, …)."""
    whole, side = seen(simulator, robot), 2 * simulator.params.sensor_range + 1
    if simulator.params.observation == "image":
        return np.moveaxis(whole[:-12], 0, 2)
    own = 20 if simulator.params.observation == "local" else 21
    return whole[own:].reshape(side, side, -1)


@pytest.mark.parametrize("observation", ["local", "compact", "image"])
def test_a_blind_robot_senses_nothing_and_knows_itself(observation: str) -> None:
    simulator = situation(
        (1, 2, UP), (3, 2, UP), layout=HALL, observation=observation, sensor_dropout=0.5, message_bits=1
    )
    before, other = seen(simulator, 0).copy(), seen(simulator, 1).copy()
    assert sensed(simulator).any()
    simulator.state.robots.blind[0] = [True, False]
    simulator.refresh()
    assert not sensed(simulator).any()
    np.testing.assert_array_equal(seen(simulator, 1), other)
    if observation == "image":
        assert seen(simulator)[-12:, 0, 0].tolist() == [1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1]
    else:
        start = 8 if observation == "local" else 9
        np.testing.assert_array_equal(seen(simulator)[:start], before[:start])
        assert seen(simulator)[start : start + 12].tolist() == [1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1]


def test_a_compact_observation_by_hand() -> None:
    simulator = situation((0, 1, DOWN), (0, 2, RIGHT), observation="compact")
    mine = seen(simulator)
    assert len(mine) == 27 == compact_size(simulator.params)
    assert mine[:9].tolist() == [0, 0.25, 0, 1, 0, 0, 0, 0, 0]
    assert mine[9:].reshape(3, 3, 2).tolist() == [
        [[0, 0], [0, 0], [0, 0]],
        [[0, 0], [0.5, 0], [1, 0]],
        [[0, 0], [0, 1], [0, 0]],
    ]
    simulator = situation((2, 3, UP), observation="compact")
    assert seen(simulator)[:9].tolist() == [0.5, 0.75, 1, 0, 0, 0, 0, 0, 1]
    assert seen(simulator)[9:].reshape(3, 3, 2)[:2, 1].tolist() == [[0, 0.5], [0.25, 0.5]]


@pytest.mark.parametrize(("shelf", "wanted"), [(0, 1), (1, 0)])
def test_a_compact_observation_tells_what_one_carries(shelf: int, wanted: int) -> None:
    simulator = situation((1, 1 + 2 * shelf, LEFT), observation="compact")
    simulator.step([[4]])
    simulator.step([[1]])
    mine = seen(simulator)
    assert mine[:9].tolist() == [0.25, 0.5 * shelf, 0, 0, 1, 0, 1, wanted, 0]
    assert mine[9:].reshape(3, 3, 2)[1].tolist() == [[0, shelf], [0.75, 0.5 + 0.5 * wanted], [0, 0]]


def test_compact_with_options_and_messages() -> None:
    simulator = situation(
        (1, 1, RIGHT), (1, 2, UP), layout=HALL, observation="compact", battery=10, message_bits=2
    )
    simulator.state.robots.message[0] = [1, 2]
    simulator.refresh()
    mine = seen(simulator)
    assert len(mine) == 9 + 12 + 9 * (2 + 2 + 5) == compact_size(simulator.params)
    cells = mine[21:].reshape(3, 3, 9)
    assert cells[1, 1].tolist() == [1, 0, 1, 0, 0, 0, 0, 0, 0]
    assert cells[1, 2].tolist() == [0.25, 0, 0, 1, 0, 0, 0, 0, 0]
    assert cells[2, 1].tolist() == [0, 1, 0, 0, 0, 0, 0, 1, 1]
    assert cells[2, 2].tolist() == [0, 0.5, 0, 0, 0, 0, 0, 0, 0]
