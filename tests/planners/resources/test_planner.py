"""The resource-aware planner: first and best plans, Pareto fronts, repairs, and why there is no plan."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Budget, Domain, HierarchicalPlanner, State, Task
from planzoo.planners.htn.plan import Plan
from planzoo.planners.resources import (
    Calendar,
    Constraints,
    Effort,
    Mode,
    Period,
    Precedence,
    Resource,
    ResourceAwarePlanner,
    ResourcePlan,
    ResourceRequirement,
    TimeWindow,
)
from planzoo.planners.status import Status
from tests.planners.resources.shops import RESOURCES, Shop

QUICK = Effort(milliseconds=2_000, solver="exact")
OVEN = Resource("oven", "reusable", 1)
FLOUR = Resource("flour", "consumable", 5, cost_per_unit=2)
BREADS = ("rye", "rolls")


def bakery() -> Domain:
    """Two breads share an oven; each can be bought instead, which is dear and quick."""
    domain = Domain("bakery")

    def note(state: State, bread: str) -> None:
        state.there[bread] = True

    domain.add_operator(note, "bake", cost=1, duration=3, resources={"oven": 1, "flour": 2})
    domain.add_operator(note, "buy", cost=9, duration=1)
    domain.add_method("get", lambda state, bread: [Task("bake", bread)], "bake")
    domain.add_method("get", lambda state, bread: [Task("buy", bread)], "buy")
    return domain


def planner(**constraints: object) -> ResourceAwarePlanner:
    return ResourceAwarePlanner(HierarchicalPlanner(bakery()), [OVEN, FLOUR], constraints)


def state() -> State:
    return State(there={})


TASKS = [Task("get", bread) for bread in BREADS]


def names(found: ResourcePlan) -> list[str]:
    assert found.plan is not None
    return [action.name for action in found.plan.actions]


def test_the_first_plan_keeps_everything() -> None:
    found = planner(budget=30, deadline=10).plan(TASKS, state(), effort=QUICK)
    assert found.status is Status.SOLVED
    assert names(found) == ["bake", "bake"]
    assert found.schedule is not None
    assert planner(budget=30, deadline=10).tracker.find_violations(found.schedule) == []
    assert sorted(found.schedule.starts) == [0, 3]


@pytest.mark.parametrize(
    ("constraints", "expected"),
    [
        ({"deadline": 5}, ["bake", "buy"]),  # the oven takes one after the other
        ({"deadline": 2}, ["buy", "buy"]),
        ({"budget": 14}, ["bake", "bake"]),
    ],
)
def test_a_plan_that_does_not_fit_makes_room_for_another(
    constraints: dict[str, float], expected: list[str]
) -> None:
    found = planner(**constraints).plan(TASKS, state(), effort=QUICK)
    assert names(found) == expected


def test_the_best_of_all_plans_is_found() -> None:
    fast = planner(budget=30).plan(TASKS, state(), "minimize_time", effort=QUICK)
    cheap = planner(deadline=9).plan(TASKS, state(), "minimize_cost", effort=QUICK)
    assert (fast.status, fast.makespan, names(fast)) == (Status.SOLVED, 1, ["buy", "buy"])
    assert (cheap.status, cheap.cost, names(cheap)) == (Status.SOLVED, 10, ["bake", "bake"])


def test_what_cannot_be_kept_together_is_named() -> None:
    found = planner(budget=12, deadline=2).plan(TASKS, state(), effort=QUICK)
    assert found.status is Status.INFEASIBLE
    assert set(found.conflict) == {"budget 12", "deadline 2"}
    assert planner(budget=9).plan(TASKS, state(), effort=QUICK).conflict == ("budget 9",)
    little = ResourceAwarePlanner(HierarchicalPlanner(bakery()), [OVEN, Resource("flour", "consumable", 3)])
    constrained = ResourceAwarePlanner(
        little.base_planner, little.tracker.resources.values(), {"budget": 9.5, "deadline": 9}
    )
    conflict = constrained.plan(TASKS, state(), effort=QUICK).conflict
    assert set(conflict) == {"budget 9.5", "3 of flour at first"}


def test_tasks_without_any_plan_have_no_conflict() -> None:
    domain = Domain("nothing works")
    domain.add_operator(lambda state: False, "fail")
    found = ResourceAwarePlanner(HierarchicalPlanner(domain), [OVEN]).plan(Task("fail"), State())
    assert (found.status, found.conflict) == (Status.INFEASIBLE, ())


@pytest.mark.parametrize("seed", range(12))
def test_the_best_plan_of_a_shop_is_that_of_all_its_plans(seed: int) -> None:
    shop = Shop(seed, jobs=3, ways=2)
    aware = ResourceAwarePlanner(HierarchicalPlanner(shop.domain), RESOURCES, {"budget": 60}, shop.needs)
    for objective in ("minimize_cost", "minimize_time"):
        found = aware.plan(shop.task, shop.state, objective, effort=QUICK)
        values = [value for plan in all_plans(shop) if (value := best_value(aware, shop, plan, objective))]
        if not values:
            assert found.status is Status.INFEASIBLE
            continue
        assert found.status is Status.SOLVED
        assert (found.cost if objective == "minimize_cost" else found.makespan) == min(values)


@pytest.mark.parametrize("seed", range(12))
def test_plans_for_whoever_works_in_order_overlap_nowhere(seed: int) -> None:
    shop = Shop(seed, jobs=3, ways=2)
    aware = ResourceAwarePlanner(HierarchicalPlanner(shop.domain), RESOURCES, {"budget": 60}, shop.needs)
    found = aware.plan(shop.task, shop.state, "minimize_time", effort=QUICK, in_order=True)
    free = aware.plan(shop.task, shop.state, "minimize_time", effort=QUICK)
    assert found.status is free.status
    if found.schedule is not None:
        spans = list(zip(found.schedule.starts, found.schedule.ends, strict=True))
        assert all(end <= start + 1e-9 for (_, end), (start, _) in pairwise(spans))
        assert found.makespan >= free.makespan


def all_plans(shop: Shop) -> list[Plan]:
    found = HierarchicalPlanner(shop.domain).plans((shop.state, [shop.task]), 1_000).plans
    assert len(found) == len(shop.plans)
    return list(found)


def best_value(aware: ResourceAwarePlanner, shop: Shop, plan: Plan, objective: str) -> float | None:
    """Schedules one plan as well as can be, if its order of actions is one that resources allow."""
    if not aware.tracker.check_feasibility(plan) and not _keeps_in_order(aware, plan):
        return None
    found = aware.optimize_resources(plan, objective, shop.state, QUICK)
    assert isinstance(found, ResourcePlan)
    if found.schedule is None:
        return None
    return found.cost if objective == "minimize_cost" else found.makespan


def _keeps_in_order(aware: ResourceAwarePlanner, plan: Plan) -> bool:
    kinds = {violation.subject for violation in aware.tracker.find_violations(plan)}
    return not kinds & {"fuel", "parts", "budget"}


def test_an_optimized_plan_keeps_its_actions_and_orders() -> None:
    plan = HierarchicalPlanner(bakery()).solve((state(), TASKS)).plan
    assert plan is not None
    loose = ResourceAwarePlanner(HierarchicalPlanner(bakery()), [Resource("oven", "reusable", 2), FLOUR])
    kept = loose.optimize_resources(plan, "minimize_time", effort=QUICK)
    freed = loose.optimize_resources(plan, "minimize_time", state(), QUICK)
    assert isinstance(kept, ResourcePlan) and isinstance(freed, ResourcePlan)
    assert (kept.makespan, freed.makespan) == (6, 3)  # without the state the order of the plan stays
    assert names(freed) == ["bake", "bake"]


def test_modes_are_traded_on_the_front() -> None:
    quick = Mode(1, (ResourceRequirement("oven", 1),), cost=6, name="hot")
    aware = ResourceAwarePlanner(HierarchicalPlanner(bakery()), [OVEN, FLOUR], modes={"bake": (quick,)})
    plan = HierarchicalPlanner(bakery()).solve((state(), TASKS)).plan
    assert plan is not None
    front = aware.optimize_resources(plan, "balance", state(), QUICK)
    assert isinstance(front, tuple)
    assert [(found.makespan, found.cost) for found in front] == [(2, 12), (4, 11), (6, 10)]


def test_a_repair_changes_as_little_as_it_can() -> None:
    found = planner().plan(TASKS, state(), effort=QUICK)
    late = Constraints(windows=(TimeWindow("bake(rye)", 4),))
    again = ResourceAwarePlanner(HierarchicalPlanner(bakery()), [OVEN, FLOUR], late)
    mended = again.repair_plan(found, current_state=state(), effort=QUICK)
    assert names(mended) == ["bake", "bake"]
    assert "scheduled anew" in mended.reason
    assert mended.schedule is not None
    assert mended.schedule.starts[0] >= 4
    tight = planner(deadline=4)
    other = tight.repair_plan(found, current_state=state(), effort=QUICK)
    assert sorted(names(other)) == ["bake", "buy"]
    assert "planned anew" in other.reason
    hopeless = tight.repair_plan(found, effort=QUICK)
    assert hopeless.status is Status.INFEASIBLE


def test_a_budget_is_kept_and_told() -> None:
    tasks = [Task("get", f"bread {number}") for number in range(40)]
    found = planner(budget=300).plan(tasks, state(), budget=Budget(expansions=60))
    assert found.status is Status.BUDGET_SPENT
    assert "60 expansions" in found.reason


def test_wrong_input_is_refused() -> None:
    with pytest.raises(InputError, match="no objective 'cheap'; choose one of 'minimize_cost'"):
        planner().plan(TASKS, state(), "cheap")
    with pytest.raises(InputError, match="no constraint 'buget'"):
        planner(buget=3)
    plan = HierarchicalPlanner(bakery()).solve((state(), TASKS)).plan
    assert plan is not None
    with pytest.raises(InputError, match="'balance'"):
        planner().optimize_resources(plan, "all")
    with pytest.raises(InputError, match="holds no plan"):
        planner().optimize_resources(ResourcePlan(Status.INFEASIBLE))
    with pytest.raises(InputError, match="unknown resource 'oven'"):
        ResourceAwarePlanner(HierarchicalPlanner(bakery()), [FLOUR]).plan(TASKS, state())


def test_names_that_no_operator_has_are_refused() -> None:
    base = HierarchicalPlanner(bakery())
    for wrong, what in (
        ({"precedences": [Precedence("bake", "byu")]}, "a precedence names 'byu'"),
        ({"windows": [TimeWindow("bake_(rye)", 0, 3)]}, r"a window names 'bake_\(rye\)'"),
    ):
        with pytest.raises(InputError, match=f"{what}.*it has 'bake', 'buy'"):
            planner(**wrong)
    with pytest.raises(InputError, match="needs names 'bale', but domain 'bakery'"):
        ResourceAwarePlanner(base, [OVEN], needs={"bale": ()})
    with pytest.raises(InputError, match="modes names 'bale'"):
        ResourceAwarePlanner(base, [OVEN], modes={"bale": ()})
    planner(precedences=[Precedence("bake(rye)", "buy")], windows=[TimeWindow("bake", 0, 9)])
    with pytest.raises(InputError, match="ovn"):
        planner(calendars=[Calendar("ovn", [Period(0, 3, 1)])])


def test_an_answer_without_a_schedule_has_no_cost() -> None:
    for what in ("cost", "makespan"):
        with pytest.raises(InputError, match=r"no schedule \(infeasible\)"):
            getattr(ResourcePlan(Status.INFEASIBLE), what)


def test_the_shops_have_all_combinations() -> None:
    assert Shop(0, jobs=2, ways=2).plans == list(product(["way0_0", "way0_1"], ["way1_0", "way1_1"]))
