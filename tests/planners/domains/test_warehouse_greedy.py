"""The greedy team."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse.model import Request, WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.planners.domains.warehouse_errands import burdens
from planzoo.planners.domains.warehouse_greedy import GreedyTeamPolicy
from tests.planners.domains.warehouse_views import Game, drawn_model, fleet_view

HALL = "t...c\nx...x\n.....\n..g.."
UP, DOWN, LEFT, RIGHT, LOAD = 1, 2, 3, 4, 5


def decide(
    model: WarehouseModel, requests: tuple[Request, ...] = (), at: tuple[int, int] = (2, 2), **changes: Any
) -> int:
    """The action of the first robot."""
    policy = GreedyTeamPolicy(model)
    view = replace(fleet_view(model, [at] * model.params.robots, **changes), requests=list(requests))
    policy.travel.look(view)
    return policy._act(view, 0, burdens(view, policy.tools(view))[0])


LEFT_SHELF, RIGHT_SHELF = Request((1, 0), False, 0), Request((1, 4), False, 1)


def test_it_goes_to_the_nearest_shelf_and_lifts_it() -> None:
    model = drawn_model(HALL, movement="cardinal")
    assert decide(model, (LEFT_SHELF, RIGHT_SHELF), (1, 1)) == LEFT
    assert decide(model, (LEFT_SHELF, RIGHT_SHELF), (1, 3)) == RIGHT
    assert decide(model, (LEFT_SHELF,), (1, 0)) == LOAD
    assert decide(model) == 0, "no request, nothing to do"


def test_it_turns_before_it_drives() -> None:
    model = drawn_model(HALL)
    actions = [
        decide(model, (LEFT_SHELF,), (1, 2), directions=np.array([direction])) for direction in range(4)
    ]
    assert actions == [2, 3, 1, 3], "facing up, down, left and right"


def test_it_delivers_and_stores() -> None:
    model = drawn_model(HALL, movement="cardinal")
    loaded = {"loads": np.array([1]), "carrying": np.array([True])}
    assert decide(model, (Request((2, 2), True, 0),), **loaded) == DOWN
    standing = model.params.map.shelves.copy()
    standing[1, 4] = False
    assert decide(model, (), (2, 4), standing_shelves=standing, **loaded) == UP
    assert decide(model, (), (1, 4), standing_shelves=standing, **loaded) == LOAD


def test_a_low_battery_comes_first() -> None:
    model = drawn_model(HALL, movement="cardinal", battery=100)
    assert decide(model, (LEFT_SHELF,), (0, 3), charge=np.array([0.3])) == RIGHT
    assert decide(model, (LEFT_SHELF,), (0, 4), charge=np.array([0.9])) == 0
    assert decide(model, (LEFT_SHELF,), (0, 4), charge=np.array([0.96])) != 0


def test_it_leaves_heavy_shelves_and_borrows_tools() -> None:
    model = drawn_model(HALL, movement="cardinal", robots=2, heavy_share=0.5, tools=1, tool_share=0.5)
    heavy, tool = replace(LEFT_SHELF, heavy=True), replace(RIGHT_SHELF, needs_tool=True)
    assert decide(model, (heavy, RIGHT_SHELF), (1, 1)) == RIGHT
    assert decide(model, (tool,), (0, 1)) == LEFT, "to the crib"
    assert decide(model, (tool,), (0, 0)) == LOAD
    assert decide(model, (tool,), (1, 3), tools=np.array([True, False])) == RIGHT


@pytest.mark.parametrize("movement", ["turn", "cardinal"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"battery": 250, "chargers": 2},
        {
            "robot_kinds": (RobotKind(2, capacity=2, steps_per_move=2),),
            "orders": "stream",
            "arrival_rate": 0.2,
        },
        {"heavy_share": 0.2, "tools": 1, "tool_share": 0.2, "crib": True},
        {"slip": 0.1, "blocked_aisle": 0.02, "order_changed": 0.05, "order_cancelled": 0.05},
    ],
    ids=lambda options: "-".join(options) or "plain",
)
def test_it_works_under_every_option(movement: str, options: dict[str, Any]) -> None:
    params = WarehouseParams.rware("tiny", 2, movement=movement, observation="fleet", **options)
    game = Game(GreedyTeamPolicy(WarehouseModel(params)), list(range(8)))
    assert game.play(250) >= 16
