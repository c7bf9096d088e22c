"""The next step of every robot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse.model import Cell, FleetView, WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse_errands import Errand, RobotMemory, Role
from planzoo.planners.domains.warehouse_moves import FleetMover, default_paths
from planzoo.planners.htn import Action
from tests.planners.domains.warehouse_views import drawn_model, fleet_view, toy_model

UP, DOWN, LEFT, RIGHT, LOAD = 1, 2, 3, 4, 5
CORRIDOR = "x.......x\n#########\n....g...."


def act(
    model: WarehouseModel, view: FleetView, todo: list[tuple[Errand, str, Cell]], paths: str | None = None
) -> list[int]:
    """Actions of robots that are each about to do one thing."""
    mover = FleetMover(model, paths)
    mover.travel.look(view)
    robots = [
        RobotMemory(errand, queue=[Action(name, (robot, cell), 1.0, 1.0)])
        for robot, (errand, name, cell) in enumerate(todo)
    ]
    actions, _ = mover.act(view, robots, mover.begin())
    return [int(action) for action in actions]


def hall(robots: int, movement: str = "cardinal", **changes: Any) -> WarehouseModel:
    return drawn_model("x...x\n.....\n.....\n..g..", robots=robots, movement=movement, **changes)


FETCH = Errand(Role.FETCH, (0, 0))


def test_robots_drive_to_their_goals_and_load_there() -> None:
    model = hall(2)
    view = fleet_view(model, [(0, 0), (2, 0)])
    assert act(model, view, [(FETCH, "lift", (0, 0)), (FETCH, "drive", (2, 2))]) == [LOAD, RIGHT]
    assert act(toy_model(), fleet_view(toy_model(), [(1, 1)]), [(FETCH, "lift", (1, 1))]) == [4]


def test_who_is_not_ready_stands_still() -> None:
    model = hall(2)
    view = fleet_view(model, [(0, 0), (2, 0)], ready=np.array([False, False]))
    assert act(model, view, [(FETCH, "lift", (0, 0)), (FETCH, "drive", (2, 2))]) == [0, 0]


@pytest.mark.parametrize("paths", ["pibt", "windowed"])
def test_idle_robots_make_room(paths: str) -> None:
    model = hall(2, movement="turn")
    directions = np.array([3, 0])
    view = fleet_view(model, [(1, 0), (1, 1)], directions=directions)
    rest = Errand(Role.REST)
    actions = act(model, view, [(FETCH, "drive", (1, 4)), (rest, "rest", (1, 1))], paths)
    assert actions[0] != 0 and actions[1] != 0, "it goes around or the other gives way"


def test_a_charging_robot_is_not_pushed_off_its_bay() -> None:
    model = drawn_model("xx.c\n...g", robots=2, movement="cardinal", battery=50)
    view = fleet_view(model, [(0, 3), (0, 2)])
    charge = Errand(Role.CHARGE, (0, 3))
    assert act(model, view, [(charge, "charge", (0, 3)), (charge, "drive", (0, 3))])[0] == 0


def test_both_load_when_the_team_is_in_place() -> None:
    model = hall(2, heavy_share=0.5)
    lead, assist = Errand(Role.LEAD, (0, 0), partner=1), Errand(Role.ASSIST, (0, 1), partner=0)
    todo = [(lead, "lift_together", (0, 0)), (assist, "assist", (0, 1))]
    assert act(model, fleet_view(model, [(0, 0), (0, 1)]), todo) == [LOAD, LOAD]
    assert act(model, fleet_view(model, [(0, 0), (1, 1)]), todo)[0] == 0, "alone it can't"


def test_the_leader_of_a_pair_goes_first_and_its_partner_does_nothing() -> None:
    model = hall(3, heavy_share=0.5)
    view = fleet_view(
        model,
        [(0, 0), (0, 1), (0, 2)],
        loads=np.array([1, 0, 0]),
        carrying=np.array([True, False, False]),
        partners=np.array([1, 0, -1]),
    )
    view.standing_shelves[0, 0] = False
    lead, follow = Errand(Role.LEAD, (0, 0), partner=1), Errand(Role.FOLLOW, (0, 1), partner=0)
    rest = (Errand(Role.REST), "rest", (0, 2))
    # The carrier can't drive through its helper: that one leads, around who is in the way or by pushing it.
    actions = act(model, view, [(lead, "drive", (0, 3)), (follow, "follow", (0, 1)), rest])
    assert actions[0] == 0 and (actions[1] == DOWN or (actions[1] == RIGHT and actions[2] != 0))
    away = act(model, view, [(lead, "drive", (3, 0)), (follow, "follow", (0, 1)), rest])
    assert away == [DOWN, 0, 0], "here the carrier leads"


def test_nobody_enters_a_cell_that_the_pulled_robot_takes() -> None:
    """In a ring, path planning for single robots would let the third one close the gap."""
    model = drawn_model("oo\noo\nxx\n.g", robots=4, heavy_share=0.5, movement="cardinal")
    view = fleet_view(
        model,
        [(0, 0), (0, 1), (1, 1), (1, 0)],
        loads=np.array([1, 0, 1, 1]),
        carrying=np.array([True, False, True, True]),
        partners=np.array([1, 0, -1, -1]),
    )
    lead, follow = Errand(Role.LEAD, (0, 0), partner=1), Errand(Role.FOLLOW, (0, 1), partner=0)
    store = Errand(Role.REST)
    todo = [
        (lead, "drive", (1, 1)),
        (follow, "follow", (0, 1)),
        (store, "drive", (1, 0)),
        (store, "drive", (0, 0)),
    ]
    actions = act(model, view, todo)
    assert actions[3] != UP, "the cell that the pair leaves is taken by the pulled robot"


def test_money_is_spent_in_order_while_it_lasts() -> None:
    model = hall(3, budget=10.0, move_cost=1.0)
    todo = [(FETCH, "drive", (2, 0)), (FETCH, "drive", (2, 1)), (FETCH, "drive", (2, 2))]
    view = fleet_view(model, [(1, 0), (1, 1), (1, 2)], money_left=0.2)
    assert act(model, view, todo) == [DOWN, DOWN, 0]


def test_blocked_cells_are_driven_around() -> None:
    model = hall(1, movement="turn")
    blocked = np.zeros(model.passable.shape, dtype=bool)
    blocked[1, 1] = True
    view = fleet_view(model, [(1, 0)], directions=np.array([3]), blocked=blocked)
    for paths in ("pibt", "windowed"):
        assert act(model, view, [(FETCH, "drive", (1, 2))], paths)[0] in (2, 3), "it turns away"


def test_small_turning_fleets_look_ahead() -> None:
    assert default_paths(WarehouseModel(WarehouseParams.rware("tiny", 4))) == "windowed"
    for params in (
        WarehouseParams.rware("medium", 20),
        WarehouseParams.rware("tiny", 4, movement="cardinal"),
        WarehouseParams.rware("tiny", 4, heavy_share=0.2),
    ):
        assert default_paths(WarehouseModel(params)) == "pibt"
        if params.robots < 20:
            with pytest.raises(InputError, match="windowed path planner is for robots that turn"):
                FleetMover(WarehouseModel(params), "windowed")
    with pytest.raises(InputError, match="There is no path planner 'fast'"):
        FleetMover(toy_model(), "fast")


def test_a_robot_waits_for_a_bay_where_it_does_not_lock_the_other_in() -> None:
    model = drawn_model("xx.c\n...g", robots=2, movement="cardinal", battery=50)
    charge = Errand(Role.CHARGE, (0, 3))
    todo = [(charge, "charge", (0, 3)), (charge, "drive", (0, 3))]
    assert act(model, fleet_view(model, [(0, 3), (1, 2)]), todo) == [0, 0]
    assert act(model, fleet_view(model, [(0, 3), (1, 1)]), todo)[1] in (UP, RIGHT)
    assert act(model, fleet_view(model, [(1, 3), (1, 2)]), todo)[1] != 0, "the bay is empty"
