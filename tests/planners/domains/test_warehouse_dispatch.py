"""The fleet manager."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from planzoo.envs.warehouse.model import Cell, FleetView, Request, WarehouseModel
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.planners.domains.warehouse_dispatch import Dispatch, Dispatcher
from planzoo.planners.domains.warehouse_errands import REST, WAIT, Errand, RobotMemory, Role, burdens
from tests.planners.domains.warehouse_views import drawn_model, fleet_view, travel_in

HALL = "t.......c\nxx.....xx\n.........\nxx.....xx\n....g...."
LOADED = {"loads": np.array([1, 0]), "carrying": np.array([True, False])}


def model(**rules: Any) -> WarehouseModel:
    fields = {"robots": 2, "request_queue_size": 2, "movement": "cardinal", **rules}
    return drawn_model(HALL, **fields)


def view_of(rules: WarehouseModel, positions: list[Cell], *requests: Request, **changes: Any) -> FleetView:
    return replace(fleet_view(rules, positions, **changes), requests=list(requests))


def dispatch(rules: WarehouseModel, view: FleetView, memories: list[RobotMemory] | None = None) -> Dispatch:
    dispatcher = Dispatcher(rules, travel_in(rules, view), "hungarian")
    memories = memories or [RobotMemory() for _ in view.positions]
    return dispatcher.decide(view, memories, burdens(view, view.tools), dispatcher.energy.low())


def test_free_robots_fetch_and_the_reason_is_noted() -> None:
    rules = model()
    made = dispatch(rules, view_of(rules, [(2, 0), (2, 8)], Request((1, 0), False, 0)))
    assert made.errands[0] == Errand(Role.FETCH, (1, 0))
    assert made.errands[1].role is Role.REST and list(made.reasons) == [0]
    assert made.reasons[0]["bid"] < made.reasons[0]["rival"]


def test_idle_robots_park_below_shelves_that_nobody_wants() -> None:
    rules = model()
    made = dispatch(rules, view_of(rules, [(2, 4), (2, 5)], Request((1, 7), False, 0)))
    resting = [errand.cell for errand in made.errands.values() if errand.role is Role.REST]
    assert len(resting) == 1 and resting[0] in rules.storage and resting[0] != (1, 7)
    again = dispatch(
        rules, view_of(rules, [(2, 4), (2, 5)]), [RobotMemory(Errand(Role.REST, (3, 0))), RobotMemory()]
    )
    assert again.errands[0].cell == (3, 0), "a place once chosen is kept"


def test_carriers_of_a_wanted_shelf_get_no_second_one_without_room() -> None:
    rules = model()
    view = view_of(rules, [(2, 0), (2, 8)], Request((2, 0), True, 0), Request((1, 0), False, 1), **LOADED)
    made = dispatch(rules, view)
    assert made.errands[0].role is Role.REST and made.errands[1].cell == (1, 0)


def test_with_room_they_take_one_along_and_stay_with_it() -> None:
    rules = model(robot_kinds=(RobotKind(2, capacity=2),), request_queue_size=3)
    requests = [Request((2, 0), True, 0), Request((1, 0), False, 1), Request((1, 8), False, 2)]
    view = view_of(rules, [(2, 0), (2, 8)], *requests, **LOADED)
    made = dispatch(rules, view)
    assert made.errands == {0: Errand(Role.FETCH, (1, 0)), 1: Errand(Role.FETCH, (1, 8))}
    memories = [RobotMemory(errand) for errand in made.errands.values()]
    assert dispatch(rules, view, memories).errands == made.errands


def test_a_delivered_shelf_gets_a_place_with_the_next_request() -> None:
    rules = model()
    view = view_of(rules, [(4, 4), (2, 8)], Request((3, 0), False, 0), Request((1, 8), False, 1), **LOADED)
    for cell in ((3, 1), (3, 8)):
        view.standing_shelves[cell] = False
    errand = dispatch(rules, view).errands[0]
    assert errand == Errand(Role.FETCH, (3, 0), place=(3, 1))


def test_a_low_battery_comes_before_shelves() -> None:
    rules = model(battery=100)
    view = view_of(rules, [(2, 0), (2, 8)], Request((1, 0), False, 0), charge=np.array([0.1, 0.15]))
    assert dispatch(rules, view).errands == {0: Errand(Role.CHARGE, (0, 8)), 1: WAIT}, "there is one bay"


def test_robots_without_work_top_their_batteries_up() -> None:
    rules = model(battery=100)
    made = dispatch(rules, view_of(rules, [(2, 0), (2, 8)], charge=np.array([1.0, 0.7])))
    assert made.errands[1] == Errand(Role.CHARGE, (0, 8)) and made.errands[0].role is Role.REST


def test_two_weak_robots_lift_a_heavy_shelf_together() -> None:
    rules = model(heavy_share=0.5)
    view = view_of(rules, [(2, 0), (2, 2)], Request((1, 1), False, 0, heavy=True))
    made = dispatch(rules, view)
    lead = next(robot for robot, errand in made.errands.items() if errand.role is Role.LEAD)
    assert made.errands[lead] == Errand(Role.LEAD, (1, 1), partner=1 - lead)
    assert made.errands[1 - lead].role is Role.ASSIST
    memories = [RobotMemory(made.errands[robot]) for robot in range(2)]
    assert dispatch(rules, view, memories).errands == made.errands, "the team stays together"
    light = view_of(rules, [(2, 0), (2, 2)], Request((1, 1), False, 0))
    roles = {errand.role for errand in dispatch(rules, light, memories).errands.values()}
    assert roles == {Role.FETCH, Role.REST}, "another shelf stands there now"


def test_a_pair_goes_on_until_its_shelf_is_stored() -> None:
    rules = model(heavy_share=0.5)
    view = view_of(rules, [(2, 0), (2, 1)], partners=np.array([1, 0]), **LOADED)
    view.standing_shelves[3, 1] = False
    made = dispatch(rules, view)
    assert made.errands[0].role is Role.LEAD and made.errands[0].place == (3, 1)
    assert made.errands[1].role is Role.FOLLOW and made.errands[1].partner == 0


def test_a_tool_that_others_need_is_brought_back() -> None:
    kinds = (RobotKind(1), RobotKind(1, lift_class=2))
    rules = model(robot_kinds=kinds, tools=1, tool_share=0.5, heavy_share=0.5)
    request = Request((1, 8), False, 0, heavy=True, needs_tool=True)
    view = view_of(rules, [(2, 0), (2, 8)], request, tools=np.array([True, False]), tools_left=0.0)
    formed = dispatch(rules, view)
    assert formed.errands[0].role is Role.LEAD, "the weak robot has the tool and leads a team"
    alone = replace(view, broken=np.array([False, True]))
    assert dispatch(rules, alone).errands == {0: Errand(Role.RETURN_TOOL), 1: REST}


def test_dead_robots_do_nothing() -> None:
    rules = model(battery=100)
    view = view_of(rules, [(2, 0), (1, 0)], Request((1, 0), False, 0), charge=np.array([0.0, 1.0]))
    assert dispatch(rules, view).errands == {0: REST, 1: Errand(Role.FETCH, (1, 0))}
