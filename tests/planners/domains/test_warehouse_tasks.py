"""The warehouse's task network."""

from __future__ import annotations

import numpy as np

from planzoo.envs.warehouse.model import FleetView, WarehouseModel
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.planners.domains.warehouse_tasks import Travel, fleet_domain, fleet_problem
from planzoo.planners.htn import HierarchicalPlanner, Plan, Status, validate


def view(positions: list[tuple[int, int]], requests: list[tuple[int, int]], **changes: object) -> FleetView:
    model = WarehouseModel(WarehouseParams.toy())
    standing = np.zeros(model.passable.shape, dtype=bool)
    for cell in model.storage:
        standing[cell] = True
    count = len(positions)
    fields = {
        "positions": np.array(positions),
        "directions": np.zeros(count, dtype=int),
        "carrying": np.zeros(count, dtype=bool),
        "carrying_requested": np.zeros(count, dtype=bool),
        "requests": requests,
        "request_carried": np.zeros(len(requests), dtype=bool),
        "standing_shelves": standing,
        **changes,
    }
    return FleetView(**fields)  # type: ignore[arg-type]


def plan(seen: FleetView) -> Plan:
    model = WarehouseModel(WarehouseParams.toy())
    domain = fleet_domain(model, Travel(model, seen.standing_shelves))
    problem = fleet_problem(model, seen)
    result = HierarchicalPlanner(domain).solve(problem)
    assert result.status is Status.SOLVED and result.plan is not None
    assert validate(domain, problem.state, problem.tasks, result.plan) is None
    return result.plan


def names(made: Plan) -> list[str]:
    return [str(action) for action in made.actions]


def test_one_robot_fetches_delivers_and_stores() -> None:
    assert names(plan(view([(0, 0)], [(1, 1)]))) == [
        "drive(0, (1, 1))",
        "lift(0, (1, 1))",
        "drive(0, (4, 2))",
        "deliver(0, (4, 2))",
        "drive(0, (1, 1))",
        "drop(0, (1, 1))",
    ]


def test_the_nearest_pair_goes_first_and_the_rest_rests() -> None:
    made = plan(view([(0, 0), (0, 4), (4, 4)], [(1, 3)]))
    assert names(made)[0] == "drive(1, (1, 3))"
    assert names(made)[-2:] == ["rest(0)", "rest(2)"]


def test_loads_are_finished_first() -> None:
    standing = view([(0, 0)], []).standing_shelves
    standing[1, 1] = False
    seen = view(
        [(2, 2), (0, 0)],
        [(1, 3)],
        carrying=np.array([True, False]),
        standing_shelves=standing,
    )
    made = plan(seen)
    assert names(made)[:2] == ["drive(0, (1, 1))", "drop(0, (1, 1))"]
    assert made.path(0)[0][0] == "serve"


def test_a_robot_without_a_way_waits() -> None:
    full = view([(0, 0)], []).standing_shelves
    seen = view([(2, 2)], [], carrying=np.array([True]), standing_shelves=full)
    assert names(plan(seen)) == ["rest(0)"]
