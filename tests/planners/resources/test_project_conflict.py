"""Constraints that cannot be kept together: too much together, and each needed for it."""

from __future__ import annotations

import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.planners.resources.conflict import Group, smallest_conflict
from planzoo.planners.resources.constraints import Calendar, Period, Precedence, TimeWindow
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.project import Mode, Project, project_of
from planzoo.planners.resources.project_conflict import _groups, project_conflict
from tests.planners.resources.small_projects import best_by_trying_everything, small_project

EXACT = Effort(milliseconds=20_000, solver="exact")
CREW = Resource("crew", "reusable", 1, cost_per_unit=1)
WORK = Mode(2, (ResourceRequirement("crew", 1),))


def project(**constraints: object) -> Project:
    return project_of([CREW, Resource("spare", "consumable", 3)], {"a": WORK, "b": WORK}, **constraints)


@pytest.mark.parametrize(
    ("constraints", "conflict"),
    [
        ({"deadline": 3, "budget": 99}, {"deadline 3", "1 of crew at a time"}),
        ({"deadline": 30, "budget": 3}, {"budget 3"}),
        (
            {"windows": (TimeWindow("a", 0, 3), TimeWindow("b", 0, 3), TimeWindow("a", 0, 9))},
            {"a has ended by 3", "b has ended by 3", "1 of crew at a time"},
        ),
        (
            {
                "calendars": (Calendar("crew", (Period(0, 5, 0),)),),
                "windows": (TimeWindow("a", 0, 6),),
                "precedences": (Precedence("a", "b"),),
            },
            {"calendar of crew: 0 from 0 to 5", "a has ended by 6", "1 of crew at a time"},
        ),
    ],
)
def test_the_conflict_is_told_in_words(constraints: dict[str, object], conflict: set[str]) -> None:
    found = set(project_conflict(project(**constraints), EXACT))
    assert found == conflict or found == conflict - {"1 of crew at a time"}


@pytest.mark.parametrize("seed", range(3_000, 3_040))
def test_each_constraint_is_needed_and_all_together_suffice(seed: int) -> None:
    hopeless = small_project(seed)
    if best_by_trying_everything(hopeless, "minimize_time"):
        return
    groups = dict(_groups(hopeless))
    conflict = project_conflict(hopeless, EXACT)
    core = hopeless
    for words, relax in groups.items():
        if words not in conflict:
            core = relax(core)
    assert not _is_feasible(core)
    for words in conflict:
        assert _is_feasible(groups[words](core)), words


def _is_feasible(project: Project) -> bool:
    bounded = project if project.constraints.deadline <= 12 else project.changed(deadline=12)
    return best_by_trying_everything(bounded, "minimize_time") is not None


def test_of_two_conflicts_the_smaller_is_told() -> None:
    """Hopeless with a, and with b and c together: leaving out from the front ends at the larger set."""

    def is_hopeless(kept: frozenset[str]) -> bool:
        return "a" in kept or {"b", "c"} <= kept

    def leaving_out(name: str) -> Group[frozenset[str]]:
        return name, lambda kept: kept - {name}

    for order in ("abc", "cba", "bac"):
        groups = [leaving_out(name) for name in order]
        assert smallest_conflict(frozenset("abc"), groups, is_hopeless) == ("a",)
