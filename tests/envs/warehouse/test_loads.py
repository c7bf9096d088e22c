"""Lifting and putting down: several shelves on a robot, heavy ones for two, tools from the crib."""

from __future__ import annotations

import pytest

from planzoo.envs.warehouse.robots import RobotKind
from planzoo.envs.warehouse.state import NO_ROBOT, NO_SHELF
from tests.envs.warehouse.situations import (
    CRIB,
    GO_DOWN,
    GO_LEFT,
    GO_RIGHT,
    GO_UP,
    LOAD,
    STATION,
    WAIT,
    Cell,
    act,
    allowed,
    hall,
    loads,
    number,
    standing_on,
    where,
)

DECKS = [RobotKind(1, capacity=2)]


def test_a_robot_with_two_decks_stacks_shelves() -> None:
    simulator = hall((1, 1), robot_kinds=DECKS)
    act(simulator, LOAD)
    act(simulator, GO_RIGHT)
    act(simulator, LOAD)
    assert loads(simulator) == [0, 1]
    assert standing_on(simulator, (1, 1)) == NO_SHELF
    act(simulator, GO_UP)
    assert simulator.state.shelves.cell[0, :2].tolist() == [number(simulator, (0, 2))] * 2


def test_only_a_full_robot_keeps_off_shelves() -> None:
    simulator = hall((1, 1), robot_kinds=DECKS)
    act(simulator, LOAD)
    assert {GO_RIGHT, GO_DOWN} <= set(allowed(simulator))
    act(simulator, GO_DOWN)
    act(simulator, LOAD)
    assert allowed(simulator) == [WAIT, GO_UP, GO_DOWN, GO_LEFT, LOAD], "a shelf is on the right"
    act(simulator, GO_RIGHT)
    assert where(simulator) == [(2, 1)]


@pytest.mark.parametrize(
    ("requests", "first", "second"), [((0,), 1, 0), ((1,), 0, 1), ((2,), 0, 1), ((0, 1), 1, 0)]
)
def test_the_lowest_shelf_that_nobody_waits_for_is_put_down_first(
    requests: tuple[int, ...], first: int, second: int
) -> None:
    simulator = hall((1, 1), robot_kinds=DECKS, requests=requests)
    for action in (LOAD, GO_RIGHT, LOAD):
        act(simulator, action)
    act(simulator, LOAD)
    assert loads(simulator) == [second]
    assert standing_on(simulator, (1, 2)) == first
    act(simulator, GO_LEFT)
    act(simulator, LOAD)
    assert loads(simulator) == [] and simulator.state.shelves.cell[0, second] == number(simulator, (1, 1))


def test_shelves_are_put_down_on_storage_only() -> None:
    simulator = hall((1, 1))
    act(simulator, LOAD)
    act(simulator, GO_UP)
    assert LOAD not in allowed(simulator)
    act(simulator, LOAD)
    assert loads(simulator) == [0] and simulator.buffers.invalid_actions[0, 0]


def test_a_strong_robot_lifts_a_heavy_shelf_alone() -> None:
    simulator = hall((1, 1), robot_kinds=[RobotKind(1, lift_class=2)], heavy_share=1.0)
    act(simulator, LOAD)
    assert loads(simulator) == [0] and simulator.state.robots.partner[0, 0] == NO_ROBOT


def test_two_robots_lift_a_heavy_shelf_in_the_same_step() -> None:
    simulator = hall((1, 1), (0, 1), heavy_share=1.0)
    assert LOAD in allowed(simulator) and LOAD in allowed(simulator, 1)
    act(simulator, LOAD, WAIT)
    assert loads(simulator) == []
    act(simulator, WAIT, LOAD)
    assert loads(simulator) == []
    act(simulator, LOAD, LOAD)
    assert loads(simulator) == [0] and loads(simulator, 1) == []
    assert simulator.state.robots.partner[0].tolist() == [1, 0]


def test_only_beside_a_robot_in_need_is_there_something_to_lift() -> None:
    simulator = hall((1, 1), (0, 0), heavy_share=1.0)
    assert LOAD not in allowed(simulator, 1)
    act(simulator, LOAD, LOAD)
    assert loads(simulator) == [], "the corner is no neighbour"


@pytest.mark.parametrize(("lifts", "together"), [((1, 1), False), ((1, 2), True), ((2, 1), True)])
def test_two_robots_lift_what_they_can_together(lifts: tuple[int, int], together: bool) -> None:
    kinds = [*(RobotKind(1, lift_class=lift) for lift in lifts), RobotKind(1, lift_class=2)]
    simulator = hall((1, 1), (1, 0), (3, 3), robot_kinds=kinds, heavy_share=1.0, heavy_weight=3)
    act(simulator, LOAD, LOAD, WAIT)
    assert loads(simulator) == ([0] if together else [])


def test_who_carries_something_is_no_help() -> None:
    simulator = hall((1, 2), (1, 1), robot_kinds=[RobotKind(1), RobotKind(1, lift_class=2)], heavy_share=1.0)
    act(simulator, WAIT, LOAD)
    act(simulator, LOAD, LOAD)
    assert loads(simulator) == [] and loads(simulator, 1) == []
    simulator = hall((1, 2), (1, 1), (0, 2), robot_kinds=[RobotKind(2), RobotKind(1)], heavy_share=1.0)
    act(simulator, LOAD, LOAD, WAIT)
    assert loads(simulator) == [1] and simulator.state.robots.partner[0].tolist() == [1, 0, NO_ROBOT]
    assert LOAD not in allowed(simulator, 1), "it helps already and does not lift the shelf above it"


def test_putting_a_heavy_shelf_down_frees_both() -> None:
    simulator = hall((1, 1), (0, 1), heavy_share=1.0)
    act(simulator, LOAD, LOAD)
    assert LOAD in allowed(simulator) and LOAD not in allowed(simulator, 1)
    act(simulator, LOAD, WAIT)
    assert loads(simulator) == [] and simulator.state.robots.partner[0].tolist() == [NO_ROBOT, NO_ROBOT]
    act(simulator, WAIT, GO_LEFT)
    assert where(simulator) == [(1, 1), (0, 0)]


def test_a_pair_shares_what_its_delivery_is_worth() -> None:
    simulator = hall((1, 1), (0, 1), heavy_share=1.0, priorities=4)
    simulator.state.orders.priority[0, 0] = 4
    act(simulator, LOAD, LOAD)
    for robot, action in ((0, GO_LEFT), (0, GO_DOWN), (0, GO_DOWN), (0, GO_RIGHT), (0, GO_RIGHT)):
        assert act(simulator, *(action if each == robot else WAIT for each in range(2))).tolist() == [0, 0]
    assert act(simulator, GO_DOWN, WAIT).tolist() == [2, 2]
    assert where(simulator) == [STATION, (3, 2)]
    assert simulator.state.robots.deliveries[0].tolist() == [1, 0]


def test_a_crib_lends_its_tools_and_takes_them_back() -> None:
    simulator = hall(CRIB, (3, 5), tools=1)
    assert allowed(simulator) == [WAIT, GO_UP, GO_LEFT, LOAD]
    act(simulator, LOAD, WAIT)
    assert (
        simulator.state.robots.tool[0].tolist() == [True, False] and simulator.state.worlds.tools_left[0] == 0
    )
    act(simulator, GO_LEFT, WAIT)
    act(simulator, WAIT, GO_DOWN)
    assert LOAD not in allowed(simulator, 1), "the only tool is lent"
    act(simulator, GO_UP, GO_UP)
    act(simulator, GO_RIGHT, GO_LEFT)
    assert where(simulator) == [(3, 4), (3, 5)], "robots never swap"
    act(simulator, GO_DOWN, WAIT)
    act(simulator, GO_RIGHT, WAIT)
    act(simulator, LOAD, WAIT)
    assert not simulator.state.robots.tool.any() and simulator.state.worlds.tools_left[0] == 1


def test_who_carries_a_shelf_does_not_change_tools() -> None:
    simulator = hall((1, 1), tools=1)
    act(simulator, LOAD)
    for action in (GO_UP, *[GO_RIGHT] * 4, *[GO_DOWN] * 4):
        act(simulator, action)
    assert where(simulator) == [CRIB] and allowed(simulator) == [WAIT, GO_UP, GO_LEFT]


def test_some_shelves_are_lifted_with_a_tool_only() -> None:
    simulator = hall((1, 1), tools=1, tool_share=1.0)
    assert LOAD not in allowed(simulator)
    simulator.state.robots.tool[0, 0] = True
    simulator.refresh()
    act(simulator, LOAD)
    assert loads(simulator) == [0]


def test_a_robot_may_have_a_tool_of_its_own() -> None:
    simulator = hall((1, 1), (2, 1), robot_kinds=[RobotKind(1, tool=True), RobotKind(1)], tool_share=1.0)
    assert LOAD in allowed(simulator) and LOAD not in allowed(simulator, 1)
    act(simulator, LOAD, WAIT)
    assert loads(simulator) == [0]


def test_of_two_robots_that_lift_together_one_needs_the_tool() -> None:
    for holder in (0, 1):
        simulator = hall((1, 1), (0, 1), tools=1, tool_share=1.0, heavy_share=1.0)
        simulator.state.robots.tool[0, holder] = True
        simulator.refresh()
        act(simulator, LOAD, LOAD)
        assert loads(simulator) == ([0] if holder == 0 else []), "who stands under the shelf needs it"


@pytest.mark.parametrize("cells", [[(1, 1), (2, 1)], [(2, 1), (1, 1)]])
def test_loading_on_a_crib_beside_a_heavy_shelf_does_both(cells: list[Cell]) -> None:
    simulator = hall(*cells, layout=".....\n.xx..\n.tg..", tools=1, heavy_share=1.0)
    act(simulator, LOAD, LOAD)
    assert simulator.state.robots.partner[0].tolist() == [1, 0]
    assert simulator.state.robots.tool[0].tolist() == [cell == (2, 1) for cell in cells]
    assert simulator.state.worlds.tools_left[0] == 0
