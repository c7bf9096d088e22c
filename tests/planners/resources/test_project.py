"""Projects: what they derive from what is given, and that whatever cannot be is refused by name."""

from __future__ import annotations

import math
from typing import Any

import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.errors import InputError
from planzoo.planners.resources.constraints import Calendar, Constraints, Precedence, TimeWindow
from planzoo.planners.resources.project import Activity, Mode, Project, project_of

CREW = Resource("crew", ResourceType.REUSABLE, 3, cost_per_unit=2)
FUEL = Resource("fuel", ResourceType.CONSUMABLE, 9, cost_per_unit=5)
WORK = {"dig": Mode(2), "build": [Mode(4, name="slow"), Mode(3, name="fast")], "paint": Mode(1)}


def house(**constraints: Any) -> Project:
    return project_of([CREW, FUEL], WORK, **constraints)  # type: ignore[arg-type]


def test_project_derives_orders_and_windows() -> None:
    links = [Precedence("paint", "dig"), Precedence("dig", "build", 1.5)]
    windows = [TimeWindow("dig", 2, 50), TimeWindow("dig", 1, 30), TimeWindow("build", 0, 90)]
    project = house(precedences=links, windows=windows, deadline=40)
    assert project.index == {"dig": 0, "build": 1, "paint": 2}
    assert project.links == ((2, 0, 0.0), (0, 1, 1.5))
    assert project.order == (2, 0, 1)
    assert project.windows == ((2, 30), (0, 40), (0, 40))
    assert list(project.resource_table) == ["crew", "fuel"]


def test_mode_costs_itself_and_what_its_resources_cost() -> None:
    needs = (ResourceRequirement("crew", 2), ResourceRequirement("fuel", 3))
    assert Mode(4, needs, 7).total_cost({"crew": CREW, "fuel": FUEL}) == 7 + 2 * 2 * 4 + 3 * 5


def test_changed_project_keeps_the_other_constraints() -> None:
    project = house(budget=50, precedences=[Precedence("dig", "build")])
    changed = project.changed(budget=20, deadline=30)
    assert changed.constraints == Constraints(20, 30, project.constraints.precedences)
    assert (changed.activities, changed.resources) == (project.activities, project.resources)
    with pytest.raises(InputError, match="no constraint 'buget'"):
        project.changed(buget=1)


@pytest.mark.parametrize(
    ("constraints", "words"),
    [
        (
            {"precedences": [Precedence("dig", "fly")]},
            "'dig precedes fly' is about 'fly', which is no activity",
        ),
        ({"precedences": [Precedence("fly", "dig")]}, "'fly precedes dig' is about 'fly'"),
        ({"windows": [TimeWindow("fly", 2)]}, "'fly does not start before 2' is about 'fly'"),
        (
            {"precedences": [Precedence("dig", "build"), Precedence("build", "dig")]},
            "circle: '(dig|build)' precedes '(dig|build)' precedes",
        ),
        (
            {"deadline": 3.5, "precedences": [Precedence("dig", "build")]},
            "'build' cannot end before 5.*deadline 3.5",
        ),
        ({"deadline": 5.9, "precedences": [Precedence("dig", "build", 1)]}, "'build' cannot end before 6"),
        ({"deadline": 2}, "'build' cannot end before 3, .*duration.*deadline 2 is earlier"),
        ({"windows": [TimeWindow("dig", 0, 1)]}, "'dig' cannot end before 2.*its window's end 1"),
        ({"windows": [TimeWindow("dig", 5), TimeWindow("dig", 0, 6)]}, "'dig' cannot end before 7"),
        ({"calendars": [Calendar("gold", ())]}, "unknown resource 'gold'"),
        ({"calendars": [Calendar("fuel", ())]}, "'fuel' has a calendar"),
        ({"buget": 3}, "There is no constraint 'buget'"),
    ],
)
def test_wrong_constraints_are_refused(constraints: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        house(**constraints)


def test_deadline_may_be_met_exactly() -> None:
    project = house(deadline=6, precedences=[Precedence("dig", "build", 1)])
    assert project.constraints.deadline == 6
    tenths = {name: Mode(0.1) for name in "abc"}
    chain = [Precedence("a", "b"), Precedence("b", "c")]
    assert project_of([], tenths, precedences=chain, deadline=0.3).order == (0, 1, 2)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Mode(-1), "The duration of a mode is -1"),
        (lambda: Mode(math.inf, name="slow"), "The duration of mode 'slow' is inf"),
        (lambda: Mode(1, (), -3, "slow"), "The cost of mode 'slow' is -3"),
        (lambda: Mode(1, ResourceRequirement("crew", 1)), "The requirements of a mode must be a sequence"),
        (lambda: Mode(1, (("crew", 1),)), r"but there is \('crew', 1\)"),
        (lambda: Activity("dig", ()), "Activity 'dig' has no mode"),
        (lambda: Activity("dig", Mode(1)), "The modes of activity 'dig' must be a sequence of Mode"),
        (lambda: Project((), (Mode(1),)), "The activities must be a sequence of Activity"),
        (lambda: Project((CREW, CREW), ()), "two resources named 'crew'"),
        (lambda: Project((), (Activity("a", (Mode(1),)),) * 2), "two activities named 'a'"),
        (
            lambda: project_of([CREW], {"dig": Mode(1, (ResourceRequirement("gold", 1),))}),
            "Activity 'dig' requires the unknown resource 'gold'",
        ),
        (
            lambda: project_of([CREW], {"dig": [Mode(1, (ResourceRequirement("crew", 4),), 0, "big")]}),
            "Activity 'dig' in mode 'big' requires 4 of 'crew', but there are never more than 3",
        ),
        (
            lambda: project_of([CREW], {"dig": Mode(1, (ResourceRequirement("crew", 2),) * 2)}),
            "Activity 'dig' requires 4 of 'crew' in all, but there are never more than 3",
        ),
    ],
)
def test_wrong_parts_are_refused(make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()


def test_what_is_taken_at_start_and_end_may_be_more_than_a_store_holds() -> None:
    store = Resource("bricks", "producible", 3, capacity=3)
    halves = (ResourceRequirement("bricks", 3), ResourceRequirement("bricks", 3, "end"))
    made = Mode(1, (ResourceRequirement("bricks", 3, produces=True),))
    project_of([store], {"build": Mode(5, halves), "burn": made})


def test_activities_are_compared_without_their_subject() -> None:
    assert Activity("a", (Mode(1),), subject=1) == Activity("a", [Mode(1)], subject=2)  # type: ignore[arg-type]
    assert Activity("a", (Mode(3), Mode(2))).shortest == 2
