"""Spaces: shapes, bounds and kinds."""

from __future__ import annotations

import numpy as np
from gymnasium import spaces

from planzoo.envs.simulation.spaces import (
    agent_observation_space,
    global_state_space,
    masked_observation_space,
    team_action_space,
    team_observation_space,
    team_shape,
)
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from tests.envs.simulation.mortals import mortals


def test_one_agent() -> None:
    space = agent_observation_space(mortals(max_steps=5))
    assert space == spaces.Box(np.float32([0, 0]), np.float32([5, 1]), dtype=np.float32)
    assert team_action_space(mortals(lifetimes=(3,))) == spaces.Discrete(3)


def test_a_team_stands_in_a_row() -> None:
    team = team_observation_space(mortals(max_steps=5))
    np.testing.assert_array_equal(team.high, [5, 1, 5, 1, 5, 1])
    assert team.dtype == np.float32
    assert team_action_space(mortals()) == spaces.MultiDiscrete([3, 3, 3])


def test_an_observation_beside_its_mask() -> None:
    simulator = mortals()
    simulator.reset(0)
    space = masked_observation_space(simulator)
    mask = simulator.buffers.action_masks[0, 0].astype(np.int8)
    assert space.contains({"observation": simulator.buffers.observations[0, 0], "action_mask": mask})
    assert space["action_mask"] == spaces.Box(0, 1, (3,), np.int8)


def test_the_state_is_not_bounded() -> None:
    space = global_state_space(mortals())
    assert space.contains(np.float32([1e9, -1e9, 0])) and not space.contains(np.zeros(2, dtype=np.float32))


def test_images_keep_their_shape() -> None:
    params = WarehouseParams.toy(robots=3, observation="image", sensor_range=2)
    simulator = WarehouseSimulator(params)
    assert agent_observation_space(simulator) == spaces.Box(0, 1, (5, 5, 5), np.float32)
    assert masked_observation_space(simulator)["observation"] == agent_observation_space(simulator)
    assert team_observation_space(simulator) == spaces.Box(0, 1, (3, 5, 5, 5), np.float32)
    alone = WarehouseSimulator(WarehouseParams.toy(observation="image"))
    assert team_shape(alone) == (5, 3, 3) and team_shape(simulator) == (3, 5, 5, 5)
    assert team_shape(mortals()) == (6,) and team_observation_space(mortals()).shape == (6,)
