"""CP-SAT as a solver of projects; the agreement with others is tested in test_agreement."""

from __future__ import annotations

import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError
from planzoo.planners.resources import cp_sat
from planzoo.planners.resources.constraints import Calendar, Period, Precedence
from planzoo.planners.resources.cp_sat import solve_cp_sat
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.generated_projects import ProjectParameters, generate_project
from planzoo.planners.resources.project import Mode, Project, project_of
from planzoo.planners.resources.tracker import ResourceTracker
from planzoo.planners.status import Status

CREW = ResourceRequirement("crew", 1)


def workshop(**constraints: object) -> Project:
    """Two jobs with a fractional duration; one of them has a dear, quick mode."""
    return project_of(
        [Resource("crew", "reusable", 1, cost_per_unit=0.5)],
        {"saw": Mode(1.25, (CREW,)), "glue": [Mode(2.5, (CREW,)), Mode(0.75, (CREW,), cost=3)]},
        **constraints,
    )


def test_fractions_are_exact() -> None:
    solved = solve_cp_sat(workshop(precedences=(Precedence("saw", "glue", 0.1),)), "minimize_time")
    assert solved.status is Status.SOLVED
    assert solved.schedule is not None
    assert solved.schedule.starts == (0, 1.35)
    assert solved.schedule.makespan == pytest.approx(2.1)
    assert solved.bound == pytest.approx(2.1)


def test_of_equally_quick_schedules_the_cheapest_is_taken() -> None:
    lazy = Calendar("crew", (Period(2, 10, 0),))  # whatever is left over ends after 10 all the same
    project = project_of(
        [Resource("crew", "reusable", 1)],
        {"long": Mode(3, (CREW,)), "short": [Mode(1, (), cost=4), Mode(2, (), cost=1)]},
        calendars=(lazy,),
    )
    solved = solve_cp_sat(project, "minimize_time")
    assert solved.schedule is not None
    assert (solved.schedule.makespan, solved.schedule.cost, solved.schedule.modes) == (13, 1, (0, 1))


def test_budget_and_cost_trade() -> None:
    cheap = solve_cp_sat(workshop(), "minimize_cost")
    assert cheap.schedule is not None
    assert (cheap.schedule.cost, cheap.bound) == (1.875, 1.875)
    assert solve_cp_sat(workshop(budget=1.8), "minimize_time").status is Status.INFEASIBLE


def test_a_large_project_is_solved_and_sound_with_a_hint() -> None:
    project = generate_project(ProjectParameters(30, strength=0.7), seed=3)
    first = solve_cp_sat(project, "minimize_time", Effort(milliseconds=5_000))
    assert first.schedule is not None
    assert ResourceTracker(project.resources).find_violations(first.schedule) == []
    again = solve_cp_sat(project, "minimize_time", Effort(milliseconds=5_000), first.schedule)
    assert again.schedule is not None
    assert again.schedule.makespan <= first.schedule.makespan


def test_nothing_to_do_is_done_at_once() -> None:
    solved = solve_cp_sat(Project((), ()), "minimize_time")
    assert solved.status is Status.SOLVED
    assert solved.schedule is not None
    assert solved.schedule.makespan == 0


def test_wrong_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="no objective"):
        solve_cp_sat(workshop(), "fast")
    with pytest.raises(InputError, match="times have no common unit"):
        solve_cp_sat(project_of([], {"odd": Mode(2**0.5)}), "minimize_time")
    monkeypatch.setattr(cp_sat, "has_cp_sat", lambda: False)
    with pytest.raises(InputError, match=r"pip install 'planzoo\[optimize\]'"):
        solve_cp_sat(workshop(), "minimize_time")
