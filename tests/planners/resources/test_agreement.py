"""CP-SAT, the exact search, the local search and trying everything agree on small random projects."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.planners.resources.cp_sat import solve_cp_sat
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.exact_search import solve_exactly
from planzoo.planners.resources.local_search import search_schedules
from planzoo.planners.resources.project import Project
from planzoo.planners.resources.solved import Solved
from planzoo.planners.resources.tracker import ResourceTracker
from planzoo.planners.status import Status
from tests.planners.resources.small_projects import Value, best_by_trying_everything, small_project

LONG = Effort(milliseconds=60_000)
MANY = Effort(iterations=3_000)
OBJECTIVES = ("minimize_time", "minimize_cost")


def value(project: Project, objective: str, solved: Solved) -> Value | None:
    """Checks an answer by the tracker and gives what its schedule amounts to."""
    if solved.schedule is None:
        assert solved.status is Status.INFEASIBLE
        return None
    assert solved.status is Status.SOLVED
    assert ResourceTracker(project.resources).find_violations(solved.schedule) == []
    time, cost = solved.schedule.makespan, solved.schedule.cost
    return (time, cost) if objective == "minimize_time" else (cost, time)


def check(seed: int, objective: str) -> tuple[bool, bool]:
    """Compares all on one project; says whether it is feasible, and whether the local search got there."""
    project = small_project(seed)
    expected = best_by_trying_everything(project, objective)
    assert value(project, objective, solve_exactly(project, objective, LONG)) == expected
    assert value(project, objective, solve_cp_sat(project, objective, LONG)) == expected
    *_, searched = None, *search_schedules(project, objective, MANY)
    if searched is None:
        return expected is not None, False
    reached = value(project, objective, Solved(Status.SOLVED, searched, 0.0))
    assert expected is not None and reached is not None and reached >= expected
    return True, reached == expected


def check_all(seeds: range, objective: str) -> int:
    """Compares all on many projects; gives how many were feasible."""
    feasible, searched = np.array([check(seed, objective) for seed in seeds]).sum(axis=0)
    # It places one activity after another, and so misses schedules in which one takes at the very moment
    # at which another makes.
    assert searched >= 0.9 * feasible
    return int(feasible)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_all_agree_on_small_projects(objective: str) -> None:
    assert 10 < check_all(range(40), objective) < 35


@pytest.mark.long
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_all_agree_on_a_thousand_small_projects(objective: str) -> None:
    assert 300 < check_all(range(1000, 2100), objective) < 1000
