"""Local search finds schedules that keep everything, ever better ones, and on small projects the best."""

from __future__ import annotations

import math
import time
from itertools import pairwise, permutations, product

import numpy as np
import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError
from planzoo.planners.resources.effort import OBJECTIVES, Effort
from planzoo.planners.resources.generation import generate_schedule
from planzoo.planners.resources.local_search import search_schedules
from planzoo.planners.resources.priority_rules import RULES
from planzoo.planners.resources.project import Mode, Project, project_of
from planzoo.planners.resources.schedule import Schedule
from tests.planners.resources.projects import is_feasible, naive_starts, random_project

SOME = Effort(iterations=2000)


def value(schedule: Schedule, objective: str) -> tuple[float, float]:
    makespan, cost = schedule.makespan, schedule.cost
    return (makespan, cost) if objective == "minimize_time" else (cost, makespan)


def found(project: Project, objective: str = "minimize_time", effort: Effort = SOME) -> list[Schedule]:
    return list(search_schedules(project, objective, effort))


def ways(project: Project) -> list[Schedule]:
    """Makes every active schedule: all orders that keep precedences, all modes."""
    size = range(len(project.activities))
    orders = [
        order
        for order in permutations(size)
        if all(order.index(before) < order.index(after) for before, after, _ in project.links)
    ]
    made = []
    for modes in product(*(range(len(activity.modes)) for activity in project.activities)):
        for order in orders:
            starts = naive_starts(project, list(order), list(modes))
            if starts is not None:
                made.append(Schedule(project, tuple(starts[place] for place in size), modes))
    return made


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_schedules_are_feasible_and_better_and_better(objective: str) -> None:
    counts = []
    for seed in range(40):
        schedules = found(random_project(seed, size=12), objective)
        assert all(map(is_feasible, schedules))
        values = [value(schedule, objective) for schedule in schedules]
        assert all(later < earlier for earlier, later in pairwise(values))
        counts.append(len(schedules))
    assert sum(map(bool, counts)) > 10


@pytest.mark.parametrize("seed", range(12))
def test_small_projects_are_solved(seed: int) -> None:
    project = random_project(seed, size=4)
    feasible = [schedule for schedule in ways(project) if is_feasible(schedule)]
    for objective in OBJECTIVES:
        schedules = found(project, objective)
        assert bool(schedules) == bool(feasible)
        if feasible:
            best = min(value(schedule, objective) for schedule in feasible)
            assert value(schedules[-1], objective) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(10))
def test_it_is_never_worse_than_priority_rules(seed: int) -> None:
    project = random_project(seed, size=30, simple=True)
    by_rule = [generate_schedule(project, rule=rule) for rule in RULES]
    makespans = [schedule.makespan for schedule in by_rule if schedule is not None]
    # The few first lists follow the rules.
    assert found(project, effort=Effort(iterations=18))[-1].makespan <= min(makespans)


def test_seed_and_iterations_decide() -> None:
    project = random_project(5, size=40, simple=True)
    by_seed = [found(project, effort=Effort(iterations=900, seed=seed)) for seed in (0, 0, 1)]
    assert by_seed[0] == by_seed[1] != by_seed[2]
    # However little time there is, as many schedules as were asked for are made.
    assert found(project, effort=Effort(iterations=900, milliseconds=1e-6)) == by_seed[0]


def test_more_iterations_go_on_from_fewer() -> None:
    project = random_project(6, size=40, simple=True)
    few, many = (found(project, effort=Effort(iterations=count))[-1] for count in (60, 6000))
    assert many.makespan < few.makespan
    # Between looks at the clock some hundred schedules are made: the search goes on after the first of them.
    assert len(found(random_project(1, size=40), effort=Effort(iterations=20_000))) > 5


def test_time_is_kept() -> None:
    project = random_project(7, size=60)
    found(project, effort=Effort(iterations=1))
    begin = time.monotonic()
    found(project, effort=Effort(milliseconds=200))
    assert time.monotonic() - begin < 0.6


def test_it_ends_when_nothing_can_be_better() -> None:
    chain = project_of((), {"a": Mode(2), "b": [Mode(3, cost=1), Mode(3)]})
    for objective in OBJECTIVES:
        begin = time.monotonic()
        assert [schedule.starts for schedule in found(chain, objective, Effort(milliseconds=60_000))] == [
            (0, 0)
        ]
        assert time.monotonic() - begin < 30
    assert [schedule.starts for schedule in found(project_of((), {}))] == [()]


def workshop(jobs: int) -> Project:
    crew = Resource("crew", "reusable", 1)
    need = (ResourceRequirement("crew", 1),)
    modes = [Mode(2, need, cost=10), Mode(3, need, cost=4)]
    return project_of((crew,), {f"job{job}": modes for job in range(jobs)})


def test_cheaper_modes_are_taken_as_far_as_the_deadline_allows() -> None:
    project = workshop(10)
    assert found(project, "minimize_cost")[-1].cost == 40
    for deadline in (20, 24, 29):
        best = found(project.changed(deadline=deadline), "minimize_cost")[-1]
        assert (best.cost, best.makespan) == (100 - 6 * (deadline - 20), deadline)


def test_quicker_modes_are_taken_as_far_as_the_budget_allows() -> None:
    project = workshop(10)
    assert found(project)[-1].makespan == 20
    best = found(project.changed(budget=71))[-1]
    assert (best.makespan, best.cost) == (25, 70)
    assert found(project.changed(budget=39)) == []
    assert found(project.changed(budget=99, deadline=20)) == []


def test_what_is_used_has_to_be_made_before() -> None:
    parts = Resource("parts", "producible", 0, capacity=2)
    make = Mode(2, (ResourceRequirement("parts", 2, produces=True),))
    use = Mode(1, (ResourceRequirement("parts", 1),))
    project = project_of(
        (parts,), {"use1": use, "use2": use, "use3": use, "use4": use, "make1": make, "make2": make}
    )
    best = found(project)[-1]
    assert is_feasible(best)
    # The store holds two parts: the second two are taken out of it when the first two have been.
    assert best.makespan == 3
    assert np.sort(best.starts).tolist() == [0, 0, 2, 2, 2, 2]


def test_wrong_objectives_are_told_at_once() -> None:
    with pytest.raises(InputError, match="no objective 'fun'"):
        search_schedules(workshop(1), "fun", SOME)
    assert math.isinf(workshop(1).constraints.budget)
