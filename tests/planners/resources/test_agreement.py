"""CP-SAT, the exact search and trying everything agree on small random projects of all kinds."""

from __future__ import annotations

import pytest

from planzoo.planners.resources.cp_sat import solve_cp_sat
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.exact_search import solve_exactly
from planzoo.planners.resources.project import Project
from planzoo.planners.resources.solved import Solved
from planzoo.planners.resources.tracker import ResourceTracker
from planzoo.planners.status import Status
from tests.planners.resources.small_projects import Value, best_by_trying_everything, small_project

LONG = Effort(milliseconds=60_000)
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


def check(seed: int, objective: str) -> bool:
    """Compares the three on one project; says whether it is feasible."""
    project = small_project(seed)
    expected = best_by_trying_everything(project, objective)
    assert value(project, objective, solve_exactly(project, objective, LONG)) == expected
    assert value(project, objective, solve_cp_sat(project, objective, LONG)) == expected
    return expected is not None


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_all_agree_on_small_projects(objective: str) -> None:
    feasible = [check(seed, objective) for seed in range(40)]
    assert 10 < sum(feasible) < 35


@pytest.mark.long
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_all_agree_on_hundreds_of_small_projects(objective: str) -> None:
    feasible = [check(seed, objective) for seed in range(1000, 1400)]
    assert 100 < sum(feasible) < 350
