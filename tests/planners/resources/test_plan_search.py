"""The search for plans and their schedules together."""

from __future__ import annotations

import pytest

from planzoo.planners.htn import Budget, Domain, State, Task
from planzoo.planners.htn.meter import Meter
from planzoo.planners.resources import plan_search
from planzoo.planners.resources.action_resources import ActionResources
from planzoo.planners.resources.constraints import Constraints, TimeWindow
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.optimization import ScheduleResult, optimize_schedule
from planzoo.planners.resources.plan_conflict import plan_conflict
from planzoo.planners.resources.plan_search import PlanSearch
from planzoo.planners.resources.project import Project
from planzoo.planners.status import Status
from tests.planners.resources.shops import RESOURCES, Shop

EXACT = Effort(milliseconds=5_000, solver="exact")


def search(shop: Shop, **constraints: float) -> PlanSearch:
    actions = ActionResources({each.name: each for each in RESOURCES}, shop.needs)
    return PlanSearch(shop.domain, (shop.state, (shop.task,)), actions, Constraints(**constraints))


def test_a_worse_schedule_never_takes_a_better_ones_place() -> None:
    """The search cannot foresee how long actions wait, so later plans may turn out worse."""
    shop = Shop(9, jobs=3, ways=2)
    found = search(shop, budget=60).run(Meter(Budget()), "minimize_time", EXACT)
    assert found.status is Status.SOLVED
    assert found.makespan == 6


def test_the_problem_stays_as_it_was() -> None:
    shop = Shop(3)
    search(shop).run(Meter(Budget()), "minimize_cost", EXACT)
    assert shop.state == Shop(3).state


def test_a_spent_budget_gives_the_best_so_far() -> None:
    shop = Shop(5, jobs=6)
    meter = Meter(Budget(expansions=60))
    found = search(shop).run(meter, "minimize_cost", EXACT)
    assert found.status is Status.BUDGET_SPENT
    assert "60 expansions" in found.reason


def test_constraints_of_a_conflict_are_each_needed() -> None:
    hopeless = search(Shop(3), budget=10, deadline=3)
    assert hopeless.run(Meter(Budget()), None, EXACT).status is Status.INFEASIBLE
    conflict = plan_conflict(hopeless, Budget(), EXACT)
    assert conflict
    assert set(conflict) <= {
        "budget 10",
        "deadline 3",
        "8 of fuel at first",
        "3 of crew at a time",
        "2 of parts at first, store for 5",
    }


def test_plans_that_cannot_be_better_are_not_scheduled(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, scheduled = Shop(3), []

    def noted(project: Project, objective: str, effort: Effort) -> ScheduleResult:
        scheduled.append(project)
        return optimize_schedule(project, objective, effort)

    monkeypatch.setattr(plan_search, "optimize_schedule", noted)
    found = search(shop).run(Meter(Budget()), "minimize_cost", EXACT)
    assert found.status is Status.SOLVED
    costs = [optimize_schedule(project, "minimize_cost", EXACT).schedule for project in scheduled]
    totals = [schedule.cost for schedule in costs if schedule is not None]
    assert totals == sorted(totals, reverse=True), "each that is looked at may be better than those before"
    assert found.cost == totals[-1]


def test_an_undecided_schedule_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    undecided = ScheduleResult(Status.BUDGET_SPENT, None, 0.0, "exact", 0.0)
    monkeypatch.setattr(plan_search, "feasible_schedule", lambda *question: undecided)
    found = search(Shop(3)).run(Meter(Budget()), None, EXACT)
    assert (found.status, found.schedule) == (Status.BUDGET_SPENT, None)
    assert "could not be decided" in found.reason


def test_what_recurs_without_end_leaves_it_open() -> None:
    domain = Domain("rounds")
    domain.add_method("rounds", lambda state: [Task("rounds"), Task("rounds")], "again")
    problem = State(x={}), (Task("rounds"),)
    found = PlanSearch(domain, problem, ActionResources({}), Constraints()).run(Meter(Budget()), None, EXACT)
    assert found.status is Status.BUDGET_SPENT
    assert "recurs" in found.reason


def test_a_plan_that_is_too_late_does_not_end_the_search() -> None:
    """A window that only the second way keeps."""
    domain = Domain("two ways")
    for name, duration in (("slow", 9), ("quick", 1)):
        domain.add_operator(_nothing, name, duration=duration)
        domain.add_method("go", lambda state, name=name: [Task(name)], name)
    windows = (TimeWindow("slow", 0, 5), TimeWindow("quick", 0, 5))
    problem = State(x={}), (Task("go"),)
    found = PlanSearch(domain, problem, ActionResources({}), Constraints(windows=windows)).run(
        Meter(Budget()), None, EXACT
    )
    assert found.plan is not None
    assert [action.name for action in found.plan.actions] == ["quick"]


def _nothing(state: State) -> None:
    """Does nothing."""
