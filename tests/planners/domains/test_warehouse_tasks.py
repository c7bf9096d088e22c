"""The warehouse's task network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planzoo.envs.warehouse.model import Cell, WarehouseModel
from planzoo.planners.domains.warehouse_errands import Errand, Role
from planzoo.planners.domains.warehouse_tasks import fleet_domain
from planzoo.planners.htn import HierarchicalPlanner, Plan, Problem, State, Status, Task, validate
from tests.planners.domains.warehouse_views import drawn_model, fleet_view, toy_model, travel_in

FETCH = Errand(Role.FETCH, (1, 1))


def plan(
    errand: Errand,
    at: Cell,
    load: tuple[int, int, int] = (0, 0, 1),
    free: tuple[Cell, ...] = (),
    model: WarehouseModel | None = None,
    tool: bool = False,
    **changes: Any,
) -> Plan:
    """Plans for robot 0; ``load`` is how many shelves are wanted, served, and fit in addition."""
    model = model or toy_model()
    view = replace(fleet_view(model, [at], loads=np.array([load[0] + load[1]])), **changes)
    for cell in free:
        view.standing_shelves[cell] = False
    domain = fleet_domain(model, travel_in(model, view))
    burden = {name: {0: number} for name, number in zip(("wanted", "served", "room"), load, strict=True)}
    requested = [errand.cell] if errand.role in (Role.FETCH, Role.LEAD) else []
    places = {"free": dict.fromkeys(free, True), "requested": dict.fromkeys(requested, True)}
    state = State(at={0: at}, tool={0: tool}, errand={0: errand}, **burden, **places)
    tasks = [Task("serve", 0)]
    result = HierarchicalPlanner(domain).solve(Problem(state, tasks))
    assert result.status is Status.SOLVED and result.plan is not None
    assert validate(domain, state, tasks, result.plan) is None
    return result.plan


def names(made: Plan) -> list[str]:
    return [str(action).replace("(0, ", "(", 1) for action in made.actions]


def test_a_robot_fetches_delivers_and_stores() -> None:
    made = plan(FETCH, (0, 0))
    assert names(made) == [
        "drive((1, 1))",
        "lift((1, 1))",
        "drive((4, 2))",
        "deliver((4, 2))",
        "drive((1, 1))",
        "drop((1, 1))",
    ]
    # Up to the shelf: turn, one step, turn, one step, as the best first direction counts.
    assert [action.cost for action in made.actions[:2]] == [3.0, 1.0]
    assert made.path(1) == (("serve", 0), ("fetch", 0), ("lift", 0, (1, 1)))


def test_a_delivered_shelf_goes_to_the_chosen_place_before_the_next_is_fetched() -> None:
    errand = replace(FETCH, place=(2, 3))
    made = names(plan(errand, (4, 2), load=(0, 1, 0), free=((2, 1), (2, 3))))
    assert made[:4] == ["drive((2, 3))", "drop((2, 3))", "drive((1, 1))", "lift((1, 1))"]


def test_without_a_chosen_place_it_is_the_nearest() -> None:
    made = names(plan(Errand(Role.REST), (2, 2), load=(0, 1, 0), free=((1, 1), (2, 3))))
    assert made == ["drive((2, 3))", "drop((2, 3))"]


def test_with_room_the_delivered_shelf_is_exchanged_for_the_next() -> None:
    made = names(plan(FETCH, (4, 2), load=(0, 1, 1)))
    assert made[:4] == ["drive((1, 1))", "lift((1, 1))", "drop((1, 1))", "drive((4, 2))"]


def test_with_room_one_more_is_taken_along() -> None:
    made = names(plan(FETCH, (1, 2), load=(1, 0, 1)))
    assert made[:4] == ["drive((1, 1))", "lift((1, 1))", "drive((4, 2))", "deliver((4, 2))"]
    assert [name for name in made if name.startswith("drop")] == ["drop((1, 1))"], "one place is free"


def test_charging_comes_before_all_else() -> None:
    cut_off = drawn_model("xx.c\n...g", battery=50)
    blocked = np.zeros(cut_off.passable.shape, dtype=bool)
    blocked[0, 2] = blocked[1, 3] = True
    waiting = plan(Errand(Role.CHARGE, (0, 3)), (1, 0), load=(1, 0, 0), model=cut_off, blocked=blocked)
    assert names(waiting) == ["rest((1, 0))"], "without a way it saves its battery"
    bay = Errand(Role.CHARGE, (0, 4))
    assert names(plan(bay, (0, 0), load=(1, 0, 0))) == ["drive((0, 4))", "charge((0, 4))"]


def test_a_tool_is_borrowed_only_when_it_is_missing() -> None:
    model = drawn_model("t....\n.....\n..x.x\n..g..", tools=1, tool_share=1.0)
    errand = Errand(Role.FETCH, (2, 2), needs_tool=True)
    assert names(plan(errand, (1, 4), model=model))[:4] == [
        "drive((0, 0))",
        "take_tool((0, 0))",
        "drive((2, 2))",
        "lift((2, 2))",
    ]
    assert names(plan(errand, (1, 4), model=model, tool=True))[0] == "drive((2, 2))"
    back = plan(Errand(Role.RETURN_TOOL), (1, 4), model=model, tool=True)
    assert names(back) == ["drive((0, 0))", "give_tool((0, 0))"]


def test_a_workstation_without_packages_is_worth_a_detour() -> None:
    model = drawn_model("x..g\n....\nx..g", packages=2, package_period=20)
    near = names(plan(Errand(Role.REST), (0, 2), load=(1, 0, 0), model=model))
    assert near[0] == "drive((0, 3))"
    far = plan(Errand(Role.REST), (0, 2), load=(1, 0, 0), model=model, packages_left=np.array([0.0, 1.0]))
    assert names(far)[0] == "drive((2, 3))"


@pytest.mark.parametrize(
    ("errand", "expected"),
    [
        (Errand(Role.LEAD, (1, 1), partner=1), ["drive((1, 1))", "lift_together((1, 1))", "drive((4, 2))"]),
        (Errand(Role.ASSIST, (1, 2), partner=1), ["drive((1, 2))", "assist((1, 2))"]),
        (Errand(Role.FOLLOW, (1, 2), partner=1), ["follow((1, 2))"]),
    ],
)
def test_heavy_shelves_are_lifted_by_two(errand: Errand, expected: list[str]) -> None:
    assert names(plan(errand, (0, 0)))[: len(expected)] == expected


def test_a_robot_without_a_way_waits() -> None:
    assert names(plan(Errand(Role.REST), (2, 2), load=(0, 1, 0))) == ["rest((2, 2))"]
    assert names(plan(Errand(Role.REST), (2, 2)))[-1] == "rest((2, 2))"
    assert names(plan(Errand(Role.REST, (1, 3)), (2, 2))) == ["drive((1, 3))", "rest((1, 3))"]
