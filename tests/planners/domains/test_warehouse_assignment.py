"""Who fetches which shelf."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse.model import Cell, FleetView, Request, WarehouseModel
from planzoo.envs.warehouse.robots import RobotKind
from planzoo.errors import InputError
from planzoo.planners.domains.warehouse_assignment import METHODS, Assignment, reasons
from planzoo.planners.domains.warehouse_energy import Energy
from planzoo.planners.domains.warehouse_errands import Errand, RobotMemory, Role, burdens
from tests.planners.domains.warehouse_views import drawn_model, fleet_view, travel_in

# Shelves in the corners of a hall, the workstation in the middle of the lower wall.
HALL = "x.......x\n.........\nx.......x\n....g...."
CORNERS = [(0, 0), (0, 8), (2, 0), (2, 8)]


def situation(
    positions: list[Cell], requests: list[Request], rules: dict[str, Any] | None = None, **changes: Any
) -> tuple[WarehouseModel, FleetView]:
    fields = {"robots": len(positions), "request_queue_size": 2, "movement": "cardinal", **(rules or {})}
    model = drawn_model(HALL, **fields)
    return model, replace(fleet_view(model, positions, **changes), requests=requests)


def assigned(
    model: WarehouseModel,
    view: FleetView,
    method: str = "hungarian",
    memories: list[RobotMemory] | None = None,
    free: tuple[Cell, ...] = (),
) -> dict[int, Errand]:
    travel = travel_in(model, view)
    assignment = Assignment(model, travel, Energy(model, travel), method)
    robots, loads = list(range(len(view.positions))), burdens(view, view.tools)
    bids = assignment.bid(robots, view.requests, loads, free)
    return assignment.assign(bids, memories or [RobotMemory() for _ in robots])


def cells(errands: dict[int, Errand]) -> dict[int, Cell | None]:
    return {robot: errand.cell for robot, errand in errands.items()}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        # The nearest pair first leaves the other robot the whole width of the hall.
        ("nearest", {0: (0, 0), 1: (0, 8)}),
        ("contract_net", {0: (0, 0), 1: (0, 8)}),
        ("hungarian", {0: (0, 8), 1: (0, 0)}),
    ],
)
def test_the_methods_differ_where_they_should(method: str, expected: dict[int, Cell]) -> None:
    requests = [Request((0, 0), False, 0), Request((0, 8), False, 1)]
    # 3 and 5 steps for one robot, 4 and 8 for the other: 5 + 4 is less than 3 + 8.
    model, view = situation([(0, 3), (2, 2)], requests)
    assert cells(assigned(model, view, method)) == expected


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_each_shelf_to_one_robot(method: str) -> None:
    requests = [Request(cell, False, number) for number, cell in enumerate(CORNERS)]
    model, view = situation([(1, 1), (1, 4), (1, 7)], requests, {"request_queue_size": 3})
    errands = assigned(model, view, method)
    assert len(errands) == 3 and len(set(cells(errands).values())) == 3


def test_an_unknown_method_is_refused() -> None:
    model, view = situation([(1, 1)], [])
    travel = travel_in(model, view)
    with pytest.raises(InputError, match="There is no assignment 'auction'; choose one of hungarian"):
        Assignment(model, travel, Energy(model, travel), "auction")


def test_what_expires_before_it_can_be_delivered_is_left_alone() -> None:
    # 1 step there, 1 to lift it, 5 to the workstation.
    for left, errands in ((7.0, {0: (2, 0)}), (6.0, {})):
        model, view = situation([(1, 0)], [Request((2, 0), False, 0, 1.0, left)], {"deadline": (5, 9)})
        assert cells(assigned(model, view)) == errands


def test_worth_outweighs_distance() -> None:
    near, far = Request((2, 0), False, 0, worth=0.1), Request((2, 8), False, 1, worth=1.0)
    model, view = situation([(1, 3)], [near, far], {"priorities": 10})
    assert cells(assigned(model, view)) == {0: (2, 8)}
    model, view = situation([(1, 3)], [near, replace(far, worth=0.1)], {"priorities": 10})
    assert cells(assigned(model, view)) == {0: (2, 0)}


def test_heavy_shelves_go_to_strong_robots_and_tools_to_those_that_have_one() -> None:
    kinds = (RobotKind(1), RobotKind(1, lift_class=2))
    rules = {"robot_kinds": kinds, "heavy_share": 0.5}
    heavy = Request((2, 0), False, 0, heavy=True)
    model, view = situation([(1, 0), (1, 7)], [heavy], rules)
    assert cells(assigned(model, view)) == {1: (2, 0)}
    tool = Request((2, 0), False, 0, needs_tool=True)
    model, view = situation([(1, 0), (1, 7)], [tool], tools=np.array([False, True]))
    assert assigned(model, view) == {1: Errand(Role.FETCH, (2, 0), needs_tool=True)}


def test_a_shelf_changes_hands_only_if_that_saves_more_than_a_step() -> None:
    request = Request((2, 0), False, 0)
    held = [RobotMemory(Errand(Role.FETCH, (2, 0))), RobotMemory()]
    model, view = situation([(2, 3), (2, 2)], [request])
    assert cells(assigned(model, view)) == {1: (2, 0)}
    assert cells(assigned(model, view, memories=held)) == {0: (2, 0)}
    model, view = situation([(2, 4), (2, 2)], [request])
    assert cells(assigned(model, view, memories=held)) == {1: (2, 0)}


def test_storage_for_the_old_shelf_is_chosen_together_with_the_new_one() -> None:
    request = Request((2, 8), False, 0)
    model, view = situation([(3, 4)], [request], loads=np.array([1]), carrying=np.array([True]))
    for cell in ((2, 0), (0, 8)):
        view.standing_shelves[cell] = False
    errand = assigned(model, view, free=((2, 0), (0, 8)))[0]
    # The near place is 5 steps away and 8 from the next shelf; the far one 7 and 2.
    assert (errand.cell, errand.place) == ((2, 8), (0, 8))


def test_a_detour_is_taken_where_it_saves_a_trip() -> None:
    rules = {"robot_kinds": (RobotKind(1, capacity=2),)}
    loads = {"loads": np.array([1]), "carrying": np.array([True])}
    near, far = Request((2, 0), False, 0), Request((2, 8), False, 1)
    for request, taken in ((near, {0: (2, 0)}), (far, {})):
        model, view = situation([(1, 0)], [request], rules, **loads)
        travel = travel_in(model, view)
        assignment = Assignment(model, travel, Energy(model, travel), "hungarian")
        assert cells(assignment.detours([0], [request], burdens(view, view.tools))) == taken


def test_places_are_given_once() -> None:
    loads = {"loads": np.array([1, 1]), "carrying": np.array([True, True])}
    model, view = situation([(1, 1), (1, 2)], [], **loads)
    free = ((2, 0), (2, 8))
    for cell in free:
        view.standing_shelves[cell] = False
    travel = travel_in(model, view)
    assignment = Assignment(model, travel, Energy(model, travel), "hungarian")
    rest = {0: Errand(Role.REST), 1: Errand(Role.REST)}
    assert assignment.places(rest, burdens(view, view.tools), free) == {0: (2, 0), 1: (2, 8)}
    wish = {0: Errand(Role.REST), 1: Errand(Role.REST, place=(2, 0))}
    assert assignment.places(wish, burdens(view, view.tools), free) == {1: (2, 0), 0: (2, 8)}


def test_reasons_name_the_bid_and_the_best_other_one() -> None:
    model, view = situation([(2, 3), (2, 2)], [Request((2, 0), False, 0)])
    travel = travel_in(model, view)
    assignment = Assignment(model, travel, Energy(model, travel), "contract_net")
    bids = assignment.bid([0, 1], view.requests, burdens(view, view.tools), ())
    assignment.assign(bids, [RobotMemory(), RobotMemory()])
    why = reasons(bids, 1)
    assert why["rival"] - why["bid"] == 1.0 and bids.messages == 4, "an announcement, two bids, an award"
