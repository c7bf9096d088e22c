"""Schedules: ends, makespan, cost and text; what is no schedule of the project is refused by name."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.errors import InputError
from planzoo.planners.resources.project import Activity, Mode, Project
from planzoo.planners.resources.schedule import Schedule

CREW = Resource("crew", ResourceType.REUSABLE, 3, cost_per_unit=2)
BUILD = Activity(
    "build",
    (Mode(4, (ResourceRequirement("crew", 1),), 1, "slow"), Mode(2, (), 9, "fast")),
    label="the house",
)
PROJECT = Project((CREW,), (BUILD, Activity("paint", (Mode(1.5),))))


def test_schedule_tells_its_times_and_cost() -> None:
    schedule = Schedule(PROJECT, (2, 0), (0, 0))
    assert schedule.ends == (6.0, 1.5)
    assert (schedule.makespan, schedule.cost) == (6.0, 1 + 1 * 2 * 4)
    assert [mode.name for mode in schedule.chosen] == ["slow", ""]
    assert Schedule(PROJECT, (2, 0), (1, 0)).cost == 9
    assert (Schedule(Project((), ()), (), ()).makespan, Schedule(Project((), ()), (), ()).cost) == (0, 0)


def test_schedule_is_written_in_the_order_of_time() -> None:
    lines = Schedule(PROJECT, (2, 0), (1, 0)).to_text().splitlines()
    assert lines[0] == "2 activities, makespan 4, cost 9"
    assert [line.split() for line in lines[1:]] == [
        ["0", "–", "1.5", "paint"],
        ["2", "–", "4", "the", "house", "(fast)"],
    ]


def test_data_go_through_json() -> None:
    schedule = Schedule(PROJECT, np.array([2, 0]), np.array([1, 0]))  # type: ignore[arg-type]
    data = json.loads(schedule.to_json(indent=1))
    assert data == schedule.to_data()
    assert data["activities"][0] == {"name": "build", "mode": "fast", "start": 2.0, "end": 4.0}
    assert schedule == Schedule(PROJECT, (2.0, 0.0), (1, 0))


@pytest.mark.parametrize(
    ("starts", "modes", "words"),
    [
        ((0,), (0, 0), "The schedule has 1 starts for 2 activities"),
        ((0, 0), (0, 0, 0), "The schedule has 3 modes for 2 activities"),
        ((0, -1), (0, 0), "The start of activity 'paint' is -1"),
        ((math.nan, 0), (0, 0), "The start of activity 'build' is nan"),
        ((0, math.inf), (0, 0), "The start of activity 'paint' is inf"),
        ((0, 0), (2, 0), "Activity 'build' has no mode 2; its 2 modes are counted from 0"),
        ((0, 0), (0, -1), "Activity 'paint' has no mode -1"),
        ((0, 0), ("fast", 0), "Activity 'build' has no mode 'fast'"),
        ((0, 0), (0.5, 0), "Activity 'build' has no mode 0.5"),
    ],
)
def test_what_is_no_schedule_is_refused(starts: Any, modes: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Schedule(PROJECT, starts, modes)
