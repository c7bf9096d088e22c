"""The panels tell what the state says, in few words and always as many lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planzoo.envs.simulation.scene import Bar, Field, Icon, Palette, Panel, Rectangle, Text
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.scene_panels import (
    COLUMNS,
    LISTED_EVENTS,
    LISTED_ORDERS,
    LISTED_ROBOTS,
    PLAIN_COLUMNS,
    activity,
    episode_panel,
    events_panel,
    orders_panel,
    robots_panel,
)
from planzoo.envs.warehouse.scene_style import REQUESTED, ROBOT, STATION, URGENT_REQUEST
from planzoo.envs.warehouse.scene_things import Robot
from planzoo.envs.warehouse.scene_view import View
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import (
    AISLE_BLOCKED,
    BROKE_DOWN,
    EVENTS,
    ORDER_ARRIVED,
    ORDER_CANCELLED,
    ORDER_COMPLETED,
    ORDER_EXPIRED,
    ORDER_TURNED_AWAY,
    RIGHT,
    ROBOT_EVENTS,
    SLIPPED,
)
from tests.envs.warehouse.stage import fields, load, order, staged, view

IDLE = Robot(0, 1, 1, RIGHT)


def texts(panel: Panel) -> list[str]:
    """Gives the running text of a panel."""
    return [row.text for row in panel.rows if isinstance(row, Text)]


def bars(panel: Panel) -> dict[str, tuple[float, str]]:
    """Gives fraction and value of a panel's bars."""
    return {row.label: (row.fraction, row.value) for row in panel.rows if isinstance(row, Bar)}


def test_a_plain_episode_has_two_rows() -> None:
    simulator = staged(orders="queue")
    simulator.state.steps[0], simulator.state.robots.deliveries[0, 0] = 60, 4
    shown = episode_panel(view(simulator))
    assert fields(shown) == [("Step", "60 / 500"), ("Deliveries", "4")]
    assert shown.columns == PLAIN_COLUMNS


def test_a_stream_counts_its_orders() -> None:
    simulator = staged(request_queue_size=3, deadline=(10, 20), order_cancelled=0.1, order_changed=0.1)
    order(simulator, 1, [2], deadline=15)
    counts = simulator.state.event_counts[0]
    counts[[ORDER_COMPLETED, ORDER_EXPIRED, ORDER_TURNED_AWAY, ORDER_CANCELLED]] = 7, 2, 5, 1
    shown = episode_panel(view(simulator))
    assert shown.columns == COLUMNS
    assert fields(shown)[2:] == [
        ("Orders completed", "7"),
        ("Orders open", "1 / 3"),
        ("Orders expired, turned away", "2, 5"),
        ("Orders cancelled, changed", "1, 0"),
    ]


def test_a_list_says_how_many_orders_it_has() -> None:
    simulator = staged(orders="list", arrival_rate=0.0, order_count=9)
    simulator.state.event_counts[0, ORDER_COMPLETED] = 4
    assert ("Orders completed", "4 / 9") in fields(episode_panel(view(simulator)))


def test_shared_resources_are_counted() -> None:
    simulator = staged(budget=200.0, move_cost=0.5, tools=3, tool_share=0.5, packages=8)
    simulator.state.worlds.money[0], simulator.state.worlds.tools_left[0] = 50.0, 1
    simulator.state.packages[0] = 6
    shown = episode_panel(view(simulator))
    assert bars(shown) == {"Money left": (0.25, "50")}
    assert fields(shown)[-2:] == [("Tools at the cribs", "1 / 3"), ("Packages at workstations", "6")]


def test_many_workstations_are_summed_up() -> None:
    simulator = WarehouseSimulator(WarehouseParams.fulfilment("large", 2, packages=3))
    simulator.reset(0)
    assert fields(episode_panel(view(simulator)))[-1] == ("Packages at workstations", "36 in all")


def test_plain_requests_say_where_their_shelf_is() -> None:
    simulator = staged(orders="queue", request_queue_size=2)
    simulator.set_requests(0, [3, 0])
    assert fields(orders_panel(view(simulator))) == [
        ("Shelf 3", "row 2, column 4"),
        ("Shelf 0", "row 1, column 2"),
    ]
    load(simulator, 0, 0)
    assert fields(orders_panel(view(simulator)))[1] == ("Shelf 0", "on robot 0")
    assert orders_panel(view(simulator)).title == "Requested"


def test_orders_say_what_they_are_worth_and_how_long_they_wait() -> None:
    simulator = staged(request_queue_size=2, items_per_order=2, priorities=3, deadline=(50, 100))
    order(simulator, 0, [2, 0], deadline=90, priority=3)
    order(simulator, 1, [3], deadline=20, asked=2)
    shown = orders_panel(view(simulator))
    assert shown.title == "Open orders"
    assert fields(shown) == [
        ("Shelves 2, 0", "worth 3, 90 steps left"),
        ("Shelf 3 (of 2)", "worth 1, 20 steps left !"),
    ]
    icons = [row.mark for row in shown.rows if isinstance(row, Field)]
    squares = [icon.shapes[0] for icon in icons if isinstance(icon, Icon)]
    assert [square.colour for square in squares if isinstance(square, Rectangle)] == [
        REQUESTED,
        URGENT_REQUEST,
    ]


def test_free_places_keep_their_lines() -> None:
    simulator = staged(request_queue_size=4, priorities=2)
    empty = orders_panel(view(simulator))
    assert texts(empty) == [""] * 4
    order(simulator, 2, [1])
    assert len(orders_panel(view(simulator)).rows) == 4


def test_long_lists_show_what_is_due_first() -> None:
    params = WarehouseParams.fulfilment("small", 4, deadline=(50, 100))
    simulator = WarehouseSimulator(replace(params, request_queue_size=30))
    simulator.reset(0)
    shown = orders_panel(view(simulator))
    left = [int(value.split()[0]) for _, value in fields(shown)]
    assert left == sorted(simulator.state.orders.deadline[0].tolist())[: LISTED_ORDERS - 1]
    assert texts(shown) == ["and 21 more"]


def test_robots_say_where_they_are_and_what_they_do() -> None:
    simulator = staged([(0, 1), (1, 1)])
    load(simulator, 1, 3)
    rows = [row for row in robots_panel(view(simulator)).rows if isinstance(row, Field)]
    assert [(row.label, row.value, row.mark) for row in rows] == [
        ("Robot 0 at 0, 1", "empty", ROBOT),
        ("Robot 1 at 1, 1", "carries shelf 3", ROBOT),
    ]


def test_batteries_stand_before_the_robots() -> None:
    simulator = staged(battery=200)
    simulator.state.robots.battery[0] = 130
    (row,) = robots_panel(view(simulator)).rows
    assert isinstance(row, Field) and isinstance(row.mark, Icon)
    assert row.label == "Robot 0 at 1, 1 · 65%"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "empty"),
        ({"charging": True}, "charges"),
        ({"partner": 3}, "helps robot 3"),
        ({"loads": (7,)}, "carries shelf 7"),
        ({"loads": (7,), "requested": True}, "brings shelf 7"),
        ({"loads": (7, 9), "requested": True}, "brings shelves 7, 9"),
        ({"loads": (7,), "requested": True, "partner": 3}, "brings shelf 7 with 3"),
        ({"loads": (7,), "delivered": 1}, "delivered shelf 7"),
        ({"loads": (7,), "blind": True}, "sees nothing"),
        ({"blind": True, "stuck": True, "still": 61}, "stuck for 61 steps"),
        ({"charge": 0.0, "stuck": True}, "out of power"),
        ({"charge": 0.0, "broken": 12}, "broken for 12 more"),
    ],
)
def test_activities(facts: dict[str, Any], words: str) -> None:
    said, colour = activity(replace(IDLE, **facts))
    assert said == words
    ails = bool({"blind", "stuck", "charge"} & set(facts))
    assert (colour == Palette.VERMILLION) is ails
    assert (colour == STATION) is ("delivered" in facts)


def large_fleet(**changes: Any) -> WarehouseSimulator:
    simulator = WarehouseSimulator(WarehouseParams.fulfilment("medium", LISTED_ROBOTS + 1, **changes))
    simulator.reset(0)
    return simulator


def test_large_fleets_are_summed_up() -> None:
    simulator = large_fleet()
    load(simulator, 0, 5)
    simulator.state.robots.still[0, 3:5] = 50
    shown = bars(robots_panel(view(simulator)))
    assert {label: value for label, (_, value) in shown.items()} == {
        "bring orders": str(int(simulator.state.shelves.requested[0, 5])),
        "other loads": str(1 - int(simulator.state.shelves.requested[0, 5])),
        "empty": "20",
        "stuck": "2",
    }
    assert shown["stuck"][0] == pytest.approx(2 / 21)


def test_sums_tell_of_batteries_and_breakdowns_where_there_are_any() -> None:
    simulator = large_fleet(battery=100, breakdown=0.01, sensor_dropout=0.1)
    robots = simulator.state.robots
    robots.battery[0] = 80
    robots.battery[0, :2] = 0
    robots.broken[0, 4], robots.blind[0, 5] = 3, True
    shown = bars(robots_panel(view(simulator)))
    assert [shown[label][1] for label in ("out of power", "broken", "see nothing")] == ["2", "1", "1"]
    assert shown["mean battery"] == (pytest.approx(80 * 19 / 21 / 100), "72%")
    assert shown["lowest battery"] == (0.0, "0%")


def test_nothing_special_happened() -> None:
    assert texts(events_panel(view(staged(slip=0.1)))) == ["nothing special"] + [""] * (LISTED_EVENTS - 1)


def test_events_name_their_robots() -> None:
    simulator = staged([(0, 1), (0, 2), (0, 3)], slip=0.1)
    robots, worlds = simulator.state.robots, simulator.state.worlds
    simulator.state.robot_events[0] = [1 << SLIPPED, 1 << BROKE_DOWN | 1 << SLIPPED, 0]
    worlds.events[0] = 1 << ORDER_ARRIVED | 1 << AISLE_BLOCKED
    robots.delivered[0, 2] = 1
    assert texts(events_panel(view(simulator))) == [
        "Robot 2 delivered",
        "Robots 0, 1 slipped",
        "Robot 1 broke down",
        "An order arrived",
        "An aisle was blocked",
    ]


def test_many_events_are_cut_and_many_robots_counted() -> None:
    simulator = staged([(0, column) for column in range(1, 5)] + [(1, 0)], slip=0.1)
    simulator.state.robot_events[0] = (1 << ROBOT_EVENTS) - 1
    simulator.state.worlds.events[0] = (1 << len(EVENTS)) - (1 << ROBOT_EVENTS)
    shown = texts(events_panel(view(simulator)))
    assert shown[0] == "5 robots slipped"
    assert "5 robots work again" in shown
    assert len(shown) == LISTED_EVENTS
    assert shown[-1] == f"and {len(EVENTS) - LISTED_EVENTS + 1} more"


def test_every_event_of_a_robot_has_a_plural() -> None:
    simulator = staged([(0, 1), (0, 2)], slip=0.1)
    said = []
    for event in range(ROBOT_EVENTS):
        simulator.state.robot_events[0] = 1 << event
        said.append(texts(events_panel(view(simulator)))[0])
    assert said == [
        "Robots 0, 1 slipped",
        "Robots 0, 1 broke down",
        "Robots 0, 1 work again",
        "Robots 0, 1 ran out of power",
        "Robots 0, 1 see nothing",
        "Robots 0, 1 are stuck",
    ]


def test_panels_keep_their_size() -> None:
    simulator = WarehouseSimulator(WarehouseParams.everything("small", 6))
    simulator.reset(0)
    random, sizes = np.random.default_rng(0), set()
    for _ in range(40):
        seen = View(simulator.constants, simulator.state, 0)
        panels = (episode_panel(seen), orders_panel(seen), robots_panel(seen), events_panel(seen))
        sizes.add(tuple(len(panel.rows) for panel in panels))
        simulator.step(random.integers(0, simulator.num_actions, (1, 6)))
    assert len(sizes) == 1


def test_kinds_with_capacity_stack() -> None:
    simulator = staged(robot_kinds=(RobotKind(1, capacity=2),))
    load(simulator, 0, 1, 2)
    assert activity(view(simulator).robots[0])[0] == "carries shelves 1, 2"
