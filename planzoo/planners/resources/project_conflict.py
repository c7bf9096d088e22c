"""Why a project has no schedule, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from planzoo.planners.resources.conflict import Group, smallest_conflict
from planzoo.planners.resources.constraint_words import constraint_groups, resource_words
from planzoo.planners.resources.constraints import Constraints
from planzoo.planners.resources.cp_sat import has_cp_sat, solve_cp_sat
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.exact_search import solve_exactly
from planzoo.planners.resources.project import Activity, Project
from planzoo.planners.status import Status


def project_conflict(project: Project, effort: Effort | None = None) -> tuple[str, ...]:
    """Gives a smallest set of constraints that cannot be kept together, in words.

    Args:
        project: an infeasible one.
        effort: bounds for each question whether a smaller set can be kept.
    """
    decide = partial(_is_infeasible, effort=effort or Effort())
    return smallest_conflict(project, list(_groups(project)), decide)


def _groups(project: Project) -> Iterator[Group[Project]]:
    for words, relax in constraint_groups(project.constraints):
        yield words, partial(_with_constraints, relax=relax)
    for resource in project.resources:
        yield resource_words(resource), partial(_without_resource, name=resource.name)


def _with_constraints(project: Project, relax: Callable[[Constraints], Constraints]) -> Project:
    return replace(project, constraints=relax(project.constraints))


def _without_resource(project: Project, name: str) -> Project:
    """Gives a copy in which nothing requires a resource, though all is paid for as before."""
    table = project.resource_table
    activities = tuple(
        Activity(
            each.name, tuple(mode.without((name,), table) for mode in each.modes), each.label, each.subject
        )
        for each in project.activities
    )
    kept = tuple(entry for entry in project.constraints.calendars if entry.resource != name)
    return Project(project.resources, activities, replace(project.constraints, calendars=kept))


def _is_infeasible(project: Project, effort: Effort) -> bool:
    solve = solve_cp_sat if has_cp_sat() and effort.solver != "exact" else solve_exactly
    return solve(project, "minimize_time", effort).status is Status.INFEASIBLE
