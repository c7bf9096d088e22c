"""Orders: a queue, a list or a stream of them, with several items, priorities and deadlines; packages."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.warehouse.cells import rebuild_cells
from planzoo.envs.warehouse.orders import Order
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import NO_DEADLINE, NO_SHELF
from planzoo.envs.warehouse.work import cancel_order, change_order
from tests.envs.warehouse.situations import (
    GO_DOWN,
    GO_LEFT,
    GO_RIGHT,
    GO_UP,
    LOAD,
    WAIT,
    act,
    count,
    hall,
    loads,
    where,
)

TO_STATION = (LOAD, GO_UP, GO_LEFT, GO_DOWN, GO_DOWN, GO_DOWN, GO_RIGHT, GO_RIGHT)
"""Takes shelf 0 from (1, 1) to the cell above the workstation."""


def open_items(simulator: WarehouseSimulator) -> list[list[int]]:
    """Gives the shelves that each open order still waits for."""
    places = simulator.state.requests[0].reshape(simulator.params.request_queue_size, -1)
    return [[int(shelf) for shelf in items if shelf != NO_SHELF] for items in places]


def fetch(simulator: WarehouseSimulator, robots: int = 1) -> np.ndarray:
    """Lets robot 0 deliver shelf 0 from (1, 1); gives the rewards of the last step."""
    simulator.place_robots(0, np.array([(1, 1), (0, 5), (3, 5)][:robots]), np.zeros(robots, dtype=int))
    for action in TO_STATION:
        assert not act(simulator, action, *[WAIT] * (robots - 1)).any()
    return act(simulator, GO_DOWN, *[WAIT] * (robots - 1))


def test_a_queue_is_always_full() -> None:
    simulator = hall((1, 1), requests=(0, 3))
    assert fetch(simulator).tolist() == [1]
    (first,), (second,) = open_items(simulator)
    assert second == 3 and first not in (0, 3), "the shelf just delivered is not asked for at once"
    assert simulator.events(0) == [["order_arrived", "order_completed"]]


def test_a_list_is_worked_off_in_order() -> None:
    orders = [Order((0,), priority=3), Order((2,)), Order((0, 4)), Order((5,))]
    simulator = hall((1, 1), requests=(0, 1), orders="list", order_list=orders)
    assert open_items(simulator) == [[0], [2]]
    assert fetch(simulator).tolist() == [3]
    assert open_items(simulator) == [[0, 4], [2]]
    assert simulator.state.orders.priority[0].tolist() == [1, 1]


def test_a_listed_order_waits_for_its_release_and_its_shelves() -> None:
    orders = [Order((0,)), Order((0,)), Order((1,), release=3)]
    simulator = hall((3, 3), requests=(0, 1, 2), orders="list", order_list=orders)
    assert open_items(simulator) == [[0], [], []], "shelf 0 is asked for already"
    cancel_order(simulator.constants, simulator.state, 0)
    for step, shown in ((1, [[0], [], []]), (2, [[0], [], []]), (3, [[0], [1], []])):
        act(simulator, WAIT)
        assert simulator.state.steps[0] == step and open_items(simulator) == shown


def test_an_episode_ends_when_the_list_is_done() -> None:
    simulator = hall((1, 1), requests=(0, 1), orders="list", order_list=[Order((0,)), Order((1,))])
    fetch(simulator)
    assert not simulator.buffers.terminated.any() and not simulator.episode_info(0)["success"]
    simulator.place_robots(0, np.array([(1, 2)]), np.array([0]))
    for action in (LOAD, GO_UP, GO_RIGHT, GO_DOWN, GO_DOWN, GO_DOWN, GO_LEFT, GO_DOWN):
        act(simulator, action)
    assert simulator.buffers.terminated.all() and not simulator.buffers.truncated.any()
    info = simulator.episode_info(0)
    assert info["success"] and (info["order_completed"], info["deliveries"]) == (2, 2)
    act(simulator, GO_UP)
    assert where(simulator) == [(4, 2)], "a world that has ended stands still"


def test_a_list_that_is_cancelled_ends_without_success() -> None:
    simulator = hall((1, 1), requests=(0,), orders="list", order_list=[Order((0,))])
    cancel_order(simulator.constants, simulator.state, 0)
    act(simulator, WAIT)
    assert simulator.buffers.terminated.all() and not simulator.episode_info(0)["success"]


def test_a_drawn_list_is_as_long_as_asked_for() -> None:
    simulator = hall((1, 1), requests=(0, 1), orders="list", order_count=5, deadline=(4, 9))
    steps = 0
    while not simulator.state.ended[0]:
        act(simulator, WAIT)
        steps += 1
    assert count(simulator, "order_arrived") == 3, "two were open at the reset"
    assert count(simulator, "order_expired") == 5 and 4 * 3 - 2 <= steps <= 9 * 5


def test_a_stream_brings_orders_at_its_rate() -> None:
    rate, steps, worlds = 0.4, 400, 25
    params = hall((0, 0), requests=(0, 1), orders="stream", arrival_rate=rate, max_steps=steps + 1).params
    simulator = WarehouseSimulator(params, worlds)
    simulator.reset(0)
    assert (simulator.state.requests == NO_SHELF).all(), "it begins with an empty queue"
    counts = np.zeros((steps + 1, worlds))
    for step in range(1, steps + 1):
        simulator.step(np.zeros((worlds, 1), dtype=int))
        counts[step] = simulator.state.event_counts[:, [6, 11]].sum(axis=1)
    a_step = np.diff(counts, axis=0)
    size = steps * worlds
    assert abs(a_step.mean() - rate) < 4 * (rate / size) ** 0.5
    # A Poisson number's variance is its mean; that of the sample variance is (rate + 2 rate²) / size.
    assert abs(a_step.var() - rate) < 4 * ((rate + 2 * rate**2) / size) ** 0.5
    none = np.exp(-rate)
    assert abs((a_step == 0).mean() - none) < 4 * (none * (1 - none) / size) ** 0.5
    assert (simulator.state.event_counts[:, 6] == 2).all(), "the others were turned away"


def test_a_stream_fills_the_places_that_are_free() -> None:
    simulator = hall((0, 0), requests=(0, 1, 2), orders="stream", arrival_rate=1.0)
    while count(simulator, "order_turned_away") == 0:
        act(simulator, WAIT)
        arrived = count(simulator, "order_arrived")
        assert [len(items) for items in open_items(simulator)] == [1] * arrived + [0] * (3 - arrived)
    assert arrived == 3 and "order_turned_away" in simulator.events(0)[0]


def test_items_share_what_their_order_is_worth() -> None:
    orders = [Order((0, 3, 4, 5), priority=6)]
    simulator = hall((1, 1), orders="list", order_list=orders)
    assert fetch(simulator).tolist() == [1.5]
    assert open_items(simulator) == [[3, 4, 5]] and count(simulator, "order_completed") == 0
    assert simulator.state.orders.left[0, 0] == 3 and simulator.state.orders.asked[0, 0] == 4


def test_orders_are_drawn_with_all_sizes_and_priorities() -> None:
    simulator = WarehouseSimulator(hall((0, 0), items_per_order=3, priorities=4).params, 400)
    simulator.reset(1)
    sizes, priorities = simulator.state.orders.asked, simulator.state.orders.priority
    for numbers, most in ((sizes, 3), (priorities, 4)):
        share = np.bincount(numbers.ravel(), minlength=most + 1)[1:] / 400
        assert len(share) == most and (abs(share - 1 / most) < 4 * (1 / most / 400) ** 0.5).all()
    assert (simulator.state.worlds.requested_shelves == sizes[:, 0]).all()


def test_deadlines_are_drawn_between_the_shortest_and_the_longest() -> None:
    simulator = WarehouseSimulator(hall((0, 0), deadline=(5, 7)).params, 100)
    simulator.reset(1)
    assert set(simulator.state.orders.deadline.ravel().tolist()) == {5, 6, 7}


@pytest.mark.parametrize(("deadline", "reward"), [(9, 1.0), (8, 0.0)])
def test_the_deadline_is_the_last_step_that_counts(deadline: int, reward: float) -> None:
    simulator = hall((1, 1), orders="list", order_list=[Order((0,), deadline=deadline), Order((1,))])
    assert fetch(simulator).tolist() == [reward]
    assert simulator.state.steps[0] == 9 and count(simulator, "order_expired") == (reward == 0)
    assert open_items(simulator) == [[1]]


@pytest.mark.parametrize(("reward", "each"), [("individual", -0.75), ("global", -1.5), ("two_stage", -0.75)])
def test_expiry_costs_the_fleet_and_frees_the_shelf(reward: str, each: float) -> None:
    orders = [Order((0, 1), deadline=2), Order((3,), deadline=2), Order((4,), release=2, deadline=3)]
    changes = {"orders": "list", "order_list": orders, "late_penalty": 0.75, "reward": reward}
    simulator = hall((0, 0), (0, 1), requests=(0, 1), **changes)
    assert act(simulator, WAIT, WAIT).tolist() == [0, 0]
    assert act(simulator, WAIT, WAIT).tolist() == [each] * 2, "two orders, each for both robots together"
    assert np.flatnonzero(simulator.state.shelves.requested[0]).tolist() == [4]
    assert simulator.events(0) == [["order_arrived", "order_expired"]] * 2
    assert count(simulator, "order_expired") == 2


def test_an_expired_order_of_a_queue_makes_room_for_another() -> None:
    simulator = hall((0, 0), requests=(0, 1), deadline=(3, 3))
    simulator.reset(4)
    for _ in range(3):
        act(simulator, WAIT)
    assert [len(items) for items in open_items(simulator)] == [1, 1]
    assert simulator.state.orders.deadline[0].tolist() == [6, 6]
    assert simulator.events(0) == [["order_arrived", "order_expired"]]


def test_an_order_whose_turn_comes_too_late_expires_at_once() -> None:
    orders = [Order((1,)), Order((0,), deadline=5), Order((0,))]
    simulator = hall((1, 1), orders="list", order_list=orders)
    for action in TO_STATION:
        act(simulator, action)
    cancel_order(simulator.constants, simulator.state, 0)
    act(simulator, WAIT)
    assert open_items(simulator) == [[]] and count(simulator, "order_expired") == 1
    act(simulator, WAIT)
    assert open_items(simulator) == [[0]]


def test_a_cancelled_order_of_a_queue_is_replaced() -> None:
    simulator = hall((1, 1))
    act(simulator, LOAD)
    for _ in range(20):
        before = open_items(simulator)
        cancel_order(simulator.constants, simulator.state, 0)
        ((shelf,),) = open_items(simulator)
        assert np.flatnonzero(simulator.state.shelves.requested[0]).tolist() == [shelf]
        assert simulator.state.worlds.orders_open[0] == 1 == len(before)
    assert count(simulator, "order_cancelled") == 20 == count(simulator, "order_arrived")
    assert loads(simulator) == [0]


def test_a_carried_shelf_is_no_longer_asked_for_when_its_order_is_cancelled() -> None:
    simulator = hall((1, 1), orders="list", order_list=[Order((0,)), Order((1,))])
    act(simulator, LOAD)
    cancel_order(simulator.constants, simulator.state, 0)
    assert open_items(simulator) == [[]] and not simulator.state.shelves.requested.any()
    simulator.refresh()
    for action in (*TO_STATION[1:], GO_DOWN):
        assert act(simulator, action).tolist() == [0]
    assert loads(simulator) == [0] and open_items(simulator) == [[1]]


def test_a_changed_order_asks_for_another_shelf() -> None:
    simulator = hall((1, 1), orders="list", order_list=[Order((0, 2), priority=5, deadline=50)])
    act(simulator, LOAD)
    change_order(simulator.constants, simulator.state, 0)
    ((shelf, other),) = open_items(simulator)
    assert other == 2 and shelf not in (0, 2)
    assert np.flatnonzero(simulator.state.shelves.requested[0]).tolist() == sorted((shelf, other))
    assert simulator.state.orders[0, 0].item()[:1] == (50,) and simulator.state.orders.priority[0, 0] == 5
    assert count(simulator, "order_changed") == 1


def test_nothing_is_cancelled_or_changed_where_no_order_is_open() -> None:
    simulator = hall((0, 0), orders="stream", arrival_rate=0.01)
    before = simulator.snapshot()
    cancel_order(simulator.constants, simulator.state, 0)
    change_order(simulator.constants, simulator.state, 0)
    for kept, now in zip(before.state, simulator.state, strict=True):
        np.testing.assert_array_equal(kept, now)


def test_without_packages_nothing_is_delivered() -> None:
    simulator = hall((1, 1), packages=1, package_period=12)
    assert fetch(simulator).tolist() == [1] and simulator.state.packages.tolist() == [[0]]
    simulator.place_robots(0, np.array([(4, 2)]), np.array([0]))
    simulator.set_requests(0, [0])
    simulator.state.robots.loads[0, 0] = 1
    simulator.state.robot_load[0, 0, 0] = 0
    simulator.state.shelves.cell[0, 0] = simulator.state.robots.cell[0, 0]
    rebuild_cells(simulator.constants, simulator.state, 0)
    simulator.refresh()
    rewards = [float(act(simulator, WAIT)[0]) for _ in range(4)]
    assert rewards == [0, 0, 0, 1], "the package of step 12 is used in step 13"


def test_each_shelf_of_a_stack_takes_a_package() -> None:
    simulator = hall((1, 1), requests=(0, 1), robot_kinds=[RobotKind(1, capacity=2)], packages=1)
    for action in (LOAD, GO_RIGHT, LOAD, GO_UP, GO_RIGHT, GO_DOWN, GO_DOWN, GO_DOWN, GO_LEFT):
        act(simulator, action)
    assert act(simulator, GO_DOWN).tolist() == [1]
    assert simulator.state.packages[0, 0] == 0 and simulator.state.shelves.requested[0, 1]


def test_orders_without_a_deadline_never_expire() -> None:
    simulator = hall((0, 0), max_steps=300)
    for _ in range(299):
        act(simulator, WAIT)
    assert simulator.state.orders.deadline[0, 0] == NO_DEADLINE and open_items(simulator) == [[0]]
