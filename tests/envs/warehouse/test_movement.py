"""How robots move: to any neighbour, slowly, in pairs, on batteries, for money, over slippery floors."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import (
    DOWN,
    FORWARD,
    LEFT,
    NO_ROBOT,
    NOOP,
    RIGHT,
    TOGGLE_LOAD,
    TURN_LEFT,
    UP,
)
from tests.envs.warehouse.situations import (
    CHARGER,
    GO_DOWN,
    GO_LEFT,
    GO_RIGHT,
    GO_UP,
    LOAD,
    WAIT,
    Cell,
    act,
    allowed,
    count,
    hall,
    loads,
    number,
    where,
)

COSTS = {"move_cost": 0.25, "turn_cost": 0.125, "load_cost": 0.5}


@pytest.mark.parametrize(
    ("action", "cell", "direction"),
    [(GO_UP, (2, 3), UP), (GO_DOWN, (4, 3), DOWN), (GO_LEFT, (3, 2), LEFT), (GO_RIGHT, (3, 4), RIGHT)],
)
def test_a_step_to_any_neighbour_points_the_robot_that_way(action: int, cell: Cell, direction: int) -> None:
    simulator = hall((3, 3))
    act(simulator, action)
    assert where(simulator) == [cell] and simulator.state.robots.direction[0, 0] == direction


def test_walls_are_masked_and_a_robot_in_the_way_is_not() -> None:
    simulator = hall((0, 0), (0, 1))
    assert allowed(simulator) == [WAIT, GO_DOWN, GO_RIGHT]
    act(simulator, GO_RIGHT, WAIT)
    assert where(simulator) == [(0, 0), (0, 1)]
    assert simulator.state.robots.direction[0, 0] == RIGHT, "it turned, but could not go"


def test_only_one_enters_a_cell_and_equals_by_number() -> None:
    simulator = hall((3, 4), (3, 2))
    act(simulator, GO_LEFT, GO_RIGHT)
    assert where(simulator) == [(3, 3), (3, 2)]


def test_robots_never_swap() -> None:
    simulator = hall((3, 2), (3, 3))
    act(simulator, GO_RIGHT, GO_LEFT)
    assert where(simulator) == [(3, 2), (3, 3)]


def test_a_robot_follows_one_that_goes() -> None:
    simulator = hall((3, 2), (3, 3))
    act(simulator, GO_RIGHT, GO_UP)
    assert where(simulator) == [(3, 3), (2, 3)]


def test_a_ring_goes_round() -> None:
    simulator = hall((3, 2), (3, 3), (4, 3), (4, 2))
    act(simulator, GO_RIGHT, GO_DOWN, GO_LEFT, GO_UP)
    assert where(simulator) == [(3, 3), (4, 3), (4, 2), (3, 2)]


def test_the_longest_chain_wins() -> None:
    simulator = hall((3, 4), (3, 2), (3, 1))
    act(simulator, GO_LEFT, GO_RIGHT, GO_RIGHT)
    assert where(simulator) == [(3, 4), (3, 3), (3, 2)]


def test_a_slow_robot_takes_its_time_for_a_move_and_none_for_loading() -> None:
    simulator = hall((1, 0), robot_kinds=[RobotKind(1, steps_per_move=3)])
    act(simulator, GO_RIGHT)
    for _ in range(2):
        assert allowed(simulator) == [WAIT]
        act(simulator, GO_RIGHT)
        assert where(simulator) == [(1, 1)] and simulator.buffers.invalid_actions[0, 0]
    act(simulator, LOAD)
    assert loads(simulator) == [0] and GO_LEFT in allowed(simulator)


def test_what_a_step_drains() -> None:
    drains = {"move_drain": 5, "turn_drain": 3, "carry_drain": 2}
    simulator = hall((1, 1), movement="turn", battery=100, **drains)
    for action, left in ((TURN_LEFT, 97), (NOOP, 97), (FORWARD, 92), (TURN_LEFT, 89), (TURN_LEFT, 86)):
        act(simulator, action)
        assert simulator.state.robots.battery[0, 0] == left
    for action, left in ((FORWARD, 81), (TOGGLE_LOAD, 78), (TURN_LEFT, 75), (TURN_LEFT, 72), (FORWARD, 65)):
        act(simulator, action)
        assert simulator.state.robots.battery[0, 0] == left
    assert where(simulator) == [(1, 0)] and loads(simulator) == [0]


def test_a_move_that_is_tried_in_vain_drains_too() -> None:
    simulator = hall((3, 2), (3, 3), battery=20, move_drain=4)
    act(simulator, GO_RIGHT, WAIT)
    assert simulator.state.robots.battery[0].tolist() == [16, 20]


def test_a_dry_robot_stands_in_the_way() -> None:
    simulator = hall((0, 1), (0, 0), battery=9, move_drain=5)
    act(simulator, GO_RIGHT, WAIT)
    assert simulator.events(0) == [[], []]
    act(simulator, GO_RIGHT, WAIT)
    assert where(simulator)[0] == (0, 3), "the last charge suffices for the move that takes it"
    assert simulator.events(0) == [["ran_dry"], []] and simulator.state.robots.battery[0, 0] == 0
    simulator.place_robots(0, np.array([(0, 1), (0, 0)]), np.array([UP, UP]))
    assert allowed(simulator) == [WAIT]
    for _ in range(3):
        act(simulator, GO_RIGHT, GO_RIGHT)
    assert where(simulator) == [(0, 1), (0, 0)] and count(simulator, "ran_dry") == 2


def test_a_charger_fills_a_dry_battery_up_to_its_capacity() -> None:
    simulator = hall(CHARGER, battery=25, charge_rate=10)
    simulator.state.robots.battery[0, 0] = 0
    simulator.refresh()
    assert allowed(simulator) == [WAIT]
    for charge in (10, 20, 25, 25):
        act(simulator, WAIT)
        assert simulator.state.robots.battery[0, 0] == charge
    assert allowed(simulator) == [WAIT, GO_UP, GO_RIGHT]


@pytest.mark.parametrize(
    ("reward", "rewards"),
    [
        ("individual", [[-0.25, -0.5], [0, -0.25]]),
        ("global", [[-0.75, -0.75], [-0.25, -0.25]]),
        ("two_stage", [[-0.25, -0.5], [0, -0.25]]),
    ],
)
def test_actions_cost_in_every_kind_of_reward(reward: str, rewards: list[list[float]]) -> None:
    simulator = hall((0, 1), (1, 1), reward=reward, **COSTS)
    assert act(simulator, GO_LEFT, LOAD).tolist() == rewards[0]
    assert act(simulator, WAIT, GO_LEFT).tolist() == rewards[1]


def test_a_turn_has_its_own_price() -> None:
    simulator = hall((0, 1), movement="turn", **COSTS)
    assert act(simulator, TURN_LEFT).tolist() == [-0.125]
    assert act(simulator, FORWARD).tolist() == [-0.25]


def test_the_budget_is_spent_one_robot_after_the_other() -> None:
    simulator = hall((0, 1), (0, 3), (0, 5), budget=0.5, **COSTS)
    rewards = act(simulator, GO_LEFT, GO_LEFT, GO_LEFT)
    assert rewards.tolist() == [-0.25, -0.25, 0] and where(simulator) == [(0, 0), (0, 2), (0, 5)]
    assert simulator.state.worlds.money[0] == 0
    assert simulator.events(0) == [["money_spent"]] * 3 and count(simulator, "money_spent") == 1
    assert [allowed(simulator, robot) for robot in range(3)] == [[WAIT]] * 3
    act(simulator, GO_RIGHT, WAIT, WAIT)
    assert simulator.buffers.invalid_actions[0].tolist() == [True, False, False]
    assert count(simulator, "money_spent") == 1


def test_what_the_money_left_does_not_pay_is_masked() -> None:
    simulator = hall((1, 1), movement="turn", budget=1.0, **COSTS)
    for money, actions in (
        (0.5, [NOOP, FORWARD, 2, 3, TOGGLE_LOAD]),
        (0.3, [NOOP, FORWARD, 2, 3]),
        (0.2, [NOOP, 2, 3]),
        (0.1, [NOOP]),
    ):
        simulator.state.worlds.money[0] = money
        simulator.refresh()
        assert allowed(simulator) == actions


def test_rounding_takes_no_action_from_the_budget() -> None:
    simulator = hall((3, 3), budget=0.3, move_cost=0.1)
    for action in (GO_LEFT, GO_RIGHT, GO_LEFT):
        assert action in allowed(simulator)
        act(simulator, action)
    assert simulator.state.worlds.money[0] == 0 and allowed(simulator) == [WAIT]
    assert count(simulator, "money_spent") == 1


def test_small_costs_are_taken_from_a_large_budget() -> None:
    simulator = hall((0, 1), budget=100_000.0, move_cost=0.001, max_steps=1000)
    for _ in range(500):
        act(simulator, GO_LEFT)
        act(simulator, GO_RIGHT)
    assert simulator.state.worlds.money[0] == pytest.approx(99_999.0, abs=1e-6)


def test_who_always_slips_stands_still_and_pays() -> None:
    simulator = hall((0, 1), slip=1.0, move_cost=0.25)
    assert act(simulator, GO_LEFT).tolist() == [-0.25]
    assert where(simulator) == [(0, 1)] and simulator.events(0) == [["slipped"]]
    act(simulator, WAIT)
    assert simulator.events(0) == [[]], "only who moves slips"


def test_moves_slip_at_their_rate() -> None:
    simulator = hall((0, 1), slip=0.2, max_steps=5000)
    steps = 2000
    for _ in range(steps):
        act(simulator, GO_LEFT if GO_LEFT in allowed(simulator) else GO_RIGHT)
        assert not simulator.buffers.invalid_actions.any()
    assert abs(count(simulator, "slipped") / steps - 0.2) < 4 * (0.2 * 0.8 / steps) ** 0.5


def test_a_robot_that_stands_still_for_long_is_reported_once() -> None:
    simulator = hall((0, 1), (0, 0), stuck_after=3)
    reports = []
    for step in range(8):
        act(simulator, GO_LEFT, WAIT)
        reports += [(step, robot) for robot, events in enumerate(simulator.events(0)) if "stuck" in events]
    assert reports == [(2, 0), (2, 1)]
    act(simulator, GO_RIGHT, WAIT)
    assert simulator.state.robots.still[0].tolist() == [0, 9]


def pair(*others: Cell, **changes: object) -> WarehouseSimulator:
    """Robot 0 has lifted shelf 0 at (1, 1) with robot 1 at (1, 0); others stand elsewhere."""
    simulator = hall((1, 1), (1, 0), *others, heavy_share=1.0, **changes)
    act(simulator, LOAD, LOAD, *[WAIT] * len(others))
    assert loads(simulator) == [0] and simulator.state.robots.partner[0, :2].tolist() == [1, 0]
    return simulator


def test_the_one_without_the_shelf_leads_and_the_other_follows() -> None:
    simulator = pair()
    act(simulator, WAIT, GO_DOWN)
    assert where(simulator) == [(1, 0), (2, 0)]
    assert simulator.state.shelves.cell[0, 0] == number(simulator, (1, 0))
    act(simulator, WAIT, GO_DOWN)
    assert where(simulator) == [(2, 0), (3, 0)]


def test_the_one_with_the_shelf_leads_if_both_want_to() -> None:
    simulator = pair()
    assert GO_UP in allowed(simulator) and GO_DOWN in allowed(simulator, 1)
    act(simulator, GO_UP, GO_DOWN)
    assert where(simulator) == [(0, 1), (1, 1)]


def test_the_pair_keeps_the_shelf_off_standing_ones() -> None:
    simulator = pair()
    assert GO_RIGHT not in allowed(simulator) and GO_DOWN not in allowed(simulator)
    act(simulator, GO_UP, WAIT)
    act(simulator, GO_RIGHT, WAIT)
    assert where(simulator) == [(0, 2), (0, 1)]
    assert GO_DOWN in allowed(simulator, 1)
    act(simulator, WAIT, GO_DOWN)
    assert where(simulator) == [(0, 1), (1, 1)]
    act(simulator, WAIT, GO_RIGHT)
    assert where(simulator) == [(1, 1), (1, 2)]
    assert allowed(simulator, 1) == [WAIT], "it would pull the shelf under the one that stands here"


def test_the_pulled_robot_wins_the_cell() -> None:
    simulator = pair((0, 0), (0, 1))
    # Without the pair, the chain of two behind would be longer.
    act(simulator, WAIT, GO_DOWN, GO_DOWN, GO_LEFT)
    assert where(simulator) == [(1, 0), (2, 0), (0, 0), (0, 1)]


def test_a_ring_does_not_tear_a_pair_apart() -> None:
    simulator = pair((3, 0), (3, 1), (2, 1))
    act(simulator, WAIT, GO_DOWN, WAIT, WAIT, WAIT)
    before = where(simulator)
    assert before == [(1, 0), (2, 0), (3, 0), (3, 1), (2, 1)]
    # Robots 1 to 4 want to go round, but where robot 4 wants to go, robot 1 pulls robot 0.
    act(simulator, WAIT, GO_DOWN, GO_RIGHT, GO_UP, GO_LEFT)
    assert where(simulator) == before
    act(simulator, WAIT, GO_DOWN, GO_RIGHT, GO_UP, WAIT)
    assert where(simulator) == before, "robot 4 is in the way"
    act(simulator, WAIT, GO_DOWN, GO_RIGHT, GO_RIGHT, GO_LEFT)
    assert where(simulator) == [(2, 0), (3, 0), (3, 1), (3, 2), (2, 1)]


def test_a_broken_partner_is_not_left() -> None:
    for broken in (0, 1):
        simulator = pair()
        simulator.state.robots.broken[0, broken] = 2
        simulator.refresh()
        other = 1 - broken
        assert allowed(simulator, broken) == [WAIT]
        assert not {GO_UP, GO_DOWN, GO_LEFT, GO_RIGHT} & set(allowed(simulator, other))


def test_a_pair_is_as_slow_as_its_slower_robot() -> None:
    simulator = pair(robot_kinds=[RobotKind(1), RobotKind(1, steps_per_move=2)])
    act(simulator, GO_UP, WAIT)
    assert where(simulator) == [(0, 1), (1, 1)] and allowed(simulator) == [WAIT]
    act(simulator, WAIT, WAIT)
    assert GO_RIGHT in allowed(simulator)


def test_a_message_is_said_even_with_an_action_that_is_forbidden() -> None:
    simulator = hall((0, 0), (0, 1), message_bits=2)
    assert simulator.num_actions == 24
    act(simulator, GO_UP + 6 * 3, GO_RIGHT + 6 * 2)
    assert simulator.buffers.invalid_actions[0].tolist() == [True, False]
    assert simulator.state.robots.message[0].tolist() == [3, 2] and where(simulator) == [(0, 0), (0, 2)]
    act(simulator, WAIT, WAIT)
    assert simulator.state.robots.message[0].tolist() == [0, 0]
    assert simulator.state.robots.partner[0].tolist() == [NO_ROBOT, NO_ROBOT]
