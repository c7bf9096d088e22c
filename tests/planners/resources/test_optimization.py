"""The front door of optimization: every solver, better and better, all trade-offs, and why there is none."""

from __future__ import annotations

from itertools import pairwise

import pytest

from planzoo.errors import InputError
from planzoo.planners.resources import optimization
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.generated_projects import ProjectParameters, generate_project
from planzoo.planners.resources.optimization import (
    ScheduleResult,
    chosen_solver,
    feasible_schedule,
    improve_schedule,
    is_better,
    optimize_schedule,
    pareto_front,
    simple_bound,
)
from planzoo.planners.resources.project import Mode, Project, project_of
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.tracker import ResourceTracker
from planzoo.planners.status import Status
from tests.planners.resources.small_projects import best_by_trying_everything, small_project

TOLERANCE = 1e-9
SOLVERS = ("cp_sat", "exact", "search")
LONG = Effort(milliseconds=20_000, solver="exact")


def feasible_projects(count: int) -> list[Project]:
    made = (small_project(seed) for seed in range(3_000, 4_000))
    return [project for project in made if best_by_trying_everything(project, "minimize_time")][:count]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("objective", ["minimize_time", "minimize_cost"])
def test_every_solver_finds_the_best_of_small_projects(solver: str, objective: str) -> None:
    for project in feasible_projects(6):
        effort = Effort(milliseconds=20_000, solver=solver, iterations=3_000)
        found = optimize_schedule(project, objective, effort)
        expected = best_by_trying_everything(project, objective)
        assert expected is not None
        if found.schedule is None:  # the local search does not promise to find any
            assert solver == "search"
            continue
        assert ResourceTracker(project.resources).find_violations(found.schedule) == []
        value = found.schedule.makespan if objective == "minimize_time" else found.schedule.cost
        assert found.bound <= expected[0] + TOLERANCE and expected[0] <= value + TOLERANCE
        assert found.solver == solver
        if found.status is Status.SOLVED:
            assert value == pytest.approx(expected[0]) == found.bound
        else:
            assert solver == "search"


def test_results_get_better_and_better() -> None:
    project = generate_project(ProjectParameters(40, factor=0.75, strength=0.2), seed=1)
    results = list(improve_schedule(project, "minimize_time", Effort(milliseconds=2_000)))
    schedules = [result.schedule for result in results if result.schedule is not None]
    assert len(schedules) > 1
    assert all(not is_better(earlier, later, "minimize_time") for earlier, later in pairwise(schedules))
    assert all(result.status is Status.BUDGET_SPENT for result in results[:-1])
    assert all(a.seconds <= b.seconds for a, b in pairwise(results))
    assert results[-1].bound >= simple_bound(project, "minimize_time")


def test_any_feasible_schedule_will_do() -> None:
    for project in feasible_projects(5):
        found = feasible_schedule(project, LONG)
        assert found.status is Status.SOLVED
        assert found.schedule is not None
        assert ResourceTracker(project.resources).find_violations(found.schedule) == []


@pytest.mark.parametrize("solver", ["exact", "cp_sat"])
def test_the_front_is_that_of_all_schedules(solver: str) -> None:
    for project in feasible_projects(6):
        front = pareto_front(project, Effort(milliseconds=20_000, solver=solver))
        points = [(found.schedule.makespan, found.schedule.cost) for found in front if found.schedule]
        expected = []
        budget = project.constraints.budget
        while (
            best := best_by_trying_everything(project.changed(budget=budget), "minimize_time")
        ) is not None:
            expected.append(best)
            if best[1] <= 0.5:
                break
            budget = best[1] - 0.5
        assert points == expected
        assert all(found.status is Status.SOLVED for found in front)


def test_a_front_of_unproven_schedules_has_no_beaten_ones() -> None:
    modes = [Mode(10, cost=5), Mode(12, cost=4), Mode(11, cost=3)]
    project = project_of([], {"a": modes})
    found = [
        ScheduleResult(Status.BUDGET_SPENT, Schedule(project, (0,), (mode,)), 0.0, "search", 0.0)
        for mode in range(3)
    ]
    assert optimization._unbeaten(found) == (found[0], found[2])


def test_where_nothing_is_feasible_a_smallest_conflict_is_told() -> None:
    seeds = [
        s for s in range(3_000, 3_060) if not best_by_trying_everything(small_project(s), "minimize_time")
    ]
    for seed in seeds[:6]:
        found = optimize_schedule(small_project(seed), "minimize_time", LONG)
        assert found.status is Status.INFEASIBLE
        assert found.conflict
        assert pareto_front(small_project(seed), LONG)[0].status is Status.INFEASIBLE


def test_without_ortools_small_projects_are_searched_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    large = generate_project(ProjectParameters(30), seed=1)
    assert chosen_solver(large, Effort()) == "cp_sat"
    assert chosen_solver(large, Effort(solver="search")) == "search"
    monkeypatch.setattr(optimization, "has_cp_sat", lambda: False)
    assert chosen_solver(large, Effort()) == "search"
    assert chosen_solver(small_project(1), Effort()) == "exact"


def test_wrong_input_is_refused() -> None:
    with pytest.raises(InputError, match="no objective"):
        optimize_schedule(small_project(0), "balance")
    with pytest.raises(InputError, match="no solver 'luck'"):
        Effort(solver="luck")
    for name in ("milliseconds", "iterations", "workers"):
        with pytest.raises(InputError, match=name):
            Effort(**{name: 0})  # type: ignore[arg-type]
    with pytest.raises(InputError, match="seed"):
        Effort(seed=-1)
