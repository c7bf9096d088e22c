"""Resource profiles show the timeline's own numbers, and shade what is too much."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.errors import InputError
from planzoo.planners.resources.constraints import Calendar, Period
from planzoo.planners.resources.drawing.profile import profile_figure
from planzoo.planners.resources.project import Mode, project_of
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.tracker import ResourceTracker
from tests.planners.resources.plans import plan_of
from tests.planners.resources.random_cases import random_case

CREW = Resource("crew", ResourceType.REUSABLE, 3)
PARTS = Resource("parts", ResourceType.PRODUCIBLE, 2, 5)
FUEL = Resource("fuel", ResourceType.CONSUMABLE, 4)
MAKE = Mode(4, (ResourceRequirement("crew", 2), ResourceRequirement("parts", 4, produces=True)))
USE = Mode(2, (ResourceRequirement("crew", 2), ResourceRequirement("fuel", 3)))
CALENDAR = Calendar("crew", (Period(0, 2, 2),))
PROJECT = project_of([CREW, PARTS, FUEL], {"make": MAKE, "use": USE, "more": USE}, calendars=[CALENDAR])
SCHEDULE = Schedule(PROJECT, (0, 3, 6), (0, 0, 0))


def steps(axes: Any) -> dict[str, Any]:
    """What is drawn as steps, by label: values, edges, baseline."""
    return {patch.get_label(): patch.get_data() for patch in axes.patches if patch.get_label()}


def panels(plan: Any, *resources: Resource) -> list[Any]:
    return profile_figure(plan, ResourceTracker(resources)).axes


def test_one_panel_a_resource() -> None:
    shown = panels(SCHEDULE, CREW, PARTS, FUEL)
    assert [axes.get_title(loc="left") for axes in shown] == ["crew: held", "parts: left", "fuel: left"]
    assert shown[0].get_title(loc="right") == "reusable, 3 there (dashed)"
    assert shown[1].get_title(loc="right") == "producible, 2 at first (dotted), store for 5 (dashed)"
    assert [axes.get_xlim() for axes in shown] == [(0, 8 * 1.03)] * 3
    assert shown[-1].get_xlabel() == "time"


def test_what_is_held_and_there_are_exact_steps() -> None:
    drawn = steps(panels(SCHEDULE, CREW, PARTS, FUEL)[0])
    edges = [0, 2, 3, 4, 5, 6, 8, 8 * 1.03]
    assert drawn["held"].edges.tolist() == edges
    assert drawn["held"].values.tolist() == [2, 2, 4, 2, 0, 2, 0]
    assert drawn["there"].values.tolist() == [2, 3, 3, 3, 3, 3, 3]
    fault = drawn["fault"]
    assert (fault.values - fault.baseline).tolist() == [0, 0, 1, 0, 0, 0, 0]


def test_what_is_left_is_shaded_where_it_is_too_little_or_too_much() -> None:
    _, parts, fuel = panels(SCHEDULE, CREW, PARTS, FUEL)
    assert steps(parts)["left"].values.tolist() == [2, 2, 2, 6, 6, 6, 6]
    assert set(steps(parts)["there"].values.tolist()) == {5}
    over = steps(parts)["fault"]
    assert (over.values - over.baseline).tolist() == [0, 0, 0, 1, 1, 1, 1]
    under = steps(fuel)["fault"]
    assert (under.values.tolist(), under.baseline.tolist()) == ([0] * 5 + [-2] * 2, [0] * 7)
    assert "there" not in steps(fuel)
    for axes, initial in ((parts, 2), (fuel, 4)):
        (line,) = [line for line in axes.lines if line.get_label() == "initial"]
        assert set(line.get_ydata()) == {initial}
        low, high = axes.get_ylim()
        values = steps(axes)["left"].values
        assert low <= values.min() <= values.max() < high


def test_what_is_right_is_not_shaded() -> None:
    rested = Schedule(PROJECT, (0, 4, 6), (0, 0, 0))
    assert "fault" not in steps(panels(rested, CREW, PARTS, FUEL)[0])


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_pictures_show_the_timeline(random: Random) -> None:
    case = random_case(random)
    tracker, schedule = ResourceTracker(case.project.resources), case.schedule()
    figure = profile_figure(schedule, tracker)
    end = schedule.makespan * 1.03 or 1.0
    states = [state for state in tracker.compute_resource_timeline(schedule) if state.time < end]
    for axes, resource in zip(figure.axes, case.project.resources, strict=True):
        drawn = steps(axes)
        kept = [(one.allocated if resource.is_reusable else one.available)[resource.name] for one in states]
        np.testing.assert_array_equal(drawn["held" if resource.is_reusable else "left"].values, kept)
        np.testing.assert_array_equal(
            drawn["held" if resource.is_reusable else "left"].edges[:-1], [s.time for s in states]
        )
        assert "fault" not in drawn


def test_a_plan_without_steps_has_a_profile() -> None:
    (axes,) = panels(plan_of(), FUEL)
    assert steps(axes)["left"].values.tolist() == [4]
    assert axes.get_xlim() == (0, 1)


def test_without_resources_there_is_nothing_to_draw() -> None:
    with pytest.raises(InputError, match="at least one resource"):
        profile_figure(plan_of(), ResourceTracker([]))
