"""The fleet observation, read back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.warehouse.layout import STORAGE
from planzoo.envs.warehouse.model import FleetView, WarehouseModel
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import NO_SHELF, UP
from tests.envs.warehouse.placements import HALL, in_hall
from tests.envs.warehouse.reading import Reading, option_sets, play


def test_reading_gives_the_truth_at_every_step() -> None:
    params = WarehouseParams.rware("small", 4, "easy", observation="fleet")
    simulator, model = WarehouseSimulator(params), WarehouseModel(params)
    simulator.reset(2)
    random = np.random.default_rng(0)
    width = params.map.width + 2
    for _ in range(400):
        view, state = model.read_fleet(simulator.buffers.observations[0, 0]), simulator.state
        cells = (view.positions[:, 0] + 1) * width + view.positions[:, 1] + 1
        np.testing.assert_array_equal(cells, state.robots.cell[0])
        np.testing.assert_array_equal(view.directions, state.robots.direction[0])
        loads = state.robot_load[0, :, 0]
        np.testing.assert_array_equal(view.carrying, loads != NO_SHELF)
        wanted = [load != NO_SHELF and state.shelves.requested[0, load] for load in loads]
        assert view.carrying_requested.tolist() == wanted
        requests = [(row + 1) * width + column + 1 for row, column in (r.cell for r in view.requests)]
        assert requests == state.shelves.cell[0, state.requests[0]].tolist()
        assert [r.carried for r in view.requests] == [shelf in loads for shelf in state.requests[0]]
        assert view.standing_shelves.sum() == len(model.storage) - view.carrying.sum()
        weights = random.random((1, 4, 5)) * simulator.buffers.action_masks * [0.2, 1.0, 0.7, 0.7, 1.5]
        simulator.step(weights.argmax(axis=2))
    assert view.carrying.any() or simulator.state.robots.deliveries.any(), "the episode showed loads"


@settings(max_examples=60)
@given(params=option_sets(observation="fleet"), seed=st.integers(0, 10**6))
def test_with_any_options_too(params: WarehouseParams, seed: int) -> None:
    simulator, model = WarehouseSimulator(params), WarehouseModel(params)
    simulator.reset(seed)
    random = np.random.default_rng(seed)
    for _ in range(25):
        view = model.read_fleet(simulator.buffers.observations[0, 0])
        truth = Reading(simulator)
        compare_robots(view, truth)
        compare_requests(view, truth)
        compare_hall(view, truth)
        play(simulator, random)


def compare_robots(view: FleetView, truth: Reading) -> None:
    robots = truth.robots
    assert view.positions.tolist() == [list(robot.place) for robot in robots]
    assert view.directions.tolist() == [robot.direction for robot in robots]
    assert view.carrying.tolist() == [bool(robot.loads) for robot in robots]
    assert view.loads.tolist() == [len(robot.loads) for robot in robots]
    wanted = [any(shelf in truth.requests for shelf in robot.loads) for robot in robots]
    assert view.carrying_requested.tolist() == wanted
    np.testing.assert_allclose(view.charge, [robot.charge for robot in robots], rtol=1e-6)
    assert view.ready.tolist() == [
        not robot.broken and not robot.wait and robot.charge > 0 for robot in robots
    ]
    assert view.broken.tolist() == [robot.broken > 0 for robot in robots]
    assert view.tools.tolist() == [robot.tool for robot in robots]
    assert view.partners.tolist() == [-1 if robot.partner is None else robot.partner for robot in robots]


def compare_requests(view: FleetView, truth: Reading) -> None:
    slots = [(slot, shelf) for slot, shelf in enumerate(truth.requests) if shelf is not None]
    assert len(view.requests) == len(slots)
    for request, (slot, shelf) in zip(view.requests, slots, strict=True):
        order = truth.order_of(shelf)
        assert order is not None
        assert request.cell == truth.shelves[shelf] and request.carried == (shelf in truth.carried)
        assert request.order == slot // truth.params.order_size
        assert request.heavy == truth.heavy[shelf] and request.needs_tool == truth.with_tool[shelf]
        assert request.worth == pytest.approx(order.worth)
        if truth.params.extended:
            assert request.steps_left == pytest.approx(order.time_left * truth.params.max_steps, rel=1e-5)


def compare_hall(view: FleetView, truth: Reading) -> None:
    assert {tuple(place) for place in np.argwhere(view.standing_shelves).tolist()} == set(truth.standing)
    blocked = truth.blocked - set(truth.standing)
    assert {tuple(place) for place in np.argwhere(view.blocked).tolist()} == blocked
    if not truth.params.extended:
        assert view.money_left == 1 and view.packages_left.tolist() == [1] * len(truth.packages_left())
        return
    assert view.tools_left == pytest.approx(truth.tools_left())
    assert view.money_left == pytest.approx(truth.money_left(), abs=1e-6)
    np.testing.assert_allclose(view.packages_left, truth.packages_left(), rtol=1e-6)


def test_orders_of_several_shelves_by_hand() -> None:
    orders = (Order((1, 0), priority=2, deadline=50), Order((2,), priority=4))
    layout = HALL.replace("o", "x").replace(".xxx.", ".xxxx")
    params = in_hall(
        layout,
        observation="fleet",
        orders="list",
        order_list=orders,
        request_queue_size=1,
        heavy_share=0.3,
        robots=2,
    )
    simulator, model = WarehouseSimulator(params), WarehouseModel(params)
    simulator.reset(0)
    heavy = (simulator.constants.shelves.weight > 1).tolist()
    simulator.place_robots(0, np.array([[2, 1], [1, 4]]), np.array([UP, UP]))
    first, second = model.read_fleet(simulator.buffers.observations[0, 0]).requests
    assert (first.cell, second.cell) == ((2, 2), (2, 1)) and not first.carried and not second.carried
    assert first.order == second.order == 0 and first.worth == second.worth == 0.5
    assert first.steps_left == second.steps_left == pytest.approx(50)
    assert [second.heavy, first.heavy] == heavy[:2] and not first.needs_tool
    for _ in range(50):
        simulator.step([[0, 0]])
    (third,) = model.read_fleet(simulator.buffers.observations[0, 0]).requests
    assert third.cell == (2, 3) and third.worth == 1 and third.steps_left == 100, "the first has expired"


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
    hall = WarehouseModel(in_hall())
    assert hall.chargers == [(0, 1)] and hall.cribs == [(0, 3)] and hall.workstations == [(4, 2), (4, 4)]
    assert np.argwhere(~hall.passable).tolist() == [[0, 0], [0, 2], [0, 4]]
    assert hall.fleet_size == 71 + 8 + 3 + 25
