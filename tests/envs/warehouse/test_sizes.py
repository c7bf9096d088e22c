"""How long observations are, what bounds them, and how many actions there are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.sizes import (
    action_count,
    compact_size,
    fleet_size,
    image_layer_count,
    local_size,
    observation_bounds,
    observation_shape,
    window_side,
)
from tests.envs.warehouse.placements import in_hall, situation
from tests.envs.warehouse.reading import Reading, option_sets


@pytest.mark.parametrize("reach", [1, 2])
@pytest.mark.parametrize("observation", ["local", "fleet"])
def test_sizes_and_bounds(reach: int, observation: str) -> None:
    params = WarehouseParams.rware("small", 3, observation=observation, sensor_range=reach)
    local, fleet = local_size(params), fleet_size(params)
    assert local == 8 + 7 * (2 * reach + 1) ** 2 and fleet == 3 * 8 + 3 * 3 + 20 * 10
    low, high = observation_bounds(params)
    assert len(low) == len(high) == local + (fleet if observation == "fleet" else 0)
    assert low.dtype == high.dtype == np.float32
    assert not low.any() and high[:3].tolist() == [9, 19, 1] and (high[2:] == 1).all()


@pytest.mark.parametrize("observation", ["compact", "image"])
def test_other_kinds_are_shares(observation: str) -> None:
    low, high = observation_bounds(in_hall(observation=observation))
    assert not low.any() and (high == 1).all() and len(low) == (27 if observation == "compact" else 45)


@pytest.mark.parametrize(
    ("options", "local", "compact", "layers", "fleet"),
    [
        ({}, 71, 27, 5, 8 + 3 + 25),
        ({"sensor_range": 3}, 8 + 49 * 7, 9 + 49 * 2, 5, 36),
        ({"message_bits": 2}, 8 + 9 * 9, 9 + 9 * 4, 7, 36),
        ({"movement": "cardinal"}, 71, 27, 5, 36),
        ({"slip": 0.1, "move_cost": 0.1}, 71, 27, 5, 36),
        ({"battery": 9}, 20 + 9 * 12, 21 + 9 * 7, 20, 14 + 10 + 25 + 4),
        ({"battery": 9, "message_bits": 1}, 20 + 9 * 13, 21 + 9 * 8, 21, 53),
        ({"items_per_order": 1, "robots": 3, "tools": 1}, 20 + 9 * 12, 21 + 9 * 7, 20, 3 * 14 + 10 + 25 + 4),
    ],
)
def test_lengths_by_hand(
    options: dict[str, object], local: int, compact: int, layers: int, fleet: int
) -> None:
    params = in_hall(**options)  # type: ignore[arg-type]
    assert (local_size(params), compact_size(params)) == (local, compact)
    assert (image_layer_count(params), fleet_size(params)) == (layers, fleet)


def test_every_order_has_places_for_the_most_shelves() -> None:
    params = WarehouseParams.rware(request_queue_size=3, items_per_order=4, priorities=2)
    assert fleet_size(params) == 2 * 14 + 12 * 10 + 11 * 10 + 2 + 2


@pytest.mark.parametrize(
    ("options", "actions"),
    [
        ({}, 5), ({"movement": "cardinal"}, 6), ({"message_bits": 1}, 10), ({"message_bits": 6}, 320),
        ({"movement": "cardinal", "message_bits": 3}, 48),
    ],
)  # fmt: skip
def test_actions_are_moves_with_messages(options: dict[str, object], actions: int) -> None:
    params = in_hall(**options)  # type: ignore[arg-type]
    assert action_count(params) == actions
    simulator = situation((1, 1, 0), **options)
    assert simulator.num_actions == actions == simulator.buffers.action_masks.shape[2]


@given(params=option_sets(), kind=st.sampled_from(["local", "compact", "image", "fleet"]))
def test_shapes_are_those_of_a_plain_reading(params: WarehouseParams, kind: str) -> None:
    params = replace(params, observation=kind)
    shape, side = observation_shape(params), window_side(params)
    low, high = observation_bounds(params)
    assert len(low) == len(high) == int(np.prod(shape)) and (low <= high).all()
    assert side == 1 + 2 * params.sensor_range
    assert shape[1:] == ((side, side) if kind == "image" else ())
    simulator = WarehouseSimulator(params)
    simulator.reset(0)
    assert simulator.observation_shape == shape and simulator.global_state_size == fleet_size(params)
    assert len(Reading(simulator).observation(0)) == len(low)
