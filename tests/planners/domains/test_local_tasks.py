"""A lone robot's task network."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.envs.warehouse.model import Cell, WarehouseModel
from planzoo.planners.domains.local_memory import RobotMemory
from planzoo.planners.domains.local_site import Abilities, Site
from planzoo.planners.domains.local_tasks import free_storage, local_domain, local_problem
from planzoo.planners.htn import HierarchicalPlanner, Plan, Status, validate
from tests.planners.domains.local_world import memory_of, model_of, view_of

DOCKS = "c..t.\n.xxx.\n.xxx.\n.....\n..g.."
STRONG, WEAK, ALONE = Abilities(lifts_heavy=True), Abilities(pair_lifts_heavy=True), Abilities()


def plan_of(
    model: WarehouseModel,
    memory: RobotMemory,
    abilities: Abilities = ALONE,
    lookout: Cell | None = None,
    **facts: Any,
) -> Plan:
    """Plans, and checks the plan with the validator."""
    site = Site(model, memory, abilities, lookout, facts.pop("tools_left", False))
    problem = local_problem(site, **{"low": False, "tool": False, **facts})
    domain = local_domain()
    result = HierarchicalPlanner(domain).solve(problem)
    assert result.status is Status.SOLVED and result.plan is not None
    assert validate(domain, problem.state, problem.tasks, result.plan) is None
    return result.plan


def steps(plan: Plan) -> list[str]:
    return [str(action) for action in plan.actions]


def seen(model: WarehouseModel, at: Cell, *requests: Cell, capacity: int = 1, **own: Any) -> RobotMemory:
    """The memory of a robot that has just seen some requests."""
    memory = memory_of(model, capacity)
    memory.observe(view_of(memory, at, **own))
    for cell in requests:
        number = memory.hall.number(cell)
        memory.wanted[number], memory.due[number] = True, 500
        memory.wanted_at[number] = memory.step
    return memory


def carrying(model: WarehouseModel, at: Cell, home: Cell, requested: bool) -> RobotMemory:
    memory = seen(model, home)
    memory.observe(view_of(memory, home, [home] if requested else [], loads=1))
    memory.observe(view_of(memory, at, [at] if requested else [], shelves={at: True}, loads=1))
    return memory


def test_a_request_is_fetched_delivered_and_stored() -> None:
    model = model_of()
    plan = plan_of(model, seen(model, (0, 0), (1, 1)))
    assert steps(plan) == [
        "drive((1, 1))",
        "lift((1, 1))",
        "drive((4, 2))",
        "deliver((4, 2))",
        "drive((1, 1))",
        "drop((1, 1))",
    ]
    assert plan.path(1)[0] == ("work",) and plan.path(5)[-2][0] == "store"


def test_a_requested_load_is_delivered_first_another_goes_back() -> None:
    model = model_of()
    asked = plan_of(model, carrying(model, (2, 2), (1, 1), requested=True))
    assert steps(asked)[:2] == ["drive((4, 2))", "deliver((4, 2))"]
    other = plan_of(model, carrying(model, (2, 2), (1, 1), requested=False))
    assert steps(other) == ["drive((1, 1))", "drop((1, 1))"]


def test_without_a_request_it_goes_to_see_or_rests() -> None:
    model = model_of()
    assert steps(plan_of(model, seen(model, (0, 0)), lookout=(2, 3))) == ["look((2, 3))"]
    assert steps(plan_of(model, seen(model, (0, 0)))) == ["rest()"]


def test_a_gap_of_another_robot_is_left_to_it() -> None:
    model = model_of()
    memory = carrying(model, (2, 2), (1, 1), requested=False)
    memory.standing[memory.hall.number((2, 3))] = False
    assert free_storage(memory) == [(1, 1)]
    memory.standing[memory.hall.number((1, 1))] = True
    assert free_storage(memory) == [(2, 3)], "its own place is taken"
    memory.standing[memory.hall.number((2, 3))] = True
    assert steps(plan_of(model, memory, lookout=(0, 2))) == ["look((0, 2))"], "it looks for room"
    assert steps(plan_of(model, memory)) == ["rest()"]


def test_storage_that_never_held_a_shelf_is_anybodys() -> None:
    model = model_of("..o..\n.....\n.xx..\n....g")
    assert free_storage(seen(model, (0, 0))) == [(0, 2)]
    assert steps(plan_of(model, carrying(model, (0, 1), (2, 1), requested=False)))[0] == "drive((0, 2))"


def test_a_low_battery_comes_first() -> None:
    model = model_of(DOCKS, battery=100)
    memory = seen(model, (3, 0), (1, 1), charge=0.2)
    assert steps(plan_of(model, memory, low=True)) == ["drive((0, 0))", "charge((0, 0))"]


def test_a_request_that_the_battery_does_not_last_for_is_charged_for() -> None:
    model = model_of(DOCKS, battery=30, move_drain=2)
    memory = seen(model, (3, 4), (1, 1), charge=0.5)
    assert steps(plan_of(model, memory)) == ["drive((0, 0))", "charge((0, 0))"]
    memory.charge = 0.95
    assert steps(plan_of(model, memory))[0] == "drive((1, 1))"


def test_a_tool_is_borrowed_and_brought_back() -> None:
    model = model_of(DOCKS, tools=1, tool_share=0.2)
    memory = seen(model, (3, 0), (1, 1))
    memory.needs_tool[memory.hall.number((1, 1))] = True
    borrowed = plan_of(model, memory, tools_left=True)
    assert steps(borrowed)[:4] == ["drive((0, 3))", "borrow((0, 3))", "drive((1, 1))", "lift((1, 1))"]
    assert steps(plan_of(model, memory, tool=True, tools_left=True))[0] == "drive((1, 1))"
    assert steps(plan_of(model, memory, lookout=(3, 4))) == ["look((3, 4))"], "none is left"
    idle = seen(model, (3, 0))
    assert steps(plan_of(model, idle, tool=True)) == ["drive((0, 3))", "give_back((0, 3))"]
    assert steps(plan_of(model, idle, tool=True, tools_left=True)) == ["rest()"], "nobody lacks it"


@pytest.mark.parametrize(("abilities", "raised"), [(STRONG, "lift((1, 1))"), (WEAK, "call_helper((1, 1))")])
def test_a_heavy_shelf_takes_strength_or_help(abilities: Abilities, raised: str) -> None:
    model = model_of(DOCKS, robots=2, heavy_share=0.2)
    memory = seen(model, (3, 0), (1, 1))
    memory.heavy[memory.hall.number((1, 1))] = True
    assert steps(plan_of(model, memory, abilities))[1] == raised
    assert steps(plan_of(model, memory, ALONE)) == ["rest()"], "no two robots lift it"


def test_help_is_given_from_a_bare_neighbouring_cell() -> None:
    model = model_of(DOCKS, robots=2, heavy_share=0.2)
    memory = seen(model, (0, 0), (2, 3))
    plan = plan_of(model, memory, WEAK, calls=[(1, 1)])
    assert steps(plan)[0] in ("drive((0, 1))", "drive((1, 0))") and steps(plan)[1] == "assist((1, 1))"
    middle = plan_of(model, memory, WEAK, calls=[(1, 2)])
    assert steps(middle) == ["drive((0, 2))", "assist((1, 2))"], "its other neighbours hold shelves"


def test_a_robot_with_room_collects_what_is_on_its_way() -> None:
    model = model_of(DOCKS, robots=1)
    roomy = Abilities(capacity=2)
    memory = seen(model, (3, 1), (2, 1), (2, 2), capacity=2)
    plan = steps(plan_of(model, memory, roomy))
    assert plan[:4] == ["drive((2, 1))", "lift((2, 1))", "drive((2, 2))", "lift((2, 2))"] or plan[:4] == [
        "drive((2, 2))",
        "lift((2, 2))",
        "drive((2, 1))",
        "lift((2, 1))",
    ]
    assert [step.split("(")[0] for step in plan[4:]] == ["drive", "deliver", *["drive", "drop"] * 2]
    single = steps(plan_of(model, seen(model, (3, 1), (2, 1), (2, 2))))
    assert sum(step.startswith("lift") for step in single) == 1


def test_refused_requests_are_no_facts() -> None:
    model = model_of()
    memory = seen(model, (0, 0), (1, 1))
    memory.refused_until[memory.hall.number((1, 1))] = memory.step + 1
    assert steps(plan_of(model, memory)) == ["rest()"]
