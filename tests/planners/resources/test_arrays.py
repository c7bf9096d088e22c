"""Arrays say what the project says; calendars become changes that cancel out where periods touch."""

from __future__ import annotations

import math
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.planners.resources.arrays import calendar_arrays, mode_changes, project_arrays, resource_limits
from planzoo.planners.resources.constraints import Calendar, Period, Precedence, TimeWindow
from planzoo.planners.resources.project import Mode, Project, project_of
from tests.planners.resources.exact import ExactProject
from tests.planners.resources.random_cases import random_case

CREW = Resource("crew", ResourceType.REUSABLE, 3, 5, cost_per_unit=2)
FUEL = Resource("fuel", ResourceType.CONSUMABLE, 9)
PARTS = Resource("parts", ResourceType.PRODUCIBLE, 0, 4)
TABLE = {one.name: one for one in (CREW, FUEL, PARTS)}
SLOW = Mode(4, (ResourceRequirement("crew", 1), ResourceRequirement("parts", 2, produces=True)), 10)
FAST = Mode(2, (ResourceRequirement("crew", 3), ResourceRequirement("fuel", 2, "duration")))


def test_arrays_of_a_project() -> None:
    project = project_of(
        TABLE.values(),  # type: ignore[arg-type]
        {"dig": Mode(1), "build": [SLOW, FAST]},
        precedences=[Precedence("dig", "build", 0.5)],
        windows=[TimeWindow("build", 2, 8)],
        calendars=[Calendar("crew", ((5, 7, 4),))],  # type: ignore[arg-type]
        budget=99,
    )
    arrays = project_arrays(project)
    assert arrays.first_modes.tolist() == [0, 1, 3]
    assert arrays.durations.tolist() == [1, 4, 2]
    assert arrays.costs.tolist() == [0, 10 + 1 * 2 * 4, 3 * 2 * 2]
    assert arrays.changes[0].tolist() == [[0, 0]] * 3
    assert arrays.changes[1].tolist() == [[-1, 1], [0, 0], [0, 2]]
    assert arrays.changes[2].tolist() == [[-3, 3], [-2, 2], [0, 0]]
    assert arrays.initial.tolist() == [3, 9, 0]
    assert arrays.limits.tolist() == [math.inf, math.inf, 4]
    assert (arrays.calendar_times.tolist(), arrays.calendar_changes.tolist()) == (
        [5, 7],
        [[1, 0, 0], [-1, 0, 0]],
    )
    assert (arrays.links.tolist(), arrays.lags.tolist()) == ([[0, 1]], [0.5])
    assert arrays.windows.tolist() == [[0, math.inf], [2, 8]]
    assert (arrays.budget, arrays.deadline) == (99, math.inf)


def test_an_empty_project_has_arrays_of_the_same_kinds() -> None:
    empty, full = project_arrays(Project((), ())), project_arrays(random_case(Random(1)).project)
    for one, other in zip(empty, full, strict=True):
        if isinstance(one, np.ndarray):
            assert (one.dtype, one.ndim) == (other.dtype, other.ndim)
        else:
            assert type(one) is type(other) is float


def test_requirements_of_one_resource_add_up() -> None:
    needs = (
        ResourceRequirement("fuel", 1),
        ResourceRequirement("fuel", 2, "end"),
        ResourceRequirement("fuel", 4),
    )
    assert mode_changes([Mode(1, needs)], TABLE)[0].tolist() == [[0, 0], [-5, -2], [0, 0]]


def test_only_stores_can_become_too_full() -> None:
    assert resource_limits([CREW, FUEL, PARTS]).tolist() == [math.inf, math.inf, 4]


def test_periods_that_touch_change_once_and_endless_ones_never_end() -> None:
    calendar = Calendar("crew", (Period(0, 2, 1), Period(2, 4, 1), Period(6, math.inf, 0)))
    times, changes = calendar_arrays([calendar], TABLE)
    assert times.tolist() == [0, 2, 4, 6]
    assert changes[:, 0].tolist() == [-2, 0, 2, -3]
    assert not changes[:, 1:].any()
    times, changes = calendar_arrays([], TABLE)
    assert (times.shape, changes.shape) == ((0,), (0, 3))


@given(st.randoms(use_true_random=False), st.integers(0, 300))
def test_calendar_changes_add_up_to_what_is_granted(random: Random, tenth: int) -> None:
    project = random_case(random).project
    arrays, exact = project_arrays(project), ExactProject(project)
    passed = arrays.calendar_times <= tenth / 10
    there = arrays.initial + arrays.calendar_changes[passed].sum(axis=0)
    granted = [exact.granted(name, tenth) / 10 for name in exact.resources]
    np.testing.assert_allclose(there, granted, atol=1e-12)
