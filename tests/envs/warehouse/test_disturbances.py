"""Breakdowns, blocked aisles, blind sensors, fickle customers: at their rates, for their time, reported."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest

import planzoo  # noqa: F401, registers the environments
from planzoo.envs.warehouse.layout import AISLE
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import (
    BLOCKED_CELL,
    BLOCKED_CODE,
    BLOCKED_UNTIL,
    EVENTS,
    MOST_BLOCKED,
)
from tests.contracts.warehouse_player import choose_actions
from tests.envs.warehouse.situations import (
    GO_LEFT,
    GO_RIGHT,
    WAIT,
    act,
    allowed,
    count,
    hall,
    number,
    where,
)


def test_a_broken_robot_stands_still_until_it_is_repaired() -> None:
    simulator = hall((0, 1), breakdown=1.0, repair_steps=3)
    act(simulator, GO_LEFT)
    assert where(simulator) == [(0, 0)] and simulator.events(0) == [["broke_down"]]
    for step in range(3):
        assert allowed(simulator) == [WAIT]
        act(simulator, GO_RIGHT)
        assert where(simulator) == [(0, 0)]
        # It is repaired at the beginning of the third step, and breaks down again at its end.
        assert simulator.events(0) == [["broke_down", "repaired"] if step == 2 else []]
    assert count(simulator, "broke_down") == 2 and count(simulator, "repaired") == 1


def test_a_repaired_robot_goes_on() -> None:
    simulator = hall((0, 1), breakdown=1e-9, repair_steps=3)
    simulator.state.robots.broken[0, 0] = 3
    simulator.refresh()
    for broken in (2, 1, 0):
        assert allowed(simulator) == [WAIT]
        act(simulator, WAIT)
        assert simulator.state.robots.broken[0, 0] == broken
    assert simulator.events(0) == [["repaired"]] and GO_LEFT in allowed(simulator)


@pytest.mark.parametrize(
    ("option", "event"),
    [
        ("breakdown", "broke_down"),
        ("sensor_dropout", "sensors_out"),
        ("order_cancelled", "order_cancelled"),
        ("order_changed", "order_changed"),
    ],
)
def test_disturbances_come_at_their_rate(option: str, event: str) -> None:
    rate, steps, worlds = 0.05, 200, 50
    params = hall((0, 0), repair_steps=1, max_steps=steps + 1, **{option: rate}).params
    simulator = WarehouseSimulator(params, worlds)
    simulator.reset(0)
    for _ in range(steps):
        simulator.step(np.zeros((worlds, 1), dtype=int))
    share = simulator.state.event_counts[:, EVENTS.index(event)].sum() / (steps * worlds)
    assert abs(share - rate) < 4 * (rate * (1 - rate) / (steps * worlds)) ** 0.5


def test_a_blocked_aisle_is_closed_for_its_time() -> None:
    simulator = hall((1, 1), blocked_aisle=1.0, blocked_steps=6)
    before: dict[int, int] = {}
    for step in range(1, 60):
        act(simulator, WAIT)
        now = {int(cell): int(until) for cell, until in simulator.state.blocked[0] if cell >= 0}
        kept = {cell: until for cell, until in before.items() if until > step}
        assert kept.items() <= now.items(), "cleared too early"
        assert all(now[cell] == step + 6 for cell in now.keys() - kept.keys()), "not cleared in time"
        codes = np.flatnonzero(simulator.state.codes[0] & BLOCKED_CODE)
        assert set(codes.tolist()) == set(now) and len(now) <= MOST_BLOCKED
        assert (simulator.constants.kinds[codes] == AISLE).all()
        before = now
    assert count(simulator, "aisle_blocked") - count(simulator, "aisle_cleared") == len(now)


def test_no_robot_enters_a_blocked_aisle() -> None:
    simulator = hall((0, 1), blocked_aisle=1e-9)
    simulator.state.blocked[0, 2, [BLOCKED_CELL, BLOCKED_UNTIL]] = number(simulator, (0, 0)), 2
    simulator.state.codes[0, number(simulator, (0, 0))] |= BLOCKED_CODE
    simulator.refresh()
    assert GO_LEFT not in allowed(simulator) and GO_RIGHT in allowed(simulator)
    act(simulator, GO_LEFT)
    assert where(simulator) == [(0, 1)] and simulator.buffers.invalid_actions[0, 0]
    act(simulator, WAIT)
    assert simulator.events(0) == [["aisle_cleared"]] and GO_LEFT in allowed(simulator)


def test_no_aisle_is_blocked_under_a_robot() -> None:
    simulator = WarehouseSimulator(
        hall((0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5), blocked_aisle=1.0, blocked_steps=2).params, 20
    )
    simulator.reset(0)
    random = np.random.default_rng(0)
    for _ in range(60):
        simulator.step(choose_actions(simulator, random))
        worlds, slots = np.nonzero(simulator.state.blocked[..., BLOCKED_CELL] >= 0)
        cells = simulator.state.blocked[worlds, slots, BLOCKED_CELL]
        assert not (simulator.state.robots.cell[worlds] == cells[:, None]).any()


def test_a_blind_robot_senses_nothing_around_itself() -> None:
    simulator = hall((1, 1), (1, 2), sensor_dropout=1.0)
    cell = 7 + 5
    before = simulator.buffers.observations[0].copy()
    assert before[0, -9 * cell :].any()
    act(simulator, WAIT, WAIT)
    seen = simulator.buffers.observations[0]
    assert not seen[:, -9 * cell :].any() and simulator.events(0) == [["sensors_out"]] * 2
    np.testing.assert_array_equal(seen[:, :8], before[:, :8])


def test_what_happens_to_one_robot_is_told_to_it_alone() -> None:
    simulator = hall((0, 0), (0, 1), slip=1.0, order_cancelled=1.0)
    act(simulator, WAIT, GO_RIGHT)
    assert simulator.events(0) == [
        ["order_arrived", "order_cancelled"],
        ["slipped", "order_arrived", "order_cancelled"],
    ]
    assert simulator.listed_events(0) == [
        {"event": "order_arrived", "agent": None},
        {"event": "order_cancelled", "agent": None},
        {"event": "slipped", "agent": "robot_1"},
    ]


def test_chargers_charge_also_who_has_just_run_dry() -> None:
    simulator = hall((3, 0), battery=12, charge_rate=4, move_drain=6)
    simulator.state.robots.battery[0, 0] = 6
    act(simulator, 2)
    assert simulator.events(0) == [["ran_dry"]] and simulator.state.robots.battery[0, 0] == 4


def test_workstations_get_a_package_at_a_time() -> None:
    simulator = hall((0, 0), packages=3, package_period=4)
    simulator.state.packages[0, 0] = 1
    stock = []
    for _ in range(13):
        act(simulator, WAIT)
        stock.append(int(simulator.state.packages[0, 0]))
    assert stock == [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3]


def test_every_event_is_reported_and_counted() -> None:
    env = gymnasium.make(
        "planzoo/Warehouse-v0",
        layout=hall((0, 0)).params.layout,
        robots=4,
        robot_kinds=[RobotKind(4, lift_class=2)],
        request_queue_size=2,
        max_steps=400,
        orders="stream",
        arrival_rate=0.3,
        deadline=(5, 40),
        battery=150,
        budget=1.5,
        move_cost=0.01,
        load_cost=0.01,
        stuck_after=5,
        breakdown=0.01,
        repair_steps=5,
        **dict.fromkeys(
            ("slip", "blocked_aisle", "sensor_dropout", "order_cancelled", "order_changed"), 0.05
        ),
    )
    env.reset(seed=1)
    simulator, random = env.unwrapped.simulator, np.random.default_rng(1)
    told = dict.fromkeys(EVENTS, 0)
    truncated = False
    while not truncated:
        *_, truncated, info = env.step(choose_actions(simulator, random)[0])
        for entry in info["events"]:
            told[entry["event"]] += 1
            assert (entry["agent"] in simulator.agents) == (EVENTS.index(entry["event"]) < 6)
    assert all(told.values()), told
    for event in EVENTS[:6]:
        assert info[event] == told[event], "a robot's events happen once in a step"
    for event in EVENTS[6:]:
        assert info[event] >= told[event]
