"""Many plans at once: shapes, plans of any length, and that wrong input never reaches compiled code."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.errors import InputError
from planzoo.planners.resources.arrays import ProjectArrays, project_arrays
from planzoo.planners.resources.checking import NO_STEP
from planzoo.planners.resources.constraints import Precedence
from planzoo.planners.resources.plan_checks import check_plans
from planzoo.planners.resources.project import Mode, Project, project_of
from planzoo.planners.resources.tracker import ResourceTracker
from tests.planners.resources.random_cases import random_case

CREW = Resource("crew", ResourceType.REUSABLE, 3)
PARTS = Resource("parts", ResourceType.PRODUCIBLE, 0, 4)
MAKE = Mode(2, (ResourceRequirement("crew", 2), ResourceRequirement("parts", 3, produces=True)), 5)
SELL = Mode(1, (ResourceRequirement("parts", 3),), 1)


def shop(**constraints: Any) -> ProjectArrays:
    return project_arrays(project_of([CREW, PARTS], {"make": MAKE, "sell": SELL}, **constraints))


def table() -> ProjectArrays:
    """The same modes for plans of any length and order."""
    return shop()._replace(windows=np.zeros((0, 2)))


def test_what_is_found_is_counted_by_resource() -> None:
    link = Precedence("make", "sell", 1)
    arrays = shop(precedences=[link], budget=6, deadline=5)
    checks = check_plans(arrays, np.array([[0, 1]] * 4), np.array([[0, 3], [0, 2], [2, 0], [0, 4.5]]))
    assert checks.feasible.tolist() == [True, False, False, False]
    assert checks.makespans.tolist() == [4, 3, 4, 5.5]
    assert checks.costs.tolist() == [6] * 4
    assert checks.shortages.tolist() == [[0, 0], [0, 0], [0, 1], [0, 0]]
    assert checks.broken_links.tolist() == [0, 1, 1, 0]
    assert checks.late.tolist() == [False, False, False, True]
    assert check_plans(arrays._replace(budget=5.5), np.array([[0, 1]]), np.array([[0, 3]])).over_budget.all()


def test_whole_numbers_are_taken_for_what_they_are() -> None:
    arrays = shop()._replace(budget=5, deadline=3)
    checks = check_plans(arrays, [[0, 1]], [[0, 2]])  # type: ignore[arg-type]
    assert (checks.over_budget.tolist(), checks.late.tolist()) == ([True], [False])


def test_plans_of_any_length_share_a_table_of_modes() -> None:
    none = NO_STEP
    modes = np.array([[0, 0, 1], [1, none, 0], [none, none, none], [0, none, none]])
    starts = np.array([[0, 2, 2], [2, math.nan, 0], [-1, math.nan, 7], [0, 0, 0]])
    checks = check_plans(table(), modes, starts)
    assert checks.feasible.tolist() == [True, True, True, True]
    assert checks.makespans.tolist() == [4, 3, 0, 2]
    assert checks.costs.tolist() == [11, 6, 0, 5]
    full = check_plans(table(), [[0, 0], [0, 0]], [[0, 3], [0, 1]])  # type: ignore[arg-type]
    assert full.overflows.tolist() == [[0, 1], [0, 1]]
    assert full.shortages.tolist() == [[0, 0], [1, 0]]


def test_a_step_that_is_left_out_breaks_no_order() -> None:
    arrays = shop(precedences=[Precedence("make", "sell")], deadline=9)
    modes, starts = np.array([[0, 1], [0, NO_STEP], [NO_STEP, 1]]), np.array([[4, 2], [4, 0], [0, 2]])
    arrays = arrays._replace(initial=np.array([3.0, 3.0]), limits=np.array([math.inf, math.inf]))
    checks = check_plans(arrays, modes, starts)
    assert (checks.feasible.tolist(), checks.broken_links.tolist()) == ([False, True, True], [1, 0, 0])


def test_no_plans_and_nothing_to_do() -> None:
    assert check_plans(shop(), np.zeros((0, 2)), np.zeros((0, 2))).feasible.shape == (0,)
    assert check_plans(project_arrays(Project((), ())), np.zeros((3, 0)), np.zeros((3, 0))).feasible.all()


@pytest.mark.parametrize(
    ("modes", "starts", "words"),
    [
        ([0, 1], [0, 1], r"one shape \(plans, steps\), but have \(2,\) and \(2,\)"),
        ([[0, 1]], [[0, 1], [0, 1]], r"one shape \(plans, steps\), but have \(1, 2\) and \(2, 2\)"),
        ([[0]], [[0]], "Plans have 1 steps, but the project has 2 activities"),
        ([[0, 2]], [[0, 1]], "Modes are numbered from 0 to 1, but one is 2"),
        ([[-2, 1]], [[0, 1]], "Modes are numbered from 0 to 1, but one is -2"),
        (
            [[0, 1], [0, 0]],
            [[0, 1]] * 2,
            "Plan 1 has mode 0 for activity 1, whose modes are numbered from 1 to 1",
        ),
        ([[0, 1]], [[0, -1]], "Every start must be a finite number of at least 0"),
        ([[0, 1]], [[0, math.nan]], "Every start must be a finite number"),
        ([[0, 1]], [[math.inf, 0]], "Every start must be a finite number"),
    ],
)
def test_wrong_input_is_refused(modes: Any, starts: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_plans(shop(), modes, starts)


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_what_a_plan_breaks_does_not_depend_on_those_beside_it(random: Random) -> None:
    case = random_case(random)
    arrays = project_arrays(case.project)
    modes = np.array([case.modes] * 30) + arrays.first_modes[:-1]
    starts = np.array([[random.randint(0, 20) for _ in case.starts] for _ in range(30)]) / 10
    together = check_plans(arrays, modes, starts)
    for plan in (0, 13, 29):
        alone = check_plans(arrays, modes[plan : plan + 1], starts[plan : plan + 1])
        for one, all_of_them in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one[0], all_of_them[plan])
    tracker = ResourceTracker(case.project.resources)
    for plan in range(30):
        schedule = case.schedule((starts[plan] * 10).round().astype(int).tolist())
        assert tracker.check_feasibility(schedule) == together.feasible[plan]
