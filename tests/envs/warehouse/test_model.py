"""The fleet observation, read back."""

from __future__ import annotations

import numpy as np

from planzoo.envs.warehouse.layout import STORAGE
from planzoo.envs.warehouse.model import WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import NO_SHELF


def test_reading_gives_the_truth_at_every_step() -> None:
    params = WarehouseParams.rware("small", 4, "easy", observation="fleet")
    simulator, model = WarehouseSimulator(params), WarehouseModel(params)
    simulator.reset(2)
    random = np.random.default_rng(0)
    width = params.map.width + 2
    for _ in range(400):
        view, state = model.read_fleet(simulator.buffers.observations[0, 0]), simulator.state
        cells = (view.positions[:, 0] + 1) * width + view.positions[:, 1] + 1
        np.testing.assert_array_equal(cells, state.robot_cell[0])
        np.testing.assert_array_equal(view.directions, state.robot_direction[0])
        loads = state.robot_load[0]
        np.testing.assert_array_equal(view.carrying, loads != NO_SHELF)
        wanted = [load != NO_SHELF and state.requested[0, load] for load in loads]
        assert view.carrying_requested.tolist() == wanted
        requests = [(row + 1) * width + column + 1 for row, column in view.requests]
        assert requests == state.shelf_cell[0, state.requests[0]].tolist()
        assert view.request_carried.tolist() == [shelf in loads for shelf in state.requests[0]]
        assert view.standing_shelves.sum() == len(model.storage) - view.carrying.sum()
        weights = random.random((1, 4, 5)) * simulator.buffers.action_masks * [0.2, 1.0, 0.7, 0.7, 1.5]
        simulator.step(weights.argmax(axis=2))
    assert view.carrying.any() or simulator.state.deliveries.any(), "the episode showed loads"


def test_each_robot_sees_itself_first() -> None:
    simulator = WarehouseSimulator(WarehouseParams.rware("tiny", 3, observation="fleet"))
    simulator.reset(1)
    views = simulator.buffers.observations[0][:, 71:]
    robots = [views[0, 8 * robot : 8 * robot + 8] for robot in range(3)]
    np.testing.assert_array_equal(views[1, :24], np.concatenate([robots[1], robots[0], robots[2]]))
    np.testing.assert_array_equal(views[0, 24:], views[2, 24:])


def test_the_model_knows_the_map_only() -> None:
    params = WarehouseParams.toy()
    model = WarehouseModel(params)
    assert model.storage == params.map.cells(STORAGE) and model.workstations == [(4, 2)]
    assert model.passable.all() and not hasattr(model, "state")
    assert model.generative().initial_belief(np.random.default_rng(0)).state
